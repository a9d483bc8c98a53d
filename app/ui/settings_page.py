"""The settings in force, the state of the installation, and what has to be encoded again."""

from __future__ import annotations

import json

import streamlit as st

from ...errors import EncoderMismatch
from .feedback_view import show_feedback
from .literal import literal
from .session import Place, client, say, settings

_SIGNS = {"ok": "✓", "missing": "✗"}


def show(place: Place) -> None:
    """Draw the page."""
    st.header(say("settings"))
    _offer_reindex(place)
    if st.button(say("check"), icon=":material/stethoscope:"):
        from ..doctor import examine

        for finding in examine(place.path, recall=False):
            told = finding.to_dict()
            st.markdown(f"{_SIGNS.get(told['state'], '·')} " + literal(" ".join(str(v) for v in told.values())))
    st.subheader(say("in force"))
    st.caption(say("where settings"))
    st.code(json.dumps(settings().model_dump(mode="json"), ensure_ascii=False, indent=2), language="json")
    show_feedback(place)


def _offer_reindex(place: Place) -> None:
    chartwell = client(place.path)
    try:
        chartwell.require_encoders()
    except EncoderMismatch as error:
        st.warning(literal(str(error)))
        count = chartwell.collection.node_count()
        st.write(say("needs reindex", count=count))
        if st.button(say("reindex"), type="primary"):
            with st.spinner(say("reindex")):
                chartwell.reindex()
            st.rerun()
