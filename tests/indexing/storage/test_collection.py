import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest

from chartwell.errors import (
    CollectionDamaged,
    CollectionError,
    CollectionLocked,
    DamagedFile,
    EncoderMismatch,
    NotACollection,
    SchemaTooNew,
)
from chartwell.indexing.collection import Collection, LedgerEntry, Space
from chartwell.indexing.documents import (
    Axis,
    Box,
    ChartReading,
    ChartValue,
    Document,
    Node,
    Page,
    Part,
    Region,
    Table,
)


def put(collection, made):
    with collection.writer() as writer:
        return writer.put(*made)


def texts_found(collection, hits):
    nodes = collection.nodes([node_id for node_id, _ in hits])
    return [nodes[node_id].text for node_id, _ in hits]


class TestOpening:
    def test_makes_and_reopens(self, tmp_path):
        with Collection.open(tmp_path / "deep" / "kb") as collection:
            assert (collection.generation, collection.documents(), collection.spaces()) == (0, [], {})
        Collection.open(str(tmp_path / "deep" / "kb"), create=False).close()

    def test_nothing_there(self, tmp_path):
        with pytest.raises(NotACollection, match="does not exist"):
            Collection.open(tmp_path / "none", create=False)
        assert not (tmp_path / "none").exists()
        with pytest.raises(NotACollection, match="no collection"):
            Collection.open(tmp_path, create=False)

    def test_a_folder_with_other_things(self, tmp_path):
        (tmp_path / "notes.txt").write_text("mine")
        with pytest.raises(NotACollection, match=r"notes\.txt"):
            Collection.open(tmp_path)
        assert os.listdir(tmp_path) == ["notes.txt"]

    def test_a_file(self, tmp_path):
        (tmp_path / "file").write_text("x")
        for path in (tmp_path / "file", tmp_path / "file" / "below"):
            with pytest.raises(NotACollection):
                Collection.open(path)

    def test_an_interrupted_creation_goes_on(self, tmp_path):
        (tmp_path / "catalog.sqlite").touch()
        (tmp_path / "writer.lock").touch()
        with pytest.raises(NotACollection):
            Collection.open(tmp_path, create=False)
        Collection.open(tmp_path).close()

    def test_a_newer_schema(self, tmp_path):
        Collection.open(tmp_path / "kb").close()
        with sqlite3.connect(tmp_path / "kb" / "catalog.sqlite") as connection:
            connection.execute("PRAGMA user_version = 99")
        with pytest.raises(SchemaTooNew, match="Upgrade"):
            Collection.open(tmp_path / "kb")

    def test_a_database_of_another_program(self, tmp_path):
        with sqlite3.connect(tmp_path / "catalog.sqlite") as connection:
            connection.execute("CREATE TABLE theirs (x)")
        with pytest.raises(NotACollection, match="another program"):
            Collection.open(tmp_path)

    def test_a_file_that_is_no_database(self, tmp_path):
        (tmp_path / "catalog.sqlite").write_bytes(b"This is no database. " * 1000)
        with pytest.raises(CollectionDamaged):
            Collection.open(tmp_path)

    def test_closed(self, tmp_path):
        collection = Collection.open(tmp_path / "kb")
        collection.close()
        collection.close()
        with pytest.raises(CollectionError, match="closed"):
            collection.documents()

    def test_two_processes_may_create_at_once(self, tmp_path):
        code = "import sys; from chartwell.indexing.collection import Collection; Collection.open(sys.argv[1]).close()"
        started = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "kb")]) for _ in range(3)]
        assert [process.wait() for process in started] == [0, 0, 0]


