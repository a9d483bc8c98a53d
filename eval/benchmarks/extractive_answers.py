"""What the embedded decoder's answers are worth, end to end: question -> charts and paragraphs in one collection.

    python -m chartwell.eval.benchmarks.extractive_answers --data FOLDER --keep FOLDER --half report

All charts and paragraphs of OpenCQA's development items (`DATA/opencqa-dev`) lie in one collection, kept in `KEEP`.
ROUGE-L (rouge-score, stemmed) against the reference answers. Controls: the passage that comes first, the first of
prose, the paragraph the answer was written from (an upper bound for quoting), and always saying that the documents do
not tell. `--half tune` is what the decoder was developed on, `report` the other half.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from ...generation.citations import without_citations
from ...generation.prompts import not_told
from ..machine import describe
from ..metrics.rouge import Rouge
from .halves import half_of
from .measuring import print_table
from .retrieval_quality import opened
from .retrieval_tasks import opencqa_mixed

if TYPE_CHECKING:
    from ...generation.answer import Answer


@dataclass(frozen=True, slots=True)
class Answered:
    """An item and what Chartwell made of it."""

    item: dict[str, Any]
    answer: Answer

    @property
    def cites_own(self) -> bool:
        """Whether the answer cites the item's own chart or paragraph."""
        cited = [self.answer.evidence[number - 1] for number in self.answer.cited]
        own = self.item["paragraph"].strip()
        return any(Path(e.source).stem == Path(self.item["chart"]).stem or e.text.strip() == own for e in cited)


WAYS: dict[str, Callable[[Answered], str]] = {
    "extractive": lambda one: without_citations(one.answer.text),
    "extractive, citation marks counted as words": lambda one: one.answer.text,
    "top passage": lambda one: one.answer.evidence[0].text,
    "top passage of prose": lambda one: next((e.text for e in one.answer.evidence if e.kind == "text"), ""),
    "always abstain": lambda _: not_told("en"),
    "gold paragraph": lambda one: one.item["paragraph"],
}


def main() -> None:
    """Ask every question of a half and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--half", choices=("tune", "report", "all"), default="report")
    parser.add_argument("--limit", type=int, default=None, help="ask so many questions only")
    parser.add_argument("--set", type=json.loads, default={}, help="settings as JSON")
    arguments = parser.parse_args()
    answered = _answered(arguments)
    print(describe())
    print(f"\n{len(answered)} questions, half: {arguments.half}\n")
    print_table(["answer", "ROUGE-L", "words"], [row(name, way, answered) for name, way in WAYS.items()])
    told = [one for one in answered if not one.answer.abstained]
    seconds = sorted(one.answer.seconds["decode"] for one in answered)
    print(
        f"\nanswered: {len(told) / len(answered):.1%}; of these cite the item's own chart or paragraph: "
        f"{fmean(one.cites_own for one in told):.1%}; decoding p50 {seconds[len(seconds) // 2] * 1000:.0f} ms"
    )


def _answered(arguments: argparse.Namespace) -> list[Answered]:
    lines = (arguments.data / "opencqa-dev" / "items.jsonl").read_text("utf-8").splitlines()
    items = [json.loads(line) for line in lines]
    chosen = [item for item in items if arguments.half in {"all", half_of(item["id"])}][: arguments.limit]
    task = opencqa_mixed(arguments.data, arguments.keep)
    with opened(task, arguments.keep, arguments.set) as client:
        return [Answered(item, client.ask(item["question"])) for item in chosen]


def row(name: str, way: Callable[[Answered], str], answered: Sequence[Answered]) -> list[str]:
    """A way of answering: its name, ROUGE-L, and the mean number of words."""
    texts = [way(one) for one in answered]
    scores = Rouge("rougeL").score(texts, [[one.item["answer"]] for one in answered])
    return [
        name,
        f"{fmean(score.value or 0.0 for score in scores):.3f}",
        f"{fmean(len(text.split()) for text in texts):.0f}",
    ]


if __name__ == "__main__":
    main()
