"""How well a chart was read, against its truth.

* A printed value counts only as a whole: series, category and number must all be right.
* Names are equal when they agree but for case, white space and punctuation (Unicode's categories Z and P, after NFKC).
  For slips of OCR an edit similarity of 0.9 will do (one wrong letter in ten), but all digits must agree. An empty name
  equals an empty name alone.
* A number is right when it equals the digits as printed. Readers apply scale words ("1.5bn" is 1.5e9), so the number
  times the scale of its unit is right, too; nothing else is.
* Matching is greedy and one to one. A value given as `estimated` never counts as a printed one, even if it is right.
* A title is right from an edit similarity of 0.95 on, compared like names.
* An estimate is right within 5 % of the axis range (of its logarithm, on logarithmic axes).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from ...indexing.charts.numbers import parse_number
from ...indexing.documents import ChartReading, ChartValue
from .chart_drawing.truth import ChartTruth, TrueValue

NAME_SIMILARITY = 0.9
TITLE_SIMILARITY = 0.95
TOLERANCE = 0.05
"""Share of the axis range by which an estimate may be off."""


@dataclass(frozen=True, slots=True)
class ChartScore:
    """Counts for one chart or, added up, for many."""

    charts: int = 0
    types_right: int = 0
    titles_right: int = 0
    printed: int = 0
    """Values printed on the charts."""
    given: int = 0
    """Values read as printed."""
    triples_right: int = 0
    numbers_right: int = 0
    """Printed numbers that were read, whatever they were bound to."""
    data: int = 0
    """Values that can only be estimated."""
    estimated: int = 0
    """Values read as estimates, wherever."""
    data_given: int = 0
    data_right: int = 0

    def __add__(self, other: ChartScore) -> ChartScore:
        names = [field.name for field in fields(self)]
        return ChartScore(*(getattr(self, name) + getattr(other, name) for name in names))


@dataclass(frozen=True, slots=True)
class Match:
    """The counts of one chart with what they come from: positions of the true and the given values that agree."""

    score: ChartScore
    true_found: frozenset[int]
    given_right: frozenset[int]
    data_errors: dict[int, float]
    """By position in the truth's data: by what share of the axis range its estimate is off."""

    @property
    def errors(self) -> int:
        """How much is wrong: values missed, values made up, estimates missing or off, type and title."""
        score = self.score
        values = score.printed + score.given - 2 * score.triples_right + score.data - score.data_right
        return values + (1 - score.types_right) + (1 - score.titles_right)


def score_chart(truth: ChartTruth, reading: ChartReading) -> Match:
    """Compare one reading with its truth."""
    printed = [(index, value) for index, value in enumerate(reading.values) if value.how == "labelled"]
    estimates = [value for value in reading.values if value.how == "estimated"]
    pairs = match_values(truth.values, [value for _, value in printed])
    errors = estimate_errors(truth, estimates)
    score = ChartScore(
        charts=1,
        types_right=int(reading.chart_type == truth.chart_type),
        titles_right=int(similarity(normalised(reading.title), normalised(truth.title)) >= TITLE_SIMILARITY),
        printed=len(truth.values),
        given=len(printed),
        triples_right=len(pairs),
        numbers_right=_numbers_found(truth.values, [value for _, value in printed]),
        data=len(truth.data),
        estimated=len(estimates),
        data_given=len(errors),
        data_right=sum(error <= TOLERANCE for error in errors.values()),
    )
    given_right = frozenset(printed[given][0] for given in pairs.values())
    return Match(score, frozenset(pairs), given_right, errors)


def total(scores: Iterable[ChartScore]) -> ChartScore:
    """The sum."""
    return sum(scores, ChartScore())


def match_values(true: Sequence[TrueValue], given: Sequence[ChartValue]) -> dict[int, int]:
    """Positions of true values with those of the given values that are equal to them, each used once."""
    free = list(range(len(given)))
    pairs: dict[int, int] = {}
    for index, value in enumerate(true):
        for position in free:
            if same_number(value, given[position]) and same_place(value, given[position]):
                pairs[index] = position
                free.remove(position)
                break
    return pairs


def same_place(true: TrueValue, given: ChartValue) -> bool:
    """Whether series and category agree."""
    return same_name(true.series, given.series) and same_name(true.category, given.category)


def same_number(true: TrueValue, given: ChartValue) -> bool:
    """Whether the number is the printed one, with or without the scale of its unit."""
    return any(math.isclose(given.number, true.number * scale, rel_tol=1e-9) for scale in {1.0, scale_of(true.unit)})


def _numbers_found(true: Sequence[TrueValue], given: Sequence[ChartValue]) -> int:
    free = list(given)
    found = 0
    for value in true:
        same = next((index for index, other in enumerate(free) if same_number(value, other)), None)
        if same is not None:
            del free[same]
            found += 1
    return found


def estimate_errors(truth: ChartTruth, estimates: Sequence[ChartValue]) -> dict[int, float]:
    """For each of the truth's data that an estimate names: its error as a share of the axis range."""
    if truth.axis is None:
        return {}
    errors: dict[int, float] = {}
    free = list(estimates)
    for index, value in enumerate(truth.data):
        own = next((estimate for estimate in free if same_place(value, estimate)), None)
        if own is not None:
            free.remove(own)
            scales = {1.0, scale_of(value.unit)}
            errors[index] = min(_axis_error(truth, value.number, own.number / scale) for scale in scales)
    return errors


def _axis_error(truth: ChartTruth, true: float, given: float) -> float:
    low, high = truth.axis or (0.0, 1.0)
    if not truth.log_axis:
        return abs(given - true) / (high - low)
    if given <= 0:
        return math.inf
    return abs(math.log10(given / true)) / math.log10(high / low)


def scale_of(unit: str) -> float:
    """What the scale word in a unit stands for: 1e9 for "$bn" or "billion US dollars", 1e8 for 亿元; 1 without one."""
    for text in (f"1{unit}", f"{unit[:1]}1{unit[1:]}", f"1 {unit.split(' ', maxsplit=1)[0]}"):
        number = parse_number(text)
        if number is not None and not number.is_year:
            return number.number
    return 1.0


def same_name(first: str, second: str) -> bool:
    """Whether two names are the same but for slips of OCR."""
    one, other = normalised(first), normalised(second)
    if one == other:
        return True
    return _digits(one) == _digits(other) and similarity(one, other) >= NAME_SIMILARITY


def normalised(text: str) -> str:
    """Without white space and punctuation, in one case and one form of each character."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if unicodedata.category(character)[0] not in "ZPC")


def similarity(first: str, second: str) -> float:
    """1 minus the edit distance (Levenshtein) over the longer one's length; 0 where one is empty, 1 where both are."""
    if not first or not second:
        return float(first == second)
    row = list(range(len(second) + 1))
    for number, character in enumerate(first, start=1):
        diagonal, row[0] = row[0], number
        for column, other in enumerate(second, start=1):
            change = diagonal + (character != other)
            diagonal = row[column]
            row[column] = min(change, row[column] + 1, row[column - 1] + 1)
    return 1.0 - row[-1] / max(len(first), len(second))


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
