"""Chartwell."""
