"""From HTML markup to the elements that hold a page's content: scripts, hidden parts and page furniture set aside."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, PageElement, Tag

from .text_decoding import clean_text

_NEVER_SHOWN = (
    *("script", "style", "template", "noscript", "iframe", "frame", "embed", "audio", "video", "datalist"),
    *("annotation", "annotation-xml"),  # a formula once more, in another notation
)
_FURNITURE = {"nav", "header", "footer", "aside"}
_FURNITURE_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search"}
_SECTIONS = {"article", "main", "section"}
_QUOTED = {"blockquote", "figure"}
_INVISIBLE_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_WHITE_SPACE = re.compile(r"[\s\u00a0]+")

BLOCK_ELEMENTS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir"),
        *("div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p"),
        *("pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    }
)
"""Elements that begin a new block; the others are part of a line of text."""

Event = tuple[Literal["open", "close"], Tag] | tuple[Literal["text"], str]


@dataclass(frozen=True, slots=True)
class Content:
    """The elements to read, in order, and by `id` those within them (or beside them) to leave out."""

    roots: tuple[Tag, ...]
    skipped: frozenset[int]
    furniture: tuple[Tag, ...] = ()


def parse_html(markup: str) -> BeautifulSoup:
    """The element tree of any markup. Raises `bs4.ParserRejectedMarkup` where even a lenient parser gives up."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about markup that looks like a file name or XML, which is read all the same
        # huge_tree: without it deep nesting ends the parse silently and text would be lost.
        return BeautifulSoup(markup, "lxml", huge_tree=True)


def remove_unshown(soup: BeautifulSoup, *, hidden_too: bool = True) -> None:
    """Take out what a browser never shows, and with `hidden_too` what the page hides."""
    for tag in soup.find_all(_NEVER_SHOWN):
        if not tag.decomposed:
            tag.decompose()
    if hidden_too:
        for tag in soup.find_all(_is_hidden):
            if not tag.decomposed:
                tag.decompose()


def main_content(soup: BeautifulSoup) -> Content:
    """The page's `main` or `article` elements where it has them and they hold its text, else its body, each without
    navigation, headers, footers and asides. An article's own header counts as content.
    """
    body = soup.body or soup
    survey = _survey(body)
    furniture = survey.furniture
    skipped = frozenset(map(id, furniture))
    if any(visible_text(root, skipped) for root in survey.mains):
        return Content(tuple(survey.mains), skipped, tuple(furniture))
    length = sum(len(visible_text(article, skipped)) for article in survey.articles)
    if survey.articles and length * 2 >= len(visible_text(body, skipped)):
        return Content(tuple(survey.articles), skipped, tuple(furniture))
    if not survey.has_heading:
        # A page without `main` often has its title, its only first heading, in the header.
        furniture = [tag for tag in furniture if tag.name != "header" or tag.select_one("h1") is None]
    return Content((body,), frozenset(map(id, furniture)), tuple(furniture))


def walk(root: Tag, skipped: frozenset[int] | set[int]) -> Iterator[Event]:
    """The elements and texts below `root` in document order, without recursion. An element whose `id` stands in
    `skipped`, also where it is put there when its `open` event arrives, is not entered and not closed.
    """
    yield "open", root
    stack: list[tuple[Tag, Iterator[PageElement]]] = [(root, iter(root.children))]
    while stack:
        tag, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            yield "close", tag
        elif isinstance(child, Tag):
            if id(child) not in skipped:
                yield "open", child
            if id(child) not in skipped:
                stack.append((child, iter(child.children)))
        elif type(child) in {NavigableString, CData}:  # not comments and declarations, which are subclasses
            yield "text", str(child)


def visible_text(root: Tag, skipped: frozenset[int] | set[int] = frozenset()) -> str:
    """The text below `root` on one line."""
    pieces: list[str] = []
    for kind, item in walk(root, skipped):
        if isinstance(item, Tag):
            pieces.append(" " if item.name in BLOCK_ELEMENTS or (kind == "open" and item.name == "br") else "")
        else:
            pieces.append(item)
    return collapse("".join(pieces)).strip()


def collapse(text: str) -> str:
    """Clean text in which each run of white space is one space."""
    return _WHITE_SPACE.sub(" ", clean_text(text))


def attribute(tag: Tag, name: str) -> str:
    """An attribute as text; an empty string where it is missing."""
    value = tag.get(name)
    return " ".join(value) if isinstance(value, list) else str(value or "")


def child_named(tag: Tag, name: str) -> Tag | None:
    """The first direct child with that name, found without looking deeper."""
    return next((child for child in tag.children if isinstance(child, Tag) and child.name == name), None)


def _is_hidden(tag: Tag) -> bool:
    if not tag.attrs:
        return False
    if tag.has_attr("hidden") and attribute(tag, "hidden").lower() != "until-found":
        return True
    is_hidden_input = tag.name == "input" and attribute(tag, "type").lower() == "hidden"
    style = attribute(tag, "style")
    is_muted = attribute(tag, "aria-hidden").strip().lower() == "true"
    return is_muted or is_hidden_input or bool(style and _INVISIBLE_STYLE.search(style))


def _role(tag: Tag) -> str:
    return attribute(tag, "role").strip().lower()


def _is_furniture(tag: Tag) -> bool:
    return tag.name in _FURNITURE or _role(tag) in _FURNITURE_ROLES


@dataclass(slots=True)
class _Survey:
    """What a page is made of; only the outermost element of a kind counts. Furniture is not looked into."""

    mains: list[Tag] = field(default_factory=list)
    articles: list[Tag] = field(default_factory=list)
    furniture: list[Tag] = field(default_factory=list)
    has_heading: bool = False


def _survey(body: Tag) -> _Survey:
    survey = _Survey()
    left_out: set[int] = set()
    around: Counter[str] = Counter()  # the elements that the current one stands in, by kind
    for event, item in walk(body, left_out):
        if not isinstance(item, Tag):
            continue
        kind = "main" if _role(item) == "main" else item.name
        if event == "close":
            around[kind] -= 1
        elif _is_furniture(item) and not _belongs_to_content(item, around):
            survey.furniture.append(item)
            left_out.add(id(item))
        else:
            if kind == "main" and not around["main"]:
                survey.mains.append(item)
            elif kind == "article" and not around["article"]:
                survey.articles.append(item)
            survey.has_heading = survey.has_heading or kind == "h1"
            around[kind] += 1
    return survey


def _belongs_to_content(tag: Tag, around: Counter[str]) -> bool:
    """An article's header has its title, a quotation's footer its author."""
    if tag.name == "header":
        return any(around[name] for name in _SECTIONS)
    return tag.name == "footer" and any(around[name] for name in _QUOTED)
