"""The benchmarks of answers: they fit, count and tell a good way from a bad one."""

from random import Random

from chartwell.eval.benchmarks import abstention, chart_claims, extractive_answers
from chartwell.eval.benchmarks.abstention import Asked
from chartwell.eval.benchmarks.halves import half_of
from chartwell.generation.abstention import CALIBRATION, Signs
from chartwell.generation.answer import Answer
from chartwell.indexing.documents import WHOLE, ChartReading, ChartValue, Region


def asked_about(count):
    random = Random(5)
    for number in range(count):
        for there in (True, False):
            lift = 0.3 if there else 0.0
            signs = Signs(*(min(1.0, random.random() * 0.5 + lift) for _ in range(4)))
            yield Asked("notes", str(number), there, signs)


def test_the_fit_prefers_what_tells(capsys):
    asked = list(asked_about(60))
    fitted = abstention.fit(asked)
    assert fitted.probability(Signs(0.8, 0.8, 0.8, 0.8)) > 0.9
    assert fitted.probability(Signs(0.1, 0.1, 0.1, 0.1)) < 0.1
    abstention.report(asked)
    printed = capsys.readouterr().out
    assert printed.count("| fitted |") == 5
    (exact,) = [line for line in printed.splitlines() if line.startswith("| fitted |") and "| both |" in line]
    assert "| 90.0% |" in exact
    assert f"| constants | {abstention.MIN_ANSWERABILITY:.3f} | report | notes |" in printed


def test_questions_that_other_documents_answer_are_told_apart(capsys):
    signs = Signs(0.9, 0.9, 0.9, 0.9)
    asked = list(asked_about(60))
    left = [Asked("notes", str(number), False, signs, left) for number, left in enumerate(["told", "in part"] * 8, 100)]
    assert abstention.fit([*asked, *left[::2]]) == abstention.fit(asked)
    abstention.report([*asked, *left])
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("| constants | 0.3"))
    removed, not_told, not_in_part = (float(cell.strip(" %")) for cell in row.strip("|").split("|")[-3:])
    assert removed > not_told > not_in_part


def test_the_constants_rise_with_every_sign():
    low = CALIBRATION.probability(Signs(0.2, 0.2, 0.2, 0.2))
    for better in (Signs(0.9, 0.2, 0.2, 0.2), Signs(0.2, 0.9, 0.2, 0.2), Signs(0.2, 0.2, 0.9, 0.2)):
        assert 0 < low < CALIBRATION.probability(better) < 1


def test_halves_are_even_and_stay():
    halves = [half_of(str(number)) for number in range(400)]
    assert 150 < halves.count("tune") < 250
    assert halves == [half_of(str(number)) for number in range(400)]


def test_claims_about_a_chart_name_its_highest_and_another_one():
    place = Region(1, WHOLE)
    years = {"2019": 4.0, "2020": 9.0, "2021": 6.0}
    values = tuple(ChartValue(number, f"{number:g}", place, "Rent", year, "%") for year, number in years.items())
    reading = ChartReading(chart_type="bar", title="Costs", values=values)
    claims = {
        (case.truth, case.text)
        for seed in range(8)
        for case in chart_claims.cases_of([reading], seed)
        if case.about == "highest or lowest"
    }
    assert ("true", "Rent was highest in 2020.") in claims
    assert ("true", "Rent was lowest in 2019.") in claims
    assert {text for truth, text in claims if truth == "changed"} & {
        "Rent was highest in 2021.",
        "Rent was lowest in 2021.",
    }
    assert not {text for truth, text in claims if truth == "true"} & {
        text for truth, text in claims if truth == "changed"
    }


def test_controls_and_answers_are_scored_alike(evidence_of):
    item = {"answer": "Sales rose by 5 % in 2021.", "paragraph": "Sales rose by 5 % in 2021.", "chart": "charts/1.png"}
    found = (evidence_of("1 2 3", kind="chart", source="charts/2.png"), evidence_of(item["paragraph"]))
    text = f"{item['paragraph']} [2]"
    answered = [extractive_answers.Answered(item, Answer("?", text, (), found, abstained=False, decoder=""))]
    scores = {name: extractive_answers.row(name, way, answered)[1] for name, way in extractive_answers.WAYS.items()}
    assert scores["extractive"] == scores["gold paragraph"] == scores["top passage of prose"] == "1.000"
    assert scores["extractive, citation marks counted as words"] < "1.000"
    assert scores["top passage"] == scores["always abstain"] == "0.000"
