"""Average normalised Levenshtein similarity (Biten et al., ICCV 2019): forgives slips of reading, not other answers."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from .packages import require
from .protocol import Value, best

_THRESHOLD = 0.5


class Anls:
    """1 less the share of characters that must be changed; 0 where that is half or more. Case does not count."""

    name = "anls"

    def __init__(self) -> None:
        require("rapidfuzz")
        self.signature = f"anls|threshold:{_THRESHOLD}|case:lower|spaces:one|v:rapidfuzz {version('rapidfuzz')}"

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> list[Value]:
        """Take the best reference of each item."""
        from rapidfuzz.distance import Levenshtein

        values = []
        for answer, known in zip(answers, references, strict=True):
            own = _form(answer)
            distances = [Levenshtein.normalized_distance(own, _form(reference)) for reference in known]
            values.append(best([1 - distance if distance < _THRESHOLD else 0.0 for distance in distances]))
        return values


def _form(text: str) -> str:
    return " ".join(text.lower().split())
