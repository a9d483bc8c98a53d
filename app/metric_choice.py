"""Metrics of answers as users name them on the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..errors import SettingsError

if TYPE_CHECKING:
    from ..eval.metrics.protocol import AnswerMetric

_BERTSCORE = "bertscore"
_MEASURED = "auto"


def metric_choice(
    names: Sequence[str] | None,
    encoder: str | None = None,
    baseline: str | None = None,
    texts: Callable[[], Sequence[str]] = tuple,
) -> Callable[[str], Sequence[AnswerMetric]]:
    """The metrics of these names by the language of the answers; `all` is every one, none all that need no model.

    BERTScore's encoder is looked for only where it is asked for; its `baseline` is a number, or `auto`, which measures
    it on `texts`. Raises `SettingsError` for unknown names and for a baseline that is neither.
    """
    from ..eval.metrics.registry import METRIC_NAMES, text_metrics

    wanted = [name.strip() for given in names or () for name in given.split(",") if name.strip()]
    if wanted == ["all"]:
        wanted = [*METRIC_NAMES, _BERTSCORE]
    chosen = list(dict.fromkeys(wanted)) or list(METRIC_NAMES)
    if baseline is not None and _BERTSCORE not in chosen:
        raise SettingsError("A baseline of BERTScore without the metric bertscore.", hint="Add --metrics bertscore.")

    def make_metrics(language: str) -> Sequence[AnswerMetric]:
        made: dict[str, AnswerMetric] = {
            one.name: one for one in text_metrics([name for name in chosen if name != _BERTSCORE], language=language)
        }
        if _BERTSCORE in chosen:
            made[_BERTSCORE] = _bert_score(encoder, baseline, texts)
        return [made[name] for name in chosen]

    return make_metrics


def _bert_score(encoder: str | None, baseline: str | None, texts: Callable[[], Sequence[str]]) -> AnswerMetric:
    from ..eval.metrics.bert_score import BertScore, BertScoreOptions
    from ..indexing.encoders.weights import resolve_text_model
    from .settings import Settings

    settings = Settings.load().encoder
    model = resolve_text_model(encoder or settings.text_model, allow_download=settings.allow_download)
    options = BertScoreOptions(device=settings.device)
    if baseline is None:
        return BertScore(model, options)
    if baseline == _MEASURED:
        return BertScore(model, replace(options, baseline=round(BertScore(model, options).baseline_of(texts()), 6)))
    try:
        return BertScore(model, replace(options, baseline=float(baseline)))
    except ValueError as error:
        raise SettingsError(
            f"--bertscore-baseline {baseline!r} is neither a number nor auto.", hint="Example: 0.31"
        ) from error
