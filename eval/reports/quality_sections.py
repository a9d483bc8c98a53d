"""How good it is: retrieval, answers, grounding, abstention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..metrics.groundedness import VERDICTS
from ..metrics.relevance_levels import LEVELS
from ..runs.item_scores import STRICT
from .figures import NONE, interval, missing, value
from .model import Bar, BarPlot, Curve, Section, Table

Summary = Mapping[str, Any]
_RANKING = ("nDCG@10", "MRR", "MAP", "recall@1", "recall@5", "recall@10", "precision@1", "precision@5")
_BY_KIND = ("strict.token_f1", "strict.rougeL", "strict.rougeL_tokens", "strict.number_f1", "strict.relaxed_accuracy")
_CARRIED_BY = {"text": "text", "table": "a table", "chart": "a chart"}
_LEVEL_NAMES = {"document": "documents", "page": "pages", "figure": "figures"}
_KIND_NAMES = {"text": "text alone", "table": "tables alone", "chart": "charts alone"}
_ABSTENTIONS = {
    "precision": "abstentions that were right",
    "recall": "unanswerable questions abstained from",
    "false_abstentions": "answerable questions abstained from",
}
_CLAIM_METRICS = {
    "claims.supported": "claims supported",
    "claims.contradicted": "claims contradicted",
    "claims.not_found": "claims not found",
    "citation_recall": "citation recall",
    "citation_precision": "citation precision",
    "region_hit": "regions shown where the answer stands",
    "region_iou": "overlap of these regions (IoU)",
}


def retrieval_section(summary: Summary) -> Section | None:
    """Every level, of all evidence and of each kind alone; None where nothing was retrieved."""
    metrics = summary["metrics"]
    rows, bars = [], []
    for level in LEVELS:
        for kind, shown in {"": "all", **_KIND_NAMES}.items():
            prefix = f"{level}.{kind}." if kind else f"{level}."
            first = metrics.get(prefix + _RANKING[0])
            if first is None or not first["n"]:
                continue
            cells = [value(metrics[prefix + name]["mean"]) for name in _RANKING]
            rows.append([_LEVEL_NAMES[level], shown, *cells, interval(first), str(first["n"])])
            bars.append(_bar(f"{_LEVEL_NAMES[level]}, {shown}", first))
    if not rows:
        return None
    note = (
        "The interval is that of nDCG@10, 95 %, bootstrap. Questions for which the data set names nothing at a level "
        "do not count there. Of one kind: what is relevant of it, in the ranking of this kind alone."
    )
    table = Table(["level", "evidence", *_RANKING, "interval", "n"], rows, note=note)
    return Section("Retrieval", tables=[table], plots=[BarPlot("nDCG@10", bars)])


def answers_section(summary: Summary) -> Section | None:
    """The metrics of answers, abstentions left out and counted; None where nothing was answered."""
    metrics = summary["metrics"]
    names = [name.removeprefix(STRICT) for name in metrics if name.startswith(STRICT) and metrics[name]["n"]]
    if not names:
        return None
    rows = [_answer_row(name, metrics) for name in names]
    note = (
        "“Given” is the mean over the questions that were answered; “all” takes an abstention for an empty answer. "
        "What has no value is told in the last column and is in no mean."
    )
    tables = [Table(["metric", "given", "interval", "n", "all", "interval", "n", "without a value"], rows, note=note)]
    if summary["corpus"]:
        corpus = [_corpus_row(name, one) for name, one in summary["corpus"].items()]
        header = ["corpus metric", "given", "n", "all", "n", "signature"]
        tables.append(
            Table(header, corpus, note="Published figures are of this kind: the corpus, not the mean of items.")
        )
    tables += list(_answers_by_kind(summary))
    rows = [
        [shown, value(one["mean"]), interval(one), str(one["n"]), missing(one)]
        for shown, name in (("perplexity of its tokens", "perplexity"), ("self-consistency", "self_consistency"))
        if (one := metrics.get(name, {})).get("n")
    ]
    if rows:
        tables.append(Table(["how sure the decoder was", "mean", "interval", "n", "without a value"], rows))
    return Section("Answers", tables=tables)


def _answers_by_kind(summary: Summary) -> Iterator[Table]:
    """The strict means apart by what carries the answer, where the data set says so of several kinds."""
    names = [name for name in _BY_KIND if summary["metrics"].get(name, {}).get("n")]
    rows = [
        [_CARRIED_BY[kind], *(value(metrics[name]["mean"]) for name in names), str(metrics[names[0]]["n"])]
        for kind, metrics in summary["by_kind"].items()
        if names and metrics[names[0]]["n"]
    ]
    if len(rows) > 1:
        yield Table(["answer stands in", *names, "n"], rows)


def _corpus_row(name: str, one: Mapping[str, Any]) -> list[str]:
    counts = str(one["answered_n"]), str(one["strict_n"])
    return [name, value(one["answered"]), counts[0], value(one["strict"]), counts[1], one["signature"]]


def _answer_row(name: str, metrics: Summary) -> list[str]:
    given, every = metrics[name], metrics[STRICT + name]
    return [
        name,
        value(given["mean"]),
        interval(given),
        str(given["n"]),
        value(every["mean"]),
        interval(every),
        str(every["n"]),
        missing(every),
    ]


def grounding_section(summary: Summary) -> Section | None:
    """Verdicts, citations and regions; None where no answer said anything."""
    metrics = summary["metrics"]
    rows = [
        [shown, value(metrics[name]["mean"]), interval(metrics[name]), str(metrics[name]["n"]), missing(metrics[name])]
        for name, shown in _CLAIM_METRICS.items()
        if name in metrics and metrics[name]["n"]
    ]
    if not rows:
        return None
    verdicts = [_verdict_row(verdict, summary["grounding"][verdict]) for verdict in VERDICTS]
    bars = [
        _bar(shown, metrics[name]) for name, shown in _CLAIM_METRICS.items() if name in metrics and metrics[name]["n"]
    ]
    return Section(
        "Grounding and citations",
        tables=[
            Table(["measure", "mean", "interval", "n", "without a value"], rows, note="Means over answers."),
            Table(["verdict", "share of all claims", "claims", "decided by"], verdicts, caption="All claims"),
        ],
        plots=[BarPlot("Claims and citations", bars)],
    )


def _verdict_row(verdict: str, told: Mapping[str, Any]) -> list[str]:
    tiers = ", ".join(f"{tier} {count}" for tier, count in told["tiers"].items()) or NONE
    return [verdict.replace("_", " "), value(told["share"]), str(sum(told["tiers"].values())), tiers]


def abstention_section(summary: Summary) -> Section | None:
    """The table of abstention and the risk-coverage curve; None where nothing was asked."""
    table = summary["abstention"]
    if table is None:
        return None
    rows = [
        [name, str(table[name]["answered"]), str(table[name]["abstained"])] for name in ("answerable", "unanswerable")
    ]
    shares = [[shown, value(table[name])] for name, shown in _ABSTENTIONS.items()]
    curve = summary["risk_coverage"]
    plots, text = [], ""
    if curve:
        points = [(x, y) for x, y in curve["points"]]
        title = "Risk against coverage"
        plots = [Curve(title, "share answered", "1 - token F1", points, curve["aurc_unordered"], "all answers")]
        text = (
            f"Area under the risk-coverage curve {value(curve['aurc'])}; {value(curve['aurc_unordered'])} if "
            f"confidence told nothing. Confidence is {curve['confidence']}."
        )
    return Section(
        "Abstention",
        text,
        [Table(["questions", "answered", "abstained"], rows), Table(["share", "value"], shares)],
        plots,
    )


def quality_sections(summary: Summary) -> Iterator[Section]:
    """Those of the above that have something to say."""
    for make in (retrieval_section, answers_section, grounding_section, abstention_section):
        section = make(summary)
        if section is not None:
            yield section


def _bar(label: str, measured: Mapping[str, Any]) -> Bar:
    return Bar(label, measured["mean"], measured["low"], measured["high"])
