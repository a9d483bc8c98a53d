"""Words in the place of others: synonyms, contraries, and what nobody can tell; reasoning in front of answers."""

import numpy as np
import pytest

from chartwell import check
from chartwell.generation.decoders.reasoning_text import WithoutReasoning
from chartwell.generation.grounding.polarity import opposites

BOARD = ["The board approved the merger with Beta Corp. in March.", "The company hired 300 engineers in Ohio."]
CHINESE = ["董事会批准了公司的合并方案。", "公司在深圳招聘了300名工程师。"]
GOOD = {"approved", "authorized", "hired", "recruited", "批准", "核准"}
BAD = {"rejected", "dismissed", "fired", "否决"}


def encode(texts):
    """Texts by three signs: the better or worse side, their first letter, and that they are texts."""
    sides = {word: side for chinese in (False, True) for pair in opposites(chinese=chinese) for word, side in
             zip(pair, (1.0, -1.0), strict=True)} | dict.fromkeys(GOOD, 0.8) | dict.fromkeys(BAD, -0.8)  # fmt: skip
    rows = np.array([[sides.get(text, 0.0), 0.0, 1.5] for text in texts], np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("text", "evidence", "instead"),
    [
        ("The board rejected the merger with Beta Corp. in March.", BOARD, "approved"),
        ("The company fired 300 engineers in Ohio.", BOARD, "hired"),
        ("董事会否决了公司的合并方案。", CHINESE, "批准"),
    ],
)
def test_the_contrary_is_not_found(text, evidence, instead):
    (claim,) = check(text, evidence, encode=encode)
    assert claim.verdict == "not_found"
    assert claim.score <= 0.5
    assert f"the evidence {instead}" in claim.reason


def test_vectors_know_the_contrary_in_another_place_too():
    (claim,) = check("The merger with Beta Corp. was rejected by the board in March.", BOARD, encode=encode)
    assert claim.verdict == "not_found"
    assert "seems to be the contrary" in claim.reason


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("The board authorized the merger with Beta Corp. in March.", BOARD),
        ("The company recruited 300 engineers in Ohio.", BOARD),
        ("董事会核准了公司的合并方案。", CHINESE),
    ],
)
def test_a_synonym_is_supported_with_vectors(text, evidence):
    assert check(text, evidence, encode=encode)[0].verdict == "supported"


@pytest.mark.parametrize("encoder", [None, lambda texts: np.ones((len(texts), 1), np.float32), encode])
@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("Contoso sold 12 trucks in Ohio in 2023.", "Contoso bought 12 trucks in Ohio in 2023."),
        ("The country exported 3 million tons of wheat.", "The country imported 3 million tons of wheat."),
        ("公司2023年出售了12辆卡车。", "公司2023年购买了12辆卡车。"),
    ],
)
def test_the_other_end_of_a_deal_is_not_found_with_any_encoder(text, evidence, encoder):
    assert check(text, [evidence], encode=encoder)[0].verdict == "not_found"


def test_a_deal_told_from_its_other_end_is_not_denied():
    evidence = "Contoso bought 12 trucks from Fabrikam in 2023."
    (claim,) = check("Fabrikam sold 12 trucks to Contoso in 2023.", [evidence])
    assert claim.verdict != "contradicted"
    assert "contrary" not in claim.reason


@pytest.mark.parametrize("encoder", [None, lambda texts: np.ones((len(texts), 1), np.float32)])
@pytest.mark.parametrize("text", ["董事会核准了公司的合并方案。", "董事会同意了公司的合并方案。"])
def test_without_vectors_that_tell_no_other_word_is_doubted(encoder, text):
    assert check(text, CHINESE, encode=encoder)[0].verdict == "supported"


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("The board suspended the buyback.", "The board approved a dividend and suspended the buyback."),
        ("The firm reduced staff costs.", "The firm reduced headcount, and lowered staff costs."),
        ("The campaign increased vaccine uptake.", "The campaign increased awareness and boosted vaccine uptake."),
        ("董事会否决了增发计划。", "董事会批准了回购方案，否决了增发计划。"),
        ("公司扩建了诊所。", "公司扩建了医院，并扩大了诊所。"),
    ],
)
def test_a_verb_of_one_meaning_may_stand_for_the_objects_own(text, evidence):
    assert check(text, [evidence])[0].verdict == "supported"


def test_reasoning_is_left_out_however_it_is_cut():
    text = "<think>3 < 4, so yes.</think>\n\nSales rose."
    for size in range(1, len(text) + 1):
        answer = WithoutReasoning()
        pieces = [answer.fed(text[at : at + size]) for at in range(0, len(text), size)]
        assert "".join([*pieces, answer.rest()]) == "Sales rose."


def test_blanks_in_front_are_not_held_back():
    answer = WithoutReasoning()
    assert [answer.fed(piece) for piece in ("\n", "\n\n", "<thi", "nk>so</think>\n", "\nSales", " rose.")] == [
        "\n",
        "\n\n",
        "",
        "",
        "Sales",
        " rose.",
    ]


def test_reasoning_after_reasoning_is_left_out_too():
    text = "<think>a</think>\n<think>b</think>answer"
    for size in range(1, len(text) + 1):
        answer = WithoutReasoning()
        pieces = [answer.fed(text[at : at + size]) for at in range(0, len(text), size)]
        assert "".join([*pieces, answer.rest()]) == "answer"
