"""`kill -9` at any moment of indexing loses no committed document and serves no half document."""

import os
import random
import subprocess
import sys
import time
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


def start(collection, folder):
    paths = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(collection), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths, "TMPDIR": str(collection.parent)},
    )


def committed(output):
    """Sources that the victim reported as committed before it died."""
    return {line.split(" ", 1)[1] for line in output.splitlines() if line.startswith("committed ")}


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
def test_kill_at_random_moments(tmp_path):
    generator = random.Random(20)
    collection, folder = tmp_path / "kb", tmp_path / "notes"
    write_notes(folder, "one")
    reported = set()
    kills = 0
    while kills < KILLS:
        process = start(collection, folder)
        process.stdout.readline()  # the run has begun: what comes now is work
        time.sleep(generator.uniform(0, 0.9))
        finished = process.poll() is not None
        for child in [] if finished else psutil.Process(process.pid).children(recursive=True):
            child.kill()
        process.kill()
        reported |= committed(process.communicate()[0])
        kills += not finished
        check(collection, reported)
        if finished:
            # Everything is indexed: change all files, so that updates are interrupted as well.
            write_notes(folder, generator.choice(["one", "two"]))
    process = start(collection, folder)
    process.communicate(timeout=120)
    assert process.returncode == 0
    check(collection, {str(path) for path in folder.iterdir()})
