"""Which raster images of a page are figures: pictures cut into strips joined, decoration left out with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from .areas import FigureArea, Picture, SkippedArea
from .rectangles import union

_MIN_PICTURE = 24.0  # points, shorter side
_BACKGROUND = 0.7  # share of the page that makes a picture its background
_BAND = 12.0  # times as long as high: a rule or a band


def find_pictures(
    pictures: Sequence[Picture], page_size: tuple[float, float], *, characters: int, min_pixels: int, max_pixels: int
) -> tuple[list[FigureArea], list[SkippedArea]]:
    """Raster images worth keeping. `characters` is the length of the page's text."""
    figures: list[FigureArea] = []
    skipped: list[SkippedArea] = []
    for picture in _join_tiles(pictures):
        reason = _reason(picture, page_size, characters, min_pixels, max_pixels)
        if reason:
            skipped.append(SkippedArea(picture.box, reason))
        else:
            figures.append(FigureArea(picture.box, vector=False, bytes=picture.bytes))
    return figures, skipped


def _join_tiles(pictures: Sequence[Picture]) -> list[Picture]:
    """Join pictures that were cut into strips: they touch along a whole edge."""
    joined: list[Picture] = []
    for picture in sorted(pictures, key=lambda picture: (picture.box[1], picture.box[0])):
        for index, other in enumerate(joined):
            stacked = abs(other.box[0] - picture.box[0]) < 1 and abs(other.box[2] - picture.box[2]) < 1
            beside = abs(other.box[1] - picture.box[1]) < 1 and abs(other.box[3] - picture.box[3]) < 1
            if stacked and abs(picture.box[1] - other.box[3]) < 1:
                pixels = (max(other.pixels[0], picture.pixels[0]), other.pixels[1] + picture.pixels[1])
            elif beside and abs(picture.box[0] - other.box[2]) < 1:
                pixels = (other.pixels[0] + picture.pixels[0], max(other.pixels[1], picture.pixels[1]))
            else:
                continue
            joined[index] = Picture(union(other.box, picture.box), pixels, other.bytes + picture.bytes, other.group)
            break
        else:
            joined.append(picture)
    return joined


def _reason(picture: Picture, page_size: tuple[float, float], characters: int, min_pixels: int, max_pixels: int) -> str:
    """Why a picture is left out; empty for one that is kept."""
    width, height = picture.box[2] - picture.box[0], picture.box[3] - picture.box[1]
    if picture.pixels[0] * picture.pixels[1] > max_pixels:
        return f"too large: {picture.pixels[0]} x {picture.pixels[1]} pixels, the limit is {max_pixels}"
    if min(picture.pixels) < min_pixels:
        return f"decoration: {picture.pixels[0]} x {picture.pixels[1]} pixels, figures have at least {min_pixels}"
    if min(width, height) < _MIN_PICTURE:
        return f"decoration: drawn only {width:.0f} x {height:.0f} points large"
    if max(width, height) > _BAND * min(width, height):
        return "decoration: a rule or a band"
    if width * height > _BACKGROUND * page_size[0] * page_size[1] and characters > 200:
        return "background: covers the page under its text"
    return ""
