"""What tells the series of a number: legends, heads over rows, and which bar carries it."""
