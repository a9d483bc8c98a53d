"""How an answer's evidence was found: what was searched for, what each channel and stage made of it, and times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import streamlit as st

from .literal import literal
from .session import named, say

Told = Mapping[str, Any]


def show_explanation(answer: Told) -> None:
    """Draw the account from an answer's JSON form; `explanation` in it is missing where it was kept without one."""
    explanation: Told | None = answer.get("explanation")
    if explanation is not None:
        for question in explanation["questions"]:
            _show_question(question)
    st.caption(say("stage scores"))
    st.dataframe(list(_evidence_rows(answer, explanation)), hide_index=True)
    st.caption(say("stage times"))
    st.dataframe([_time(name, seconds) for name, seconds in answer["seconds"].items()], hide_index=True)


def _show_question(question: Told) -> None:
    st.text(f"{say('searched for')}: {question['question']}")
    st.caption(f"{say('its tokens')}: {literal(' '.join(question['tokens'])) or '–'}")
    if question["signals"]:
        insisted = ", ".join(f"{named(one['kind'])} {one['text']}" for one in question["signals"])
        st.caption(f"{say('insists on')}: {literal(insisted)}")
    if question["named_documents"]:
        st.caption(say("narrowed to") + literal(question["named_documents"]["reason"]))
    channels = [
        {say("channels"): named(one["name"]), say("found nodes"): one["found"], **_milliseconds(one["seconds"])}
        for one in question["channels"]
    ]
    st.dataframe(channels, hide_index=True)
    told = {name: question[name] for name in ("candidates", "reranked")}
    st.caption(say("candidates", reranker=literal(named(question["reranker"])), **told))


def _evidence_rows(answer: Told, explanation: Told | None) -> Iterator[dict[str, Any]]:
    """A row for each piece of evidence: its score, and how each stage ranked and scored it."""
    accounts: Sequence[Told] = explanation["evidence"] if explanation else [{}] * len(answer["evidence"])
    for item, account in zip(answer["evidence"], accounts, strict=False):
        row: dict[str, Any] = {
            "": str(item["number"]),
            say("source"): str(item["source"]).rsplit("/", 1)[-1],
            say("score"): item["score"],
        }
        if not account:
            yield {**row, **{named(name): score for name, score in item["scores"].items()}}
            continue
        for number, question in enumerate(account["questions"], start=1):
            which = f" ({number})" if len(account["questions"]) > 1 else ""
            for one in question["stages"]:
                row[named(one["stage"]) + which] = f"{one['rank']}. · {one['score']:.3f}"
        yield row


def _time(name: str, seconds: float) -> dict[str, Any]:
    return {say("stage"): named(name), **_milliseconds(seconds)}


def _milliseconds(seconds: float) -> dict[str, Any]:
    return {say("milliseconds"): round(1e3 * seconds, 1)}
