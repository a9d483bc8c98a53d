"""The checks of claims, through the SDK's `check`."""

import pytest

from chartwell import check
from chartwell.indexing.documents import WHOLE, Box, ChartReading, ChartValue, Part, Region, Table
from chartwell.retrieval.evidence import Evidence

SURVEY = (
    "A majority of Black Americans (57%) say they know someone who was hospitalized. Some 46% of Hispanic adults say"
    " the same, compared with about a third of White (34%) and Asian adults (32%). Men are more likely than women to"
    " have quite a lot of confidence in the future, according to a survey of 2016. The court did not allow the merger"
    " in Canada."
)


def verdict(text, *evidence):
    (claim,) = check(text, evidence or [SURVEY])
    return claim.verdict


@pytest.mark.parametrize(
    "text",
    [
        "A majority of Black Americans (57%) say they know someone who was hospitalized.",
        "46% of Hispanic adults know someone who was hospitalized.",
        "Men are more likely than women to have quite a lot of confidence in the future.",
        "The court did not allow the merger in Canada.",
    ],
)
def test_what_the_evidence_says(text):
    assert verdict(text) == "supported"


@pytest.mark.parametrize(
    "text",
    [
        "A majority of Black Americans (75%) say they know someone who was hospitalized.",  # a number changed
        "A majority of Black Americans (46%) say they know someone who was hospitalized.",  # that of another group
        "A majority of Black Americans (57 million) say they know someone who was hospitalized.",  # a unit
        "Men were more likely than women to have confidence in the future in a survey of 2012.",  # a year
        "A minority of Black Americans (57%) say they know someone who was hospitalized.",  # a comparison
        "Men are less likely than women to have quite a lot of confidence in the future.",
        "Men are not more likely than women to have quite a lot of confidence in the future.",  # a negation
        "The court did allow the merger in Canada.",  # a negation lost
        "The court did not allow the merger in Australia.",  # a name
    ],
)
def test_what_the_evidence_says_otherwise(text):
    assert verdict(text) != "supported"
    assert check(text, [SURVEY])[0].score < 0.6


def test_what_the_evidence_does_not_speak_of():
    assert verdict("The company opened two new plants in Portugal last spring.") == "not_found"


CHINESE = "公司2023年收入增长12%，达到31亿元，其中海外收入下降3%。该方法不需要额外的训练数据。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年公司收入增长12%，达到31亿元。", "supported"),
        ("该方法不需要额外的训练数据。", "supported"),
        ("2023年公司收入增长21%，达到31亿元。", "contradicted"),
        ("2023年公司收入下降12%，达到31亿元。", "contradicted"),
        ("该方法需要额外的训练数据。", "contradicted"),
        ("员工总数超过五千名，分布在八个城市。", "not_found"),
    ],
)
def test_chinese(text, expected):
    assert verdict(text, CHINESE) == expected


def chart():
    places = [Region(1, Box(0.1 * n, 0.2, 0.1 * n + 0.05, 0.3)) for n in range(4)]
    values = [
        ("2012", "Married", 58.0),
        ("2012", "Cohabiting", 41.0),
        ("2018", "Married", 60.0),
        ("2018", "Cohabiting", 44.0),
    ]
    reading = ChartReading(
        chart_type="grouped bar",
        title="Satisfaction with life",
        values=tuple(
            ChartValue(number, f"{number:g}", place, series, category, "%")
            for (category, series, number), place in zip(values, places, strict=True)
        ),
    )
    return Evidence("chart", "chart.png", 1, "", 1.0, {}, (), (Region(1, WHOLE),), (), reading=reading)


def test_a_chart_value_with_its_names_is_supported_and_located():
    (claim,) = check("In 2012, 41% of the cohabiting were recorded.", [chart()])
    assert claim.verdict == "supported"
    assert claim.region.region.box.x0 == pytest.approx(0.1)


@pytest.mark.parametrize(
    "text", ["In 2012, cohabiting stood at 58%.", "In 2018, cohabiting stood at 41%.", "In 2012, married stood at 12%."]
)
def test_the_value_of_another_bar_is_contradicted(text):
    (claim,) = check(text, [chart()])
    assert claim.verdict == "contradicted"
    assert ", the evidence " in claim.reason


