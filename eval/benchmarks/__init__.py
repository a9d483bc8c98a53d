"""Benchmarks of speed, memory and quality, each against a baseline of the same run."""
