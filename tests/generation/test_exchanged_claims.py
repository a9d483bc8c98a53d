"""Claims made of the evidence's own words in other places, and the same put rightly, English and Chinese."""

import os
import subprocess
import sys

import pytest

from chartwell import check
from chartwell.indexing.documents import Table
from chartwell.retrieval.evidence import Evidence

CASES = {
    "from and to": (
        "The ferry line moved from Turku to Stockholm in 2019.",
        ["In 2019 the ferry line moved to Stockholm from Turku."],
        ["The ferry line moved from Stockholm to Turku in 2019.", "In 2019 it moved to Turku from Stockholm."],
    ),
    "part and whole": (
        "1.5 million of the 3 million tickets were sold online.",
        ["Of the 3 million tickets, 1.5 million were sold online.", "Half of the 3 million tickets were sold online."],
        ["3 million of the 1.5 million tickets were sold online.", "Of the 1.5 million tickets, 3 million were sold."],
    ),
    "who does it": (
        "Lena Holt succeeded Marco Ruiz as chief executive of Nordvik in May 2021.",
        ["Marco Ruiz was succeeded by Lena Holt as chief executive of Nordvik in May 2021."],
        ["Marco Ruiz succeeded Lena Holt as chief executive of Nordvik in May 2021."],
    ),
    "began and ended": (
        "The trial began in March 2020 and ended in June 2022.",
        ["The trial ended in June 2022."],
        ["The trial began in June 2022.", "The trial ended in March 2020."],
    ),
    "an exception": (
        "Every school except Hillcrest passed the inspection.",
        ["Hillcrest did not pass the inspection."],
        ["Hillcrest passed the inspection.", "Every school passed the inspection."],
    ),
    "an exception from a denial": (
        "No school, except Hillcrest, passed the inspection.",
        ["Hillcrest passed the inspection.", "Not every school passed the inspection."],
        ["Hillcrest did not pass the inspection."],
    ),
    "left out here and told there": (
        "Same-store sales excluding fuel rose 3%, while fuel sales fell 2%.",
        ["Fuel sales fell 2%."],
        ["Fuel sales fell 3%."],
    ),
    "unlike one that did": (
        "Unlike Portugal, Spain did not raise its minimum wage in 2022.",
        ["Portugal raised its minimum wage in 2022."],
        ["Portugal did not raise its minimum wage in 2022.", "Unlike Portugal, Spain raised its minimum wage in 2022."],
    ),
    "what comes from where": (
        "Sales rose 5% compared to 2019, owing to exports.",
        ["Sales rose 5% from 2019.", "Sales rose 5% from exports."],
        [],
    ),
    "one thing at two times": (
        "Revenue was $5 million in 2019 and hit $6 million in 2020.",
        ["Revenue was $6 million in 2020.", "In 2019 revenue was $5 million."],
        ["Revenue was $6 million in 2019.", "Revenue was $5 million in 2020."],
    ),
    "one thing in one part": (
        "Revenue of $5 million in 2019 grew to $6 million in 2020.",
        ["Revenue was $6 million in 2020.", "In 2020 revenue grew to $6 million."],
        ["Revenue was $5 million in 2020."],
    ),
    "the same of two months": (
        "The survey covered 1,200 households in March and 900 in June.",
        ["The survey covered 900 households in June."],
        ["The survey covered 1,200 households in June."],
    ),
    "from whom about what": (
        "Customers complained to the regulator about the bank.",
        [],
        ["The bank complained to the regulator about customers."],
    ),
    "done by whom": (
        "Chinese companies supplied the parts that German firms used.",
        ["German firms used the parts supplied by Chinese companies."],
        ["Chinese companies used the parts supplied by German firms."],
    ),
    "unlike": (
        "Unlike Portugal, Spain raised its minimum wage in 2022.",
        ["Spain raised its minimum wage in 2022."],
        ["Portugal raised its minimum wage in 2022.", "Unlike Spain, Portugal raised its minimum wage in 2022."],
    ),
    "an earlier time": (
        "Only 8% of farms use drones, up from 3% in 2018.",
        ["Only 8% of farms use drones."],
        ["In 2018, 8% of farms used drones."],
    ),
    "收购": (
        "腾远科技于2021年收购了蓝海软件。",
        ["蓝海软件于2021年被腾远科技收购。", "2021年，腾远科技收购了蓝海软件。"],
        ["蓝海软件于2021年收购了腾远科技。", "腾远科技于2021年被蓝海软件收购。"],
    ),
    "接替": (
        "张伟接替李娜担任财务总监。",
        ["李娜的财务总监一职由张伟接替。"],
        ["李娜接替张伟担任财务总监。", "王强接替李娜担任财务总监。"],
    ),
    "地名": (
        "中国向德国出口了300台设备。",
        ["中国向德国出口了300台设备。"],
        ["德国向中国出口了300台设备。", "中国向法国出口了300台设备。"],
    ),
    "从和到": ("工厂从苏州迁往合肥。", [], ["工厂从合肥迁往苏州。", "工厂从苏州迁往武汉。"]),
    "机构": (
        "陈明教授领导的团队在南京大学开发了该系统。",
        ["该系统由南京大学陈明教授的团队开发。"],
        ["陈明教授领导的团队在北京大学开发了该系统。", "刘洋教授领导的团队在南京大学开发了该系统。"],
    ),
    "列举": (
        "北京的用户数为120万，上海为95万，广州为60万。",
        ["上海的用户数为95万。", "北京的用户数高于上海。"],
        ["上海的用户数为60万。", "深圳的用户数为60万。"],
    ),
    "开工和竣工": ("项目于2019年3月开工，2022年6月竣工。", ["项目于2022年6月竣工。"], ["项目于2019年3月竣工。"]),
    "除外": ("除安徽外，各省都完成了目标。", ["安徽没有完成目标。"], ["安徽完成了目标。"]),
    "同一事物": (
        "收入由2019年的5亿元增至2020年的6亿元。",
        ["2020年收入为6亿元。"],
        ["2020年收入为5亿元。", "2019年收入为6亿元。"],
    ),
    "两年": ("2019年收入为5亿元，2020年增长到6亿元。", ["2020年收入为6亿元。"], ["2020年收入为5亿元。"]),
    "由谁": (
        "上海的工厂向北京的客户供应零件。",
        ["北京的客户由上海的工厂供应零件。"],
        ["上海的客户由北京的工厂供应零件。"],
    ),
    "除外而否定": (
        "除安徽外，没有省份产量增长。",
        ["安徽产量增长。"],
        ["安徽产量没有增长。"],
    ),
    "另有所述": ("除燃料外，销售额增长3%，燃料销售额下降2%。", ["燃料销售额下降2%。"], ["燃料销售额下降3%。"]),
    "部分": (
        "300万张门票中有150万张在线售出。",
        ["一半的门票在线售出。"],
        ["150万张门票中有300万张在线售出。"],
    ),
}  # fmt: skip


