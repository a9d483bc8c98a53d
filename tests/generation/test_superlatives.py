"""Claims that call a value of a chart or table the highest or lowest."""

import pytest

from chartwell import check
from chartwell.indexing.documents import WHOLE, Box, ChartReading, ChartValue, Region, Table
from chartwell.retrieval.evidence import Evidence


def bars(title, rows, **about):
    place = Region(1, Box(0.1, 0.1, 0.2, 0.2))
    values = tuple(ChartValue(number, f"{number:g}", place, series, category, "%", **about)
                   for category, series, number in rows)  # fmt: skip
    reading = ChartReading(chart_type="bar", title=title, values=values)
    return Evidence("chart", "chart.png", 1, "", 1.0, {}, (), (Region(1, WHOLE),), (), reading=reading)


def table(rows, units=""):
    return Evidence("table", "a.pdf", 1, "", 1.0, {}, (), (), (), table=Table(rows, header_rows=1, units=units))


SPENDING = bars("Share of income spent on rent", [("Spain", "", 31.0), ("France", "", 27.0), ("Italy", "", 36.0)])
YEARS = bars("Unemployment", [("2019", "", 4.0), ("2020", "", 9.0), ("2021", "", 6.0), ("2022", "", 3.5)])
BOTH = bars("Trust", [("2019", "Courts", 60.0), ("2023", "Courts", 40.0), ("2019", "Press", 30.0),
                      ("2023", "Press", 50.0)])  # fmt: skip
SEGMENTS = table(
    (
        ("Segment", "Revenue 2023", "Revenue 2022", "Employees"),
        ("Cloud", "512", "430", "2,100"),
        ("Devices", "301", "344", "1,450"),
        ("Services", "642", "536", "3,900"),
        ("Total", "1,455", "1,310", "7,450"),
    ),
    "$ million",
)
PROFITS = table(
    (("项目", "2023年", "2022年", "2021年"), ("营业收入", "310", "277", "290"), ("净利润", "28", "36", "30")), "亿元"
)


@pytest.mark.parametrize(
    ("evidence", "text", "expected"),
    [
        (SPENDING, "Italy spent the highest share of income on rent.", "supported"),
        (SPENDING, "Spain spent the highest share of income on rent.", "contradicted"),
        (SPENDING, "The share of income spent on rent was lowest in France.", "supported"),
        (SPENDING, "The share of income spent on rent was lowest in Italy.", "contradicted"),
        (YEARS, "Unemployment was highest in 2020.", "supported"),
        (YEARS, "Unemployment peaked in 2020.", "supported"),
        (YEARS, "Unemployment peaked in 2021.", "contradicted"),
        (YEARS, "Unemployment was at its lowest level in 2022.", "supported"),
        (BOTH, "In 2023, trust in the press was the highest.", "supported"),
        (BOTH, "In 2019, trust in the press was the highest.", "contradicted"),
        (BOTH, "Trust in courts was highest in 2019.", "supported"),
        (BOTH, "Trust in courts was highest in 2023.", "contradicted"),
        (BOTH, "The press had the highest trust in 2023.", "supported"),
        (BOTH, "Courts had the highest trust in 2023.", "contradicted"),
        (SEGMENTS, "Services is the largest segment, with $642 million of revenue in 2023.", "supported"),
        (SEGMENTS, "Cloud is the largest segment, with $512 million of revenue in 2023.", "contradicted"),
        (SEGMENTS, "Services had the most employees.", "supported"),
        (SEGMENTS, "Devices had the fewest employees.", "supported"),
        (SEGMENTS, "Cloud had the fewest employees.", "contradicted"),
        (PROFITS, "2022年净利润最高。", "supported"),
        (PROFITS, "2023年净利润最高。", "contradicted"),
    ],
)
def test_values_tell_which_is_the_highest(evidence, text, expected):
    (claim,) = check(text, [evidence])
    assert claim.verdict == expected, claim.reason


def test_the_reason_names_the_one_that_is():
    (claim,) = check("Spain spent the highest share of income on rent.", [SPENDING])
    assert "Italy" in claim.reason
    assert claim.region is not None


@pytest.mark.parametrize(
    "text",
    [
        "Spain spent the second-highest share of income on rent.",
        "Spain is among the highest.",
        "Spain was not the highest.",
        "西班牙是最高的国家之一。",
    ],
)
def test_what_is_not_called_the_highest_is_not_judged_so(text):
    assert all("Italy" not in claim.reason for claim in check(text, [SPENDING]))


def test_values_read_off_the_picture_that_are_alike_do_not_contradict():
    close = bars("Rent", [("Spain", "", 31.0), ("Italy", "", 31.5)], how="estimated")
    assert check("Spain spent the highest share on rent.", [close])[0].verdict != "contradicted"
