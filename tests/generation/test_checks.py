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
    assert [claim.verdict for claim in check(text, evidence)] == ["supported", "supported"]
    false = check(text.replace("14", "9").replace("to 9 million [", "to 14 million ["), evidence)
    assert [claim.verdict for claim in false] == ["contradicted", "contradicted"]
    text = "Sales in Norway and in Sweden rose to 14 million and fell to 9 million in 2021 [1][2]."
    assert [claim.verdict for claim in check(text, evidence)] == ["supported"]


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


INCOME = Evidence(
    "table",
    "report.pdf",
    4,
    "",
    1.0,
    {},
    (),
    (),
    (),
    table=Table(
        (
            ("", "2022", "2023"),
            ("Net sales", "1,250", "1,310"),
            ("Net income", "(410)", "395"),
            ("Margin", "12.5%", "13.1%"),
            ("Earnings per share", "1.20", "1.35"),
        ),
        header_rows=1,
        units="in millions of dollars",
    ),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Net sales were $1,310 million in 2023.", "supported"),
        ("Net sales were $1.31 billion in 2023.", "supported"),
        ("Net sales were 1,310 in 2023.", "supported"),
        ("Net sales were $1,310 in 2023.", "contradicted"),
        ("Net sales were $1,310 billion in 2023.", "contradicted"),
        ("Net sales were €1,310 million in 2023.", "contradicted"),
        ("Net sales were 1,310% in 2023.", "contradicted"),
        ("The margin was 13.1% in 2023.", "supported"),
        ("Earnings per share were $1.35 in 2023.", "supported"),
        ("Net income was -$410 million in 2022.", "supported"),
        ("Net income was $410 million in 2022.", "contradicted"),
    ],
)
def test_a_tables_units_hold_for_its_figures(text, expected):
    assert verdict(text, INCOME) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Net sales rose from $1,250 million in 2022 to $1,310 million in 2023.", "supported"),
        ("Net sales rose from $1,310 million in 2022 to $1,250 million in 2023.", "contradicted"),
        ("Net sales fell in 2023.", "contradicted"),
        ("Net sales rose in 2023.", "supported"),
    ],
)
def test_two_values_of_a_table_in_one_sentence(text, expected):
    assert verdict(text, INCOME) == expected


@pytest.mark.parametrize(
    ("text", "evidence", "reason"),
    [
        ("Net sales rose by $60 million in 2023.", INCOME, "1,310,000,000 - 1,250,000,000 = 60,000,000"),
        ("Net sales rose 4.8% in 2023.", INCOME, "= 4.8 %"),
        ("The margin rose by 0.6 percentage points.", INCOME, "13.1 - 12.5 = 0.6 points"),
        (
            "The share rose by 6 percentage points.",
            "The share rose from 12% in 2019 to 18% in 2023.",
            "18 - 12 = 6 points",
        ),
        ("Half of the voters voted.", "1.5 million of the 3 million voters voted.", "= 50 %"),
    ],
)
def test_values_that_follow_are_supported_with_the_sum(text, evidence, reason):
    (claim,) = check(text, [evidence])
    assert claim.verdict == "supported"
    assert reason in claim.reason


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("Net sales rose 14.8% in 2023.", INCOME),
        ("The share rose by 6% from 2019 to 2023.", "The share rose from 12% in 2019 to 18% in 2023."),
        ("Net sales fell by $60 million in 2023.", INCOME),
    ],
)
def test_values_that_do_not_follow_are_not(text, evidence):
    assert verdict(text, evidence) == "contradicted"


@pytest.mark.parametrize(
    ("evidence", "true", "exchanged"),
    [
        (
            "The share rose from 12% in 2019 to 18% in 2023.",
            "In 2019 the share was 12%, in 2023 18%.",
            "The share rose from 18% in 2019 to 12% in 2023.",
        ),
        ("Apple acquired Beats in 2014.", "Beats was acquired by Apple in 2014.", "Beats acquired Apple in 2014."),
        (
            "More women than men voted in 2016.",
            "Fewer men than women voted in 2016.",
            "More men than women voted in 2016.",
        ),
        ("Exports exceeded imports in 2020.", "In 2020 exports exceeded imports.", "Imports exceeded exports in 2020."),
        ("Sales were 5 in Q1, 6 in Q2 and 7 in Q3.", "Sales were 6 in Q2.", "Sales were 6 in Q3."),
        ("男性比女性更可能支持该法案。", "男性比女性更可能支持该法案。", "女性比男性更可能支持该法案。"),
        ("北京的销售额高于上海。", "北京的销售额高于上海。", "上海的销售额高于北京。"),
        ("甲组的准确率为92%，乙组为85%。", "甲组的准确率为92%。", "甲组的准确率为85%。"),
    ],
)
def test_what_is_exchanged_is_contradicted(evidence, true, exchanged):
    assert verdict(true, evidence) == "supported"
    assert verdict(exchanged, evidence) == "contradicted"


@pytest.mark.parametrize(
    ("evidence", "text"),
    [
        ("Apple bought Beats in 2014 for $3 billion.", "Google bought Beats in 2014 for $3 billion."),
        ("Sales rose 12% in the third quarter.", "Sales rose 12% in the second quarter."),
        ("The dose is 5 mg a day.", "The dose is 5 g a day."),
        ("The law is popular in rural areas.", "The law is unpopular in rural areas."),
        ("The unit posted a profit of $5 million.", "The unit posted a loss of $5 million."),
        ("People hold favorable views of the EU.", "People hold unfavorable views of the EU."),
        ("He can’t vote in Texas.", "He can vote in Texas."),
        ("On 5 March 2021 it was signed.", "On 7 March 2021 it was signed."),
        ("共有五千名员工。", "共有三千名员工。"),
    ],
)
def test_one_word_changed(evidence, text):
    assert verdict(text, evidence) != "supported"


def test_clauses_are_claims():
    evidence = "Revenue rose 12% in 2023, while net income fell to 410 million dollars."
    claims = check("In 2023, revenue rose 12%, while costs were cut by a third to 90 million dollars.", [evidence])
    assert [claim.text for claim in claims] == [
        "In 2023, revenue rose 12%",
        "while costs were cut by a third to 90 million dollars.",
    ]
    assert [claim.verdict for claim in claims] == ["supported", "contradicted"]
    assert [claim.text for claim in check("收入增长12%，而成本下降了3%。", [CHINESE])] == [
        "收入增长12%",
        "而成本下降了3%。",
    ]
    assert len(check("Revenue rose 12%, to $3bn, in Norway, Sweden, and Denmark.", [evidence])) == 1


@pytest.mark.parametrize(
    "text",
    [
        "According to Figure 3, revenue rose 12% in 2023.",
        "Yes, revenue rose 12% in 2023.",
        "The report says that revenue rose 12% in 2023.",
        "Revenue grew by twelve percent in FY2023.",
        "In 2023, revenue increased 12 %.",
    ],
)
def test_the_same_said_otherwise(text):
    assert verdict(text, "Revenue rose 12% in 2023.") == "supported"


@pytest.mark.parametrize(
    "text", ["😀", "[1]", "\ud800 12%", "½", "十百", "1" * 400, "1,2,3,4", "零分之一", "The " * 3000]
)
def test_any_text_gets_a_verdict(text):
    for evidence in ([], [""], [text], ["The bridge opened in 1932."]):
        for claim in check(text, evidence):
            assert 0 <= claim.score <= 1
