"""The exchange that goes on: the question, what was found for it, and the answer as it is written."""

from __future__ import annotations

from typing import Any

import streamlit as st

from .answer_job import AnswerJob
from .session import say

_REFRESH_SECONDS = 0.1
_LOOK_SECONDS = 0.25
"""How often to look whether something was clicked, where nothing new comes."""
_MOST_NAMES = 3


class RunningView:
    """Draws a job in a slot for its question and one for its answer, and goes on drawing it when told to."""

    def __init__(self, job: AnswerJob, question: Any, answer: Any) -> None:  # noqa: ANN401 - Streamlit's containers
        self._job = job
        question.text(job.question)
        with answer:
            self._written = st.empty()
            self._update()
            st.button(say("stop"), key="stop", on_click=job.stop, icon=":material/stop_circle:")

    def wait_for_news(self, seconds: float) -> None:
        """Show the next that comes, if it comes in time."""
        if self._job.wait_for_news(seconds):
            self._update()

    def follow(self) -> None:
        """Show all until its end. What is clicked meanwhile ends this run of the script, and the next goes on."""
        while not self._job.done:
            self._job.wait_for_news(_LOOK_SECONDS)
            # Also without news: it is when something is drawn that Streamlit looks whether something was clicked.
            self._update()
            self._job.wait(_REFRESH_SECONDS)

    def _update(self) -> None:
        self._written.text(self._job.text or self._found())

    def _found(self) -> str:
        evidence = self._job.evidence
        if not evidence:
            return say("searching")
        names = list(dict.fromkeys(one.source.rsplit("/", 1)[-1] for one in evidence))
        more = " …" if len(names) > _MOST_NAMES else ""
        return f"{say('reading evidence', count=len(evidence))}\n{', '.join(names[:_MOST_NAMES])}{more}"
