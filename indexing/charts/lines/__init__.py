"""Charts of lines: their names, their points, and the numbers printed there."""
