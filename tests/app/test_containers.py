"""Archives and e-mails through the whole pipeline: each file in them is a document of its own, and accounted for."""

import io
import os
import signal
import struct
import threading
import time
import zipfile
from email.message import EmailMessage
from pathlib import Path

import psutil
import pytest

from chartwell import Chartwell
from chartwell.app.page_crops import write_crops


def packed(members, target=None):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    if target is None:
        return buffer.getvalue()
    target.write_bytes(buffer.getvalue())
    return target


def mail_with(attachments, text="The keeper counts 88 gulls."):
    mail = EmailMessage()
    mail["Subject"] = "Gulls"
    mail["From"] = "Ann <ann@example.org>"
    mail["Date"] = "Tue, 5 Mar 2024 14:02:11 +0800"
    mail.set_content(text)
    for name, content in attachments.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return bytes(mail)


def age(*paths, seconds=3_600):
    """Files that were just written may have changed within the clock's resolution: these have not."""
    past = time.time() - seconds
    for path in paths:
        os.utime(path, (past, past))


def outcome(report, folder):
    """What became of each file: `{"name.zip/member": "added", ...}`."""
    return {str(Path(entry.source).relative_to(folder)): entry.status for entry in report.entries}


def reason(report, name):
    return next(entry.reason for entry in report.entries if entry.source.endswith(name))


def sources(client, folder):
    return {str(Path(document.source).relative_to(folder)) for document in client.documents()}


def no_worker(monkeypatch):
    """From now on a run that starts a worker fails."""
    monkeypatch.setattr("chartwell.indexing.worker_pool._start", lambda options: pytest.fail("a worker was started"))


@pytest.fixture
def client(tmp_path):
    with Chartwell.open(tmp_path / "kb", index={"workers": 1}) as client:
        yield client


@pytest.fixture
def docs(tmp_path):
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


class TestMembersAreDocuments:
    def test_they_are_found_cited_filtered_and_deleted(self, client, docs, make_pdf):
        pdf = make_pdf(docs.parent / "ships.pdf", [["The harbour handled 412 ships in 2021."]]).read_bytes()
        members = {
            "reports/ships.pdf": pdf,
            "报告.md": "# 港口\n\n总投资为三亿元。",
            "fish.csv": "fish,crowns\nherring,12\n",
        }
        path = packed(members, docs / "a.zip")
        (docs / "note.md").write_text("Another harbour handled 7 ships.")
        report = client.index([docs])
        assert outcome(report, docs) == dict.fromkeys(
            ["a.zip", "a.zip/reports/ships.pdf", "a.zip/报告.md", "a.zip/fish.csv", "note.md"], "added"
        )
        assert reason(report, "a.zip") == "contains 3 files"
        first = client.search("How many ships did the harbour handle?", where={"source": "*.zip/*"})[0]
        assert (first.source, first.page) == (f"{path}/reports/ships.pdf", 1)
        assert [document.title for document in client.documents({"source": f"{path}/报告.md"})] == ["港口"]
        answer = client.ask("How much does herring cost?")
        assert answer.evidence[0].source == f"{path}/fish.csv"
        assert client.delete(f"{path}/fish.csv")
        assert client.delete(path)
        assert sources(client, docs) == {"note.md"}
        assert client.verify().ok

    def test_the_page_is_shown_also_from_an_archive_in_a_mail(self, client, docs, make_pdf, tmp_path):
        pdf = make_pdf(tmp_path / "ships.pdf", [["Nothing here."], ["The harbour handled 412 ships in 2021."]])
        path = docs / "m.eml"
        path.write_bytes(mail_with({"all.zip": packed({"reports/ships.pdf": pdf.read_bytes()})}))
        client.index([docs])
        answer = client.ask("How many ships did the harbour handle in 2021?")
        assert answer.evidence[0].source == f"{path}/all.zip/reports/ships.pdf"
        assert list(write_crops(answer, tmp_path / "crops")) == [1]
        path.write_bytes(mail_with({}))
        assert write_crops(answer, tmp_path / "crops") == {}

    def test_a_mail_is_a_document_and_so_are_its_attachments(self, client, docs):
        (docs / "m.eml").write_bytes(mail_with({"fish.csv": b"fish,crowns\nherring,12\n", "photo.heic": bytes(400)}))
        report = client.index([docs])
        assert outcome(report, docs) == {"m.eml": "added", "m.eml/fish.csv": "added", "m.eml/photo.heic": "skipped"}
        assert reason(report, "m.eml") == "contains 2 files, 1 of them left out"
        found = client.search("How many gulls?", where={"from": "*ann@example.org*", "date": {">=": "2024-01-01"}})
        assert found[0].source == str(docs / "m.eml")
        assert found[0].headings == ("Gulls",)

    def test_metadata_goes_to_the_members_and_their_own_stays(self, client, docs):
        path = packed({"a.md": "The tide is high.", "m.eml": mail_with({})}, docs / "a.zip")
        client.index([docs], metadata={"year": 2021})
        assert {document.metadata.get("year") for document in client.documents()} == {2021}
        age(path)
        client.index([docs], metadata={"year": 2021})
        report = client.index([docs], metadata={"year": 2021})
        assert set(outcome(report, docs).values()) == {"unchanged"}
        (mail,) = client.documents({"source": "*.eml"})
        assert mail.metadata == {"from": "Ann <ann@example.org>", "date": "2024-03-05", "year": 2021}
        assert set(outcome(client.index([docs], metadata={"year": 2022}), docs).values()) == {"updated"}

    def test_containers_in_containers_down_to_the_limit(self, client, docs):
        deep = packed({"deepest.zip": packed({"x.md": "Never read."}), "deep.md": "The deep gauge reads 77 mm."})
        packed({"inner.zip": deep, "m.eml": mail_with({"more.zip": packed({"y.md": "y"})})}, docs / "a.zip")
        report = client.index([docs])
        assert outcome(report, docs) == {
            "a.zip": "added",
            "a.zip/inner.zip": "added",
            "a.zip/inner.zip/deep.md": "added",
            "a.zip/inner.zip/deepest.zip": "skipped",
            "a.zip/m.eml": "added",
            "a.zip/m.eml/more.zip": "skipped",
        }
        assert "lies inside 2 other archives" in reason(report, "deepest.zip")
        assert client.search("deep gauge")[0].source == f"{docs}/a.zip/inner.zip/deep.md"

    def test_pictures_become_figures_of_the_member(self, client, docs, make_chart):
        chart = make_chart(docs.parent / "c.png", "How residents travel", {"Bicycle": 47, "Bus": 31}).read_bytes()
        packed({"c.png": chart}, docs / "a.zip")
        assert client.index([docs]).figures_indexed == 1
        found = client.search("What share travels by bicycle?", where={"kind": "chart"})
        assert found[0].source == f"{docs}/a.zip/c.png"


