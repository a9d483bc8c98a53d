"""Dates and times as spreadsheets display them, by the date letters of their format codes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .number_format_codes import Token
    from .number_formats import Value

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_CHINESE_DAYS = "一二三四五六日"
_BASE = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no time zones
_BASE_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - likewise
_SECONDS_A_DAY = 86_400


def format_date(value: Value, tokens: Sequence[Token], *, epoch_1904: bool) -> str:
    """`value` (a date, time, duration or serial number) by the tokens of a format; empty where it is no date."""
    moment = _moment(value, _BASE_1904 if epoch_1904 else _BASE)
    if moment is None or not any(token.kind in {"date", "elapsed"} for token in tokens):
        return ""
    elapsed = _elapsed_seconds(value)
    half_day = any("/" in token.text for token in tokens if token.kind == "date")
    shown: list[str] = []
    for index, token in enumerate(tokens):
        if token.kind == "date":
            minutes = token.text in {"m", "mm"} and _is_minute(tokens, index)
            shown.append(_field(moment, token.text, half_day=half_day, minutes=minutes))
        elif token.kind == "elapsed":
            unit = {"h": 3_600, "m": 60, "s": 1}[token.text[0]]
            shown.append(f"{int(elapsed // unit):0{len(token.text)}d}")
        elif token.kind == "digit":  # tenths of a second
            continue
        elif token.kind != "point" or not _before_digit(tokens, index):
            shown.append(token.text)
    return "".join(shown).strip()


def _moment(value: Value, base: datetime) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - likewise
    if isinstance(value, time):
        return datetime.combine(_BASE.date(), value)
    try:
        length = value if isinstance(value, timedelta) else timedelta(seconds=round(value * _SECONDS_A_DAY))
        # 1900 counts as a leap year in spreadsheets, so that day 60 is missing.
        first_months = base is _BASE and timedelta(days=1) <= length < timedelta(days=60)
        return base + length + timedelta(days=int(first_months))
    except (OverflowError, ValueError):
        return None


def _elapsed_seconds(value: Value) -> float:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - _BASE).total_seconds()
    if isinstance(value, time):
        return value.hour * 3_600 + value.minute * 60 + value.second
    return 0.0 if isinstance(value, date) else round(value * _SECONDS_A_DAY)


def _is_minute(tokens: Sequence[Token], index: int) -> bool:
    """`m` after hours or before seconds is minutes, else months."""

    def neighbour(places: range) -> str:
        letters = (tokens[place].text for place in places if tokens[place].kind in {"date", "elapsed"})
        return next(letters, "")[:1]

    return neighbour(range(index - 1, -1, -1)) == "h" or neighbour(range(index + 1, len(tokens))) == "s"


def _before_digit(tokens: Sequence[Token], index: int) -> bool:
    return index + 1 < len(tokens) and tokens[index + 1].kind == "digit"


def _field(moment: datetime, letters: str, *, half_day: bool, minutes: bool) -> str:
    if "/" in letters:
        names = letters.split("/") if letters[0] == "上" else letters.upper().split("/")
        return names[moment.hour >= 12]
    width = len(letters)
    if letters[0] == "y":
        return f"{moment.year % 100:02d}" if width <= 2 else f"{moment.year:04d}"
    if letters[0] == "m" and not minutes and width >= 3:
        name = _MONTHS[moment.month - 1]
        return name if width == 4 else name[: 3 if width == 3 else 1]
    if letters[0] == "d" and width >= 3:
        return _DAYS[moment.weekday()][: 3 if width == 3 else None]
    if letters[0] == "a":
        return ("周" if width == 3 else "星期") + _CHINESE_DAYS[moment.weekday()]
    hour = (moment.hour % 12 or 12) if half_day else moment.hour
    number = {"m": moment.minute if minutes else moment.month, "d": moment.day, "h": hour, "s": moment.second}
    return f"{number[letters[0]]:0{min(width, 2)}d}"
