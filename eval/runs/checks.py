"""The check stage: the answers against their evidence once more, and under two controls that must fare worse.

Evidence of another question without what is its own, and the answer's own evidence with the answer's numbers changed:
where an answer comes through those as well as through its own, the checks of claims say nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from ... import __version__
from ...generation.answer import Claim
from ...generation.citations import Statement as Citing
from ...generation.citations import statements
from ...generation.grounding.checker import check
from ...generation.grounding.ruling import TIER
from ...retrieval.evidence import Evidence
from ..claim_perturbation import Statement, change_number
from ..metrics.citations import citation_scores
from .jobs import Job
from .manifest import short_hash
from .records import Key
from .stored_evidence import EvidenceStore

OWN = "check: own evidence"
SHUFFLED = "check: shuffled evidence"
PERTURBED = "check: perturbed numbers"
CITATIONS = "check: citations"
VERIFIER = f"chartwell {__version__} {TIER}"
Record = Mapping[str, Any]


class Answered(NamedTuple):
    """An answer as recorded, with its item's id."""

    item: str
    record: Record


def check_jobs(answers: Sequence[Answered], store: EvidenceStore, seed: int) -> Iterator[Job]:
    """All checks of all answers that say something; the key of each holds what it depends on."""
    for answer, other in zip(answers, _partners(answers, seed), strict=True):
        own = answer.record["evidence"]
        yield _job(answer, OWN, own, lambda text, evidence: _verdicts(check(text, evidence)), store)
        yield _job(answer, CITATIONS, own, _citations, store)
        yield _job(answer, PERTURBED, own, _perturbed(f"{seed} {answer.item}"), store)
        if other is not None:
            known = {reference["key"] for reference in own}
            foreign = [reference for reference in other.record["evidence"] if reference["key"] not in known]
        else:
            foreign = []
        if foreign:
            yield _job(answer, SHUFFLED, foreign, lambda text, evidence: _verdicts(check(text, evidence)), store)


def _job(
    answer: Answered,
    stage: str,
    references: Sequence[Record],
    examine: Callable[[str, Sequence[Evidence]], dict[str, Any]],
    store: EvidenceStore,
) -> Job:
    text = answer.record["text"]
    depends = [VERIFIER, text, [reference["key"] for reference in references]]
    return Job(
        Key(answer.item, stage, short_hash(depends)),
        lambda: (examine(text, [store.get(reference) for reference in references]), {}),
    )


def _partners(answers: Sequence[Answered], seed: int) -> list[Answered | None]:
    """For each answer another one, in a ring whose order is drawn by the seed; None where there is no other."""
    if len(answers) < 2:
        return [None] * len(answers)
    ring = sorted(answers, key=lambda answer: hashlib.sha256(f"{seed} {answer.item}".encode()).digest())
    following = dict(zip([answer.item for answer in ring], [*ring[1:], ring[0]], strict=True))
    return [following[answer.item] for answer in answers]


def _perturbed(seed: str) -> Callable[[str, Sequence[Evidence]], dict[str, Any]]:
    def examine(text: str, evidence: Sequence[Evidence]) -> dict[str, Any]:
        random = Random(seed)  # noqa: S311 - repeatable perturbations, no secrets
        held = "\n".join(item.text for item in evidence)
        true, false = [], []
        for statement in statements(text):
            changed = change_number(Statement(statement.text, held, (), ()), random)
            if changed is not None:
                marks = "".join(f" [{number}]" for number in statement.citations)
                true += check(statement.text + marks, evidence)
                false += check(changed + marks, evidence)
        return {"before": _verdicts(true)["claims"], "after": _verdicts(false)["claims"]}

    return examine


def _citations(text: str, evidence: Sequence[Evidence]) -> dict[str, Any]:
    claims = [_uncited(statement) for statement in statements(text)]
    scores = citation_scores(claims, evidence)
    values = {"citation_recall": scores.recall, "citation_precision": scores.precision}
    return {
        **{name: one.value for name, one in values.items()},
        "reasons": {name: one.reason for name, one in values.items() if one.value is None},
    }


def _uncited(statement: Citing) -> Claim:
    """A statement as a claim that nobody has judged: the metric asks the verifier itself."""
    return Claim(statement.text, "not_found", 0.0, "", "", citations=statement.citations)


def _verdicts(claims: Sequence[Claim]) -> dict[str, Any]:
    return {"claims": [[claim.verdict, round(claim.score, 6)] for claim in claims]}
