"""How the captions of numbered tables and figures begin, and the lines that stand under figures and are none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Side = Literal["above", "below", "beside"]

_NUMERAL = r"(?:\d{1,3}[A-Za-z]?|[IVX]{1,5}|[A-Z])(?:[.\-–]\d{1,3}){0,2}\b"
_CHINESE_NUMERAL = r"[\dA-Z一二三四五六七八九十]+(?:[.\-–—－．]\d{1,3}){0,2}"
_FIGURE = r"Figure|FIGURE|Fig\.?|FIG\.?|Chart|CHART|Exhibit|EXHIBIT|Graph|GRAPH|Diagram|DIAGRAM|Map|Plate|Scheme"
_TABLE_CAPTION = re.compile(rf"(?:Table|TABLE)\s+{_NUMERAL}|表格?\s*[\d一二三四五六七八九十]+")
# A sentence that speaks of a figure begins like a caption.
_SPEAKS = (
    r"(?!\s*[),;])(?!\s*(?:\([a-z]\)\s*)?(?:and|or|to|in|of|on|below|above|also|shows?|presents?|illustrates?|depicts?|displays?|plots?"
    r"|compares?|gives?|summari[sz]es|provides?|reports?|lists?|contains?|is|are|was|were|has|can|suggests?|indicates?"
    r"|reveals?|demonstrates?|highlights?|describes?)\b)"
)
_CHINESE_SPEAKS = r"(?!\s*(?:显示|顯示|所示|中|为|為|表明|给出|給出|反映|展示|是|和|与|與|及|可))"
_FIGURE_CAPTION = re.compile(
    rf"(?:{_FIGURE})\s*{_NUMERAL}{_SPEAKS}|附?(?:图表|圖表|图|圖)\s*{_CHINESE_NUMERAL}{_CHINESE_SPEAKS}"
)
_LABEL_ALONE = re.compile(
    rf"(?:(?:{_FIGURE})\s*{_NUMERAL}|附?(?:图表|圖表|图|圖)\s*{_CHINESE_NUMERAL})\s*[.:：。、|–—-]?\s*"
)
_SOURCE = re.compile(
    r"\(?(?:Sources?|Notes?|Data)\s*[:：.]|(?:资料|資料|数据|數據)?(?:来源|來源|注|註|备注|備註)\s*[:：]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class CaptionBlock:
    """The positions of a caption's lines among the lines of its page. `numbered` ones begin with "Figure 3" or so."""

    positions: tuple[int, ...]
    numbered: bool


def is_table_caption(text: str) -> bool:
    """Whether a line begins as the caption of a numbered table does."""
    return bool(_TABLE_CAPTION.match(text))


def is_figure_caption(text: str) -> bool:
    """Whether a line begins as the caption of a numbered figure does."""
    return bool(_FIGURE_CAPTION.match(text))


def is_figure_number(text: str) -> bool:
    """Whether a line is the number of a figure and nothing else."""
    return bool(_LABEL_ALONE.fullmatch(text))


def is_source_line(text: str) -> bool:
    """Whether a line begins as those do that tell a figure's source, or a note to it."""
    return bool(_SOURCE.match(text))
