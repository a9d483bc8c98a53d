"""Filters that are chosen in the sidebar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell import Chartwell
from chartwell.app.ui.scope import Scope, metadata_pairs, read_metadata

NAMES = ["Report [final].txt", "report-2.txt", "what?*.txt", "年报.txt"]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scope")
    for name in NAMES:
        (folder / name).write_text(f"The contents of {name} are of no matter.\n", "utf-8")
    with Chartwell.open(folder / "kb") as client:
        client.index([folder / name for name in NAMES[:2]], metadata={"year": 2023, "team": "a*"})
        client.index([folder / name for name in NAMES[2:]], metadata={"year": 2024, "team": "abc"})
        yield client


def admitted(client, scope):
    return {document.source.rsplit("/", 1)[-1] for document in client.documents(scope.where())}


def test_nothing_chosen_admits_everything(client):
    assert Scope().where() is None
    assert admitted(client, Scope(named="  ")) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_document_that_was_chosen_is_admitted_alone_whatever_its_name(client, name):
    source = next(one.source for one in client.documents() if one.source.endswith(name))
    assert admitted(client, Scope(sources=(source,))) == {name}


@pytest.mark.parametrize(
    ("named", "found"),
    [("REPORT", NAMES[:2]), ("[final]", NAMES[:1]), ("?*", NAMES[2:3]), ("年", NAMES[3:]), ("nowhere", [])],
)
def test_part_of_a_name_finds_it_in_any_case(client, named, found):
    assert admitted(client, Scope(named=named)) == set(found)


def test_metadata_narrow_what_is_admitted(client):
    pairs = metadata_pairs(client.documents())
    assert pairs == [("team", "a*"), ("team", "abc"), ("year", 2023), ("year", 2024)]
    assert admitted(client, Scope(metadata=(("year", 2024),))) == set(NAMES[2:])
    assert admitted(client, Scope(metadata=(("year", 2024), ("year", 2023)))) == set(NAMES)
    assert admitted(client, Scope(metadata=(("team", "a*"),))) == set(NAMES[:2])
    assert admitted(client, Scope(metadata=(("team", "a*"), ("year", 2024)))) == set()


def test_every_pair_that_is_offered_admits_documents(tmp_path):
    (tmp_path / "a.txt").write_text("The contents are of no matter.\n", "utf-8")
    own = dict.fromkeys(("source", "kind", "media_type", "language", "page", "title"), "x")
    with Chartwell.open(tmp_path / "kb") as client:
        client.index([tmp_path / "a.txt"], metadata={**own, "team": "y"})
        pairs = metadata_pairs(client.documents())
        assert pairs == [("team", "y")]
        assert admitted(client, Scope(metadata=tuple(pairs))) == {"a.txt"}


def test_metadata_are_typed_as_pairs():
    assert read_metadata("department = sales, year = 2024\nshare=-0.5；部门 = 销售，nonsense, = x, y =") == {
        "department": "sales",
        "year": 2024,
        "share": -0.5,
        "部门": "销售",
    }


@given(st.text())
def test_whatever_is_typed_is_metadata_that_can_be_kept(typed):
    for key, value in read_metadata(typed).items():
        assert key == key.strip() != ""
        assert isinstance(value, str | int | float)
