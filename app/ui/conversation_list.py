"""The conversations of a collection, in the sidebar: start, find again, export, delete."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Literal

import streamlit as st

from ...indexing.conversations import Conversation, Conversations, StoredTurn
from .literal import literal
from .session import say

_MOST = 20
"""Conversations that are listed before all are asked for."""


def show(talks: Conversations) -> None:
    """Draw the list and act on what is clicked."""
    with st.sidebar:
        if st.button(say("new conversation"), icon=":material/add_comment:", width="stretch"):
            _open(None)
        current = st.session_state.get("conversation")
        st.caption(say("conversations"))
        known = talks.all()
        everything = st.session_state.get("all conversations", False)
        for one in known if everything else known[:_MOST]:
            kind: Literal["secondary", "tertiary"] = "secondary" if one.id == current else "tertiary"
            if st.button(literal(one.title) or "…", key=f"conversation {one.id}", type=kind, width="stretch"):
                _open(one.id)
        if len(known) > _MOST and not everything:
            st.button(
                say("more conversations", count=len(known)),
                type="tertiary",
                on_click=lambda: st.session_state.update({"all conversations": True}),
            )
        chosen = next((one for one in known if one.id == current), None)
        if chosen is not None:
            _offer_export(talks, chosen)
            _offer_changes(talks, chosen)


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


def as_json(turns: list[StoredTurn]) -> str:
    """The conversation with everything that is kept of it, for programs."""
    told = [{"question": turn.question, "at": turn.at, "answer": dict(turn.answer)} for turn in turns]
    return json.dumps(told, ensure_ascii=False, indent=2)


def _offer_export(talks: Conversations, chosen: Conversation) -> None:
    """Files that are written when they are asked for."""
    with st.popover(say("export"), icon=":material/ios_share:", type="tertiary"):
        for kind, name, write in (("markdown", "conversation.md", as_markdown), ("json", "conversation.json", as_json)):
            st.download_button(
                say(f"export {kind}"), partial(_written, write, talks, chosen.id), file_name=name, on_click="ignore"
            )


def _written(write: Callable[[list[StoredTurn]], str], talks: Conversations, conversation: int) -> str:
    return write(talks.turns(conversation))


def _offer_changes(talks: Conversations, chosen: Conversation) -> None:
    with st.popover(say("rename"), icon=":material/edit:", type="tertiary"):
        title = st.text_input(say("title"), chosen.title, key=f"title {chosen.id}")
        if st.button(say("keep"), key=f"rename {chosen.id}") and title.strip():
            talks.rename(chosen.id, title.strip())
            st.rerun()
    with st.popover(say("delete conversation"), icon=":material/delete:", type="tertiary"):
        if st.button(say("sure"), key=f"delete {chosen.id}", type="primary"):
            talks.delete(chosen.id)
            _open(None)


def _open(conversation: int | None) -> None:
    st.session_state["conversation"] = conversation
    st.session_state["cited"] = None
    st.rerun()
