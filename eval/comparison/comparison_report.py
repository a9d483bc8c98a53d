"""A comparison as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from ..reports.markdown import plain, table
from ..runs.headline import lower_is_better
from .comparison import Comparison
from .paired_statistics import Difference

_LONGEST = 300


def comparison_markdown(comparison: Comparison) -> str:
    """The whole comparison: metrics, what was set differently, the worst regressions."""
    return "\n".join(_parts(comparison)).rstrip() + "\n"


def _parts(comparison: Comparison) -> Iterator[str]:
    yield f"# {plain(comparison.b)} against {plain(comparison.a)}\n"
    if not comparison.differences:
        yield "The runs have no metric in common.\n"
    else:
        yield table(
            ["metric", "A", "B", "B - A", "95 % interval", "p", "p (Holm)", "detectable", "questions", ""],
            [_row(one) for one in comparison.differences],
        )
        yield (
            "Intervals are paired bootstrap, p is of the paired randomisation test, corrected by Holm over the metrics "
            "shown. *Detectable* is the smallest true difference that so many questions show four times in five.\n"
        )
    yield from (f"- {plain(note)}" for note in comparison.notes)
    yield "\n## What differs\n"
    yield "\n".join(f"- {plain(line)}" for line in comparison.changed) or "Nothing that is recorded."
    if comparison.failures:
        yield "\n## Failed in B alone\n"
        yield "They are in no difference above; `--fail-on-regression` counts them as worst.\n"
        for failure in comparison.failures:
            told = plain(failure.reason, longest=_LONGEST)
            yield f"- **{plain(failure.item)}** {plain(failure.question, longest=_LONGEST)}: {told}"
    if comparison.regressions:
        yield f"\n## Worst regressions in {plain(comparison.regressions[0].metric)}\n"
    for one in comparison.regressions:
        yield f"**{plain(one.item)}** {plain(one.question, longest=_LONGEST)} ({one.a:.3f} → {one.b:.3f})\n"
        for name, text in (("reference", " / ".join(one.references)), ("A", one.answer_a), ("B", one.answer_b)):
            if text:
                yield f"- {name}: {plain(text, longest=_LONGEST)}"
        yield ""


def _row(one: Difference) -> list[str]:
    interval = "–" if one.low is None or one.high is None else f"{one.low:+.4f} to {one.high:+.4f}"
    better = (one.difference < 0) == lower_is_better(one.metric)
    verdict = ("**better**" if better else "**worse**") if one.significant else ""
    unpaired = f" ({one.unpaired} unpaired)" if one.unpaired else ""
    return [
        one.metric.replace("_", "\\_"),
        f"{one.a:.4f}",
        f"{one.b:.4f}",
        f"{one.difference:+.4f}",
        interval,
        f"{one.p:.4f}",
        f"{one.p_holm:.4f}",
        "–" if one.detectable is None else f"{one.detectable:.4f}",
        f"{one.n}{unpaired}",
        verdict,
    ]
