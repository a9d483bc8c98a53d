"""Questions whose evidence is in a collection, and the same with it taken away, for the benchmark of abstention."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...generation.abstention import Answerability, Signs
from ...retrieval.token_weights import token_weights
from .retrieval_quality import opened
from .retrieval_tasks import Told, financebench, opencqa_mixed, told_elsewhere, zh_notes

if TYPE_CHECKING:
    from ... import Chartwell

_MIXED = "charts and paragraphs"
_WORDS_SHARED, _TITLE_SHARED = 0.5, 0.7


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set as it was asked once: whether its evidence was there, and the signs of an answer.

    `left` is how much of the answer other documents tell.
    """

    task: str
    name: str
    there: bool
    signs: Signs
    left: Told = ""


def opencqa(data: Path, keep: Path, limit: int | None) -> Iterator[Asked]:
    """Charts and paragraphs together, and charts alone."""
    items = [json.loads(line) for line in (data / "opencqa-dev" / "items.jsonl").read_text("utf-8").splitlines()]
    left = told_elsewhere()
    words = [(_words(item["paragraph"]), _words(item["title"])) for item in items]
    with opened(opencqa_mixed(data, keep), keep, {}) as client:
        sources: dict[str, list[str]] = {}
        for document in client.documents():
            sources.setdefault(Path(document.source).stem, []).append(document.source)
        for item, (paragraph, title) in list(zip(items, words, strict=True))[:limit]:
            alike = [
                other
                for other, (its_paragraph, its_title) in zip(items, words, strict=True)
                if _shared(paragraph, its_paragraph) >= _WORDS_SHARED or _shared(title, its_title) >= _TITLE_SHARED
            ]
            removed = sorted(source for other in alike for source in sources.get(other["id"], ()))
            for task, where in ((_MIXED, {}), ("charts", {"kind": "chart"})):
                for one in _twice(client, task, item["id"], item["question"], where, removed):
                    yield replace(one, left=left.get(item["id"], "")) if task == _MIXED and not one.there else one


def filings(data: Path, keep: Path, limit: int | None) -> Iterator[Asked]:
    """Company filings; a question loses every document that its evidence comes from."""
    items = [json.loads(line) for line in (data / "financebench-dev" / "items.jsonl").read_text("utf-8").splitlines()]
    with opened(financebench(data, keep), keep, {}) as client:
        sources = {Path(document.source).name: document.source for document in client.documents()}
        for item in items[:limit]:
            removed = sorted({sources[evidence["source"]] for evidence in item["evidence"]})
            yield from _twice(client, "filings", item["id"], item["question"], {}, removed)


def notes(data: Path, keep: Path, limit: int | None) -> Iterator[Asked]:
    """Chinese notes, a file for each section; its heading asks for it."""
    from ... import Chartwell

    folder = keep / "zh-section-files"
    folder.mkdir(parents=True, exist_ok=True)
    (path,) = (data / "zh-notes").glob("*.md")
    files, headings = {}, {}
    for number, section in enumerate(re.split(r"(?m)^(?=## )", path.read_text("utf-8"))):
        heading = section.partition("\n")[0]
        headings[_bare(heading)] = heading
        files[_bare(heading)] = folder / f"{number:03d}.md"
        (folder / f"{number:03d}.md").write_text(section, "utf-8")
    with Chartwell.open(keep / "zh-sections") as client:
        client.index([folder])
        for question in zh_notes(data, keep).questions[:limit]:
            removed = [str(files[next(iter(question.relevant))].resolve())]
            text = re.sub(r"^[#\s*\d.、]+|[*#]", "", headings[question.text]).strip()
            yield from _twice(client, "Chinese notes", Path(removed[0]).name, text, {}, removed)


def _twice(
    client: Chartwell, task: str, name: str, question: str, where: dict[str, Any], removed: Sequence[str]
) -> Iterator[Asked]:
    answerability = Answerability(token_weights(client.collection))
    for there in (True, False):
        scope = where if there else {**where, "source": {"!=": list(removed)}}
        retrieval = client.retrieve(question, 8, scope or None)
        if retrieval.evidence:
            yield Asked(task, name, there, answerability.signs(retrieval))


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))


def _shared(some: frozenset[str], others: frozenset[str]) -> float:
    return len(some & others) / max(1, len(some | others))


def _bare(heading: str) -> str:
    return re.sub(r"[*#\s]", "", heading)
