"""Two-stage retrieval: wide coarse search, then a fine cross-modal reranker."""
