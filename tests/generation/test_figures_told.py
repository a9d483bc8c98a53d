"""Claims about the figures of made reports and surveys, English and Chinese: parts, wholes, times, rises and costs."""

import pytest

from chartwell import check
from chartwell.indexing.documents import Table
from chartwell.retrieval.evidence import Evidence

FLEET = (
    "The operating margin narrowed to 11.2 % from 13.4 % a year earlier, as fuel costs rose by a quarter. "
    "The fleet grew from 38 to 44 vessels, of which 12 are chartered. "
    "Of the 44 vessels, 30 were refitted in the second quarter. Net debt fell to $95 million in December 2023."
)
TRUST = (
    "The survey of 1,204 adults was carried out in March 2021. Some 62 % of women and 48 % of men say they trust the "
    "public broadcaster. Trust stood at 55 %, up from 41 % in 2016. Of the 1,204 adults, 310 live in the capital. "
    "No party's supporters trust commercial radio more than the public broadcaster."
)
POWER = (
    "营业收入同比增长12.5%；净利润为9.3亿元，低于2022年的10.1亿元。公司拥有45座电站，其中18座为风电站。"
    "第三季度发电量为32亿千瓦时。在1500名受访者中，有420人来自杭州。净利润率由13.4%降至11.2%。"
)
ROWS = (
    ("Item", "2021", "2022", "2023"),
    ("Revenue", "1,240", "1,310", "1,455"),
    ("Cost of sales", "(820)", "(905)", "(1,010)"),
)
INCOME = Evidence(
    "table", "a.pdf", 1, "", 1.0, {}, (), (), (), table=Table(ROWS, header_rows=1, units="in millions of euros")
)  # fmt: skip
QUARTERS = (("Item", "Q3 2022", "Q4 2022", "Q1 2023"), ("Sales", "14", "17", "12"))
SALES = Evidence("table", "b.pdf", 1, "", 1.0, {}, (), (), (), table=Table(QUARTERS, header_rows=1))


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("The operating margin fell from 13.4 % to 11.2 %.", FLEET),
        ("12 of the 44 vessels are chartered.", FLEET),
        ("30 vessels were refitted in the second quarter.", FLEET),
        ("62 % of women trust the public broadcaster.", TRUST),
        ("In 2016, trust stood at 41 %.", TRUST),
        ("Trust rose from 41 % in 2016 to 55 %.", TRUST),
        ("310 of the 1,204 adults live in the capital.", TRUST),
        ("The survey was carried out in March 2021.", TRUST),
        ("45座电站中有18座是风电站。", POWER),
        ("420名受访者来自杭州。", POWER),
        ("净利润由2022年的10.1亿元降至9.3亿元。", POWER),
        ("净利润率由13.4%降至11.2%。", POWER),
        ("第三季度发电量为32亿千瓦时。", POWER),
        ("Costs rose to 1,010 million euros in 2023.", INCOME),
        ("Costs were 905 million euros in 2022.", INCOME),
        ("Revenue rose from 2022 to 2023.", INCOME),
        ("Sales rose from Q3 2022 to Q4 2022.", SALES),
        ("Sales fell from Q4 2022 to Q1 2023.", SALES),
    ],
)
def test_what_the_evidence_tells_is_supported(text, evidence):
    (claim,) = check(text, [evidence])
    assert claim.verdict == "supported", claim.reason


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("The operating margin rose from 11.2 % to 13.4 %.", FLEET),
        ("44 of the vessels are chartered.", FLEET),
        ("All 44 vessels were refitted in the second quarter.", FLEET),
        ("62 % of men trust the public broadcaster.", TRUST),
        ("Trust stood at 55 % in 2016.", TRUST),
        ("Trust stood at 55 %, down from 41 % in 2016.", TRUST),
        ("1,204 adults live in the capital.", TRUST),
        ("The survey was carried out in the third quarter of 2021.", TRUST),
        ("45座电站都是风电站。", POWER),
        ("1500名受访者来自杭州。", POWER),
        ("3月发电量为32亿千瓦时。", POWER),
        ("净利润率由11.2%升至13.4%。", POWER),
        ("Costs were 905 million euros in 2021.", INCOME),
        ("Revenue fell from 2022 to 2023.", INCOME),
        ("Sales fell from Q3 2022 to Q4 2022.", SALES),
        ("Sales rose from Q4 2022 to Q1 2023.", SALES),
    ],
)
def test_what_it_does_not_tell_is_not(text, evidence):
    (claim,) = check(text, [evidence])
    assert claim.verdict != "supported", claim.reason


TWO_SHARES = "58% of men follow sports, compared with 44% of women, in a survey of 2016."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Men are more likely than women to follow sports.", "supported"),
        ("Women are less likely than men to follow sports.", "supported"),
        ("Women are more likely than men to follow sports.", "contradicted"),
        ("Women are 14 percentage points more likely than men to follow sports.", "contradicted"),
        ("In 2016 men were more likely than women to follow sports.", "supported"),
    ],
)
def test_a_sentence_with_both_shares_tells_which_side_is_higher(text, expected):
    (claim,) = check(text, [TWO_SHARES])
    assert claim.verdict == expected


def test_the_nearest_number_is_that_of_each_side():
    evidence = "Today, 60% of Republicans, 57% of independents and 46% of Democrats say that the deficit is a problem."
    (claim,) = check("Democrats are less likely than Republicans to say that the deficit is a problem.", [evidence])
    assert claim.reason == "It follows from the evidence: 46 < 60."


