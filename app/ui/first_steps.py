"""What to do where there is nothing yet: the demo's documents, its questions, and how far indexing is."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

import streamlit as st

from ..demo.questions import QUESTIONS
from .collections_home import keep_uploads
from .index_job import IndexJob
from .left_over import left_over
from .literal import literal
from .session import Place, client, index_jobs, say
from .turn_view import ask

DEMO = "demo"
_REFRESH_SECONDS = 1.0


def start_demo(place: Place) -> None:
    """Index the demo's documents into a collection, copied into it so that they can be shown later.

    A run that goes on there goes on.
    """
    with as_file(files("chartwell.app.demo") / "corpus") as corpus:
        documents = [(file.name, file.read_bytes()) for file in sorted(corpus.iterdir())]
        kept = keep_uploads(place.path, documents, replace=False)
    index_jobs().start(client(place.path), place.path, kept)


def show_first_steps(place: Place) -> None:
    """On the page of a conversation that has not begun: where evidence would come from, or what could be asked."""
    if _running(place) is not None and place.name == DEMO:
        st.info(say("demo is coming", question=literal(QUESTIONS[0].text)))
    elif not client(place.path).collection.node_count():
        st.info(say("empty collection"))
        if _running(place) is None and st.button(say("demo into this"), icon=":material/school:"):
            start_demo(place)
            st.rerun()
    elif place.name == DEMO:
        st.caption(say("for example"))
        for question in QUESTIONS:
            st.button(
                literal(question.text),
                key=f"example {question.sits_in}",
                type="tertiary",
                on_click=ask,
                args=(question.text,),
            )


def show_running(place: Place) -> None:
    """In the sidebar of every page: how far the run of indexing is that goes on, or was when the server stopped."""
    with st.sidebar:
        if _running(place) is not None:
            _follow(place)
        elif index_jobs().of(place.path) is None and (left := _left_over(place.path)):
            st.warning(say("left over", count=len(left)))
            if st.button(say("go on"), icon=":material/play_arrow:"):
                index_jobs().start(client(place.path), place.path, left)
                _left_over.clear(place.path)
                st.rerun()


@st.cache_resource(show_spinner=False)
def _left_over(path: Path) -> list[Path]:
    """Found out once a start: later ones are of a run that goes on."""
    return left_over(client(path))


@st.fragment(run_every=_REFRESH_SECONDS)
def _follow(place: Place) -> None:
    job = _running(place)
    if job is None:
        st.rerun(scope="app")
    else:
        told = say("indexing now", name=literal(place.name), done=job.done, total=job.total)
        st.progress(job.done / job.total if job.total else 0.0, told)


def _running(place: Place) -> IndexJob | None:
    job = index_jobs().of(place.path)
    return job if job is not None and job.running else None
