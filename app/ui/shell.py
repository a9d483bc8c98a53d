"""The frame around the pages: login, language, the choice of a collection, navigation."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import streamlit as st
from PIL import Image, ImageDraw

from ...errors import ChartwellError
from . import charts_page, chat_page, documents_page, evaluation_page, settings_page
from .collections_home import collection_path, collections_in
from .first_steps import DEMO, show_running, start_demo
from .literal import literal
from .login import let_in
from .session import Place, home, language, say, settings, told_error
from .words import LANGUAGES

_NEW = "+"


def show() -> None:
    """Draw the whole interface for one run of the script."""
    st.set_page_config(page_title="Chartwell", page_icon=_icon(), layout="wide")
    _choose_language()
    if not let_in():
        return
    place = _choose_collection()
    if place is None:
        return
    pages = {
        "chat": (chat_page.show, ":material/forum:"),
        "documents": (documents_page.show, ":material/description:"),
        "charts": (charts_page.show, ":material/bar_chart:"),
        "evaluation": (evaluation_page.show, ":material/monitoring:"),
        "settings": (settings_page.show, ":material/settings:"),
    }
    navigation = st.navigation(
        [
            st.Page(_page(draw, place), title=say(name), icon=icon, url_path=name, default=name == "chat")
            for name, (draw, icon) in pages.items()
        ]
    )
    show_running(place)
    navigation.run()


@cache
def _icon() -> Image.Image:
    """Three bars, drawn here: Streamlit would fetch the picture of a named icon from the network."""
    icon = Image.new("RGBA", (32, 32))
    canvas = ImageDraw.Draw(icon)
    for left, top in ((3, 18), (12, 10), (21, 3)):
        canvas.rectangle((left, top, left + 7, 29), fill=(214, 84, 0))
    return icon


def _page(draw: Callable[[Place], None], place: Place) -> Callable[[], None]:
    def shown() -> None:
        try:
            draw(place)
        except (ChartwellError, OSError) as error:
            st.error(literal(told_error(error)))

    return shown


def _choose_language() -> None:
    names = list(LANGUAGES)
    chosen = st.sidebar.segmented_control(
        say("language"), names, format_func=LANGUAGES.__getitem__, default=language(), required=True, key="language"
    )
    if chosen != language():
        st.query_params["lang"] = chosen
        st.rerun()


def _choose_collection() -> Place | None:
    names = collections_in(home())
    # The address loses it when the page changes.
    before = st.session_state.get("open collection", names[0] if names else _NEW)
    wanted = st.query_params.get("collection", before)
    options = [*names, _NEW]
    chosen = st.sidebar.selectbox(
        say("collection"),
        options,
        index=options.index(wanted) if wanted in options else 0,
        format_func=lambda name: say("new collection") if name == _NEW else name,
    )
    if chosen != _NEW:
        st.query_params["collection"] = chosen
        if st.session_state.get("open collection") != chosen:
            # Numbers of conversations and turns mean nothing in another collection.
            for name in ("conversation", "cited", "job"):
                st.session_state.pop(name, None)
            st.session_state["open collection"] = chosen
        return Place(home(), chosen)
    _make_collection(names)
    return None


def _make_collection(names: list[str]) -> None:
    from ..client import Chartwell

    st.header(say("new collection"))
    if not names:
        st.write(say("welcome"))
    if DEMO not in names and st.button(say("open demo"), type="primary", icon=":material/school:"):
        start_demo(Place(home(), DEMO))
        _go_to(DEMO)
    with st.form("new collection"):
        name = st.text_input(say("name"))
        made = st.form_submit_button(say("create"))
    if not made:
        return
    try:
        path = collection_path(home(), name)
    except ChartwellError:
        st.error(say("wrong name"))
        return
    if path.exists():
        st.error(say("exists"))
        return
    Chartwell.open(path, settings=settings()).close()
    _go_to(name)


def _go_to(name: str) -> None:
    st.query_params["collection"] = name
    st.rerun()
