"""The evaluation page: runs listed, the report of one, the comparison of two."""

import json
import shutil

import pytest

from chartwell import Chartwell
from chartwell.eval.datasets.own import read_items
from chartwell.eval.runs.listing import list_runs
from chartwell.eval.runs.run import evaluate

HOSTILE = "How many litres does <img src=x onerror=alert(1)> ![a](http://192.0.2.1/b.png) burn?"
QUESTIONS = [
    {
        "id": "ships",
        "question": "How many ships did the harbour handle in 2021?",
        "answers": ["The harbour handled 412 ships in 2021."],
        "relevant": [{"source": "harbour.pdf", "page": 1, "node": "text"}],
    },
    {"id": "hostile", "question": HOSTILE, "answers": ["90 litres"], "relevant": [{"source": "hostile.txt"}]},
]


@pytest.fixture(scope="module")
def runs(tmp_path_factory, ui_home):
    """Two runs with other settings, one that was interrupted, one whose manifest is damaged."""
    folder = tmp_path_factory.mktemp("runs")
    questions = folder / "questions.jsonl"
    questions.write_text("".join(json.dumps(line) + "\n" for line in QUESTIONS))
    for name, arguments in (("before", {}), ("later/after", {"answer": {"min_answerability": 1}})):
        with Chartwell.open(ui_home / "kb", **arguments) as client:
            evaluate(client, read_items(questions), folder / name)
    shutil.copytree(folder / "before", folder / "open")
    (folder / "open" / "summary.json").unlink()
    (folder / "broken").mkdir()
    (folder / "broken" / "manifest.json").write_text("{")
    return folder


@pytest.fixture
def evaluation(page, runs, monkeypatch, fresh_settings):
    monkeypatch.setenv("CHARTWELL_UI__RUNS", str(runs))
    test = page("evaluation_page").run()
    assert not test.exception
    return test


def texts(test):
    kinds = (test.text, test.markdown, test.caption, test.subheader, test.header)
    return [element.value for kind in kinds for element in kind]


def choose(test, *names):
    test = test.multiselect[0].set_value(list(names)).run()
    assert not test.exception
    assert not test.error
    return test


def test_runs_are_listed_and_a_damaged_one_hides_none(runs):
    found = {run.name: run for run in list_runs(runs)}
    assert {name: run.state for name, run in found.items()} == {
        "before": "scored",
        "later/after": "scored",
        "open": "open",
        "broken": "damaged",
    }
    assert found["before"].headline["page.nDCG@10"] == 1.0
    assert found["before"].questions == 2
    assert "manifest" in found["broken"].reason
    assert list_runs(runs / "missing") == []


def test_only_scored_runs_can_be_looked_at(evaluation):
    rows = evaluation.dataframe[0].value.to_dict("records")
    assert {row["run"]: row["state"] for row in rows}["open"] == "not finished"
    assert evaluation.multiselect[0].options == ["later/after", "before"]


def test_the_report_of_a_run(evaluation):
    test = choose(evaluation, "before")
    assert any(metric.label.startswith("page\\.nDCG") for metric in test.metric)
    assert any("Evaluation of kb" in value for value in texts(test))
    assert QUESTIONS[0]["question"] in {text.value for text in test.text}


def test_words_of_documents_are_no_markup(evaluation):
    test = choose(evaluation, "before")
    assert HOSTILE in {text.value for text in test.text}
    marked_up = [*test.markdown, *test.caption, *test.subheader, *test.expander]
    said = [getattr(one, "value", "") + getattr(one, "label", "") for one in marked_up]
    assert not [one for one in said if "<img" in one.replace("\\<", "")]
    assert not [one for one in marked_up if getattr(one, "allow_html", False)]


def test_two_runs_compared(evaluation):
    test = choose(evaluation, "before", "later/after")
    rows = {row["metric"]: row for row in test.dataframe[1].value.to_dict("records")}
    assert rows["strict.token_f1"]["B − A"].startswith("-")
    assert any("answer.min_answerability" in value for value in texts(test))
    assert any(value.startswith("Worst regressions") for value in texts(test))

    swapped = test.toggle[0].set_value(True).run()
    rows = {row["metric"]: row for row in swapped.dataframe[1].value.to_dict("records")}
    assert rows["strict.token_f1"]["B − A"].startswith("+")


@pytest.mark.parametrize(("language", "word"), [("en", "no evaluation runs"), ("zh", "还没有评测结果")])
def test_without_runs_it_says_how_to_make_one(page, tmp_path, monkeypatch, fresh_settings, language, word):
    monkeypatch.setenv("CHARTWELL_UI__RUNS", str(tmp_path))
    test = page("evaluation_page", language=language).run()
    assert not test.exception
    assert word in test.info[0].value
    assert "chartwell eval run" in test.code[0].value