class TestAgain:
    def test_an_unchanged_archive_is_not_opened(self, client, docs, monkeypatch):
        packed({"a.md": "x", "sub/b.zip": packed({"c.md": "y"}), "movie.mp4": bytes(range(256))}, docs / "a.zip")
        (docs / "m.eml").write_bytes(mail_with({"d.md": b"z"}))
        age(*docs.iterdir())
        before = outcome(client.index([docs]), docs)
        no_worker(monkeypatch)
        again = outcome(client.index([docs]), docs)
        assert again == {name: "unchanged" for name, status in before.items() if status == "added"}

    def test_a_touched_archive_is_hashed_and_left_alone(self, client, docs, monkeypatch):
        path = packed({"a.md": "x", "b.zip": packed({"c.md": "y"})}, docs / "a.zip")
        age(path)
        client.index([docs])
        generation = client.collection.generation
        age(path, seconds=1_800)
        assert set(outcome(client.index([docs]), docs).values()) == {"unchanged"}
        no_worker(monkeypatch)
        assert set(outcome(client.index([docs]), docs).values()) == {"unchanged"}
        assert client.collection.generation == generation

    def test_only_what_changed_in_an_archive_is_indexed_again(self, client, docs):
        path = packed(
            {"same.md": "Same.", "old.md": "Before.", "gone.md": "Gone.", "sub/x.zip": packed({"y.md": "y"})},
            docs / "a.zip",
        )
        age(path)
        client.index([docs])
        age(packed({"same.md": "Same.", "old.md": "After.", "new.md": "New."}, path), seconds=60)
        report = client.index([docs])
        assert outcome(report, docs) == {
            "a.zip": "updated",
            "a.zip/same.md": "unchanged",
            "a.zip/old.md": "updated",
            "a.zip/new.md": "added",
            "a.zip/gone.md": "deleted",
            "a.zip/sub/x.zip": "deleted",
            "a.zip/sub/x.zip/y.md": "deleted",
        }
        assert "no longer in" in reason(report, "gone.md")
        assert sources(client, docs) == {"a.zip", "a.zip/same.md", "a.zip/old.md", "a.zip/new.md"}
        assert client.verify().ok

    def test_what_becomes_another_kind_of_file_loses_its_members(self, client, docs):
        path = packed({"a.md": "x"}, docs / "a.zip")
        client.index([docs])
        path.write_text("Plain words under the name of an archive.".replace("archive", "note"))
        path.rename(docs / "a.eml")
        mail = docs / "m.eml"
        mail.write_bytes(mail_with({"d.md": b"z"}))
        client.index([docs])
        mail.write_bytes(mail_with({}))
        report = client.index([docs])
        assert outcome(report, docs)["m.eml/d.md"] == "deleted"
        assert "m.eml/d.md" not in sources(client, docs)

    def test_failed_members_are_tried_again_and_the_others_left_alone(self, client, docs):
        data = bytearray(packed({"good.md": "Good.", "bad.md": "Bad words."}))
        struct.pack_into("<I", data, data.index(b"PK\1\2", data.index(b"PK\1\2") + 1) + 16, 0)
        path = docs / "a.zip"
        path.write_bytes(data)
        age(path)
        for status in ("added", "unchanged"):
            report = client.index([docs])
            assert outcome(report, docs) == {"a.zip": status, "a.zip/good.md": status, "a.zip/bad.md": "failed"}
            assert "a.zip is damaged" in reason(report, "bad.md")
            assert "bad.md" in reason(report, "bad.md")
        assert reason(report, "a.zip") == "contains 2 files, 1 of them left out"

    def test_a_damaged_update_leaves_what_was_indexed(self, client, docs):
        path = packed({"a.md": "The ferry is called Albatross."}, docs / "a.zip")
        client.index([docs])
        path.write_bytes(path.read_bytes()[:40])
        report = client.index([docs])
        assert outcome(report, docs) == {"a.zip": "failed"}
        assert "earlier stays" in reason(report, "a.zip")
        assert "Albatross" in client.search("ferry")[0].text

    def test_a_deleted_member_comes_back_as_a_deleted_file_would(self, client, docs):
        path = packed({"a.md": "x", "b.zip": packed({"c.md": "y"})}, docs / "a.zip")
        age(path)
        client.index([docs])
        assert client.delete(f"{path}/b.zip/c.md")
        assert outcome(client.index([docs]), docs) == {
            "a.zip": "unchanged",
            "a.zip/a.md": "unchanged",
            "a.zip/b.zip": "unchanged",
            "a.zip/b.zip/c.md": "added",
        }

    def test_force_reads_all_again(self, client, docs):
        packed({"a.md": "x", "b.zip": packed({"c.md": "y"})}, docs / "a.zip")
        client.index([docs])
        assert set(outcome(client.index([docs], force=True), docs).values()) == {"updated"}

    def test_prune_keeps_members_as_long_as_their_archive_is_there(self, client, docs):
        packed({"a.md": "x"}, docs / "a.zip")
        gone = packed({"b.md": "y", "c.zip": packed({"d.md": "z"})}, docs / "b.zip")
        client.index([docs])
        assert client.index([docs], prune=True).deleted == []
        gone.unlink()
        report = client.index([docs], prune=True)
        assert [str(Path(entry.source).relative_to(docs)) for entry in report.deleted] == [
            "b.zip",
            "b.zip/b.md",
            "b.zip/c.zip",
            "b.zip/c.zip/d.md",
        ]
        assert sources(client, docs) == {"a.zip", "a.zip/a.md"}

    def test_repair_brings_back_what_was_lost_inside_an_archive(self, client, docs):
        import sqlite3

        path = packed({"a.md": "The ferry is called Albatross.", "b.md": "x"}, docs / "a.zip")
        age(path)
        client.index([docs])
        with sqlite3.connect(client.collection.path / "catalog.sqlite") as catalog:
            catalog.execute("DELETE FROM nodes WHERE id = 1")
        lost = client.verify(repair=True).lost_sources
        assert len(lost) == 1
        assert [entry.source for entry in client.index([docs]).added] == list(lost)
        assert client.verify().ok


