"""Every bad file of the specification: listed with its reason, while its neighbours are indexed."""

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from chartwell import Chartwell
from chartwell.errors import ChartwellError

from . import command_line

GOOD = "The lighthouse keeper counts 88 gulls."


@pytest.fixture(scope="module")
def folder(bad_files):
    folder = bad_files
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "self.md").symlink_to(folder / "self.md")
    os.mkfifo(folder / "pipe.md")
    return folder


@pytest.fixture(scope="module")
def report(folder, tmp_path_factory):
    with Chartwell.open(tmp_path_factory.mktemp("collections") / "kb") as client:
        report = client.index([folder])
        return SimpleNamespace(
            entries=report.entries,
            added=report.added,
            verified=client.verify().ok,
            found=client.search("How many gulls does the lighthouse keeper count?"),
            everything=" ".join(
                node.text for document in client.documents() for node in client.collection.nodes_of(document.id)
            ),
            ledger=client.ledger(),
        )


AGAIN = "Download or save it again, and check that a PDF viewer opens it."
FILL = "Save it again, or leave it out."


@pytest.mark.parametrize(
    ("name", "code", "words", "advice"),
    [
        ("encrypted.pdf", "encrypted", "password", "Save it without a password"),
        ("truncated.pdf", "damaged", "no readable PDF", AGAIN),
        ("no-pages.pdf", "damaged", "one without pages", AGAIN),
        ("bomb.pdf", "limit", "10,000 pages", "Split the file, or raise the setting `index.max_pages`."),
        ("dot.png", "damaged", "too small", "Pictures need 48 pixels or more on each side."),
        ("huge.png", "limit", "pixels", "Scale it down"),
        ("empty.md", "damaged", "is empty", FILL),
        ("empty.pdf", "damaged", "is empty", FILL),
        ("empty.png", "damaged", "is empty", FILL),
        ("binary.txt", "damaged", "binary", "has the right name"),
        ("loop", "unreadable", "is a link to a folder, which is not followed", "Name its target."),
        ("self.md", "unreadable", "cannot be read", "The symbolic links form a loop: name the real file."),
        ("pipe.md", "unreadable", "is a named pipe", "Name a file."),
    ],
)
def test_a_bad_file_is_listed_with_its_reason_and_what_to_do(report, folder, name, code, words, advice):
    (entry,) = [entry for entry in report.entries if Path(entry.source).name == name]
    assert (entry.status, entry.code) == ("failed", code)
    assert entry.reason.startswith(str(folder / name))
    assert words in entry.reason
    assert advice in entry.reason.partition(words)[2]
    assert [line.reason for line in report.ledger if line.source == entry.source] == [entry.reason]


def test_the_others_are_indexed(report):
    names = {Path(entry.source).name for entry in report.added}
    assert names == {
        "whole.pdf", "script.html", "gbk.txt", "latin.txt", "with space.md", "line\nbreak.md", "gull 🐦.md",
    }  # fmt: skip
    assert report.verified
    assert "88 gulls" in report.found[0].text


def test_scripts_are_gone_and_encodings_are_right(report):
    assert "alert" not in report.everything
    assert "steal" not in report.everything
    assert "八十八只海鸥" in report.everything
    assert "Leuchtturmwärter zählt" in report.everything
    told = {Path(line.source).name: line.reason for line in report.ledger if line.status == "added"}
    assert "it was read as gb18030" in told["gbk.txt"]
    assert "it was read as cp125" in told["latin.txt"]


