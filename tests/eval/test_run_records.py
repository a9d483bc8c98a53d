"""The append-only files, the evidence kept in them, and the choice of documents."""

import resource
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.errors import InvalidDataset, RunDamaged, StorageFull
from chartwell.eval import Item, Relevant
from chartwell.eval.runs.intervals import mean_interval
from chartwell.eval.runs.manifest import Manifest, differences
from chartwell.eval.runs.records import Key, RecordLog, cut_torn_line
from chartwell.eval.runs.relevant_sources import document_scope, page_scope, resolve_sources
from chartwell.eval.runs.stored_evidence import EvidenceStore
from chartwell.eval.runs.system import Description
from chartwell.generation.grounding.checker import check
from chartwell.indexing.documents import Axis, Box, ChartReading, ChartValue, Part, Region, Table
from chartwell.retrieval.evidence import Evidence, MatchedRegion

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
RECORDS = st.lists(st.tuples(TEXTS, st.sampled_from(["a", "b"]), TEXTS), max_size=12)


@given(RECORDS, st.integers(0, 400))
def test_whatever_is_torn_off_the_rest_is_read_and_appended_to(tmp_path_factory, records, torn):
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    log = RecordLog(path)
    for item, stage, text in records:
        log.append(Key(item, stage, "s"), {"text": text})
    log.close()
    data = path.read_bytes() if records else b""
    kept = data[: len(data) - min(torn, len(data))]
    path.write_bytes(kept)
    whole = records[: kept.count(b"\n")]
    expected = {Key(item, stage, "s"): {"text": text} for item, stage, text in whole}
    assert RecordLog(path).read() == expected
    again = RecordLog(path)
    again.append(Key("last", "c", "s"), {"text": "x"})
    again.close()
    assert RecordLog(path).read() == {**expected, Key("last", "c", "s"): {"text": "x"}}


@given(st.binary(max_size=200))
def test_cutting_leaves_whole_lines_alone(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("cut") / "file"
    path.write_bytes(data)
    cut_torn_line(path)
    assert path.read_bytes() == data[: data.rfind(b"\n") + 1]


@pytest.mark.parametrize("line", ["[]", "{}", '"x"', '{"item": 1, "stage": 2}', "nonsense"])
def test_lines_that_are_no_records_are_named(tmp_path, line):
    (tmp_path / "log.jsonl").write_text('{"item": "a", "stage": "b", "settings": "c"}\n' + line + "\n")
    with pytest.raises(RunDamaged, match=r"log\.jsonl, line 2"):
        RecordLog(tmp_path / "log.jsonl").read()


def test_a_line_that_a_full_disk_cut_short_is_cut_off_before_the_next(tmp_path):
    log = RecordLog(tmp_path / "log.jsonl")
    log.append(Key("a", "b", "s"), {"text": "x"})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.path.stat().st_size + 20, hard))
    try:
        with pytest.raises(StorageFull, match="the disk takes no more"):
            log.append(Key("long", "b", "s"), {"text": "y" * 100})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    log.append(Key("c", "b", "s"), {"text": "z"})
    log.close()
    assert [key.item for key in RecordLog(log.path).read()] == ["a", "c"]


def test_evidence_that_could_not_be_written_is_not_taken_for_stored(tmp_path):
    store = EvidenceStore(tmp_path / "none" / "evidence.jsonl")
    evidence = Evidence("text", "/kb/a.md", None, "Sales rose.", 0.5, {}, (), (), ())
    with pytest.raises(FileNotFoundError):
        store.add(evidence)
    (tmp_path / "none").mkdir()
    reference = store.add(evidence)
    assert EvidenceStore(tmp_path / "none" / "evidence.jsonl").get(reference).text == "Sales rose."
    with pytest.raises(RunDamaged, match="lacks the evidence 123"):
        store.get({"key": "123"})


