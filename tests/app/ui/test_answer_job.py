"""Answers that are written in a thread of their own: kept, stopped, failed."""

import threading
import time

import pytest

from chartwell import Chartwell
from chartwell.app.ui.answer_job import AnswerJob, Keeper
from chartwell.errors import DecoderUnreachable
from chartwell.generation.answerer import Answerer
from chartwell.generation.decoders.prompted import PromptedDecoder
from chartwell.generation.decoders.scripted import Reply, ScriptedChat

QUESTION = "How many ships did the harbour handle in 2021?"
LONG = "The harbour handled 412 ships in 2021 [1]. " + "It was a quiet year [1]. " * 200


@pytest.fixture
def client(ui_home):
    with Chartwell.open(ui_home / "kb") as opened:
        yield opened


def answering(client, reply):
    """The collection with a chat model that says what it is told to."""
    client.__dict__["_answerer"] = Answerer(client.retriever, PromptedDecoder(ScriptedChat(reply)), min_answerability=0)
    return client


def wait_for(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_stopped_answer_ends_at_once_and_is_kept(client):
    talks = client.collection.conversations
    keep = Keeper(talks, None, QUESTION)
    job = AnswerJob(answering(client, Reply(LONG, delay_seconds=0.02)), QUESTION, [], None, keep)
    wait_for(lambda: "412" in job.text)
    assert not job.done
    job.stop()
    assert job.wait(20)
    assert job.error is None
    assert job.answer.finish == "cancelled"
    turn = talks.turns(keep.conversation)[0]
    assert turn.answer["finish"] == "cancelled"
    assert len(turn.answer["text"]) < len(LONG) / 2
    talks.delete(keep.conversation)


def test_an_answer_stopped_before_its_first_word_takes_no_place(client):
    talks = client.collection.conversations
    conversation = talks.start("before").id
    turn = talks.append(conversation, QUESTION, {"text": "It was 412."})
    asked, stopped = threading.Event(), threading.Event()

    def reply(messages, decoding):
        asked.set()
        stopped.wait(20)
        return LONG

    job = AnswerJob(answering(client, reply), QUESTION, [], None, Keeper(talks, conversation, QUESTION, turn))
    assert asked.wait(20)
    job.stop()
    stopped.set()
    assert job.wait(20)
    assert (job.answer.finish, job.answer.text) == ("cancelled", "")
    assert [one.id for one in talks.turns(conversation)] == [turn]
    talks.delete(conversation)


def test_what_was_found_is_news_before_the_first_word(client):
    go_on = threading.Event()

    def reply(messages, decoding):
        go_on.wait(20)
        return "The harbour handled 412 ships in 2021 [1]."

    job = AnswerJob(answering(client, reply), QUESTION, [])
    assert job.wait_for_news(20)
    assert job.evidence
    assert job.text == ""
    assert not job.wait_for_news(0.05)
    go_on.set()
    wait_for(lambda: job.wait_for_news(0.05) and job.done)
    assert "412" in job.text


def test_a_model_that_is_down_leaves_what_was_there(client):
    talks = client.collection.conversations
    conversation = talks.start("before").id
    turn = talks.append(conversation, QUESTION, {"text": "It was 412."})
    failing = answering(client, Reply("", error=DecoderUnreachable("no server at 127.0.0.1:9")))
    job = AnswerJob(failing, QUESTION, [], None, Keeper(talks, conversation, QUESTION, instead_of=turn))
    assert job.wait(20)
    assert isinstance(job.error, DecoderUnreachable)
    assert [one.id for one in talks.turns(conversation)] == [turn]
    talks.delete(conversation)


def test_an_answer_to_a_deleted_conversation_starts_another(client):
    talks = client.collection.conversations
    gone = talks.start("gone").id
    begin = threading.Event()

    def reply(messages, decoding):
        begin.wait(20)
        return "The harbour handled 412 ships in 2021 [1]."

    keep = Keeper(talks, gone, QUESTION)
    job = AnswerJob(answering(client, reply), QUESTION, [], None, keep)
    talks.delete(gone)
    begin.set()
    assert job.wait(20)
    assert job.error is None
    assert keep.conversation != gone
    assert "412" in talks.turns(keep.conversation)[0].answer["text"]
    talks.delete(keep.conversation)


def test_a_defect_is_told_and_not_swallowed(client):
    def reply(messages, decoding):
        raise ZeroDivisionError("a defect")

    job = AnswerJob(answering(client, reply), QUESTION, [])
    assert job.wait(20)
    assert isinstance(job.error, ZeroDivisionError)
