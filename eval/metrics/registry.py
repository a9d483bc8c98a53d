"""The metrics of answers by name, in the order in which reports have them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...errors import SettingsError
from .anls import Anls
from .exact_match import ExactMatch, ExactMatchTokens
from .meteor import Meteor
from .number_agreement import NumberAgreement
from .protocol import AnswerMetric
from .relaxed_accuracy import RelaxedAccuracy
from .rouge import Rouge
from .sacrebleu_metrics import Bleu, ChrF
from .token_f1 import TokenF1, TokenF1Tokens

_MAKE: dict[str, Callable[[str], AnswerMetric]] = {
    "exact_match": ExactMatch,
    "exact_match_tokens": lambda _: ExactMatchTokens(),
    "token_f1": TokenF1,
    "token_f1_tokens": lambda _: TokenF1Tokens(),
    "rouge1": lambda _: Rouge("rouge1"),
    "rouge2": lambda _: Rouge("rouge2"),
    "rougeL": lambda _: Rouge("rougeL"),
    "rouge1_tokens": lambda _: Rouge("rouge1", stock=False),
    "rouge2_tokens": lambda _: Rouge("rouge2", stock=False),
    "rougeL_tokens": lambda _: Rouge("rougeL", stock=False),
    "bleu": Bleu,
    "chrf": lambda _: ChrF(),
    "meteor_exact_stem": lambda _: Meteor(),
    "anls": lambda _: Anls(),
    "relaxed_accuracy": lambda _: RelaxedAccuracy(),
    "number_precision": lambda _: NumberAgreement("precision"),
    "number_recall": lambda _: NumberAgreement("recall"),
    "number_f1": lambda _: NumberAgreement("f1"),
}
METRIC_NAMES = tuple(_MAKE)
"""Those that need no model."""


def text_metrics(names: Sequence[str] = METRIC_NAMES, *, language: str = "en") -> list[AnswerMetric]:
    """The metrics of these names, for answers in a language as `detect_language` names it.

    Raises `SettingsError` for an unknown name, `MissingDependency` where a package is not installed.
    """
    unknown = [name for name in names if name not in _MAKE]
    if unknown:
        raise SettingsError(
            f"There is no metric {', '.join(unknown)}.", hint=f"There are {', '.join(METRIC_NAMES)}, and bertscore."
        )
    return [_MAKE[name](language) for name in dict.fromkeys(names)]