def verdicts(text, evidence):
    return {claim.verdict for claim in check(text, [evidence])}


@pytest.mark.parametrize(
    ("evidence", "text"), [(evidence, text) for evidence, true, _ in CASES.values() for text in true]
)
def test_what_is_put_rightly_is_supported(evidence, text):
    assert verdicts(text, evidence) == {"supported"}


@pytest.mark.parametrize(
    ("evidence", "text"), [(evidence, text) for evidence, _, false in CASES.values() for text in false]
)
def test_what_is_exchanged_is_not(evidence, text):
    assert "supported" not in verdicts(text, evidence)


def test_both_ends_are_told_in_the_reason():
    (claim,) = check("The ferry line moved from Stockholm to Turku.", ["The ferry line moved from Turku to Stockholm."])
    assert claim.verdict == "contradicted"
    assert "Stockholm at the other end" in claim.reason


def test_costs_in_brackets_grow_as_they_fall_below_zero():
    table = Table((("", "2022", "2023"), ("Staff costs", "(520)", "(610)"), ("Sales", "900", "950")), header_rows=1)
    evidence = Evidence("table", "r.pdf", 1, "", 1.0, {}, (), (), (), table=table)
    assert verdicts("Staff costs rose in 2023.", evidence) == {"supported"}
    assert verdicts("Staff costs fell in 2023.", evidence) == {"contradicted"}


def test_the_value_of_a_large_table_is_found_among_thousands():
    head = ("Item", *(f"{year}" for year in range(2005, 2025)))
    rows = [(f"Product line {n}", *(f"{1000 * n + year}" for year in range(20))) for n in range(1, 400)]
    evidence = Evidence("table", "r.pdf", 1, "", 1.0, {}, (), (), (), table=Table((head, *rows), header_rows=1))
    assert verdicts("Product line 317 stood at 317,003 in 2008.", evidence) == {"supported"}
    assert verdicts("Product line 317 stood at 317,003 in 2009.", evidence) == {"contradicted"}
    assert verdicts("Product line 317 stood at 318,003 in 2008.", evidence) == {"contradicted"}


IN_ANOTHER_PROCESS = """
from chartwell import check
from chartwell.indexing.documents import Table
from chartwell.retrieval.evidence import Evidence
head = ("Item", *(str(year) for year in range(2005, 2025)))
rows = [(f"Product line {n}", *(str(1000 * n + year) for year in range(20))) for n in range(1, 400)]
evidence = Evidence("table", "r.pdf", 1, "", 1.0, {}, (), (), (), table=Table((head, *rows), header_rows=1))
for year in (2008, 2009):
    (claim,) = check(f"Product line 317 stood at 317,003 in {year}.", [evidence])
    print(claim.verdict, repr(claim.score))
"""


def test_verdicts_and_scores_do_not_hang_on_the_order_of_sets():
    said = {
        subprocess.run(
            [sys.executable, "-c", IN_ANOTHER_PROCESS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
