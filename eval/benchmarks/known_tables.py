"""Tables of known content for the table benchmark: made up from word lists and a seed, in the kinds that reports have.

`KnownTable` is the truth; how it is drawn (rules, shading, pages, columns) is `table_drawing`'s business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from .table_vocabulary import (
    CHINESE_COLUMNS,
    CHINESE_ITEMS,
    CHINESE_NOTES,
    GROUPS,
    HEADINGS,
    ITEMS,
    MEASURES,
    NOTES,
    PEOPLE,
    PLACES,
    REMARKS,
)


@dataclass(frozen=True, slots=True)
class KnownTable:
    """What a drawn table holds. `header` has (text, columns spanned) for each row, `levels` the indentation of rows."""

    title: str
    header: tuple[tuple[tuple[str, int], ...], ...]
    rows: tuple[tuple[str, ...], ...]
    levels: tuple[int, ...]
    units: str = ""
    notes: tuple[str, ...] = ()

    @property
    def header_grid(self) -> tuple[tuple[str, ...], ...]:
        """Header rows with a spanning cell's text in each column that it covers."""
        return tuple(tuple(text for text, span in row for _ in range(span)) for row in self.header)

    def column_names(self) -> tuple[str, ...]:
        """A column's header cells from top to bottom, repeats left out, joined by a space."""
        return tuple(" ".join(dict.fromkeys(filter(None, column))) for column in zip(*self.header_grid, strict=True))


