"""Why a search returned what it did: channels, ranks and scores by stage, what was insisted on, and times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .coarse import Ranking
from .evidence import Evidence
from .named_documents import NamedDocuments
from .neighbours import Hit
from .query import Query
from .signals import Signal

FUSION, RERANK = "fusion", "rerank"


@dataclass(frozen=True, slots=True)
class StageScore:
    """Where a node stood in one channel or stage, from 1, and its score there."""

    stage: str
    rank: int
    score: float

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"stage", "rank", "score"}`."""
        return {"stage": self.stage, "rank": self.rank, "score": round(self.score, 6)}


@dataclass(frozen=True, slots=True)
class ChannelTrace:
    """How many nodes a channel found, and in how many seconds."""

    name: str
    found: int
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"name", "found", "seconds"}`."""
        return {"name": self.name, "found": self.found, "seconds": self.seconds}


@dataclass(frozen=True, slots=True)
class QuestionTrace:
    """What became of one question.

    `named` is the filter drawn from its words. `rankings` are those of the channels, of `fusion`, of the parts of the
    fine score (`Reranked.scores`), of `rerank` and of `signals`; `held` says which of its signals each node that was
    reranked holds. `reranker` names the fine stage that served it, `models` those behind parts of the fine score.
    """

    query: Query
    named: NamedDocuments | None
    channels: tuple[ChannelTrace, ...]
    rankings: Mapping[str, Ranking]
    held: Mapping[int, frozenset[Signal]]
    reranker: str
    models: Mapping[str, str] = field(default_factory=dict)

    def stages(self, nodes: Sequence[int]) -> list[tuple[StageScore, ...]]:
        """For each of the nodes its ranks and scores in the channels and stages that have it, in their order."""
        stages: dict[int, list[StageScore]] = {node_id: [] for node_id in nodes}
        for stage, ranking in self.rankings.items():
            for rank, (node_id, score) in enumerate(ranking, start=1):
                if node_id in stages:
                    stages[node_id].append(StageScore(stage, rank, score))
        return [tuple(stages[node_id]) for node_id in nodes]

    def to_dict(self) -> dict[str, Any]:
        """JSON form, keys as in the README."""
        return {
            "question": self.query.text,
            "language": self.query.language,
            "asked": self.query.asked,
            "derived_from": self.query.behind,
            "tokens": list(dict.fromkeys(self.query.tokens)),
            "signals": [signal.to_dict() for signal in self.query.signals],
            "where": dict(self.query.where) if self.query.where else None,
            "named_documents": self.named.to_dict() if self.named else None,
            "channels": [channel.to_dict() for channel in self.channels],
            "candidates": len(self.rankings[FUSION]),
            "reranked": len(self.rankings[RERANK]),
            "reranker": self.reranker,
            "models": dict(self.models),
        }


@dataclass(frozen=True, slots=True)
class ExplainedEvidence:
    """A piece of evidence with its ranks and scores for each question, in the order of the questions."""

    evidence: Evidence
    stages: tuple[tuple[StageScore, ...], ...]
    held: tuple[frozenset[Signal], ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON form; `questions` has the stages and the signals held, one entry a question."""
        return {
            "source": self.evidence.source,
            "page": self.evidence.page,
            "kind": self.evidence.kind,
            "node_ids": list(self.evidence.node_ids),
            "score": round(self.evidence.score, 6),
            "questions": [
                {
                    "stages": [stage.to_dict() for stage in stages],
                    "signals": [signal.to_dict() for signal in sorted(held, key=lambda s: (s.kind, s.text))],
                }
                for stages, held in zip(self.stages, self.held, strict=True)
            ],
            "regions": [region.to_dict() for region in self.evidence.regions],
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole account of a search; `seconds` are those of the stages."""

    questions: tuple[QuestionTrace, ...]
    evidence: tuple[ExplainedEvidence, ...]
    diversity: float
    seconds: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """JSON form, the same as the command line's `--explain --json`."""
        return {
            "questions": [question.to_dict() for question in self.questions],
            "evidence": [item.to_dict() for item in self.evidence],
            "diversity": self.diversity,
            "seconds": dict(self.seconds),
        }


def explain_evidence(
    questions: Sequence[QuestionTrace], found: Sequence[tuple[Hit, Evidence]]
) -> tuple[ExplainedEvidence, ...]:
    """Where the best node of each hit stood for every question."""
    by_question = [question.stages([hit.node.id for hit, _ in found]) for question in questions]
    return tuple(
        ExplainedEvidence(
            evidence,
            tuple(stages[place] for stages in by_question),
            tuple(question.held.get(hit.node.id, frozenset()) for question in questions),
        )
        for place, (hit, evidence) in enumerate(found)
    )
