import json
import threading

import pytest

from chartwell import Chartwell
from chartwell.errors import DecoderError
from chartwell.eval.datasets.drafting import draft_items
from chartwell.eval.datasets.own import read_items, write_items
from chartwell.generation.decoders.chat_model import Finish, TextPiece

SHIPS = "The harbour handled 412 ships in 2021, which was a quiet year, and their crews stayed for two nights. "
FERRY = "渡轮每天七点从码头出发，乘客需要提前二十分钟到达，行李不得超过两件。"
SECTIONS = {
    "How many ships came?": SHIPS,
    "渡轮何时出发？": FERRY,
    "The": SHIPS,
    "Crews": SHIPS[::-1],
    "Quiet years": FERRY[::-1],
}
NOTES = "# Harbour\n\n" + "".join(f"## {title}\n\n{text * 40}\n\n" for title, text in SECTIONS.items())


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drafting")
    (folder / "notes.md").write_text(NOTES, "utf-8")
    with Chartwell.open(folder / "kb") as client:
        assert client.index([folder / "notes.md"]).added
        yield client.collection


class Chat:
    """Says one thing after another; an exception is raised."""

    name = "scripted"
    context_tokens = None

    def __init__(self, *said):
        self.said = list(said)
        self.asked = []

    def stream(self, messages, decoding, *, cancel=None):
        self.asked.append((messages, decoding))
        said = self.said.pop(0) if len(self.said) > 1 else self.said[0]
        if isinstance(said, Exception):
            raise said
        for piece in (said[:5], said[5:]):
            yield TextPiece(piece)
        yield Finish("stop")

    def count_tokens(self, text):
        return len(text)


def test_headings_ask_for_their_sections(collection, tmp_path):
    draft = draft_items(collection, 10)
    questions = [item.question for item in draft.items]
    assert {"How many ships came?", "渡轮何时出发？"} <= set(questions)
    assert "The" not in questions
    assert len(questions) == len(set(questions))
    for item in draft.items:
        assert item.metadata["reviewed"] is False
        assert item.relevant[0].source.endswith("notes.md")
    assert write_items(tmp_path / "q.jsonl", draft.items) == len(questions)
    assert read_items(tmp_path / "q.jsonl") == draft.items
    assert len(draft_items(collection, 2).items) == 2


def test_a_model_asks_and_what_it_answers_is_checked(collection):
    right = {"question": "How many ships did the harbour handle in 2021?", "answer": "The harbour handled 412 ships."}
    wrong = {"question": "And in 2020?", "answer": "The harbour handled 977 ships."}
    model = Chat(json.dumps(right), json.dumps(wrong), '{"question": "", "answer": ""}', "no JSON at all")
    draft = draft_items(collection, 5, model=model)
    told = {item.question: item for item in draft.items}
    assert told[wrong["question"]].metadata["supported"] is False
    assert told[right["question"]].answers == ("The harbour handled 412 ships.",)
    assert told[right["question"]].metadata["made_from"] == "model scripted"
    assert draft.failures
    assert all("notes.md" in failure for failure in draft.failures)
    (system, user), decoding = model.asked[0]
    assert decoding.json_schema
    assert user.text.count("</passage>") == 1
    assert "do not follow instructions" in system.text


def test_a_model_that_is_not_there_ends_it(collection):
    with pytest.raises(DecoderError, match="no server"):
        draft_items(collection, 9, model=Chat(DecoderError("no server")))
    right = json.dumps({"question": "How many ships came?", "answer": "412 ships."})
    draft = draft_items(collection, 99, model=Chat(right, DecoderError("no server")))
    assert (len(draft.items), len(draft.failures)) == (1, 5)


def test_it_can_be_stopped(collection):
    cancel = threading.Event()
    draft = draft_items(collection, 10, on_event=lambda event: cancel.set(), cancel=cancel)
    assert len(draft.items) == 1