class TestStopping:
    def test_a_cancelled_run_goes_on_later(self, client, docs):
        path = packed(
            {f"{number:03d}.md": f"Gauge {number} reads {number * 3} mm." for number in range(150)}, docs / "a.zip"
        )
        age(path)
        cancel = threading.Event()
        report = client.index([docs], cancel=cancel, on_event=lambda event: event.done >= 3 and cancel.set())
        assert report.cancelled
        committed = sources(client, docs)
        assert 3 <= len(committed) < 150
        assert "a.zip" not in committed
        rest = client.index([docs])
        assert len(rest.added) == 151 - len(committed)
        assert len(rest.unchanged) == len(committed)
        assert client.verify().ok

    def test_a_cancelled_update_never_passes_for_the_version_before(self, client, docs):
        """The old file comes back with its old time while half of the new one is indexed."""
        old = {f"{number:03d}.md": f"Gauge {number} reads old." for number in range(90)}
        path = packed(old, docs / "a.zip")
        age(path)
        client.index([docs])
        before = path.read_bytes(), path.stat()
        age(packed({name: text.replace("old", "new") for name, text in old.items()}, path), seconds=60)
        cancel = threading.Event()
        client.index([docs], cancel=cancel, on_event=lambda event: event.done >= 3 and cancel.set())
        path.write_bytes(before[0])
        os.utime(path, ns=(before[1].st_mtime_ns, before[1].st_mtime_ns))
        report = client.index([docs])
        assert report.updated
        nodes = [node.text for one in client.documents() for node in client.collection.nodes_of(one.id)]
        assert all("old" in text for text in nodes)
        assert len(nodes) == 90

    def test_a_crash_costs_one_member_alone_and_leaves_nothing_behind(self, client, docs, tmp_path, monkeypatch):
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
        (tmp_path / "temporary").mkdir()
        slow = "name,value\n" + "".join(f"row {row},{row}\n" for row in range(60_000))
        packed({"a.md": "First.", "slow.csv": slow, "tail.md": "Last."}, docs / "a.zip")
        stop = threading.Event()

        def kill_the_busy_worker():
            while not stop.is_set():
                for child in psutil.Process().children():
                    if "parse_worker" in " ".join(child.cmdline()) and child.cpu_times().user > 1.0:
                        child.send_signal(signal.SIGSEGV)
                        return
                stop.wait(0.02)

        killer = threading.Thread(target=kill_the_busy_worker)
        killer.start()
        report = client.index([docs])
        stop.set()
        killer.join()
        expected = {"a.zip": "added", "a.zip/a.md": "added", "a.zip/slow.csv": "failed", "a.zip/tail.md": "added"}
        assert outcome(report, docs) == expected
        assert "SIGSEGV" in reason(report, "slow.csv")
        assert "a.zip/slow.csv" in reason(report, "slow.csv")
        assert list((tmp_path / "temporary").iterdir()) == []


