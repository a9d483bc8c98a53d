"""Claims about single values of charts, true and changed, checked against the chart's reading alone.

    python -m chartwell.eval.benchmarks.chart_claims [--collection FOLDER] [--count 60] [--seed 0]

Drawn charts give their known content as the reading; of a collection, the readings are those that were indexed. Each
labelled value with a name makes one true claim in one of several phrasings, and one with the number changed: to
another of the chart's every other time. Each series of three or more labelled categories makes a claim about which is
its highest or lowest, and one that calls another category so.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Literal, NamedTuple

from ...generation.grounding.checker import check
from ...indexing.documents import WHOLE, ChartReading, ChartValue, Region
from ...retrieval.evidence import Evidence
from ..machine import describe
from .measuring import print_table

_MOST_VALUES = 8
"""Of one chart, so that large ones do not outweigh the others."""
_PHRASINGS = (
    "In {category}, {series} stood at {value}.",
    "{series}: {value} for {category}.",
    "According to the chart, {value} was recorded for {series} in {category}.",
    "The figure for {category} ({series}) is {value}.",
)
_WITHOUT_SERIES = (
    "{category} stood at {value}.",
    "{value} was recorded for {category}.",
    "The figure for {category} is {value}.",
)
_CHINESE = ("{category}的{series}为{value}。", "根据图表，{series}在{category}达到{value}。")
_CHINESE_WITHOUT = ("{category}为{value}。", "根据图表，{category}达到{value}。")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LEAST_CATEGORIES = 3
_VALUES, _EXTREMES = "value", "highest or lowest"


Truth = Literal["true", "changed"]


class Case(NamedTuple):
    """A claim about a chart, with what it is about."""

    about: str
    truth: Truth
    text: str
    evidence: Evidence


def drawn_readings(count: int, seed: int) -> Iterator[ChartReading]:
    """Readings of drawn charts as they would be without a mistake."""
    from .chart_samples import drawn_samples

    for sample in drawn_samples(count, seed, "held-out", renderer="", vector=False):
        truth = sample.truth
        values = tuple(
            ChartValue(v.number, f"{v.number:g}", Region(1, WHOLE), v.series, v.category, v.unit) for v in truth.values
        )
        yield ChartReading(chart_type=truth.chart_type, title=truth.title, values=values)


def collection_readings(path: Path) -> Iterator[ChartReading]:
    """The readings of all charts of a collection."""
    from ... import Chartwell

    with Chartwell.open(path, create=False) as client:
        for node in client.collection.sample_nodes(100_000):
            if node.reading is not None:
                yield node.reading


def cases_of(readings: Iterable[ChartReading], seed: int) -> Iterator[Case]:
    """The claims about each chart."""
    for number, reading in enumerate(readings):
        random = Random(f"{seed} {number}")  # noqa: S311 - repeatable claims, no secrets
        named = [v for v in reading.values if v.how == "labelled" and (v.category or v.series)]
        evidence = Evidence("chart", "chart.png", 1, "", 1.0, {}, (), (), (), reading=reading)
        yield from (Case(_EXTREMES, truth, text, evidence) for truth, text in _extremes(named, random))
        for value in random.sample(named, min(len(named), _MOST_VALUES)):
            yield Case(_VALUES, "true", _claim(value, value.number, random), evidence)
            others = sorted({v.number for v in named if v.unit == value.unit and v.number != value.number})
            same = [v for v in named if (v.category, v.series) == (value.category, value.series)]
            others = [o for o in others if o not in {v.number for v in same}]
            changed = random.choice(others) if others and random.random() < 0.5 else _other(value.number, random)
            if changed not in {v.number for v in same}:
                yield Case(_VALUES, "changed", _claim(value, changed, random), evidence)


def _extremes(values: Sequence[ChartValue], random: Random) -> Iterator[tuple[Truth, str]]:
    """Claims about the highest or lowest category of each series."""
    for series in dict.fromkeys(value.series for value in values):
        own = {value.category: value for value in values if value.series == series and value.category}
        told = sum(value.series == series for value in values)
        if len(own) < _LEAST_CATEGORIES or len(own) != told or len({value.unit for value in own.values()}) > 1:
            continue
        highest = random.random() < 0.5
        ranked = sorted(own.values(), key=lambda value: -value.number if highest else value.number)
        if ranked[0].number == ranked[1].number:
            continue
        yield "true", _extreme_claim(ranked[0], highest=highest)
        yield "changed", _extreme_claim(random.choice(ranked[1:]), highest=highest)


def _extreme_claim(value: ChartValue, *, highest: bool) -> str:
    word, han = ("highest", "最高") if highest else ("lowest", "最低")
    if any("\u4e00" <= character <= "\u9fff" for character in value.category + value.series):
        return f"{value.category}的{value.series or '数值'}{han}。"
    if _YEAR.fullmatch(value.category):
        return f"{value.series or 'The value'} was {word} in {value.category}."
    return f"{value.category} had the {word} {value.series or 'value'}."


def _other(number: float, random: Random) -> float:
    decimals = len(f"{number:g}".partition(".")[2])
    changed = round(number * random.choice((0.5, 0.7, 0.85, 1.15, 1.3, 1.6)), decimals)
    return changed if changed != number else number + random.choice((1, 2, 3))


def _claim(value: ChartValue, number: float, random: Random) -> str:
    printed = f"{number:,.10g}"
    if value.unit.startswith("$"):
        printed = f"${printed}{value.unit[1:]}"
    elif value.unit:
        printed = f"{printed}{value.unit}" if value.unit in "%‰" else f"{printed} {value.unit}"
    chinese = any("\u4e00" <= character <= "\u9fff" for character in value.category + value.series)
    if value.category and value.series:
        form = random.choice(_CHINESE if chinese else _PHRASINGS)
    else:
        form = random.choice(_CHINESE_WITHOUT if chinese else _WITHOUT_SERIES)
    return form.format(category=value.category or value.series, series=value.series, value=printed)


def main() -> None:
    """Parse the command line, check every claim and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--collection", type=Path)
    parser.add_argument("--count", type=int, default=60, help="drawn charts")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--worst", type=int, default=0)
    arguments = parser.parse_args()
    sources = {"drawn": drawn_readings(arguments.count, arguments.seed)}
    if arguments.collection:
        sources = {"real": collection_readings(arguments.collection)}
    rows = []
    for name, readings in sources.items():
        verdicts: dict[tuple[str, Truth], Counter[str]] = defaultdict(Counter)
        wrong: list[str] = []
        for about, truth, text, evidence in cases_of(readings, arguments.seed):
            claim = min(check(text, [evidence]), key=lambda claim: claim.score)
            verdicts[about, truth][claim.verdict] += 1
            if claim.verdict != {"true": "supported", "changed": "contradicted"}[truth]:
                wrong.append(f"{truth} {claim.verdict} {claim.score:.2f}: {text} | {claim.reason}")
        for (about, truth), counts in sorted(verdicts.items(), reverse=True):
            total = counts.total()
            shares = [f"{counts[v] / total:.1%}" for v in ("supported", "contradicted", "not_found")]
            rows.append([name, about, truth, str(total), *shares])
    print(describe())
    print_table(["charts", "claims", "", "number", "supported", "contradicted", "not found"], rows)
    for line in wrong[: arguments.worst]:
        print(line)


if __name__ == "__main__":
    main()
