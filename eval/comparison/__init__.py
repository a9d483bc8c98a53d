"""Two runs over the same questions: is one better, or is it chance?"""
