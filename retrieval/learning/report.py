"""What tuning did and found, and the events it sends on the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ...indexing.tuned_models import ModelKind
from .judging import Verdict

TuneStage = Literal["examples", "training", "judging", "saving"]
Origin = Literal["given", "made"]


@dataclass(frozen=True, slots=True)
class TuneEvent:
    """A step. `done` of `total`: seconds while training, questions otherwise; `detail` is for people."""

    stage: TuneStage
    done: float
    total: float
    detail: str = ""


OnTuneEvent = Callable[[TuneEvent], None]


class TuningCancelled(Exception):
    """Tuning was broken off on request; nothing has changed."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The time that tuning may take, and whether it is still wanted."""

    seconds: float
    cancelled: Callable[[], bool] = lambda: False
    started: float = field(default_factory=time.monotonic)

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        """Seconds to the end, 0 after it."""
        return max(0.0, self.seconds - self.spent)

    def share(self, share: float) -> float:
        """Seconds that are this share of what is left; a tenth of all, where making examples took too long."""
        return max(share * self.left, self.seconds / 10)

    def go_on(self) -> None:
        """Raises `TuningCancelled` where that was asked for."""
        if self.cancelled():
            raise TuningCancelled


@dataclass(frozen=True, slots=True)
class TuneReport:
    """The outcome.

    `origin` says whether the questions were given or made from the collection; `questions` counts those of each part.
    `verdict` compares with `compared_with` on the held-out questions: None where tuning was cancelled. `weight` is
    what the reranker's relevance counts beside the score of coarse stage and region alignment.
    """

    kind: ModelKind
    adopted: bool
    origin: Origin
    questions: Mapping[str, int]
    base: str
    compared_with: str
    verdict: Verdict | None = None
    cancelled: bool = False
    weight: float | None = None
    validation: tuple[float, ...] = ()
    """nDCG@10 on the questions that the state of the model was chosen by, before training and at each look."""
    steps: int = 0
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why it was adopted, or not, in words."""
        if self.verdict is None:
            return "Stopped before the end; the collection is as it was."
        one = self.verdict
        figures = (
            f"nDCG@10 on {one.questions} held-out questions is {one.after:.3f} with it "
            f"and {one.before:.3f} with {self.compared_with} (p = {one.p:.4f})"
        )
        return f"Adopted: {figures}." if self.adopted else f"Not adopted: {figures}."

    def to_dict(self) -> dict[str, Any]:
        """JSON form, keys as the fields, and `reason`."""
        return {
            "kind": self.kind,
            "adopted": self.adopted,
            "cancelled": self.cancelled,
            "reason": self.reason,
            "origin": self.origin,
            "questions": dict(self.questions),
            "base": self.base,
            "compared_with": self.compared_with,
            "verdict": self.verdict.to_dict() if self.verdict else None,
            "weight": self.weight,
            "validation": [round(value, 4) for value in self.validation],
            "steps": self.steps,
            "seconds": round(self.seconds, 1),
            "warnings": list(self.warnings),
        }
