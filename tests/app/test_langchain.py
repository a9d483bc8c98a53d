"""Chartwell as a part of LangChain programs."""

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableLambda

from chartwell import ChartwellChain
from chartwell.errors import QueryError

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
