"""Reading charts: from labels and pixels to a `ChartReading`."""
