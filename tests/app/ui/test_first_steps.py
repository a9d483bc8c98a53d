"""The way in: login, the demo one click away, and a decoder that is down."""

import socket

import pytest

from chartwell.app.demo.questions import QUESTIONS

QUESTION = "How many ships did the harbour handle in 2021?"


def button(test, label):
    return next(one for one in test.button if one.label == label)


@pytest.fixture
def login(monkeypatch, fresh_settings):
    from chartwell.app.ui import login

    monkeypatch.setenv("CHARTWELL_UI__LOGIN", "password")
    monkeypatch.setenv("CHARTWELL_UI__PASSWORD", "sesame")
    monkeypatch.setattr(login, "address_of_tab", lambda: "192.0.2.7")  # the test runner has none
    login._attempts.clear()
    yield
    login._attempts.clear()


def test_guessing_is_stopped_even_for_the_right_password(page, login):
    test = page().run()
    for _ in range(5):
        test.text_input[0].set_value("guess")
        test = button(test, "Log in").click().run()
        assert test.error[0].value == "This is not the password."
    test.text_input[0].set_value("sesame")
    test = button(test, "Log in").click().run()
    assert test.error[0].value.startswith("Too many wrong passwords. Try again in")
    assert not test.chat_input


def test_the_demo_is_one_click_away(page, tmp_path):
    from chartwell.app.ui.session import client, index_jobs

    test = page(home=tmp_path).run()
    test = button(test, "Open the demo collection").click().run()
    assert not test.exception
    assert test.selectbox[0].value == "demo"
    job = index_jobs().of(tmp_path / "demo")
    assert "being read" in test.info[0].value or job.done == job.total
    job.cancel()  # the whole demo has its own test
    assert job.wait(120)
    assert client(tmp_path / "demo").collection.path == tmp_path / "demo"


def test_questions_of_the_demo_are_offered_and_asked(page, tmp_path, corpus):
    from chartwell import Chartwell

    with Chartwell.open(tmp_path / "demo") as client:
        client.index([corpus / "notes.md"])
    test = page(home=tmp_path).run()
    test = next(one for one in test.button if one.key == f"example {QUESTIONS[0].sits_in}").click().run()
    assert not test.exception
    assert not test.error
    assert QUESTIONS[0].text in {text.value for text in test.text}


@pytest.mark.parametrize("instead", ["fail", "extractive"])
def test_a_decoder_that_is_down(page, monkeypatch, fresh_settings, instead):
    pytest.importorskip("openai", reason="the extra `vllm` is not installed")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    for name, value in (
        ("KIND", "vllm"),
        ("MODEL", "tiny"),
        ("BASE_URL", f"http://127.0.0.1:{port}/v1"),
        ("RETRIES", "0"),
        ("ON_DECODER_ERROR", instead),
    ):
        monkeypatch.setenv(f"CHARTWELL_DECODER__{name}", value)
    test = page().run()
    test = test.chat_input[0].set_value(QUESTION).run()
    assert not test.exception
    if instead == "fail":
        assert str(port) in test.error[0].value
    else:
        assert not test.error
        assert test.warning
        assert "how it was found" in {one.label.lower() for one in test.expander}


def test_how_an_answer_was_found(page):
    test = page().run()
    test = test.chat_input[0].set_value(QUESTION).run()
    assert not test.dataframe
    from chartwell.app.ui.session import client, home

    (turn,) = client(home() / "kb").collection.conversations.turns(test.session_state["conversation"])
    test.session_state[f"turn {turn.id} found"] = True  # the test runner opens nothing
    test = test.run()
    assert not test.exception
    tables = [frame.value for frame in test.dataframe]
    channels = next(table for table in tables if "channel" in table.columns)
    assert {"text_vectors", "lexical"} <= set(channels["channel"])
    assert (channels["ms"] >= 0).all()
    scores = next(table for table in tables if "fusion" in table.columns)
    assert {"fusion", "rerank"} <= set(scores.columns)
    assert str(scores["rerank"][0]).startswith("1. · ")
    times = next(table for table in tables if "stage" in table.columns)
    assert {"coarse", "rerank", "decode"} <= set(times["stage"])
