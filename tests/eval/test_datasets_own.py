import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.app.tuning_questions import judged_questions
from chartwell.errors import InvalidDataset, SettingsError
from chartwell.eval.datasets.item import Box, Item, Relevant
from chartwell.eval.datasets.own import read_items, write_items
from chartwell.retrieval.learning.questions import Place

GOOD = {"id": 1, "question": "How many?", "relevant": [{"source": "a.pdf", "page": 3}, {"source": "b.md"}]}
BOX = {"left": 0.1, "top": 0.2, "right": 0.5, "bottom": 0.6}


def write(path, *lines):
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return path


def test_an_item_is_read(tmp_path):
    relevant = [{"source": "a.pdf", "page": 3, "boxes": [BOX], "node": "chart", "grade": 2}]
    line = {"id": "7", "question": "多少？", "answers": ["7"], "answerable": True, "relevant": relevant}
    (item,) = read_items(write(tmp_path / "q.jsonl", "", {**line, "metadata": {"set": "x", "reviewed": False}}))
    place = Relevant("a.pdf", 3, (Box(3, 0.1, 0.2, 0.5, 0.6),), "chart", 2)
    assert item == Item("7", "多少？", ("7",), (place,), metadata={"set": "x", "reviewed": False})


def test_tuning_reads_the_same_form_and_leaves_out_what_has_nothing_relevant(tmp_path):
    others = {"answers": ["7"], "answerable": True, "metadata": {"set": "x"}}
    nothing = {"id": "2", "question": "And?", "relevant": [{"source": "c.pdf", "grade": 0}]}
    (question,) = judged_questions(write(tmp_path / "q.jsonl", {**GOOD, **others}, "", nothing))
    assert question.id == "1"
    assert question.query.text == "How many?"
    assert question.relevant == (Place("a.pdf", 3), Place("b.md", None))


def relevant(**entry):
    return {**GOOD, "relevant": [{"source": "a.pdf", **entry}]}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ('{"id": 1, "question": "a", "metadata": {"x": NaN}}', "is no JSON"),
        ('{"id": 1, "question": "\\ud800"}', "half a character"),
        ([1], "is no JSON object"),
        ({**GOOD, "id": None}, 'wants an object with an "id"'),
        ({**GOOD, "id": True}, 'wants an object with an "id"'),
        ({**GOOD, "id": " "}, 'wants an object with an "id"'),
        ({**GOOD, "id": "0"}, "repeats the id '0' of line 1"),
        ({**GOOD, "answer": "7"}, "has the unknown key 'answer'"),
        ({**GOOD, "question": 3}, 'wants a string under "question"'),
        ({**GOOD, "question": " \u0000 "}, "The question is empty"),
        ({**GOOD, "answers": "7"}, 'wants a list of strings under "answers"'),
        ({**GOOD, "answers": ["7", " "]}, 'has an empty reference among its "answers"'),
        ({**GOOD, "answerable": "no"}, 'wants true or false under "answerable"'),
        ({**GOOD, "answers": ["7"], "answerable": False}, "contradicts itself"),
        ({**GOOD, "metadata": {"x": [1]}}, 'under "metadata"'),
        ({**GOOD, "relevant": "a.pdf"}, 'wants a list under "relevant"'),
        ({**GOOD, "relevant": ["a.pdf"]}, 'wants an object with a "source"'),
        (relevant(source=" "), 'wants an object with a "source"'),
        (relevant(pages=3), "has the unknown key 'pages' under \"relevant\""),
        (relevant(page=0), 'has 0 as a "page"'),
        (relevant(page="iv"), "has 'iv' as a \"page\""),
        (relevant(node="figure"), "has 'figure' as a \"node\""),
        (relevant(grade=-1), 'has -1 as a "grade"'),
        (relevant(grade=1.5), 'has 1.5 as a "grade"'),
        (relevant(boxes=[BOX]), "has a box without the page"),
        (relevant(page=2, boxes=[{**BOX, "page": 3}]), "has a box on page 3 for evidence on page 2"),
        (relevant(page=2, boxes=[{**BOX, "left": 12}]), "fractions of the page"),
        (relevant(page=2, boxes=[{**BOX, "left": 0.9}]), "ends before it begins"),
        (relevant(page=2, boxes=[[0, 0, 1, 1]]), 'for each of the "boxes"'),
    ],
)
def test_errors_name_file_and_line(tmp_path, line, said):
    path = write(tmp_path / "q.jsonl", {**GOOD, "id": "0"}, line)
    with pytest.raises(InvalidDataset, match=r"q\.jsonl, line 2") as raised:
        read_items(path)
    assert said in str(raised.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe{}"])
def test_files_that_cannot_be_read_are_told(tmp_path, content):
    path = tmp_path / "q.jsonl"
    if content:
        path.write_bytes(content)
    with pytest.raises(InvalidDataset, match=r"q\.jsonl cannot be read"):
        read_items(path)


def test_a_file_without_items_is_refused(tmp_path):
    with pytest.raises(InvalidDataset, match="has no items"):
        read_items(write(tmp_path / "q.jsonl", "", " "))


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(SettingsError, match="cannot be written"):
        write_items(tmp_path / "no such folder" / "q.jsonl", [Item("1", "?")])


TEXT = st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip)
FRACTION = st.floats(0, 1)


@st.composite
def boxes(draw, page):
    left, right = sorted(draw(st.tuples(FRACTION, FRACTION).filter(lambda pair: pair[0] != pair[1])))
    top, bottom = sorted(draw(st.tuples(FRACTION, FRACTION).filter(lambda pair: pair[0] != pair[1])))
    return Box(page, left, top, right, bottom)


@st.composite
def places(draw):
    page = draw(st.none() | st.integers(1, 999))
    placed = tuple(draw(st.lists(boxes(page), max_size=2))) if page else ()
    node = draw(st.sampled_from([None, "text", "table", "chart"]))
    return Relevant(draw(TEXT), page, placed, node, draw(st.integers(0, 3)))


@st.composite
def items(draw, id_):
    question = draw(st.sampled_from(["How many?", "多少？", "a\u2028b", "x " * 9]))
    answers = tuple(dict.fromkeys(draw(st.lists(TEXT, max_size=3))))
    metadata = draw(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers() | st.booleans() | TEXT))
    found = tuple(dict.fromkeys(draw(st.lists(places(), max_size=3))))
    return Item(id_, question, answers, found, bool(answers) or draw(st.booleans()), metadata)


@given(st.lists(TEXT, min_size=1, max_size=4, unique=True).flatmap(lambda ids: st.tuples(*map(items, ids))))
def test_what_is_written_is_read_again(tmp_path_factory, written):
    path = tmp_path_factory.mktemp("items") / "q.jsonl"
    assert write_items(path, written) == len(written)
    assert tuple(read_items(path)) == written
