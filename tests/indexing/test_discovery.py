import os

import pytest

from chartwell.indexing.collection import Collection
from chartwell.indexing.discovery import find_files, source_name


def names(files):
    return [os.path.basename(file.source) for file in files if not file.problem and not file.hidden]


def test_a_folder_is_walked_in_a_stable_order_and_every_file_comes_once(tmp_path):
    for name in ("b.md", "a.md", "sub/c.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    found = list(find_files([tmp_path, tmp_path / "a.md", tmp_path / "sub" / ".." / "b.md"]))
    assert names(found) == ["a.md", "b.md", "c.md"]


def test_links_to_folders_do_not_trap_the_walk(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "note.md").write_text("x")
    (tmp_path / "inner" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.md").symlink_to(tmp_path / "self.md")
    found = list(find_files([tmp_path]))
    assert names(found) == ["note.md"]
    problems = {os.path.basename(file.source): str(file.problem) for file in found if file.problem}
    assert set(problems) == {"loop", "self.md"}
    assert "not followed" in problems["loop"]


def test_a_link_to_a_file_is_a_document_of_its_own(tmp_path):
    (tmp_path / "real.md").write_text("x")
    (tmp_path / "link.md").symlink_to(tmp_path / "real.md")
    assert names(find_files([tmp_path])) == ["link.md", "real.md"]


def test_hidden_entries_are_reported_not_read(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("x")
    (tmp_path / "note.md").write_text("x")
    found = list(find_files([tmp_path]))
    assert [os.path.basename(file.source) for file in found if file.hidden] == [".git"]


@pytest.mark.parametrize("name", ["with space.md", "line\nbreak.md", "chart 📈.md", "报告.md"])
def test_unusual_names(tmp_path, name):
    (tmp_path / name).write_text("x")
    assert names(find_files([tmp_path])) == [name]


def test_a_name_that_is_no_utf8_has_a_printable_source(tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.md"
    with open(path, "wb") as file:
        file.write(b"x")
    (found,) = find_files([tmp_path])
    assert found.source.endswith("caf\\xe9.md")
    assert found.path.read_bytes() == b"x"


def test_a_missing_path_comes_with_its_problem(tmp_path):
    (found,) = find_files([tmp_path / "nowhere.pdf"])
    assert "nowhere.pdf" in str(found.problem)


def test_relative_and_absolute_spellings_are_one_source(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert source_name("a/../b.md") == str(tmp_path / "b.md")


def test_a_collection_among_the_documents_is_left_out(tmp_path):
    with Collection.open(tmp_path / "kb") as collection:
        (collection.path / "assets").mkdir()
        (collection.path / "assets" / "chart.png").write_bytes(b"x")
        (tmp_path / "note.md").write_text("x")
        found = list(find_files([tmp_path]))
    assert names(found) == ["note.md"]
    (left_out,) = [file for file in found if file.problem]
    assert left_out.problem.code == "unsupported"
    assert "kb is a collection" in str(left_out.problem)
