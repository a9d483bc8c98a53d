"""What the retrieval benchmarks ask: data sets with documents, questions, and what is the right thing to find.

The expected folders lie in `DATA`: `opencqa-dev/` (charts/, items.jsonl), `financebench-dev/` (pdfs/, items.jsonl) and
`zh-notes/` (*.md); `KEEP` is where what is made of them is kept.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ...indexing.sentences import split_sentences
from .ocr_cache import OcrCache

_SENTENCE = re.compile(r"[A-Z\u4e00-\u9fff].{10,}(?:[a-z\d%)]{2}\.|。)", re.DOTALL)
_LONGEST_TALK = 80
"""Characters of a Chinese sentence that may precede a long question."""
Text = tuple[str, str]
"""A key and the text that a plain way knows of it."""


Told = Literal["", "in part", "told"]


@functools.cache
def told_elsewhere() -> dict[str, Told]:
    """OpenCQA's items whose question other documents answer, too, by name (see the benchmark of abstention)."""
    judged: dict[Told, list[str]] = json.loads(Path(__file__).with_name("still_told.json").read_text("utf-8"))
    return {id_: told for told, ids in judged.items() for id_ in ids}


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the keys of what is relevant (a file, a file and page, a heading).

    `told_elsewhere` is how much of the answer other documents tell, too.
    """

    text: str
    relevant: frozenset[str]
    told_elsewhere: Told = ""


@dataclass(frozen=True, slots=True)
class Task:
    """What to index, the questions, and the key of what is found, from its source, page and headings.

    `plain_texts` reads the same documents as a tutorial would: the text of each page as PDFium gives it, of each chart
    as OCR does, of each section as it is written. `talk` are sentences about other things, to precede a long question.
    `collection` is the folder in `KEEP` that holds the index.
    """

    name: str
    collection: str
    paths: tuple[Path, ...]
    questions: tuple[Question, ...]
    key: Callable[[str, int | None, Sequence[str]], str]
    plain_texts: Callable[[], list[Text]]
    talk: tuple[str, ...]


def opencqa_charts(data: Path, keep: Path) -> Task:
    """Question -> chart, from pixels."""
    items, folder = _items(data / "opencqa-dev"), data / "opencqa-dev" / "charts"
    return Task(
        "charts",
        "opencqa",
        (folder,),
        tuple(_asked(item, frozenset({Path(item["chart"]).stem})) for item in items),
        lambda source, *_: Path(source).stem,
        lambda: _chart_texts(folder, keep),
        _sentences(item["answer"] for item in items),
    )


def opencqa_paragraphs(data: Path, keep: Path) -> Task:
    """Question -> the paragraph written about a chart; equal paragraphs are one."""
    items, folder = _items(data / "opencqa-dev"), keep / "opencqa-paragraph-files"
    first: dict[str, str] = {}
    for item in items:
        first.setdefault(item["paragraph"], item["id"])
    folder.mkdir(parents=True, exist_ok=True)
    for paragraph, id_ in first.items():
        path = folder / f"{id_}.txt"
        if not path.is_file():
            path.write_text(paragraph + "\n", "utf-8")
    return Task(
        "paragraphs",
        "opencqa-paragraphs",
        (folder,),
        tuple(_asked(item, frozenset({first[item["paragraph"]]})) for item in items),
        lambda source, *_: Path(source).stem,
        lambda: [(id_, paragraph) for paragraph, id_ in first.items()],
        _sentences(item["answer"] for item in items),
    )


def opencqa_mixed(data: Path, keep: Path) -> Task:
    """Charts and paragraphs in one collection: both have the key of their item, so that either is right."""
    charts, paragraphs = opencqa_charts(data, keep), opencqa_paragraphs(data, keep)
    return Task(
        "charts and paragraphs, either is right",
        "opencqa-mixed",
        charts.paths + paragraphs.paths,
        tuple(
            replace(one, relevant=one.relevant | other.relevant)
            for one, other in zip(charts.questions, paragraphs.questions, strict=True)
        ),
        charts.key,
        lambda: charts.plain_texts() + paragraphs.plain_texts(),
        charts.talk,
    )


def financebench(data: Path, _keep: Path) -> Task:
    """Question -> evidence page."""
    items, folder = _items(data / "financebench-dev"), data / "financebench-dev" / "pdfs"
    return Task(
        "filings: page",
        "financebench",
        (folder,),
        tuple(
            Question(item["question"], frozenset(f"{e['source']}:{e['page']}" for e in item["evidence"]))
            for item in items
        ),
        lambda source, page, _: f"{Path(source).name}:{page}",
        lambda: _page_texts(folder),
        _sentences(item["answer"] for item in items),
    )


def zh_notes(data: Path, _keep: Path) -> Task:
    """Chinese heading -> its section."""
    folder = data / "zh-notes"
    sections: dict[str, str] = {}
    for path in sorted(folder.glob("*.md")):
        for section in re.split(r"(?m)^(?=## )", path.read_text("utf-8")):
            heading = section.partition("\n")[0]
            if heading.startswith("## ") and "**" in heading:
                sections[_bare(heading)] = section

    def key(_source: str, _page: int | None, path: Sequence[str]) -> str:
        return next((_bare(heading) for heading in path if _bare(heading) in sections), "")

    return Task(
        "zh-notes: section",
        "zh",
        (folder,),
        tuple(Question(heading, frozenset({heading})) for heading in sections),
        key,
        lambda: list(sections.items()),
        tuple(
            sentence
            for sentence in _sentences(re.sub(r"[*#`]", "", section) for section in sections.values())
            if sentence.endswith("。") and len(sentence) < _LONGEST_TALK
        ),
    )


def zh_notes_asked_in_traditional(data: Path, keep: Path) -> Task:
    """The same questions in Traditional Chinese, about the Simplified notes."""
    import opencc

    convert = opencc.OpenCC("s2t").convert
    task = zh_notes(data, keep)
    questions = tuple(replace(question, text=convert(question.text)) for question in task.questions)
    return replace(task, name="zh-notes, asked in Traditional", questions=questions)


TASKS: dict[str, Callable[[Path, Path], Task]] = {
    "charts": opencqa_charts,
    "paragraphs": opencqa_paragraphs,
    "mixed": opencqa_mixed,
    "financebench": financebench,
    "zh": zh_notes,
    "zh-traditional": zh_notes_asked_in_traditional,
}


def plain_pieces(texts: Sequence[Text]) -> list[Text]:
    """The texts cut as tutorials do: 1,000 characters with 200 of overlap, at paragraphs, lines or spaces."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1_000, chunk_overlap=200)
    return [(key, piece) for key, text in texts for piece in splitter.split_text(text)]


