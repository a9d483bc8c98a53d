"""`chartwell demo`: index the documents that ship with Chartwell, ask five questions, show the evidence."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from rich.text import Text

from ...generation.answer import Answer
from ...indexing.report import IndexReport
from ..answer_output import print_answer
from ..client import Chartwell
from ..index_command import index_progress
from ..output import console, print_report
from ..page_crops import write_crops
from .questions import QUESTIONS, DemoQuestion


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its answer, and the pictures of the evidence."""

    question: DemoQuestion
    answer: Answer
    crops: Mapping[int, Path]

    @property
    def passed(self) -> bool:
        """Whether the expected fact stands in the answer, cited from the expected source; or nothing was said."""
        if self.question.fact is None:
            return self.answer.abstained
        cited = [self.answer.evidence[number - 1] for number in self.answer.cited]
        right = any(Path(item.source).name == self.question.source for item in cited)
        return self.question.fact in self.answer.text and right


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo did."""

    collection: Path
    report: IndexReport
    asked: tuple[Asked, ...]

    @property
    def passed(self) -> bool:
        """Whether every question was answered as it should be."""
        return all(asked.passed for asked in self.asked)

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "collection": str(self.collection),
            "report": self.report.to_dict(),
            "questions": [
                {
                    "sits_in": asked.question.sits_in,
                    "passed": asked.passed,
                    "answer": asked.answer.to_dict(),
                    "crops": {number: str(path) for number, path in asked.crops.items()},
                }
                for asked in self.asked
            ],
            "passed": self.passed,
        }


def run_demo(folder: Path, *, quiet: bool = False) -> DemoResult:
    """Build the demo's collection in `folder` (again only where something changed) and ask its questions."""
    collection = folder / "collection"
    with as_file(files(__package__) / "corpus") as corpus, Chartwell.open(collection) as client:
        with index_progress(enabled=not quiet and sys.stderr.isatty()) as on_event:
            report = client.index([corpus], on_event=on_event)
        if report.cancelled:
            raise KeyboardInterrupt
        asked = []
        for number, question in enumerate(QUESTIONS, start=1):
            answer = client.ask(question.text)
            asked.append(Asked(question, answer, write_crops(answer, folder / "crops" / f"question-{number}")))
    return DemoResult(collection, report, tuple(asked))


def print_demo(result: DemoResult) -> None:
    """The report of indexing, then each question with its answer and evidence."""
    out = console()
    print_report(result.report)
    for asked in result.asked:
        out.print()
        out.print(Text(f"({asked.question.sits_in}) ", "dim") + Text(asked.question.text, "cyan"))
        print_answer(asked.answer, asked.crops)
    out.print()
    # In a virtual environment that is not activated, the command's name alone is not found.
    command = "chartwell" if shutil.which("chartwell") else f"{sys.executable} -m chartwell.app.cli"
    out.print(f"Ask more: {command} ask 'your question' -c {result.collection}")
