"""Charts of known content, drawn by matplotlib and by Vega-Lite: what the chart reader is measured on."""
