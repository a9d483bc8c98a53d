"""How an answer's evidence was found: scores by stage and channel, and times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from .session import say


def show_explanation(answer: Mapping[str, Any]) -> None:
    """Draw two tables from an answer's JSON form."""
    names = list(dict.fromkeys(name for item in answer["evidence"] for name in item["scores"]))
    rows = [
        {
            "": str(item["number"]),
            say("source"): str(item["source"]).rsplit("/", 1)[-1],
            say("score"): item["score"],
            **{name: item["scores"].get(name) for name in names},
        }
        for item in answer["evidence"]
    ]
    st.dataframe(rows, hide_index=True)
    st.dataframe(
        [{say("stage"): stage, say("seconds"): seconds} for stage, seconds in answer["seconds"].items()],
        hide_index=True,
    )
