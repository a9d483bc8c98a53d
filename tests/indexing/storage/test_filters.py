import operator
from fnmatch import fnmatchcase

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chartwell.errors import QueryError
from chartwell.indexing.collection import Collection, Space
from chartwell.indexing.filters import parse_where

COMPARE = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@pytest.fixture(scope="module")
def library(tmp_path_factory, make_document):
    """Twelve documents of five pages each, every third page a chart."""
    with Collection.open(tmp_path_factory.mktemp("library") / "kb") as collection:
        with collection.writer() as writer:
            for number in range(12):
                texts = [f"word{number} page{page} shared" for page in range(1, 6)]
                document, nodes, _ = make_document(
                    f"/docs/{'a' if number % 2 else 'b'}/{number}.{'pdf' if number % 3 else 'html'}",
                    texts,
                    charts=(2,),
                    title=f"Title {number}",
                    language="en" if number < 6 else "zh",
                    metadata={"year": 2010 + number, "mixed": number if number % 2 else str(number)},
                )
                writer.put(document, nodes, {})
        yield collection


def sources(collection, where):
    return {int(document.title.split()[1]) for document in collection.documents(where)}


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        (None, set(range(12))),
        ({}, set(range(12))),
        ({"source": "*.pdf"}, {n for n in range(12) if n % 3}),
        ({"source": ["/docs/a/*", "/docs/b/0.html"]}, {0, *range(1, 12, 2)}),
        ({"source": "/docs/b/[02].*"}, {0, 2}),
        ({"source": {"!=": "*.html"}}, {n for n in range(12) if n % 3}),
        ({"language": "zh", "year": {">=": 2020}}, {10, 11}),
        ({"year": {">": 2012, "<=": 2014}}, {3, 4}),
        ({"year": [2010, 2021, 1]}, {0, 11}),
        ({"year": {"!=": [2010, 2011]}}, set(range(2, 12))),
        ({"year": "2010"}, set()),
        ({"mixed": {"<": 100}}, set(range(1, 12, 2))),
        ({"mixed": {"<": "9"}}, {0, 2, 4, 6, 8, 10}),
        ({"unknown": {"!=": 1}}, set()),
        ({"title": "Title 1*"}, {1, 10, 11}),
        ({"media_type": "text/plain", "kind": "chart", "page": 3}, set(range(12))),
        ({"kind": "chart", "page": 2}, set()),
        ({"kind": "table"}, set()),
    ],
)
def test_documents(library, where, numbers):
    assert sources(library, where) == numbers


@pytest.mark.parametrize(
    ("where", "pages"),
    [
        ({"page": 2}, {2}),
        ({"page": [1, 5]}, {1, 5}),
        ({"page": {"!=": 3}}, {1, 2, 4, 5}),
        ({"page": {"!=": [1, 4]}}, {2, 3, 5}),
        ({"page": {">": 1, "<": 4, "!=": 2}}, {3}),
        ({"page": {">": 4, "<": 2}}, set()),
        ({"kind": ["chart"]}, {3}),
        ({"kind": {"!=": "chart"}}, {1, 2, 4, 5}),
        ({"kind": "t*"}, {1, 2, 4, 5}),
        ({"kind": {"!=": ["text", "chart"]}}, set()),
    ],
)
def test_nodes_by_both_ways_of_saying_it(library, where, pages):
    """The ids that FAISS gets, and the attributes that tantivy gets, admit the same nodes."""
    wanted = {**where, "year": {"<": 2013}}
    found = [node_id for node_id, _ in library.search_lexical(["share"], 100, where=wanted)]
    nodes = library.nodes(found)
    assert {(node.document_id, node.page) for node in nodes.values()} == {
        (library.document(source).id, page)
        for source in ("/docs/b/0.html", "/docs/a/1.pdf", "/docs/b/2.pdf")
        for page in pages
    }


