"""Charts that are read row by row: names and headings of rows, and the series of their numbers."""
