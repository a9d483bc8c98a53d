"""Claims in other words, by the vectors of sentences: what these may decide, and what not."""

import numpy as np

from chartwell import check
from chartwell.generation.grounding.checker import Checker

EVIDENCE = ["Sales of 4 million units brought in $12 million.", "The factory opened in 1990."]
PARAPHRASE = "Four million units were sold, for $12 million."


class Encoder:
    """Finds all texts alike, or none; Chinese as well as English, or not."""

    def __init__(self, alike=True, chinese=True):
        self.alike, self.chinese = alike, chinese
        self.batches = []

    def __call__(self, texts):
        self.batches.append(list(texts))
        if texts[0].startswith("It rained"):
            return np.eye(2, dtype=np.float32)[[0, 0 if self.chinese else 1]]
        size = len(texts)
        return np.ones((size, 1), np.float32) if self.alike else np.eye(size, dtype=np.float32)


def test_words_that_are_missing_are_made_up_for_where_numbers_stand_there():
    assert check(PARAPHRASE, EVIDENCE)[0].verdict == "not_found"
    (claim,) = check(PARAPHRASE, EVIDENCE, encode=Encoder())
    assert (claim.verdict, claim.tier, claim.evidence) == ("supported", "rules", 1)
    assert claim.reason.startswith("In other words, it stands in the evidence (likeness 1.00)")
    assert check(PARAPHRASE, EVIDENCE, encode=Encoder(alike=False))[0].verdict == "not_found"


def test_likeness_alone_supports_nothing():
    for text in (
        "Four million units were sold, for $13 million.",  # a number that the evidence has not
        "Five million units were sold, for $12 million.",
        "Four million units were not sold, for $12 million.",
        "The mayor of the town plays the violin.",
        "",
    ):
        assert all(claim.verdict != "supported" for claim in check(text, EVIDENCE, encode=Encoder()))


def test_only_sentences_in_question_are_encoded_in_one_batch():
    encoder = Encoder()
    Checker(encode=encoder).check("The factory opened in 1990. The factory opened in 1991.", EVIDENCE)
    assert encoder.batches == []
    Checker(encode=encoder).check(f"{PARAPHRASE} {PARAPHRASE}", EVIDENCE)
    sentences = [batch for batch in encoder.batches if any(" " in text for text in batch)]
    assert sentences == [[PARAPHRASE, EVIDENCE[0]]]


def test_an_encoder_that_knows_no_chinese_is_not_asked_about_it():
    text, evidence = "公司总部位于深圳。", ["公司在杭州和成都设有研发中心，总部位于深圳。"]
    assert check(text, evidence)[0].verdict == "not_found"
    assert check(text, evidence, encode=Encoder(chinese=False))[0].verdict == "not_found"
    assert check(text, evidence, encode=Encoder())[0].verdict == "supported"
