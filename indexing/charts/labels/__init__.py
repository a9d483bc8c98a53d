"""The labels of a chart taken apart where OCR ran them together, and what stands around the plot."""
