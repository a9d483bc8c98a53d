"""False statements made from true ones, each wrong in one known way: what hallucination checks are measured on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

Perturb = Callable[["Statement", Random], str | None]


@dataclass(frozen=True, slots=True)
class Statement:
    """A true sentence with the text that bears it out, and sentences and names of other items."""

    text: str
    evidence: str
    foreign_sentences: Sequence[str]
    foreign_names: Sequence[str]


_NUMBER = re.compile(r"(?<![\w.,-])(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\w,]*\d)")
_YEAR = re.compile(r"(?<![\d,.])(?:19|20)\d\d(?![\d,])")
NAME = re.compile(
    r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*|(?<![A-Za-z])[A-Z][A-Za-z]*[A-Z][A-Za-z]*(?![A-Za-z])"
)
"""Names within a sentence, and words with several capitals."""
_REVERSALS = {
    "more": "less", "fewer": "more", "less": "more", "higher": "lower", "lower": "higher", "most": "least",
    "increased": "decreased", "decreased": "increased", "rose": "fell", "fell": "rose", "rise": "fall",
    "increase": "decrease", "decrease": "increase", "decline": "growth", "declined": "grew", "grew": "declined",
    "majority": "minority", "majorities": "minorities", "above": "below", "below": "above", "larger": "smaller",
    "smaller": "larger", "better": "worse", "worse": "better", "older": "younger", "younger": "older",
    "favor": "oppose", "oppose": "favor", "satisfied": "dissatisfied", "dissatisfied": "satisfied",
    "favorable": "unfavorable", "unfavorable": "favorable", "approve": "disapprove", "disapprove": "approve",
    "likely": "unlikely", "positive": "negative", "negative": "positive", "before": "after", "up": "down",
    "提高": "降低", "降低": "提高", "增加": "减少", "减少": "增加", "更高": "更低", "更低": "更高", "上升": "下降",
    "下降": "上升", "提升": "降低", "更快": "更慢", "更好": "更差", "优于": "差于", "大于": "小于", "加速": "减慢",
    "增强": "削弱", "扩大": "缩小",
}  # fmt: skip
_UNKNOWN_REVERSALS = {
    "trust": "distrust", "strengthen": "undermine", "strengthened": "undermined", "safe": "dangerous",
    "dangerous": "safe", "easy": "difficult", "difficult": "easy", "rich": "poor", "wealthy": "poor", "poor": "wealthy",
    "common": "rare", "rare": "common", "wide": "narrow", "narrow": "wide", "harm": "benefit", "harmful": "beneficial",
    "benefit": "harm", "benefits": "harms", "win": "lose", "won": "lost", "lost": "won", "start": "stop",
    "began": "ended", "top": "bottom", "same": "opposite", "similar": "different", "different": "identical",
    "urban": "rural", "rural": "urban", "public": "private", "private": "public", "men": "women", "women": "men",
    "adults": "children", "married": "unmarried", "liberal": "conservative", "conservative": "liberal",
    "legal": "illegal", "closely": "loosely", "enough": "too little", "hopeful": "gloomy",
    "静态": "动态", "动态": "静态", "显式": "隐式", "隐式": "显式", "并行": "串行", "串行": "并行", "局部": "全局",
    "全局": "局部", "输入": "输出", "输出": "输入", "编码": "解码", "解码": "编码", "离线": "在线", "在线": "离线",
    "左": "右", "线性": "非线性", "有效": "无效", "连续": "离散", "离散": "连续", "相同": "不同", "不同": "相同",
}  # fmt: skip
"""Words that stand in no list of the checks."""
_REVERSIBLE = re.compile("|".join(rf"\b{w}\b" if w.isascii() else w for w in _REVERSALS), re.IGNORECASE)
_UNKNOWN = re.compile("|".join(rf"\b{w}\b" if w.isascii() else w for w in _UNKNOWN_REVERSALS), re.IGNORECASE)
CHINESE = re.compile("[\u4e00-\u9fff]")
_FIRST_NAME = re.compile(r"^[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*(?= [a-z])")
_UNITS = {
    " percentage points": " percent", "%": " million", "percent": "million", "million": "billion",
    "billion": "million", "thousand": "million", "points": "percent", "万": "亿", "亿": "万",
}  # fmt: skip
_UNIT = re.compile(r"(?<=\d)( percentage points|%| percent| million| billion| thousand| points|万|亿)", re.IGNORECASE)
_AUXILIARY = re.compile(r"\b(are|is|was|were|have|has|had|can|will|would|should|could|did|do|does)\b(?! not| n['’]t)")
_REPORTING = re.compile(r"\b(say|says|said|think|believe|see|support|favor|followed|use|used|express|view|want|feel)\b")
_NEGATIVE = re.compile(r"\b(?:do|does|did) not |\bnot |没有|并未|不(?=能|会|需|应|可)")
_CHINESE_VERB = re.compile("(?<!不)(能够|可以|能|会|需要|应该|是|有助于|导致|包括)")


def change_number(statement: Statement, random: Random) -> str | None:
    """A number that is no year, changed to another; one that stands in the evidence every other time."""
    found = [m for m in _NUMBER.finditer(statement.text) if not _YEAR.fullmatch(m.group())]
    if not found:
        return None
    match = random.choice(found)
    others = [m.group() for m in _NUMBER.finditer(statement.evidence) if not _YEAR.fullmatch(m.group())]
    others = [other for other in others if other != match.group() and ("." in other) == ("." in match.group())]
    if others and random.random() < 0.5:
        return _put(statement.text, match, random.choice(others))
    for _ in range(20):
        new = _other_number(match.group(), random)
        if new not in statement.evidence:
            return _put(statement.text, match, new)
    return None


def _other_number(printed: str, random: Random) -> str:
    value = float(printed.replace(",", ""))
    decimals = len(printed.partition(".")[2])
    factor = random.choice((0.5, 0.7, 0.85, 1.15, 1.3, 1.6))
    new = round(value * factor, decimals)
    if new == value:
        new = value + random.choice((1, 2, 3))
    return f"{new:,.{decimals}f}" if "," in printed else f"{new:.{decimals}f}"


def change_unit(statement: Statement, random: Random) -> str | None:
    """The unit or scale of a number."""
    found = list(_UNIT.finditer(statement.text))
    if not found:
        return None
    match = random.choice(found)
    return _put(statement.text, match, _UNITS.get(match.group(), _UNITS.get(match.group().strip(), " million")))


def move_year(statement: Statement, random: Random) -> str | None:
    """A year, by one to six."""
    found = list(_YEAR.finditer(statement.text))
    if not found:
        return None
    match = random.choice(found)
    return _put(statement.text, match, str(int(match.group()) + random.choice((-6, -3, -2, -1, 1, 2, 3))))


def swap_name(statement: Statement, random: Random) -> str | None:
    """A name, by one of the evidence or of another item."""
    found = list(NAME.finditer(statement.text))
    if not found:
        return None
    match = random.choice(found)
    near = [m.group() for m in NAME.finditer(statement.evidence)]
    pool = near if near and random.random() < 0.5 else statement.foreign_names
    pool = sorted({name for name in pool if name not in match.group() and match.group() not in name})
    return _put(statement.text, match, random.choice(pool)) if pool else None


def reverse(statement: Statement, random: Random) -> str | None:
    """One side of a comparison by the other."""
    found = list(_REVERSIBLE.finditer(statement.text))
    if not found:
        return None
    match = random.choice(found)
    new = _REVERSALS[match.group().lower()]
    return _put(statement.text, match, new.capitalize() if match.group()[0].isupper() else new)


def reverse_otherwise(statement: Statement, random: Random) -> str | None:
    """One word by its opposite, neither of which the checks have a list of."""
    found = list(_UNKNOWN.finditer(statement.text))
    if not found:
        return None
    match = random.choice(found)
    new = _UNKNOWN_REVERSALS[match.group().lower()]
    return _put(statement.text, match, new.capitalize() if match.group()[0].isupper() else new)


def swap_first_name(statement: Statement, random: Random) -> str | None:
    """A name at the beginning of a sentence, which nothing but other sentences tells from any word."""
    match = _FIRST_NAME.match(statement.text)
    known = {name for name in (m.group() for m in NAME.finditer(statement.evidence)) if name[0].isupper()}
    if match is None or match.group() not in known:
        return None
    pool = sorted({n for n in statement.foreign_names if n not in statement.evidence and not n.isupper()})
    return _put(statement.text, match, random.choice(pool)) if pool else None


def exchange_numbers(statement: Statement, random: Random) -> str | None:  # noqa: ARG001 - as the others
    """The first two numbers that are no years, one for the other."""
    found = [m for m in _NUMBER.finditer(statement.text) if not _YEAR.fullmatch(m.group())]
    return _exchange(statement.text, found)


def exchange_names(statement: Statement, random: Random) -> str | None:  # noqa: ARG001 - as the others
    """The first two names on both sides of a comparison, one for the other."""
    than = re.search(r"\bthan\b", statement.text)
    if than is None:
        return None
    found = list(NAME.finditer(statement.text))
    before = [m for m in found if m.end() < than.start()]
    behind = [m for m in found if m.start() > than.end()]
    return _exchange(statement.text, [*before[-1:], *behind[:1]])


def _exchange(text: str, found: Sequence[re.Match[str]]) -> str | None:
    if len(found) < 2 or found[0].group() == found[1].group():
        return None
    first, second = found[0], found[1]
    between = text[first.end() : second.start()]
    return text[: first.start()] + second.group() + between + first.group() + text[second.end() :]


def negate(statement: Statement, random: Random) -> str | None:
    """A negation added, or taken away where there is one."""
    negative = list(_NEGATIVE.finditer(statement.text))
    if negative:
        return _put(statement.text, random.choice(negative), "")
    found = list(_AUXILIARY.finditer(statement.text))
    if found:
        match = random.choice(found)
        return _put(statement.text, match, f"{match.group()} not")
    found = list(_REPORTING.finditer(statement.text))
    if found:
        match = random.choice(found)
        return _put(statement.text, match, f"did not {match.group()}")
    found = list(_CHINESE_VERB.finditer(statement.text))
    if found:
        match = random.choice(found)
        return _put(statement.text, match, f"不{match.group()}")
    return None


def unsupported(statement: Statement, random: Random) -> str | None:
    """A sentence of another item."""
    return random.choice(statement.foreign_sentences) if statement.foreign_sentences else None


def _put(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


PERTURBATIONS: Mapping[str, Perturb] = {
    "number": change_number,
    "unit or scale": change_unit,
    "year": move_year,
    "entity": swap_name,
    "name at the start": swap_first_name,
    "numbers exchanged": exchange_numbers,
    "sides exchanged": exchange_names,
    "reversal": reverse,
    "reversal, unlisted words": reverse_otherwise,
    "negation": negate,
    "unsupported": unsupported,
}
"""What can be wrong with a statement, and how it is made so; a function returns None where it does not apply."""
