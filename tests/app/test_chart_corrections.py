"""Readings of charts corrected by hand: found, answered and checked by, kept over every new reading."""

import shutil
import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell import Chartwell
from chartwell.errors import CollectionLocked, QueryError
from chartwell.indexing.corrections import as_corrected, corrected_node, with_corrections
from chartwell.indexing.documents import Box, ChartReading, ChartValue, Node, Part, Region

QUESTION = "What share of residents travel to work by bicycle?"


@pytest.fixture(scope="module")
def indexed_once(tmp_path_factory, corpus):
    folder = tmp_path_factory.mktemp("corrections") / "kb"
    with Chartwell.open(folder) as client:
        client.index([corpus / "survey.png", corpus / "notes.md"])
    return folder


@pytest.fixture
def kb(indexed_once, tmp_path):
    shutil.copytree(indexed_once, tmp_path / "kb")
    with Chartwell.open(tmp_path / "kb") as client:
        yield client


def chart_of(client):
    (chart,) = client.browse("chart")
    return chart


def corrected(client, number, **changes):
    """The survey with another share of bicycles."""
    chart = chart_of(client)
    values = tuple(
        replace(value, number=number, text=f"{number}%") if value.category == "Bicycle" else value
        for value in chart.reading.values
    )
    return client.correct_chart(chart, replace(chart.reading, values=values, **changes))


def test_answers_and_checks_go_by_the_correction(kb):
    assert "47%" in kb.ask(QUESTION).text
    assert corrected(kb, 58) == (chart_of(kb).source,)
    answer = kb.ask(QUESTION)
    assert "58%" in answer.text
    assert "47" not in answer.text
    assert {claim.verdict for claim in answer.claims} == {"supported"}
    assert answer.evidence[0].reading.corrected
    how = {value.category: value.how for value in chart_of(kb).reading.values}
    assert how == {"Bicycle": "corrected", "Bus": "labelled", "Private car": "labelled"}
    assert kb.verify().ok


def test_a_number_alone_is_corrected_and_told_everywhere(kb):
    chart = chart_of(kb)
    values = tuple(replace(v, number=58) if v.category == "Bicycle" else v for v in chart.reading.values)
    kb.correct_chart(chart, replace(chart.reading, values=values))
    assert "58%" in kb.ask(QUESTION).text
    assert "47" not in chart_of(kb).text


def test_an_estimate_that_is_corrected_is_told_as_a_number():
    bounds = Region(1, Box(0, 0, 1, 1))
    was = ChartReading(values=(ChartValue(47.3, "", bounds, category="Monday", unit="%", how="estimated"),))
    node = Node("chart", "Monday: about 47.3%", (Part("Monday: about 47.3%"),), (bounds,), reading=was, asset="a")
    for changes, told in (({"number": 50.0}, "Monday: 50%"), ({"category": "Tuesday"}, "Tuesday: 47.3%")):
        reading = replace(was, values=(replace(was.values[0], **changes),))
        assert corrected_node(node, as_corrected(reading, was, bounds)).text == told


def test_a_correction_says_where_its_values_stand_and_so_in_json(kb):
    before = {value.category: value.region for value in chart_of(kb).reading.values}
    corrected(kb, 58)
    chart = chart_of(kb)
    for value in chart.reading.values:
        assert value.region.page == before[value.category].page
        assert value.region.box == pytest.approx(before[value.category].box, abs=2e-5)
    told = chart.to_dict()["reading"]
    assert told["corrected"] is True
    assert ChartReading.from_dict(told) == chart.reading


def test_another_title_is_found(kb):
    corrected(kb, 58, title="How the people of Elmsford get to their jobs")
    assert kb.search("people of Elmsford get to their jobs", top_k=1)[0].reading.title.startswith("How the people")
    assert "How residents travel" not in chart_of(kb).text


def test_a_correction_stays_when_the_file_is_read_again_and_wherever_it_lies(kb, corpus, tmp_path):
    corrected(kb, 58)
    assert kb.index([corpus / "survey.png"], force=True).updated
    assert "58%" in chart_of(kb).text

    kb.delete(chart_of(kb).source)
    assert kb.browse("chart") == []
    shutil.copy(corpus / "survey.png", tmp_path / "moved.png")
    kb.index([tmp_path / "moved.png"])
    assert chart_of(kb).source.endswith("moved.png")
    assert "58%" in chart_of(kb).text
    assert chart_of(kb).reading.corrected


def test_every_document_with_the_picture_is_corrected_and_nothing_else_changes(kb, corpus, tmp_path):
    shutil.copy(corpus / "survey.png", tmp_path / "copy.png")
    kb.index([tmp_path / "copy.png"])
    notes = kb.search("ferry to Skarholm", top_k=1)[0]
    assert len(corrected_both(kb)) == 2
    assert all("58%" in chart.text for chart in kb.browse("chart"))
    assert kb.search("ferry to Skarholm", top_k=1)[0].node_ids == notes.node_ids
    assert kb.verify().ok


