"""What belongs to a drawn chart though it lies apart: legends, tick labels, grids, titles, and all of its own page."""

import io

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from chartwell.indexing.loaders.parsed import FigureBlock, Limits, TextBlock
from chartwell.indexing.loaders.pdf.loader import PdfLoader

PROSE = "The harbour authority reported steady traffic while dredging went on in the northern basin all summer"


def load(tmp_path, page):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setFont("Helvetica", 10)
    page(canvas)
    canvas.save()
    path = tmp_path / "page.pdf"
    path.write_bytes(buffer.getvalue())
    document = PdfLoader().load(path, Limits())
    figures = [block for block in document.blocks if isinstance(block, FigureBlock)]
    return figures, [block.text for block in document.blocks if isinstance(block, TextBlock)]


def words(figure):
    return {label.text for label in figure.labels}


def in_points(figure):
    box = figure.region.box
    return box.x0 * A4[0], box.y0 * A4[1], box.x1 * A4[0], box.y1 * A4[1]


def paragraph(canvas, y, rows=6):
    for row in range(rows):
        canvas.drawString(60, y - 12 * row, PROSE[:88])


def curve(canvas, heights, x=100):
    path = canvas.beginPath()
    path.moveTo(x, heights[0])
    for step, height in enumerate(heights[1:], start=1):
        path.lineTo(x + 60 * step, height)
    canvas.drawPath(path)


def columns(canvas, heights, y=500):
    for index, height in enumerate(heights):
        canvas.rect(100 + 60 * index, y, 30, height, fill=1, stroke=0)


def test_a_legend_below_the_tick_labels_comes_with_its_keys(tmp_path):
    def page(canvas):
        paragraph(canvas, 780)
        columns(canvas, (60, 110, 80, 95))
        for index, year in enumerate((2019, 2020, 2021, 2022)):
            canvas.drawCentredString(115 + 60 * index, 486, str(year))
        for index, name in enumerate(("Inbound", "Outbound")):
            canvas.rect(110 + 100 * index, 446, 20, 7, fill=1, stroke=0)
            canvas.drawString(138 + 100 * index, 446, name)
        paragraph(canvas, 400)

    (figure,), texts = load(tmp_path, page)
    assert words(figure) == {"2019", "2020", "2021", "2022", "Inbound", "Outbound"}
    assert in_points(figure)[3] > A4[1] - 447
    assert len(texts) == 2


def test_tick_labels_go_on_above_the_highest_mark_and_its_grid_belongs_to_it(tmp_path):
    def page(canvas):
        paragraph(canvas, 780)
        curve(canvas, (505, 512, 530, 545, 552))
        for step in range(3):
            canvas.line(100, 500 + 40 * step, 340, 500 + 40 * step)
        for step in range(5):
            canvas.drawRightString(94, 497 + 40 * step, str(20 * step))
        paragraph(canvas, 440)

    (figure,), texts = load(tmp_path, page)
    assert words(figure) == {"0", "20", "40", "60", "80"}
    assert len(texts) == 2


def test_curves_over_one_stretch_are_one_chart(tmp_path):
    def page(canvas):
        paragraph(canvas, 780)
        curve(canvas, (640, 610, 630, 600, 650))
        curve(canvas, (520, 490, 530, 500, 540))
        paragraph(canvas, 440)

    figures, _ = load(tmp_path, page)
    assert len(figures) == 1


def test_tick_labels_far_below_a_line_without_axes_are_its_own(tmp_path):
    def page(canvas):
        paragraph(canvas, 780)
        curve(canvas, (640, 600, 620, 560, 570))
        for step in range(5):
            canvas.drawCentredString(100 + 60 * step, 510, str(2018 + step))
        paragraph(canvas, 440)

    (figure,), _ = load(tmp_path, page)
    assert "2020" in words(figure)


def test_a_few_dots_on_rows_are_a_chart(tmp_path):
    def page(canvas):
        paragraph(canvas, 780)
        for row, x in enumerate((180, 320, 240, 270, 210, 300)):
            canvas.circle(x, 640 - 25 * row, 4, fill=1, stroke=0)
            canvas.drawRightString(168, 637 - 25 * row, f"Basin {row}")
            canvas.drawString(x + 8, 637 - 25 * row, str(x))
        paragraph(canvas, 440)

    (figure,), _ = load(tmp_path, page)
    assert {"Basin 0", "Basin 5", "320"} <= words(figure)


def test_grouped_bars_with_wide_gaps_are_one_chart(tmp_path):
    def page(canvas):
        paragraph(canvas, 780)
        for group, (first, second) in enumerate(((60, 140), (120, 200), (90, 30), (150, 80))):
            canvas.rect(150, 640 - 45 * group, first, 9, fill=1, stroke=0)
            canvas.rect(150, 630.5 - 45 * group, second, 9, fill=1, stroke=0)
        paragraph(canvas, 440)

    figures, _ = load(tmp_path, page)
    assert len(figures) == 1


def test_a_title_larger_than_the_text_is_the_charts_and_a_heading_is_not(tmp_path):
    def page(canvas):
        canvas.setFont("Helvetica-Bold", 13)
        canvas.drawString(60, 800, "Results of the survey")
        canvas.setFont("Helvetica", 10)
        paragraph(canvas, 780)
        canvas.setFont("Helvetica-Bold", 15)
        canvas.drawString(100, 650, "Traffic of the basins")
        canvas.setFont("Helvetica", 10)
        columns(canvas, (60, 110, 80, 95))
        canvas.setFont("Helvetica-Bold", 13)
        canvas.drawString(60, 470, "Further remarks")
        canvas.setFont("Helvetica", 10)
        paragraph(canvas, 452)

    (figure,), texts = load(tmp_path, page)
    assert words(figure) == {"Traffic of the basins"}
    assert {"Results of the survey", "Further remarks"} <= set(texts)


def test_a_page_that_is_a_chart_belongs_to_it_whole(tmp_path):
    def page(canvas):
        canvas.drawString(60, 745, "Traffic of the northern basins by year and kind of ship, in which dredging went on")
        columns(canvas, (60, 110, 80, 95), y=600)
        for index in range(4):
            canvas.drawCentredString(115 + 60 * index, 586, str(2019 + index))
        canvas.drawString(60, 550, "Note: numbers are rounded.")

    (figure,), texts = load(tmp_path, page)
    assert not texts
    assert "Note: numbers are rounded." in words(figure)


def test_labels_that_the_file_has_apart_stay_apart(tmp_path):
    def page(canvas):
        paragraph(canvas, 780)
        columns(canvas, (60, 110, 80))
        canvas.drawString(100, 486, "Northern")
        canvas.drawString(146, 486, "Southern basin")
        canvas.drawString(220, 486, "East")

    (figure,), _ = load(tmp_path, page)
    assert words(figure) == {"Northern", "Southern basin", "East"}
