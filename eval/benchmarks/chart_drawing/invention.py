"""Inventing what a chart says: a topic, names, and numbers that look like measurements."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .content import ROUND, TIMED, Content, nice_axis
from .numbers import measured, scattered, value_axis
from .topics import Dimension, Measure, Unit, Words

SHARE_LABELLED = {
    "bar": 0.6,
    "grouped bar": 0.6,
    "stacked bar": 0.7,
    "horizontal bar": 0.75,
    "horizontal grouped bar": 0.7,
    "horizontal stacked bar": 0.8,
    "line": 0.4,
    "area": 0.2,
    "stacked area": 0.0,
    "pie": 0.92,
    "donut": 0.92,
    "scatter": 0.0,
    "dot plot": 0.9,
}
CATEGORIES = {
    "bar": (3, 9),
    "grouped bar": (2, 6),
    "stacked bar": (3, 7),
    "horizontal bar": (3, 12),
    "horizontal grouped bar": (2, 6),
    "horizontal stacked bar": (3, 9),
    "line": (5, 14),
    "area": (6, 16),
    "stacked area": (6, 14),
    "pie": (3, 6),
    "donut": (3, 6),
    "scatter": (0, 0),
    "dot plot": (4, 10),
}
SERIES = {
    "grouped bar": (2, 4),
    "stacked bar": (2, 5),
    "horizontal grouped bar": (2, 4),
    "horizontal stacked bar": (2, 5),
    "line": (1, 4),
    "stacked area": (2, 4),
    "scatter": (1, 3),
    "dot plot": (1, 2),
}
PERCENT = Unit("", "%", "%")


@dataclass(frozen=True, slots=True)
class _Names:
    """Categories with the name of what they are, and whether they are points in time."""

    members: tuple[str, ...]
    dimension: str
    axis_title: str
    timed: bool = False
    years: tuple[int, int] = (2024, 2024)


def invent(rng: random.Random, kind: str, words: Words) -> Content:
    """A chart of this kind. The same state of `rng` gives the same chart."""
    whole = kind in ROUND or (kind in {"stacked bar", "horizontal stacked bar", "stacked area"} and rng.random() < 0.5)
    count = rng.randint(*CATEGORIES[kind])
    names = _names(rng, kind, words, count)
    survey, answers = rng.choice(words.surveys)
    if whole:
        measure = Measure(survey, PERCENT, 0, 100, rng.choice((0, 0, 0, 1)), "%")
    else:
        measure = rng.choice([m for m in words.measures if m.low > 0 or kind in {"bar", "horizontal bar", "line"}])
    if kind in ROUND:
        names = _Names(answers, "", "")
    log = kind in {"line", "bar"} and not whole and rng.random() < 0.12 and measure.unit.suffix != "%"
    series = answers[: rng.randint(2, len(answers))] if whole and kind not in ROUND else _series(rng, kind, words)
    values = measured(rng, kind, measure, len(names.members), len(series), timed=names.timed, whole=whole, log=log)
    labelled = rng.random() < SHARE_LABELLED[kind] and not (log and kind == "line")
    ticks, printed = _shown(rng, kind, len(names.members), len(series), timed=names.timed, labelled=labelled)
    axis, axis_ticks = value_axis(rng, kind, values, whole=whole, log=log)
    if kind not in ROUND and not names.timed and len(series) == 1 and rng.random() < 0.6:
        names, values = _sorted(words, names, values)
    points = scattered(rng, measure, len(series)) if kind == "scatter" else ()
    if points:
        axis, axis_ticks = nice_axis(
            min(y for row in points for _, y in row), max(y for row in points for _, y in row), rng.randint(4, 6)
        )
    title, subtitle, note = _header(rng, words, measure, names, whole=whole)
    told = measure.told if measure.told and not subtitle else ""
    shown_unit = bool(measure.unit.prefix or measure.unit.suffix)
    return Content(
        kind=kind,
        language=words.language,
        title=title,
        subtitle=subtitle,
        note=note,
        category_title=names.axis_title if rng.random() < 0.4 or kind == "scatter" else "",
        value_title=_capital(told or measure.name) if kind == "scatter" or (told and rng.random() < 0.7) else "",
        series=series,
        categories=names.members,
        values=values,
        unit=measure.unit,
        decimals=measure.decimals,
        unit_in_labels=shown_unit and rng.random() < 0.6,
        unit_in_ticks=shown_unit and rng.random() < 0.5,
        printed=printed,
        ticks=ticks,
        axis=axis,
        axis_ticks=axis_ticks,
        log=log,
        points=points,
    )


def _names(rng: random.Random, kind: str, words: Words, count: int) -> _Names:
    if kind == "scatter":
        other = rng.choice(words.measures)
        return _Names((), rng.choice(words.dimensions).name, _capital(other.told or other.name))
    if kind in TIMED or (kind in {"bar", "grouped bar", "stacked bar"} and rng.random() < 0.3):
        return _points_in_time(rng, words, count)
    dimension = rng.choice([d for d in words.dimensions if len(d.members) >= count])
    return _Names(_members(rng, dimension, count), dimension.name, _capital(dimension.name))


def _points_in_time(rng: random.Random, words: Words, count: int) -> _Names:
    which = rng.choice(("year", "year", "year", "month", "quarter"))
    end = rng.randint(2012, 2025)
    title = words.axis_titles[which]
    if which == "month" and count <= 12:
        first = rng.randint(0, 12 - count)
        return _Names(words.months[first : first + count], title, title, timed=True, years=(end, end))
    if which == "quarter" and count <= 8:
        quarters = range(4 * end - count, 4 * end)
        labels = tuple(words.quarter_label.format(quarter=q % 4 + 1, year=q // 4) for q in quarters)
        return _Names(labels, title, title, timed=True, years=(quarters[0] // 4, quarters[-1] // 4))
    step = rng.choice((1, 1, 1, 2, 5))
    years = [end - step * back for back in range(count - 1, -1, -1)]
    label = rng.choice((words.year_label, "{}"))
    title = words.axis_titles["year"]
    return _Names(tuple(map(label.format, years)), title, title, timed=True, years=(years[0], years[-1]))


def _members(rng: random.Random, dimension: Dimension, count: int) -> tuple[str, ...]:
    if dimension.ordered:
        first = rng.randint(0, len(dimension.members) - count)
        return dimension.members[first : first + count]
    return tuple(rng.sample(dimension.members, count))


def _series(rng: random.Random, kind: str, words: Words) -> tuple[str, ...]:
    low, high = SERIES.get(kind, (1, 1))
    count = rng.randint(low, high)
    if count == 1:
        return ("",)
    dimension = rng.choice([d for d in words.series if len(d.members) >= count])
    return _members(rng, dimension, count)


def _shown(
    rng: random.Random, kind: str, count: int, rows: int, *, timed: bool, labelled: bool
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Positions of the categories with a tick label, and of those with printed values."""
    every = 1
    if timed and kind in TIMED and count > 7:
        every = rng.choice((1, 2, 2, 3, 5) if count > 9 else (1, 1, 2))
    ticks = tuple(range(0, count, every))
    if not labelled:
        return ticks, ()
    if kind in TIMED and (rows > 2 or rng.random() < 0.4):
        return ticks, tuple(sorted({ticks[0], ticks[-1]}))
    return ticks, ticks


