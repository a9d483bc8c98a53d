"""How the captions of numbered tables and figures begin."""

from __future__ import annotations

import re

_NUMERAL = r"(?:\d{1,3}[A-Za-z]?|[IVX]{1,5}|[A-Z])(?:[.\-]\d{1,2}){0,2}\b"
_TABLE_CAPTION = re.compile(rf"(?:Table|TABLE)\s+{_NUMERAL}|表格?\s*[\d一二三四五六七八九十]+")
_FIGURE_CAPTION = re.compile(
    rf"(?:Figure|FIGURE|Fig\.?|FIG\.?|Chart|CHART|Exhibit|EXHIBIT|Graph|Diagram)\s*{_NUMERAL}"
    r"|(?:图表|圖表|图|圖)\s*[\d一二三四五六七八九十]+"
)


def is_table_caption(text: str) -> bool:
    """Whether a line begins as the caption of a numbered table does."""
    return bool(_TABLE_CAPTION.match(text))


def is_figure_caption(text: str) -> bool:
    """Whether a line begins as the caption of a numbered figure does."""
    return bool(_FIGURE_CAPTION.match(text))
