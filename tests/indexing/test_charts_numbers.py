from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.indexing.charts.numbers import ParsedNumber, parse_number, with_unit

PRINTED = {
    "45": ParsedNumber(45),
    "45%": ParsedNumber(45, "%"),
    "12 %": ParsedNumber(12, "%"),
    "5 percent": ParsedNumber(5, "%"),
    "-3.2%": ParsedNumber(-3.2, "%"),
    "−7": ParsedNumber(-7),
    "–7": ParsedNumber(-7),
    "+3": ParsedNumber(3),
    ".25": ParsedNumber(0.25),
    "0": ParsedNumber(0),
    "1,234": ParsedNumber(1234),
    "1,234,567.8": ParsedNumber(1234567.8),
    "1.234,5": ParsedNumber(1234.5),
    "3,5%": ParsedNumber(3.5, "%"),
    "1\u202f234": ParsedNumber(1234),
    "1'234": ParsedNumber(1234),
    "(12)": ParsedNumber(-12),
    "(3.2%)": ParsedNumber(-3.2, "%"),
    "($5.3m)": ParsedNumber(-5_300_000, "$"),
    "$(1.5)bn": ParsedNumber(-1_500_000_000, "$"),
    "-$5": ParsedNumber(-5, "$"),
    "$-5": ParsedNumber(-5, "$"),
    "$1.5bn": ParsedNumber(1_500_000_000, "$"),
    "US$5 billion": ParsedNumber(5_000_000_000, "US$"),
    "€2m": ParsedNumber(2_000_000, "€"),
    "45 million": ParsedNumber(45_000_000),
    "3K": ParsedNumber(3000),
    "2tn": ParsedNumber(2_000_000_000_000),
    "3.2亿": ParsedNumber(320_000_000),
    "1200万": ParsedNumber(12_000_000),
    "1.5万亿元": ParsedNumber(1_500_000_000_000, "元"),
    "￥3.5万": ParsedNumber(35_000, "¥"),
    "１２％": ParsedNumber(12, "%"),
    "－１２．５％": ParsedNumber(-12.5, "%"),
    "0.5个百分点": ParsedNumber(0.5, "pp"),
    "25°C": ParsedNumber(25, "°C"),
    "1.5x": ParsedNumber(1.5, "x"),
    "3kg": ParsedNumber(3, "kg"),
    "12*": ParsedNumber(12),
    "<1%": ParsedNumber(1, "%", bound="<"),
    "2019": ParsedNumber(2019, is_year=True),
    "2019年": ParsedNumber(2019, is_year=True),
    "2,019": ParsedNumber(2019),
    "2019.5": ParsedNumber(2019.5),
}

NO_NUMBERS = [
    "", " ", "%", "$", "-", "()", "n/a", "Total", "18-29", "18–29", "$30,000-$74,999", "65+", "'96", "Q1 2019",
    "12,345,67", "1,23,456", "12%%", "--5", "+-5", "5.", "1e5", "45 678", "3/4", "12:30", "1.2.3", "(5", "5)", "-(5)",
    "$5%", "$5$", "5kk", "5 mm m", "inf", "nan", "½", "4²", "①", "9" * 60,
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PRINTED.items(), ids=PRINTED)
def test_reads_printed_numbers_exactly(text, expected):
    assert parse_number(text) == expected


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_none(text):
    assert parse_number(text) is None


DECIMALS = st.decimals(0, 999_999_999, places=2, allow_nan=False)
SCALES = {"": 0, "k": 3, "m": 6, "bn": 9, "tn": 12, "万": 4, "亿": 8, " million": 6, " billion": 9}


@given(DECIMALS, st.sampled_from(sorted(SCALES)), st.booleans())
def test_grouped_numbers_with_scale_and_sign_come_back_exactly(number, scale, negative):
    printed = f"{'-' if negative else ''}{number:,}{scale}"
    exact = number * Decimal(10) ** SCALES[scale] * (-1 if negative else 1)
    assert parse_number(printed).number == float(exact)


@given(DECIMALS, st.sampled_from(["$", "€", "£", "US$"]))
def test_parentheses_are_negative(number, currency):
    parsed = parse_number(f"({currency}{number:,})")
    assert (parsed.number, parsed.unit) == (-float(number), currency)


@given(st.integers(0, 10**8), st.sampled_from(["", "%", "万", "亿"]))
def test_full_width_digits_read_as_narrow_ones(number, suffix):
    narrow = f"{number:,}{suffix}"
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isascii() else c for c in narrow)
    assert parse_number(wide) == parse_number(narrow)


@given(st.integers(1600, 2099))
def test_four_digits_that_may_be_a_year_say_so(year):
    assert parse_number(str(year)).is_year
    assert not parse_number(f"{year:,}").is_year
    assert not parse_number(f"{year}%").is_year


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(["-", "–", "—", " to ", "/", ":"]))
def test_ranges_are_no_numbers(low, high, between):
    assert parse_number(f"{low}{between}{high}") is None


@given(st.text(alphabet=st.sampled_from("0123456789.,-+()%$€km bn万亿年 '*<１，"), max_size=16) | st.text(max_size=50))
def test_any_text_is_a_finite_number_or_none(text):
    parsed = parse_number(text)
    if parsed is not None:
        assert abs(parsed.number) < float("inf")
        assert any(character.isdigit() for character in text)


@pytest.mark.parametrize(
    ("number", "unit", "told"),
    [(41, "%", "41 %"), (-5, "$", "-$5"), (4.1, "€bn", "€4.1bn"), (-1234.5, "", "-1,234.5"), (3, "points", "3 points")],
)
def test_a_number_is_told_with_its_unit(number, unit, told):
    assert with_unit(number, unit) == told
