"""Scanned pages and pictures of pages: text, tables and charts with their places; charts stay charts."""

import io
import weakref
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from chartwell.eval.benchmarks.page_drawing import draw_page
from chartwell.eval.benchmarks.scan_making import Scanner, as_pdf, render, scanned
from chartwell.eval.benchmarks.scanned_pages import cells_right, words_of, words_on
from chartwell.indexing.documents import WHOLE, Box, Page, Region
from chartwell.indexing.documents import Image as Picture
from chartwell.indexing.loaders.image import ImageLoader
from chartwell.indexing.loaders.parsed import (
    FigureBlock,
    Label,
    Limits,
    ParsedDocument,
    ScannedPage,
    TableBlock,
    TextBlock,
)
from chartwell.indexing.loaders.pdf.loader import PdfLoader
from chartwell.indexing.ocr import RapidOcrEngine
from chartwell.indexing.scans.scanned_pages import read_scanned_pages

PROSE = "Orders from northern regions rose while prices for copper and timber fell during the spring."


@pytest.fixture(scope="module")
def engine():
    return RapidOcrEngine(threads=2)


class Reader:
    """An OCR engine that reads one prepared page after the other."""

    fingerprint = "prepared"

    def __init__(self, *pages):
        self.pages = list(pages)
        self.seen = []

    def read(self, image):
        self.seen.append(image.size)
        return self.pages.pop(0) if self.pages else []


def labels_of(pdf, page=1, confidence=0.99, tmp=None):
    """The lines of a printed page as OCR would tell them."""
    path = tmp / "printed.pdf"
    path.write_bytes(pdf)
    document = PdfLoader().load(path, Limits())
    return [
        Label(block.text[span.start : span.end], span.region.box, confidence)
        for block in (*document.boilerplate, *document.blocks)
        if isinstance(block, TextBlock)
        for span in block.spans
        if span.region.page == page
    ]


