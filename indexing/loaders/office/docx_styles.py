"""What the paragraph styles of a Word document mean: headings and their levels, captions, lists, quotations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .xml import Element, child, tag

Role = Literal["heading", "title", "caption", "contents", "quote", "body"]

# Word keeps the English names of its own styles in files of any language; other programs keep the translated ones.
_HEADING = re.compile(
    r"(?:heading|标题|標題|überschrift|titre|título|titolo|kop|rubrik|overskrift|otsikko|nagłówek|заголовок|"
    r"nadpis|başlık|見出し|제목)\s*([1-9])\b.*",
    re.IGNORECASE,
)
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("title", re.compile(r"title|标题|標題|titel|表題", re.IGNORECASE)),
    (
        "caption",
        re.compile(r"(?:.*\s)?captions?|题注|題注|标号|[图表圖]题|[图表]名|beschriftung|légende", re.IGNORECASE),
    ),
    ("contents", re.compile(r"toc\s*(?:\d|heading)|table of figures|目[录錄]\s*\d*|contents \d", re.IGNORECASE)),
    ("quote", re.compile(r"(?:intense )?quote|block text|(?:明显)?引用", re.IGNORECASE)),
)
_BODY_LEVEL = 9
_MAX_BOLD_HEADING = 100
_SENTENCE_END = (".", ",", ";", ":", "。", "，", "；", "：", "、")
_W_VAL = tag("w:val")


@dataclass(frozen=True, slots=True)
class Numbering:
    """The list that a paragraph is an item of: its id in the numbering part and the level in it, from 0."""

    list_id: str
    level: int


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """What a style makes of a paragraph. `level` is that of a heading, from 1."""

    role: Role = "body"
    level: int = 0
    numbering: Numbering | None = None


class DocxStyles:
    """The paragraph styles of a document by id, with what they inherit. `styles` is the root of the styles part."""

    def __init__(self, styles: Element | None) -> None:
        self._elements: dict[str, Element] = {}
        self._known: dict[str, ParagraphStyle] = {}
        self._default = ""
        for element in styles.findall(tag("w:style")) if styles is not None else ():
            if element.get(tag("w:type"), "paragraph") == "paragraph":
                name = element.get(tag("w:styleId"), "")
                self._elements[name] = element
                if element.get(tag("w:default")) in {"1", "true"}:
                    self._default = name

    def of(self, paragraph: Element) -> ParagraphStyle:
        """What the paragraph is, by its style and by what it says itself."""
        own = child(paragraph, "w:pPr")
        style = self._style(word_value(own, "w:pStyle") or self._default)
        level = word_value(own, "w:outlineLvl")
        if level.isdecimal() and style.role == "body" and int(level) < _BODY_LEVEL:
            style = ParagraphStyle("heading", int(level) + 1, style.numbering)
        numbering = _numbering(own, style.numbering)
        return style if numbering == style.numbering else ParagraphStyle(style.role, style.level, numbering)

    def _style(self, name: str) -> ParagraphStyle:
        if name not in self._known:
            self._known[name] = self._resolved(name)
        return self._known[name]

    def _resolved(self, name: str) -> ParagraphStyle:
        style = ParagraphStyle()
        chain: list[Element] = []
        while name in self._elements and self._elements[name] not in chain:
            chain.append(self._elements[name])
            name = word_value(chain[-1], "w:basedOn")
        for element in reversed(chain):
            properties = child(element, "w:pPr")
            numbering = _numbering(properties, style.numbering)
            role, level = _named(word_value(element, "w:name"))
            outline = word_value(properties, "w:outlineLvl")
            if outline.isdecimal() and role in {"body", "heading"}:
                is_body = int(outline) >= _BODY_LEVEL
                role, level = ("body", 0) if is_body else ("heading", int(outline) + 1)
            elif role == "body":
                role, level = style.role, style.level
            style = ParagraphStyle(role, level, numbering)
        return style


def is_bold_line(paragraph: Element, text: str) -> bool:
    """Whether a paragraph looks like a heading that its author has only set in bold."""
    runs = runs_with_text(paragraph)
    short = 0 < len(text) <= _MAX_BOLD_HEADING and "\n" not in text and not text.endswith(_SENTENCE_END)
    return short and bool(runs) and all(is_on(run, "w:rPr", "w:b") for run in runs)


def runs_with_text(element: Element) -> list[Element]:
    """The runs below an element that hold more than white space."""
    runs = element.iter(tag("w:r"))
    return [run for run in runs if any((text.text or "").strip() for text in run.iter(tag("w:t")))]


def word_value(element: Element | None, *path: str) -> str:
    """The attribute `w:val` of what `child` finds, or an empty string."""
    found = child(element, *path)
    return found.get(_W_VAL, "") if found is not None else ""


def is_on(element: Element | None, *path: str) -> bool:
    """Whether a switch such as `w:vanish` is there and not turned off."""
    found = child(element, *path)
    return found is not None and found.get(_W_VAL, "1") not in {"0", "false", "off"}


def _named(name: str) -> tuple[Role, int]:
    heading = _HEADING.fullmatch(name.strip())
    if heading:
        return "heading", int(heading[1])
    for role, pattern in _ROLES:
        if pattern.fullmatch(name.strip()):
            return role, 1 if role == "title" else 0
    return "body", 0


def _numbering(properties: Element | None, inherited: Numbering | None) -> Numbering | None:
    found = child(properties, "w:numPr")
    if found is None:
        return inherited
    list_id = word_value(found, "w:numId") or (inherited.list_id if inherited else "")
    level = word_value(found, "w:ilvl")
    if list_id in {"", "0"}:  # 0 takes the paragraph out of its style's list
        return None
    return Numbering(list_id, min(int(level), 8) if level.isdecimal() else 0)
