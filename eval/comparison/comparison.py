"""Two runs over the same questions compared: `compare("runs/before", "runs/after")`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from os import PathLike
from typing import Any

from ...errors import RunMismatch, SettingsError
from ..runs.headline import headline, lower_is_better, most_telling, worst_value
from ..runs.item_scores import STRICT, failed
from ..runs.manifest import differences as identity_differences
from ..runs.run import Run
from .paired_statistics import Difference, differences

WORST = 10
_NOTHING = 1e-9
"""A fall of so much more than is allowed comes of rounding."""


@dataclass(frozen=True, slots=True)
class Regression:
    """A question that B does worse than A in `metric`, with both answers; None where a run has none."""

    item: str
    question: str
    references: tuple[str, ...]
    metric: str
    a: float
    b: float
    answer_a: str | None
    answer_b: str | None


@dataclass(frozen=True, slots=True)
class NewFailure:
    """A question that failed in B alone; `lost` has the values in A of the metrics compared that B therefore lacks."""

    item: str
    question: str
    reason: str
    lost: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Run B against run A: differences by metric, the worst regressions, what was set differently, and notes.

    `failures` are the questions that failed in B alone. They are in no difference, but count in `fallen`.
    """

    a: str
    b: str
    differences: tuple[Difference, ...]
    regressions: tuple[Regression, ...]
    changed: tuple[str, ...]
    notes: tuple[str, ...]
    failures: tuple[NewFailure, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON form, keys as the fields."""
        return {
            "a": self.a,
            "b": self.b,
            "differences": [one.to_dict() for one in self.differences],
            "regressions": [asdict(one) for one in self.regressions],
            "changed": list(self.changed),
            "notes": list(self.notes),
            "failures": [asdict(one) for one in self.failures],
        }

    def fallen(self, allowed: dict[str, float]) -> list[str]:
        """What got worse by more than `allowed` says, one line each; a question that failed in B alone counts as worst.

        Raises `SettingsError` for metrics not compared.
        """
        found = {one.metric: one for one in self.differences}
        known = list(dict.fromkeys([*found, *(name for failure in self.failures for name in failure.lost)]))
        unknown = sorted(allowed.keys() - set(known))
        if unknown:
            raise SettingsError(
                f"The metric {unknown[0]} was not compared.", hint=f"There are {', '.join(known) or 'none'}."
            )
        lines = ((name, found.get(name), delta) for name, delta in allowed.items())
        losses = [(name, one, self._loss(name, one), delta) for name, one, delta in lines]
        return [self._told(name, one, loss, delta) for name, one, loss, delta in losses if loss > delta + _NOTHING]

    def _loss(self, metric: str, one: Difference | None) -> float:
        """How much worse B is, over the questions that both have and those that failed in B."""
        sign = -1 if lower_is_better(metric) else 1
        failed = [failure.lost[metric] for failure in self.failures if metric in failure.lost]
        both, lost = (one.n, -sign * one.difference * one.n) if one is not None else (0, 0.0)
        return (lost + sum(abs(a - worst_value(metric)) for a in failed)) / (both + len(failed))

    def _told(self, metric: str, one: Difference | None, loss: float, delta: float) -> str:
        failed = sum(metric in failure.lost for failure in self.failures)
        if one is None:
            return f"{metric} has no value in B: the {failed} questions that have one in A failed; {delta:g} is allowed"
        moved = "rose" if lower_is_better(metric) else "fell"
        counted = f", with the {failed} questions that failed in B alone counted as worst" if failed else ""
        return f"{metric} {moved} by {loss:.4f}, from {one.a:.4f} to {one.b:.4f}{counted}; {delta:g} is allowed"


def compare(
    a: Run | str | PathLike[str],
    b: Run | str | PathLike[str],
    *,
    metrics: Sequence[str] | None = None,
    also: Sequence[str] = (),
    worst_by: str | None = None,
    worst: int = WORST,
    seed: int = 7,
) -> Comparison:
    """Compare run B with run A, question by question.

    `metrics` are the names to compare, `["all"]` for every one that both have; None takes the headline metrics, since
    every further one costs certainty. `also` are compared besides. `worst_by` is the metric in which regressions are
    looked for. Raises `RunMismatch` for runs over different data sets, `NotARun`, `RunIncomplete`, `RunDamaged`,
    `SettingsError` for unknown metrics.
    """
    first, second = (one if isinstance(one, Run) else Run.open(one) for one in (a, b))
    _require_same_questions(first, second)
    common, notes = _comparable(first, second)
    chosen = _chosen(common, metrics, also)
    by = worst_by or most_telling(chosen) or (chosen[0] if chosen else None)
    if by is not None and by not in common:
        raise SettingsError(f"The metric {by} was not measured in both runs.", hint=f"There are {', '.join(common)}.")
    return Comparison(
        str(first.path),
        str(second.path),
        tuple(differences(first.scores, second.scores, chosen, seed=seed)),
        tuple(_regressions(first, second, by)[:worst]) if by else (),
        tuple(identity_differences(first.manifest.identity, second.manifest.identity)),
        tuple(notes),
        tuple(_new_failures(first, second, chosen)),
    )


def _require_same_questions(a: Run, b: Run) -> None:
    one, other = a.manifest.dataset, b.manifest.dataset
    if one["sha256"] != other["sha256"]:
        raise RunMismatch(
            f"The runs are over different data sets: {a.path} over {one['path']} ({one['items']} questions, SHA-256 "
            f"{one['sha256'][:12]}…), {b.path} over {other['path']} ({other['items']}, {other['sha256'][:12]}…).",
            hint="Compare runs over one data set.",
        )


def _comparable(a: Run, b: Run) -> tuple[list[str], list[str]]:
    """The metrics that mean the same in both, where B's may all have failed, and notes on what is left out."""
    notes = []
    if a.scores.keys() != b.scores.keys():
        shared = len(a.scores.keys() & b.scores.keys())
        notes.append(f"A has {len(a.scores)} questions, B {len(b.scores)}; the {shared} of both are compared.")
    notes += [
        f"Records that failed in {name}: {count}; what they would have scored is in no difference."
        for name, count in (("A", a.summary["failures"]["count"]), ("B", b.summary["failures"]["count"]))
        if count
    ]
    common = [
        name
        for name, measured in a.summary["metrics"].items()
        if measured["n"] and _was_tried(b.summary["metrics"].get(name))
    ]
    one, other = a.manifest.metrics, b.manifest.metrics
    unlike = {name for name in one.keys() & other.keys() if one[name] != other[name]}
    notes += [
        f"{name} is left out: it was measured as {one[name]} in A and as {other[name]} in B; rescore one of them."
        for name in sorted(unlike)
    ]
    return [name for name in common if name.removeprefix(STRICT) not in unlike], notes


def _was_tried(measured: Mapping[str, Any] | None) -> bool:
    """Whether a run has values of a metric, or would have if nothing had failed."""
    return measured is not None and bool(measured["n"] or any(map(failed, measured.get("missing_reasons", ()))))


def _chosen(common: Sequence[str], metrics: Sequence[str] | None, also: Sequence[str]) -> list[str]:
    if metrics is None:
        wanted = headline(common) or list(common)
    else:
        wanted = list(common) if list(metrics) == ["all"] else list(metrics)
    wanted = list(dict.fromkeys([*wanted, *also]))
    unknown = [name for name in wanted if name not in common]
    if unknown:
        raise SettingsError(
            f"The metric {unknown[0]} was not measured in both runs.", hint=f"There are {', '.join(common)}."
        )
    return wanted


def _regressions(a: Run, b: Run, metric: str) -> list[Regression]:
    found = []
    sign = -1 if lower_is_better(metric) else 1
    for item in a.items:
        one, other = a.scores[item.id].get(metric), b.scores.get(item.id, {}).get(metric)
        if one is not None and other is not None and sign * other < sign * one:
            answers = (run.answers.get(item.id, {}).get("text") for run in (a, b))
            found.append(Regression(item.id, item.question, item.answers, metric, one, other, *answers))
    return sorted(found, key=lambda one: (sign * (one.b - one.a), one.item))


def _new_failures(a: Run, b: Run, metrics: Sequence[str]) -> Iterator[NewFailure]:
    """The questions of both runs of which B lacks values of these metrics because something failed."""
    for item in a.items:
        reasons = b.reasons.get(item.id, {})
        told = {name: reasons[name] for name in metrics if failed(reasons.get(name, ""))}
        lost = {name: value for name in told if (value := a.scores[item.id].get(name)) is not None}
        if lost:
            yield NewFailure(item.id, item.question, told[next(iter(lost))], lost)
