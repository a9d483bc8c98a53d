"""What `chartwell search --explain` prints for people."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from ..retrieval.explanation import ExplainedEvidence, Explanation, QuestionTrace
from .output import console, place, printable

_REGIONS = 5
_EXCERPT = 160


def print_explanation(explanation: Explanation) -> None:
    """How each question was understood and what its channels found; then the evidence, with its ranks and scores."""
    out = console()
    for question in explanation.questions:
        _print_question(out, question)
    for number, item in enumerate(explanation.evidence, start=1):
        _print_evidence(out, number, item, [question.query.text for question in explanation.questions])
    if not explanation.evidence:
        out.print("Nothing was found.")
    seconds = ", ".join(f"{stage} {_milliseconds(taken)}" for stage, taken in explanation.seconds.items())
    diversity = f"diversity {explanation.diversity:g}; " if explanation.diversity else ""
    out.print(Text(f"{diversity}{seconds}", "dim"))


def _print_question(out: Console, question: QuestionTrace) -> None:
    query = question.query
    out.print(Text(printable(query.text), "bold"))
    if query.asked not in {"", query.text}:
        out.print(Text(f"  asked: {printable(query.asked)}"))
    # A token stands there as often as it counts, which is more than once in questions of several sentences.
    tokens = printable(" ".join(dict.fromkeys(query.tokens))) or "none"
    out.print(Text(f"  language: {query.language or 'unknown'}; tokens: {tokens}"))
    if query.signals:
        signals = ", ".join(f"{signal.kind} {printable(signal.text)}" for signal in query.signals)
        out.print(Text(f"  insists on: {signals}"))
    if question.named:
        out.print(Text(f"  narrowed: {printable(question.named.reason)}", "yellow"))
    for channel in question.channels:
        out.print(Text(f"  {channel.name}: {channel.found} nodes in {_milliseconds(channel.seconds)}"))
    fused, reranked = len(question.rankings["fusion"]), len(question.rankings["rerank"])
    out.print(Text(f"  {fused} candidates, {reranked} reranked by {printable(question.reranker)}"))
    for part, model in question.models.items():
        out.print(Text(f"  {part}: {printable(model)}"))


def _print_evidence(out: Console, number: int, item: ExplainedEvidence, questions: list[str]) -> None:
    evidence = item.evidence
    out.print(
        Text(f"[{number}] {evidence.kind}  {evidence.score:.3f}  ", "bold") + Text(printable(place(evidence))),
    )
    table = RichTable("stage", "rank", "score", box=None, padding=(0, 2, 0, 4))
    for question, stages, held in zip(questions, item.stages, item.held, strict=True):
        if len(questions) > 1:
            table.add_row(Text(printable(question)[:_EXCERPT], "italic"), "", "")
        for stage in stages:
            table.add_row(stage.stage, str(stage.rank), f"{stage.score:.3f}")
        if held:
            table.add_row("holds", "", Text(", ".join(sorted(printable(signal.text) for signal in held))))
    out.print(table)
    for region in evidence.regions[:_REGIONS]:
        out.print(Text(f"    → {region.score:.2f}  {printable(region.text)[:_EXCERPT]}", "green"))


def _milliseconds(seconds: float) -> str:
    return f"{1e3 * seconds:.1f} ms"
