"""Which texts are the same, and that bands find those that are."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.indexing.near_duplicates import SAME_SHINGLES, likeness

NOTICE = (
    "This report contains statements about the future that rest on what the board expects today. Actual results may "
    "differ, because markets, prices and laws change, and the company will correct no statement later on. Readers "
    "should place their trust in the audited accounts alone, which the auditor has signed without reservation."
)
CHINESE = "本报告含有对未来的陈述，这些陈述以董事会今天的预期为依据。市场、价格和法律都会变化，实际结果可能有所差异。"


def alike(one, other):
    first, second = likeness("text", one, None), likeness("text", other, None)
    return first.same(second) >= SAME_SHINGLES


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (NOTICE, NOTICE.replace(" ", "\n  ").upper()),
        ("ＡＣＭＥ　１２．５％", "acme 12.5%"),
        ("營業收入增長", "营业收入增长"),
        ("The of\u00adfice ofﬁce", "the office office"),
    ],
)
def test_white_space_case_and_width_are_no_difference(one, other):
    assert likeness("text", one, None).content == likeness("text", other, None).content


def test_a_word_in_a_long_text_is_none():
    assert alike(NOTICE, NOTICE.replace("board", "management"))
    assert alike(CHINESE, CHINESE.replace("可能", "或许"))
    assert not alike(NOTICE, NOTICE[: len(NOTICE) // 2])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("in 2021", "in 2022"),
        ("by 3.2%", "by -3.2%"),
        ("to $5", "to €5"),
        ("5 million", "5 billion"),
        ("in 2021 and 2020", "in 2020 and 2021"),
        ("will", "will not"),
        ("三亿元", "五亿元"),
        ("已获批准", "未获批准"),
    ],
)
def test_numbers_and_negations_must_agree(one, other):
    assert not alike(f"{NOTICE} {one} {CHINESE}", f"{NOTICE} {other} {CHINESE}")


def test_kinds_and_pictures_must_agree():
    assert likeness("text", NOTICE, None).same(likeness("table", NOTICE, None)) == 0
    assert likeness("chart", NOTICE, "a" * 64).same(likeness("chart", NOTICE, "b" * 64)) == 0
    assert likeness("chart", NOTICE, "a" * 64).same(likeness("chart", NOTICE, "a" * 64)) == 1


@given(st.text(), st.text())
def test_likeness_is_a_coefficient(one, other):
    first, second = likeness("text", one, None), likeness("text", other, None)
    assert 0 <= first.same(second) == second.same(first) <= 1
    assert first.same(first) == 1
    assert len(set(first.bands())) in {0, 10}


def test_bands_find_nearly_all_that_are_alike_and_hardly_any_that_are_not():
    chance = random.Random(3)
    words = [f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(600)]
    found = compared = strangers = 0
    for _ in range(300):
        text = chance.choices(words, k=100)
        other = [chance.choice(words) if chance.random() < 0.03 else word for word in text]
        first, second = likeness("text", " ".join(text), None), likeness("text", " ".join(other), None)
        third = likeness("text", " ".join(chance.sample(text, 100)), None)
        if first.same(second) >= SAME_SHINGLES:
            compared += 1
            found += bool(set(first.bands()) & set(second.bands()))
        strangers += bool(set(first.bands()) & set(third.bands()))
    assert compared > 100
    assert found >= 0.98 * compared
    assert strangers == 0
