"""Questions with known evidence, a JSON line each, and where that evidence is in a collection.

    {"id": "7", "question": "What share …?", "relevant": [{"source": "reports/2023.pdf", "page": 12}]}

`page` counts from 1; without it the whole document is relevant. Other keys, such as `answers`, may stand there and
are not read. A `source` is named as `chartwell documents` lists it, by a path to it, or by the end of its path, such
as `2023.pdf`, where only one document ends so. A question with nothing relevant has nothing to learn from and is
left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ...errors import QueryError, SettingsError
from ...indexing.collection import Collection
from ...indexing.discovery import source_name
from ..query import Query, parse_query
from .example import KnownQuestion

_NAMED = 10
_HINT = 'Lines are {"id": …, "question": …, "relevant": [{"source": …, "page": …}]}; `page` may be left out.'


class _WrongLine(Exception):
    """What is wrong with a line."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where evidence stands: a source, and a page of it or None for the whole."""

    source: str
    page: int | None


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A line of the file."""

    id: str
    query: Query
    relevant: tuple[Place, ...]


def read_questions(path: Path) -> list[JudgedQuestion]:
    """The questions of a file, those with nothing relevant left out.

    Raises `SettingsError` naming file and line for what is not of the form above.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path} cannot be read: {error}.", hint="It must be a UTF-8 file of JSON lines."
        ) from error
    seen: dict[str, int] = {}
    questions = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = _question(json.loads(line))
        except (json.JSONDecodeError, RecursionError) as error:
            raise SettingsError(f"{path}, line {number} is no JSON.", hint=_HINT) from error
        except _WrongLine as error:
            raise SettingsError(f"{path}, line {number} {error}.", hint=_HINT) from error
        except QueryError as error:
            raise SettingsError(f"{path}, line {number}: {error.message}", hint=error.hint) from error
        if question.id in seen:
            first = seen[question.id]
            raise SettingsError(f"{path}, line {number} repeats the id {question.id!r} of line {first}.", hint=_HINT)
        seen[question.id] = number
        questions.append(question)
    return [question for question in questions if question.relevant]


def _question(item: Any) -> JudgedQuestion:  # noqa: ANN401 - JSON
    """Raises `_WrongLine`."""
    if not isinstance(item, dict) or isinstance(item.get("id"), bool) or not isinstance(item.get("id"), str | int):
        raise _WrongLine('wants an object with an "id"')
    if not isinstance(item.get("question"), str):
        raise _WrongLine('wants a string under "question"')
    if not isinstance(item.get("relevant"), list):
        raise _WrongLine('wants a list under "relevant"')
    places = dict.fromkeys(_place(entry) for entry in item["relevant"])
    return JudgedQuestion(str(item["id"]), parse_query(item["question"]), tuple(places))


def _place(entry: Any) -> Place:  # noqa: ANN401 - JSON
    if not isinstance(entry, dict) or not isinstance(entry.get("source"), str) or not entry["source"].strip():
        raise _WrongLine('wants an object with a "source" for each piece of evidence')
    page = entry.get("page")
    if page is not None and (isinstance(page, bool) or not isinstance(page, int) or page < 1):
        raise _WrongLine(f'has {page!r} as a "page", which counts from 1')
    return Place(entry["source"], page)


def known_questions(collection: Collection, questions: Sequence[JudgedQuestion], path: Path) -> list[KnownQuestion]:
    """The questions with their evidence found in the collection.

    Raises `SettingsError` naming the sources that the collection does not have, or has several of.
    """
    documents = _documents(collection, sorted({one.source for asked in questions for one in asked.relevant}), path)
    groups: dict[Place, frozenset[int]] = {}
    known = []
    for question in questions:
        for place in question.relevant:
            if place not in groups:
                groups[place] = _groups(collection, documents[place.source], place.page)
        evidence = tuple(groups[place] for place in question.relevant)
        held = frozenset(documents[place.source] for place in question.relevant)
        known.append(KnownQuestion(question.id, question.query, evidence, held))
    return known


def _groups(collection: Collection, document: int, page: int | None) -> frozenset[int]:
    nodes = [
        node.id
        for node in collection.nodes_of(document)
        if page is None or page in {node.page, *(region.page for region in node.regions)}
    ]
    return frozenset(collection.groups(nodes).values())


def _documents(collection: Collection, sources: Sequence[str], path: Path) -> dict[str, int]:
    known = {name.source: name.id for name in collection.document_names()}
    found: dict[str, int] = {}
    wrong: list[str] = []
    for source in sources:
        matches = list(_matches(source, known))
        if len(matches) == 1:
            found[source] = matches[0]
        else:
            wrong.append(f"{source} (several documents end so)" if matches else source)
    if wrong:
        more = f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
        raise SettingsError(
            f"{path} names {len(wrong)} sources that the collection does not have: {', '.join(wrong[:_NAMED])}{more}.",
            hint="Index them first, or name them as `chartwell documents` lists them.",
        )
    return found


def _matches(source: str, known: Mapping[str, int]) -> Iterator[int]:
    for exact in (source, source_name(source)):
        if exact in known:
            yield known[exact]
            return
    end = PurePosixPath(source).parts
    for name, document in known.items():
        if PurePosixPath(name).parts[-len(end) :] == end:
            yield document
