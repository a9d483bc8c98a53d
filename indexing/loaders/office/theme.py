"""Colours of Office drawings: given as they are, or by their name in the file's theme."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping

from .xml import Element, child, local_name, tag

_RGB = re.compile(r"[0-9A-Fa-f]{6}")
_ALIASES = {"tx1": "dk1", "tx2": "dk2", "bg1": "lt1", "bg2": "lt2"}
_WHOLE = 100_000.0  # the unit of shares: a thousandth of a per cent


def theme_colors(theme: Element) -> dict[str, str]:
    """The colours of a theme part by name (`accent1`, `dk1`) as `#rrggbb`."""
    colors: dict[str, str] = {}
    scheme = next(theme.iter(tag("a:clrScheme")), None)
    for entry in scheme if scheme is not None else ():
        for color in entry:
            rgb = color.get("val" if local_name(color) == "srgbClr" else "lastClr", "")
            if _RGB.fullmatch(rgb):
                colors[local_name(entry)] = f"#{rgb.lower()}"
    return colors


def fill_color(properties: Element | None, theme: Mapping[str, str]) -> str:
    """The colour that a shape's properties (`c:spPr`) tell: of its solid fill, else of its line; else empty."""
    for fill in (child(properties, "a:solidFill"), child(properties, "a:ln", "a:solidFill")):
        for color in fill if fill is not None else ():
            if shown := _shown(color, theme):
                return shown
    return ""


def _shown(color: Element, theme: Mapping[str, str]) -> str:
    name = color.get("val", "")
    if local_name(color) == "srgbClr":
        base = f"#{name.lower()}" if _RGB.fullmatch(name) else ""
    else:
        base = theme.get(_ALIASES.get(name, name), "") if local_name(color) == "schemeClr" else ""
    return _modified(base, color) if base and len(color) else base


def _modified(rgb: str, color: Element) -> str:
    """The colour with its luminance changed as `lumMod` and `lumOff` say; other changes leave it unknown."""
    red, green, blue = (int(rgb[start : start + 2], 16) / 255 for start in (1, 3, 5))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    for change in color:
        share = change.get("val", "")
        kind = local_name(change)
        if kind == "alpha":
            continue
        if kind not in {"lumMod", "lumOff"} or not re.fullmatch(r"-?\d{1,7}", share):
            return ""
        light = light * int(share) / _WHOLE if kind == "lumMod" else light + int(share) / _WHOLE
    parts = colorsys.hls_to_rgb(hue, min(max(light, 0.0), 1.0), saturation)
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
