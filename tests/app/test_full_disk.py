"""`chartwell index` on a disk that takes no more: a clear error, and a collection that holds what was committed."""

import json
import os
import resource
import shutil
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "chartwell.app.cli"]
NOTES = 24
LARGEST_FILE = 600_000
"""Bytes: more than the empty catalog has, less than that of all notes."""


@pytest.fixture(scope="module")
def docs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("full") / "docs"
    folder.mkdir()
    for number in range(NOTES):
        (folder / f"{number:02d}.md").write_text(f"# Note {number}\n\nGauge {number} reads {number * 3} mm.\n")
    return folder


def run(*arguments, **options):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*map(str, arguments)], capture_output=True, text=True, check=False, env=environment, **options
    )
    return done.returncode, done.stdout, done.stderr


def documents_of(folder):
    from chartwell.indexing.collection import Collection

    with Collection.open(folder, create=False) as collection:
        assert collection.verify().problems == ()
        return {document.source for document in collection.documents()}


def is_one_clear_line(errors):
    (line,) = errors.splitlines()
    return line.startswith("chartwell: ") and "Free some space and run the same command again" in line


def test_no_file_may_grow_any_more(tmp_path, docs):
    """A limit on the size of files, which every user may set: writing fails as it does on a full disk."""

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))

    status, _, errors = run(*COMMAND, "index", docs, "-c", tmp_path / "kb", preexec_fn=limit)
    assert status == 1
    assert is_one_clear_line(errors), errors
    committed = documents_of(tmp_path / "kb")
    assert 0 < len(committed) < NOTES
    status, output, errors = run(*COMMAND, "index", docs, "-c", tmp_path / "kb", "--json")
    assert status == 0, errors
    report = json.loads(output)
    assert {entry["source"] for entry in report["unchanged"]} == committed
    assert len(report["added"]) == NOTES - len(committed)
    assert len(documents_of(tmp_path / "kb")) == NOTES


ON_A_SMALL_DISK = """
set -e
mount -t tmpfs -o size=1500k tmpfs "$DISK"
status=0
"$PYTHON" -m chartwell.app.cli index "$DOCS" -c "$DISK/kb" 2> "$RESULT/errors" || status=$?
echo $status > "$RESULT/status"
df --output=avail "$DISK" | tail -1 > "$RESULT/free"
cp -r "$DISK/kb" "$RESULT/full"
mount -o remount,size=64m "$DISK"
"$PYTHON" -m chartwell.app.cli index "$DOCS" -c "$DISK/kb" --json > "$RESULT/report"
cp -r "$DISK/kb" "$RESULT/kb"
"""


@pytest.fixture
def own_mounts():
    """A command that runs another where it may mount a disk that nobody else sees: as root, or as a user alike."""
    command = [shutil.which("unshare") or "", "--map-root-user", "--mount"]
    if not command[0] or run(*command, "sh", "-c", "mount -t tmpfs tmpfs /mnt")[0]:
        pytest.skip("this machine lets nobody mount a disk of their own; the limit on files is tested in any case")
    return command


def test_a_disk_that_is_really_full(tmp_path, docs, own_mounts):
    disk, result = tmp_path / "disk", tmp_path / "result"
    disk.mkdir()
    result.mkdir()
    places = {"PYTHON": sys.executable, "DISK": disk, "DOCS": docs, "RESULT": result}
    told = run("env", *(f"{name}={value}" for name, value in places.items()), *own_mounts, "sh", "-c", ON_A_SMALL_DISK)
    assert told[0] == 0, told
    assert (result / "status").read_text() == "1\n"
    assert is_one_clear_line((result / "errors").read_text()), (result / "errors").read_text()
    committed = {source.rpartition("/")[2] for source in documents_of(result / "full")}
    assert 0 < len(committed) < NOTES
    report = json.loads((result / "report").read_text())
    assert {entry["source"].rpartition("/")[2] for entry in report["unchanged"]} == committed
    assert len(documents_of(result / "kb")) == NOTES
