"""Evidence made by hand, and a decoder that writes what it is told."""

import pytest

from chartwell.generation.decoders.chat_model import Finish, TextPiece
from chartwell.indexing.documents import WHOLE, Part, Region
from chartwell.retrieval.evidence import Evidence


class Dictated:
    """A decoder that writes the given pieces; `written` counts those that were taken, `closed` tells the end."""

    name = "dictated"

    def __init__(self, *pieces, finish=None):
        self.pieces = pieces
        self.finish = finish or Finish("stop")
        self.prompts = []
        self.written = 0
        self.closed = False

    def stream(self, prompt, *, cancel=None):
        self.prompts.append(prompt)
        try:
            for piece in self.pieces:
                if cancel is not None and cancel.is_set():
                    yield Finish("cancelled")
                    return
                self.written += 1
                yield TextPiece(piece)
            yield self.finish
        finally:
            self.closed = True


@pytest.fixture
def dictated():
    return Dictated


@pytest.fixture(scope="session")
def evidence_of():
    """Text evidence with a region for each sentence, on page 3 of a file."""

    def make(*sentences, source="notes.pdf", **fields):
        parts = tuple(Part(text, (Region(3, WHOLE),)) for text in sentences)
        values = {"kind": "text", "page": 3, "score": 1.0, "scores": {}, "regions": (), **fields}
        return Evidence(source=source, text=" ".join(sentences), bounds=(Region(3, WHOLE),), parts=parts, **values)

    return make
