"""`where` filters: checked, put into a normal form, and turned into SQL over documents and page ranges over nodes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Literal, cast

from ..errors import QueryError
from .index_protocols import PageRange

Where = Mapping[str, object]
"""Keys: source, kind, media_type, language, page, title, or any metadata key. Values: a scalar (equal; text with `*`,
`?` or `[` is a glob as in SQLite, where `*` also matches `/`), a list (any of), or `{operator: value}` with the
operators = != < <= > >=. All conditions must hold; a document without a metadata key meets no condition on it."""

Operator = Literal["=", "!=", "<", "<=", ">", ">="]
Scalar = str | int | float

KINDS = ("text", "table", "chart")
_OPERATORS = ("=", "!=", "<", "<=", ">", ">=")
_TEXT_COLUMNS = {"source", "media_type", "language", "title"}
OWN_KEYS = frozenset({*_TEXT_COLUMNS, "kind", "page"})
"""Keys that never stand for metadata, also where a document's metadata has one of that name."""
_MAX_CHARACTERS = 4_096
_EXAMPLE = 'Write for example {"source": "*.pdf", "page": {"<=": 10}, "kind": ["table", "chart"]}.'


@dataclass(frozen=True, slots=True)
class Condition:
    """`field operator any of values`; order operators have one value."""

    field: str
    operator: Operator
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A checked filter. None admits any kind, any page."""

    conditions: tuple[Condition, ...] = ()
    kinds: tuple[str, ...] | None = None
    pages: tuple[PageRange, ...] | None = None

    def document_sql(self) -> tuple[str, list[object]]:
        """A condition over `documents AS d`, with its parameters."""
        parts, parameters = ["1"], list[object]()
        for condition in self.conditions:
            sql, values = _condition_sql(condition)
            parts.append(sql)
            parameters += values
        return " AND ".join(parts), parameters

    def node_sql(self) -> tuple[str, list[object]]:
        """A condition over `nodes AS n`, with its parameters."""
        parts, parameters = ["1"], list[object]()
        if self.kinds is not None:
            parts.append("n.kind IN (SELECT value FROM json_each(?))")
            parameters.append(json.dumps(self.kinds))
        if self.pages is not None:
            parts.append(
                "EXISTS (SELECT 1 FROM json_each(?) AS r WHERE "
                "n.page >= coalesce(json_extract(r.value, '$[0]'), n.page) AND "
                "n.page <= coalesce(json_extract(r.value, '$[1]'), n.page))"
            )
            parameters.append(json.dumps(self.pages))
        return " AND ".join(parts), parameters


def parse_where(where: Where | None) -> Filter | None:
    """Check a filter; None and `{}` are no filter. Raises `QueryError` for what cannot be meant."""
    if not where:
        return None
    if not isinstance(where, Mapping):
        raise QueryError(f"The filter is {type(where).__name__}, not a mapping.", hint=_EXAMPLE)
    conditions: list[Condition] = []
    kinds: tuple[str, ...] | None = None
    pages: tuple[PageRange, ...] | None = None
    for field, wanted in where.items():
        for condition in _conditions(field, wanted):
            if field == "kind":
                kinds = tuple(kind for kind in (KINDS if kinds is None else kinds) if _kind_matches(kind, condition))
            elif field == "page":
                ranges = _page_ranges(condition)
                pages = ranges if pages is None else _intersection(pages, ranges)
            else:
                conditions.append(condition)
    return Filter(tuple(conditions), kinds, pages)


def _conditions(field: str, wanted: object) -> Iterable[Condition]:
    if not isinstance(field, str) or not field:
        raise QueryError(f"A filter is keyed by {field!r}, which is no name.", hint=_EXAMPLE)
    if not isinstance(wanted, Mapping):
        wanted = {"=": wanted}
    if not wanted:
        raise QueryError(f"The filter on {field!r} is empty.", hint=_EXAMPLE)
    for operator, value in wanted.items():
        if operator not in _OPERATORS:
            known = " ".join(_OPERATORS)
            raise QueryError(f"The filter on {field!r} uses {operator!r}.", hint=f"Operators are {known}")
        several = isinstance(value, list | tuple | set | frozenset)
        values = tuple(cast("Iterable[object]", value)) if several else (value,)
        if not values:
            raise QueryError(f"The filter on {field!r} is an empty list.", hint=_EXAMPLE)
        if several and operator not in {"=", "!="}:
            raise QueryError(f"The filter on {field!r} compares {operator} with a list.", hint="Give one value.")
        yield Condition(field, cast("Operator", operator), tuple(_scalar(field, one) for one in values))


def _scalar(field: str, value: object) -> Scalar:
    if isinstance(value, str):
        if len(value) > _MAX_CHARACTERS or any("\ud800" <= character <= "\udfff" for character in value):
            raise QueryError(f"The filter on {field!r} holds text that no document can have.", hint=_EXAMPLE)
        if field == "page":
            raise QueryError(f"The filter on 'page' is {value!r}.", hint="Pages are counted from 1: give numbers.")
        return value
    number = isinstance(value, int | float) and math.isfinite(value) and abs(value) < 2**63
    if not number or field in _TEXT_COLUMNS or field == "kind":
        raise QueryError(f"The filter on {field!r} is {value!r}.", hint=_EXAMPLE)
    return cast("Scalar", value)


def _is_glob(value: Scalar) -> bool:
    return isinstance(value, str) and any(character in value for character in "*?[")


def _condition_sql(condition: Condition) -> tuple[str, list[object]]:
    if condition.field in _TEXT_COLUMNS:
        return _comparison(f"d.{condition.field}", None, condition)
    comparison, parameters = _comparison("m.value", "typeof(m.value)", condition)
    return (
        f"d.id IN (SELECT document_id FROM metadata AS m WHERE m.key = ? AND {comparison})",  # noqa: S608 - no user text
        [condition.field, *parameters],
    )


def _comparison(column: str, type_of: str | None, condition: Condition) -> tuple[str, list[object]]:
    """SQL that compares a column; `type_of` keeps text and numbers apart, which SQLite would put in one order."""
    texts = [value for value in condition.values if isinstance(value, str)]
    numbers = [value for value in condition.values if not isinstance(value, str)]
    is_text = f"{type_of} = 'text' AND " if type_of else ""
    is_number = f"{type_of} != 'text' AND " if type_of else ""
    if condition.operator not in {"=", "!="}:
        guard = is_text if texts else is_number
        return f"({guard}{column} {condition.operator} ?)", list(condition.values)
    alternatives: list[str] = []
    parameters: list[object] = []
    for guard, values in ((is_text, texts), (is_number, numbers)):
        if values:
            alternatives.append(f"({guard}{column} IN (SELECT value FROM json_each(?)))")  # noqa: S608 - values are bound
            parameters.append(json.dumps(values))
    globs = [value for value in texts if _is_glob(value)]
    if globs:
        alternatives.append(f"({is_text}EXISTS (SELECT 1 FROM json_each(?) AS g WHERE {column} GLOB g.value))")  # noqa: S608 - values are bound
        parameters.append(json.dumps(globs))
    sql = f"({' OR '.join(alternatives)})"
    return (f"NOT {sql}" if condition.operator == "!=" else sql), parameters


def _kind_matches(kind: str, condition: Condition) -> bool:
    texts = [str(value) for value in condition.values]
    unknown = [text for text in texts if not _is_glob(text) and text not in KINDS]
    if unknown or condition.operator not in {"=", "!="}:
        wrong = unknown[0] if unknown else condition.operator
        raise QueryError(f"The filter on 'kind' is {wrong!r}.", hint=f"Kinds are {', '.join(KINDS)}.")
    return any(fnmatchcase(kind, text) for text in texts) == (condition.operator == "=")


def _page_ranges(condition: Condition) -> tuple[PageRange, ...]:
    for value in condition.values:
        if isinstance(value, bool) or value != int(value):
            raise QueryError(f"The filter on 'page' is {value!r}.", hint="Pages are whole numbers, counted from 1.")
    values = sorted(int(value) for value in condition.values)
    match condition.operator:
        case "=":
            return tuple(PageRange(value, value) for value in values)
        case "!=":
            edges = [None, *values, None]
            return tuple(
                PageRange(None if low is None else low + 1, None if high is None else high - 1)
                for low, high in pairwise(edges)
            )
        case "<" | "<=":
            return (PageRange(None, values[0] - (condition.operator == "<")),)
        case _:
            return (PageRange(values[0] + (condition.operator == ">"), None),)


def _intersection(left: tuple[PageRange, ...], right: tuple[PageRange, ...]) -> tuple[PageRange, ...]:
    ranges: list[PageRange] = []
    for a in left:
        for b in right:
            first = max((page for page in (a.first, b.first) if page is not None), default=None)
            last = min((page for page in (a.last, b.last) if page is not None), default=None)
            if first is None or last is None or first <= last:
                ranges.append(PageRange(first, last))
    return tuple(ranges)
