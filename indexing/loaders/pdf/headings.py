"""Which short blocks are headings, and at which level: told by the size and weight of their letters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from .lines import Line
from .paragraphs import Draft

_MAX_CHARACTERS = 160
_MAX_LINES = 3
_LARGER = 1.1  # times the size of body text
_NUMBERED = re.compile(
    r"\d{1,2}(?:\.\d{1,2}){0,3}(?:\.\s|\s+(?![a-z]))"  # but neither "2024" nor "12 ships"
    r"|(?:[IVX]{1,4}\.|[A-Z]\.|Item|ITEM|Part|PART|Note|NOTE|Chapter|第.{1,3}[章节節部])[\s\d]"
    r"|(?:\d{1,2}|[一二三四五六七八九十百]{1,4})[、．]|[（(](?:\d{1,2}|[一二三四五六七八九十百]{1,4})[)）]"
)
_CJK_CLAUSE_END = ("。", "，", "；")
"""No heading ends so, whatever its number."""
_SENTENCE_END = (".", ",", ";", ":", "。", "，", "；", "：", "、", "-", "–", "—")


def body_style(pages: Sequence[Sequence[Line]]) -> tuple[float, bool]:
    """Size (points, rounded to halves) and boldness in which most characters of the document are set."""
    weights: Counter[tuple[float, bool]] = Counter()
    for lines in pages:
        for line in lines:
            weights[_size(line), line.bold] += len(line.text)
    return max(weights, key=lambda style: (weights[style], style)) if weights else (0.0, False)


def mark_headings(drafts: Sequence[Draft], body: tuple[float, bool]) -> None:
    """Set kind and level of the headings among all drafts of a document; level 1 is the most prominent style."""
    headings = [draft for draft in drafts if _is_heading(draft, body)]
    styles = sorted({_rank(draft) for draft in headings}, reverse=True)
    for draft in headings:
        draft.kind = "heading"
        draft.level = min(styles.index(_rank(draft)) + 1, 6)


def _is_heading(draft: Draft, body: tuple[float, bool]) -> bool:
    size, body_is_bold = body
    line = draft.first
    text = " ".join(placed.line.text for placed in draft.lines)
    if len(draft.lines) > _MAX_LINES or len(text) > _MAX_CHARACTERS or line.vertical:
        return False
    letters = sum(map(str.isalpha, text))
    if letters < 2 or letters < 0.5 * len(text.replace(" ", "")) or text[0].islower():
        return False
    numbered = bool(_NUMBERED.match(text))
    if text.rstrip().endswith(_CJK_CLAUSE_END if numbered else _SENTENCE_END):
        return False
    if not numbered and (draft.kind == "list_item" or not (text[0].isalnum() or text[0] in "“\"'‘《【§")):
        return False
    if line.size >= _LARGER * size:
        return True
    return line.bold and not body_is_bold and line.size >= 0.92 * size and len(text) <= 120


def _rank(draft: Draft) -> tuple[float, bool, bool]:
    line = draft.first
    return _size(line), line.bold, not line.italic


def _size(line: Line) -> float:
    return round(line.size * 2) / 2
