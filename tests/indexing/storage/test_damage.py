"""Damaged files, full disks, read-only folders, and what `verify` says about them."""

import contextlib
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from chartwell.errors import CollectionDamaged, StorageFull
from chartwell.indexing.collection import Collection

APPLES = [f"apple {number}" for number in range(30)]


@pytest.fixture
def path(tmp_path, text_space, make_document):
    """A closed collection of two documents, with pictures and snapshots."""
    with Collection.open(tmp_path / "kb") as collection:
        collection.require_space(text_space)
        with collection.writer() as writer:
            writer.put(*make_document("/a", APPLES, charts=(0, 1)))
            writer.put(*make_document("/b", ["banana", "cherry"], charts=(1,)))
            writer.checkpoint()
    return tmp_path / "kb"


def works(path, encode_text, expected=32):
    with Collection.open(path) as collection:
        assert len(collection.search_vectors(encode_text("q"), 100)) == expected
        assert len(collection.search_lexical(["appl", "banana", "cherri"], 100)) == expected


def codes(report):
    return sorted({problem.code for problem in report.problems})


def derived_files(path):
    files = [file for folder in ("faiss", "lexical") for file in (path / folder).rglob("*") if file.is_file()]
    return sorted(file for file in files if not file.name.endswith(".lock"))


