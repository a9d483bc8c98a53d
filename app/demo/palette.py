"""The colours of the demo corpus, as hex strings that reportlab and matplotlib both take."""

from __future__ import annotations

NAVY = "#12355B"
TEAL = "#1C7C8C"
AQUA = "#7FC1C8"
AMBER = "#E09F3E"
RUST = "#B4532A"
GREY = "#8A97A6"
PALE = "#EAF0F5"
RULE = "#C5D0DB"
INK = "#1F2A36"
MUTED = "#5C6B7A"
WHITE = "#FFFFFF"

SERIES = (NAVY, TEAL, AMBER, GREY, RUST)
