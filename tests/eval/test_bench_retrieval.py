"""The retrieval benchmarks on a small collection made here: they run, and tell a good way from a bad one."""

import json
import random

import pytest

from chartwell.eval.benchmarks import retrieval_quality, retrieval_sweep
from chartwell.eval.benchmarks.long_questions import after_other_matters, after_small_talk
from chartwell.eval.benchmarks.retrieval_tasks import TASKS, Question, opencqa_paragraphs, plain_pieces, zh_notes

_TOPICS = ("solar power", "school lunches", "rail freight", "honey prices", "museum visits", "night flights")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    (folder / "opencqa-dev").mkdir()
    items = [
        {
            "id": str(number),
            "chart": f"charts/{number}.png",
            "paragraph": f"The survey looked at {topic} . Some {20 + number} % said that {topic} had grown .",
            "question": f"How did {topic} develop?",
            "answer": f"It is {topic} that grew. Adults said so.",
        }
        for number, topic in enumerate(_TOPICS)
    ]
    items.append({**items[0], "id": "again", "chart": "charts/again.png"})
    (folder / "opencqa-dev" / "items.jsonl").write_text("\n".join(map(json.dumps, items)), "utf-8")
    (folder / "zh-notes").mkdir()
    (folder / "zh-notes" / "notes.md").write_text(
        "## 目录\n\n## **1.什么是预训练?**\n\n预训练是第一步。\n\n## **2.什么是微调?**\n\n微调在后面。\n", "utf-8"
    )
    return folder


def test_equal_paragraphs_are_one(data, tmp_path):
    task = opencqa_paragraphs(data, tmp_path)
    assert len(task.plain_texts()) == len(_TOPICS) == len(list(task.paths[0].iterdir()))
    assert task.questions[-1].relevant == task.questions[0].relevant


def test_sections_are_those_with_bold_headings(data, tmp_path):
    task = zh_notes(data, tmp_path)
    assert [question.text for question in task.questions] == ["1.什么是预训练?", "2.什么是微调?"]
    assert task.key("", None, ("1. 什么是预训练?",)) == "1.什么是预训练?"
    assert task.key("", None, ("目录",)) == ""


def test_pieces_are_of_a_thousand_characters_with_overlap():
    text = " ".join(random.Random(1).choices(["revenue", "rose", "fell", "again"], k=400))
    pieces = [piece for _, piece in plain_pieces([("key", text)])]
    assert all(len(piece) <= 1_000 for piece in pieces)
    assert sum(map(len, pieces)) > len(text)


def test_long_questions_end_in_the_question():
    questions = [Question("How did rail freight develop?", frozenset({"1"}))]
    talk = ["Honey prices fell.", "Museums opened again.", "How did rail freight develop at all?"]
    for long in (after_small_talk(questions), after_other_matters(questions, talk)):
        assert long[0].relevant == questions[0].relevant
        assert long[0].text.endswith(questions[0].text)
        assert len(long[0].text) > len(questions[0].text)
    assert "at all" not in after_other_matters(questions, talk)[0].text


def test_quality_and_sweep_run(data, tmp_path, capsys, monkeypatch):
    options = ["--data", str(data), "--keep", str(tmp_path), "--only", "paragraphs"]
    monkeypatch.setattr("sys.argv", ["retrieval_quality", *options, "--long", "3"])
    retrieval_quality.main()
    table = capsys.readouterr().out
    assert "| 7 questions, paragraphs | both stages | 1.000 |" in table
    assert "after small talk" in table
    monkeypatch.setattr("sys.argv", ["retrieval_sweep", *options])
    retrieval_sweep.main()
    assert "| alignment | 1.0 (default) | 1.000 | 1.0000 |" in capsys.readouterr().out


def test_the_sweep_with_the_defaults_is_the_search(data, tmp_path):
    task = TASKS["paragraphs"](data, tmp_path)
    with retrieval_quality.opened(task, tmp_path, {}) as client:
        found = retrieval_sweep.search(client, task)
        both = retrieval_quality.stages(client, task)(task.questions)["both stages"]
    for one, keys in zip(found, both, strict=True):
        assert retrieval_sweep.ranked(one, retrieval_sweep.Choice())[: len(keys)] == keys