class TestDocuments:
    def test_everything_comes_back(self, collection, make_document):
        region = Region(2, Box(0.125, 0.25, 0.5, 0.75))
        value = ChartValue(3.5, "3.5%", region, "Series", "2020", "%", "estimated", 0.875)
        reading = ChartReading(
            "bar", "T", "S", "N", Axis("x", "USD", "linear", ("0", "1")), None, ("Series",), values=(value,)
        )
        table = Table((("h", "h2"), ("a", "日本")), 1, "Table 1", ((None, region), (region, None)))
        nodes = [
            Node("text", "One. Two.", (Part("One.", (region, region)), Part("Two.")), (region,), 2, ("A", "B"), "c"),
            Node("table", "h: a", (), (), None, (), "", table),
            Node("chart", "chart", (), (region,), 2, reading=reading),
        ]
        document = Document(
            "/d ü\n😀.pdf", "hash", "application/pdf", "Title", "en",
            (Page(1, "iv", 612.0, 792.0),), {"year": 2020, "x": 1.5, "who": "me"}, 5, 6,
        )  # fmt: skip
        document_id = put(collection, (document, nodes, {}))
        assert collection.documents() == [replace(document, id=document_id)]
        assert collection.document(document.source) == collection.document_by_id([document_id, 99])[document_id]
        assert collection.document("/other") is None
        stored = collection.nodes_of(document_id)
        assert [replace(node, id=0, document_id=0, ordinal=0) for node in stored] == nodes
        assert [(node.document_id, node.ordinal) for node in stored] == [(document_id, n) for n in range(3)]
        assert collection.nodes([stored[1].id, 12345]) == {stored[1].id: stored[1]}
        assert (collection.node_count(), collection.node_count("table")) == (3, 1)

    def test_an_update_keeps_the_document_and_renews_its_nodes(self, collection, make_document, encode_text):
        first = put(collection, make_document("/a", ["old one", "old two"]))
        old = [node.id for node in collection.nodes_of(first)]
        assert put(collection, make_document("/a", ["new"])) == first
        assert [node.text for node in collection.nodes_of(first)] == ["new"]
        assert collection.nodes(old) == {}
        assert texts_found(collection, collection.search_vectors(encode_text("old one"), 5)) == ["new"]
        assert collection.search_lexical(["old"], 5) == []
        assert len(collection.search_lexical(["new"], 5)) == 1

    def test_ids_are_never_used_again(self, collection, make_document):
        seen = set()
        for _ in range(3):
            document_id = put(collection, make_document("/a", ["one", "two"]))
            ids = {node.id for node in collection.nodes_of(document_id)}
            assert not ids & seen
            seen |= ids
            with collection.writer() as writer:
                assert writer.delete("/a")
                assert not writer.delete("/a")

    def test_a_deleted_document_answers_no_more(self, collection, make_document, encode_text):
        put(collection, make_document("/a", ["apple"]))
        put(collection, make_document("/b", ["banana"]))
        assert texts_found(collection, collection.search_lexical(["appl"], 5)) == ["apple"]
        with collection.writer() as writer:
            writer.delete("/a")
        assert collection.search_lexical(["appl"], 5) == []
        assert texts_found(collection, collection.search_vectors(encode_text("apple"), 5)) == ["banana"]
        assert collection.verify().problems == ()

    def test_neighbours(self, collection, make_document):
        document_id = put(collection, make_document("/a", list("abcde")))
        put(collection, make_document("/b", ["x"]))
        nodes = collection.nodes_of(document_id)
        assert [node.text for node in collection.neighbours(nodes[2].id)] == ["b", "c", "d"]
        assert [node.text for node in collection.neighbours(nodes[0].id, 2, 0)] == ["a"]
        assert collection.neighbours(999) == []

    def test_touch(self, collection, make_document):
        document, nodes, vectors = make_document("/a", ["x"], metadata={"year": 1})
        put(collection, (document, nodes, vectors))
        before = collection.stat_index()["/a"]
        with collection.writer() as writer:
            writer.touch(replace(document, size=7, mtime_ns=8, metadata={}))
        after = collection.stat_index()["/a"]
        assert (after.size, after.mtime_ns, after.content_hash, after.id) == (7, 8, before.content_hash, before.id)
        assert after.indexed_at_ns > before.indexed_at_ns
        assert collection.document("/a").metadata == {"year": 1}
        with collection.writer() as writer:
            writer.touch(replace(document, metadata={"year": 2}))
        assert [one.source for one in collection.documents({"year": 2})] == ["/a"]

    @pytest.mark.parametrize("text", ["half \ud800 character", "nul \0 is text"])
    def test_odd_text(self, collection, make_document, text):
        document, nodes, _ = make_document("/a", ["x"])
        nodes = [replace(nodes[0], text=text)]
        if "\0" in text:
            assert collection.nodes_of(put(collection, (document, nodes, {})))[0].text == text
            return
        with pytest.raises(DamagedFile, match="/a"):
            put(collection, (document, nodes, {}))
        assert collection.documents() == []

    def test_metadata_is_text_or_number(self, collection, make_document):
        for value in (None, float("inf"), [1], 2**64):
            document, nodes, vectors = make_document("/a", ["x"], metadata={"k": value})
            with pytest.raises(ValueError, match="metadata"):
                put(collection, (document, nodes, vectors))


