"""Scanned pages: from OCR's lines and the ink to text, tables and figures."""
