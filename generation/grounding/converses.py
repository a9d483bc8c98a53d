"""Words that tell the same deal from its two ends: bought and sold, lent and borrowed, imports and exports.

An encoder takes them for each other, as it does synonyms, and none is the better end (Lyons, Semantics, 1977).
"""

from __future__ import annotations

import functools

from .stems import stem

_ENDS = (
    ("buy buys bought buying purchase purchased acquire acquired", "sell sells sold selling divest divested"),
    ("import imported imports importing", "export exported exports exporting"),
    ("borrow borrowed borrower", "lend lent lending lender"),
    ("give gave given giving donate donated", "receive received receiving"),
    ("win won winning", "lose lost losing"),
    ("arrive arrived arriving arrival", "depart departed departing departure"),
    ("enter entered entering", "leave left leaving exit exited"),
    ("immigrate immigrated immigrants immigration", "emigrate emigrated emigrants emigration"),
    ("open opened opening", "close closed closing"),
    ("inflow inflows", "outflow outflows"),
    ("income", "spending expenditure"),
    ("supply supplied", "demand demanded"),
    ("employer employers", "employee employees"),
    ("购买 购入 买入 收购 采购 买", "出售 售出 卖出 变卖 销售 卖"),
    ("进口", "出口"),
    ("借入 借款", "借出 贷出"),
    ("流入", "流出"),
    ("收入", "支出"),
    ("赢 获胜 胜", "输 落败 负"),
    ("开放 开设 开业", "关闭 停业"),
    ("迁入", "迁出"),
    ("供给 供应", "需求"),
)


@functools.lru_cache(maxsize=1)
def _ends() -> dict[str, tuple[int, int]]:
    return {
        stem(word): (deal, end)
        for deal, ends in enumerate(_ENDS)
        for end, words in enumerate(ends)
        for word in words.split()
    }


def are_converse(first: str, second: str) -> bool:
    """Whether two stems name the two ends of one deal."""
    one, other = _ends().get(first), _ends().get(second)
    return one is not None and other is not None and one[0] == other[0] and one[1] != other[1]