def _asked(item: Mapping[str, Any], relevant: frozenset[str]) -> Question:
    return Question(item["question"], relevant, told_elsewhere().get(item["id"], ""))


def _items(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "items.jsonl").read_text("utf-8").splitlines()]


def _chart_texts(folder: Path, keep: Path) -> list[Text]:
    from ...indexing.ocr import RapidOcrEngine

    cache = OcrCache(RapidOcrEngine(), keep / "ocr")
    return [
        (path.stem, "\n".join(label.text for label in cache.read(path.read_bytes()).labels))
        for path in sorted(folder.iterdir())
    ]


def _page_texts(folder: Path) -> list[Text]:
    import pypdfium2

    texts = []
    for path in sorted(folder.glob("*.pdf")):
        with pypdfium2.PdfDocument(path) as document:
            texts += [
                (f"{path.name}:{number}", page.get_textpage().get_text_range())
                for number, page in enumerate(document, start=1)
            ]
    return texts


def _sentences(texts: Iterable[str]) -> tuple[str, ...]:
    """The sentences of texts that begin and end as sentences do, without the spaces that data sets put before marks."""
    found = []
    for text in texts:
        tidy = re.sub(r"\s+([.,;:%)])", r"\1", text)
        found += [tidy[start:end].strip() for start, end in split_sentences(tidy)]
    return tuple(sentence for sentence in found if _SENTENCE.fullmatch(sentence))


def _bare(heading: str) -> str:
    return re.sub(r"[*#\s]", "", heading)
