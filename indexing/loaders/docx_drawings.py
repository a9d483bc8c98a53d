"""What a drawing in a Word document shows: pictures, charts, text boxes, diagrams and embedded objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .docx_inline import chosen
from .office_pictures import alternative_text
from .office_xml import Element, local_name, tag

_EXTENDED = "http://schemas.microsoft.com/office/drawing/2014/chartex"
_EMBED, _LINK, _ID = tag("r:embed"), tag("r:link"), tag("r:id")


@dataclass(frozen=True, slots=True)
class Drawn:
    """One thing in a drawing. `reference` is the id of a relationship (of an object: what program made it).

    `content` holds the paragraphs of a text box; `description` is what a person has written about a picture.
    """

    kind: Literal["picture", "chart", "extended chart", "text", "diagram", "object"]
    reference: str = ""
    description: str = ""
    content: Element | None = None


def drawn_things(drawing: Element, description: str = "") -> Iterator[Drawn]:
    """The things in `w:drawing`, `w:pict` or `w:object`, groups taken apart, in order."""
    for node in drawing:
        name = local_name(node)
        if name in {"docPr", "cNvPr"}:
            description = alternative_text(node.get("descr", "")) or description
        elif node.tag == tag("mc:AlternateContent"):
            choice = chosen(node)
            if choice is not None:
                yield from drawn_things(choice, description)
        elif name == "pic":
            yield from _picture(node, description)
        elif name == "txbxContent":
            yield Drawn("text", content=node)
        elif node.tag == tag("c:chart"):
            yield Drawn("chart", node.get(_ID, ""), description)
        elif node.tag == f"{{{_EXTENDED}}}chart":
            yield Drawn("extended chart")
        elif node.tag == tag("dgm:relIds"):
            yield Drawn("diagram", node.get(tag("r:dm"), ""))
        elif node.tag == tag("v:imagedata"):
            yield Drawn("picture", node.get(_ID, ""), alternative_text(node.get(tag("o:title"), "")))
        elif node.tag == tag("o:OLEObject"):
            yield Drawn("object", node.get("ProgID", ""))
        else:
            yield from drawn_things(node, description)


def _picture(picture: Element, description: str) -> Iterator[Drawn]:
    own = next((alternative_text(node.get("descr", "")) for node in picture.iter(tag("pic:cNvPr"))), "")
    for blip in picture.iter(tag("a:blip")):
        yield Drawn("picture", blip.get(_EMBED) or blip.get(_LINK, ""), own or description)
