"""Pairs of texts such as systems and people write: English, Chinese, numbers, emoji, one token, nothing."""

from __future__ import annotations

import random

_ENGLISH = "the company net sales rose by fell to a third of all adults say it is poor more than less in"
_CHINESE = "公司 净利润 比 上年 增长 下降 为 亿元 客户 数量 的 年度 报告 收入 同比"
ENGLISH, CHINESE = _ENGLISH.split(), _CHINESE.split()
NUMBERS = ["12%", "-3.2%", "$1.5bn", "2021", "1,234.5", "0", "47", "3.14159", "(1.5)", "4.1亿元", "18-29"]
ODD = ["🙂", "👩‍👩‍👧", "café", "naïve", "Ünïcödé", "日本語", "—", "...", "?!", "\t", "a\u0301", "﹪", "²"]


def random_text(draw: random.Random, *, language: str) -> str:
    words = CHINESE if language == "zh" else ENGLISH
    length = draw.choice([0, 1, 1, 2, 3, 5, 8, 13, 30])
    pool = words * 3 + NUMBERS + ODD
    joint = "" if language == "zh" and draw.random() < 0.8 else " "
    text = joint.join(draw.choice(pool) for _ in range(length))
    return text + draw.choice(["", ".", "。" if language == "zh" else "!"]) if text else text


def random_pairs(count: int, *, language: str, seed: int = 0) -> list[tuple[str, str]]:
    """Answers and references; a third of the answers are edited references."""
    draw = random.Random(seed)
    pairs = []
    for _ in range(count):
        reference = random_text(draw, language=language)
        answer = random_text(draw, language=language)
        if draw.random() < 0.34 and reference:
            pieces = list(reference) if language == "zh" else reference.split()
            if pieces:
                pieces[draw.randrange(len(pieces))] = draw.choice(NUMBERS)
                answer = ("" if language == "zh" else " ").join(pieces)
        if draw.random() < 0.05:
            answer = reference
        pairs.append((answer, reference))
    return pairs
