"""The invented company's accounts add up."""

import pytest

from chartwell.app.demo import chinese_report
from chartwell.app.demo import report_numbers as numbers


def amount(cell):
    """`(7.4)` is minus 7.4, a dash is nothing."""
    if cell == "–":
        return 0.0
    plain = cell.replace(",", "").replace("−", "-").replace("+", "")
    return -float(plain[1:-1]) if plain.startswith("(") else float(plain)


def column(table, index):
    return {row[0]: amount(row[index]) for row in table[1:]}


@pytest.mark.parametrize("index", [1, 2, 3])
def test_income_statement_adds_up(index):
    rows = column(numbers.INCOME_TABLE, index)
    gross = rows["Revenue"] + rows["Cost of sales"]
    assert gross == pytest.approx(rows["Gross profit"])
    operating = gross + sum(
        rows[name]
        for name in (
            "Research and development",
            "Selling and distribution",
            "Administration",
            "Flood costs, Corrie Bridge",
        )
    )
    assert operating == pytest.approx(rows["Operating profit"])
    before_tax = operating + rows["Finance costs"]
    assert before_tax == pytest.approx(rows["Profit before tax"])
    assert before_tax + rows["Income tax"] == pytest.approx(rows["Profit for the year"])
    assert rows["Profit for the year"] / 50 * 100 == pytest.approx(rows["Earnings per share, cents"])


@pytest.mark.parametrize("index", [1, 2])
def test_cash_flow_adds_up(index):
    values = list(column(numbers.CASH_TABLE, index).values())
    assert sum(values[:5]) == pytest.approx(values[5])
    assert values[5] + values[6] == pytest.approx(values[7])


def test_segments_add_up_to_the_group_and_agree_with_the_chart_and_the_income_statement():
    for index in (1, 2, 4, 5):
        *parts, group = column(numbers.SEGMENT_TABLE, index).values()
        assert sum(parts) == pytest.approx(group)
    for row, series in zip(numbers.SEGMENT_TABLE[1:4], numbers.REVENUE_BY_SEGMENT, strict=True):
        assert (amount(row[1]), amount(row[2])) == (series[-1], series[-2])
    for position, year in enumerate(("2024", "2023", "2022"), start=1):
        total = sum(series[numbers.YEARS.index(year)] for series in numbers.REVENUE_BY_SEGMENT)
        assert total == pytest.approx(amount(numbers.INCOME_TABLE[1][position]))
        spent = numbers.RESEARCH_SPENDING[numbers.RESEARCH_CHART.categories.index(year)]
        assert spent == -amount(numbers.INCOME_TABLE[4][position])


def test_changes_are_those_of_the_two_years():
    for row in (*numbers.SEGMENT_TABLE[1:4], numbers.SEGMENT_TABLE[5]):
        assert (amount(row[1]) / amount(row[2]) - 1) * 100 == pytest.approx(amount(row[3]), abs=0.05)


def test_shares_and_counts_add_up():
    assert sum(numbers.CUSTOMER_SHARES) == 100
    assert sum(numbers.SENSORS_BY_REGION) == 845
    assert [sum(answers) for answers in zip(*numbers.SURVEY_ANSWERS, strict=True)] == [100] * 4
    for index in (3, 4):
        *sites, group = column(numbers.SITE_TABLE, index).values()
        assert sum(sites) == group


def test_chinese_lines_add_up_and_agree_with_the_chart():
    for index in (1, 2, 3):
        *lines, total = column(chinese_report.LINE_TABLE, index).values()
        assert sum(lines) == pytest.approx(total)
    assert amount(chinese_report.LINE_TABLE[-1][3]) == chinese_report.RIDERSHIP[0][-1]
