"""Tables as nodes: every row states its columns, every node fits, nothing is lost, huge tables stay cheap."""

import time

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from chartwell.indexing.chunking import build_nodes
from chartwell.indexing.documents import Box, Region, Table
from chartwell.indexing.encoders.token_counter import HfTokenCounter
from chartwell.indexing.loaders.parsed import ParsedDocument, TableBlock

PLACE = Region(3, Box(0.1, 0.2, 0.9, 0.6))
INCOME = Table(
    (
        ("", "Fiscal year", "Fiscal year"),
        ("In millions", "2023", "2022"),
        ("Net sales", "$ 5,100", "$ 4,800"),
        ("Costs", "(3,100)", ""),
        ("Segments:", "", ""),
        ("Americas", "3,000", "2,900"),
    ),
    header_rows=2,
    title="Statement of income",
)


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    """A tokenizer with a token for every word and sign."""
    tokenizer = Tokenizer(models.WordLevel(unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(["a"], trainers.WordLevelTrainer(special_tokens=["?"]))
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    tokenizer.save(str(path))
    return HfTokenCounter(path, 254)


def nodes_of(table, counter, *, regions=(PLACE,), target_tokens=200):
    parsed = ParsedDocument("text/html", "", (), (TableBlock(table, regions),))
    return build_nodes(parsed, counter, {}, target_tokens=target_tokens)


def test_every_row_states_its_columns(counter):
    (node,) = nodes_of(INCOME, counter)
    assert node.text.split("\n") == [
        "Statement of income",
        "In millions: Net sales | Fiscal year 2023: $ 5,100 | Fiscal year 2022: $ 4,800",
        "In millions: Costs | Fiscal year 2023: (3,100)",
        "Segments:",
        "In millions: Americas | Fiscal year 2023: 3,000 | Fiscal year 2022: 2,900",
    ]
    assert [part.text for part in node.parts] == node.text.split("\n")[1:]
    assert (node.kind, node.page, node.regions, node.caption) == ("table", 3, (PLACE,), "Statement of income")
    assert node.table == INCOME


def test_a_long_table_is_split_by_rows_under_its_title_and_header(counter):
    rows = [("Country", "Sales"), *((f"Land{n}", f"{n}.5") for n in range(50))]
    nodes = nodes_of(Table(tuple(rows), 1, "Sales by country"), counter, target_tokens=60)
    assert len(nodes) > 5
    assert all(node.text.startswith("Sales by country\nCountry: ") for node in nodes)
    assert all(node.table.header == (rows[0],) for node in nodes)
    assert [row for node in nodes for row in node.table.body] == rows[1:]
    for node in nodes:
        assert counter.count([node.embedding_text])[0] <= 75
        assert [part.text for part in node.parts] == [f"Country: {row[0]} | Sales: {row[1]}" for row in node.table.body]


def test_tables_without_header_read_naturally(counter):
    (pairs,) = nodes_of(Table((("Founded", "1998"), ("Seat:", "Oslo"), ("Note", ""))), counter)
    assert pairs.text == "Founded: 1998\nSeat: Oslo\nNote"
    (grid,) = nodes_of(Table((("a", "b", "c"), ("d", "", "f"))), counter)
    assert grid.text == "a | b | c\nd | f"


def test_a_cell_over_the_whole_row_is_told_once(counter):
    (node,) = nodes_of(Table((("x", "y"), ("Together", "Together"), ("5", "5")), 1), counter)
    assert node.text == "Together\nx: 5 | y: 5"


def test_equal_neighbours_are_told_apart_from_a_spanning_cell_by_their_boxes(counter):
    cells = [Region(1, Box(0.1 * n, 0.1, 0.1 * n + 0.1, 0.2)) for n in range(4)]
    spanning = Region(1, Box(0.1, 0.2, 0.3, 0.3))
    boxes = (tuple(cells), tuple(cells), (cells[0], spanning, spanning, cells[3]))
    rows = (("", "2021", "2022", "2023"), ("Cups", "7", "7", "8"), ("Plates", "7", "7", "8"))
    (node,) = nodes_of(Table(rows, 1, boxes=boxes), counter)
    assert node.text == "Cups | 2021: 7 | 2022: 7 | 2023: 8\nPlates | 2021: 7 | 2023: 8"


def test_names_of_empty_columns_and_lone_headers_are_not_lost(counter):
    (node,) = nodes_of(Table((("Name", "Comment", "Age"), ("Ann", "", "5")), 1), counter)
    assert node.text == "Comment\nName: Ann | Age: 5"
    (header,) = nodes_of(Table((("Name", "Age"),), 1, "People"), counter)
    assert header.text == "People\nName | Age"
    assert [part.text for part in header.parts] == ["People", "Name | Age"]
    (title,) = nodes_of(Table((), 0, "People"), counter)
    assert title.text == "People"


def test_rows_have_the_place_of_their_cells(counter):
    boxes = tuple(tuple(Region(3, Box(x, y, x + 0.2, y + 0.05)) for x in (0.1, 0.5)) for y in (0.2, 0.3))
    (node,) = nodes_of(Table((("a", "b"), ("c", "")), boxes=boxes), counter)
    assert node.parts[0].regions == (Region(3, Box(0.1, 0.2, 0.7, 0.25)),)
    assert node.parts[1].regions == (Region(3, Box(0.1, 0.3, 0.1 + 0.2, 0.35)),)
    assert node.regions == (Region(3, Box(0.1, 0.2, 0.7, 0.35)),)
    assert node.table.boxes == boxes


def test_rows_without_boxes_have_the_place_of_the_table_or_outside_of_pages_their_share_of_it(counter):
    table = Table((("a", "b"), ("c", "d")))
    (on_page,) = nodes_of(table, counter)
    assert [part.regions for part in on_page.parts] == [(PLACE,), (PLACE,)]
    (elsewhere,) = nodes_of(table, counter, regions=(Region(None, Box(0.0, 0.5, 1.0, 0.7)),))
    assert [part.regions[0].box.y0 for part in elsewhere.parts] == pytest.approx([0.5, 0.6])


def test_a_row_longer_than_a_chunk_is_split_by_cells_with_its_label(counter):
    names = ("Country", *(f"Year{n}" for n in range(60)))
    row = ("Norway", *(str(n) for n in range(60)))
    nodes = nodes_of(Table((names, row), 1), counter, target_tokens=60)
    assert len(nodes) > 3
    assert all(node.text.startswith("Country: Norway | Year") for node in nodes)
    assert all(node.table.header[0][0] == "Country" and node.table.body[0][0] == "Norway" for node in nodes)
    told = [cell for node in nodes for cell in zip(node.table.header[0], node.table.body[0], strict=True)]
    assert [cell for cell in told if cell[0] != "Country"] == list(zip(names, row, strict=True))[1:]
    assert max(counter.count([node.embedding_text for node in nodes])) <= 60


def test_a_cell_longer_than_a_chunk_is_cut_and_a_long_label_shortened(counter):
    essay = ", ".join(f"clause {n} of it" for n in range(60))
    nodes = nodes_of(Table((("Topic", "Essay"), ("Cups", essay)), 1), counter, target_tokens=60)
    assert all(node.text.startswith("Topic: Cups | Essay: ") for node in nodes)
    assert " ".join(node.table.body[0][1] for node in nodes) == essay
    by_label = nodes_of(Table(((essay, "5"),)), counter, target_tokens=60)
    assert max(counter.count([node.embedding_text for node in by_label])) <= 60
    assert by_label[-1].text.endswith(" | 5")
    assert " ".join(node.text for node in by_label[:-1]) == essay


def test_a_title_too_long_to_be_repeated_comes_first_as_text(counter):
    title = " ".join(f"word{n}" for n in range(90))
    nodes = nodes_of(Table((("a", "b"),), 0, title), counter, target_tokens=60)
    assert [node.kind for node in nodes] == ["text", "text", "table"]
    assert " ".join(node.text for node in nodes[:-1]) == title
    assert title.startswith(nodes[-1].table.title)
    assert nodes[-1].text == nodes[-1].table.title + "\na: b"


def test_time_grows_with_the_rows_and_no_faster(counter):
    def seconds(rows):
        body = tuple((f"Row {n}", f"{n}", f"{n}.5 m", "x y") for n in range(rows))
        started = time.perf_counter()
        nodes = nodes_of(Table((("Name", "Count", "Length", "Code"), *body), 1), counter)
        assert sum(len(node.parts) for node in nodes) == rows
        return time.perf_counter() - started

    seconds(100)
    small, large = seconds(2_000), seconds(20_000)
    assert large < 40 * small


STATEMENT = Table(
    (
        ("(in millions)", "2023", "2022"),
        ("Operating expenses:", "", ""),
        ("Marketing(1)", "(12)", "(11)"),
        ("Total", "(12)", "(11)"),
        ("Income", "5", "4"),
    ),
    header_rows=1,
    title="Statement",
    units="in millions",
    footnotes=("(1) Advertising included.", "Source: the books."),
    levels=(0, 0, 1, 0, 0),
)


def test_rows_tell_their_parents_nodes_their_units_once_and_their_notes(counter):
    (node,) = nodes_of(STATEMENT, counter)
    assert node.text.split("\n") == [
        "Statement (in millions)",
        "Operating expenses:",
        "Operating expenses: Marketing(1) | 2023: (12) | 2022: (11)",
        "Total | 2023: (12) | 2022: (11)",
        "Income | 2023: 5 | 2022: 4",
        "(1) Advertising included.",
        "Source: the books.",
    ]
    assert node.table == STATEMENT
    assert Table.from_dict(node.table.to_dict()) == STATEMENT


def test_a_node_has_the_notes_of_its_rows_and_the_last_one_all_others(counter):
    rows = [("Name", "Count"), ("Ann*", "1"), *((f"Name{n}", f"{n}") for n in range(40)), ("Bo(2)", "3")]
    notes = ("* Retired.", "(2) Part time.", "Note: no holidays.")
    nodes = nodes_of(Table(tuple(rows), 1, footnotes=notes), counter, target_tokens=60)
    told = [[part.text for part in node.parts if part.text in notes] for node in nodes]
    assert told[0] == ["* Retired."]
    assert told[-1] == ["(2) Part time.", "Note: no holidays."]
    assert not any(told[1:-1])
    assert [node.table.footnotes for node in nodes] == [tuple(texts) for texts in told]


def test_a_note_too_long_for_the_last_node_becomes_text(counter):
    note = "Note: " + " ".join(f"word{n}" for n in range(300))
    nodes = nodes_of(Table((("a", "b"), ("c", "d")), 1, footnotes=(note,)), counter, target_tokens=60)
    assert nodes[0].kind == "table"
    assert " ".join(node.text for node in nodes if node.kind == "text") == note
    assert max(counter.count([node.text for node in nodes])) <= 75


def test_tables_written_before_units_and_notes_are_read(counter):
    data = INCOME.to_dict()
    for key in ("units", "footnotes", "levels"):
        del data[key]
    assert Table.from_dict(data) == INCOME
