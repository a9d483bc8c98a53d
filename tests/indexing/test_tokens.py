"""Search tokens: words, numbers, Chinese, questions."""

import logging
import os
import re
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import chartwell
from chartwell.indexing.search_form import HAN, search_form
from chartwell.indexing.tokens import query_tokens, tokenize

ANY_TEXT = st.text(st.one_of(st.characters(), st.sampled_from(list("ab. -+$%,'&#19税收のあ한ー\u00ad\u3000 \n"))))


@pytest.fixture(scope="module", autouse=True)
def dictionary_is_loaded():
    """jieba's dictionary takes a second, which is no single example's fault."""
    tokenize("营业收入")


@given(ANY_TEXT)
def test_tokens_can_be_joined_by_spaces(text):
    tokens = tokenize(text)
    assert " ".join(tokens).split() == tokens


@given(ANY_TEXT)
def test_no_digit_is_lost(text):
    tokens = "".join(tokenize(text))
    normalised = unicodedata.normalize("NFKC", text)
    assert {character for character in normalised if character in "0123456789"} <= set(tokens)


@given(ANY_TEXT)
def test_a_question_has_tokens_whenever_a_document_would(text):
    assert bool(query_tokens(text)) == bool(tokenize(text))


@given(st.lists(st.sampled_from(["revenue", "$1.5bn", "-3.2%", "营业收入增长", "10-K", "U.S.", "R&D", "café"])))
def test_tokens_of_a_text_are_those_of_its_words(words):
    assert tokenize("\n".join(words)) == [token for word in words for token in tokenize(word)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The company’s Revenues", ["the", "compani", "revenu"]),
        ("rose 12% to $1.5bn", ["rose", "12%", "12", "to", "$1.5bn", "1.5", "bn"]),
        ("-3.2% and −3.2 %", ["-3.2%", "3.2", "and", "-3.2%", "3.2"]),
        ("1,234.5", ["1,234.5", "1234.5"]),
        ("(1,234)", ["1,234", "1234"]),
        ("2020-2021, 2023-08-30", ["2020", "2021", "2023", "08", "30"]),
        ("FY2023 GPT-3.5 10-K", ["fy2023", "fy", "2023", "gpt3.5", "gpt", "3.5", "10k", "10"]),
        ("U.S. R&D C++ C#", ["us", "r&d", "c++", "c#"]),
        ("ＦＵＬＬ　１２．５％", ["full", "12.5%", "12.5"]),
        ("soft\u00adhyphen zero\u200bwidth", ["softhyphen", "zerowidth"]),
        ("Chartwell™ revenue¹", ["chartwel", "revenu", "1"]),
        ("year-over-year max_tokens", ["year", "over", "year", "max", "token"]),
        ("Год हिन्दी", ["год", "हिन्दी"]),
        ("", []),
        ("😀 — …", []),
    ],
)
def test_tokens(text, tokens):
    assert tokenize(text) == tokens


def test_chinese_words_and_bigrams():
    assert tokenize("营业收入增长") == ["营业", "收入", "增长", "业收", "入增"]
    assert tokenize("税") == ["税"]
    assert tokenize("2023年营业收入3.5亿元")[:2] == ["2023", "年"]


def test_japanese_and_korean_bigrams():
    assert {"デー", "ータ", "の东", "东京"} <= set(tokenize("データの東京"))
    assert tokenize("대한민국 경제") == ["대한", "한민", "민국", "경제"]


def test_simple_question_in_chinese_meets_the_document_that_answers_it():
    question = set(query_tokens("典型的数据预处理流程是什么？"))
    answer = set(tokenize("数据预处理是一个至关重要的阶段，典型的流程包含以下关键步骤"))
    assert {"数据", "预处理", "流程", "典型"} <= question & answer
    assert not question & {"什么", "是什", "的", "是"}