@pytest.mark.parametrize("content", [None, b"", b"garbage", "flip"])
def test_every_derived_file_may_be_damaged(path, encode_text, content):
    names = [file.relative_to(path) for file in derived_files(path)]
    assert len(names) > 8
    for name in names:
        copy = path.with_name("copy")
        shutil.copytree(path, copy)
        damaged = copy / name
        if content is None:
            damaged.unlink()
        elif content == "flip":
            data = bytearray(damaged.read_bytes())
            data[len(data) // 2] ^= 0xFF
            damaged.write_bytes(data)
        else:
            damaged.write_bytes(content)
        works(copy, encode_text)
        with Collection.open(copy) as collection:
            assert collection.verify(repair=True).ok
            assert collection.verify().problems == ()
        shutil.rmtree(copy)


def test_damage_is_mended_on_disk_by_whoever_finds_it(path, encode_text):
    shutil.rmtree(path / "faiss")
    shutil.rmtree(path / "lexical")
    works(path, encode_text)
    assert (path / "faiss" / "text.json").exists()
    assert (path / "lexical" / "manifest.json").exists()


def test_words_made_by_another_analysis_are_not_mixed_with_ours(path, encode_text):
    """As after an upgrade that gives other tokens: the index is made anew, also where nobody may write it."""
    manifest = path / "lexical" / "manifest.json"
    older = json.loads(manifest.read_text()) | {"tokens": "2 jieba 0.42.1 PyStemmer 3.1.0"}
    manifest.write_text(json.dumps(older))
    with Collection.open(path) as writing, Collection.open(path) as reading, writing.writer():
        assert len(reading.search_lexical(["appl", "banana", "cherri"], 100)) == 32
        assert json.loads(manifest.read_text()) == older
    works(path, encode_text)
    assert json.loads(manifest.read_text())["tokens"] != older["tokens"]


def test_a_snapshot_newer_than_the_catalog_is_not_believed(path, encode_text, make_document, tmp_path):
    """As after restoring an older catalog from a backup."""
    shutil.copy(path / "catalog.sqlite", tmp_path / "backup")
    with Collection.open(path) as collection, collection.writer() as writer:
        writer.delete("/a")
        writer.checkpoint()
    shutil.copy(tmp_path / "backup", path / "catalog.sqlite")
    works(path, encode_text)


def test_dangling_ids_never_reach_the_caller(path, encode_text):
    """The catalog loses nodes without a trace; both indexes still have them."""
    with Collection.open(path) as collection:
        collection.refresh()
        with sqlite3.connect(path / "catalog.sqlite") as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("DELETE FROM documents WHERE source = '/a'")
        assert len(collection.search_vectors(encode_text("q"), 5)) == 2
        assert len(collection.search_lexical(["appl", "banana", "cherri"], 5)) == 2
        assert collection.search_lexical(["appl"], 5) == []


@pytest.mark.parametrize(
    ("statement", "code", "lost"),
    [
        ("DELETE FROM nodes WHERE id = 31", "document_incomplete", ["/b"]),
        ("UPDATE nodes SET asset = 'unknown' WHERE id = 2", "document_incomplete", ["/a"]),
        ("UPDATE nodes SET document_id = 99 WHERE id = 31", "node_without_document", ["/b"]),
        ("INSERT INTO vectors VALUES (1, 999, x'00')", "vector_without_node", []),
        ("INSERT INTO vectors VALUES (9, 1, x'00')", "vector_without_space", []),
        ("INSERT INTO tombstones VALUES (1, 1)", "tombstone_of_living_node", []),
        ("INSERT INTO metadata VALUES (77, 'k', 1)", "metadata_without_document", []),
        ("INSERT INTO coverage VALUES (77, 1, 1)", "count_without_document", []),
    ],
)
def test_verify_finds_and_mends_what_contradicts_itself(path, encode_text, make_document, statement, code, lost):
    with sqlite3.connect(path / "catalog.sqlite") as connection:
        connection.execute(statement)
    with Collection.open(path) as collection:
        report = collection.verify()
        assert code in codes(report)
        assert not report.ok
        repaired = collection.verify(repair=True)
        assert repaired.ok
        assert code in codes(repaired)
        assert list(repaired.lost_sources) == lost
        assert collection.verify().problems == ()
        assert {one.source for one in collection.documents()} == {"/a", "/b"} - set(lost)
        with collection.writer() as writer:
            for source, texts in (("/a", APPLES), ("/b", ["banana", "cherry"])):
                writer.put(*make_document(source, texts))
    works(path, encode_text)


LOST_VECTORS = {
    "one vector": ["DELETE FROM vectors WHERE node_id = 3"],
    "a vector's end": ["UPDATE vectors SET vector = x'00' WHERE node_id = 32"],
    "a document's vectors": ["DELETE FROM vectors WHERE node_id <= 30"],
    "a document's vectors and their count": [
        "DELETE FROM vectors WHERE node_id > 30",
        "DELETE FROM coverage WHERE document_id = 2",
    ],
    "a count": ["DELETE FROM coverage WHERE document_id = 1"],
    "all of it": ["DELETE FROM vectors", "DELETE FROM coverage"],
}


@pytest.mark.parametrize("statements", LOST_VECTORS.values(), ids=LOST_VECTORS.keys())
def test_lost_vectors_are_found_and_made_again_with_their_encoder(path, encode_text, text_space, statements):
    with contextlib.closing(sqlite3.connect(path / "catalog.sqlite")) as connection, connection:
        for statement in statements:
            connection.execute(statement)

    def encode(nodes):
        return np.array([encode_text(node.text) for node in nodes])

    with Collection.open(path) as collection:
        report = collection.verify()
        assert {"vectors_missing", "vector_of_wrong_length"} & set(codes(report))
        assert not report.ok
        without = collection.verify(repair=True)
        if without.ok:
            assert statements == LOST_VECTORS["a count"]
        else:  # nobody has the encoder: the report says whose it is, and which command makes the vectors
            told = [problem.message for problem in without.problems if not problem.repaired]
            assert all("`chartwell reindex`" in message and text_space.encoder in message for message in told)
            assert not collection.verify().ok
        repaired = collection.verify(repair=True, encoder_of=lambda space: encode if space == text_space else None)
        assert repaired.ok
        assert repaired.lost_sources == ()
        assert collection.verify().problems == ()
        assert np.array_equal(collection.vectors([3, 32]), np.array([encode_text("apple 2"), encode_text("cherry")]))
    works(path, encode_text)


def test_verify_checks_pictures(path):
    first, *_, last = sorted((path / "assets").rglob("*.png"))
    first.unlink()
    last.write_bytes(b"changed")
    (path / "assets" / "zz").mkdir()
    (path / "assets" / "zz" / "stray.png").write_bytes(b"x")
    with Collection.open(path) as collection:
        assert codes(collection.verify()) == ["picture_damaged", "stray_file"]
        repaired = collection.verify(repair=True)
        assert repaired.ok
        assert set(repaired.lost_sources) <= {"/a", "/b"}
        assert collection.verify().problems == ()


def test_verify_reports_damaged_snapshots(path, encode_text):
    with Collection.open(path) as collection:
        collection.refresh()
        next((path / "faiss").glob("*.faiss")).write_bytes(b"x")
        next(path.glob("lexical/*/*.idx")).write_bytes(b"x")
        report = collection.verify()
        assert codes(report) == ["lexical_index_damaged", "vector_index_damaged"]
        assert {problem["repaired"] for problem in report.to_dict()["problems"]} == {False}
        assert collection.verify(repair=True).ok
        assert collection.verify().problems == ()
    works(path, encode_text)


def test_a_damaged_catalog_is_reported(path):
    data = bytearray((path / "catalog.sqlite").read_bytes())
    for start in range(8192 * 3, len(data) - 8192, 8192 * 2):
        data[start : start + 4096] = b"\xee" * 4096
    (path / "catalog.sqlite").write_bytes(data)
    report = None
    with contextlib.suppress(CollectionDamaged), Collection.open(path) as collection:
        report = collection.verify()
    assert report is None or codes(report) == ["catalog_damaged"]
    assert report is None or "restore the folder from a backup" in report.problems[0].message


@pytest.mark.parametrize("damage", ["no database", "impossible version"])
def test_a_catalog_that_nothing_can_mend(path, damage):
    if damage == "no database":
        (path / "catalog.sqlite").write_bytes(b"no database at all" * 1_000)
    else:
        with contextlib.closing(sqlite3.connect(path / "catalog.sqlite")) as connection:
            connection.execute("PRAGMA user_version = -1")
    with pytest.raises(CollectionDamaged, match=r"restore the folder from a backup, or index .* into a new folder"):
        Collection.open(path)


@pytest.mark.parametrize("damage", [lambda file: file.unlink(), lambda file: file.write_bytes(b"cut")])
def test_a_picture_that_is_gone_and_what_brings_it_back(path, make_document, damage):
    with Collection.open(path) as collection:
        picture = collection.nodes_of(2)[1].asset
        damage(collection.asset_path(picture))
        with pytest.raises(CollectionDamaged, match=r"`chartwell verify --repair`, then `chartwell index`"):
            collection.asset_bytes(picture)
        assert collection.verify(repair=True).lost_sources == ("/b",)
        with collection.writer() as writer:
            writer.put(*make_document("/b", ["banana", "cherry"], charts=(1,)))
        assert collection.asset_bytes(picture)
        assert collection.verify().problems == ()


@contextlib.contextmanager
def largest_file(size):
    """No file may grow beyond `size` bytes: the same refusal as from a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [40_000, 90_000, 200_000])
def test_full_disk(path, encode_text, make_document, size):
    committed = {"/a", "/b"}
    with Collection.open(path) as collection:

        def fill():
            with collection.writer(checkpoint_seconds=0.0) as writer:
                for number in range(500):
                    writer.put(*make_document(f"/{number}", [f"apple {number} {n}" for n in range(20)], charts=(0,)))
                    committed.add(f"/{number}")

        with largest_file(size), pytest.raises(StorageFull, match="Free some space"):
            fill()
        with largest_file(size):
            found = collection.search_lexical(["appl", "banana", "cherri"], 10_000)
            assert len(found) == collection.node_count()
        assert {document.source for document in collection.documents()} >= committed
    with largest_file(size), Collection.open(path) as collection:
        stored = collection.node_count()
        assert len(collection.search_vectors(encode_text("q"), 10_000)) == stored
        assert len(collection.search_lexical(["appl", "banana", "cherri"], 10_000)) == stored
    with Collection.open(path) as collection:
        with collection.writer() as writer:
            writer.put(*make_document("/new", ["apple anew"]))
        assert collection.verify().problems == ()


READ_ONLY = """
import os, sys
from pathlib import Path
import numpy as np
from chartwell.errors import UnreadableFile
from chartwell.indexing.collection import Collection

def search(path):
    with Collection.open(path) as collection:
        vectors = collection.search_vectors(np.ones(8, np.float32), 100)
        words = collection.search_lexical(["appl", "banana", "cherri"], 100)
        assert collection.asset_bytes(collection.nodes_of(1)[0].asset)
        return len(vectors), len(words), collection

search(sys.argv[2])  # everything is imported while it may be
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
assert not os.access(sys.argv[1], os.W_OK)
vectors, words, collection = search(sys.argv[1])
try:
    with Collection.open(sys.argv[1]) as collection, collection.writer():
        pass
except UnreadableFile as error:
    print(vectors, words, type(error).__name__)
"""


@pytest.mark.parametrize("damage", [None, "behind", "lexical", "faiss"])
def test_a_read_only_folder_can_be_searched(path, make_document, damage):
    expected = 32
    if damage == "behind":
        broken_off = contextlib.suppress(KeyboardInterrupt)
        with broken_off, Collection.open(path) as collection, collection.writer() as writer:
            writer.put(*make_document("/c", ["apple pie"]))
            raise KeyboardInterrupt
        expected = 33
    elif damage is not None:
        shutil.rmtree(path / damage)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        frozen = Path(folder) / "kb"
        shutil.copytree(path, frozen)
        for place in [frozen, *frozen.rglob("*")]:
            place.chmod(0o555 if place.is_dir() else 0o444)
        try:
            command = [sys.executable, "-c", READ_ONLY, str(frozen), str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        finally:
            for place in [frozen, *frozen.rglob("*")]:
                place.chmod(0o755)
        assert done.stdout.split() == [str(expected), str(expected), "UnreadableFile"], done.stderr


def test_a_folder_that_may_not_be_read(path):
    code = (
        "import os, sys; from chartwell.indexing.collection import Collection; from chartwell.errors import *\n"
        "if os.geteuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try: Collection.open(sys.argv[1])\n"
        "except UnreadableFile as error: print(error.hint)"
    )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        closed = Path(folder) / "kb"
        shutil.copytree(path, closed)
        (closed / "catalog.sqlite").chmod(0)
        done = subprocess.run(
            [sys.executable, "-c", code, str(closed)], capture_output=True, text=True, check=False, env=os.environ
        )
    assert "permission" in done.stdout.lower(), done.stderr


def test_vectors_that_are_gone_are_an_error_not_a_guess(path):
    with sqlite3.connect(path / "catalog.sqlite") as connection:
        connection.execute("DELETE FROM vectors WHERE node_id = 3")
    with Collection.open(path) as collection:
        assert collection.vectors([1, 2]).dtype == np.float32
        with pytest.raises(CollectionDamaged, match="--repair"):
            collection.vectors([1, 2, 3])
