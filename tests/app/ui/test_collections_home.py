"""Names that people and uploads give lead nowhere else."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chartwell.app.ui.collections_home import (
    collection_path,
    collections_in,
    keep_uploads,
    replaced_by,
    safe_upload_path,
)
from chartwell.errors import QueryError

NAMES = st.text() | st.lists(st.sampled_from(["..", ".", "/", "\\", "a", "报告", ".pdf", "\0", " ", "C:", "~"])).map(
    "".join
)


@given(NAMES)
@example("../../etc/passwd")
@example("..\\..\\windows")
@example("/etc/passwd")
@example("")
@example("a" * 5_000 + ".pdf")
@example("a/" * 5_000)
@example(". ./. ./x")
def test_uploads_stay_in_their_folder(name):
    folder = Path("/somewhere/kb")
    path = safe_upload_path(folder, name)
    parts = path.relative_to(folder / "uploads").parts
    assert parts
    assert all(part not in (".", "..") and len(part.encode()) <= 200 for part in parts)
    assert all(part.isprintable() and not part.startswith(".") for part in parts)


def test_folders_and_kinds_of_uploads_stay():
    assert safe_upload_path(Path("/kb"), "2024/Q3 报告.pdf") == Path("/kb/uploads/2024/Q3 报告.pdf")
    assert safe_upload_path(Path("/kb"), "x" * 500 + ".pdf").suffix == ".pdf"


def test_uploads_of_one_name_are_all_kept_and_a_later_one_takes_the_place_of_an_earlier(tmp_path):
    names = ["a.txt", "b/a.txt", "a.txt", "a?.txt", "a (2).txt"]
    paths = keep_uploads(tmp_path, [(name, str(place).encode()) for place, name in enumerate(names)])
    assert [path.read_text() for path in paths] == ["0", "1", "2", "3", "4"]
    assert [path.relative_to(tmp_path / "uploads").as_posix() for path in paths[:3]] == [
        "a.txt", "b/a.txt", "a (2).txt",
    ]  # fmt: skip
    assert keep_uploads(tmp_path, [("a.txt", b"new")]) == paths[:1]
    assert paths[0].read_text() == "new"


def test_uploads_stand_beside_older_ones_where_these_may_not_be_replaced(tmp_path):
    keep_uploads(tmp_path, [("a.txt", b"old"), ("b.txt", b"same")])
    given = [("a.txt", b"new"), ("b.txt", b"same"), ("c.txt", b"c")]
    assert replaced_by(tmp_path, given) == ["a.txt"]
    for _ in range(2):  # once more changes nothing
        kept = keep_uploads(tmp_path, given, replace=False)
        assert [path.name for path in kept] == ["a (2).txt", "b.txt", "c.txt"]
    assert {path.name: path.read_bytes() for path in (tmp_path / "uploads").iterdir()} == {
        "a.txt": b"old", "a (2).txt": b"new", "b.txt": b"same", "c.txt": b"c",
    }  # fmt: skip


@pytest.mark.parametrize("replace", [True, False])
def test_a_number_never_leads_to_an_older_file(tmp_path, replace):
    keep_uploads(tmp_path, [("a (2).txt", b"older")])
    kept = keep_uploads(tmp_path, [("a.txt", b"1"), ("a.txt", b"2")], replace=replace)
    assert [path.name for path in kept] == ["a.txt", "a (3).txt"]
    assert (tmp_path / "uploads" / "a (2).txt").read_bytes() == b"older"


def test_a_folder_under_a_files_name_and_a_file_under_a_folders(tmp_path):
    keep_uploads(tmp_path, [("notes.md", b"file"), ("reports/2024.txt", b"in a folder")])
    given = [("notes.md/a.txt", b"a"), ("reports", b"file"), ("notes.md/b.txt", b"b")]
    assert replaced_by(tmp_path, given) == []
    kept = keep_uploads(tmp_path, given)
    assert [path.relative_to(tmp_path / "uploads").as_posix() for path in kept] == [
        "notes (2).md/a.txt", "reports (2)", "notes (2).md/b.txt",
    ]  # fmt: skip
    assert (tmp_path / "uploads" / "notes.md").read_bytes() == b"file"
    assert (tmp_path / "uploads" / "reports" / "2024.txt").read_bytes() == b"in a folder"


UPLOADS = st.lists(
    st.tuples(st.sampled_from(["a", "a/b", "a/b/c", "a (2)", "b"]), st.sampled_from([b"1", b"2"])), max_size=6
)


@given(UPLOADS, UPLOADS)
def test_nothing_is_lost_that_was_not_named(first, second):
    with tempfile.TemporaryDirectory() as folder:
        collection = Path(folder)
        keep_uploads(collection, first)
        before = {path: path.read_bytes() for path in (collection / "uploads").rglob("*") if path.is_file()}
        named = {collection / "uploads" / name for name in replaced_by(collection, second)}
        kept = keep_uploads(collection, second)
        assert len(set(kept)) == len(second)
        assert [path.read_bytes() for path in kept] == [data for _, data in second]
        changed = {path for path, data in before.items() if path.read_bytes() != data}
        assert changed <= named


def test_an_upload_that_cannot_be_kept_leaves_the_earlier_one_whole(tmp_path):
    (path,) = keep_uploads(tmp_path, [("a.txt", b"before")])
    with pytest.raises(TypeError):
        keep_uploads(tmp_path, [("a.txt", "breaks off in the middle of writing")])
    assert path.read_bytes() == b"before"
    assert list(path.parent.iterdir()) == [path]


@given(NAMES)
@example("..")
@example("a/b")
@example("a\n")
@example("a.")
def test_a_collection_lies_right_in_its_home_or_nowhere(name):
    home = Path("/somewhere")
    try:
        path = collection_path(home, name)
    except QueryError:
        return
    assert path.parent == home
    assert path.name == name


@pytest.mark.parametrize("name", ["Annual reports 2024", "季报", "a_b-c.d"])
def test_plain_names_are_names(name):
    assert collection_path(Path("/h"), name) == Path("/h") / name


def test_only_collections_are_listed(tmp_path):
    from chartwell import Chartwell

    (tmp_path / "other").mkdir()
    (tmp_path / "file").touch()
    Chartwell.open(tmp_path / "b").close()
    Chartwell.open(tmp_path / "a").close()
    assert collections_in(tmp_path) == ["a", "b"]
    assert collections_in(tmp_path / "missing") == []