@pytest.mark.parametrize(
    "where",
    [
        {"source": {}},
        {"source": []},
        {"source": {"like": "a"}},
        {"source": 3},
        {"source": None},
        {"page": "iv"},
        {"page": 1.5},
        {"page": True},
        {"kind": "picture"},
        {"kind": {"<": "text"}},
        {"year": {"<": [1, 2]}},
        {"year": float("nan")},
        {"year": 2**80},
        {"year": object()},
        {"title": "x" * 5_000},
        {"title": "\udcff"},
        {"": 1},
        {3: 1},
    ],
)
def test_what_cannot_be_meant_is_refused(library, where):
    with pytest.raises(QueryError) as raised:
        library.documents(where)
    assert raised.value.hint


def test_a_filter_is_pushed_down_to_both_indexes(tmp_path, make_document, text_space, encode_text):
    """The one admitted node ranks behind hundreds of others and is found all the same."""
    with Collection.open(tmp_path / "kb") as collection, collection.writer() as writer:
        collection.require_space(text_space)
        writer.put(*make_document("/many", [f"apple apple {n}" for n in range(300)]))
        document, nodes, vectors = make_document("/one", ["a long text about pears and one apple"])
        vectors = {"text": (vectors["text"][0], -encode_text("apple apple 0")[None])}
        only = writer.put(document, nodes, vectors)
        writer.checkpoint()
        for where in ({"source": "/one"}, {"source": {"!=": "/m*"}}):
            (lexical,) = collection.search_lexical(["appl"], 3, where=where)
            (dense,) = collection.search_vectors(encode_text("apple apple 0"), 3, where=where)
            assert collection.nodes([lexical[0]])[lexical[0]].document_id == only
            assert lexical[0] == dense[0]


names = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=6)
plain = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="[\x00"), max_size=6)
values = plain | st.integers(-(2**40), 2**40) | st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 3))


def meets(stored, comparison, wanted):
    if isinstance(stored, str) != isinstance(wanted, str):
        return comparison == "!="
    if comparison in {"=", "!="} and isinstance(wanted, str) and any(c in wanted for c in "*?"):
        return (stored == wanted or fnmatchcase(stored, wanted)) == (comparison == "=")
    if isinstance(stored, str):
        # SQLite orders text by its bytes.
        stored, wanted = stored.encode(), wanted.encode()
    return COMPARE[comparison](stored, wanted)


def test_metadata_filters_equal_a_model(tmp_path, make_document):
    with Collection.open(tmp_path / "kb") as collection, collection.writer() as writer:

        @settings(deadline=None, max_examples=60)
        @given(metadata=st.lists(st.dictionaries(names, values, max_size=3), min_size=1, max_size=4), data=st.data())
        def check(metadata, data):
            built_in = {"source", "kind", "page", "title", "language", "media_type"}
            known = sorted({key for one in metadata for key in one} - built_in)
            assume(known)
            key = data.draw(st.sampled_from(known))
            present = st.sampled_from([one[key] for one in metadata if key in one])
            comparison, wanted = data.draw(st.tuples(st.sampled_from(sorted(COMPARE)), values | present))
            for document in collection.documents():
                writer.delete(document.source)
            for number, one in enumerate(metadata):
                writer.put(*make_document(f"/{number}", [], metadata=one))
            assert {document.source for document in collection.documents({key: {comparison: wanted}})} == {
                f"/{number}"
                for number, one in enumerate(metadata)
                if key in one and meets(one[key], comparison, wanted)
            }

        collection.require_space(Space("text", "a" * 64, 8, "test encoder"))
        check()


anything = st.recursive(
    st.none() | values | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*COMPARE, "in"]), inner, max_size=2),
)


@given(st.dictionaries(names, anything))
def test_any_filter_is_taken_or_refused(where):
    try:
        parsed = parse_where(where)
    except QueryError:
        return
    assert parsed is None or hash(parsed) is not None
    assert (parsed is None) == (not where)


def test_resolved_ids_ascend(library):
    ids = library._catalog.node_filter(parse_where({"kind": "text"})).ids
    assert np.all(np.diff(ids) > 0)
