"""Conversations and feedback in the catalog."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartwell.errors import QueryError
from chartwell.indexing.catalog_schema import is_catalog
from chartwell.indexing.collection import Collection

ANSWER = {"text": "47 [1]", "abstained": False}


@pytest.fixture
def collection(tmp_path: Path):
    with Collection.open(tmp_path / "kb") as opened:
        yield opened


def test_a_conversation_is_found_again_after_reopening(tmp_path: Path) -> None:
    with Collection.open(tmp_path / "kb") as first:
        talk = first.conversations.start("传感器 <b>&")
        first.conversations.append(talk.id, "How many?", ANSWER)
    with Collection.open(tmp_path / "kb") as again:
        assert [one.title for one in again.conversations.all()] == ["传感器 <b>&"]
        (turn,) = again.conversations.turns(talk.id)
    assert (turn.question, turn.answer, turn.feedback) == ("How many?", ANSWER, None)


def test_the_one_changed_last_comes_first(collection: Collection) -> None:
    first, second = collection.conversations.start("a"), collection.conversations.start("b")
    collection.conversations.append(first.id, "Q", ANSWER)
    assert [one.id for one in collection.conversations.all()] == [first.id, second.id]


def test_it_goes_on_while_documents_are_written(collection: Collection) -> None:
    generation = collection.generation
    with collection.writer():
        talk = collection.conversations.start("a")
        collection.conversations.append(talk.id, "Q", ANSWER)
    assert len(collection.conversations.turns(talk.id)) == 1
    assert collection.generation == generation


def test_feedback_is_kept_changed_and_taken_back(collection: Collection) -> None:
    talks = collection.conversations
    talk = talks.start("a")
    turn = talks.append(talk.id, "Q", ANSWER)
    talks.rate(turn, good=False, note="it is 48")
    talks.rate(turn, good=True)
    assert [(one.good, one.note, one.question) for one in talks.feedback()] == [(True, "", "Q")]
    (stored,) = talks.turns(talk.id)
    assert stored.feedback is not None
    assert stored.feedback.good
    talks.unrate(turn)
    assert talks.feedback() == []


def test_feedback_outlives_its_conversation(collection: Collection) -> None:
    talks = collection.conversations
    talk = talks.start("a")
    talks.rate(talks.append(talk.id, "Q", ANSWER), good=True, note="n")
    assert talks.delete(talk.id)
    assert not talks.delete(talk.id)
    assert talks.turns(talk.id) == []
    assert [(one.question, one.answer, one.turn_id) for one in talks.feedback()] == [("Q", ANSWER, None)]


def test_a_turn_stays_where_the_one_in_its_place_cannot_be_kept(collection: Collection) -> None:
    talks = collection.conversations
    talk = talks.start("a")
    turn = talks.append(talk.id, "Q", ANSWER)
    with pytest.raises(UnicodeEncodeError):
        talks.append(talk.id, "half a character \ud800", ANSWER, instead_of=turn)
    assert [one.question for one in talks.turns(talk.id)] == ["Q"]


@pytest.mark.parametrize("change", ["append", "rename", "rate"])
def test_what_was_deleted_meanwhile_is_said(collection: Collection, change: str) -> None:
    talks = collection.conversations
    changes = {
        "append": lambda: talks.append(77, "Q", ANSWER),
        "rename": lambda: talks.rename(77, "b"),
        "rate": lambda: talks.rate(77, good=True),
    }
    with pytest.raises(QueryError, match=r"no .* 77 any more"):
        changes[change]()
    assert talks.all() == []


def test_a_catalog_of_the_version_before_is_upgraded(tmp_path: Path) -> None:
    Collection.open(tmp_path / "kb").close()
    with sqlite3.connect(tmp_path / "kb" / "catalog.sqlite") as old:
        old.executescript(
            "DROP TABLE corrections; DROP TABLE feedback; DROP TABLE turns; DROP TABLE conversations;"
            "PRAGMA user_version = 2;"
        )
    old.close()
    with Collection.open(tmp_path / "kb") as upgraded:
        assert upgraded.conversations.start("a").title == "a"
        assert upgraded.verify().problems == ()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=20), st.integers(0, 5)), max_size=12))
def test_turns_are_those_asked_last(tmp_path_factory: pytest.TempPathFactory, steps: list[str | int]) -> None:
    kept: list[tuple[int, str]] = []
    with Collection.open(tmp_path_factory.mktemp("kb") / "kb") as collection:
        talk = collection.conversations.start("a")
        for step in steps:
            if isinstance(step, str):
                kept.append((collection.conversations.append(talk.id, step, ANSWER), step))
            elif step < len(kept):
                instead_of = kept[step][0]
                kept[step:] = [
                    (collection.conversations.append(talk.id, "again", ANSWER, instead_of=instead_of), "again")
                ]
        assert [(turn.id, turn.question) for turn in collection.conversations.turns(talk.id)] == kept


def test_what_another_process_closes_is_not_lost_here(tmp_path: Path) -> None:
    """Looking whether a folder holds a collection once took away the locks on the one that was open."""
    with Collection.open(tmp_path / "kb") as here:
        here.conversations.start("before")
        assert is_catalog(tmp_path / "kb" / "catalog.sqlite")
        there = (
            "import sys; from chartwell.indexing.collection import Collection\n"
            "with Collection.open(sys.argv[1]) as there: there.conversations.start('there')"
        )
        subprocess.run([sys.executable, "-c", there, str(tmp_path / "kb")], check=True)
        here.conversations.start("after")
        assert [talk.title for talk in here.conversations.all()] == ["after", "there", "before"]
    with Collection.open(tmp_path / "kb") as later:
        assert [talk.title for talk in later.conversations.all()] == ["after", "there", "before"]


def test_other_files_are_no_catalogs(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database")
    (tmp_path / "empty").touch()
    sqlite3.connect(tmp_path / "other").execute("CREATE TABLE t (a)").connection.close()
    names = ["text", "empty", "other", "missing", "."]
    assert [name for name in names if is_catalog(tmp_path / name)] == []
