"""An evaluation set from what readers thought of answers: thumbs up and down, kept with the collection.

One item a question, in the order in which they were first judged. What a reader found good is a reference, and what it
cites is relevant; a good answer that the documents do not tell makes a question that cannot be answered. Of an answer
found bad only the question is taken, without a reference: `metadata` has the answer under `rejected`. As in drafts,
`metadata.reviewed` is false: a thumb is no careful judgement, and a person should write what is missing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import InvalidDataset
from ...generation.citations import without_citations
from ...indexing.collection import Collection
from ...indexing.conversations import Feedback
from .imported import Imported
from .item import Box, Item, Relevant

_ID_DIGITS = 12


def from_feedback(collection: Collection) -> list[Item]:
    """The questions of a collection that have feedback; `write_items` or `dataset_bytes` make a file of them.

    An item's `id` depends on its question alone, so that sets exported at different times fit together. A follow-up
    question stands as it was searched for, so that it can be asked alone; `metadata.asked` has its own words. Raises
    what `Conversations.feedback` raises.
    """
    by_question: dict[str, list[Feedback]] = {}
    for one in collection.conversations.feedback():
        by_question.setdefault(_standing_alone(one), []).append(one)
    return [_item(question, given) for question, given in by_question.items()]


def import_feedback(path: Path) -> Imported:
    """The same from a collection's folder. Raises `InvalidDataset` where nobody has judged an answer yet."""
    with Collection.open(path, create=False) as collection:
        items = from_feedback(collection)
    if not items:
        raise InvalidDataset(
            f"The collection {path} has no feedback.",
            hint="Give some in `chartwell ui`, with the thumbs below answers.",
        )
    return Imported(tuple(items))


def _standing_alone(feedback: Feedback) -> str:
    """The question as it was searched for, which goes before the parts that were searched for besides."""
    searched: Sequence[object] = feedback.answer.get("searched") or [""]
    return str(searched[0]).strip() or feedback.question.strip()


def _item(question: str, given: Sequence[Feedback]) -> Item:
    good = [one.answer for one in given if one.good]
    told = [answer for answer in good if not answer.get("abstained")]
    texts = [without_citations(str(answer.get("text", ""))).strip() for answer in told]
    return Item(
        f"feedback-{hashlib.sha256(question.encode('utf-8', 'surrogatepass')).hexdigest()[:_ID_DIGITS]}",
        question,
        tuple(dict.fromkeys(text for text in texts if text)),
        tuple(dict.fromkeys(place for answer in told for place in _cited(answer))),
        answerable=bool(told) or not good,
        metadata=_metadata(question, given),
    )


def _cited(answer: Mapping[str, Any]) -> Iterator[Relevant]:
    """Where what the answer cites stands: its page and, of tables and charts, the box that frames it."""
    cited = set(answer.get("cited", ()))
    for evidence in answer.get("evidence", ()):
        if evidence["number"] in cited:
            yield Relevant(evidence["source"], evidence["page"], tuple(_boxes(evidence)), evidence["kind"])


def _boxes(evidence: Mapping[str, Any]) -> Iterator[Box]:
    if evidence["kind"] == "text" or evidence["page"] is None:
        return
    for bounds in evidence["bounds"]:
        left, top, right, bottom = (min(1.0, max(0.0, side)) for side in bounds["box"])
        if bounds["page"] == evidence["page"] and left < right and top < bottom:
            yield Box(evidence["page"], left, top, right, bottom)


def _metadata(question: str, given: Sequence[Feedback]) -> dict[str, str | int | float]:
    bad = [one for one in given if not one.good]
    rejected = [str(one.answer.get("text", "")) for one in bad if not one.answer.get("abstained")]
    notes = list(dict.fromkeys(one.note.strip() for one in given if one.note.strip()))
    asked = given[-1].question.strip()
    return {
        "reviewed": False,
        "good": len(given) - len(bad),
        "bad": len(bad),
        **({"asked": asked} if asked != question else {}),
        **({"rejected": "\n\n".join(dict.fromkeys(rejected))} if rejected else {}),
        **({"note": "\n".join(notes)} if notes else {}),
    }