class TestVectors:
    def test_come_back_as_half_floats(self, collection, make_document, encode_text):
        document_id = put(collection, make_document("/a", ["one", "two"]))
        ids = [node.id for node in collection.nodes_of(document_id)]
        got = collection.vectors(ids[::-1])
        assert got.dtype == np.float32
        assert np.array_equal(got, np.array([encode_text("two"), encode_text("one")]))
        with pytest.raises(CollectionDamaged, match="999"):
            collection.vectors([ids[0], 999])

    def test_do_not_fit(self, collection, make_document):
        document, nodes, _ = make_document("/a", ["one", "two"])
        for ordinals, shape in (([0, 1], (2, 9)), ([0], (2, 8)), ([0, 0], (2, 8)), ([0, 5], (2, 8))):
            with pytest.raises(ValueError, match="text"):
                put(collection, (document, nodes, {"text": (ordinals, np.zeros(shape, np.float32))}))
        with pytest.raises(ValueError, match="finite"):
            put(collection, (document, nodes, {"text": ([0], np.full((1, 8), np.nan, np.float32))}))
        with pytest.raises(EncoderMismatch, match="image"):
            put(collection, (document, nodes, {"image": ([0], np.zeros((1, 8), np.float32))}))
        assert collection.documents() == []

    def test_other_encoder_is_refused(self, collection, text_space, encode_text):
        with pytest.raises(EncoderMismatch, match="reindex"):
            collection.require_space(replace(text_space, fingerprint="b" * 64))
        with pytest.raises(EncoderMismatch):
            collection.search_vectors(encode_text("x"), 5)
        collection.require_space(text_space)
        assert collection.search_vectors(encode_text("x"), 5) == []
        with pytest.raises(EncoderMismatch, match="'image'"):
            collection.search_vectors(encode_text("x"), 5, space="image")
        with pytest.raises(EncoderMismatch, match="dimensions"):
            collection.search_vectors(np.zeros(3, np.float32), 5)

    def test_only_some_nodes_have_one(self, collection, make_document, encode_text):
        collection.require_space(Space("image", "i" * 64, 8, "pictures"))
        document, nodes, vectors = make_document("/a", ["text", "chart"], charts=(1,))
        put(collection, (document, nodes, {**vectors, "image": ([1], encode_text("red")[None])}))
        assert texts_found(collection, collection.search_vectors(encode_text("x"), 5, space="image")) == ["chart"]
        assert collection.verify().problems == ()

    @pytest.mark.parametrize("factory", ["HNSW32", "SQfp16", "IVF2,SQ8"])
    def test_with_another_recipe(self, tmp_path, text_space, make_document, encode_text, factory):
        for round_ in range(3):
            with Collection.open(tmp_path / "kb", index_factory=factory) as collection:
                collection.require_space(text_space)
                put(collection, make_document(f"/{round_}", [f"{round_} {n}" for n in range(60)]))
                put(collection, make_document("/again", [f"again {round_} {n}" for n in range(30)]))
                texts = texts_found(collection, collection.search_vectors(encode_text("again 0 3"), 1000))
                wanted = {f"{r} {n}" for r in range(round_ + 1) for n in range(60)}
                assert set(texts) == wanted | {f"again {round_} {n}" for n in range(30)}
                assert collection.verify().problems == ()