def test_evidence_comes_back_as_it_was_and_is_checked_alike(tmp_path):
    region = Region(2, Box(0.1, 0.2, 0.3, 0.4))
    table = Table(
        (("", "2021"), ("Sales", "12")), 1, "Sales", ((None, None), (None, region)), "in millions", ("a",), (0, 1)
    )
    value = ChartValue(47.0, "47%", region, "All", "Bicycle", "%")
    reading = ChartReading("bar", "Ways", "", "Source: us", Axis("x", "%", "linear", ("0",)), None, ("All",), (value,))
    evidence = Evidence(
        *("table", "/a/b.pdf", 2, "Sales 12", 0.75, {}, (MatchedRegion("Sales | 12", region, 0.5),), (region,)),
        (Part("Sales | 12", (region,)),),
        ("Annual report",),
        "Table 1",
        "B",
        "ii",
        "application/pdf",
        table=table,
        reading=reading,
        language="en",
        also_in=("/a/c.pdf",),
        found_in=2,
    )
    store = EvidenceStore(tmp_path / "evidence.jsonl")
    reference = store.add(evidence)
    assert store.add(replace(evidence, score=0.5))["key"] == reference["key"]
    store.close()
    assert (tmp_path / "evidence.jsonl").read_text().count("\n") == 1
    back = EvidenceStore(tmp_path / "evidence.jsonl").get(reference)
    assert back == evidence
    for claim in ("Sales were 12 million in 2021.", "47% go by bicycle.", "Sales were 13 million in 2021."):
        assert check(claim, [back]) == check(claim, [evidence])


def test_manifests_tell_what_differs_and_what_does_not_matter():
    def manifest(**changes):
        system = Description({"path": "/x", "fingerprint": "f"}, {"retrieval": {"fusion": "rrf"}}, {}, "p")
        return replace(Manifest({"path": "q", "sha256": "s", "items": 2}, system, {"depth": 3}, "0.1"), **changes)

    elsewhere = replace(manifest().system, collection={"path": "/y", "fingerprint": "f"})
    same = manifest(system=elsewhere, packages={"numpy": "3"}, limit=1, machine="another")
    assert same.settings_hash == manifest().settings_hash
    other = manifest(system=replace(manifest().system, settings={"retrieval": {"fusion": "weighted"}}))
    assert differences(manifest().identity, other.identity) == ["settings.retrieval.fusion: rrf, now weighted"]
    assert other.settings_hash != manifest().settings_hash


def test_documents_are_meant_by_the_end_of_their_path():
    sources = ["/kb/2023/report.pdf", "/kb/2024/report.pdf", "/kb/notes.md"]

    def item(*relevant, answerable=True):
        return Item("q", "What?", (), relevant, answerable)

    wanted = item(Relevant("2023/report.pdf", 3), Relevant("notes.md"))
    found = resolve_sources([wanted], sources, allow_missing=False)
    assert found == {"2023/report.pdf": "/kb/2023/report.pdf", "notes.md": "/kb/notes.md"}
    assert document_scope(wanted, found) == {"source": ["/kb/2023/report.pdf", "/kb/notes.md"]}
    assert page_scope(wanted, found) == {"source": ["/kb/2023/report.pdf"], "page": [3]}
    with pytest.raises(InvalidDataset, match=r"fits 2 of the collection.*2023/report"):
        resolve_sources([item(Relevant("report.pdf"))], sources, allow_missing=True)
    with pytest.raises(InvalidDataset, match=r"no document 'eport\.pdf' \(question 'q'\)"):
        resolve_sources([item(Relevant("eport.pdf"))], sources, allow_missing=False)
    assert page_scope(item(Relevant("notes.md")), found) == "the data set names no page"
    assert document_scope(item(answerable=False), found) == "the documents do not tell"
    several = item(Relevant("2023/report.pdf", 3), Relevant("notes.md", 4))
    assert "several documents" in page_scope(several, found)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_intervals_hold_the_mean(values):
    found = mean_interval(values, resamples=200)
    assert found.mean == pytest.approx(sum(values) / len(values))
    if found.low is not None:
        assert found.low <= found.mean + 1e-9
        assert found.high >= found.mean - 1e-9


def test_an_interval_is_as_wide_as_the_theory_says():
    import numpy as np

    values = np.random.default_rng(5).normal(0.5, 0.2, 400)
    found = mean_interval(values.tolist())
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.2 / 20, rel=0.12)
