"""Names that people and uploads give lead nowhere else."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chartwell.app.ui.collections_home import collection_path, collections_in, keep_uploads, safe_upload_path
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
    paths = keep_uploads(tmp_path, ((name, str(place).encode()) for place, name in enumerate(names)))
    assert [path.read_text() for path in paths] == ["0", "1", "2", "3", "4"]
    assert [path.relative_to(tmp_path / "uploads").as_posix() for path in paths[:3]] == [
        "a.txt", "b/a.txt", "a (2).txt",
    ]  # fmt: skip
    assert keep_uploads(tmp_path, [("a.txt", b"new")]) == paths[:1]
    assert paths[0].read_text() == "new"


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