def test_a_table_cell_is_read_with_its_row_and_column():
    table = Table((("", "2022", "2023"), ("Net sales", "1,250", "1,310"), ("Net income", "410", "395")), header_rows=1)
    evidence = Evidence("table", "report.pdf", 4, "", 1.0, {}, (), (), (), table=table)
    assert verdict("Net sales were 1,310 in 2023.", evidence) == "supported"
    assert verdict("Net sales were 1,250 in 2023.", evidence) == "contradicted"
    assert verdict("Net income was 1,310 in 2023.", evidence) == "contradicted"


def test_a_row_quoted_whole_is_supported():
    line = "Segment: Software | Revenue 2024, $m: 67.4 | Revenue 2023, $m: 51.2 | Change, %: +31.6 | Profit, $m: 15.5"
    table = Table(
        (
            ("Segment", "Revenue 2024, $m", "Revenue 2023, $m", "Change, %", "Profit, $m"),
            ("Software", "67.4", "51.2", "+31.6", "15.5"),
            ("Group", "279.5", "251.7", "+11.0", "38.4"),
        ),
        header_rows=1,
    )
    evidence = Evidence("table", "report.pdf", 4, line, 1.0, {}, (), (), (Part(line, ()),), table=table)
    assert verdict(line, evidence) == "supported"
    assert verdict("Revenue of Software was 67.4 in 2024 after 51.2 in 2023, its profit 15.5.", evidence) == "supported"
    assert verdict("Revenue of Software was 51.2 in 2024 after 67.4 in 2023, its profit 15.5.", evidence) != "supported"


def test_two_pieces_of_evidence_are_told_apart():
    claims = check(
        "Profit fell to $2m in 2020. Profit rose to $9m in 2021.",
        ["Profit fell to $2m in 2020.", "In 2021 profit rose to $9m."],
    )
    assert [(claim.verdict, claim.evidence) for claim in claims] == [("supported", 1), ("supported", 2)]


def test_words_of_the_question_count_half():
    question = "What share of adults in Springfield owns a bicycle?"
    answer = "A share of adults in Springfield owns a bicycle of which nobody knows anything."
    with_question = check(answer, ["Adults in Springfield like parks."], question)[0].score
    assert with_question <= check(answer, ["Adults in Springfield like parks."])[0].score


def test_a_claim_may_rest_on_all_that_it_cites():
    evidence = ["Sales in Norway rose to 14 million in 2021.", "Sales in Sweden fell to 9 million in 2021."]
    text = "Sales in Norway rose to 14 million, those in Sweden fell to 9 million [1][2]."
    (claim,) = check(text, evidence)
    assert claim.verdict == "supported"
    (claim,) = check(text.replace("14", "9").replace("to 9 million [", "to 14 million ["), evidence)
    assert claim.verdict != "supported"


def test_of_evidence_alike_the_one_with_the_numbers_is_meant():
    evidence = ["Revenue rose 5% in 2021.", "Revenue rose 12% in 2022."]
    (claim,) = check("In 2022 revenue rose by 12% [2].", evidence)
    assert (claim.verdict, claim.evidence) == ("supported", 2)


def test_the_region_is_that_of_the_value_claimed():
    (claim,) = check("In 2018, 44% of the cohabiting were recorded.", [chart()])
    assert claim.verdict == "supported"
    assert claim.region.region.box.x0 == pytest.approx(0.3)


@pytest.mark.parametrize("text", ["1. Revenue rose by 12% in 2022.", "- Revenue rose by 12% in 2022."])
def test_the_number_of_a_list_item_is_no_figure(text):
    assert verdict(text, "Revenue rose 12% in 2022.") == "supported"


def test_never_is_a_negation():
    assert verdict("The firm would never expand in Asia.", "The firm would expand in Asia this year.") != "supported"


@pytest.mark.parametrize(
    ("evidence", "lost"),
    [
        ("He did not vote in Texas.", "He did vote in Texas."),
        ("The plan was not approved by the board.", "The plan was approved by the board."),
        ("公司去年没有盈利。", "公司去年盈利。"),
    ],
)
def test_a_lost_negation_is_contradicted(evidence, lost):
    assert verdict(lost, evidence) == "contradicted"


def test_what_is_denied_of_another_thing_is_no_lost_negation():
    evidence = "The drug did not reduce mortality in the trial, but it reduced pain."
    assert verdict("The drug reduced pain.", evidence) == "supported"
