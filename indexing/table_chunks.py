"""From a table to nodes: a line a row that names its columns, as many rows in a node as fit the encoder.

Every node begins with the table's title or the sentence that introduces it, and its units. Its `table` holds the
header and just the rows that the node tells of; of a row that is longer than a chunk, each node has the label and
some of the columns. `parts` are the rows, in the order of `table.body` where that has no empty rows, then the
footnotes whose marks stand in the rows; the last node tells those that no other does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from .chunk_cuts import CRUMB
from .documents import Node, Part, Region
from .loaders.parsed import TableBlock
from .loaders.table_words import is_units_line
from .part_regions import union_by_page
from .table_notes import TableNotes
from .table_rows import (
    SEPARATOR,
    TableRow,
    clean,
    parents_of,
    row_regions,
    sub_table,
    tell_cell,
    tell_row,
    told_columns,
)
from .token_budget import TokenBudget, pack

_TITLE_SHARE = 4
_NAME_SHARE = 8
_LABEL_SHARE = 4
"""What is repeated in every node or piece of a row (title, column name, row label) takes at most 1 / share of it."""


def table_nodes(
    block: TableBlock, headings: tuple[str, ...], heading_tokens: int, budget: TokenBudget, *, lead_in: str = ""
) -> list[Node]:
    """Nodes for `block` in order, of kind "table"; none for a table without any text. Linear in the table's size.

    `heading_tokens` is what the heading path takes of the budget. `lead_in`, the sentence that introduces the table
    ("... were as follows ($ in millions):"), takes the place of a missing title. A title that is too long to be
    repeated, and names of columns that no row can state, become nodes of kind "text" in front.
    """
    return _TableChunker(block, headings, heading_tokens, budget, lead_in).nodes()


class _TableChunker:
    def __init__(
        self, block: TableBlock, headings: tuple[str, ...], heading_tokens: int, budget: TokenBudget, lead_in: str
    ) -> None:
        self._block = block
        self._headings = headings
        self._budget = budget
        self._room = budget.target - heading_tokens
        self._limit = budget.limit - heading_tokens
        title, units = clean(block.table.title), clean(block.table.units)
        self._own_title = self._shortened([title], self._room // _TITLE_SHARE)[0]
        named = clean(lead_in) if not title or is_units_line(title) else title
        self._title = self._shortened([_with_units(named, units)], self._room // _TITLE_SHARE)[0]
        full_names = [clean(name) for name in block.table.column_names()]
        if full_names and units and units in self._title and is_units_line(full_names[0]):
            full_names[0] = ""  # told once, at the top
        self._names = self._shortened(full_names, self._room // _NAME_SHARE)
        self._rows = self._told_rows()
        self._preface = [title] if title != self._own_title else []
        untold = self._untold_names(full_names)
        if not (title or untold or self._rows):
            self._title = ""  # nothing but a lead-in, which is text already
        self._notes = TableNotes(block, budget, self._limit)
        self._top = "\n".join(line for line in (self._title, untold) if line)

    def nodes(self) -> list[Node]:
        """All nodes of the table."""
        nodes = [node for text in self._preface for node in self._text_nodes(text, self._block.regions)]
        if self._rows:
            room = self._room - self._budget.count([self._top])[0]
            chunks = self._chunks(room)
            for number, chunk in enumerate(chunks):
                top = self._title if number else self._top
                lines = [top, *(row.line for row in chunk)]
                nodes.append(self._node(top, chunk, self._notes.take(lines, last=number + 1 == len(chunks))))
        elif self._top:
            parts = tuple(Part(line, self._block.regions) for line in self._top.splitlines())
            nodes.append(self._build(self._top, parts, self._block.regions, [], ()))
        return nodes + [node for part in self._notes.untold() for node in self._text_nodes(part.text, part.regions)]

    def _shortened(self, texts: Sequence[str], room: int) -> list[str]:
        """The texts, those that take more than `room` cut off."""
        counts = self._budget.count(texts)
        return [
            text if tokens <= room else self._fragments(text, room)[0]
            for text, tokens in zip(texts, counts, strict=True)
        ]

    def _fragments(self, text: str, room: int) -> list[str]:
        pieces = (text[start:end].strip() for start, end in self._budget.cut(text, max(1, room)))
        return [piece for piece in pieces if piece] or [""]

    def _told_rows(self) -> list[TableRow]:
        table = self._block.table
        parents = parents_of(table)
        rows = []
        for index in range(table.header_rows, len(table.rows)):
            cells = tuple(map(clean, table.rows[index]))
            columns = told_columns(table, index, cells)
            if columns:
                told = tuple(cells[column] for column in columns)
                if parents[index] and columns[0] == 0:
                    cells = (tell_cell(parents[index], cells[0]), *cells[1:])
                rows.append(TableRow(index, tuple(columns), told, tell_row(self._names, cells, columns)))
        return rows

    def _untold_names(self, full_names: Sequence[str]) -> str:
        """The line of column names that no row states; too long a line goes to the preface instead."""
        stated = {column for row in self._rows if row.columns != (0,) for column in row.columns}
        untold = dict.fromkeys(
            name
            for column, name in enumerate(full_names)
            if name and (column not in stated or name != self._names[column])
        )
        line = SEPARATOR.join(untold)
        if self._budget.count([line])[0] > self._room // _TITLE_SHARE:
            self._preface.append(line)
            return ""
        return line

    def _chunks(self, room: int) -> list[list[TableRow]]:
        """Rows that go together, none of the chunks above the limit."""
        counted = list(zip(self._rows, self._budget.count([row.line for row in self._rows]), strict=True))
        chunks: list[list[TableRow]] = []
        for fits, group in groupby(counted, key=lambda item: item[1] <= room):
            if fits:
                chunks += self._packed(list(group), room)
            else:
                chunks += [[piece] for row, _ in group for piece in self._pieces_of_row(row, room)]
        return chunks

    def _packed(self, counted: Sequence[tuple[TableRow, int]], room: int) -> list[list[TableRow]]:
        ranges = pack(((index, index + 1, tokens) for index, (_, tokens) in enumerate(counted)), room)
        if len(ranges) > 1:
            start, end = ranges[-2][0], ranges[-1][1]
            last = sum(tokens for _, tokens in counted[ranges[-1][0] : end])
            both = sum(tokens for _, tokens in counted[start:end])
            if last < CRUMB * room and both <= room + self._limit - self._room:
                ranges[-2:] = [(start, end)]
        return [[row for row, _ in counted[start:end]] for start, end in ranges]

    def _pieces_of_row(self, row: TableRow, room: int) -> Iterable[TableRow]:
        """A row that is too long, cut by cells, cells that are too long cut by clauses; the label stands in each."""
        cells = dict(zip(row.columns, row.cells, strict=True))
        label = self._shortened([cells.get(0, "")], room // _LABEL_SHARE)[0]
        start = tell_cell(self._names[0], label) + SEPARATOR if label else ""
        if label != cells.get(0, ""):
            whole_label = self._cut_cells({0: cells[0]}, room)
            yield from (self._piece(row, "", "", [fragment]) for fragment in whole_label)
        room -= self._budget.count([start])[0]
        told = self._cut_cells({column: cell for column, cell in cells.items() if column}, room)
        counts = self._budget.count([SEPARATOR + tell_cell(self._names[column], text) for column, text in told])
        for first, last in pack(((index, index + 1, tokens) for index, tokens in enumerate(counts)), room):
            yield self._piece(row, label, start, told[first:last])

    def _piece(self, row: TableRow, label: str, start: str, told: Sequence[tuple[int, str]]) -> TableRow:
        line = start + SEPARATOR.join(tell_cell(self._names[column], text) for column, text in told)
        cells = [(0, label), *told] if label else told
        columns, texts = zip(*cells, strict=True)
        return TableRow(row.index, columns, texts, line, is_piece=True)

    def _cut_cells(self, cells: Mapping[int, str], room: int) -> list[tuple[int, str]]:
        """The cells, each with its column, those of more than `room` tokens in fragments."""
        counts = self._budget.count([tell_cell(self._names[column], cell) for column, cell in cells.items()])
        pieces: list[tuple[int, str]] = []
        for (column, cell), tokens in zip(cells.items(), counts, strict=True):
            if tokens <= room:
                pieces.append((column, cell))
            else:
                left = room - self._budget.count([self._names[column] + ": "])[0]
                pieces += [(column, fragment) for fragment in self._fragments(cell, left)]
        return pieces

    def _node(self, top: str, rows: Sequence[TableRow], notes: Sequence[Part]) -> Node:
        parts = (*(Part(row.line, row_regions(self._block, row)) for row in rows), *notes)
        regions = union_by_page(region for part in parts for region in part.regions)
        text = "\n".join([top, *(part.text for part in parts)] if top else [part.text for part in parts])
        return self._build(text, parts, regions, rows, tuple(part.text for part in notes))

    def _build(
        self,
        text: str,
        parts: tuple[Part, ...],
        regions: tuple[Region, ...],
        rows: Sequence[TableRow],
        notes: tuple[str, ...],
    ) -> Node:
        return Node(
            kind="table",
            text=text,
            parts=parts,
            regions=regions,
            page=regions[0].page if regions else None,
            headings=self._headings,
            caption=self._title,
            table=sub_table(self._block.table, rows, self._own_title, notes),
        )

    def _text_nodes(self, text: str, regions: tuple[Region, ...]) -> list[Node]:
        page = regions[0].page if regions else None
        return [
            Node("text", piece, (Part(piece, regions),), regions, page=page, headings=self._headings)
            for piece in self._fragments(text, self._room)
        ]


def _with_units(title: str, units: str) -> str:
    if not units or units.casefold() in title.casefold():
        return title
    return f"{title} ({units})" if title else units
