import json
import shutil

import pytest
from typer.testing import CliRunner

from chartwell import Chartwell
from chartwell.app.cli import app
from chartwell.errors import InvalidDataset, NotACollection
from chartwell.eval import evaluate, from_feedback
from chartwell.eval.datasets.importers import import_set
from chartwell.eval.datasets.own import dataset_bytes, read_items, write_items

NOTES = (
    "# Ferry\n\nThe ferry to Skarholm leaves at 07:15 on weekdays.\n\n"
    "| Passenger | Fare |\n| --- | --- |\n| Adult | 14 crowns |\n| Child | 6 crowns |\n\n"
    "# 港口\n\n港口扩建工程于2022年三月完工。\n"
)
LEAVES = "When does the ferry to Skarholm leave on weekdays?"
DONE = "港口扩建工程何时完工？"
MAYOR = "Who was elected mayor of Elmsford?"


@pytest.fixture(scope="module")
def indexed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("feedback")
    (folder / "notes.md").write_text(NOTES, "utf-8")
    with Chartwell.open(folder / "kb") as client:
        assert client.index([folder / "notes.md"]).added
    return folder


@pytest.fixture
def client(indexed, tmp_path):
    shutil.copytree(indexed / "kb", tmp_path / "kb")
    with Chartwell.open(tmp_path / "kb") as client:
        yield client


def rate(client, question, *, good, note="", **changed):
    talks = client.collection.conversations
    answer = {**client.ask(question).to_dict(), **changed}
    turn = talks.append(talks.start(question).id, question, answer)
    talks.rate(turn, good=good, note=note)
    return answer


def test_a_good_answer_is_a_reference_and_what_it_cites_is_relevant(client, indexed):
    rate(client, LEAVES, good=True, note=" right \n")
    rate(client, DONE, good=True)
    first, second = from_feedback(client.collection)
    assert first.question == LEAVES
    assert first.answers == ("The ferry to Skarholm leaves at 07:15 on weekdays.",)
    assert [one.source for one in first.relevant] == [str(indexed / "notes.md")]
    assert first.answerable
    assert first.metadata == {"reviewed": False, "good": 1, "bad": 0, "note": "right"}
    assert "2022年三月完工" in second.answers[0]


def test_of_a_bad_answer_only_the_question_is_taken(client):
    answer = rate(client, LEAVES, good=False, note="on Sundays, too")
    (item,) = from_feedback(client.collection)
    assert (item.answers, item.relevant, item.answerable) == ((), (), True)
    assert item.metadata["rejected"] == answer["text"]
    assert item.metadata["note"] == "on Sundays, too"


@pytest.mark.parametrize(("good", "answerable"), [(True, False), (False, True)])
def test_an_abstention_found_good_makes_a_question_that_cannot_be_answered(client, good, answerable):
    assert rate(client, MAYOR, good=good)["abstained"]
    (item,) = from_feedback(client.collection)
    assert (item.answers, item.relevant, item.answerable) == ((), (), answerable)
    assert "rejected" not in item.metadata


def test_several_judgements_of_one_question_come_together(client):
    rate(client, LEAVES, good=False, text="At 09:00 [1].")
    rate(client, LEAVES, good=True)
    rate(client, LEAVES, good=True, text="At 07:15 [1].")
    rate(client, "And on weekdays?", good=True, searched=[LEAVES], text="At 07:15 [1].")
    (item,) = from_feedback(client.collection)
    assert item.answers == ("The ferry to Skarholm leaves at 07:15 on weekdays.", "At 07:15.")
    assert item.metadata["rejected"] == "At 09:00 [1]."
    assert item.metadata["asked"] == "And on weekdays?"
    assert (item.metadata["good"], item.metadata["bad"]) == (3, 1)


def test_a_follow_up_that_was_taken_apart_stands_alone_too(client):
    alone = "Compare the fares for adults with the fares for children to Skarholm"
    rate(client, "And compared with children?", good=True, searched=[alone, "fares for adults", "fares for children"])
    (item,) = from_feedback(client.collection)
    assert (item.question, item.metadata["asked"]) == (alone, "And compared with children?")


def test_a_chart_that_is_cited_comes_with_its_box(client):
    chart = {
        "number": 1,
        "kind": "chart",
        "source": "a.png",
        "page": 1,
        "bounds": [{"page": 1, "box": [-0.01, 0.1, 0.9, 1.2]}, {"page": 1, "box": [0.5, 0.5, 0.5, 0.6]}],
    }
    rate(client, LEAVES, good=True, evidence=[chart, {**chart, "number": 2, "source": "b.png"}], cited=[1])
    ((place,),) = [item.relevant for item in from_feedback(client.collection)]
    assert (place.source, place.page, place.node) == ("a.png", 1, "chart")
    (box,) = place.boxes
    assert (box.left, box.top, box.right, box.bottom) == (0, 0.1, 0.9, 1)


def test_the_set_keeps_its_form_and_ids_and_can_be_run(client, tmp_path):
    rate(client, LEAVES, good=True)
    rate(client, MAYOR, good=True)
    items = from_feedback(client.collection)
    assert dataset_bytes(items)
    write_items(tmp_path / "asked.jsonl", items)
    assert read_items(tmp_path / "asked.jsonl") == items
    rate(client, DONE, good=False)
    assert [item.id for item in from_feedback(client.collection)][:2] == [item.id for item in items]
    run = evaluate(client, tmp_path / "asked.jsonl", tmp_path / "run", metrics=["token_f1"])
    assert run.summary["metrics"]["token_f1"]["mean"] == 1
    assert run.summary["metrics"]["abstained_rightly"]["mean"] == 1


def test_the_command_line_reads_it_from_the_collection(client, tmp_path):
    out = tmp_path / "asked.jsonl"
    with pytest.raises(InvalidDataset, match="no feedback"):
        import_set("feedback", tmp_path / "kb")
    rate(client, LEAVES, good=True)
    arguments = ["eval", "import", "feedback", str(tmp_path / "kb"), "-o", str(out), "--json"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {"questions": 1, "file": str(out), "documents": 0, "folder": None}
    assert read_items(out)[0].question == LEAVES
    with pytest.raises(NotACollection):
        import_set("feedback", tmp_path)
