"""Whether the figures mean anything, where the loss lies, and what it cost: controls, the ladder, times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..runs.controls import ABSTAIN, COPY, PERTURB, SHUFFLE
from .figures import NONE, interval, missing, seconds, value
from .model import Bar, BarPlot, Section, Table

Summary = Mapping[str, Any]
_CONTROL_NOTES = {
    COPY: "the first passage found, verbatim, as the answer",
    ABSTAIN: "no question answered",
    SHUFFLE: "claims checked against the evidence of another question: must fall",
    PERTURB: "claims with a number changed, checked against their own evidence: must fall",
}
_LADDER_TEXT = (
    "The same questions with less and less left to go wrong. From all documents to the right document: what finding "
    "the document costs. To the right page: what finding the place in it costs. To the best writer: what a perfect "
    "choice of words from the evidence read there would add (writing). From there to 1: what the evidence, as it was "
    "read, does not hold of the reference answer, be it misread or said in other words (reading)."
)


def controls_section(summary: Summary) -> Section | None:
    """The controls beside the run; None where nothing was answered."""
    rows = []
    for one in summary["controls"]:
        between = interval(one) if one["low"] is not None else one["why_not"] or NONE
        verdict = {True: "run is better", False: "no better" if not one["must_fall"] else "DOES NOT FALL", None: NONE}
        rows.append(
            [
                one["name"],
                _CONTROL_NOTES[one["name"]],
                one["metric"],
                value(one["run"]),
                value(one["control"]),
                value(one["difference"]),
                between,
                str(one["n"]),
                ("falls, as it must" if one["holds"] and one["must_fall"] else verdict[one["holds"]]),
            ]
        )
    if not rows:
        return None
    header = ["control", "what it is", "metric", "run", "control", "difference", "interval", "n", "outcome"]
    return Section("Controls", tables=[Table(header, rows)])


def ladder_section(summary: Summary) -> Section | None:
    """The rungs and the losses between them; None where the ladder was not climbed."""
    tables, plots = [], []
    for ladder in summary["ladder"]:
        if not ladder["rungs"]:
            continue
        names = [
            *ladder["missing_reasons"],
            *(name for name in ladder["rungs"] if name not in ladder["missing_reasons"]),
        ]
        rows = [_rung(name, ladder) for name in names]
        tables.append(Table(["rung", ladder["metric"], "interval", "n", "without a value"], rows))
        losses = [[name, value(loss)] for name, loss in ladder["losses"].items()]
        total = [["together", value(sum(ladder["losses"].values()))]]
        tables.append(Table(["lost in", ladder["metric"]], [*losses, *total]))
        bars = [Bar(name, rung["mean"], rung["low"], rung["high"]) for name, rung in ladder["rungs"].items()]
        plots.append(BarPlot(f"Ladder, {ladder['metric']}", bars))
    if not tables:
        missed = {
            name: reasons for one in summary["ladder"] for name, reasons in one["missing_reasons"].items() if reasons
        }
        if not missed:
            return None
        told = "; ".join(f"{name}: {missing({'missing_reasons': reasons})}" for name, reasons in missed.items())
        return Section("Ladder", f"The ladder could not be climbed. {told}")
    return Section("Ladder: where the loss lies", _LADDER_TEXT, tables, plots)


def _rung(name: str, ladder: Mapping[str, Any]) -> list[str]:
    rung = ladder["rungs"].get(name, {"mean": None, "low": None, "high": None, "n": 0})
    why = missing({"missing_reasons": ladder["missing_reasons"].get(name, {})})
    return [name, value(rung["mean"]), interval(rung), str(rung["n"]), why]


def cost_section(summary: Summary) -> Section | None:
    """Times by stage, and tokens; None where nothing was measured."""
    cost = summary["cost"]
    rows = [
        [part, seconds(one["p50"]), seconds(one["p95"]), seconds(one["mean"]), str(one["n"])]
        for part, one in cost["seconds"].items()
    ]
    if not rows:
        return None
    tables = [Table(["stage", "p50", "p95", "mean", "n"], rows)]
    tokens = cost["tokens"]
    if tokens:
        counts = [
            [name, str(tokens[name]), f"{tokens[name] / tokens['n']:.1f}", str(tokens["n"])]
            for name in ("prompt", "completion")
        ]
        tables.append(Table(["tokens", "all", "a question", "n"], counts))
    text = "" if tokens else "The decoder counts no tokens."
    return Section("Cost", text, tables)


def manifest_section(manifest: Mapping[str, Any]) -> Section:
    """What the run is a run of."""
    system = manifest["system"]
    rows = [[name, text] for name, text in _flat({"settings": system["settings"], "models": system["models"]})]
    rows += [[f"package {name}", version] for name, version in manifest["packages"].items()]
    signatures = [[name, signature] for name, signature in manifest["metrics"].items()]
    return Section(
        "How it was measured",
        tables=[
            Table(["metric", "signature"], signatures, caption="Metrics"),
            Table(["what", "value"], rows, caption="Settings, models, packages"),
        ],
    )


def _flat(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, one in data.items():
        if isinstance(one, Mapping):
            yield from _flat(one, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", str(one)


def account_sections(summary: Summary, manifest: Mapping[str, Any]) -> Iterator[Section]:
    """Those of the above that have something to say."""
    for section in (controls_section(summary), ladder_section(summary), cost_section(summary)):
        if section is not None:
            yield section
    yield manifest_section(manifest)
