"""What is painted in a chart: bars, lines, areas, sectors, dots and the keys of the legend, found in its pixels."""
