"""Two runs compared: differences by metric, what was set differently, the worst regressions."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ...eval.comparison.comparison import Comparison, Regression
from ...eval.comparison.paired_statistics import Difference
from .literal import literal
from .session import say


def show_comparison(found: Comparison, a: str, b: str) -> None:
    """Draw the comparison of the runs named `a` and `b`."""
    st.subheader(say("compared", a=literal(a), b=literal(b)))
    if found.differences:
        st.dataframe([_row(one) for one in found.differences], hide_index=True)
        st.caption(say("how compared"))
    else:
        st.info(say("no common metrics"))
    for note in found.notes:
        st.warning(literal(note))
    st.subheader(say("what differs"))
    st.text("\n".join(found.changed) or say("nothing differs"))
    if found.regressions:
        st.subheader(say("regressions", metric=literal(found.regressions[0].metric)))
    for one in found.regressions:
        with st.expander(f"{one.a:.3f} → {one.b:.3f} · " + literal(one.question)):
            _show_regression(one)


def _row(one: Difference) -> dict[str, Any]:
    verdict = ("better" if one.difference > 0 else "worse") if one.significant else "undecided"
    return {
        say("metric"): one.metric,
        say("verdict"): say(verdict),
        "A": f"{one.a:.4f}",
        "B": f"{one.b:.4f}",
        say("difference"): f"{one.difference:+.4f}",
        "95 %": "–" if one.low is None or one.high is None else f"{one.low:+.4f} … {one.high:+.4f}",
        "p": f"{one.p_holm:.4f}",
        say("questions"): one.n,
    }


def _show_regression(one: Regression) -> None:
    st.text(one.question)
    for name, text in ((say("reference"), " / ".join(one.references)), ("A", one.answer_a), ("B", one.answer_b)):
        if text:
            st.text(f"{name}: {text}")