class TestReindex:
    def encoder(self, sign):
        def encode(nodes):
            return np.array([[sign * len(node.text), 1, 0] for node in nodes], dtype=np.float32)

        return encode

    def test_replaces_every_vector(self, collection, make_document, text_space):
        put(collection, make_document("/a", ["a" * n for n in range(1, 400)]))
        new = Space("text", "b" * 64, 3, "new encoder")
        with collection.writer() as writer:
            writer.replace_space(new, self.encoder(1))
            writer.replace_space(new, self.encoder(-1))
        collection.require_space(new)
        assert texts_found(collection, collection.search_vectors(np.array([1, 0, 0], np.float32), 1)) == ["a" * 399]
        assert collection.verify().problems == ()
        with pytest.raises(EncoderMismatch):
            collection.require_space(text_space)

    def test_old_vectors_serve_until_the_end_and_it_goes_on_where_it_stopped(
        self, collection, make_document, encode_text, text_space
    ):
        put(collection, make_document("/a", ["a" * n for n in range(1, 600)]))
        seen = []

        def interrupted(nodes):
            assert texts_found(collection, collection.search_vectors(encode_text("aaa"), 1)) == ["aaa"]
            if len(seen) > 1:
                raise KeyboardInterrupt
            seen.append(len(nodes))
            return self.encoder(1)(nodes)

        new = Space("text", "b" * 64, 3, "new encoder")
        with pytest.raises(KeyboardInterrupt), collection.writer() as writer:
            writer.replace_space(new, interrupted)
        assert collection.verify().problems == ()
        put(collection, make_document("/b", ["added meanwhile"]))
        encoded = []
        with collection.writer() as writer:
            writer.replace_space(new, lambda nodes: encoded.extend(nodes) or self.encoder(1)(nodes))
        assert len(encoded) == 600 - sum(seen)
        assert collection.verify().problems == ()

    def test_the_image_space_takes_nodes_with_pictures(self, collection, make_document):
        put(collection, make_document("/a", ["one", "two", "three"], charts=(1,)))
        with collection.writer() as writer:
            writer.replace_space(Space("image", "c" * 64, 3, "pictures"), self.encoder(1))
        collection.require_space(Space("image", "c" * 64, 3, "pictures"))
        found = collection.search_vectors(np.ones(3, np.float32), 9, space="image")
        assert texts_found(collection, found) == ["two"]

    def test_what_was_indexed_without_the_encoder_catches_up(self, collection, make_document, encode_text):
        pictures = Space("image", "c" * 64, 8, "pictures")
        put(collection, make_document("/a", ["one", "two"], charts=(1,)))
        collection.require_space(pictures)
        document, nodes, vectors = make_document("/b", ["three", "four"], charts=(0,))
        put(collection, (document, nodes, {**vectors, "image": ([0], encode_text("three")[None])}))
        encoded = []

        def encode(nodes):
            encoded.extend(node.text for node in nodes)
            return np.array([encode_text(node.text) for node in nodes])

        with collection.writer() as writer:
            assert writer.replace_space(pictures, encode) == 1
            assert writer.replace_space(pictures, encode) == 0
        assert encoded == ["two"]
        hits = collection.search_vectors(encode_text("three"), 9, space="image")
        assert texts_found(collection, hits)[0] == "three"
        assert len(hits) == 2
        assert collection.verify().problems == ()

    def test_a_running_search_notices(self, collection, make_document, encode_text):
        put(collection, make_document("/a", ["one"]))
        with Collection.open(collection.path) as other, other.writer() as writer:
            writer.replace_space(Space("text", "b" * 64, 8, "same size"), lambda nodes: np.ones((len(nodes), 8)))
        with pytest.raises(EncoderMismatch, match="same size"):
            collection.search_vectors(encode_text("one"), 1)


