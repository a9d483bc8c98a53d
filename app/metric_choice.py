"""Metrics of answers as users name them on the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..eval.metrics.protocol import AnswerMetric

_BERTSCORE = "bertscore"


def metric_choice(names: Sequence[str] | None, encoder: str | None = None) -> Callable[[str], Sequence[AnswerMetric]]:
    """The metrics of these names by the language of the answers; `all` is every one, none all that need no model.

    BERTScore's encoder is looked for only where it is asked for. Raises `SettingsError` for unknown names.
    """
    from ..eval.metrics.registry import METRIC_NAMES, text_metrics

    wanted = [name.strip() for given in names or () for name in given.split(",") if name.strip()]
    if wanted == ["all"]:
        wanted = [*METRIC_NAMES, _BERTSCORE]
    chosen = list(dict.fromkeys(wanted)) or list(METRIC_NAMES)

    def make_metrics(language: str) -> Sequence[AnswerMetric]:
        made: dict[str, AnswerMetric] = {
            one.name: one for one in text_metrics([name for name in chosen if name != _BERTSCORE], language=language)
        }
        if _BERTSCORE in chosen:
            made[_BERTSCORE] = _bert_score(encoder)
        return [made[name] for name in chosen]

    return make_metrics


def _bert_score(encoder: str | None) -> AnswerMetric:
    from ..eval.metrics.bert_score import BertScore, BertScoreOptions
    from ..indexing.encoders.weights import resolve_text_model
    from .settings import Settings

    settings = Settings.load().encoder
    model = resolve_text_model(encoder or settings.text_model, allow_download=settings.allow_download)
    return BertScore(model, BertScoreOptions(device=settings.device))
