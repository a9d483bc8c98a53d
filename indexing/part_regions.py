"""Where a piece of a text block stands: the lines it runs over, cut to its characters, one region for each place."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from operator import attrgetter

from .documents import Box, Region
from .loaders.parsed import TextSpan

_OVERLAP = 0.5
"""A next line may begin this share of its height above the end of the lines before it and still continue them."""
_GUTTER = 0.02
"""Text further to the right than this share of the page's width stands in another column."""
_GAP = 0.08
"""Text further down than this share of the page's height is parted from the text above, by a figure or a table."""


def regions_of(spans: Sequence[TextSpan], start: int, end: int) -> tuple[Region, ...]:
    """Regions of characters `start:end` of a block with these `spans`.

    On pages, a line is cut horizontally in proportion to its characters. In formats without pages, where a box is a
    vertical extent within the document, it is cut vertically. Where the characters touch no span, they take the
    nearest one's region.
    """
    if not spans:
        return ()
    first = bisect.bisect_right(spans, start, key=attrgetter("end"))
    last = bisect.bisect_left(spans, end, key=attrgetter("start"))
    if first >= last:
        return (spans[min(first, len(spans) - 1)].region,)
    regions: list[Region] = []
    column: Region | None = None  # the whole lines so far: a sentence's own share of two lines may have no x in common
    for span in spans[first:last]:
        part = _cut(span, start, end)
        if column is not None and _continues(column, span.region):
            column = _union(column, span.region)
            regions[-1] = _union(regions[-1], part)
        else:
            column = span.region
            regions.append(part)
    return tuple(regions)


def _cut(span: TextSpan, start: int, end: int) -> Region:
    length = span.end - span.start
    if start <= span.start and end >= span.end:
        return span.region
    low = max(0, start - span.start) / length
    high = min(length, end - span.start) / length
    part = Box(0.0, low, 1.0, high) if span.region.page is None else Box(low, 0.0, high, 1.0)
    return Region(span.region.page, part.within(span.region.box))


def merge_regions(regions: Iterable[Region]) -> tuple[Region, ...]:
    """One region for each run of lines that follow one another in a column; a new page or column begins a new one."""
    merged: list[Region] = []
    for region in regions:
        if merged and _continues(merged[-1], region):
            merged[-1] = _union(merged[-1], region)
        else:
            merged.append(region)
    return tuple(merged)


def _union(first: Region, second: Region) -> Region:
    return Region(first.page, first.box.union(second.box))


def _continues(above: Region, region: Region) -> bool:
    if above.page != region.page:
        return False
    if region.page is None:
        return True
    box, slack = region.box, _OVERLAP * (region.box.y1 - region.box.y0)
    beside = above.box.y0 - slack <= box.y0 and box.y1 <= above.box.y1 + slack
    if beside:
        return box.x0 <= above.box.x1 + _GUTTER and above.box.x0 <= box.x1 + _GUTTER
    below = above.box.y1 - slack <= box.y0 <= above.box.y1 + _GAP
    return below and box.x0 < above.box.x1 and above.box.x0 < box.x1


def union_by_page(regions: Iterable[Region]) -> tuple[Region, ...]:
    """One region a page, in the order in which the pages come first: the smallest box that holds all on it."""
    boxes: dict[int | None, Box] = {}
    for region in regions:
        known = boxes.get(region.page)
        boxes[region.page] = known.union(region.box) if known else region.box
    return tuple(Region(page, box) for page, box in boxes.items())
