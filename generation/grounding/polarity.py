"""Words that turn a statement round: negations, and the two sides of comparisons, English and Chinese."""

from __future__ import annotations

import functools
from typing import NamedTuple

from .stems import stem

_NEGATIONS = """
not no never none neither nor without cannot cant nobody nothing hardly barely
不 没 没有 未 无 非 并非 并未 不是 不会 不能 未能 从未 无法 不再 毫无 不曾 不可 绝不 并不 不要 不应 不需 不需要 无需
不比 不如
"""
NEGATIONS = frozenset(_NEGATIONS.split())


class Pole(NamedTuple):
    """One side of a comparison: which comparison, and which side of it (1 or -1)."""

    axis: int
    side: int

    @property
    def other(self) -> Pole:
        """The other side of the same comparison."""
        return Pole(self.axis, -self.side)


_RISING = """
increase increased rise rose risen rising grow grew grown growing growth climb jump surge gain up upward expand
"""
_FALLING = """
decrease decreased fall fell fallen falling decline declining drop dropped shrink shrank plunge slump down downward
reduce reduced
"""
_AXES = (
    ("more most", "less fewer least fewest"),
    ("high higher highest peak peaked", "low lower lowest"),
    (_RISING, _FALLING),
    ("majority", "minority"),
    ("above over exceed outnumber outpace outweigh", "below under trail"),
    ("large larger largest big bigger biggest great greater greatest", "small smaller smallest little"),
    ("good better best", "bad worse worst"),
    ("improve improved improvement", "worsen worsened deteriorate"),
    ("favor favour support back", "oppose opposition against"),
    ("approve approval", "disapprove disapproval"),
    ("agree", "disagree"),
    ("satisfied satisfaction", "dissatisfied dissatisfaction"),
    ("favorable favorably favourable", "unfavorable unfavorably unfavourable"),
    ("positive positively", "negative negatively"),
    ("optimistic optimism", "pessimistic pessimism"),
    ("confident confidence", "doubtful"),
    ("likely", "unlikely"),
    ("important", "unimportant"),
    ("happy", "unhappy"),
    ("before earlier prior", "after later"),
    ("old older oldest", "young younger youngest"),
    ("long longer longest", "short shorter shortest"),
    ("strong stronger strongest strongly", "weak weaker weakest weakly"),
    ("fast faster fastest quickly", "slow slower slowest slowly"),
    ("first", "last"),
    ("maximum max", "minimum min"),
    ("often frequently", "rarely seldom"),
    ("always", "never"),
    ("all every", "none"),
    ("many", "few"),
    ("ahead lead", "behind lag"),
    ("profit", "loss"),
    ("include included", "exclude excluded"),
    ("allow allowed", "forbid forbidden ban banned"),
    ("accept", "reject"),
    ("success successful succeed", "failure fail failed"),
    ("多 更多 最多 较多 大量", "少 更少 最少 较少 少量"),
    ("高 更高 最高 较高", "低 更低 最低 较低"),
    (
        "增加 增长 上升 提高 提升 增大 上涨 扩大 增强 增 升",
        "减少 下降 降低 减小 下跌 缩小 减弱 削弱 降 减",
    ),
    ("大 更大 最大 较大 大于", "小 更小 最小 较小 小于"),
    ("好 更好 最好 优于 优", "差 更差 最差 劣于 劣 坏"),
    ("快 更快 最快 较快 加快 加速", "慢 更慢 最慢 较慢 减慢 减缓"),
    ("强 更强 最强 较强", "弱 更弱 最弱 较弱"),
    ("长 更长 最长 较长", "短 更短 最短 较短"),
    ("超过 高于 多于", "低于 少于 不足"),
    ("支持 赞成", "反对"),
    ("首先 先 之前 以前", "最后 后 之后 以后"),
    ("简单 容易", "复杂 困难"),
    ("优点 优势", "缺点 劣势"),
    ("稳定", "不稳定"),
    ("正确", "错误"),
    ("促进", "抑制 阻碍"),
    ("所有 全部", "部分"),
    ("必须", "无需"),
    ("避免 防止", "导致 造成"),
)


@functools.lru_cache(maxsize=1)
def _poles() -> dict[str, Pole]:
    poles: dict[str, Pole] = {}
    for axis, sides in enumerate(_AXES):
        for side, words in zip((1, -1), sides, strict=True):
            for word in words.split():
                poles.setdefault(_key(word), Pole(axis, side))
    return poles


@functools.lru_cache(maxsize=65_536)
def pole_of(word: str) -> Pole | None:
    """The side of a comparison that a word names, None for most words."""
    return _poles().get(_key(word))


def opposites(*, chinese: bool) -> list[tuple[str, str]]:
    """A word of each side of every comparison in a language: what it is to be contrary, by examples."""
    pairs = [(first.split()[0], second.split()[0]) for first, second in _AXES]
    return [pair for pair in pairs if pair[0].isascii() != chinese]


def _key(word: str) -> str:
    """The stem, but of "likely", "favorable", "important" the word itself: they have those of like, favor, import."""
    lower = word.lower()
    return lower if lower.endswith(("ly", "able", "ant")) else stem(lower)
