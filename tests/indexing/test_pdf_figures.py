"""Charts and pictures in PDFs: found, cut out, labelled from the text layer, captioned, or left out with a reason."""

import io

import matplotlib as mpl
import numpy as np
import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

mpl.use("Agg")
from matplotlib import pyplot as plt

from chartwell.indexing.documents import WHOLE, Region
from chartwell.indexing.loaders.parsed import FigureBlock, Limits, ScannedPage, TableBlock, TextBlock
from chartwell.indexing.loaders.pdf.loader import PdfLoader

PROSE = "The harbour authority reported steady traffic while dredging went on in the northern basin all summer."


def load(tmp_path, data, limits=None):
    path = tmp_path / "figures.pdf"
    path.write_bytes(data)
    return PdfLoader().load(path, limits or Limits())


def figures(document):
    return [block for block in document.blocks if isinstance(block, FigureBlock)]


def texts(document):
    return [block.text for block in document.blocks if isinstance(block, TextBlock)]


def pixels(figure):
    return np.asarray(Image.open(io.BytesIO(figure.image.data)).convert("RGB"))


def chart_pdf(plot, size=(5, 3)):
    """A page that is one chart, as matplotlib saves it."""
    figure, axes = plt.subplots(figsize=size)
    plot(axes)
    figure.tight_layout()
    buffer = io.BytesIO()
    figure.savefig(buffer, format="pdf")
    plt.close(figure)
    return buffer.getvalue()


def bars(axes):
    axes.bar(["North", "South", "East"], [12, 31, 22])
    axes.set_title("Ships by basin")
    axes.set_ylabel("Ships a day")
    axes.set_xlabel("Basin")


def lines(axes):
    axes.plot([2019, 2020, 2021, 2022], [3.1, 2.2, 2.9, 4.4], label="Tugs")
    axes.set_xticks([2019, 2020, 2021, 2022])
    axes.plot([2019, 2020, 2021, 2022], [1.1, 1.9, 2.4, 2.2], label="Ferries")
    axes.set_title("Fleet")
    axes.legend()


def pie(axes):
    axes.pie([55, 30, 15], labels=["Fish", "Grain", "Coal"], autopct="%d%%")


