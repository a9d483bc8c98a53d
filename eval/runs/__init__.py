"""Evaluation runs: a folder that grows question by question, and what is computed from it."""
