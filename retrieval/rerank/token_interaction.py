"""Relevance by late interaction over the text encoder's own token vectors: no weights beyond the encoder's.

Every token of the question looks for its nearest token in the passage, as in ColBERT's MaxSim (Khattab and Zaharia,
SIGIR 2020): once in all of it, and once in its opening, where a chart has its title and a section its heading. An
encoder that pools by the mean was trained so that these vectors tell meaning, token by token, and one vector a
passage blurs what they tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...indexing.documents import Node
from ...indexing.encoders.one_thread import one_thread
from ...indexing.encoders.protocols import TokenCounter, Vectors
from ...indexing.recently_used import RecentlyUsed
from ...indexing.search_form import search_form
from ..search_slots import slot_given_up
from .passages import Weigh, cut_passages, cut_question

DEPTH = 12
"""Candidates that are looked at: with 15 or 20 nothing more is found, and each takes as long as to encode it."""
WEIGHT = 1.0
"""Beside the score of coarse stage and region alignment.

Chosen, as the depth was, on half of 500 charts: there 1, 1.5 and 2 find .906, .905 and .904 nDCG@10, and 12 candidates
as much as 20. On the other half it finds .900, the coarse stage .876 (p = .002), region alignment .881. None of these
did better when trained on top of the same vectors with 330 to 400 of the questions, in folds: weights of tokens, a
low-rank projection, kernels over the cosines."""
_TOKENS, _OPENING = 128, 32
"""What of a passage takes part: a longer one costs twice the time and gains nothing."""
_SCALE = 20.0
"""From cosines to log-odds, about: candidates of one question lie a deviation of .15 apart."""
_KEPT_BYTES = 128 * 2**20


class TokenEncoder(Protocol):
    """A text encoder that also gives the vectors of single tokens."""

    name: str

    def token_counter(self) -> TokenCounter:
        """The counter that fits the encoder."""
        ...

    def token_vectors(self, texts: Sequence[str], *, queries: bool = False) -> list[Vectors]:
        """`(tokens, dimension) float32` for each text, rows of length 1, special and unknown tokens left out."""
        ...


class TokenInteraction:
    """A `RelevanceModel` over a `TokenEncoder`. Token vectors of nodes are kept, as far as they take 128 MiB.

    Safe to use from several threads.
    """

    def __init__(self, encoder: TokenEncoder, *, kept_bytes: int = _KEPT_BYTES) -> None:
        self._encoder = encoder
        self._known: RecentlyUsed[int, NDArray[np.float16]] = RecentlyUsed(kept_bytes, lambda vectors: vectors.nbytes)
        self.name = f"token interaction {encoder.name}"

    def relevance(self, question: str, nodes: Sequence[Node], weigh: Weigh) -> NDArray[np.float64]:  # noqa: ARG002 - of the protocol
        """`(n,)`, see `RelevanceModel.relevance`. All alike where the encoder knows no word of the question."""
        counter = self._encoder.token_counter()
        # The encoder would cut off the end, where it is mostly asked. An eighth is for the prompt that some put before.
        fitting = cut_question(search_form(question), counter.max_tokens - counter.max_tokens // 8, counter.count)
        asked = self._encoder.token_vectors([fitting.text], queries=True)[0]
        if not len(asked):
            return np.zeros(len(nodes))
        return _SCALE * np.array(_interactions(asked, self._vectors(nodes)))

    def _vectors(self, nodes: Sequence[Node]) -> list[NDArray[np.float16]]:
        """Token vectors of the nodes, in their order; node ids are never used twice, so none can be stale."""
        found = self._known.known(node.id for node in nodes)
        missing = [node for node in nodes if node.id not in found]
        if missing:
            # What is kept of a node serves all questions: its first lines, not those that suit this one.
            passages = cut_passages(missing, _TOKENS, self._encoder.token_counter().count, lambda _: 1.0)
            with slot_given_up():
                encoded = self._encoder.token_vectors([search_form(passage.text) for passage in passages])
            found |= {node.id: vectors.astype(np.float16) for node, vectors in zip(missing, encoded, strict=True)}
            self._known.keep({node.id: found[node.id] for node in nodes})
        return [found[node.id] for node in nodes]


def _interactions(asked: Vectors, passages: Sequence[NDArray[np.float16]]) -> list[float]:
    """For each passage the mean over the question's tokens of their best cosine in it, plus that in its opening."""
    import torch

    # NumPy would share these small products out among threads that go on spinning for a while: measured, 24 ms of
    # processor time where one thread takes 1.
    with one_thread():
        question = torch.from_numpy(asked).T
        cosines = [(torch.from_numpy(passage).float() @ question).numpy() for passage in passages]
    return [float(one.max(axis=0).mean() + one[:_OPENING].max(axis=0).mean()) if len(one) else 0.0 for one in cosines]
