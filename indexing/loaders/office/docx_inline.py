"""What stands in a paragraph of a Word document: its text, and the drawings and notes that hang on it.

Insertions are taken as text, deletions and hidden text are not; of alternatives for old and new programs the new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .docx_styles import is_on
from .xml import Element, child, tag

_LEFT_OUT = {
    tag(f"w:{name}")
    for name in (
        *("pPr", "rPr", "del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "sdtPr", "sdtEndPr"),
        *("smartTagPr", "customXmlPr", "tblPr", "fldData", "rubyPr", "softHyphen", "footnoteRef", "endnoteRef"),
    )
}
_SIGNS = {tag("w:tab"): " ", tag("w:ptab"): " ", tag("w:noBreakHyphen"): "-", tag("w:br"): "\n", tag("w:cr"): "\n"}
_TEXTS = {tag("w:t"), tag("m:t")}
_DRAWINGS = {tag("w:drawing"), tag("w:pict"), tag("w:object")}
_NOTES = {tag("w:footnoteReference"): "footnote", tag("w:endnoteReference"): "endnote"}
_RUN = tag("w:r")
_ALTERNATIVES = tag("mc:AlternateContent")


@dataclass(slots=True)
class Inline:
    """A paragraph's content. `notes` are kinds and ids; `hidden` tells that hidden text was left out."""

    text: str = ""
    drawings: list[Element] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    hidden: bool = False


def read_inline(paragraph: Element) -> Inline:
    """The content of `w:p`."""
    inline = Inline()
    pieces: list[str] = []
    _read(paragraph, inline, pieces)
    inline.text = "".join(pieces)
    return inline


def own_paragraphs(story: Element) -> Iterator[Element]:
    """The paragraphs of a cell or story, those of tables in it included, those of text boxes not."""
    for node in story:
        if node.tag == tag("w:p"):
            yield node
        else:
            yield from own_paragraphs(node)


def chosen(alternatives: Element) -> Element | None:
    """Of `mc:AlternateContent`, what a program of today shows."""
    choice = child(alternatives, "mc:Choice")
    return choice if choice is not None else child(alternatives, "mc:Fallback")


def _read(element: Element, inline: Inline, pieces: list[str]) -> None:
    for node in element:
        name = node.tag
        if name in _TEXTS:
            pieces.append(node.text or "")
        elif name in _SIGNS:
            pieces.append(_SIGNS[name])
        elif name in _DRAWINGS:
            inline.drawings.append(node)
        elif name in _NOTES:
            inline.notes.append((_NOTES[name], node.get(tag("w:id"), "")))
        elif name == _RUN and is_on(node, "w:rPr", "w:vanish"):
            inline.hidden = True
        elif name == _ALTERNATIVES:
            choice = chosen(node)
            if choice is not None:
                _read(choice, inline, pieces)
        elif name not in _LEFT_OUT:
            _read(node, inline, pieces)
