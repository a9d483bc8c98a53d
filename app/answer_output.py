"""What `chartwell ask` prints: the answer as it is written, then its claims, citations and notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ..generation.answer import Answer, AnswerEvent, Claim, DoneEvent, TokenEvent
from .output import console, place, printable

Crops = Mapping[int, Path]
"""Pictures of evidence by its number."""

_SIGNS = {"supported": "✓", "contradicted": "✗", "not_found": "?"}
_STYLES = {"supported": "green", "contradicted": "red"}
_CITATION_NOTES = {
    "given": "",
    "repaired": " Its citation was added after the check.",
    "missing": " It cites nothing.",
    "invalid": " It cites a number that stands for no evidence.",
}
_OFFERED = 3
"""Pieces of evidence that are named where the answer cites none."""


def print_tokens(events: Iterable[AnswerEvent], *, live: bool) -> tuple[Answer, str]:
    """Follow an answer to its end, its words printed as they are written if `live`; it and what was printed of it."""
    out = console()
    shown = ""
    try:
        for event in events:
            if isinstance(event, TokenEvent) and live:
                out.print(Text(printable(event.text), "bold"), end="")
                shown += event.text
            elif isinstance(event, DoneEvent):
                return event.answer, shown
    finally:
        if shown:
            out.print()  # also before the message of an error
    raise AssertionError("a stream always ends with a DoneEvent")


def notes_on(answer: Answer) -> list[str]:
    """What went wrong without ending the answer, and why it stops where it does."""
    ended = {"length": "it reached the limit of tokens", "cancelled": "it was stopped", "interrupted": "writing failed"}
    unfinished = f"The answer is not complete: {ended[answer.finish]}." if answer.finish in ended else ""
    return [*answer.warnings, *filter(None, [unfinished])]


def print_answer(answer: Answer, crops: Crops, *, shown: str = "") -> None:
    """The answer, the verdict of each claim, what was withheld, and the evidence that is cited.

    `shown` is what has been printed of its text already.
    """
    out = console()
    if shown.strip() != answer.text:
        out.print(Text(printable(answer.text), "bold"))
    for position, claim in enumerate(answer.claims):
        _print_claim(out, claim, _elsewhere(answer, position))
    if answer.withheld:
        number = len(answer.withheld)
        out.print(f"{number} claim{'s were' if number > 1 else ' was'} left out after the check:")
        for claim in answer.withheld:
            out.print(Text(f"  withheld: {printable(claim.text)}", "dim"))
            _print_claim(out, claim)
    if answer.abstained and answer.evidence:
        out.print("The closest evidence:")
    for number in answer.cited or range(1, min(_OFFERED, len(answer.evidence)) + 1):
        _print_cited(out, answer, number)
        if number in crops:
            out.print(Text(f"      picture: {crops[number]}", "dim"))


def _elsewhere(answer: Answer, position: int) -> str:
    """A note where a claim is borne out, but by other evidence than it cites."""
    claim = answer.claims[position]
    alone = [citation.verdict for citation in answer.citations if citation.claim == position]
    if claim.verdict != "supported" or claim.evidence in (None, *claim.citations) or "supported" in alone:
        return ""
    return f" What it cites does not bear it out, but [{claim.evidence}] does."


def _print_claim(out: Console, claim: Claim, note: str = "") -> None:
    note = _CITATION_NOTES[claim.citation_status] + note
    reason = f"{claim.verdict} ({claim.score:.2f}): {printable(claim.reason)}{note}"
    out.print(Text(f"  {_SIGNS[claim.verdict]} {reason}", _STYLES.get(claim.verdict, "yellow")))


def _print_cited(out: Console, answer: Answer, number: int) -> None:
    item = answer.evidence[number - 1]
    out.print(Text(f"  [{number}] {item.kind}: {printable(place(item))}"))
    if item.caption:
        out.print(Text(f"      {printable(item.caption)}", "italic"))
