"""Nodes that were read lately are those that the catalog has, in the same order."""

from chartwell.indexing.collection import Collection, Space


def test_nodes_come_in_the_same_order_whichever_were_read_lately(tmp_path, make_document):
    with Collection.open(tmp_path / "kb") as collection:
        collection.require_space(Space("text", "f", 8, "words"))
        with collection.writer() as writer:
            writer.put(*make_document("a", ["one", "two", "three", "four"]))
        ids = collection.node_ids("text")
        collection.nodes(ids[2:3])
        assert list(collection.nodes(ids[::-1])) == ids
        assert [node.id for node in collection.sample_nodes(len(ids))] == ids


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
