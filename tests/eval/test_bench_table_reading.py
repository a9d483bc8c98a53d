"""The benchmark of tables: what it draws is read right, and its score tells right from wrong."""

import json

import pytest

from chartwell.eval.benchmarks.known_tables import KnownTable
from chartwell.eval.benchmarks.table_drawing import KINDS
from chartwell.eval.benchmarks.table_evidence import evidence_rows, report_evidence
from chartwell.eval.benchmarks.table_reading import score_drawn
from chartwell.eval.benchmarks.table_scores import TableScore, cells_in_place, score_document
from chartwell.eval.benchmarks.table_speed import report_speed
from chartwell.indexing.documents import Table

KNOWN = KnownTable(
    "", ((("", 1), ("Calls", 2)), (("Quay", 1), ("2023", 1), ("2022", 1))), (("A", "1", "2"), ("B", "3", "")), (0, 0)
)


def test_tables_of_all_kinds_are_read(capsys):
    total = sum((score_drawn(kind, 3) for kind in KINDS), TableScore())
    assert total.tables_false == 0
    assert total.recall >= 0.97
    assert total.precision >= 0.97
    assert total.names_recall >= 0.97
    assert total.notes_right >= 0.95 * total.notes


def test_a_table_read_right_scores_full():
    rows = (("", "Calls", "Calls"), ("Quay", "2023", "2022"), ("A", "1", "2"), ("B", "3", ""))
    score = score_document([KNOWN], [Table(rows, 2)])
    assert (score.recall, score.precision, score.names_recall, score.tables_false) == (1.0, 1.0, 1.0, 0)


@pytest.mark.parametrize(
    ("rows", "right"),
    [
        ([("A", "1", "2"), ("new", "", ""), ("B", "3", "")], 5),  # a row too many costs nothing else
        ([("A 1", "2"), ("B 3", "")], 0),  # merged columns cost all cells behind them
        ([("B", "3", ""), ("A", "1", "2")], 3),  # rows out of order
        ([("A", "1", "2 3"), ("B", "", "")], 3),
    ],
)
def test_cells_count_where_they_stand(rows, right):
    assert cells_in_place(KNOWN.rows, rows) == right


def test_evidence_rows_and_times_of_filings(tmp_path, capsys):
    from reportlab.pdfgen.canvas import Canvas

    (tmp_path / "pdfs").mkdir()
    canvas = Canvas(str(tmp_path / "pdfs" / "F.pdf"), invariant=1)
    for number, row in enumerate(
        (("", "May 1,", "May 2,"), ("Net sales", "1,200", "1,300"), ("Costs", "(700)", "(800)"))
    ):
        canvas.drawString(60, 700 - 14 * number, row[0])
        canvas.drawRightString(300, 700 - 14 * number, row[1])
        canvas.drawRightString(400, 700 - 14 * number, row[2])
    canvas.save()
    text = "May 1,\nMay 2,\nNet sales\n$\n1,200\n1,300\nCosts\n(700)\n(800)\nProfit\n5\n6"
    item = {"id": "1", "evidence": [{"source": "F.pdf", "page": 1, "text": text}]}
    (tmp_path / "items.jsonl").write_text(json.dumps(item), encoding="utf-8")
    assert [(row.label, row.numbers) for row in evidence_rows(tmp_path)] == [
        ("Net sales", ("1,200", "1,300")),
        ("Costs", ("(700", "(800")),
        ("Profit", ("5", "6")),
    ]
    assert report_evidence(tmp_path) == pytest.approx(2 / 3)
    assert "Profit" in capsys.readouterr().out
    assert report_speed(tmp_path) > 0
