"""Pictures embedded in Office files as figures, or the reason why they are left out."""

from __future__ import annotations

import re
from pathlib import Path

from ....errors import InputError, UnsupportedFormat
from ...documents import Region
from ..image_decoding import decode_image
from ..parsed import FigureBlock, Limits, SkippedFigure
from ..sniffing import sniff_bytes

# What programs write for people who describe nothing themselves.
_AUTOMATIC = re.compile(
    r"(?:description automatically generated|ai-generated content may be incorrect|"
    r"(?:已自动生成(?:的)?说明|描述已自动生成|ai 生成的内容可能不正确|ai 產生的內容可能不正確))[^.。]*[.。]?",
    re.IGNORECASE,
)
_NAMES = re.compile(
    r"(?:picture|image|graphic|chart|图片|图像|圖片|图表)?\s*\d*|[^\n]*\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|webp)",
    re.IGNORECASE,
)


def alternative_text(description: str) -> str:
    """The description that a person has given a picture; empty for what programs fill in."""
    text = " ".join(_AUTOMATIC.sub("", description).split())
    return "" if text != " ".join(description.split()) or _NAMES.fullmatch(text) else text


def embedded_figure(
    data: bytes, part: str, caption: str, region: Region, limits: Limits
) -> FigureBlock | SkippedFigure:
    """The picture in `data`, the content of the part of that name, as a figure."""
    name = f"The picture {part}"
    try:
        media_type = sniff_bytes(data, Path(name)) if data else ""
        if not media_type.startswith("image/"):
            raise UnsupportedFormat(f"{name} is no picture but {media_type or 'empty'}.")
        return FigureBlock(decode_image(data, name, limits), region, caption)
    except InputError as error:
        return SkippedFigure(region, error.message)


def linked_picture(address: str, region: Region) -> SkippedFigure:
    """The record of a picture that lies outside the file."""
    shown = address if len(address) <= 80 else address[:80] + "…"
    return SkippedFigure(region, f"The picture {shown} lies outside the file; nothing is fetched.")
