"""Self-consistency of a run: whether the system answers alike when it is asked again with other seeds."""

from __future__ import annotations

from collections.abc import Mapping

from ..metrics.protocol import Value
from ..metrics.registry import text_metrics
from ..metrics.self_consistency import SelfConsistency
from .item_scores import ItemScores, plain_text, why_not
from .records_of_run import RunRecords
from .stages import ANSWER, SAMPLE

AGREEMENT = "token_f1"
"""The metric that two answers are compared by."""


def with_self_consistency(
    scores: list[ItemScores], records: RunRecords, language: str
) -> tuple[list[ItemScores], Mapping[str, str]]:
    """The scores and, where questions were asked again, `self_consistency` beside them; its signature by name.

    An answer and an abstention do not agree, two abstentions do. Where one of the answers failed there is no value.
    """
    stages = [ANSWER, *sorted(stage for stage in records.stages if stage.startswith(SAMPLE))]
    if len(stages) == 1:
        return scores, {}
    (agreement,) = text_metrics([AGREEMENT], language=language)
    metric = SelfConsistency(agreement)
    values = {one.item: _value(metric, records, stages, one.item) for one in scores}
    return [ItemScores(one.item, {**one.values, metric.name: values[one.item]}) for one in scores], {
        metric.name: metric.signature
    }


def _value(metric: SelfConsistency, records: RunRecords, stages: list[str], item: str) -> Value:
    said = [records.answers(stage).get(item) for stage in stages]
    reason = next((why for one in said if (why := why_not(one))), "")
    if reason:
        return Value(None, reason)
    told = [plain_text(one["text"]) for one in said if one is not None and not one["abstained"]]
    silent = len(said) - len(told)
    if not silent:
        return metric.score([told])[0]
    pairs = len(said) * (len(said) - 1)
    among = metric.score([told])[0].value if len(told) > 1 else None
    alike = (among or 0.0) * len(told) * (len(told) - 1) + silent * (silent - 1)
    return Value(alike / pairs)
