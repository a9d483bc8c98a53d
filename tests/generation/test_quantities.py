import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.generation.grounding.quantities import find_quantities
from chartwell.generation.grounding.quantity import agree
from chartwell.generation.grounding.units import Measure, told_measure


def quantities(text):
    return [(round(q.value, 3), q.unit) for q in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Revenue rose 12 % to $3.1bn in 2023.", [(12, "%"), (3.1e9, "$"), (2023, "year")]),
        ("income fell to 410 million dollars", [(4.1e8, "$")]),
        ("a 36-point difference, 44 percentage points", [(36, "pp"), (44, "pp")]),
        ("one-in-ten, two-thirds and half of them", [(10, "%"), (66.667, "%"), (50, "%")]),
        ("ages 18-29, from 2012-2017", [(18.003, "range"), (2012, "year"), (2017, "year")]),
        ("COVID-19 in 4th place, 3D, the 10-K", [(4, "ordinal"), (10, "")]),
        ("thirty-five of 1,016 adults", [(35, ""), (1016, "")]),
        ("净利润-3.2%", [(-3.2, "%")]),
        ("-3.2% and $1,234.5", [(-3.2, "%"), (1234.5, "$")]),
        ("收入达到31亿元，增长12%，提高了1.5个百分点", [(3.1e9, "元"), (12, "%"), (1.5, "pp")]),
        (
            "2023年为2,407万户，百分之三十五，三成，三分之一",
            [(2023, "year"), (2.407e7, ""), (35, "%"), (30, "%"), (33.333, "%")],
        ),
        ("no number here, no成果 either", []),
        (
            "$(410) million, ($1.5)bn, (3.2)%, (57%) and (410)",
            [(-4.1e8, "$"), (-1.5e9, "$"), (-3.2, "%"), (57, "%"), (410, "")],
        ),
        ("minus 3.2 %, 负3.2%", [(-3.2, "%"), (-3.2, "%")]),
        ("5 mg in 20 ms, 0.5 km, 1.5x", [(5, "mg"), (20, "ms"), (0.5, "km"), (1.5, "倍")]),
        ("5 March 2021, 2021-03-05, 2021年3月5日", [(305, "day"), (2021, "year")] + 2 * [(2021, "year"), (305, "day")]),
        ("May 2021 and FY2023, the 1990s", [(5, "month"), (2021, "year"), (2023, "year"), (1990, "decade")]),
        ("between 10 and 20, $5-7 million, 12 to 14%", [(10.002, "range"), (5000700, "range $"), (12.001, "range %")]),
        ("two thousand five hundred, a hundred and twenty", [(2500, ""), (120, "")]),
        (
            "五千名，二〇二三年，百分之三十五点五，一万二千亿元",
            [(5000, ""), (2023, "year"), (35.5, "%"), (1.2e12, "元")],
        ),
        ("第三季度，上半年，第二名", [(3, "quarter"), (1, "half"), (2, "ordinal")]),
        ("一个方法，十分重要", []),
    ],
)
def test_what_is_meant(text, expected):
    assert quantities(text) == expected


def of(text):
    (quantity,) = find_quantities(text)
    return quantity


@pytest.mark.parametrize(
    ("claimed", "printed", "same"),
    [
        ("$3.1bn", "$3,104 million", True),
        ("$3.1bn", "$3,204 million", False),
        ("$3,104 million", "$3.1bn", False),
        ("12%", "12 percent", True),
        ("12%", "12 percentage points", False),
        ("12 million", "12 billion", False),
        ("about a third", "34%", True),
        ("about a third", "41%", False),
        ("nearly 50%", "48%", True),
        ("2016", "2015", False),
        ("$5", "€5", False),
        ("41%", "41", False),
        ("41", "41%", True),
        ("$3.1bn", "3.1bn", False),
        ("5 mg", "5 g", False),
        ("300 metres", "300 m tall", True),
        ("25 basis points", "0.25 percentage points", True),
        ("25 bps", "25 percentage points", False),
        ("more than 50%", "53%", True),
        ("more than 50%", "48%", False),
        ("less than half", "53%", False),
        ("about 2%", "5%", False),
        ("12 to 14%", "12-14 percent", True),
        ("ages 18 to 29", "18–29", True),
        ("third quarter", "Q3", True),
        ("third quarter", "fourth quarter", False),
        ("5 March", "March 5", True),
        ("三十一亿元", "31亿元", True),
        ("两千四百万", "2,400万", True),
        ("3 million", "2.5 million", False),
        ("3:1", "1:3", False),
        ("31亿元", "31.2亿元", True),
    ],
)
def test_agreement_minds_rounding_scale_and_unit(claimed, printed, same):
    assert agree(of(claimed), of(printed)) is same


@given(st.integers(1, 10**9), st.sampled_from(["", "%", " million", "亿元", " percentage points"]))
def test_a_printed_number_is_found_whole_and_agrees_with_itself(number, unit):
    printed = f"{number:,}{unit}"
    found = find_quantities(f"It was {printed} then.")
    assert len(found) == 1
    assert f"It was {printed} then."[found[0].start : found[0].end].strip() == printed
    assert agree(found[0], found[0])


@given(st.text(max_size=200))
def test_any_text_has_quantities_in_order_and_apart(text):
    found = find_quantities(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(0 <= q.start < q.end <= len(text) for q in found)


@pytest.mark.parametrize(
    ("heading", "measure"),
    [
        ("in millions of dollars", Measure(1e6, "$")),
        ("Revenue 2024, $m", Measure(1e6, "$")),
        ("Change, %", Measure(1.0, "%")),
        ("单位：百万元", Measure(1e6, "元")),
        ("US$ bn", Measure(1e9, "$")),
        ("Less than $40,000", Measure()),
        ("Hispanic (77% of all)", Measure()),
        ("", Measure()),
    ],
)
def test_what_a_heading_tells_of_its_figures(heading, measure):
    assert told_measure(heading) == measure


@given(st.integers(2, 99_999), st.sampled_from(["", "万", "亿"]))
def test_chinese_numerals_are_read_like_digits(number, scale):
    spelled = spell(number) + scale
    found = find_quantities(f"共{spelled}元。")
    assert [q.value for q in found] == [number * {"": 1, "万": 1e4, "亿": 1e8}[scale]]


def spell(number):
    """A Chinese numeral below 100,000."""
    digits, text = "零一二三四五六七八九", ""
    for place, name in ((10_000, "万"), (1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += digits[digit] + name
        elif text and not text.endswith("零") and number % place:
            text += "零"
    return text
