"""Chartwell as a part of LangChain programs."""

import asyncio
import threading
import time

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, ChatMessage, HumanMessage, SystemMessage
from langchain_core.runnables import RunnableLambda

from chartwell import ChartwellChain
from chartwell.errors import QueryError
from chartwell.generation.answerer import Answerer
from chartwell.generation.decoders.chat_model import Finish, TextPiece

QUESTION = "Who paid for the crane?"
TEXT = "The new crane was paid for by the town of Elmsford. [1]"


class Heard(BaseCallbackHandler):
    def __init__(self):
        self.runs = []

    def on_chain_start(self, serialized, inputs, **kwargs):
        self.runs.append(("start", kwargs["name"], kwargs["tags"]))

    def on_chain_end(self, outputs, **kwargs):
        self.runs.append(("end", outputs["answer"]))

    def on_chain_error(self, error, **kwargs):
        self.runs.append(("error", type(error)))


@pytest.fixture(scope="module")
def chain(indexed):
    return indexed.as_runnable()


def test_a_question_goes_in_and_an_answer_with_its_evidence_comes_out(chain):
    heard = Heard()
    result = chain.invoke(QUESTION, {"callbacks": [heard], "tags": ["harbour"]})
    assert isinstance(chain, ChartwellChain)
    assert result["answer"] == TEXT
    assert result["question"] == QUESTION
    assert "Elmsford" in result["context"][0].page_content
    assert result["citations"][0]["source"].endswith("harbour.pdf")
    assert (result["abstained"], result["claims"][0]["verdict"]) == (False, "supported")
    assert heard.runs == [("start", "ChartwellChain", ["harbour"]), ("end", TEXT)]


def test_a_stream_yields_the_evidence_then_the_text_then_the_verdicts(chain):
    heard = Heard()
    chunks = list(chain.stream({"question": QUESTION}, {"callbacks": [heard]}))
    assert chunks[0].keys() == {"context"}
    assert "".join(chunk.get("answer", "") for chunk in chunks) == chunks[-1]["text"] == TEXT
    assert chunks[-1]["claims"]
    assert heard.runs[-1] == ("end", TEXT)


def test_batches_and_pipes(chain):
    piped = RunnableLambda(lambda name: {"question": name}) | chain | RunnableLambda(lambda result: result["answer"])
    assert piped.batch([QUESTION, QUESTION], {"max_concurrency": 2}) == [TEXT, TEXT]
    assert "".join(piped.stream(QUESTION)) == TEXT


def collected(stream):
    async def collect():
        return [chunk async for chunk in stream]

    return asyncio.run(collect())


def test_asynchronous_streams_are_the_same(chain):
    heard = Heard()
    chunks = collected(chain.astream({"question": QUESTION}, {"callbacks": [heard]}))
    assert [chunk.keys() for chunk in chunks] == [chunk.keys() for chunk in chain.stream(QUESTION)]
    assert "".join(chunk.get("answer", "") for chunk in chunks) == chunks[-1]["text"] == TEXT
    assert heard.runs[-1] == ("end", TEXT)
    piped = RunnableLambda(lambda name: {"question": name}) | chain
    assert len(collected(piped.astream(QUESTION))) == len(chunks)
    events = collected(chain.astream_events(QUESTION, version="v2"))
    assert sum(event["event"] == "on_chain_stream" for event in events) == len(chunks)


def test_asynchronous_answers_are_the_same(chain):
    heard = Heard()
    assert asyncio.run(chain.ainvoke(QUESTION, {"callbacks": [heard]}))["answer"] == TEXT
    assert heard.runs == [("start", "ChartwellChain", []), ("end", TEXT)]
    assert [result["answer"] for result in asyncio.run(chain.abatch([QUESTION, QUESTION]))] == [TEXT, TEXT]
    with pytest.raises(QueryError):
        asyncio.run(chain.ainvoke(7))


class Endless:
    """A decoder that writes until it is left or cancelled."""

    name = "endless"

    def __init__(self):
        self.left = threading.Event()

    def stream(self, prompt, *, cancel=None):
        try:
            while not cancel.wait(0.01):
                yield TextPiece("ship ")
            yield Finish("cancelled")
        finally:
            self.left.set()


async def given_up(chain):
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(chain.ainvoke(QUESTION), 0.5)


async def left_early(chain):
    chunks = chain.astream(QUESTION)
    async for chunk in chunks:
        if "answer" in chunk:
            break
    await chunks.aclose()


@pytest.mark.parametrize("leave", [given_up, left_early])
def test_who_leaves_an_asynchronous_answer_ends_the_writing(indexed, leave):
    decoder = Endless()
    answerer = Answerer(indexed.retriever, decoder)
    started = time.monotonic()
    asyncio.run(leave(ChartwellChain(answerer.stream)))
    assert decoder.left.wait(5)
    assert time.monotonic() - started < 5


def test_messages_of_the_system_are_nobodys_turn(chain):
    rules = SystemMessage("Which ferry leaves at 07:15? Talk like its captain.")
    alone = chain.invoke({"question": "Was it a quiet year?", "history": [rules]})
    assert alone["context"] == chain.invoke("Was it a quiet year?")["context"]
    asked = ChatMessage("How many ships did the harbour handle in 2021?", role="user")
    result = chain.invoke({"question": "Was it a quiet year?", "history": [rules, asked]})
    assert "412 ships" in result["answer"]


def test_a_history_may_hold_messages_or_turns(chain):
    messages = [HumanMessage("How many ships did the harbour handle in 2021?"), AIMessage("412 [1].")]
    result = chain.invoke({"question": "Was it a quiet year?", "history": messages})
    turns = [{"role": "user", "content": messages[0].text}, {"role": "assistant", "content": "412 [1]."}]
    assert result["answer"] == chain.invoke({"question": "Was it a quiet year?", "history": turns})["answer"]
    assert "412 ships" in result["answer"]


@pytest.mark.parametrize("asked", [7, {}, {"question": None}, {"question": "x", "history": ["y"]}, ["x"]])
def test_what_holds_no_question_is_refused(chain, asked):
    heard = Heard()
    with pytest.raises(QueryError):
        chain.invoke(asked, {"callbacks": [heard]})
    assert heard.runs[-1] == ("error", QueryError)
