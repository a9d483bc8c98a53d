"""Files of JSON lines, read one by one, with file and line in every complaint."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from ...errors import InvalidDataset

Line = TypeVar("Line")
Parsed = TypeVar("Parsed")


class WrongLine(Exception):
    """What is wrong with a line, as it follows "FILE, line N ..."."""


class RepeatedKey(WrongLine):
    """An object has a key twice, of which one would be lost."""


def refuse(path: Path, number: int, what: object, hint: str) -> NoReturn:
    """Raise `InvalidDataset` for a line."""
    raise InvalidDataset(f"{path}, line {number} {what}.", hint=hint)


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 file that are not blank, numbered from 1. Raises `InvalidDataset`."""
    number = 0
    try:
        # Not `splitlines`, which parts lines at characters that JSON allows within strings.
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except (OSError, UnicodeDecodeError) as error:
        where = f" after line {number}" if number else ""
        raise InvalidDataset(f"{path} cannot be read{where}: {error}.", hint="It must be a UTF-8 file.") from error


def json_lines(path: Path, hint: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a file, each with the number of its line. Raises `InvalidDataset` with `hint`."""
    for number, line in text_lines(path):
        try:
            item = parse_json(line)
        except WrongLine as error:
            refuse(path, number, error, hint)
        if not isinstance(item, dict):
            refuse(path, number, "is no JSON object", hint)
        yield number, item


def json_file(path: Path, hint: str) -> Any:  # noqa: ANN401 - any JSON
    """The one value that a file holds. Raises `InvalidDataset` with `hint`."""
    try:
        return parse_json(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidDataset(f"{path} cannot be read: {error}.", hint=hint) from error
    except WrongLine as error:
        raise InvalidDataset(f"{path} {error}.", hint=hint) from error


def parse_json(text: str) -> Any:  # noqa: ANN401 - any JSON
    """Strict JSON: no NaN, no key twice, only characters that can be written again. Raises `WrongLine`."""
    try:
        value = json.loads(text, parse_constant=_no_number, object_pairs_hook=_object)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise WrongLine(f"is no JSON ({error.msg}, column {error.colno})") from error
    except RecursionError as error:
        raise WrongLine("is no JSON that anybody wrote (nested too deeply)") from error
    except UnicodeEncodeError as error:
        raise WrongLine("holds half a character (a lone surrogate)") from error
    except ValueError as error:
        raise WrongLine(f"is no JSON ({error})") from error
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        (key, _), *_ = Counter(key for key, _ in pairs).most_common(1)
        raise RepeatedKey(f"has the key {key!r} more than once")
    return found


def item_id(item: dict[str, Any], key: str = "id") -> str:
    """The id of an object, a string or an integer. Raises `WrongLine`."""
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise WrongLine(f'wants an object with an "{key}", a string or an integer')
    return str(value)


def by_id(
    path: Path, lines: Iterable[tuple[int, Line]], parse: Callable[[Line], tuple[str, Parsed]], hint: str
) -> Iterator[tuple[str, Parsed]]:
    """What `parse` makes of each line, with its id, of which none may come twice.

    `parse` raises `WrongLine`, which becomes `InvalidDataset` with file and line.
    """
    seen: dict[str, int] = {}
    for number, line in lines:
        try:
            id_, parsed = parse(line)
        except WrongLine as error:
            refuse(path, number, error, hint)
        if id_ in seen:
            refuse(path, number, f"repeats the id {id_!r} of line {seen[id_]}", hint)
        seen[id_] = number
        yield id_, parsed


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
