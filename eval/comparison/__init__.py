"""Two runs over the same questions: whether one is better, or whether it is chance."""
