"""Plain text: paragraphs, and headings only where unmistakable."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartwell.indexing.loaders.parsed import Limits
from chartwell.indexing.loaders.plain_text import PlainTextLoader


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("plain")


def parse(folder, text):
    path = folder / "doc.txt"
    path.write_text(text, encoding="utf-8", newline="")
    return PlainTextLoader().load(path, Limits())


def outline(folder, text):
    return [(block.level, block.text) for block in parse(folder, text).blocks]


def test_blank_lines_set_paragraphs_apart(folder):
    document = parse(folder, "A first line that is rather long\nand a second one of that width.\n \n\n\tNext.\n")
    assert [(block.kind, block.text) for block in document.blocks] == [
        ("paragraph", "A first line that is rather long and a second one of that width."),
        ("paragraph", "Next."),
    ]
    first, second = document.blocks[0].spans
    assert (first.region.box.y0, second.region.box.y0, second.region.box.y1) == (0, 1 / 6, 2 / 6)


def test_lines_that_the_writer_ended_stay_lines(folder):
    (block,) = parse(folder, "Anna Berlin\nA much longer line than the other one\nName    Value\nx\n").blocks
    assert block.text == "Anna Berlin\nA much longer line than the other one Name    Value\nx"


def test_underlined_headings(folder):
    text = "Main title\n==========\nBody text.\n\nPart\n----\nMore.\n\n=====\nThird\n=====\n\nx"
    assert outline(folder, text) == [
        (1, "Main title"),
        (0, "Body text."),
        (2, "Part"),
        (0, "More."),
        (1, "Third"),
        (0, "x"),
    ]
    assert parse(folder, text).title == "Main title"


@pytest.mark.parametrize(
    "text", ["Name    Value\n-------------\nA       1\n", "A|B\n---\n1|2", "-----\n-----\n", "a\n---------------"]
)
def test_rules_and_text_tables_are_no_headings(folder, text):
    assert all(level == 0 for level, _ in outline(folder, text))


def test_numbered_and_capital_headings_stand_alone(folder):
    text = (
        "ANNUAL REPORT\n\n1 Introduction\n\n1.1 Background\n\nSome text here.\n\n2. Results\n\nMore text.\n\n"
        "第三章 结论\n\n正文在此。\n"
    )
    assert outline(folder, text) == [
        (1, "ANNUAL REPORT"),
        (1, "1 Introduction"),
        (2, "1.1 Background"),
        (0, "Some text here."),
        (1, "2. Results"),
        (0, "More text."),
        (1, "第三章 结论"),
        (0, "正文在此。"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "1. Buy milk\n\n2. Buy eggs\n\n3. Go home\n\nThe end of it.",
        "THIS IS SHOUTED!\n\nYes.",
        "ABC 2023 44 55 66\n\nYes.",
        "12 of them came\n\nYes.",
        "THE LAST LINE",
        "TWO LINES\nOF CAPITALS\n\nx",
    ],
)
def test_what_may_be_something_else_is_no_heading(folder, text):
    assert all(level == 0 for level, _ in outline(folder, text))


@settings(deadline=None)
@given(st.text(st.sampled_from("abC 1.\n\n\t=-|中文，第章"), max_size=120))
def test_all_words_are_kept_in_order(folder, text):
    document = parse(folder, text + "\n")
    words = re.findall(r"\w", "".join(block.text for block in document.blocks))
    assert words == re.findall(r"\w", text)
