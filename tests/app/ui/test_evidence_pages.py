"""Previews, refusals, corrections and feedback, run by Streamlit's own test runner."""

import json
from dataclasses import replace

import pytest

from chartwell import Chartwell
from chartwell.eval.datasets.own import read_items

QUESTION = "How many ships did the harbour handle in 2021?"


@pytest.fixture
def own_home(copy_kb, tmp_path):
    """A copy that the test may change."""
    copy_kb(tmp_path / "kb")
    return tmp_path


@pytest.fixture
def drawn(own_home, monkeypatch):
    """Runs lines that draw a part of a page over the copy; `place` and `client` are known to them."""
    from streamlit.testing.v1 import AppTest

    def draw(*lines):
        monkeypatch.setattr("sys.argv", ["main.py", str(own_home)])
        head = [
            "from chartwell.app.ui import document_preview, evidence_panel, feedback_view",
            "from chartwell.app.ui.session import Place, client, home",
            "place = Place(home(), 'kb')",
        ]
        test = AppTest.from_string("\n".join([*head, *lines]), default_timeout=60).run()
        assert not test.exception
        return test

    return draw


def texts(test):
    return [one.value for kind in (test.text, test.markdown, test.caption, test.info) for one in kind]


def preview(drawn, name):
    return drawn(
        f"document = next(one for one in client(place.path).documents() if one.source.endswith({name!r}))",
        "document_preview.show_preview(place, document)",
    )


def test_a_preview_shows_one_page_of_a_document(drawn):
    test = preview(drawn, "harbour.pdf")
    assert any("412 ships" in text for text in texts(test))
    assert not any("forty tonnes" in text for text in texts(test))
    test = test.number_input[0].set_value(2).run()
    assert not test.exception
    assert any("forty tonnes" in text for text in texts(test))


@pytest.mark.parametrize(("name", "words"), [("notes.md", "07:15"), ("港口.txt", "2022年三月"), ("survey.png", None)])
def test_every_kind_of_document_has_a_preview(drawn, name, words):
    test = preview(drawn, name)
    if words is None:
        assert "Bicycle" in test.dataframe[0].value["category"].to_list()
    else:
        assert any(words in text for text in texts(test))


def test_what_a_document_holds_is_shown_as_text(drawn):
    shown = texts(preview(drawn, "hostile.txt"))
    assert any("<script>document.title='hacked'</script>" in text for text in shown)
    assert not any(one.allow_html for one in preview(drawn, "hostile.txt").markdown)


def test_a_refusal_shows_the_closest_evidence(page):
    test = page().run()
    test = test.chat_input[0].set_value("Who won the chess tournament in Oslo?").run()
    assert not test.exception
    assert "The documents do not tell. The closest evidence:" in texts(test)
    closest = next(one for one in test.button if one.label.startswith("1 · "))
    test = closest.click().run()
    assert not test.exception
    assert any(value.startswith("##### ") for value in texts(test))


def test_a_follow_up_question_is_understood(page):
    test = page().run()
    test = test.chat_input[0].set_value("What does the ferry cost for an adult?").run()
    test = test.chat_input[0].set_value("And for a child?").run()
    assert not test.exception
    from chartwell.app.ui.session import client, home

    turns = client(home() / "kb").collection.conversations.turns(test.session_state["conversation"])
    assert [turn.question for turn in turns] == [
        "What does the ferry cost for an adult?",
        "And for a child?",
    ]
    assert "6 crowns" in turns[1].answer["text"]


def test_a_corrected_chart_says_so_and_goes_back(page, own_home):
    with Chartwell.open(own_home / "kb") as client:
        (chart,) = client.browse("chart")
        values = tuple(replace(value, number=12, text="12%") for value in chart.reading.values[:1])
        client.correct_chart(chart, replace(chart.reading, values=values))
    test = page("charts_page", home=own_home).run()
    assert not test.exception
    assert any("✎ corrected by hand" in value for value in texts(test))
    assert test.dataframe[0].value.to_dict("records")[0]["how"] == "corrected by hand"
    test = next(one for one in test.button if one.label == "Back to what was read").click().run()
    assert not test.exception
    assert not test.error
    assert "Bus" in test.dataframe[0].value["category"].to_list()
    assert not any("✎ corrected by hand" in value for value in texts(test))


def test_the_values_that_decide_come_first(drawn, own_home):
    with Chartwell.open(own_home / "kb") as client:
        answer = client.ask("What share of residents travel to work by bus?").to_dict()
    number = next(one["number"] for one in answer["citations"] if one["verdict"] == "supported")
    test = drawn(f"answer = {answer!r}", f"evidence_panel.show_evidence(answer, {number}, None)")
    rows = test.dataframe[0].value.to_dict("records")
    assert [row[""] for row in rows] == ["▸", "", ""]
    assert rows[0]["category"] == "Bus"
    assert rows[0]["how"] == "labelled"
    assert ":green-badge[✓ supported]" in texts(test)
    assert any("page 1" in value for value in texts(test))


def test_feedback_becomes_an_evaluation_set(drawn, own_home, tmp_path):
    assert any("Nobody has judged" in text for text in texts(drawn("feedback_view.show_feedback(place)")))
    with Chartwell.open(own_home / "kb") as client:
        talks = client.collection.conversations
        turn = talks.append(talks.start("a").id, QUESTION, client.ask(QUESTION).to_dict())
        talks.rate(turn, good=True, note="right <b>so</b>")
    test = drawn("feedback_view.show_feedback(place)")
    assert test.dataframe[0].value.to_dict("records")[0]["note"] == "right <b>so</b>"
    from chartwell.eval.datasets.feedback import from_feedback
    from chartwell.eval.datasets.own import dataset_bytes

    with Chartwell.open(own_home / "kb") as client:
        (tmp_path / "set.jsonl").write_bytes(dataset_bytes(from_feedback(client.collection)))
    (item,) = read_items(tmp_path / "set.jsonl")
    assert item.question == QUESTION
    assert "412" in item.answers[0]
    assert json.dumps(item.metadata["note"]) == json.dumps("right <b>so</b>")
