"""A server that is killed starts again with everything there; tabs and a run of indexing go side by side."""

import time

import pytest

from chartwell import Chartwell
from chartwell.eval.benchmarks.served_chat import served
from chartwell.eval.benchmarks.ui_tab import Tab

QUESTION = "How many ships did the harbour handle in 2021?"
FILES = 8


@pytest.fixture
def home(tmp_path, copy_kb):
    """The small collection with uploads that nobody has read yet, as a server that was stopped leaves them."""
    home = tmp_path / "home"
    home.mkdir()
    copy_kb(home / "kb")
    for number in range(FILES):
        lines = "\n\n".join(f"Buoy {number} of row {row} lies {number + row} metres deep." for row in range(400))
        (home / "kb" / "uploads" / f"buoys-{number}.txt").write_text(lines, "utf-8")
    return home


def documents(home):
    with Chartwell.open(home / "kb", create=False) as client:
        assert client.verify().ok
        return {document.source.rpartition("/")[2] for document in client.documents()}


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_everything_is_there_after_kill_9(home):
    with served(home) as server, Tab(server.port) as tab, Tab(server.port) as other:
        tab.open()
        assert f"{FILES} uploaded files have not been read yet" in " ".join(tab.texts)
        tab.click("Go on")
        other.open()
        asked = other.ask(QUESTION)  # while the other tab's files are read
        assert asked.errors == []
        assert "412 ships" in other.answers[-1]
        with Chartwell.open(home / "kb", create=False) as reader:
            before = len(reader.documents())
            wait_for(lambda: len(reader.documents()) > before or reader.collection.node_count() > 400)
        server.process.kill()
        server.process.wait()

    done = documents(home)
    with served(home) as server, Tab(server.port) as tab:
        tab.open()
        tab.click(QUESTION)  # the conversation
        assert "412 ships" in tab.answers[-1]
        left = [f"buoys-{number}.txt" for number in range(FILES) if f"buoys-{number}.txt" not in done]
        if left:
            tab.click("Go on")
            with Chartwell.open(home / "kb", create=False) as reader:
                wait_for(lambda: len(reader.documents()) == len(done) + len(left))
    assert {f"buoys-{number}.txt" for number in range(FILES)} <= documents(home)
