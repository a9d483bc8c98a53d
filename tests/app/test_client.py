import contextlib
import json
import os
import shutil
import sqlite3
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chartwell import Chartwell, ChartwellRetriever
from chartwell.app import components
from chartwell.errors import (
    CollectionLocked,
    EncoderMismatch,
    NotACollection,
    QueryError,
    SchemaTooNew,
    SettingsError,
)
from chartwell.generation.answer import DoneEvent, RetrievalEvent, TokenEvent, VerdictEvent
from chartwell.indexing.encoders.sentence_encoder import SentenceEncoder


def names(evidence):
    return [Path(item.source).name for item in evidence]


class TestIndex:
    def test_every_file_is_accounted_for(self, indexed, corpus):
        assert sorted(entry.source for entry in indexed.report.added) == sorted(str(path) for path in corpus.iterdir())
        assert indexed.report.failed == []
        assert indexed.report.figures_indexed == 1

    def test_a_second_run_changes_nothing(self, indexed, corpus):
        before = indexed.collection.generation
        report = indexed.index([corpus])
        assert len(report.unchanged) == 4
        assert report.nodes == 0
        assert indexed.collection.generation == before

    def test_update_and_delete(self, tmp_path):
        note = tmp_path / "note.md"
        note.write_text("The password of the lighthouse is heron.")
        with Chartwell.open(tmp_path / "kb") as client:
            client.index([note])
            assert "heron" in client.search("lighthouse password")[0].text
            note.write_text("The password of the lighthouse is cormorant.")
            report = client.index([note])
            assert [entry.source for entry in report.updated] == [str(note)]
            texts = " ".join(item.text for item in client.search("lighthouse password heron"))
            assert "cormorant" in texts
            assert "heron" not in texts
            assert client.delete(note)
            assert client.search("lighthouse password") == []
            assert not client.delete(note)
            assert client.verify().ok

    def test_the_same_bytes_in_two_files_stay_two_documents(self, tmp_path):
        for name in ("a.md", "b.md"):
            (tmp_path / name).write_text("The bell tower has 211 steps.")
        with Chartwell.open(tmp_path / "kb") as client:
            client.index([tmp_path / "a.md", tmp_path / "b.md"])
            assert len(client.documents()) == 2
            (found,) = client.search("How many steps has the bell tower?")
            assert {Path(source).name for source in (found.source, *found.also_in)} == {"a.md", "b.md"}

    def test_copies_take_one_place_and_a_filter_finds_each(self, tmp_path):
        notice = (
            "No part of this tide table may be copied without the leave of the harbour office. Whoever copies it in "
            "spite of that shall pay the harbour office what the copies are worth, and hand over all of them on the "
            "day on which he is asked to, together with whatever he has made from them."
        )
        for number in range(9):
            berths = "".join(f"Berth {n} is {n + number / 10} metres deep at low water. " for n in range(8))
            (tmp_path / f"table{number}.md").write_text(f"# Notice\n\n{notice}\n\n# Berths\n\n{berths}")
        with Chartwell.open(tmp_path / "kb") as client:
            client.index([tmp_path])
            first, *others = client.search("May I copy the tide table of the harbour office?")
            assert (first.found_in, first.boilerplate, len(first.also_in)) == (9, True, 8)
            assert not any("No part" in other.text for other in others)
            own = str(tmp_path / "table7.md")
            only = client.search("May I copy the tide table?", where={"source": own})[0]
            assert (only.source, only.also_in, only.found_in) == (own, (), 1)
            assert "No part" in only.text
            named = client.search("May I copy table7?")
            assert next(hit.source for hit in named if "No part" in hit.text) == own
            client.delete(own)
            assert client.search("May I copy the tide table of the harbour office?")[0].found_in == 8

    def test_touching_a_file_does_not_parse_it_again(self, tmp_path):
        note = tmp_path / "note.md"
        note.write_text("Unchanged content.")
        with Chartwell.open(tmp_path / "kb") as client:
            client.index([note])
            os.utime(note, (1, 1))
            assert len(client.index([note]).unchanged) == 1

    def test_force_parses_again(self, tmp_path):
        note = tmp_path / "note.md"
        note.write_text("Some content.")
        with Chartwell.open(tmp_path / "kb") as client:
            client.index([note])
            assert len(client.index([note], force=True).updated) == 1

    def test_prune_deletes_what_is_gone(self, tmp_path):
        folder = tmp_path / "docs"
        folder.mkdir()
        for name in ("a.md", "b.md"):
            (folder / name).write_text(f"Note {name} about the tide.")
        with Chartwell.open(tmp_path / "kb") as client:
            client.index([folder])
            (folder / "a.md").unlink()
            assert client.index([folder]).deleted == []
            assert [Path(entry.source).name for entry in client.index([folder], prune=True).deleted] == ["a.md"]
            assert len(client.documents()) == 1
            assert [Path(e.source).name for e in client.ledger() if e.status == "deleted"] == ["a.md"]

    def test_metadata_can_be_filtered_by(self, tmp_path):
        for year in (2020, 2021):
            (tmp_path / f"{year}.md").write_text(f"The tide of the year {year} was high.")
        with Chartwell.open(tmp_path / "kb") as client:
            client.index(
                [tmp_path / "2020.md", tmp_path / "2021.md"],
                metadata={str(tmp_path / "2020.md"): {"year": 2020}, str(tmp_path / "2021.md"): {"year": 2021}},
            )
            assert names(client.search("tide", where={"year": {">": 2020}})) == ["2021.md"]

    @pytest.mark.parametrize("value", [None, ["a"], float("nan"), 2**63, "\udcff", {"a": 1}])
    def test_metadata_that_cannot_be_kept_is_refused(self, tmp_path, value):
        (tmp_path / "note.md").write_text("The tide was high.")
        with Chartwell.open(tmp_path / "kb") as client:
            with pytest.raises(QueryError, match="year"):
                client.index(tmp_path / "note.md", metadata={"place": "Elmsford", "year": value})
            assert client.documents() == []

    def test_a_run_can_be_cancelled_and_goes_on_later(self, tmp_path):
        folder = tmp_path / "docs"
        folder.mkdir()
        for number in range(700):
            (folder / f"{number:03d}.md").write_text(f"Gauge {number} reads {number * 3} mm.")
        cancel = threading.Event()
        with Chartwell.open(tmp_path / "kb") as client:
            report = client.index([folder], cancel=cancel, on_event=lambda event: event.done >= 5 and cancel.set())
            assert report.cancelled
            committed = len(client.documents())
            assert 5 <= committed < 700
            assert client.verify().ok
            rest = client.index([folder])
            assert len(rest.added) == 700 - committed
            assert len(rest.unchanged) == committed

    def test_cancelling_does_not_wait_for_a_long_document(self, tmp_path, monkeypatch):
        note = tmp_path / "long.md"
        note.write_text("\n\n".join(f"# Part {n}\n\n" + f"Gauge {n} reads {n * 3} mm. " * 20 for n in range(300)))
        cancel, encoded = threading.Event(), []

        def encode(self, texts):
            encoded.append(len(texts))
            cancel.set()
            return np.full((len(texts), self.dimension), 0.05, np.float32)

        monkeypatch.setattr(SentenceEncoder, "encode_documents", encode)
        with Chartwell.open(tmp_path / "kb") as client:
            assert client.index([note], cancel=cancel).cancelled
            assert encoded == [128]
            assert client.documents() == []
            monkeypatch.undo()
            assert len(client.index([note]).added) == 1

    def test_one_writer_at_a_time(self, indexed, corpus):
        with indexed.collection.writer(), Chartwell.open(indexed.collection.path) as other:
            with pytest.raises(CollectionLocked):
                other.index([corpus])
            assert other.search("ferry")

    def test_another_client_sees_new_documents_without_reopening(self, tmp_path):
        note = tmp_path / "note.md"
        note.write_text("The ferry is called Albatross.")
        with Chartwell.open(tmp_path / "kb") as writer, Chartwell.open(tmp_path / "kb") as reader:
            assert reader.search("What is the ferry called?") == []
            writer.index([note])
            assert "Albatross" in reader.search("What is the ferry called?")[0].text
            writer.delete(note)
            assert reader.search("What is the ferry called?") == []


