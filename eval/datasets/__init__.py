"""Evaluation sets: one documented form, and importers of public ones."""
