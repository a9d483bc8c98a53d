"""What a drawing in a Word document shows: pictures, charts, text boxes, diagrams and embedded objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .docx_inline import chosen
from .pictures import alternative_text
from .xml import Element, local_name, tag

_EMBED, _LINK, _ID = tag("r:embed"), tag("r:link"), tag("r:id")


@dataclass(frozen=True, slots=True)
class Drawn:
    """One thing in a drawing. `reference` is the id of a relationship (of an object: what program made it).

    `content` holds the paragraphs of a text box; `description` is what a person has written about a picture.
    """

    kind: Literal["picture", "chart", "text", "diagram", "object"]
    reference: str = ""
    description: str = ""
    content: Element | None = None


def drawn_things(drawing: Element, description: str = "") -> Iterator[Drawn]:
    """The things in `w:drawing`, `w:pict` or `w:object`, groups taken apart, in order."""
    for node in drawing:
        if local_name(node) in {"docPr", "cNvPr"}:
            description = alternative_text(node.get("descr", "")) or description
        elif node.tag == tag("mc:AlternateContent"):
            choice = chosen(node)
            if choice is not None:
                yield from drawn_things(choice, description)
        elif local_name(node) == "pic":
            yield from _picture(node, description)
        elif drawn := _drawn(node, description):
            yield drawn
        else:
            yield from drawn_things(node, description)


def _drawn(node: Element, description: str) -> Drawn | None:
    if local_name(node) == "txbxContent":
        return Drawn("text", content=node)
    if node.tag in {tag("c:chart"), tag("cx:chart")}:
        return Drawn("chart", node.get(_ID, ""), description)
    if node.tag == tag("dgm:relIds"):
        return Drawn("diagram", node.get(tag("r:dm"), ""))
    if node.tag == tag("v:imagedata"):
        return Drawn("picture", node.get(_ID, ""), alternative_text(node.get(tag("o:title"), "")))
    return Drawn("object", node.get("ProgID", "")) if node.tag == tag("o:OLEObject") else None


def _picture(picture: Element, description: str) -> Iterator[Drawn]:
    own = next((alternative_text(node.get("descr", "")) for node in picture.iter(tag("pic:cNvPr"))), "")
    for blip in picture.iter(tag("a:blip")):
        yield Drawn("picture", blip.get(_EMBED) or blip.get(_LINK) or "", own or description)
