"""Scoring predictions of any system: lines `{"id", "answer"}` against lines `{"id", "answers": […]}`.

Predictions may also be one JSON object of answers by id, as for SQuAD. References may also be an evaluation set of
Chartwell's own form, or the file of a public set that there is an importer for. Other keys of a line are not read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InvalidDataset, SettingsError
from ..indexing.durable_files import write_durably
from ..indexing.language import detect_language
from .datasets.json_lines import RepeatedKey, WrongLine, by_id, item_id, json_lines, parse_json
from .metrics.answer_scores import MetricScores, ScoreEvent, score_answers
from .metrics.protocol import AnswerMetric
from .metrics.registry import text_metrics

_HINT = 'Lines are {"id", "answer"} for predictions and {"id", "answers": […]} for references.'
_SAMPLE = 200
"""References that the language is told from."""
MakeMetrics = Callable[[str], Sequence[AnswerMetric]]
"""The metrics for answers in a language."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a set of predictions; `ids` in the order of the references, `abstained` answers were empty."""

    ids: tuple[str, ...]
    abstained: int
    language: str
    metrics: Mapping[str, MetricScores]

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"items", "abstained", "language", "metrics": {name: {"mean", "signature", …}}}`."""
        return {
            "items": len(self.ids),
            "abstained": self.abstained,
            "language": self.language,
            "metrics": {name: scores.to_dict() for name, scores in self.metrics.items()},
        }

    def write_items(self, path: Path) -> None:
        """Write a JSON line an item: `{"id", "scores": {metric: value or null}, "reasons": {metric: why null}}`.

        Raises `SettingsError` where the file cannot be written.
        """
        lines = [json.dumps(self._item(index), ensure_ascii=False) + "\n" for index in range(len(self.ids))]
        try:
            write_durably(path, "".join(lines).encode())
        except OSError as error:
            raise SettingsError(f"{path} cannot be written: {error}.", hint="Name another file.") from error

    def _item(self, index: int) -> dict[str, Any]:
        values = {name: scores.values[index] for name, scores in self.metrics.items()}
        reasons = {name: one.reason for name, one in values.items() if one.value is None}
        numbers = {name: None if one.value is None else round(one.value, 6) for name, one in values.items()}
        return {"id": self.ids[index], "scores": numbers, **({"reasons": reasons} if reasons else {})}


def score_files(
    predictions: Path,
    references: Path,
    *,
    language: str | None = None,
    make_metrics: MakeMetrics = lambda language: text_metrics(language=language),
    read: Callable[[Path], Mapping[str, Sequence[str]]] | None = None,
    on_event: Callable[[ScoreEvent], None] = lambda _: None,
) -> Scores:
    """Score a file of predictions.

    `language` is told from the references where it is None. `read` reads references of another form, by id. Raises
    `InvalidDataset` naming file and line for what is not of its form, and naming ids for references without a
    prediction and predictions without a reference: silently leaving them out would bend the mean.
    """
    answers = read_predictions(predictions)
    known = (read or read_references)(references)
    missing, unknown = sorted(known.keys() - answers.keys()), sorted(answers.keys() - known.keys())
    if missing or unknown:
        raise InvalidDataset(
            f"{predictions} lacks {len(missing)} ids of {references} ({_some(missing)}) "
            f"and has {len(unknown)} that are not there ({_some(unknown)}).",
            hint='Give every question one prediction; an abstention is {"id": …, "answer": ""}.',
        )
    if not known:
        raise InvalidDataset(f"{references} has no items.", hint="Give at least one.")
    said = re.split("[-_]", language.strip().casefold())[0] if language else ""  # zh-CN is zh
    chosen = said or main_language([given[0] for given in known.values() if given])
    ordered = [answers[id_] for id_ in known]
    scores = score_answers(ordered, list(known.values()), make_metrics(chosen), on_event)
    abstained = sum(not answer.strip() for answer in ordered)
    return Scores(tuple(known), abstained, chosen, {one.name: one for one in scores})


def main_language(texts: Sequence[str]) -> str:
    """The main language of some texts; English where that cannot be told."""
    return detect_language("\n".join(texts[:: max(1, len(texts) // _SAMPLE)])) or "en"


def read_predictions(path: Path) -> dict[str, str]:
    """Answers by id. Raises `InvalidDataset`."""
    whole = _one_object(path)
    if whole is not None:
        wrong = next((id_ for id_, answer in whole.items() if not isinstance(answer, str)), None)
        if wrong is not None:
            raise InvalidDataset(f"{path}: the answer of {wrong!r} is no string.", hint=_HINT)
        return whole

    return dict(by_id(path, json_lines(path, _HINT), _answer, _HINT))


def read_references(path: Path) -> dict[str, list[str]]:
    """References by id, in the order of the file; none for what cannot be answered. Raises `InvalidDataset`."""
    return dict(by_id(path, json_lines(path, _HINT), _references, _HINT))


def _answer(line: dict[str, Any]) -> tuple[str, str]:
    if not isinstance(line.get("answer"), str):
        raise WrongLine('wants a string under "answer"')
    return item_id(line), line["answer"]


def _references(line: dict[str, Any]) -> tuple[str, list[str]]:
    given, answerable = line.get("answers"), line.get("answerable", True)
    if given in (None, []) and answerable is False:
        return item_id(line), []
    if not isinstance(given, list) or not given or not all(isinstance(one, str) for one in given):
        raise WrongLine('wants a list of one or more strings under "answers"')
    if not all(one.strip() for one in given):
        raise WrongLine('has an empty reference among its "answers"')
    if answerable is not True:
        raise WrongLine('contradicts itself: it has "answers" and "answerable" is not true')
    return item_id(line), given


def _one_object(path: Path) -> dict[str, Any] | None:
    """The file as one JSON object of answers by id; None where it is of lines, or cannot be read as a whole.

    Raises `InvalidDataset` for an id that comes twice.
    """
    try:
        whole = parse_json(path.read_text("utf-8-sig"))
    except RepeatedKey as error:
        raise InvalidDataset(f"{path} {error}.", hint=_HINT) from error
    except (OSError, UnicodeDecodeError, WrongLine):
        return None  # read line by line, which says what is wrong and where
    if not isinstance(whole, dict) or whole.keys() & {"id", "answer"}:
        return None
    return whole


def _some(ids: Sequence[str]) -> str:
    return ", ".join(ids[:3]) + (", …" if len(ids) > 3 else "") if ids else "none"
