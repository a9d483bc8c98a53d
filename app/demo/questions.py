"""The five questions of `chartwell demo`: one answered by text, by a table, by a chart, in Chinese, and nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...indexing.documents import NodeKind

Place = Literal["text", "table", "chart", "Chinese", "nowhere"]


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """A question with what a right answer rests on.

    `source` is a file name within the corpus, `page` counts from 1, `kind` is the kind of the deciding node, and
    `fact` stands in every right answer. All four are None where the documents do not tell: then the answer must be
    that they do not.
    """

    text: str
    sits_in: Place
    source: str | None = None
    page: int | None = None
    kind: NodeKind | None = None
    fact: str | None = None


QUESTIONS = (
    DemoQuestion(
        text="Why did Tarnwick close the Corrie Bridge factory?",
        sits_in="text",
        source="tarnwick-annual-report-2024.pdf",
        page=8,
        kind="text",
        fact="no insurer would cover a clean room on the flood plain",
    ),
    DemoQuestion(
        text="What was the order backlog of the Software segment at 31 December?",
        sits_in="table",
        source="tarnwick-annual-report-2024.pdf",
        page=5,
        kind="table",
        fact="88.9",
    ),
    DemoQuestion(
        text="How many thousand connected sensors are there in Southeast Asia?",
        sits_in="chart",
        source="tarnwick-annual-report-2024.pdf",
        page=6,
        kind="chart",
        fact="47",
    ),
    DemoQuestion(
        text="云泽市地铁三号线二期工程是什么时候开通的？",
        sits_in="Chinese",
        source="yunze-transit-report-2024.pdf",
        page=2,
        kind="text",
        fact="2024年9月28日",
    ),
    DemoQuestion(
        text="What salary does the chief executive of Tarnwick receive?",
        sits_in="nowhere",
    ),
)
