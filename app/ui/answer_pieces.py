"""An answer's text cut into what is drawn in one way: stretches of claims, citations, verdict signs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...generation.citations import Mark, marks

SIGNS: Mapping[str, str] = {"supported": "✓", "contradicted": "✗", "not_found": "?"}
Told = Mapping[str, Any]
"""The JSON form of an answer, or of one of its claims."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: int
    end: int
    claim: int


def pieces_of(answer: Told, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """An answer's JSON form as pieces in the order of its text, which their `text`s, joined, give again.

    `text`: words, with `verdict` and `reason` where they are a claim's. `citation`: one number, with the position of
    the `claim` that cites it; `[1, 2]` becomes two, the first of which holds the text of both. `sign`: behind each
    claim, without a text of its own. `labels` name the verdicts in the reader's language.
    """
    text: str = answer["text"]
    cited = marks(text)
    stretches = _stretches(answer, cited)
    pieces: list[dict[str, Any]] = []
    place, claim = 0, None
    for stretch in stretches:
        pieces += _pieces(answer, cited, place, stretch.start, claim)
        place, claim = stretch.end, stretch.claim
        told = answer["claims"][claim]
        inner = _pieces(answer, cited, stretch.start, stretch.end, claim)
        pieces += [
            {**piece, "verdict": told["verdict"], "reason": told["reason"]} if piece["kind"] == "text" else piece
            for piece in inner
        ]
        pieces.append({"kind": "sign", "text": "", **verdict_of(told, labels)})
    return pieces + list(_pieces(answer, cited, place, len(text), claim))


def verdict_of(claim: Told, labels: Mapping[str, str]) -> dict[str, str]:
    """A claim's verdict as `verdict`, `sign`, `label` and `reason`."""
    verdict = claim["verdict"]
    return {"verdict": verdict, "sign": SIGNS[verdict], "label": labels[verdict], "reason": claim["reason"]}


def notes_of(answer: Told, labels: Mapping[str, str]) -> list[dict[str, str]]:
    """What to read below the text: each claim that is not supported, or not found word for word in the text."""
    shown = {stretch.claim for stretch in _stretches(answer, marks(answer["text"]))}
    return [
        {"claim": claim["text"], **verdict_of(claim, labels)}
        for position, claim in enumerate(answer["claims"])
        if claim["verdict"] != "supported" or position not in shown
    ]


def with_sources(answer: Told) -> str:
    """An answer as plain text, and below it a line for each number it cites."""
    cited = [answer["evidence"][number - 1] for number in answer["cited"]]
    lines = [
        f"[{item['number']}] {item['source']}" + (f", p. {item['page_label'] or item['page']}" if item["page"] else "")
        for item in cited
    ]
    return "\n".join([answer["text"], *([""] if lines else []), *lines])


def _stretches(answer: Told, cited: Sequence[Mark]) -> list[_Stretch]:
    """Where the claims stand in the text; their own text lacks the citations that stand within."""
    text: str = answer["text"]
    within = {place for mark in cited for place in range(mark.start, mark.end)}
    places = [place for place in range(len(text)) if place not in within]
    plain = "".join(text[place] for place in places)
    found = []
    begin = 0
    for position, claim in enumerate(answer["claims"]):
        start = plain.find(claim["text"], begin) if claim["text"] else -1
        if start >= 0:
            begin = start + len(claim["text"])
            found.append(_Stretch(places[start], places[begin - 1] + 1, position))
    return found


def _pieces(answer: Told, cited: Sequence[Mark], start: int, end: int, claim: int | None) -> Iterator[dict[str, Any]]:
    text: str = answer["text"]
    for mark in cited:
        if not start <= mark.start < end:
            continue
        if mark.start > start:
            yield {"kind": "text", "text": text[start : mark.start]}
        for position, number in enumerate(mark.numbers):
            yield _citation(answer, "" if position else text[mark.start : mark.end], number, claim)
        start = mark.end
    if start < end:
        yield {"kind": "text", "text": text[start:end]}


def _citation(answer: Told, text: str, number: int, claim: int | None) -> dict[str, Any]:
    evidence: Sequence[Told] = answer["evidence"]
    valid = 1 <= number <= len(evidence)
    name = str(evidence[number - 1]["source"]).rsplit("/", 1)[-1] if valid else "?"
    return {"kind": "citation", "text": text, "number": number, "claim": claim, "valid": valid, "label": name}