def embed(chart, draw_page, box=(80, 350, 360, 216)):
    """Put a chart, as a form, on a page drawn with reportlab."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    draw_page(canvas)
    canvas.showPage()
    canvas.save()
    target, source = pypdfium2.PdfDocument(buffer.getvalue()), pypdfium2.PdfDocument(chart)
    xobject = pypdfium2.raw.FPDF_NewXObjectFromPage(target.raw, source.raw, 0)
    shape = pypdfium2.PdfObject(pypdfium2.raw.FPDF_NewFormObjectFromXObject(xobject), pdf=target)
    width, height = source[0].get_size()
    x, y, w, h = box
    shape.set_matrix(pypdfium2.PdfMatrix().scale(w / width, h / height).translate(x, y))
    page = target[0]
    page.insert_obj(shape)
    page.gen_content()
    out = io.BytesIO()
    target.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("plot", "words"),
    [
        (bars, {"North", "South", "East", "Ships by basin", "Basin", "30"}),
        (lines, {"Fleet", "Tugs", "Ferries", "2020"}),
        (pie, {"Fish", "Grain", "Coal", "55%", "30%"}),
    ],
)
def test_a_chart_saved_by_matplotlib_is_a_figure_with_exact_labels(tmp_path, plot, words):
    document = load(tmp_path, chart_pdf(plot))
    (figure,) = figures(document)
    told = {label.text for label in figure.labels}
    assert words <= told
    assert texts(document) == []
    assert not any(isinstance(block, TableBlock) for block in document.blocks)


def test_labels_stand_where_the_picture_shows_them(tmp_path):
    (figure,) = figures(load(tmp_path, chart_pdf(bars)))
    picture = pixels(figure).min(axis=2)
    height, width = picture.shape
    for label in figure.labels:
        x0, x1 = int(label.box.x0 * width), int(np.ceil(label.box.x1 * width))
        y0, y1 = int(label.box.y0 * height), int(np.ceil(label.box.y1 * height))
        assert picture[y0:y1, x0:x1].min() < 128, label
    upright = {label.text: label.vertical for label in figure.labels}
    assert upright["Ships a day"] is True
    assert upright["Basin"] is False


def test_an_embedded_chart_takes_its_caption_and_leaves_the_text_alone(tmp_path):
    def page(canvas):
        canvas.setFont("Helvetica", 10)
        canvas.drawString(80, 700, PROSE[:70])
        canvas.drawString(80, 688, "and ended on a separate line of text above the chart.")
        canvas.drawString(80, 330, "Figure 3: Ships a day by basin, on an average")
        canvas.drawString(80, 318, "day of the summer.")
        canvas.drawString(80, 280, PROSE[:70])

    document = load(tmp_path, embed(chart_pdf(bars), page))
    (figure,) = figures(document)
    assert figure.caption == "Figure 3: Ships a day by basin, on an average day of the summer."
    assert {"North", "South", "East", "Ships by basin"} <= {label.text for label in figure.labels}
    assert texts(document) == [PROSE[:70] + " and ended on a separate line of text above the chart.", PROSE[:70]]
    box = figure.region.box
    assert box.x0 * A4[0] == pytest.approx(80, abs=15)
    assert (1 - box.y1) * A4[1] == pytest.approx(350, abs=15)
    assert 500 < figure.image.width < 1300


def test_a_chart_drawn_on_the_page_is_found_and_a_ruled_table_is_not(tmp_path):
    def page(canvas):
        canvas.setFont("Helvetica", 8)
        canvas.line(100, 600, 300, 600)
        for index, value in enumerate((30, 80, 55, 120)):
            canvas.rect(110 + 45 * index, 600, 30, value, fill=1, stroke=0)
            canvas.drawCentredString(125 + 45 * index, 590, f"Q{index + 1}")
            canvas.drawCentredString(125 + 45 * index, 603 + value, str(value))
        canvas.setFont("Helvetica", 10)
        for row in range(6):
            canvas.setFillGray(0.9 if row % 2 else 1.0)
            canvas.rect(100, 300 - 16 * row, 300, 16, fill=1, stroke=1)
            canvas.setFillGray(0)
            canvas.drawString(104, 304 - 16 * row, f"Row {'abcdef'[row]}")
            canvas.drawRightString(390, 304 - 16 * row, f"{1000 + 37 * row:,}")
            canvas.line(250, 300 - 16 * row, 250, 316 - 16 * row)

    document = load(tmp_path, draw(page))
    (figure,) = figures(document)
    assert {"Q1", "Q4", "120", "55"} <= {label.text for label in figure.labels}
    (table,) = (block for block in document.blocks if isinstance(block, TableBlock))
    assert [row[0] for row in table.table.rows] == [f"Row {letter}" for letter in "abcdef"]


def draw(*pages, size=A4):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def photo(width, height, seed=0):
    noise = np.random.default_rng(seed).integers(0, 255, (height, width, 3), np.uint8)
    return ImageReader(Image.fromarray(noise))


def test_a_raster_picture_is_cut_out_with_its_caption_and_left_to_ocr(tmp_path):
    def page(canvas):
        canvas.setFont("Helvetica", 10)
        canvas.drawString(80, 760, PROSE[:80])
        canvas.drawImage(photo(400, 300), 100, 400, 200, 150)
        canvas.drawString(100, 385, "Fig. 2 Traffic in the basin")

    document = load(tmp_path, draw(page))
    (figure,) = figures(document)
    assert figure.labels is None
    assert figure.caption == "Fig. 2 Traffic in the basin"
    assert texts(document) == [PROSE[:80]]
    assert figure.image.media_type == "image/png"
    shape = pixels(figure).shape
    assert shape[:2] == (figure.image.height, figure.image.width)
    assert shape[1] / shape[0] == pytest.approx(206 / 156, rel=0.02)


def test_decoration_is_left_out_with_a_reason(tmp_path):
    logo = photo(120, 60, seed=1)

    def page(canvas, number):
        canvas.setFont("Helvetica", 10)
        canvas.drawString(60, 700, f"Page {number} has words of its own.")
        canvas.drawImage(logo, 480, 780, 80, 40)
        canvas.drawImage(photo(20, 20, seed=2), 60, 600, 60, 60)
        canvas.drawImage(photo(300, 60, seed=3), 60, 500, 30, 6)

    document = load(tmp_path, draw(*(lambda c, n=n: page(c, n) for n in range(4))))
    assert figures(document) == []
    reasons = [skipped.reason for skipped in document.skipped_figures]
    assert sum("4 pages" in reason for reason in reasons) == 4
    assert sum("20 x 20 pixels" in reason for reason in reasons) == 4
    assert sum("30 x 6 points" in reason for reason in reasons) == 4


def test_a_scanned_page_is_left_to_ocr_and_a_background_is_no_figure(tmp_path):
    def scan(canvas):
        canvas.drawImage(photo(300, 420), 0, 0, *A4)

    def printed(canvas):
        canvas.drawImage(photo(300, 420, seed=4), 0, 0, *A4)
        canvas.setFont("Helvetica", 10)
        for row in range(10):
            canvas.drawString(60, 700 - 12 * row, PROSE[:80])

    document = load(tmp_path, draw(scan, printed))
    assert figures(document) == []
    (scan,) = [block for block in document.blocks if isinstance(block, ScannedPage)]
    assert scan.region == Region(1, WHOLE)
    assert scan.picture.open().size == (1654, 2339)
    assert document.blocks[0] is scan
    assert ["background" in skipped.reason for skipped in document.skipped_figures] == [True]


def test_a_picture_cut_into_strips_is_one_figure(tmp_path):
    def page(canvas):
        canvas.drawString(60, 780, "Words")
        for strip in range(4):
            canvas.drawImage(photo(300, 40, seed=strip), 100, 500 - 30 * strip, 225, 30)

    (figure,) = figures(load(tmp_path, draw(page)))
    box = figure.region.box
    assert (box.y1 - box.y0) * A4[1] == pytest.approx(126, abs=3)


def test_pictures_beyond_the_limit_of_pixels_are_not_decoded(tmp_path):
    document = load(tmp_path, draw(lambda c: c.drawImage(photo(400, 300), 100, 400, 200, 150)), Limits(max_pixels=1000))
    assert figures(document) == []
    assert "400 x 300 pixels" in document.skipped_figures[0].reason


def test_rules_underlines_and_frames_around_text_are_no_figures(tmp_path):
    def page(canvas):
        canvas.setFont("Helvetica", 10)
        canvas.roundRect(50, 560, 480, 160, 8)
        for row in range(12):
            canvas.drawString(60, 700 - 12 * row, PROSE[:90])
            canvas.line(60, 698 - 12 * row, 480, 698 - 12 * row)
        for row, name in enumerate(("short", "a longer one", "the very longest of them")):
            width = canvas.stringWidth(name)
            canvas.setFillColorRGB(1, 1, 0)
            canvas.rect(60, 398 - 20 * row, width, 12, fill=1, stroke=0)
            canvas.setFillGray(0)
            canvas.drawString(60, 400 - 20 * row, name)

    document = load(tmp_path, draw(page))
    assert figures(document) == []
    assert "longest of them" in " ".join(texts(document))


def test_two_charts_side_by_side_keep_their_own_labels(tmp_path):
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3))
    bars(left)
    lines(right)
    figure.tight_layout()
    buffer = io.BytesIO()
    figure.savefig(buffer, format="pdf")
    plt.close(figure)
    found = figures(load(tmp_path, buffer.getvalue()))
    assert len(found) == 2
    labels = [{label.text for label in figure.labels} for figure in found]
    assert {"North", "Ships by basin"} <= labels[0]
    assert {"2019", "Fleet", "Tugs"} <= labels[1]
    assert not labels[0] & {"Tugs", "2019"}


def test_a_page_of_absurd_size_makes_no_huge_bitmap(tmp_path):
    data = draw(lambda canvas: canvas.drawImage(photo(200, 200), 1e5, 1e5, 8e5, 8e5), size=(10**6, 10**6))
    (scan,) = load(tmp_path, data).blocks
    assert max(scan.picture.open().size) <= 2400


def test_title_unit_and_legend_above_a_drawn_chart_belong_to_it(tmp_path):
    def page(canvas):
        canvas.setFont("Helvetica", 10)
        canvas.drawString(80, 760, PROSE[:80] + ".")
        canvas.setFont("Helvetica-Bold", 10)
        canvas.drawString(80, 720, "Traffic by kind")
        canvas.setFont("Helvetica", 8)
        canvas.drawString(80, 708, "Thousand tonnes")
        for index, name in enumerate(("Inbound", "Outbound")):
            canvas.rect(230 + 70 * index, 707, 7, 7, fill=1, stroke=0)
            canvas.drawString(241 + 70 * index, 708, name)
        for index, (first, second) in enumerate(((40, 60), (70, 90), (55, 110))):
            canvas.rect(100 + 80 * index, 560, 25, first, fill=1, stroke=0)
            canvas.rect(128 + 80 * index, 560, 25, second, fill=1, stroke=0)
            canvas.drawCentredString(126 + 80 * index, 548, str(2021 + index))

    document = load(tmp_path, draw(page))
    (figure,) = figures(document)
    told = [label.text for label in figure.labels]
    assert told[0] == "Traffic by kind"
    assert {"Thousand tonnes", "Inbound", "Outbound", "2021", "2023"} <= set(told)
    assert texts(document) == [PROSE[:80] + "."]


def test_a_caption_in_the_other_column_is_not_taken(tmp_path):
    def page(canvas):
        canvas.setFont("Helvetica", 10)
        for row in range(14):
            canvas.drawString(50, 700 - 12 * row, PROSE[:45])
        canvas.drawImage(photo(200, 150), 320, 580, 200, 130)
        canvas.drawString(320, 565, "Figure 1. A view of the basin")
        for row in range(3):
            canvas.drawString(320, 545 - 12 * row, PROSE[:42])

    document = load(tmp_path, draw(page))
    (figure,) = figures(document)
    assert figure.caption == "Figure 1. A view of the basin"
    assert len(texts(document)) == 2
