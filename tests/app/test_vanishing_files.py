"""Files that are taken away or changed at the very moment when they are read."""

import os
import threading
from pathlib import Path

import psutil
import pytest

from chartwell import Chartwell
from chartwell.errors import UnreadableFile
from chartwell.indexing.preparation import Recipe, Task, prepare

GOOD = "The lighthouse keeper counts 88 gulls."
LARGE = 256 * 2**20
"""Bytes of a file without content, which takes a while to read nevertheless."""


class Meddler(threading.Thread):
    """Does something to a file as soon as a worker process has it open."""

    def __init__(self, deeds):
        super().__init__()
        self.deeds = dict(deeds)
        self.over = threading.Event()

    def run(self):
        while self.deeds and not self.over.wait(0.002):
            for path in self.deeds.keys() & set(self.open_files()):
                self.deeds.pop(path)()

    @staticmethod
    def open_files():
        for child in psutil.Process().children():
            try:
                yield from (link.readlink() for link in Path(f"/proc/{child.pid}/fd").iterdir())
            except OSError:
                continue  # the process has ended, or closed the file meanwhile


def test_files_that_vanish_or_change_while_they_are_read_cost_themselves_alone(tmp_path):
    docs = (tmp_path / "docs").resolve()
    docs.mkdir()
    gone, cut = docs / "gone.txt", docs / "cut.txt"
    for path in (gone, cut):
        path.touch()
        os.truncate(path, LARGE)
    (docs / "note.md").write_text(GOOD)
    meddler = Meddler({gone: gone.unlink, cut: lambda: os.truncate(cut, 0)})
    with Chartwell.open(tmp_path / "kb", index={"workers": 1}) as client:
        meddler.start()
        report = client.index([docs])
        meddler.over.set()
        meddler.join()
        assert meddler.deeds == {}
        assert [Path(entry.source).name for entry in report.added] == ["note.md"]
        reasons = {Path(entry.source): (entry.code, entry.reason) for entry in report.failed}
        put_back = "Put it back and index it again, or leave it out."
        assert reasons == {
            gone: ("unreadable", f"{gone} disappeared while it was read. {put_back}"),
            cut: ("unreadable", f"{cut} changed while it was read. Index it again when it is complete."),
        }
        written = {Path(line.source): (line.code, line.reason) for line in client.ledger() if line.status == "failed"}
        assert written == reasons
        assert client.verify().ok


class Words:
    max_tokens = 200

    def count(self, texts):
        return [len(text.split()) for text in texts]


class Interruption:
    """An OCR engine that reads nothing; while it is at work, something happens."""

    fingerprint = "interruption"

    def __init__(self, deed):
        self.deed = deed

    def read(self, image):
        self.deed()
        return []


@pytest.mark.parametrize(
    ("deed", "message"),
    [
        (Path.unlink, "disappeared while it was read. Put it back"),
        (lambda path: os.truncate(path, 100), "changed while it was read. Index it again"),
        (lambda path: path.write_bytes(path.read_bytes() + b"more"), "changed while it was read. Index it again"),
        (lambda path: path.write_bytes(b"another"), "changed while it was read. Index it again"),
    ],
)
def test_what_was_read_of_a_file_that_is_no_more_is_not_kept(tmp_path, make_chart, deed, message):
    """Also where parsing itself had nothing to find fault with."""
    path = make_chart(tmp_path / "survey.png", "How residents travel", {"Bicycle": 47, "Bus": 31})
    with pytest.raises(UnreadableFile, match=message) as raised:
        prepare(Task(path, str(path)), Recipe(Words()), Interruption(lambda: deed(path)))
    assert str(path) in str(raised.value)
