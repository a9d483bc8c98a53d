"""The conversations of a collection, in the sidebar: start, find again, export, delete."""

from __future__ import annotations

import json
from typing import Literal

import streamlit as st

from ...indexing.conversations import Conversations, StoredTurn
from .literal import literal
from .session import say


def show(talks: Conversations) -> None:
    """Draw the list and act on what is clicked."""
    with st.sidebar:
        if st.button(say("new conversation"), icon=":material/add_comment:", width="stretch"):
            _open(None)
        current = st.session_state.get("conversation")
        st.caption(say("conversations"))
        for one in talks.all():
            kind: Literal["secondary", "tertiary"] = "secondary" if one.id == current else "tertiary"
            if st.button(literal(one.title) or "…", key=f"conversation {one.id}", type=kind, width="stretch"):
                _open(one.id)
        if current is not None:
            _offer_export(talks.turns(current))
            if st.button(say("delete conversation"), type="tertiary", icon=":material/delete:"):
                talks.delete(current)
                _open(None)


def as_markdown(turns: list[StoredTurn]) -> str:
    """The conversation with the sources of its citations, for people."""
    blocks = []
    for turn in turns:
        blocks.append(f"**{literal(turn.question)}**\n\n{literal(turn.answer['text'])}")
        cited = [turn.answer["evidence"][number - 1] for number in turn.answer["cited"]]
        blocks += [
            f"- \\[{item['number']}\\] {literal(str(item['source']))}"
            + (f", p. {item['page']}" if item["page"] else "")
            for item in cited
        ]
    return "\n\n".join(blocks) + "\n"


def _offer_export(turns: list[StoredTurn]) -> None:
    with st.popover(say("export"), icon=":material/ios_share:", type="tertiary"):
        st.download_button(say("export markdown"), as_markdown(turns), file_name="conversation.md")
        told = [{"question": turn.question, "at": turn.at, "answer": dict(turn.answer)} for turn in turns]
        st.download_button(
            say("export json"), json.dumps(told, ensure_ascii=False, indent=2), file_name="conversation.json"
        )


def _open(conversation: int | None) -> None:
    st.session_state["conversation"] = conversation
    st.session_state["cited"] = None
    st.rerun()
