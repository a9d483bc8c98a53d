"""The fine stage: rerankers that score candidates and say which regions carry the answer."""
