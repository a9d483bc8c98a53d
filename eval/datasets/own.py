"""The one form of Chartwell's evaluation sets: JSON lines, read by `eval`, `eval score` and `tune`.

    {"id": "7", "question": "What share …?", "answers": ["12 %"], "answerable": true,
     "relevant": [{"source": "reports/2023.pdf", "page": 12, "node": "chart", "grade": 1,
                   "boxes": [{"page": 12, "left": 0.1, "top": 0.2, "right": 0.5, "bottom": 0.6}]}],
     "metadata": {"set": "annual reports", "reviewed": false}}

Only `id` and `question` must be there.

- `answers`: references, any one of which is right; none where only retrieval is measured.
- `relevant`: what holds the answer. `source` is named as `chartwell documents` lists it, or by the end of its path,
  such as `2023.pdf`. `page` counts from 1, without it the whole document is meant. `node` is `text`, `table` or
  `chart`. `boxes` are fractions of the page, origin at the top left. `grade` is the gain, 1 if left out; 0 is judged
  not relevant.
- `answerable`: false where the documents do not tell, and there are then no answers; true if left out.
- `metadata`: names with strings, numbers, true or false.

An unknown key is an error, since it is most often a slip of the pen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...errors import InvalidDataset, QueryError, SettingsError
from ...indexing.durable_files import write_durably
from ...retrieval.query import parse_query
from .item import Box, Item, Relevant
from .json_lines import WrongLine, by_id, item_id, json_lines, parse_json

HINT = (
    'Lines are {"id", "question", "answers": […], "relevant": [{"source", "page", "boxes", "node", "grade"}], '
    '"answerable", "metadata"}; only the first two must be there.'
)
_KEYS = frozenset({"id", "question", "answers", "relevant", "answerable", "metadata"})
_RELEVANT_KEYS = frozenset({"source", "page", "boxes", "node", "grade"})
_SIDES = ("left", "top", "right", "bottom")
NODE_KINDS = ("text", "table", "chart")


def read_items(path: Path) -> list[Item]:
    """The items of a file, in its order.

    Raises `InvalidDataset` naming file and line for what is not of the form, and for a file without items.
    """
    items = [item for _, item in by_id(path, json_lines(path, HINT), _with_id, HINT)]
    if not items:
        raise InvalidDataset(f"{path} has no items.", hint=HINT)
    return items


def dataset_bytes(items: Iterable[Item]) -> bytes:
    """Items as the content of a file. Raises `InvalidDataset` for what `read_items` would refuse."""
    lines = [json.dumps(item_to_dict(item), ensure_ascii=False) + "\n" for item in items]
    given = Path("The items given")
    if not [*by_id(given, enumerate(lines, start=1), lambda line: _with_id(parse_json(line)), HINT)]:
        raise InvalidDataset("No items are given.", hint=HINT)
    return "".join(lines).encode()


def write_items(path: Path, items: Iterable[Item]) -> int:
    """Write a file of items, whole or not at all; how many there are. Keys that say nothing are left out.

    Raises `SettingsError` where it cannot be written.
    """
    lines = [json.dumps(item_to_dict(item), ensure_ascii=False) + "\n" for item in items]
    try:
        write_durably(path, "".join(lines).encode())
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error}.", hint="Name another file.") from error
    return len(lines)


def item_to_dict(item: Item) -> dict[str, Any]:
    """The JSON form of an item."""
    relevant = [
        {key: value for key, value in asdict(one).items() if not _is_default(key, value)} for one in item.relevant
    ]
    for one in relevant:
        if "boxes" in one:
            one["boxes"] = [dict(box) for box in one["boxes"]]
    return {
        "id": item.id,
        "question": item.question,
        "answers": list(item.answers),
        "relevant": relevant,
        "answerable": item.answerable,
        **({"metadata": dict(item.metadata)} if item.metadata else {}),
    }


def _is_default(key: str, value: object) -> bool:
    return value is None or value == () or (key == "grade" and value == 1)


def _with_id(line: dict[str, Any]) -> tuple[str, Item]:
    item = item_from_dict(line)
    return item.id, item


def item_from_dict(line: dict[str, Any]) -> Item:
    """The item of a JSON object. Raises `WrongLine`."""
    id_ = item_id(line)
    _only(line, _KEYS, "")
    question = line.get("question")
    if not isinstance(question, str):
        raise WrongLine('wants a string under "question"')
    try:
        parse_query(question)
    except QueryError as error:
        raise WrongLine(f"has a question that cannot be asked: {error.message.rstrip('.')}") from error
    answers, answerable = _answers(line), _answerable(line)
    if answers and not answerable:
        raise WrongLine('contradicts itself: it has "answers" and "answerable" is false')
    relevant = line.get("relevant", [])
    if not isinstance(relevant, list):
        raise WrongLine('wants a list under "relevant"')
    places = tuple(dict.fromkeys(_relevant(entry) for entry in relevant))
    return Item(id_, question, answers, places, answerable, _metadata(line.get("metadata", {})))


def _answers(line: dict[str, Any]) -> tuple[str, ...]:
    answers = line.get("answers", [])
    if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
        raise WrongLine('wants a list of strings under "answers"')
    if not all(answer.strip() for answer in answers):
        raise WrongLine('has an empty reference among its "answers"')
    return tuple(dict.fromkeys(answers))


def _answerable(line: dict[str, Any]) -> bool:
    answerable = line.get("answerable", True)
    if not isinstance(answerable, bool):
        raise WrongLine('wants true or false under "answerable"')
    return answerable


def _relevant(entry: Any) -> Relevant:  # noqa: ANN401 - JSON
    if not isinstance(entry, dict) or not isinstance(entry.get("source"), str) or not entry["source"].strip():
        raise WrongLine('wants an object with a "source" for each piece of evidence under "relevant"')
    _only(entry, _RELEVANT_KEYS, ' under "relevant"')
    page, node, grade = entry.get("page"), entry.get("node"), entry.get("grade", 1)
    if page is not None and not _is_page(page):
        raise WrongLine(f'has {page!r} as a "page", which counts from 1')
    if node is not None and node not in NODE_KINDS:
        raise WrongLine(f'has {node!r} as a "node", which is text, table or chart')
    if isinstance(grade, bool) or not isinstance(grade, int) or grade < 0:
        raise WrongLine(f'has {grade!r} as a "grade", which is 0 or more')
    boxes = entry.get("boxes", [])
    if not isinstance(boxes, list):
        raise WrongLine('wants a list under "boxes"')
    return Relevant(entry["source"], page, tuple(_box(box, page) for box in boxes), node, grade)


def _box(box: Any, page: int | None) -> Box:  # noqa: ANN401 - JSON
    if not isinstance(box, dict):
        raise WrongLine('wants {"page", "left", "top", "right", "bottom"} for each of the "boxes"')
    _only(box, {"page", *_SIDES}, ' under "boxes"')
    number = box.get("page", page)
    sides = [box.get(side) for side in _SIDES]
    if not isinstance(number, int) or not _is_page(number):
        raise WrongLine("has a box without the page that it is on")
    if page is not None and number != page:
        raise WrongLine(f"has a box on page {number} for evidence on page {page}")
    if not all(isinstance(side, int | float) and not isinstance(side, bool) and 0 <= side <= 1 for side in sides):
        raise WrongLine("has a box that is not given in fractions of the page, from 0 to 1")
    left, top, right, bottom = map(float, sides)  # type: ignore[arg-type]  # numbers, as just seen
    if left >= right or top >= bottom:
        raise WrongLine("has a box that ends before it begins")
    return Box(number, left, top, right, bottom)


def _metadata(metadata: Any) -> dict[str, str | int | float]:  # noqa: ANN401 - JSON
    if not isinstance(metadata, dict) or not all(isinstance(value, str | int | float) for value in metadata.values()):
        raise WrongLine('wants an object of strings, numbers, true or false under "metadata"')
    return metadata


def _is_page(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _only(given: dict[str, Any], known: Iterable[str], where: str) -> None:
    unknown = sorted(given.keys() - set(known))
    if unknown:
        raise WrongLine(f"has the unknown key {unknown[0]!r}{where}")