@pytest.mark.parametrize(
    "evidence",
    [
        "58% of men oppose the law, and 44% of women favor it.",  # shares of contrary answers
        "58% of men do not follow the law closely, compared with 44% of women.",
        "In 2012, 58% of men followed the law closely, compared with 44% of women.",  # of another time
    ],
)
def test_numbers_of_something_else_tell_no_comparison(evidence):
    (claim,) = check("In 2016 women were more likely than men to favor the law and follow it closely.", [evidence])
    assert "44" not in claim.reason


RESULTS = "Revenue was $109 million in 2023, up 9 %, and net income was $20 million, up 5 %."
RESULTS_ZH = "公司2023年收入109亿元，同比增长9%，净利润20亿元，同比增长5%。"


@pytest.mark.parametrize(
    ("evidence", "thing", "own", "other"),
    [
        (RESULTS, "Revenue was up {} in 2023.", "9 %", "5 %"),
        (RESULTS, "Net income was up {} in 2023.", "5 %", "9 %"),
        (RESULTS_ZH, "公司2023年收入同比增长{}。", "9%", "5%"),
        (RESULTS_ZH, "公司2023年净利润同比增长{}。", "5%", "9%"),
    ],
)
def test_a_change_told_behind_an_amount_is_of_the_same(evidence, thing, own, other):
    assert check(thing.format(own), [evidence])[0].verdict == "supported"
    assert check(thing.format(other), [evidence])[0].verdict == "contradicted"


TRUCKS = "Sales of trucks, cars, and bikes rose by 9 %, 5 %, and 2 %, respectively, and the company earned $3 million."
SHARES = "In 2020, support stood at 57%, 46% and 34% among Black, Hispanic and White adults, respectively."
YEARS = "Revenue was $109 million and $100 million in 2023 and 2022, respectively."
INCOME_ZH = "公司收入和净利润分别为109亿元和20亿元。"
GROWTH_ZH = "公司2023年收入109亿元，净利润20亿元，分别增长9%和5%。"


@pytest.mark.parametrize(
    ("evidence", "thing", "own", "other"),
    [
        (TRUCKS, "Sales of trucks rose by {}.", "9 %", "5 %"),
        (TRUCKS, "Sales of cars rose by {}.", "5 %", "2 %"),
        (SHARES, "Support stood at {} among Hispanic adults.", "46%", "57%"),
        (YEARS, "Revenue was {} in 2023.", "$109 million", "$100 million"),
        (INCOME_ZH, "公司收入为{}。", "109亿元", "20亿元"),
        (INCOME_ZH, "公司净利润为{}。", "20亿元", "109亿元"),
        (GROWTH_ZH, "公司2023年净利润增长{}。", "5%", "9%"),
        (GROWTH_ZH, "公司2023年收入增长{}。", "9%", "5%"),
    ],
)
def test_respective_numbers_are_told_apart_by_their_order(evidence, thing, own, other):
    assert check(thing.format(own), [evidence])[0].verdict == "supported"
    assert check(thing.format(other), [evidence])[0].verdict == "contradicted"


def test_what_a_list_does_not_tell_apart_is_left_alone():
    assert check("The company earned $3 million.", [TRUCKS])[0].verdict == "supported"
    (claim,) = check("Trucks and cars rose by 9 % and 5 %.", [TRUCKS])
    assert claim.verdict != "contradicted"


@pytest.mark.parametrize(("more", "expected"), [("6 more", "supported"), ("9 more", "contradicted")])
def test_a_difference_from_before_follows_from_both_values(more, expected):
    (claim,) = check(
        f"The fleet had 44 vessels, {more} than before.", ["The fleet had 44 vessels in 2020 and 38 in 2019."]
    )
    assert claim.verdict == expected


TRUSTED = "The survey found that 62% of women and 48% of men trust the broadcaster."
TRUSTED_ZH = "调查显示，62%的女性和48%的男性信任该电视台。"
AGES = "Among 18- to 29-year-olds, 71% use Instagram, while 21% of those 65 and older do."


@pytest.mark.parametrize(
    ("evidence", "text", "expected"),
    [
        (TRUSTED, "Among men, 48% trust the broadcaster.", "supported"),
        (TRUSTED, "Among women, 48% trust the broadcaster.", "contradicted"),
        (TRUSTED, "A majority of women trust the broadcaster.", "supported"),
        (TRUSTED, "A majority of men trust the broadcaster.", "contradicted"),
        (TRUSTED, "Most men trust the broadcaster.", "contradicted"),
        (TRUSTED, "A minority of women trust the broadcaster.", "contradicted"),
        (TRUSTED_ZH, "男性中有48%信任该电视台。", "supported"),
        (TRUSTED_ZH, "女性中有48%信任该电视台。", "contradicted"),
        (TRUSTED_ZH, "大多数女性信任该电视台。", "supported"),
        (TRUSTED_ZH, "多数男性信任该电视台。", "contradicted"),
        (AGES, "Instagram use among those 65 and older is 21%.", "supported"),
        (AGES, "Instagram use among those 65 and older is 71%.", "contradicted"),
    ],
)
def test_a_share_is_of_those_of_whom_it_is_told(evidence, text, expected):
    assert check(text, [evidence])[0].verdict == expected
