from chartwell.indexing.documents import Box, Node, Part, Region
from chartwell.retrieval.neighbours import Hit, joined, merge_neighbours

REGION = Region(1, Box(0, 0, 1, 0.1))


def node(number, sentences, *, document=1, ordinal=0, kind="text", page=1, headings=("A",)):
    parts = tuple(Part(sentence, (REGION,)) for sentence in sentences)
    return Node(
        kind,
        " ".join(sentences),
        parts,
        (REGION,),
        page=page,
        headings=headings,
        id=number,
        document_id=document,
        ordinal=ordinal,
    )


def hit(item, score=1.0):
    return Hit(item, (item,), score, {}, ())


def test_neighbours_are_merged_in_reading_order_without_repeating_the_overlap():
    before = node(1, ["Alpha opens.", "Beta follows."], ordinal=4)
    after = node(2, ["Beta follows.", "Gamma ends."], ordinal=5)
    (kept,) = merge_neighbours([hit(after, 2.0), hit(before, 1.0)], 10)
    assert kept.node.id == 2
    text, parts = joined(kept.nodes)
    assert [part.text for part in parts] == ["Alpha opens.", "Beta follows.", "Gamma ends."]
    assert text.count("Beta follows.") == 1


def test_neighbours_on_another_page_or_under_another_heading_stay_apart():
    one = node(1, ["Alpha opens."], ordinal=1)
    other_page = node(2, ["Gamma ends."], ordinal=2, page=2)
    other_heading = node(3, ["Delta starts."], ordinal=0, headings=("B",))
    assert len(merge_neighbours([hit(one), hit(other_page), hit(other_heading)], 10)) == 3


def test_a_merged_passage_stays_a_passage():
    nodes = [node(number, [f"Sentence number {number}."], ordinal=number) for number in range(10)]
    kept = merge_neighbours([hit(item) for item in nodes], 10)
    assert max(len(item.nodes) for item in kept) == 3
    assert sum(len(item.nodes) for item in kept) == 10


def test_no_more_than_wanted():
    nodes = [node(number, [f"Unrelated {word}."], document=number) for number, word in enumerate("abcdefgh")]
    assert len(merge_neighbours([hit(item) for item in nodes], 3)) == 3