def _sorted(
    words: Words, names: _Names, values: tuple[tuple[float, ...], ...]
) -> tuple[_Names, tuple[tuple[float, ...], ...]]:
    """Largest first, unless the categories have an order of their own."""
    ordered = any(d.ordered and set(names.members) <= set(d.members) for d in words.dimensions)
    if ordered:
        return names, values
    order = sorted(range(len(names.members)), key=lambda index: (-values[0][index], index))
    members = tuple(names.members[index] for index in order)
    return _Names(members, names.dimension, names.axis_title), (tuple(values[0][index] for index in order),)


def _header(rng: random.Random, words: Words, measure: Measure, names: _Names, *, whole: bool) -> tuple[str, str, str]:
    """Title, subtitle and note; the last two may be empty."""
    place, other = rng.sample(words.places, 2)
    start, year = names.years
    fields = {
        "place": place,
        "Place": place,
        "measure": measure.name,
        "Measure": _capital(measure.name),
        "dimension": names.dimension or words.axis_titles["year"],
        "year": str(year),
        "start": str(start),
        "told": measure.told,
        "wave": str(rng.randint(2, 40)),
    }
    if whole or not names.dimension:
        suffix = rng.choice(("", "", f", {year}", f", {place}")) if words.language == "en" else rng.choice(("", ""))
        title = measure.name + suffix if words.language == "en" else rng.choice(("", place)) + measure.name
    elif rng.random() < 0.2 and not names.timed:
        title = rng.choice(words.long_titles).format(**fields)
    else:
        title = rng.choice(words.time_titles if names.timed else words.titles).format(**fields)
    subtitle = _capital(rng.choice(words.subtitles).format(**fields)) if measure.told and rng.random() < 0.55 else ""
    note = rng.choice(words.notes).format(**{**fields, "place": other}) if rng.random() < 0.55 else ""
    return title, subtitle, note


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
