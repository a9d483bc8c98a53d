import pytest

from chartwell import check

PASSAGE = "Revenue rose 12 % to $3.1bn in 2023, while net income fell to 410 million dollars."


def test_what_stands_there_is_supported():
    (claim,) = check("Revenue rose 12 % to $3.1bn in 2023.", [PASSAGE])
    assert claim.verdict == "supported"
    assert claim.score >= 0.6
    assert claim.evidence == 1


@pytest.mark.parametrize("text", ["Revenue rose 15 % to $3.1bn in 2023.", "Revenue rose 12 % to $3.1bn in 2021."])
def test_another_number_is_contradicted(text):
    (claim,) = check(text, ["Nothing to see here.", PASSAGE])
    assert claim.verdict == "contradicted"
    assert claim.evidence == 2
    assert claim.score < 0.5


def test_what_is_not_there_is_not_found():
    (claim,) = check("The company opened an office in Lisbon.", [PASSAGE])
    assert claim.verdict == "not_found"


def test_without_evidence_nothing_is_supported():
    (claim,) = check("Revenue rose.", [])
    assert claim.verdict == "not_found"


def test_each_sentence_is_a_claim():
    claims = check("Revenue rose 12 % [1]. The moon is made of cheese [1].", [PASSAGE])
    assert [claim.verdict for claim in claims] == ["supported", "not_found"]
    assert claims[0].citations == (1,)


def test_chinese():
    (claim,) = check("2023年收入增长12%。", ["公司2023年收入增长12%，达到31亿元。"])
    assert claim.verdict == "supported"