def corrected_both(kb):
    chart = kb.browse("chart")[0]
    values = tuple(replace(value, number=58, text="58%") for value in chart.reading.values[:1])
    return kb.correct_chart(chart, replace(chart.reading, values=values))


def test_a_correction_is_taken_back(kb):
    corrected(kb, 58)
    report = kb.uncorrect_chart(chart_of(kb))
    assert len(report.updated) == 1
    assert not chart_of(kb).reading.corrected
    assert "47%" in kb.ask(QUESTION).text
    assert kb.uncorrect_chart(chart_of(kb)).entries == []


def test_a_correction_half_taken_back_can_be_taken_back(kb):
    """Killed after it was forgotten, and before the file was read again."""
    corrected(kb, 58)
    with kb.collection.writer() as writer:
        (picture,) = kb.collection.corrections()
        writer.uncorrect_chart(picture)
    assert chart_of(kb).reading.corrected
    assert len(kb.uncorrect_chart(chart_of(kb)).updated) == 1
    assert "47%" in kb.ask(QUESTION).text


def test_a_correction_stays_where_the_file_is_gone(kb):
    corrected(kb, 58)
    gone = replace(chart_of(kb), source="/nowhere/survey.png")
    with sqlite3.connect(kb.collection.path / "catalog.sqlite") as catalog:
        catalog.execute("UPDATE documents SET source = ? WHERE source LIKE '%survey.png'", (gone.source,))
    catalog.close()
    with pytest.raises(QueryError, match="is gone"):
        kb.uncorrect_chart(gone)
    assert chart_of(kb).reading.corrected


def test_what_cannot_be_corrected_is_said(kb):
    chart = chart_of(kb)
    text = kb.browse("text")[0]
    with pytest.raises(QueryError, match="has no picture"):
        kb.correct_chart(text, ChartReading())
    with kb.collection.writer(), pytest.raises(CollectionLocked):
        kb.correct_chart(chart, chart.reading)
    kb.delete(chart.source)
    with pytest.raises(QueryError, match="no longer"):
        kb.correct_chart(chart, chart.reading)


def test_a_catalog_of_the_version_before_is_upgraded(kb):
    path = kb.collection.path
    kb.close()
    with sqlite3.connect(path / "catalog.sqlite") as old:
        old.executescript("DROP TABLE corrections; PRAGMA user_version = 3;")
    old.close()
    with Chartwell.open(path) as upgraded:
        corrected(upgraded, 58)
        assert "58%" in upgraded.ask(QUESTION).text


WORDS = st.text(alphabet="abc :%", max_size=6)
BOXES = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    *[st.floats(0, 0.5, allow_nan=False) for _ in range(2)],
    *[st.floats(0.01, 0.5, allow_nan=False) for _ in range(2)],
)
VALUES = st.lists(
    st.builds(
        ChartValue,
        number=st.integers(-99, 99).map(float),
        text=st.integers(-99, 99).map(str),
        region=st.builds(Region, st.just(3), BOXES),
        series=WORDS,
        category=WORDS,
        how=st.sampled_from(["labelled", "estimated"]),
    ),
    max_size=4,
)
READINGS = st.builds(ChartReading, title=WORDS, subtitle=WORDS, values=VALUES.map(tuple))


@given(READINGS, READINGS, BOXES, st.lists(WORDS.filter(bool), max_size=3))
def test_a_corrected_chart_tells_its_reading_and_is_stable(was, reading, box, printed):
    bounds = Region(3, box)
    lines = [text for text in (was.title, was.subtitle, *printed) if text]
    parts = tuple(Part(line) for line in lines)
    node = Node("chart", "\n".join(lines), parts, (bounds,), page=3, reading=was, asset="a")
    correction = as_corrected(reading, was, bounds)
    new = corrected_node(node, correction)
    assert new.reading.corrected
    assert [(v.series, v.category, v.number) for v in new.reading.values] == [
        (v.series, v.category, v.number) for v in reading.values
    ]
    for value, given_ in zip(new.reading.values, reading.values, strict=True):
        if value.how == "corrected":
            assert value.region.page == 3
            assert value.region.box == pytest.approx(given_.region.box, abs=1e-6)
    text = [part.text for part in new.parts]
    assert all(category in "\n".join(text) for category in {value.category for value in reading.values})
    assert reading.title in "\n".join(text)
    assert "\n".join(text) == new.text
    again = with_corrections([new], {"a": as_corrected(new.reading, new.reading, bounds)})[0]
    assert sorted(again.text.split("\n")) == sorted(new.text.split("\n"))
