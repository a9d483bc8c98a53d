"""Whether a system answers alike when it is asked again (after Wang et al., ICLR 2023; Manakul et al., EMNLP 2023)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from .protocol import AnswerMetric, Value


class SelfConsistency:
    """The mean agreement of pairs of answers to one question, by any metric of answers (token F1 suits most).

    Each pair counts both ways round, so that the order of the samples does not matter.
    """

    name = "self_consistency"

    def __init__(self, metric: AnswerMetric) -> None:
        self._metric = metric
        self.signature = f"self_consistency|pairs:all, both ways|by:{metric.signature}"

    def score(self, samples: Sequence[Sequence[str]]) -> list[Value]:
        """One value a question from its sampled answers, of which there must be two or more."""
        values = []
        for answers in samples:
            if len(answers) < 2:
                values.append(Value(None, "there are not two answers to compare"))
                continue
            pairs = list(itertools.permutations(answers, 2))
            found = self._metric.score([one for one, _ in pairs], [[other] for _, other in pairs])
            known = [one.value for one in found if one.value is not None]
            values.append(Value(sum(known) / len(known)) if known else found[0])
        return values
