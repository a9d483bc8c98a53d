import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.generation.grounding.quantities import agree, find_quantities


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
        ("COVID-19 in 4th place, 3D, the 10-K", [(10, "")]),
        ("thirty-five of 1,016 adults", [(35, ""), (1016, "")]),
        ("净利润-3.2%", [(-3.2, "%")]),
        ("-3.2% and $1,234.5", [(-3.2, "%"), (1234.5, "$")]),
        ("收入达到31亿元，增长12%，提高了1.5个百分点", [(3.1e9, "元"), (12, "%"), (1.5, "pp")]),
        (
            "2023年为2,407万户，百分之三十五，三成，三分之一",
            [(2023, "year"), (2.407e7, ""), (35, "%"), (30, "%"), (33.333, "%")],
        ),
        ("no number here, no成果 either", []),
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
        ("41%", "41", True),
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
