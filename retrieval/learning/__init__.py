"""Fits the models of retrieval to a collection: examples, training, and the test that decides on adoption."""
