"""The axes of a chart: tick labels, their scales and dates, and what a place along an axis stands for."""