class TestSearch:
    @pytest.mark.parametrize(
        ("question", "source", "page", "kind", "words"),
        [
            ("How many ships did the harbour handle in 2021?", "harbour.pdf", 1, "text", "412 ships"),
            ("Who paid for the crane?", "harbour.pdf", 2, "text", "Elmsford"),
            ("What is the fare of a child?", "notes.md", None, "table", "6 crowns"),
            ("What share of residents travels by bicycle?", "survey.png", 1, "chart", "47%"),
            ("港口扩建工程什么时候完工？", "港口.txt", None, "text", "2022年三月"),
        ],
    )
    def test_the_right_evidence_comes_first(self, indexed, question, source, page, kind, words):
        first = indexed.search(question)[0]
        assert (Path(first.source).name, first.page, first.kind) == (source, page, kind)
        assert words in first.text
        assert any(words.split()[0] in region.text for region in first.regions)
        assert {"fusion", "rerank"} <= set(first.scores)
        assert all(0 <= edge <= 1 for region in first.regions for edge in region.region.box)

    def test_charts_carry_their_reading_and_picture(self, indexed):
        chart = indexed.search("What share of residents travels by bicycle?")[0]
        values = {value.category: value.number for value in chart.reading.values}
        assert values == {"Bicycle": 47, "Bus": 31, "Private car": 22}
        assert chart.image_path.is_file()

    def test_tables_carry_their_cells(self, indexed):
        table = indexed.search("What is the fare of a child?", where={"kind": "table"})[0].table
        assert ("Child", "6 crowns") in table.body

    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            ({"source": "*.pdf"}, {"harbour.pdf"}),
            ({"source": "notes.md"}, {"notes.md"}),
            ({"source": {"!=": ["notes.md", "港口.txt"]}}, {"harbour.pdf", "survey.png"}),
            ({"kind": "chart"}, {"survey.png"}),
            ({"kind": ["chart", "table"]}, {"survey.png", "notes.md"}),
            ({"language": "zh"}, {"港口.txt"}),
            ({"source": "*.nothing"}, set()),
        ],
    )
    def test_filters(self, indexed, where, expected):
        assert set(names(indexed.search("harbour ferry residents 港口", where=where))) == expected

    def test_filters_name_sources_relative_to_the_working_folder(self, indexed, corpus, monkeypatch):
        monkeypatch.chdir(corpus.parent)
        found = indexed.search("harbour", where={"source": f"{corpus.name}/harbour.pdf"})
        assert set(names(found)) == {"harbour.pdf"}

    @pytest.mark.parametrize("question", ["", "  \n", "\x00"])
    def test_an_empty_question_is_refused(self, indexed, question):
        with pytest.raises(QueryError):
            indexed.search(question)

    def test_an_unusable_filter_is_refused(self, indexed):
        with pytest.raises(QueryError):
            indexed.search("harbour", where={"page": {"~": 1}})

    @pytest.mark.parametrize(
        "question",
        ["?!", "🙂", "the of", "x" * 10_000, "云泽交通" * 5_000, "page\x1b[31m", "'; DROP TABLE nodes; --"],
    )
    def test_odd_questions_are_harmless(self, indexed, question):
        indexed.search(question)
        assert indexed.verify().ok

    @pytest.mark.parametrize("top_k", [0, 1, 1_000_000])
    def test_any_top_k(self, indexed, top_k):
        assert len(indexed.search("harbour", top_k=top_k)) <= top_k

    def test_an_empty_collection_finds_nothing(self, tmp_path):
        with Chartwell.open(tmp_path / "kb") as client:
            assert client.search("anything") == []
            assert client.ask("anything?").abstained

    def test_searches_from_several_threads_agree(self, indexed):
        expected = names(indexed.search("harbour"))
        found = []
        threads = [threading.Thread(target=lambda: found.append(names(indexed.search("harbour")))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [expected] * 8


class TestAsk:
    def test_an_answer_cites_what_it_quotes(self, indexed):
        answer = indexed.ask("Who paid for the crane?")
        assert "The new crane was paid for by the town of Elmsford. [1]" in answer.text
        assert not answer.abstained
        assert names([answer.evidence[0]]) == ["harbour.pdf"]
        assert answer.claims[0].verdict == "supported"
        assert answer.claims[0].citations == (1,)
        assert answer.claims[0].region.region.page == 2

    def test_reference_marks_of_a_document_are_not_taken_for_citations(self, tmp_path):
        (tmp_path / "bridge.md").write_text("The bridge over the Elm was opened by the mayor in 1932 [2][14].")
        with Chartwell.open(tmp_path / "kb") as client:
            client.index([tmp_path / "bridge.md"])
            answer = client.ask("Who opened the bridge over the Elm in 1932?")
        assert answer.text == "The bridge over the Elm was opened by the mayor in 1932 (2)(14). [1]"
        assert answer.cited == (1,)

    def test_what_the_documents_do_not_tell_is_not_answered(self, indexed):
        answer = indexed.ask("Who composed the opera about the two brothers?")
        assert answer.abstained
        assert answer.text == "The documents do not tell."
        assert answer.claims == ()

    @pytest.mark.parametrize("question", ["Who paid for the crane?", "Tell me when the ferry to Skarholm leaves."])
    def test_small_talk_before_a_question_does_not_change_its_answer(self, indexed, question):
        talk = (
            "Good morning, I hope that your week has begun well over there. "
            "My colleagues and I are preparing a presentation about old lighthouses for a museum."
        )
        answer = indexed.ask(f"{talk} {question}")
        assert not answer.abstained
        assert answer.text == indexed.ask(question).text

    @pytest.mark.parametrize("question", ["谁写了这部关于火星移民的小说？", "今年的天气怎么样？"])
    def test_chinese_questions_are_declined_in_chinese(self, indexed, question):
        assert indexed.ask(question).text == "文档中没有说明。"

    def test_a_follow_up_question_uses_the_history(self, indexed):
        history = [{"role": "user", "content": "What is the fare of an adult on the ferry?"}]
        assert "6 crowns" in indexed.ask("And a child?", history=history).text

    def test_events_come_in_order_and_add_up(self, indexed):
        events = list(indexed.stream("Who paid for the crane?"))
        assert isinstance(events[0], RetrievalEvent)
        assert isinstance(events[-1], DoneEvent)
        answer = events[-1].answer
        assert "".join(event.text for event in events if isinstance(event, TokenEvent)) == answer.text
        assert tuple(event.claim for event in events if isinstance(event, VerdictEvent)) == answer.claims

    def test_every_object_is_json(self, indexed):
        answer = indexed.ask("What share of residents travels by bicycle?")
        data = json.loads(json.dumps(answer.to_dict()))
        assert data["evidence"][0]["number"] == 1
        assert data["evidence"][0]["reading"]["values"]
        assert set(data["claims"][0]) == {
            "text", "verdict", "score", "tier", "reason", "evidence", "region", "citations", "citation_status",
        }  # fmt: skip


class TestOpening:
    def test_a_folder_with_other_things_is_refused_and_left_alone(self, corpus):
        before = sorted(corpus.iterdir())
        with pytest.raises(NotACollection, match=r"holds other things .* Name a new or empty folder"):
            Chartwell.open(corpus)
        assert sorted(corpus.iterdir()) == before

    def test_a_missing_collection_is_not_made_where_that_is_not_wanted(self, tmp_path):
        with pytest.raises(NotACollection, match=r"does not exist\. Index documents into it first"):
            Chartwell.open(tmp_path / "kb", create=False)
        assert not (tmp_path / "kb").exists()

    def test_a_newer_schema_is_refused(self, tmp_path):
        Chartwell.open(tmp_path / "kb").close()
        with sqlite3.connect(tmp_path / "kb" / "catalog.sqlite") as catalog:
            catalog.execute("PRAGMA user_version = 9999")
        with pytest.raises(
            SchemaTooNew, match=r"newer Chartwell .* Upgrade Chartwell, or index the documents into a new"
        ):
            Chartwell.open(tmp_path / "kb")

    def test_unknown_settings_are_refused(self, tmp_path):
        with pytest.raises(SettingsError, match=r"chunk\.size"):
            Chartwell.open(tmp_path / "kb", chunk={"size": 3})

    def test_another_encoder_is_refused_until_the_collection_is_reindexed(self, tmp_path, other_text_model):
        note = tmp_path / "note.md"
        note.write_text("The ferry is called Albatross.")
        with Chartwell.open(tmp_path / "kb") as client:
            client.index([note])
        other = {"text_model": str(other_text_model)}
        with pytest.raises(EncoderMismatch, match="reindex"):
            Chartwell.open(tmp_path / "kb", encoder=other)
        with Chartwell.open(tmp_path / "kb", encoder=other, check_encoder=False) as client:
            assert client.reindex().encoded == {"text": 1}
        with Chartwell.open(tmp_path / "kb", encoder=other) as client:
            assert "Albatross" in client.search("ferry")[0].text
            assert client.verify().ok
        with pytest.raises(EncoderMismatch):
            Chartwell.open(tmp_path / "kb")

    def test_vectors_made_otherwise_by_the_same_encoder_are_refused_until_reindexed(self, tmp_path):
        note = tmp_path / "note.md"
        note.write_text("The ferry is called Albatross.")
        with Chartwell.open(tmp_path / "kb") as client:
            client.index([note])
            now = client.collection.spaces()["text"]
            # As versions named it that left titles out of account.
            earlier = replace(now, fingerprint=client.text_encoder.fingerprint)
            assert earlier != now
            with client.collection.writer() as writer:
                writer.replace_space(earlier, lambda nodes: np.eye(len(nodes), now.dimension, dtype=np.float32))
        with pytest.raises(EncoderMismatch, match="reindex"):
            Chartwell.open(tmp_path / "kb")
        with Chartwell.open(tmp_path / "kb", check_encoder=False) as client:
            assert client.reindex().encoded == {"text": 1}
        with Chartwell.open(tmp_path / "kb") as client:
            assert client.collection.spaces()["text"] == now
            assert "Albatross" in client.search("ferry")[0].text


class TestLostVectors:
    @pytest.fixture
    def damaged(self, tmp_path):
        """A collection of two notes, one of which has lost its vectors and the count of them."""
        for name in ("ferry", "tide"):
            (tmp_path / f"{name}.md").write_text(f"The {name} comes at noon.")
        with Chartwell.open(tmp_path / "kb") as client:
            client.index([tmp_path / "ferry.md", tmp_path / "tide.md"])
        with contextlib.closing(sqlite3.connect(tmp_path / "kb" / "catalog.sqlite")) as catalog, catalog:
            catalog.execute("DELETE FROM vectors WHERE node_id = 2")
            catalog.execute("DELETE FROM coverage WHERE document_id = 2")
        return tmp_path / "kb"

    def test_repair_makes_them_again(self, damaged):
        with Chartwell.open(damaged) as client:
            (problem, *_) = client.verify().problems
            assert problem.code == "vectors_missing"
            assert ".md has 0 vectors in the space 'text' instead of 1; `chartwell verify --repair`" in problem.message
            assert client.verify(repair=True).ok
            assert client.verify().problems == ()
            assert "tide.md" in client.search("tide")[0].source

    def test_without_their_encoder_repair_says_what_to_run(self, damaged, other_text_model):
        with Chartwell.open(damaged, encoder={"text_model": str(other_text_model)}, check_encoder=False) as client:
            report = client.verify(repair=True)
            assert not report.ok
            assert "`chartwell reindex`" in report.problems[0].message
            assert client.reindex().encoded == {"text": 2}
            assert client.verify().problems == ()


def test_passages_that_a_new_encoder_does_not_read_to_their_end_are_told(tmp_path, other_text_model):
    """Reindexing encodes the nodes as they are; only the next run of `index` cuts them to the new length."""
    limits = other_text_model / "sentence_bert_config.json"
    short = shutil.copytree(other_text_model, tmp_path / "short")
    (short / limits.name).write_text(json.dumps({**json.loads(limits.read_text()), "max_seq_length": 64}))
    note = tmp_path / "note.md"
    note.write_text(" ".join(f"Gauge {number} reads {number * 3} millimetres at noon." for number in range(60)))
    with Chartwell.open(tmp_path / "kb") as client:
        client.index([note])
        assert client.verify().notes == ()
    with Chartwell.open(tmp_path / "kb", encoder={"text_model": str(short)}, check_encoder=False) as client:
        (warning,) = client.reindex().warnings
        assert "longer than the 62 tokens" in warning
        assert "`chartwell index`" in warning
        assert client.verify().notes == (warning,)
        assert client.verify().ok
        client.index([note])
        assert client.verify().notes == ()
        assert client.reindex().to_dict() == {"encoded": {"text": 0}, "warnings": []}


def test_langchain_retriever(indexed):
    retriever = ChartwellRetriever(search=lambda question, k: indexed.search(question, top_k=k), top_k=2)
    documents = retriever.invoke("Who paid for the crane?")
    assert "Elmsford" in documents[0].page_content
    assert documents[0].metadata["page"] == 2
    assert len(documents) <= 2


def test_a_defect_that_a_worker_meets_is_reported(tmp_path, corpus, monkeypatch):
    with Chartwell.open(tmp_path / "kb") as client:
        options = components.worker_options(client.settings, client.text_encoder)
        spoilt = replace(options, recipe=replace(options.recipe, target_tokens=1))
        monkeypatch.setattr(components, "worker_options", lambda *_: spoilt)
        report = client.index([corpus / "notes.md"])
        assert "Chunks of 1 tokens" in report.failed[0].reason


def test_an_unchanged_collection_does_not_load_the_model(tmp_path):
    import subprocess
    import sys

    note = tmp_path / "note.md"
    note.write_text("Some content.")
    time.sleep(0.01)
    program = (
        "import sys; from chartwell import Chartwell\n"
        f"with Chartwell.open({str(tmp_path / 'kb')!r}) as client: client.index([{str(note)!r}])\n"
        "print('torch' in sys.modules)"
    )
    for expected in ("True", "False"):
        done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
        assert done.stdout.strip() == expected
