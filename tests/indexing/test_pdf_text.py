"""Reading order, paragraphs, headings, running lines and places of text in PDFs drawn by the tests."""

import io
import re
from collections import Counter

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

from chartwell.indexing.loaders.parsed import Limits, TableBlock, TextBlock
from chartwell.indexing.loaders.pdf.loader import PdfLoader

SENTENCE = "The harbour authority reported steady traffic while dredging went on in the northern basin all summer. "
OTHER = "Meanwhile several ferries were refitted with quieter engines and cleaner pumps at the southern yard. "


def load(tmp_path, data):
    path = tmp_path / "sample.pdf"
    path.write_bytes(data)
    return PdfLoader().load(path, Limits())


def draw(*pages, size=A4, **options):
    """Each page is a function that gets the canvas."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=1, **options)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def wrap(text, width, font="Helvetica", size=10):
    lines, line = [], ""
    for word in text.split():
        if line and stringWidth(f"{line} {word}", font, size) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]


def write(canvas, x, y, text, width, font="Helvetica", size=10):
    """Set a wrapped paragraph; returns the y below it."""
    canvas.setFont(font, size)
    for line in wrap(text, width, font, size):
        canvas.drawString(x, y, line)
        y -= 1.2 * size
    return y


def texts(document, kind=None):
    return [b.text for b in document.blocks if isinstance(b, TextBlock) and (kind is None or b.kind == kind)]


def test_two_columns_under_a_title_are_read_one_after_the_other(tmp_path):
    left, right = (SENTENCE * 5).strip(), (OTHER * 5).strip()

    def page(canvas):
        write(canvas, 60, 780, "A Survey of Two Harbours and Their Yards", 480, "Helvetica-Bold", 18)
        write(canvas, 60, 745, (SENTENCE * 2).strip(), 475)
        write(canvas, 60, 690, left, 225)
        write(canvas, 310, 684, right, 225)
        write(canvas, 60, 300, (OTHER * 2).strip(), 475)

    document = load(tmp_path, draw(page))
    assert texts(document) == [
        "A Survey of Two Harbours and Their Yards",
        (SENTENCE * 2).strip(),
        left,
        right,
        (OTHER * 2).strip(),
    ]
    assert document.blocks[0].kind == "heading"
    assert document.title == "A Survey of Two Harbours and Their Yards"


def test_three_columns_are_read_one_after_the_other(tmp_path):
    columns = [(f"Column {name} begins. " + SENTENCE * 4).strip() for name in ("one", "two", "three")]

    def page(canvas):
        for index, text in enumerate(columns):
            write(canvas, 40 + 180 * index, 700, text, 155)

    assert texts(load(tmp_path, draw(page))) == columns


def test_a_paragraph_that_runs_over_a_column_and_a_page_break_is_one_block(tmp_path):
    words = (SENTENCE * 12).strip()
    lines = wrap(words, 225)
    first, second, third = lines[:8], lines[8:16], lines[16:]

    def column(canvas, x, part):
        canvas.setFont("Helvetica", 10)
        for row, line in enumerate(part):
            canvas.drawString(x, 700 - 12 * row, line)

    def page_one(canvas):
        column(canvas, 60, first)
        column(canvas, 310, second)

    def page_two(canvas):
        column(canvas, 60, third)

    document = load(tmp_path, draw(page_one, page_two))
    (block,) = document.blocks
    assert block.text == words
    assert {span.region.page for span in block.spans} == {1, 2}
    assert len(block.spans) == len(lines)


def test_a_finished_paragraph_is_not_joined_to_the_next_page(tmp_path):
    pages = [lambda canvas, text=text: write(canvas, 60, 700, text, 450) for text in (SENTENCE * 3, OTHER * 3)]
    assert texts(load(tmp_path, draw(*pages))) == [(SENTENCE * 3).strip(), (OTHER * 3).strip()]


def test_words_split_at_a_line_end_are_closed_and_compounds_keep_their_hyphen(tmp_path):
    lines = [
        "The long-term plan of the committee was to con-",
        "solidate its debt and to refinance with long-",
        "term bonds, which the well-known agencies of the",
        "city had rated before the summer of that year.",
    ]

    def page(canvas):
        canvas.setFont("Helvetica", 11)
        for row, line in enumerate(lines):
            canvas.drawString(60, 700 - 13 * row, line)

    (block,) = load(tmp_path, draw(page)).blocks
    assert "to consolidate its debt" in block.text
    assert "refinance with long-term bonds" in block.text
    for span, line in zip(block.spans, lines, strict=True):
        assert block.text[span.start : span.end].rstrip("-") == line.rstrip("-")


def test_spans_cover_the_text_and_stand_where_the_lines_are_printed(tmp_path):
    data = draw(lambda canvas: write(canvas, 100, 600, SENTENCE * 3, 300))
    (block,) = load(tmp_path, data).blocks
    covered = "".join(block.text[span.start : span.end] for span in block.spans)
    assert covered.replace(" ", "") == block.text.replace(" ", "")
    for row, span in enumerate(block.spans):
        box = span.region.box
        assert span.region.page == 1
        assert box.x0 == pytest.approx(100 / A4[0], abs=0.005)
        baseline = 1 - (600 - 12 * row) / A4[1]
        assert box.y0 < baseline < box.y1 < baseline + 0.01


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_places_honour_rotation_and_crop_box(tmp_path, rotation):
    source = pypdfium2.PdfDocument(draw(lambda canvas: write(canvas, 150, 600, "Mark", 300, size=20)))
    page = source[0]
    page.set_cropbox(100, 200, 500, 800)
    page.set_rotation(rotation)
    buffer = io.BytesIO()
    source.save(buffer)
    document = load(tmp_path, buffer.getvalue())
    box = document.blocks[0].spans[0].region.box
    rendered = pypdfium2.PdfDocument(buffer.getvalue())[0].render(scale=1).to_pil().convert("L")
    ink = rendered.point(lambda value: 255 * (value < 128)).getbbox()
    width, height = rendered.size
    assert (document.pages[0].width, document.pages[0].height) == ((400, 600) if rotation % 180 == 0 else (600, 400))
    assert box.x0 - 0.01 <= ink[0] / width
    assert ink[2] / width <= box.x1 + 0.01
    assert box.y0 - 0.01 <= ink[1] / height
    assert ink[3] / height <= box.y1 + 0.01
    assert (box.x1 - box.x0) * (box.y1 - box.y0) < 0.02


def test_a_landscape_page_drawn_on_its_side_is_read_upright(tmp_path):
    paragraph = (SENTENCE * 6).strip()

    def page(canvas):
        canvas.rotate(90)
        write(canvas, 80, -200, paragraph, 600)

    document = load(tmp_path, draw(page))
    assert texts(document) == [paragraph]
    box = document.blocks[0].spans[0].region.box
    assert box.y1 - box.y0 > 0.5 > box.x1 - box.x0


def test_headings_are_ranked_by_size_and_weight(tmp_path):
    def page(canvas):
        write(canvas, 60, 780, "Annual Report", 480, "Helvetica-Bold", 22)
        write(canvas, 60, 740, "Market review", 480, "Helvetica-Bold", 14)
        write(canvas, 60, 715, SENTENCE * 3, 475)
        write(canvas, 60, 660, "Northern basin", 480, "Helvetica-Bold", 10)
        write(canvas, 60, 645, OTHER * 3, 475)
        write(canvas, 60, 590, "Financial review", 480, "Helvetica-Bold", 14)
        write(canvas, 60, 565, SENTENCE * 2, 475)

    headings = [b for b in load(tmp_path, draw(page)).blocks if isinstance(b, TextBlock) and b.kind == "heading"]
    assert [(block.level, block.text) for block in headings] == [
        (1, "Annual Report"),
        (2, "Market review"),
        (3, "Northern basin"),
        (2, "Financial review"),
    ]


@pytest.mark.parametrize(
    ("text", "is_heading"),
    [
        ("2024年，全市公共交通运送乘客7.35亿人次。", False),  # the year is no heading's number
        ("12月5日，统一乘车码上线。", False),
        ("2024 was the quietest year of the port.", False),
        ("12 ships were repaired in the yard.", False),
        ("2.5 million tonnes were handled.", False),
        ("5 家企业获奖，另有三家入围。", False),
        ("2024年运营情况", True),
        ("12. Repairs in the yard.", True),
        ("2.5 Handled goods.", True),
        ("3 线网建设", True),
        ("Item 7. The year of the port.", True),
        ("一、线网建设", True),
        ("（一）轨道交通", True),
        ("1、年度要事", True),
        ("（一）建成云泽东站综合换乘中心，实现同站换乘。", False),
    ],
)
def test_a_larger_sentence_that_begins_with_a_figure_is_no_heading(tmp_path, text, is_heading):
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

    def page(canvas):
        write(canvas, 60, 780, "A Year of the Port", 480, "Helvetica-Bold", 22)
        canvas.setFont("STSong-Light" if not text.isascii() else "Helvetica", 14)
        canvas.drawString(60, 740, text)
        write(canvas, 60, 700, SENTENCE * 3, 475)

    assert (text in texts(load(tmp_path, draw(page)), "heading")) == is_heading


def test_bold_words_in_a_sentence_and_bold_documents_make_no_headings(tmp_path):
    def page(canvas):
        write(canvas, 60, 700, SENTENCE * 2, 475, "Helvetica-Bold")
        write(canvas, 60, 650, "a short bold line.", 475, "Helvetica-Bold")

    assert texts(load(tmp_path, draw(page)), "heading") == []


def test_list_items_are_told_apart_and_keep_their_wrapped_lines(tmp_path):
    items = [f"{name} " + SENTENCE.strip() for name in ("First,", "Second,", "Third,")]

    def page(canvas):
        y = write(canvas, 60, 700, "We did three things:", 400)
        for item in items:
            canvas.drawString(66, y, "\u2022")
            y = write(canvas, 84, y, item, 250) - 2

    document = load(tmp_path, draw(page))
    assert texts(document, "list_item") == [f"\u2022 {item}" for item in items]


def running_pages(count, header="Harbour Report {n}", footer="{n}"):
    def page(canvas, number):
        canvas.setFont("Helvetica", 9)
        canvas.drawString(60, 810, header.format(n=number))
        canvas.drawCentredString(300, 30, footer.format(n=number))
        write(canvas, 60, 700, f"Page text number {number} is unlike others. " + SENTENCE * (1 + number % 3), 475)

    return [lambda canvas, number=number: page(canvas, number) for number in range(1, count + 1)]


def test_running_lines_and_page_numbers_are_put_aside_but_not_lost(tmp_path):
    document = load(tmp_path, draw(*running_pages(6, footer="{n}")))
    assert Counter(block.text for block in document.boilerplate) == Counter(
        [*(f"Harbour Report {n}" for n in range(1, 7)), *map(str, range(1, 7))]
    )
    assert len(document.blocks) == 6
    assert all(block.text.startswith("Page text number") for block in document.blocks)


def test_printed_page_numbers_become_labels(tmp_path):
    pages = running_pages(5, footer="Page {n} of 5")
    shifted = draw(lambda canvas: write(canvas, 60, 400, "Title page of the report", 400), *pages)
    labels = [page.label for page in load(tmp_path, shifted).pages]
    assert labels == ["1", "1", "2", "3", "4", "5"] or labels[1:] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("count", [1, 2])
def test_short_documents_keep_their_first_lines(tmp_path, count):
    document = load(tmp_path, draw(*running_pages(count, footer="end")))
    assert "Harbour Report 1" in " ".join(texts(document))
    assert document.boilerplate == ()


def test_labels_of_the_file_come_first(tmp_path):
    def page(canvas):
        canvas.drawString(60, 700, "Some words")

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.addPageLabel(0, style="ROMAN_LOWER")
    canvas.addPageLabel(2, style="ARABIC", prefix="A-")
    for _ in range(4):
        page(canvas)
        canvas.showPage()
    canvas.save()
    assert [page.label for page in load(tmp_path, buffer.getvalue()).pages] == ["i", "ii", "A-1", "A-2"]


def test_chinese_lines_are_joined_without_a_space(tmp_path):
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    text = (
        "本报告回顾了港口在过去一年的经营情况，包括吞吐量、收入与成本。"
        "北区航道的疏浚工程按计划完成，南区船厂为多艘渡轮更换了更安静的发动机。"
    )

    def page(canvas):
        canvas.setFont("STSong-Light", 12)
        for row in range(0, len(text), 24):
            canvas.drawString(60, 700 - row / 24 * 16, text[row : row + 24])

    document = load(tmp_path, draw(page))
    assert texts(document) == [text]


def test_entries_side_by_side_do_not_become_columns_and_columns_do_not_become_a_table(tmp_path):
    rows = [("Revenue", "1,204", "1,151"), ("Cost of sales", "(804)", "(790)"), ("Gross profit", "400", "361")]

    def page(canvas):
        write(canvas, 60, 700, (SENTENCE * 4).strip(), 225)
        write(canvas, 310, 700, (OTHER * 4).strip(), 225)
        canvas.setFont("Helvetica", 10)
        for row, (name, now, before) in enumerate(rows):
            canvas.drawString(60, 400 - 14 * row, name)
            canvas.drawRightString(380, 400 - 14 * row, now)
            canvas.drawRightString(480, 400 - 14 * row, before)

    document = load(tmp_path, draw(page))
    assert texts(document) == [(SENTENCE * 4).strip(), (OTHER * 4).strip()]
    (table,) = (block for block in document.blocks if isinstance(block, TableBlock))
    assert table.table.rows == tuple(rows)


def letters(text):
    return Counter(re.sub(r"[\s\u00ad-]", "", text))


def all_text(document):
    """Everything that a parsed document holds, spanning cells once."""
    parts = [block.text for block in document.boilerplate]
    for block in document.blocks:
        if isinstance(block, TextBlock):
            parts.append(block.text)
        elif isinstance(block, TableBlock):
            cells = zip(sum(block.table.rows, ()), sum(block.table.boxes, ()), strict=True)
            parts += [block.table.title, *(text for text, _ in dict.fromkeys(cells))]
        else:
            parts += [block.caption, *(label.text for label in block.labels or ())]
    return " ".join(parts)


WORDS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789,.;:()$%-", min_size=1, max_size=12)
PARAGRAPHS = st.lists(
    st.tuples(st.lists(WORDS, min_size=1, max_size=80), st.sampled_from([8, 10, 10, 10, 16]), st.booleans()),
    min_size=1,
    max_size=14,
)


@settings(max_examples=40, deadline=None)
@given(PARAGRAPHS, st.integers(1, 3))
def test_every_word_lands_somewhere(tmp_path_factory, paragraphs, columns):
    buffer = io.BytesIO()
    width = 480 / columns
    frames = [Frame(50 + index * (width + 10), 60, width, 700, id=str(index)) for index in range(columns)]
    story = []
    for words, size, bold in paragraphs:
        style = ParagraphStyle(
            "p", fontName="Helvetica-Bold" if bold else "Helvetica", fontSize=size, leading=1.2 * size
        )
        story.append(Paragraph(" ".join(words), style))
    document = BaseDocTemplate(buffer, pagesize=A4)
    document.addPageTemplates([PageTemplate(frames=frames)])
    document.build(story)
    parsed = load(tmp_path_factory.mktemp("words"), buffer.getvalue())
    expected = letters(" ".join(word for words, _, _ in paragraphs for word in words))
    assert letters(all_text(parsed)) == expected


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            WORDS, st.floats(0, 560), st.floats(5, 830), st.sampled_from([6, 9, 12, 30]), st.sampled_from([0, 90])
        ),
        max_size=40,
    )
)
def test_no_word_is_lost_wherever_it_stands(tmp_path_factory, words):
    def page(canvas):
        for word, x, y, size, angle in words:
            canvas.saveState()
            canvas.setFont("Helvetica", size)
            canvas.translate(x, y)
            canvas.rotate(angle)
            canvas.drawString(0, 0, word)
            canvas.restoreState()

    data = draw(page)
    parsed = load(tmp_path_factory.mktemp("anywhere"), data)
    textpage = pypdfium2.PdfDocument(data)[0].get_textpage()
    told = letters(textpage.get_text_range().replace("\ufffe", "-"))
    found = letters(all_text(parsed))
    # Words whose middle lies beyond the page are cut off; nothing is ever invented.
    assert not found - told
    if all(40 < x < 500 and y < 750 for _, x, y, _, _ in words):
        assert found == told
