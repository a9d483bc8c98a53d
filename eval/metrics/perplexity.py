"""How sure the decoder was of what it wrote (Jelinek et al., 1977): 1 is certain, larger is less sure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .protocol import Value

_LARGEST_EXPONENT = 700.0


def perplexity(logprobs: Sequence[float]) -> Value:
    """Perplexity of one answer from the natural logarithms of its tokens' probabilities; none without tokens.

    Pass the tokens of all answers joined for that of a corpus, in which long answers count more.
    """
    if not logprobs:
        return Value(None, "the decoder gave no log-probabilities")
    mean = -math.fsum(logprobs) / len(logprobs)
    if not 0 <= mean <= _LARGEST_EXPONENT:
        return Value(None, "the decoder's log-probabilities are no logarithms of probabilities")
    return Value(math.exp(mean))
