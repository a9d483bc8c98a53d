"""Metrics: one small class each."""
