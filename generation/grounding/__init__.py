"""Checks of claims against evidence."""
