"""A report as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from .markdown import plain, table
from .model import Failure, Report, Section, Table

_LONGEST = 500


def markdown_page(report: Report) -> str:
    """The report without its pictures and without the table of all questions, which `scores.jsonl` has."""
    return "\n".join(_parts(report)).rstrip() + "\n"


def _parts(report: Report) -> Iterator[str]:
    yield f"# {plain(report.title)}\n"
    yield from (f"- {plain(name)}: {plain(text)}" for name, text in report.facts)
    yield ""
    yield from (f"> **{plain(warning)}**\n" for warning in report.warnings)
    if report.tiles:
        rows = [[tile.name, tile.value, tile.interval, tile.note] for tile in report.tiles]
        yield _table(Table(["metric", "mean", "95 % interval", "of"], rows))
    for section in report.sections:
        yield from _section(section)
    if report.failures:
        yield f"## The worst questions by {plain(report.failures_by)}\n"
        for failure in report.failures:
            yield from _failure(failure)


def _section(section: Section) -> Iterator[str]:
    yield f"## {plain(section.title)}\n"
    if section.text:
        yield f"{plain(section.text)}\n"
    for one in section.tables:
        if one.caption:
            yield f"**{plain(one.caption)}**\n"
        yield _table(one)
        if one.note:
            yield f"{plain(one.note)}\n"


def _table(one: Table) -> str:
    return table([plain(name) for name in one.header], [[plain(cell) for cell in row] for row in one.rows])


def _failure(failure: Failure) -> Iterator[str]:
    yield f"### {plain(failure.item)}: {plain(failure.question, longest=_LONGEST)}\n"
    for reference in failure.references:
        yield f"- reference: {plain(reference, longest=_LONGEST)}"
    yield f"- {plain(failure.outcome)}: {plain(failure.answer, longest=_LONGEST)}"
    for claim in failure.claims:
        yield f"  - {plain(claim.verdict)}: {plain(claim.reason, longest=_LONGEST)}"
    if failure.lost:
        yield f"- lost most in: {plain(failure.lost)}"
    if failure.found:
        yield f"- found: {plain('; '.join(failure.found))}"
    yield f"- {plain(', '.join(f'{name} {score}' for name, score in failure.scores))}\n"
