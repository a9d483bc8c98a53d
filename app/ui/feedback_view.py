"""What readers thought of answers, and all of it as an evaluation set."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from ...eval.datasets.feedback import from_feedback
from ...eval.datasets.own import dataset_bytes
from .session import Place, client, say


def show_feedback(place: Place) -> None:
    """Draw the list, and a button that downloads the evaluation set."""
    collection = client(place.path).collection
    given = collection.conversations.feedback()
    st.subheader(say("feedback"))
    if not given:
        st.info(say("no feedback"))
        return
    st.dataframe(
        [
            {
                "": "👍" if one.good else "👎",
                say("question"): one.question,
                say("answer"): str(one.answer.get("text", "")),
                say("note to file"): one.note,
                say("when"): datetime.fromtimestamp(one.at, tz=UTC),
            }
            for one in reversed(given)
        ],
        hide_index=True,
    )
    st.caption(say("feedback as set"))
    items = from_feedback(collection)
    st.download_button(
        say("export feedback", count=len(items)),
        lambda: dataset_bytes(items),
        file_name="feedback.jsonl",
        mime="application/jsonl",
    )
