"""Indexes a folder with a small encoder that needs no torch; test_kill.py runs it and kills it over and over.

For each line of standard input it forks a child that indexes: libraries are imported once for all of them. A child
says `started` with its number, then what its run tells; `ended` comes with the status by which it ended.
"""

import hashlib
import os
import sys

import faiss  # noqa: F401 - imported before forking, once for all children
import numpy as np
import tantivy  # noqa: F401 - likewise

from chartwell.indexing.collection import Collection
from chartwell.indexing.discovery import find_files
from chartwell.indexing.parse_worker import WorkerOptions
from chartwell.indexing.pipeline import Pipeline
from chartwell.indexing.preparation import Recipe


class WordCounter:
    max_tokens = 200

    def count(self, texts):
        return [len(text.split()) for text in texts]


class HashingEncoder:
    """Bag of hashed words: a real, if simple, encoder."""

    name = "hashing"
    fingerprint = "hashing-1"
    dimension = 32

    def token_counter(self):
        return WordCounter()

    def encode_documents(self, texts):
        vectors = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in text.lower().split():
                row[hashlib.sha256(word.encode()).digest()[0] % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    encode_queries = encode_documents


def index(collection, folder):
    encoder = HashingEncoder()
    options = WorkerOptions(Recipe(encoder.token_counter()), 60, 2**31)
    with Collection.open(collection) as opened:
        pipeline = Pipeline(opened, encoder, None, options, workers=2)
        pipeline.run(find_files([folder]), on_event=lambda event: print(event.kind, event.source, flush=True))


def main(collection, folder):
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                print("started", os.getpid(), flush=True)
                index(collection, folder)
                status = 0
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        print("ended", os.waitstatus_to_exitcode(status), flush=True)
