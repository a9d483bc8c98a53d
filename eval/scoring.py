"""Scoring predictions of any system: lines `{"id", "answer"}` against lines `{"id", "answers": […]}`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import SettingsError
from .text_metrics import Score, TextMetric, default_metrics


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a set of predictions, by metric."""

    items: int
    metrics: dict[str, Score]

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"items", "metrics": {name: {"mean", …}}}`."""
        return {"items": self.items, "metrics": {name: score.to_dict() for name, score in self.metrics.items()}}


def score_files(predictions: Path, references: Path, metrics: Sequence[TextMetric] | None = None) -> Scores:
    """Score a file of predictions.

    Raises `SettingsError` naming file and line for what is not of the form above, and naming ids for references
    without a prediction and predictions without a reference: silently leaving them out would bend the mean.
    """
    answers = dict(_answers(predictions))
    known = dict(_references(references))
    missing, unknown = sorted(known.keys() - answers.keys()), sorted(answers.keys() - known.keys())
    if missing or unknown:
        raise SettingsError(
            f"{predictions} lacks {len(missing)} ids of {references} ({_some(missing)}) "
            f"and has {len(unknown)} that are not there ({_some(unknown)}).",
            hint='Give every question one prediction; an abstention is {"id": …, "answer": ""}.',
        )
    if not known:
        raise SettingsError(f"{references} has no items.", hint="Give at least one.")
    ids = list(known)
    ordered = [answers[id_] for id_ in ids], [known[id_] for id_ in ids]
    return Scores(len(ids), {metric.name: metric.score(*ordered) for metric in metrics or default_metrics()})


def _answers(path: Path) -> Iterator[tuple[str, str]]:
    for number, id_, item in _lines(path):
        if not isinstance(item.get("answer"), str):
            raise _wrong(path, number, 'wants a string under "answer"')
        yield id_, item["answer"]


def _references(path: Path) -> Iterator[tuple[str, list[str]]]:
    for number, id_, item in _lines(path):
        answers = item.get("answers")
        if not isinstance(answers, list) or not answers or not all(isinstance(answer, str) for answer in answers):
            raise _wrong(path, number, 'wants a list of one or more strings under "answers"')
        yield id_, answers


def _lines(path: Path) -> Iterator[tuple[int, str, dict[str, Any]]]:
    seen: dict[str, int] = {}
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path} cannot be read: {error}.", hint="It must be a UTF-8 file of JSON lines."
        ) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except json.JSONDecodeError as error:
            raise _wrong(path, number, f"is no JSON ({error.msg})") from error
        if not isinstance(item, dict) or not isinstance(item.get("id"), str | int):
            raise _wrong(path, number, 'wants an object with an "id"')
        id_ = str(item["id"])
        if id_ in seen:
            raise _wrong(path, number, f"repeats the id {id_!r} of line {seen[id_]}")
        seen[id_] = number
        yield number, id_, item


def _wrong(path: Path, number: int, what: str) -> SettingsError:
    return SettingsError(f"{path}, line {number} {what}.", hint='Lines are {"id", "answer"} or {"id", "answers": […]}.')


def _some(ids: Sequence[str]) -> str:
    return ", ".join(ids[:3]) + (", …" if len(ids) > 3 else "") if ids else "none"
