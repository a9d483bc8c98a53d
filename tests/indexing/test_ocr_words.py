"""Words that OCR has misread by one letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.indexing.documents import Box
from chartwell.indexing.loaders.parsed import Label
from chartwell.indexing.ocr_words import mended_labels

AROUND = ("It is not necessary to believe", "in order to be moral and have good values", "Which one comes closest")


def mended(text, *, around=AROUND):
    labels = [Label(line, Box(0.0, 0.1 * n, 0.5, 0.1 * n + 0.05), 0.9) for n, line in enumerate((text, *around))]
    found = mended_labels(labels)
    assert [(label.box, label.confidence) for label in found] == [(label.box, label.confidence) for label in labels]
    assert [label.text for label in found[1:]] == list(around)
    return found[0].text


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("Middle dass", "Middle class"),
        ("Cathollc 69%", "Catholic 69%"),
        ("Intemet use", "Internet use"),
        ("(in doliars)", "(in dollars)"),
        ("Unafiliated..", "Unaffiliated.."),
        ("Favorable Unfav Opinior", "Favorable Unfav Opinion"),
    ],
)
def test_a_word_misread_by_one_letter_is_mended(read, printed):
    assert mended(read) == printed


@pytest.mark.parametrize(
    "text",
    [
        "Reps and Dems",
        "Current intl. dollars",
        "Not much diff.",
        "D'Vera Cohn",
        "John Boehner",
        "Opinior poll",
        "CATHOLLC",
        "A dass4 B",
        "dass_x",
        "",
    ],
)
def test_abbreviations_names_and_words_with_no_likeness_stay(text):
    assert mended(text) == text


@pytest.mark.parametrize(
    "around",
    [
        ("中产阶级的收入和支出", "城镇居民家庭调查"),
        ("Die Frage, ob das Internet der Wirtschaft und den Menschen hilft", "nicht für alle, auch nach dem Jahr"),
        ("Grsk Vltrn Pqobz", "Xyqth Wrumpf Dlokk"),
        (),
    ],
)
def test_other_languages_and_too_few_words_stay(around):
    assert mended("Middle dass", around=around) == "Middle dass"


@given(st.lists(st.text(max_size=30), max_size=8))
def test_any_text_is_mended_once(texts):
    labels = [Label(text, Box(0.0, 0.0, 1.0, 1.0), 0.9) for text in texts]
    once = mended_labels(labels)
    assert len(once) == len(labels)
    assert mended_labels(once) == once
