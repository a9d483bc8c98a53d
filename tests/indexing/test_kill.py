"""`kill -9` at any moment of indexing loses no committed document and serves no half document."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from chartwell.indexing.collection import Collection

PROGRAM = "import sys, kill_victim; kill_victim.main(*sys.argv[1:])"
FILES = 60
KILLS = 24


def write_notes(folder, version):
    folder.mkdir(exist_ok=True)
    for number in range(FILES):
        sections = "\n\n".join(
            f"## Part {part}\n\nGauge {number} in part {part} reads {number * 100 + part} mm, version {version}."
            for part in range(8)
        )
        (folder / f"note-{number:02d}.md").write_text(f"# Note {number}\n\n{sections}\n")


class Victims:
    """Processes that index a folder, one after the other."""

    def __init__(self, collection, folder):
        paths = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
        self.parent = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(collection), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": paths, "TMPDIR": str(collection.parent)},
        )

    def start(self):
        """Start one, and wait until its run has begun: what comes now is work."""
        self.parent.stdin.write("next\n")
        self.parent.stdin.flush()
        word, number = self.parent.stdout.readline().split()
        assert word == "started"
        self.victim = psutil.Process(int(number))
        self.told = [self.parent.stdout.readline()]

    def kill(self):
        """Kill it and its workers, where it has not ended yet."""
        doomed = [self.victim]
        with suppress(psutil.NoSuchProcess):
            doomed = [*self.victim.children(recursive=True), self.victim]
        for process in doomed:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def end(self):
        """The status by which it ended, and the sources that it reported as committed."""
        while not self.told[-1].startswith("ended "):
            self.told.append(self.parent.stdout.readline())
            assert self.told[-1], "the victims' parent has died"
        committed = {line.rstrip("\n").split(" ", 1)[1] for line in self.told if line.startswith("committed ")}
        return int(self.told[-1].split()[1]), committed


@pytest.fixture
def victims(tmp_path):
    victims = Victims(tmp_path / "kb", tmp_path / "notes")
    with victims.parent:
        yield victims
        victims.parent.stdin.close()


def check(collection, reported):
    with Collection.open(collection, create=False) as opened:
        documents = opened.documents()
        assert reported <= {document.source for document in documents}
        for document in documents:
            nodes = opened.nodes_of(document.id)
            text = " ".join(node.text for node in nodes)
            versions = {word for word in text.replace(".", " ").split() if word in ("one", "two")}
            assert len(versions) == 1, "parts of two versions of a document"
            assert all(f"part {part} reads" in text for part in range(8)), "half a document"
            assert opened.vectors([node.id for node in nodes]).shape == (len(nodes), 32)
        report = opened.verify()
        assert not report.problems, report.problems
        if documents:
            node = opened.nodes_of(documents[0].id)[0]
            assert node.id in {found for found, _ in opened.search_lexical(["gaug", "note", "0"], 500)}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_kill_at_random_moments(tmp_path, victims):
    generator = random.Random(20)
    collection, folder = tmp_path / "kb", tmp_path / "notes"
    write_notes(folder, "one")
    reported = set()
    kills = 0
    while kills < KILLS:
        victims.start()
        time.sleep(generator.uniform(0, 0.9))
        victims.kill()
        status, committed = victims.end()
        assert status in (0, -signal.SIGKILL)
        reported |= committed
        kills += status != 0
        check(collection, reported)
        if status == 0:
            # Everything is indexed: change all files, so that updates are interrupted as well.
            write_notes(folder, generator.choice(["one", "two"]))
    victims.start()
    assert victims.end()[0] == 0
    check(collection, {str(path) for path in folder.iterdir()})
