"""The loader on real filings: no word lost, statements read cell by cell, figures found and nothing else."""

import re
from collections import Counter

import pypdfium2
import pytest

from chartwell.indexing.loaders.parsed import FigureBlock, Limits, TableBlock, TextBlock
from chartwell.indexing.loaders.pdf.loader import PdfLoader


@pytest.fixture(scope="module")
def filing():
    """Parses each filing once."""
    parsed = {}

    def get(folder, name):
        path = folder / "financebench-dev" / "pdfs" / f"{name}.pdf"
        if not path.is_file():
            pytest.skip(f"{path.name} is not among the development data")
        if name not in parsed:
            parsed[name] = PdfLoader().load(path, Limits())
        return path, parsed[name]

    return get


def on_page(document, kind, page):
    found = []
    for block in document.blocks:
        places = [span.region for span in block.spans] if isinstance(block, TextBlock) else None
        if places is None:
            places = block.regions if isinstance(block, TableBlock) else (block.region,)
        if isinstance(block, kind) and any(place.page == page for place in places):
            found.append(block)
    return found


def letters(text):
    """Characters without spaces and hyphens; bullets of the Symbol font as bullets."""
    return Counter(re.sub(r"[\s\x00-\x1f\x7f\u00ad\u200b-\u200d\ufeff\ufffe-]", "", text.replace("\uf0b7", "\u2022")))


def all_text(document):
    for block in document.boilerplate:
        yield block.text
    for block in document.blocks:
        if isinstance(block, TextBlock):
            yield block.text
        elif isinstance(block, TableBlock):
            yield block.table.title
            yield from block.table.footnotes
            cells = zip(sum(block.table.rows, ()), sum(block.table.boxes, ()), strict=True)
            yield from (text for text, _ in dict.fromkeys(cells))
        else:
            yield block.caption
            yield from (label.text for label in block.labels or ())


@pytest.mark.parametrize(
    "name",
    [
        "AMCOR_2023Q4_EARNINGS",
        "BESTBUY_2024Q2_10Q",
        "JOHNSON_JOHNSON_2023_8K_dated-2023-08-30",
        "ULTABEAUTY_2023Q4_EARNINGS",
    ],
)
def test_no_character_of_a_filing_is_lost(filing, shared_data, name):
    path, document = filing(shared_data, name)
    told = Counter()
    with pypdfium2.PdfDocument(path) as raw:
        for page in raw:
            told += letters(page.get_textpage().get_text_range())
    found = sum((letters(text) for text in all_text(document)), Counter())
    assert not told - found
    # A header over several columns stands in each of them, and may differ there by what stands below it.
    assert (found - told).total() < 0.001 * told.total()


def test_an_income_statement_is_read_cell_by_cell(filing, shared_data):
    _, document = filing(shared_data, "AMCOR_2023Q4_EARNINGS")
    statement = next(
        block.table
        for page in range(1, 15)
        for block in on_page(document, TableBlock, page)
        if any(row[0] == "Cost of sales" for row in block.table.rows)
    )
    rows = {row[0]: row[1:] for row in statement.body}
    assert rows["Net sales"] == ("3,909", "3,673", "14,544", "14,694")
    assert rows["Cost of sales"] == ("(3,115)", "(2,951)", "(11,724)", "(11,969)")
    assert statement.column_names() == (
        "($ million, except per share amounts)",
        "Three Months Ended June 30, 2022",
        "Three Months Ended June 30, 2023",
        "Twelve Months Ended June 30, 2022",
        "Twelve Months Ended June 30, 2023",
    )


def test_a_quarterly_report_keeps_its_balance_sheet_together(filing, shared_data):
    _, document = filing(shared_data, "BESTBUY_2024Q2_10Q")
    sheets = [
        block.table
        for block in document.blocks
        if isinstance(block, TableBlock) and any(row[0] == "Total assets" for row in block.table.rows)
    ]
    sheet = sheets[0]
    rows = {row[0]: row[1:] for row in sheet.body}
    assert rows["Cash and cash equivalents"] == ("$1,093", "$1,874", "$840")
    assert rows["Total liabilities and equity"] == rows["Total assets"]
    assert sheet.header_rows == 1
    assert sheet.column_names()[1:] == ("July 29, 2023", "January 28, 2023", "July 30, 2022")


def test_page_numbers_are_put_aside_and_kept_as_labels(filing, shared_data):
    _, document = filing(shared_data, "BESTBUY_2024Q2_10Q")
    numbers = [block for block in document.boilerplate if block.text.isdigit()]
    assert len(numbers) > 20
    assert all(document.pages[block.spans[0].region.page - 1].label == block.text for block in numbers)


def test_only_pictures_are_figures_not_the_shaded_tables(filing, shared_data):
    _, document = filing(shared_data, "BESTBUY_2024Q2_10Q")
    assert [block.region.page for block in document.blocks if isinstance(block, FigureBlock)] == [1]
    _, document = filing(shared_data, "AMCOR_2023Q4_EARNINGS")
    assert [block.region.page for block in document.blocks if isinstance(block, FigureBlock)] == [1]
    assert (
        sum("14 pages" in skipped.reason or "61 x 19" in skipped.reason for skipped in document.skipped_figures) == 14
    )


def test_headings_are_short_and_rare(filing, shared_data):
    _, document = filing(shared_data, "BESTBUY_2024Q2_10Q")
    blocks = [block for block in document.blocks if isinstance(block, TextBlock)]
    headings = [block for block in blocks if block.kind == "heading"]
    assert any("Management's Discussion and Analysis" in block.text for block in headings)
    assert len(headings) < 0.35 * len(blocks)
    assert max(len(block.text) for block in headings) <= 170
    assert {block.level for block in headings} <= set(range(1, 7))
