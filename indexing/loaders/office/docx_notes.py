"""Footnotes and endnotes of a Word document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .xml import Element, tag

if TYPE_CHECKING:
    from docx.opc.part import Part


class Notes:
    """Footnotes and endnotes by kind and id, with the part that each lies in."""

    def __init__(self) -> None:
        self._notes: dict[tuple[str, str], tuple[Element, Part]] = {}

    def add(self, root: Element, part: Part) -> None:
        """Take in the root of a footnotes or endnotes part."""
        for kind in ("footnote", "endnote"):
            for note in root.findall(tag(f"w:{kind}")):
                if note.get(tag("w:type"), "normal") == "normal":
                    self._notes[kind, note.get(tag("w:id"), "")] = (note, part)

    def take(self, kind: str, name: str) -> tuple[Element, Part] | None:
        """A note, once: one that is referred to again has been read already."""
        return self._notes.pop((kind, name), None)
