"""The interface in Chinese has no English words of ours left, on any page, over documents in Chinese."""

import re
import shutil

import pytest
from google.protobuf.message import Message

from chartwell import Chartwell

QUESTION = "港口扩建工程什么时候完工？"
OURS = {"Chartwell", "English", "Markdown", "JSON", "README", "HTML", "GPU", "vLLM", "Holm", "MiB"}
"""Names that are the same in Chinese."""
SAID = ("label", "placeholder", "help", "header", "title", "text")
"""Fields of what Streamlit draws that people read, hover over or hear."""
DATA = {"text", "code", "arrow_data_frame", "json"}
"""Kinds of elements that show what documents, models and settings say."""
SPELLED = {"encoder", "extractive", "offline", "gpu", "vllm", "auto", "alignment", "tokens", "cross", "served"}
"""Values of settings, which the interface names as the settings file does."""


@pytest.fixture(scope="module")
def home(tmp_path_factory, corpus):
    home = tmp_path_factory.mktemp("chinese")
    uploads = home / "kb" / "uploads"
    uploads.mkdir(parents=True)
    shutil.copy(corpus / "港口.txt", uploads)
    with Chartwell.open(home / "kb") as client:
        client.index([uploads], metadata={"部门": "港务"})
    return home


def strings(message):
    """What stands in the fields that are read, at any depth."""
    for field, value in message.ListFields():
        several = value if isinstance(value, list) or hasattr(value, "append") else [value]
        for one in several:
            if isinstance(one, Message):
                yield from strings(one)
            elif isinstance(one, str) and field.name in SAID:
                yield one


def said(block):
    for child in getattr(block, "children", {}).values():
        if child.type not in DATA and child.proto is not None:
            yield from strings(child.proto)
            if child.type in {"markdown", "caption", "info", "warning", "error", "success"}:
                yield child.value
        yield from said(child)


def english(test, *data):
    """Words in Latin letters among what is said, without icons, names of settings and what stands in the data."""
    found = set()
    for text in {*said(test.main), *said(test.sidebar)}:
        plain = text.replace("\\", "")
        for part in data:
            plain = plain.replace(part, "")
        plain = re.sub(r":[a-z]+(/[\w]+)?:|:[a-z-]+\[|`[^`]*`", " ", plain)
        found |= set(re.findall(r"[A-Za-z]{2,}", plain))
    return found - OURS - SPELLED


def test_an_english_word_would_be_seen(page, home):
    assert {"Language", "Ask", "Filter", "Choose", "Documents"} & english(page(home=home).run()) >= {
        "Language",
        "Filter",
    }


@pytest.mark.parametrize("name", ["chat_page", "documents_page", "charts_page", "evaluation_page", "settings_page"])
def test_no_page_speaks_english(page, home, tmp_path, monkeypatch, fresh_settings, name):
    runs = tmp_path / "runs"
    monkeypatch.setenv("CHARTWELL_UI__RUNS", str(runs))
    test = page(name, home=home, language="zh").run()
    assert not test.exception
    assert english(test, str(runs)) == set()


def test_neither_do_an_answer_its_evidence_and_how_it_was_found(page, home):
    test = page(home=home, language="zh").run()
    assert english(test, "kb", "港口.txt") == set()
    test = test.chat_input[0].set_value(QUESTION).run()
    assert not test.exception
    from chartwell.app.ui.session import client

    talks = client(home / "kb").collection.conversations
    (turn,) = talks.turns(test.session_state["conversation"])
    cited = turn.answer["citations"][0]
    test.session_state["cited"] = (turn.id, cited["number"], cited["claim"])
    for opened in (f"turn {turn.id} found", f"editing {turn.id}", f"copying {turn.id}"):
        test.session_state[opened] = True
    test = test.run()
    assert not test.exception
    reasons = [claim["reason"] for claim in turn.answer["claims"]]
    assert english(test, "kb", "港口.txt", *reasons) == set()
    headers = {column for frame in test.dataframe for column in frame.value.columns}
    assert {"检索通道", "阶段", "重排"} <= headers
    assert not [column for column in headers if re.search("[A-Za-z]{2}", column)]
    channels = next(frame.value for frame in test.dataframe if "检索通道" in frame.value.columns)
    assert {"文本向量", "关键词"} <= set(channels["检索通道"])


def test_every_word_has_both_languages():
    from chartwell.app.ui.words import _WORDS

    for key, (english_, chinese) in _WORDS.items():
        assert set(re.findall(r"{\w+}", english_)) == set(re.findall(r"{\w+}", chinese)), key
        left = set(re.findall("[A-Za-z]{2,}", re.sub(r"{\w+}|`[^`]*`", "", chinese)))
        assert left <= OURS | SPELLED, key
