"""Charts that are read column by column: names of columns, stacks, and the series of their segments."""
