"""Encodings: right where stated or certain, right on short Chinese too, and never mojibake without a word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartwell.errors import DamagedFile, LimitExceeded
from chartwell.indexing.loaders.parsed import Limits
from chartwell.indexing.loaders.text_decoding import clean_text, decode

LIMITS = Limits()


CHINESE = "大模型训练面试题集，数据预处理流程及其关键步骤。"
TAIWANESE = "資料預處理流程及其關鍵步驟，請說明訓練方法。"
JAPANESE = "これは日本語のテキストです。データを処理します。"
KOREAN = "한국어 문장입니다. 데이터를 처리합니다."


def read(data: bytes, declared: str = "", limits: Limits = LIMITS):
    return decode(data, "file.txt", limits, declared)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_certain(codec):
    decoded = read(f"{CHINESE} café 😀".encode(codec))
    assert decoded.text == f"{CHINESE} café 😀"
    assert decoded.warning == ""


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (CHINESE, "gb18030"),
        (CHINESE[:4], "gbk"),
        (TAIWANESE, "big5"),
        (TAIWANESE[:4], "big5"),
        (JAPANESE, "shift_jis"),
        (JAPANESE[:6], "shift_jis"),
        (JAPANESE, "euc_jp"),
        (KOREAN, "euc_kr"),
        ("Привет, это русский текст. Данные обработаны.", "cp1251"),
        ("Привет, это русский текст. Данные обработаны.", "koi8_r"),
        ("Die Umsätze stiegen um 12 %, die Kosten für Löhne fielen.", "cp1252"),
        ("Le chiffre d’affaires a progressé grâce à la forte demande.", "cp1252"),
        ("El año pasado la compañía creció un 12 % según el informe.", "latin-1"),
        ("Zażółć gęślą jaźń, proszę bardzo.", "cp1250"),
        ("Τα έσοδα αυξήθηκαν κατά δώδεκα τοις εκατό.", "cp1253"),
    ],
)
def test_a_legacy_encoding_is_recognised_and_the_guess_reported(text, codec):
    decoded = read(text.encode(codec))
    assert decoded.text == text
    assert "not stated" in decoded.warning


# Sentences of ordinary words, cut at any place: what captions, cells and file names look like.
RUNNING_TEXT = (
    "公司去年的营业收入同比增长百分之十二，主要来自海外市场和新产品。研究人员首先收集数据，然后清洗并去除重复的内容，"
    "最后用它训练模型。图表显示各地区的销售额，表中列出每个季度的成本与利润。我们认为这一趋势将在明年继续。"
)


@settings(deadline=None)
@given(st.integers(0, len(RUNNING_TEXT) - 8), st.integers(4, 60))
def test_short_chinese_is_not_taken_for_another_language(start, length):
    piece = RUNNING_TEXT[start : start + length]
    assert read(piece.encode("gbk")).text == piece


@pytest.mark.parametrize(
    ("text", "codec", "declared"),
    [
        ("谢谢", "gbk", "gb2312"),  # these four bytes are valid UTF-8 as well
        (CHINESE, "gb18030", "GBK"),
        (TAIWANESE, "big5", "big5"),
        (JAPANESE, "shift_jis", "x-sjis"),
        ("“quoted” – 5 €", "cp1252", "iso-8859-1"),
        (JAPANESE, "iso2022_jp", "iso-2022-jp"),
    ],
)
def test_a_declared_encoding_is_honoured(text, codec, declared):
    decoded = read(text.encode(codec), declared)
    assert decoded.text == text
    assert decoded.warning == ""


@pytest.mark.parametrize("declared", ["gb2312", "iso-8859-1", "rot13", "base64", "utf-7", "no such thing", "a\0b", "é"])
def test_a_false_declaration_does_no_harm(declared):
    assert read(CHINESE.encode(), declared).text == CHINESE


def test_chinese_declared_as_latin_is_not_turned_into_mojibake():
    assert read(CHINESE.encode("gbk"), "iso-8859-1").text == CHINESE


def test_a_few_broken_bytes_in_utf8_are_marked_and_reported():
    decoded = read(CHINESE.encode()[:-1])
    assert decoded.text == CHINESE[:-1] + "\ufffd"
    assert "broken" in decoded.warning


@pytest.mark.parametrize("data", [bytes(range(256)), bytes(200), b"\xff\xfe\x00\xd8a", b"\x00\x01\x02" * 50])
def test_what_is_no_text_is_refused(data):
    with pytest.raises(DamagedFile, match=r"file\.txt"):
        read(data)


def test_the_number_of_characters_is_limited():
    with pytest.raises(LimitExceeded, match="1,001 characters"):
        read(b"x" * 1001, limits=Limits(max_characters=1000))


def test_control_characters_are_cleaned_and_line_ends_unified():
    assert clean_text("a\0b\x07c\r\nd\re\x0cf\u2028g\x7f\ufeff\ud800h\xadi\tj") == "abc\nd\ne\nf\nghi\tj"


@settings(deadline=None)
@given(st.text())
def test_utf8_loses_nothing_but_control_characters(text):
    try:
        decoded = read(text.encode("utf-8", "ignore"))
    except DamagedFile:
        return
    assert "".join(decoded.text.split()) == "".join(clean_text(text).split())


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["", "gb2312", "utf-8", "shift_jis", "latin-1"]))
def test_any_bytes_give_clean_text_or_a_clear_error(data, declared):
    try:
        text = read(data, declared).text
    except DamagedFile:
        text = ""
    assert clean_text(text) == text