def test_a_file_that_disappears_costs_itself_alone(tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in ("a.md", "b.md", "c.md"):
        (docs / name).write_text(GOOD + name)

    def vanish(event):
        (docs / "b.md").unlink(missing_ok=True)

    with Chartwell.open(tmp_path / "kb", index={"workers": 1}) as client:
        report = client.index([docs], on_event=vanish)
        assert [Path(entry.source).name for entry in report.added] == ["a.md", "c.md"]
        (failed,) = report.failed
        assert failed.code == "unreadable"
        assert "b.md" in failed.reason


def test_a_file_that_takes_too_long_costs_itself_alone(tmp_path, make_pdf):
    make_pdf(tmp_path / "long.pdf", [[f"line {line} of page {page}" for line in range(45)] for page in range(2_500)])
    (tmp_path / "note.md").write_text(GOOD)
    files = [tmp_path / "long.pdf", tmp_path / "note.md"]
    with Chartwell.open(tmp_path / "kb", index={"parse_timeout_seconds": 2.5, "workers": 2}) as client:
        report = client.index(files)
        assert [Path(entry.source).name for entry in report.added] == ["note.md"]
        assert "given up after" in report.failed[0].reason


def test_a_file_that_takes_too_much_memory_costs_itself_alone(tmp_path):
    (tmp_path / "big.csv").write_text("name,value\n" + "a long name,1\n" * 4_000_000)
    (tmp_path / "note.md").write_text(GOOD)
    with Chartwell.open(tmp_path / "kb", index={"parse_memory_mib": 256}) as client:
        report = client.index([tmp_path / "big.csv", tmp_path / "note.md"])
        assert [Path(entry.source).name for entry in report.added] == ["note.md"]
        assert report.failed[0].code in ("limit", "damaged")


def test_a_damaged_update_leaves_the_earlier_version(tmp_path, make_pdf):
    path = make_pdf(tmp_path / "doc.pdf", [["The lighthouse keeper counts 88 gulls."]])
    with Chartwell.open(tmp_path / "kb") as client:
        client.index([path])
        path.write_bytes(b"%PDF-1.7 garbage")
        (failed,) = client.index([path]).failed
        assert "earlier stays" in failed.reason
        assert "88 gulls" in client.search("gulls")[0].text


def test_a_crashing_parser_costs_its_file_alone(tmp_path):
    """A worker is killed from outside in the middle of a file, as a crash in a C library would do."""
    import signal
    import threading

    import psutil

    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "slow.csv").write_text("name,value\n" + "".join(f"row {row},{row}\n" for row in range(60_000)))
    (docs / "tail.md").write_text(GOOD)
    stop = threading.Event()

    def kill_the_busy_worker():
        while not stop.is_set():
            for child in psutil.Process().children():
                if "parse_worker" in " ".join(child.cmdline()) and child.cpu_times().user > 1.0:
                    child.send_signal(signal.SIGSEGV)
                    return
            stop.wait(0.02)

    with Chartwell.open(tmp_path / "kb", index={"workers": 1}) as client:
        killer = threading.Thread(target=kill_the_busy_worker)
        killer.start()
        report = client.index([docs])
        stop.set()
        killer.join()
        assert [Path(entry.source).name for entry in report.added] == ["tail.md"]
        assert "SIGSEGV" in report.failed[0].reason


def test_workers_that_are_interrupted_at_their_birth_are_replaced(tmp_path, monkeypatch):
    """Ctrl-C goes to all of a terminal's processes, and may hit one before it has a group of its own."""
    popen, born = subprocess.Popen, []

    def dying(command, **options):
        born.append(popen(command, **options))
        return born[-1] if len(born) == 3 else killed(born[-1])

    (tmp_path / "note.md").write_text(GOOD)
    with Chartwell.open(tmp_path / "kb", index={"workers": 1}) as client:
        monkeypatch.setattr("chartwell.indexing.worker_pool.subprocess.Popen", dying)
        assert len(client.index([tmp_path / "note.md"]).added) == 1
        assert len(born) == 3
        (tmp_path / "other.md").write_text(GOOD.replace("88", "89"))
        monkeypatch.setattr("chartwell.indexing.worker_pool.subprocess.Popen", lambda *a, **k: killed(popen(*a, **k)))
        with pytest.raises(ChartwellError, match="could not start"):
            client.index([tmp_path / "other.md"])
        assert client.verify().ok


def killed(process):
    process.kill()
    process.wait()
    return process


def without_override():
    """Root may read everything, by two capabilities; a program that is started without them may not."""
    drop_from_bounding_set = 24
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH; a user has neither, and may drop none
        ctypes.CDLL(None).prctl(drop_from_bounding_set, capability, 0, 0, 0)


def test_files_and_folders_that_may_not_be_read(tmp_path):
    docs = tmp_path / "docs"
    (docs / "closed").mkdir(parents=True)
    for name in ("closed/a.md", "locked.md", "note.md"):
        (docs / name).write_text(GOOD)
    for name in ("closed", "locked.md"):
        (docs / name).chmod(0)

    command = [sys.executable, "-m", "chartwell.app.cli", "index", str(docs), "-c", str(tmp_path / "kb"), "--json"]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            preexec_fn=without_override,
        )
        report = json.loads(done.stdout)
        ledger = json.loads(command_line.run("documents", "--ledger", "--json", "-c", tmp_path / "kb").stdout)
    finally:
        (docs / "closed").chmod(0o700)
    assert done.returncode == 1
    assert [Path(entry["source"]).name for entry in report["added"]] == ["note.md"]
    allow = "Give the user who runs Chartwell the right to read it."
    failed = {str(docs / name): ("unreadable", f"{docs / name} cannot be read: Permission denied. {allow}")
              for name in ("closed", "locked.md")}  # fmt: skip
    for entries in (report["failed"], [line for line in ledger if line["status"] == "failed"]):
        assert {entry["source"]: (entry["code"], entry["reason"]) for entry in entries} == failed
