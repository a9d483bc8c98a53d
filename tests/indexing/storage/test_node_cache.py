"""Nodes that were read lately are the ones that the catalog has, and take no more room than they may."""

from hypothesis import given
from hypothesis import strategies as st

from chartwell.indexing.catalog_rows import node_fields, node_from_row
from chartwell.indexing.collection import Collection, Space
from chartwell.indexing.documents import Box, Node, Part, Region
from chartwell.indexing.node_cache import NodeCache


def characters(made):
    return sum(len(value) for value in made if isinstance(value, str))


def row(number, text):
    region = Region(None, Box(0, 0, 1, 1))
    fields = node_fields(Node("text", text, (Part(text, (region,)),), (region,)))
    return number, 1, number, *fields[:-1], None, fields[-1]


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans())), st.integers(0, 3_000))
def test_what_is_known_is_what_was_read(steps, room):
    cache = NodeCache(room)
    for number, reads in steps:
        made = row(number, "x" * (10 * number))
        if reads:
            assert cache.read([made]) == {number: node_from_row(made)}
        assert cache.known([number, number, 99]) in ({}, {number: node_from_row(made)})
    kept = cache.known(range(1, 31))
    assert sum(characters(row(number, "x" * (10 * number))) for number in kept) <= room


def test_those_read_longest_ago_go_first():
    rows = [row(number, "x" * 100) for number in range(1, 5)]
    cache = NodeCache(2 * characters(rows[0]))
    cache.read(rows[:2])
    cache.known([1])
    cache.read(rows[2:3])
    assert set(cache.known([1, 2, 3, 4])) == {1, 3}


def test_deleted_and_changed_nodes_are_not_found_again(tmp_path, make_document):
    with Collection.open(tmp_path / "kb") as collection:
        collection.require_space(Space("text", "f", 8, "words"))
        with collection.writer() as writer:
            writer.put(*make_document("a", ["one", "two"]))
            writer.put(*make_document("b", ["three"]))
        ids = [node.id for source in ("a", "b") for node in collection.nodes_of(collection.document(source).id)]
        before = collection.nodes(ids)
        assert collection.nodes(ids) == before
        assert {node.text for node in before.values()} == {"one", "two", "three"}
        with Collection.open(tmp_path / "kb") as other, other.writer() as writer:  # another process, say
            writer.put(*make_document("a", ["one", "four"]))
        assert [node.text for node in collection.nodes([*ids, *ids, 10**6]).values()] == ["three"]


def test_nodes_come_in_the_same_order_whichever_were_read_lately(tmp_path, make_document):
    with Collection.open(tmp_path / "kb") as collection:
        collection.require_space(Space("text", "f", 8, "words"))
        with collection.writer() as writer:
            writer.put(*make_document("a", ["one", "two", "three", "four"]))
        ids = collection.node_ids("text")
        collection.nodes(ids[2:3])
        assert list(collection.nodes(ids[::-1])) == ids
        assert [node.id for node in collection.sample_nodes(len(ids))] == ids