class TestPictures:
    def test_are_stored_once_and_collected(self, collection, make_document):
        first = put(collection, make_document("/a", ["same", "other"], charts=(0, 1)))
        second = put(collection, make_document("/b", ["same"], charts=(0,)))
        shas = {node.asset for node in (*collection.nodes_of(first), *collection.nodes_of(second))}
        assert len(shas) == 2
        shared = collection.nodes_of(second)[0].asset
        assert collection.asset_path(shared).read_bytes() == collection.asset_bytes(shared)
        with collection.writer() as writer:
            writer.delete("/a")
        assert [path.stem for path in (collection.path / "assets").rglob("*.png")] == [shared]
        with pytest.raises(CollectionDamaged):
            collection.asset_path((shas - {shared}).pop())
        assert collection.verify().problems == ()

    def test_a_stored_node_can_be_put_again(self, collection, make_document):
        document, nodes, vectors = make_document("/a", ["chart"], charts=(0,))
        first = put(collection, (document, nodes, vectors))
        stored = collection.nodes_of(first)
        put(collection, (document, stored, vectors))
        assert collection.asset_bytes(stored[0].asset) == nodes[0].image.data
        unknown = [replace(stored[0], asset="0" * 64)]
        with pytest.raises(ValueError, match="not stored"):
            put(collection, (document, unknown, vectors))

    def test_of_a_document_that_fails_are_removed(self, collection, make_document):
        document, nodes, _ = make_document("/a", ["chart"], charts=(0,))
        nodes = [replace(nodes[0], caption="\ud800")]
        with pytest.raises(DamagedFile):
            put(collection, (document, nodes, {}))
        assert list((collection.path / "assets").rglob("*.png")) == []

    def test_stay_where_ctrl_c_strikes_right_after_the_commit(self, collection, make_document, monkeypatch):
        from chartwell.indexing.catalog_writer import CatalogWriter

        commit = CatalogWriter.put

        def commit_and_stop(self, prepared):
            commit(self, prepared)
            raise KeyboardInterrupt

        monkeypatch.setattr(CatalogWriter, "put", commit_and_stop)
        with pytest.raises(KeyboardInterrupt):
            put(collection, make_document("/a", ["chart"], charts=(0,)))
        (document,) = collection.documents()
        assert collection.asset_bytes(collection.nodes_of(document.id)[0].asset)
        assert collection.verify().problems == ()


class TestWriter:
    def test_there_is_one(self, collection, tmp_path):
        with collection.writer(), Collection.open(tmp_path / "kb") as other:
            with pytest.raises(CollectionLocked, match=f"process {os.getpid()}"), other.writer():
                pass
            with pytest.raises(CollectionLocked), collection.writer(timeout=0.05):
                pass
        with collection.writer():
            pass

    def test_an_error_inside_goes_on_and_keeps_what_was_committed(self, collection, make_document):
        with contextlib.suppress(KeyError), collection.writer() as writer:
            writer.put(*make_document("/a", ["x"]))
            raise KeyError
        assert [document.source for document in collection.documents()] == ["/a"]
        assert len(collection.search_lexical(["x"], 5)) == 1
        assert collection.verify().problems == ()

    def test_ledger_and_runs(self, collection):
        with collection.writer() as writer:
            first = writer.start_run({"workers": 2})
            writer.record(first, LedgerEntry("/a", "added", seconds=1.5))
            writer.record(first, LedgerEntry("/a", "indexed", figure="page 3, figure 2"))
            writer.record(first, LedgerEntry("/b", "failed", code="damaged", reason="truncated"))
            writer.record(first, LedgerEntry("/c", "unchanged"))
            writer.finish_run(first, "done", {"added": 1})
            second = writer.start_run({})
            writer.record(second, LedgerEntry("/a", "unchanged"))
            writer.finish_run(second, "cancelled", {})
        entries = collection.ledger(run=first)
        assert [(e.source, e.status, e.figure, e.code, e.reason) for e in entries] == [
            ("/a", "added", None, "", ""),
            ("/a", "indexed", "page 3, figure 2", "", ""),
            ("/b", "failed", None, "damaged", "truncated"),
        ]
        assert all(entry.at > 0 for entry in entries)
        assert [entry.status for entry in collection.ledger(limit=2)] == ["failed", "unchanged"]
        assert json.dumps([entry.to_dict() for entry in entries])
        runs = collection.runs()
        assert [(run.status, run.settings, run.counts) for run in runs] == [
            ("done", {"workers": 2}, {"added": 1}),
            ("cancelled", {}, {}),
        ]
        assert all(run.finished_at >= run.started_at for run in runs)

    def test_settings(self, collection):
        assert collection.get_meta("k") is None
        collection.set_meta("k", "v")
        with collection.writer():
            collection.set_meta("k", "w")
        assert collection.get_meta("k") == "w"