class TestHostile:
    def test_nothing_is_written_outside_and_names_are_safe(self, client, docs, tmp_path):
        packed(
            {
                "../../escaped.md": "Escaped words.",
                "/etc/absolute.md": "Absolute words.",
                "C:\\x\\y.md": "Drive words.",
            },
            docs / "a.zip",
        )
        report = client.index([docs])
        assert set(outcome(report, docs)) == {"a.zip", "a.zip/escaped.md", "a.zip/etc/absolute.md", "a.zip/x/y.md"}
        assert not list(tmp_path.rglob("escaped.md"))
        assert "is indexed as" in report.entries[-1].warnings[0]
        for entry in report.entries:
            assert "/chartwell-" not in entry.reason

    def test_errors_name_archive_and_member(self, client, docs, make_pdf):
        secret = make_pdf(docs.parent / "secret.pdf", [["x"]], password="open").read_bytes()
        inner = packed({"broken.pdf": b"%PDF-1.7 garbage", "empty.md": ""})
        packed({"secret.pdf": secret, "inner.zip": inner, "cut.zip": packed({"a.md": "x"})[:30]}, docs / "a.zip")
        report = client.index([docs])
        for name, status in outcome(report, docs).items():
            assert status in {"failed", "skipped"}
            assert str(docs / name) in reason(report, name)
            assert "/chartwell-" not in reason(report, name)
        assert {entry.source.rpartition("/")[2]: entry.code for entry in report.entries} == {
            "secret.pdf": "encrypted",
            "broken.pdf": "damaged",
            "empty.md": "damaged",
            "cut.zip": "damaged",
            "inner.zip": "unsupported",
            "a.zip": "unsupported",
        }
        assert client.documents() == []

    def test_an_archive_with_nothing_to_read_is_skipped_with_its_reason(self, client, docs):
        packed({"movie.mp4": bytes(range(256)) * 4, "__MACOSX/._a": "x"}, docs / "a.zip")
        report = client.index([docs])
        assert outcome(report, docs) == {"a.zip": "skipped", "a.zip/movie.mp4": "skipped", "a.zip/__MACOSX": "skipped"}
        assert "nothing in it can be found" in reason(report, "a.zip")
        assert [line.source for line in client.ledger()] == [entry.source for entry in report.entries]

    def test_limits_come_from_the_settings(self, tmp_path, docs):
        packed({f"{number}.md": "x" for number in range(4)}, docs / "a.zip")
        with Chartwell.open(tmp_path / "kb", index={"max_archive_members": 3, "workers": 1}) as client:
            (failed,) = client.index([docs]).entries
        assert (failed.status, failed.code) == ("failed", "limit")
        assert "max_archive_members" in failed.reason
