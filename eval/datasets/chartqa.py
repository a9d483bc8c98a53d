"""ChartQA (Masry et al., Findings of ACL 2022): short questions about charts.

A file such as `test_human.json` is a list of `{"imgname", "query", "label"}`; a folder holds several. Questions have
no id: it is the file's name and the number in it. The documents are the pictures in the set's `png` folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ...errors import InvalidDataset
from .imported import Imported
from .item import Item, Relevant
from .json_lines import json_file

_HINT = 'It is a list of {"imgname", "query", "label"}.'


def import_chartqa(path: Path) -> Imported:
    """Import a file or a folder of them. Raises `InvalidDataset`."""
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    items = tuple(item for file in files for item in _items(file))
    if not items:
        raise InvalidDataset(f"{path} has no items.", hint=_HINT)
    return Imported(items)


def _items(path: Path) -> Iterator[Item]:
    entries = json_file(path, _HINT)
    if not isinstance(entries, list):
        raise InvalidDataset(f"{path} is no JSON list.", hint=_HINT)
    for number, entry in enumerate(entries):
        fields = [entry.get(key) if isinstance(entry, dict) else None for key in ("imgname", "query")]
        answers = _answers(entry.get("label")) if isinstance(entry, dict) else ()
        if not answers or not all(isinstance(field, str) and field.strip() for field in fields):
            raise InvalidDataset(f"{path}, item {number} (from 0) is not of the set's form.", hint=_HINT)
        image, query = map(str, fields)
        yield Item(
            f"{path.stem}-{number}", query, answers, (Relevant(image, node="chart"),), metadata={"set": path.stem}
        )


def _answers(label: object) -> tuple[str, ...]:
    """One answer, or a list of answers any of which is right; none where that is not what stands there."""
    labels = label if isinstance(label, list) else [label]
    if any(isinstance(one, bool) or not isinstance(one, str | int | float) for one in labels):
        return ()
    return tuple(dict.fromkeys(str(one) for one in labels if str(one).strip()))