def test_question_without_stop_words():
    assert query_tokens("What was the FY2022 revenue of the U.S. segment?") == [
        *("fy2022", "fy", "2022"),
        *("revenu", "us", "segment"),
    ]
    assert query_tokens("What is this?") == ["what", "is", "this"]
    assert query_tokens("What's the company's plan") == ["compani", "plan"]


def test_jieba_neither_talks_nor_writes_a_cache(tmp_path):
    program = "from chartwell.indexing.tokens import tokenize; print(tokenize('营业收入')[0])"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-X", "utf8", "-c", program],
        capture_output=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == "营业\n"
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_only_one_module_imports_jieba():
    """Its global functions would load the dictionary again, talk, and read a cache that anybody can replace."""
    package = Path(chartwell.__file__).parent
    folders = [folder for folder in package.iterdir() if (folder / "__init__.py").exists() and folder.name != "tests"]
    sources = [*package.glob("*.py"), *(path for folder in folders for path in folder.rglob("*.py"))]
    imported = re.compile(r"^\s*(?:import|from) jieba\b", re.MULTILINE)
    assert len(sources) > 300
    assert [path.name for path in sources if imported.search(path.read_text("utf-8"))] == ["east_asian.py"]


def test_application_logging_is_left_alone():
    handlers = list(logging.getLogger().handlers)
    tokenize("营业收入增长")
    assert logging.getLogger().handlers == handlers
    assert logging.getLogger("jieba").handlers == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("營業收入增長百分之五", "营业收入增长百分之五"),
        ("什麼是多模態大模型？", "什么是多模态大模型？"),
        ("营 业 收 入 增 长", "营业收入增长"),
        ("⻓期⻛险", "长期风险"),
        ("⽅法⼀", "方法一"),
        ("ofﬁce ﬂoor", "office floor"),
        ("ＡＣＭＥ　１２％", "acme 12%"),
        ("inter\u00ad\n national re\u00advenue", "international revenue"),
        ("営業\ufe00利益", "営業利益"),
        ("營業\ud800收入", "营业\ud800收入"),
    ],
)
def test_two_spellings_have_the_same_tokens(one, other):
    assert tokenize(one) == tokenize(other)
    assert query_tokens(one) == query_tokens(other)


def test_a_word_parted_at_a_line_end_is_found_whole():
    assert tokenize("finan-\ncial in- formation") == ["financi", "finan", "cial", "inform", "in", "format"]
    assert tokenize("pre- and post-war Pre-\nLN GPT-\n4") == ["pre", "and", "post", "war", "pre", "ln", "gpt", "4"]
    assert tokenize("a" * 300_000 + "-b")


@given(ANY_TEXT)
def test_tokens_are_those_of_the_search_form(text):
    form = search_form(text)
    assert search_form(form) == form
    assert tokenize(form) == tokenize(text)


def test_a_long_chinese_text_takes_no_longer_than_its_length():
    search_form("云泽交通")  # loads the conversion
    start = time.perf_counter()
    assert search_form("云泽交通" * 50_000) == "云泽交通" * 50_000
    assert time.perf_counter() - start < 10  # 20 minutes when every rest of the text was looked at


@given(st.text(st.sampled_from("营业收 \taB1"), max_size=30))
@example("营业   收入")
def test_letter_spaced_chinese_is_closed(text):
    def closed(spaced):
        alone = any(len(word) == 1 for word in spaced.group().split())
        return "".join(spaced.group().split()) if alone else spaced.group()

    assert search_form(text) == re.sub(rf"[{HAN}]+(?:[ \t]+[{HAN}]+)+", closed, text)


@given(st.lists(st.from_regex(r"[-+]?[$€]?[0-9]{1,3}(,[0-9]{3})?(\.[0-9]+)?%?", fullmatch=True)))
def test_the_search_form_leaves_numbers_alone(numbers):
    assert search_form("營業 " + " ".join(numbers)).split()[1:] == numbers