class TableMaker:
    """Draws tables from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  # reproducible, not secret

    def plain(self, *, rows: tuple[int, int] = (4, 14), columns: tuple[int, int] = (2, 5)) -> KnownTable:
        """Labels and columns of numbers under one header row; some cells empty."""
        width = self.random.randint(*columns)
        names = self._years(width) if self.random.random() < 0.5 else self.random.sample(MEASURES, width)
        return self._figures(names, self.random.randint(*rows), first=self.random.choice(("", "Item", "Service")))

    def spanning(self) -> KnownTable:
        """A header of two levels: groups over years."""
        groups = self.random.sample(GROUPS, self.random.randint(1, 3))
        each = self.random.randint(2, 3) if len(groups) < 3 else 2
        years = self._years(each)
        table = self._figures(years * len(groups), self.random.randint(4, 12), first="Service")
        top = (("", 1), *((group, each) for group in groups))
        return KnownTable(table.title, (top, *table.header), table.rows, table.levels, notes=table.notes)

    def words(self) -> KnownTable:
        """Columns of words, some of them sentences that have to be wrapped."""
        count = self.random.randint(4, 8)
        rows = tuple(
            (place, self.random.choice(PEOPLE), self.random.choice(REMARKS), self._number())
            for place in self.random.sample(PLACES, count)
        )
        header = (("Quay", 1), ("Person in charge", 1), ("State", 1), ("Length in metres", 1))
        return KnownTable(self._title(), (header,), rows, (0,) * count)

    def register(self) -> KnownTable:
        """Short words in all columns, the places in the first one over several rows."""
        rows: list[tuple[str, ...]] = []
        for place in self.random.sample(PLACES, self.random.randint(2, 4)):
            for person in self.random.sample(PEOPLE, self.random.randint(1, 4)):
                month = self.random.choice(("May", "June", "July", "October"))
                rows.append((place, person, self.random.choice(ITEMS), f"{self.random.randint(1, 28)} {month}"))
        header = (("Quay", 1), ("Person", 1), ("Duty", 1), ("Since", 1))
        return KnownTable(self._title(), (header,), tuple(rows), (0,) * len(rows), notes=self._some(NOTES))

    def mixed(self) -> KnownTable:
        """Columns of all sorts: numbers of rows, codes, years, dates, names, amounts."""
        columns: dict[str, Callable[[int], str]] = {
            "No.": lambda row: str(row + 1),
            "Code": lambda _: f"{self.random.choice('ABC')}-{self.random.randint(10, 99)}",
            "Built": lambda _: str(self.random.randint(1890, 2020)),
            "Inspected": lambda _: (
                f"20{self.random.randint(10, 25)}-0{self.random.randint(1, 9)}-{self.random.randint(10, 28)}"
            ),
            "Keeper": lambda _: self.random.choice(PEOPLE),
            "Place": lambda _: self.random.choice(PLACES),
            "Depth (m)": lambda _: f"{self.random.randint(10, 240) / 10}",
            "Open": lambda _: self.random.choice(("yes", "no", "n/a")),
            "Fee": lambda _: f"${self.random.randint(1, 90)}.{self.random.randint(10, 99)}",
            "Cranes": lambda _: str(self.random.randint(0, 9)),
        }
        names = self.random.sample(sorted(columns), self.random.randint(3, 6))
        rows = tuple(tuple(columns[name](row) for name in names) for row in range(self.random.randint(3, 15)))
        return KnownTable(self._title(), (tuple((name, 1) for name in names),), rows, (0,) * len(rows))

    def dense(self) -> KnownTable:
        """Many narrow columns of small numbers."""
        names = [f"Q{quarter} {year}" for year in self._years(3)[::-1] for quarter in range(1, 5)]
        return self._figures(names[: self.random.randint(7, 11)], self.random.randint(6, 20), first="Item")

    def statement(self) -> KnownTable:
        """A financial statement: subheadings, indented items, totals, currency signs, amounts in parentheses."""
        years = self._years(self.random.randint(2, 3))
        rows: list[tuple[str, ...]] = []
        levels: list[int] = []
        for heading in self.random.sample(HEADINGS, self.random.randint(1, 3)):
            rows.append((heading, *("" for _ in years)))
            levels.append(0)
            for number, item in enumerate(self.random.sample(ITEMS, self.random.randint(2, 5))):
                amounts = [self._amount() for _ in years]
                rows.append((item, *(f"${amount}" if number == 0 else amount for amount in amounts)))
                levels.append(1)
            total = heading.rstrip(":").lower()
            rows.append((f"Total {total}", *(self._amount(dash=False) for _ in years)))
            levels.append(0)
        rows.append(("Margin", *(f"{self.random.randint(1, 400) / 10}%" for _ in years)))
        levels.append(0)
        units = self.random.choice(("(in millions)", "(In thousands, except per share amounts)", "($ in millions)"))
        top = (("", 1), (self.random.choice(("Years ended December 31,", "Year Ended June 30,")), len(years)))
        second = ((units, 1), *((year, 1) for year in years))
        return KnownTable(self._title(), (top, second), tuple(rows), tuple(levels), units, self._some(NOTES))

    def chinese(self) -> KnownTable:
        """A Chinese table of amounts with its unit above it."""
        names = ["项目", *self.random.sample(CHINESE_COLUMNS, self.random.randint(2, 4))]
        items = self.random.sample(CHINESE_ITEMS, self.random.randint(4, 10))
        rows = tuple((item, *(self._cell(name) for name in names[1:])) for item in items)
        header = (tuple((name, 1) for name in names),)
        units = self.random.choice(("单位：万元", "单位：元", "（单位：百万元）"))
        title = f"表{self.random.randint(1, 9)} 港务局主要财务数据"
        return KnownTable(title, header, rows, (0,) * len(rows), units, self._some(CHINESE_NOTES))

    def _figures(self, names: list[str], height: int, *, first: str) -> KnownTable:
        items = [*self.random.sample(ITEMS, min(height, len(ITEMS)))]
        items += [f"{self.random.choice(PLACES)} berth {number}" for number in range(len(items), height)]
        rows = tuple((item, *(self._cell(name) for name in names)) for item in items)
        header = ((first, 1), *((name, 1) for name in names))
        return KnownTable(self._title(), (header,), rows, (0,) * height, notes=self._some(NOTES))

    def _cell(self, name: str) -> str:
        if self.random.random() < 0.06:
            return ""
        if name in {"Share of total", "Change", "同比变动", "占比"}:
            return f"{self.random.randint(-300, 900) / 10}%"
        return self._amount()

    def _amount(self, *, dash: bool = True) -> str:
        if dash and self.random.random() < 0.06:
            return "—"
        number = self._number()
        return f"({number})" if self.random.random() < 0.2 else number

    def _number(self) -> str:
        # Four digits that look like a year head a column.
        return f"{int(10 ** self.random.uniform(1, 6)):,}"

    def _years(self, count: int) -> list[str]:
        last = self.random.randint(2012, 2025)
        return [str(last - number) for number in range(count)]

    def _title(self) -> str:
        return self.random.choice(
            (
                "",
                f"Table {self.random.randint(1, 40)}: Income of the harbour by service",
                "Income of the harbour office",
            )
        )

    def _some(self, notes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(note for note in notes if self.random.random() < 0.3)
