"""One document as it was read: the page as a picture, and beside it the pieces that can be found."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from PIL import Image

from ...errors import InputError
from ...indexing.documents import Document, Node
from ...indexing.page_rendering import render_page
from ...indexing.source_files import source_file
from .evidence_panel import reading_rows, show_table
from .literal import literal
from .originals import offer_original
from .session import Place, client, say

_A_PAGE = 20
"""Pieces shown at once of a document without pages."""
_LARGEST_SIDE = 1600


def show_preview(place: Place, document: Document) -> None:
    """Draw it."""
    st.subheader(literal(document.title or Path(document.source).name))
    told = [document.media_type, document.language, *(f"{key} = {value}" for key, value in document.metadata.items())]
    st.caption(literal(" · ".join(part for part in told if part)))
    nodes = client(place.path).collection.nodes_of(document.id)
    page = _choose_page(document, nodes)
    picture, read = st.columns(2)
    with picture:
        _show_picture(document, page)
        offer_original(document.source)
    with read:
        paged = any(node.page for node in nodes)
        for node in _on_page(nodes, page) if paged else nodes[(page - 1) * _A_PAGE : page * _A_PAGE]:
            _show_node(node, page if paged else None)


def _choose_page(document: Document, nodes: list[Node]) -> int:
    paged = any(node.page for node in nodes)
    last = len(document.pages) if paged else -(-len(nodes) // _A_PAGE)
    if last <= 1:
        return 1
    return int(st.number_input(say("page number", last=last), 1, last, key=f"preview page {document.id}"))


def _on_page(nodes: list[Node], page: int) -> list[Node]:
    return [node for node in nodes if any(region.page == page for region in node.regions)]


def _show_picture(document: Document, page: int) -> None:
    try:
        with source_file(document.source) as file:
            if file is None:
                return
            if document.media_type == "application/pdf":
                picture = render_page(file, page)
            elif document.media_type.startswith("image/"):
                with Image.open(file) as opened:
                    opened.seek(page - 1)
                    picture = opened.convert("RGB")
            else:
                return
    except (InputError, OSError, EOFError) as error:
        st.caption(say("no picture") + literal(str(error)))
        return
    picture.thumbnail((_LARGEST_SIDE, _LARGEST_SIDE))
    where = f"{Path(document.source).name} · {say('page', page=page)}"
    st.image(picture, width="stretch", alt=say("picture of", place=where))


def _show_node(node: Node, page: int | None) -> None:
    """Draw a piece; of a passage that runs over a page break, what stands on this page."""
    with st.container(border=True):
        st.caption(literal(" › ".join([say(node.kind), *node.headings])))
        if node.table is not None:
            show_table(node.table)
        elif node.reading is not None and node.reading.values:
            st.dataframe(reading_rows(node.reading), hide_index=True)
        elif page is None:
            st.text(node.text)
        else:
            here = [part.text for part in node.parts if any(region.page == page for region in part.regions)]
            st.text("\n".join(here) or node.text)