def printed(*pages):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    for lines in pages:
        canvas.setFont("Helvetica", 11)
        for row, line in enumerate(lines):
            canvas.drawString(60, 780 - 15 * row, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def scan_of(pdf, pages=1, scanner=None):
    scanner = scanner or Scanner(dpi=100, noise=2)
    return as_pdf([scanned(render(pdf, page, scanner.dpi), scanner, seed=page) for page in range(pages)], scanner.dpi)


def load(tmp_path, data, name="scan.pdf"):
    path = tmp_path / name
    path.write_bytes(data)
    loader = PdfLoader() if name.endswith(".pdf") else ImageLoader()
    return loader.load(path, Limits())


def text(document):
    return [block.text for block in document.blocks if isinstance(block, TextBlock)]


def test_a_scan_that_lies_on_its_side_and_askew_comes_out_as_the_page_it_is(tmp_path, engine):
    page, scanner = draw_page(3, columns=2), Scanner(dpi=110, skew=4, turns=3)
    data = as_pdf([scanned(render(page.pdf, 0, scanner.dpi), scanner, 1)], scanner.dpi)
    read = read_scanned_pages(load(tmp_path, data), engine)
    words = words_on(read.parsed.blocks, 1)
    wanted = [word for line in page.texts for word in words_of(line)]
    assert sum(a == b for a, b in zip(words, wanted, strict=False)) > 0.97 * len(wanted)
    assert cells_right(page.cells, read.parsed.blocks) == 1.0
    (chart,) = [block for block in read.parsed.blocks if isinstance(block, FigureBlock)]
    assert chart.caption == page.caption
    assert {"North", "South", "100"} <= {label.text for label in chart.labels}
    assert np.allclose(read.poses[1].displayed(chart.region.box), scanner.displayed(Box(*page.chart), *A4), atol=0.03)
    kinds = [block.kind for block in read.parsed.blocks if isinstance(block, TextBlock)]
    assert kinds.count("heading") == 5
    assert kinds.count("list_item") == 3
    assert read.parsed.warnings[-1] == "Read by OCR, as pictures of pages: page 1."
    assert read.parsed.title == page.texts[0]


def test_running_lines_and_broken_paragraphs_are_found_over_the_pages(tmp_path):
    pages = []
    for number in range(4):
        body = [PROSE] * 8 if number != 1 else [PROSE] * 7 + [PROSE.removesuffix(" spring.")]
        start = ["spring in the whole of the country and beyond it as well, so the review found again."]
        pages.append(["Annual review of the council", "", *(start if number == 2 else []), *body, "", f"{number + 1}"])
    pdf = printed(*pages)
    reader = Reader(*(labels_of(pdf, number, tmp=tmp_path) for number in range(1, 5)))
    read = read_scanned_pages(load(tmp_path, scan_of(pdf, 4)), reader)
    assert len([block for block in read.parsed.boilerplate if block.text.startswith("Annual review")]) == 4
    assert [page.label for page in read.parsed.pages] == ["1", "2", "3", "4"]
    assert not any("Annual review" in part for part in text(read.parsed))
    joined = [block for block in read.parsed.blocks if {span.region.page for span in block.spans} == {2, 3}]
    assert len(joined) == 1
    assert read.parsed.warnings == ("Read by OCR, as pictures of pages: page 1-4.",)


def test_one_page_at_a_time_is_rendered(tmp_path, monkeypatch):
    pdf = printed(*[[PROSE] * 10] * 5)
    document = load(tmp_path, scan_of(pdf, 5))
    assert all(isinstance(block, ScannedPage) for block in document.blocks)
    picture_type = type(document.blocks[0].picture)
    original, opened, alive = picture_type.open, [], []

    def counted(picture):
        page = original(picture)
        opened.append(weakref.ref(page))
        alive.append(sum(reference() is not None for reference in opened))
        return page

    monkeypatch.setattr(picture_type, "open", counted)
    read_scanned_pages(document, Reader(*[labels_of(pdf, n, tmp=tmp_path) for n in range(1, 6)]))
    assert alive == [1] * 5


def test_pages_that_are_hard_to_read_are_noted(tmp_path):
    pdf = printed([PROSE] * 10, [PROSE] * 10)
    # Upside down it is no better: the page stays as it lies.
    poor = labels_of(pdf, 2, confidence=0.7, tmp=tmp_path)
    reader = Reader(labels_of(pdf, 1, tmp=tmp_path), poor, poor, [])
    read = read_scanned_pages(load(tmp_path, scan_of(pdf, 2)), reader)
    assert any("not sure" in warning and "2 (70%)" in warning for warning in read.parsed.warnings)
    assert not read.poses


def test_a_chart_is_no_page_whatever_the_words_around_it(engine):
    image = Image.new("RGB", (640, 480), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(15)
    draw.text(
        (20, 10), "Most people in the region say that trade is good for them", "black", ImageFont.load_default(20)
    )
    for row in range(3):
        draw.text(
            (20, 400 + 20 * row), "Note: based on all adults who were asked in the spring of the year", "gray", font
        )
    for bar, height in enumerate((90, 180, 260, 120)):
        draw.rectangle((60 + 140 * bar, 360 - height, 130 + 140 * bar, 360), "steelblue")
        draw.text((80 + 140 * bar, 340 - height), str(height), "black", font)
        draw.text((65 + 140 * bar, 366), f"Region {bar}", "black", font)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    figure = FigureBlock(Picture(buffer.getvalue(), "image/png", 640, 480), Region(1, WHOLE))
    parsed = ParsedDocument("image/png", "", (Page(1, "1", 640, 480),), (figure,))
    read = read_scanned_pages(parsed, engine)
    (block,) = read.parsed.blocks
    assert isinstance(block, FigureBlock)
    assert block.image == figure.image
    assert {"90", "180", "260", "120"} <= {label.text for label in block.labels}
    assert not read.parsed.warnings


def test_pictures_of_pages_and_tiffs_are_pages_too(tmp_path):
    pdf = printed([PROSE] * 20, [PROSE] * 20)
    frames = [Image.open(io.BytesIO(scanned(render(pdf, page, 120), Scanner(dpi=120), page))) for page in (0, 1)]
    path = tmp_path / "letter.tiff"
    frames[0].save(path, "TIFF", save_all=True, append_images=frames[1:])
    document = ImageLoader().load(path, Limits())
    read = read_scanned_pages(document, Reader(*(labels_of(pdf, n, tmp=tmp_path) for n in (1, 2))))
    assert {block.spans[0].region.page for block in read.parsed.blocks} == {1, 2}
    assert " ".join(text(read.parsed)).count("copper") == 40


def test_a_picture_inside_a_document_keeps_its_place(tmp_path):
    pdf = printed([PROSE] * 20)
    data = scanned(render(pdf, 0, 120), Scanner(dpi=120), 0)
    with Image.open(io.BytesIO(data)) as picture:
        image = Picture(data, "image/jpeg", picture.width, picture.height)
    outer = Region(None, Box(0.0, 0.5, 1.0, 0.9))
    parsed = ParsedDocument("text/html", "A letter", (), (FigureBlock(image, outer),))
    read = read_scanned_pages(parsed, Reader(labels_of(pdf, tmp=tmp_path)))
    spans = [span.region for block in read.parsed.blocks for span in block.spans]
    assert all(region.page is None and 0.5 <= region.box.y0 < region.box.y1 <= 0.9 for region in spans)
    assert read.parsed.warnings == ("Read by OCR, as pictures of pages: 1 picture.",)


def stamped(pdf, draw, invisible=False):
    """A scan of a page with text of its own on top."""
    data = scanned(render(pdf, 0, 100), Scanner(dpi=100, noise=2), 0)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.drawImage(ImageReader(io.BytesIO(data)), 0, 0, *A4)
    page = canvas.beginText(60, 820)
    page.setFont("Helvetica", 9)
    page.setTextRenderMode(3 if invisible else 0)
    for line in draw:
        page.textLine(line)
    canvas.drawText(page)
    canvas.save()
    return buffer.getvalue()


def test_a_stamped_scan_is_read_by_ocr_and_one_with_a_text_layer_is_not(tmp_path):
    pdf = printed([PROSE] * 20)
    stamp = load(tmp_path, stamped(pdf, ["Case 1:20-cv-00123 Filed 03/04/20"]))
    assert any(isinstance(block, ScannedPage) for block in stamp.blocks)
    read = read_scanned_pages(stamp, Reader(labels_of(pdf, tmp=tmp_path)))
    assert "Filed" not in " ".join(text(read.parsed))  # OCR of the whole picture tells it, where it can be read
    assert " ".join(text(read.parsed)).count("copper") == 20
    layer = load(tmp_path, stamped(pdf, [PROSE] * 5, invisible=True))
    assert not any(isinstance(block, ScannedPage) for block in layer.blocks)
    assert " ".join(text(layer)).count("copper") == 5


def test_a_background_under_its_text_stays_one(tmp_path):
    pdf = printed(["Three words only"])
    document = load(tmp_path, stamped(pdf, ["A title on a picture", "and what it is about"]))
    said = [
        Label("A title on a picture", Box(0.1, 0.02, 0.5, 0.04)),
        Label("and what it is about", Box(0.1, 0.05, 0.5, 0.07)),
    ]
    read = read_scanned_pages(document, Reader(said))
    assert text(read.parsed) == ["A title on a picture and what it is about"]
    assert ["background" in skipped.reason for skipped in read.parsed.skipped_figures] == [True]


@pytest.mark.parametrize("kind", ["empty", "noise", "photo"])
def test_scans_without_text_are_figures_without_labels(tmp_path, engine, kind):
    chance = np.random.default_rng(5)
    pixels = {
        "empty": np.full((550, 390, 3), 250, np.uint8),
        "noise": chance.integers(0, 255, (550, 390, 3), np.uint8),
        "photo": np.repeat(np.repeat(chance.integers(0, 255, (11, 10, 3), np.uint8), 50, 0), 39, 1),
    }[kind]
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=70)
    read = read_scanned_pages(load(tmp_path, as_pdf([buffer.getvalue()], 50)), engine)
    assert not [block for block in read.parsed.blocks if isinstance(block, TextBlock | TableBlock)]
    (figure,) = read.parsed.blocks
    assert not figure.labels
    assert figure.region == Region(1, WHOLE)


def test_text_that_runs_from_right_to_left_gives_a_sound_result(tmp_path, engine):
    font = next(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"), None)
    if font is None:
        pytest.skip("no font with Arabic letters is installed")
    image = Image.new("RGB", (620, 300), "white")
    for row in range(6):
        ImageDraw.Draw(image).text(
            (60, 20 + 40 * row), "التقرير السنوي للشركة عن العام الماضي", "black", ImageFont.truetype(font, 22)
        )
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    read = read_scanned_pages(load(tmp_path, as_pdf([buffer.getvalue()], 72)), engine)
    regions = [span.region.box for block in read.parsed.blocks if isinstance(block, TextBlock) for span in block.spans]
    assert all(0 <= box.x0 < box.x1 <= 1 for box in regions)
    # The models know no Arabic: what they make of it is noted, or nothing is made of it.
    assert not regions or any("not sure" in warning for warning in read.parsed.warnings)