class TestReaders:
    def test_another_process_is_seen_without_reopening(self, collection, make_document, encode_text):
        put(collection, make_document("/a", ["apple"]))
        assert len(collection.search_vectors(encode_text("x"), 9)) == 1
        code = (
            "import sys; from chartwell.indexing.collection import Collection\n"
            "with Collection.open(sys.argv[1]) as c, c.writer() as w: w.delete('/a')"
        )
        subprocess.run([sys.executable, "-c", code, str(collection.path)], check=True)
        assert collection.search_vectors(encode_text("x"), 9) == []
        assert collection.search_lexical(["appl"], 9) == []

    def test_behind_a_writer_an_older_lexical_snapshot_serves_without_dead_nodes(
        self, collection, make_document, encode_text
    ):
        put(collection, make_document("/a", [f"apple {n}" for n in range(50)]))
        put(collection, make_document("/b", [f"apple pie with cream {n}" for n in range(3)]))
        with Collection.open(collection.path) as reader:
            assert len(reader.search_lexical(["appl"], 60)) == 53
            with collection.writer() as writer:
                writer.delete("/a")
                writer.put(*make_document("/c", ["apple juice"]))
                hits = reader.search_lexical(["appl"], 2)
                assert all(text.startswith("apple pie") for text in texts_found(reader, hits))
                assert len(hits) == 2
                assert "apple juice" in texts_found(reader, reader.search_vectors(encode_text("q"), 9))
                writer.checkpoint()
                assert len(reader.search_lexical(["appl"], 60)) == 4
            assert len(reader.search_lexical(["appl"], 60)) == 4

    def test_threads_search_while_one_writes(self, collection, make_document, encode_text):
        put(collection, make_document("/stays", ["stays"]))
        errors, stop = [], threading.Event()

        def search():
            try:
                while not stop.is_set():
                    hits = collection.search_vectors(encode_text("stays"), 3)
                    assert texts_found(collection, hits[:1]) == ["stays"]
                    assert texts_found(collection, collection.search_lexical(["stay"], 1)) == ["stays"]
            except BaseException as error:  # noqa: BLE001 - to be shown by the main thread
                errors.append(error)

        threads = [threading.Thread(target=search) for _ in range(3)]
        for thread in threads:
            thread.start()
        with collection.writer(checkpoint_seconds=0.0) as writer:
            for number in range(15):
                writer.put(*make_document(f"/{number % 4}", [f"text {number} {n}" for n in range(number)]))
        stop.set()
        for thread in threads:
            thread.join()
        assert errors == []
        assert collection.verify().problems == ()

    def test_refresh_loads_everything(self, collection, make_document):
        put(collection, make_document("/a", ["apple"]))
        collection.refresh()
        assert collection.document_frequency(["appl", "no"]) == {"appl": 1, "no": 0}


def test_deletions_are_forgotten_when_every_snapshot_has_them(collection, make_document):
    with collection.writer() as writer:
        for number in range(5):
            writer.put(*make_document("/a", [f"{number}"]))
        writer.checkpoint()
    assert collection._catalog.rows("SELECT * FROM tombstones") == []


def test_a_reader_from_before_the_forgotten_deletions_starts_afresh(collection, make_document, encode_text):
    put(collection, make_document("/a", ["apple"]))
    with Collection.open(collection.path) as reader:
        assert len(reader.search_vectors(encode_text("x"), 9)) == 1
        with collection.writer() as writer:
            writer.delete("/a")
            writer.put(*make_document("/b", ["banana"]))
            writer.checkpoint()
        assert texts_found(reader, reader.search_vectors(encode_text("x"), 9)) == ["banana"]
        assert texts_found(reader, reader.search_lexical(["banana"], 9)) == ["banana"]
