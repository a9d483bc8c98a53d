"""Which lines of a PDF are the captions of its figures."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from chartwell.indexing.loaders.parsed import FigureBlock, Limits, TextBlock
from chartwell.indexing.loaders.pdf.captions import is_figure_caption, is_source_line
from chartwell.indexing.loaders.pdf.loader import PdfLoader

PROSE = "The harbour authority reported steady traffic while dredging went on in the northern basin all summer."


def load(tmp_path, *pages):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for page in pages:
        canvas.setFont("Helvetica", 10)
        page(canvas)
        canvas.showPage()
    canvas.save()
    path = tmp_path / "captions.pdf"
    path.write_bytes(buffer.getvalue())
    return PdfLoader().load(path, Limits())


def captions(document):
    return [block.caption for block in document.blocks if isinstance(block, FigureBlock)]


def texts(document):
    return [block.text for block in document.blocks if isinstance(block, TextBlock)]


def picture(canvas, x, y, width=200, height=120, seed=0):
    noise = np.random.default_rng(seed).integers(0, 255, (120, 200, 3), np.uint8)
    canvas.drawImage(ImageReader(Image.fromarray(noise)), x, y, width, height)


def paragraph(canvas, y=780, rows=6):
    for row in range(rows):
        canvas.drawString(60, y - 12 * row, PROSE[:90])


def small(canvas, *lines, font="Helvetica", size=8):
    canvas.setFont(font, size)
    for x, y, text in lines:
        canvas.drawString(x, y, text)
    canvas.setFont("Helvetica", 10)


@given(
    st.sampled_from(
        ["Figure {}.", "Figure {}:", "Fig. {}:", "FIG. {}", "Chart {}", "Exhibit {} \u2013", "图 {}", "图表{}："]
    ),
    st.one_of(
        st.integers(1, 300).map(str), st.tuples(st.integers(1, 20), st.integers(1, 99)).map("{0[0]}.{0[1]}".format)
    ),
)
def test_numbered_captions_are_known_by_their_beginning(form, number):
    assert is_figure_caption(form.format(number) + " Ships by basin")


@pytest.mark.parametrize(
    "text",
    [
        "Figure 3 shows the ships by basin",
        "Fig. 4 and the table below it tell the same",
        "Chart 2 is based on a survey",
        "Figures are rounded",
        "图 3 显示了各港区的吞吐量",
        "图中数据为估计值",
        "Mapping the harbour",
    ],
)
def test_sentences_that_speak_of_figures_are_no_captions(text):
    assert not is_figure_caption(text)


@pytest.mark.parametrize(
    "text", ["Source: OECD, 2023.", "Note: rounded", "资料来源：统计局", "注：含转运", "(Sources: own data)"]
)
def test_source_lines(text):
    assert is_source_line(text)


def test_captions_side_by_side_go_to_their_own_figures(tmp_path):
    def page(canvas):
        paragraph(canvas)
        picture(canvas, 60, 500)
        picture(canvas, 320, 500, seed=1)
        small(canvas, (60, 486, "Figure 1. Ships by basin, on an average day of"), (60, 476, "the summer"))
        small(canvas, (320, 486, "Figure 2. Ferries"))

    document = load(tmp_path, page)
    assert captions(document) == ["Figure 1. Ships by basin, on an average day of the summer", "Figure 2. Ferries"]


@pytest.mark.parametrize("above", [True, False])
def test_between_two_figures_the_side_that_the_document_uses_decides(tmp_path, above):
    def page(canvas):
        for index, y in enumerate((640, 480, 320)):
            picture(canvas, 60, y, seed=index)
            small(canvas, (60, y + 127 if above else y - 25, f"Figure {index + 1}: Basin {index + 1}"))

    assert captions(load(tmp_path, page)) == ["Figure 1: Basin 1", "Figure 2: Basin 2", "Figure 3: Basin 3"]


def test_a_source_line_is_no_caption_and_stays_text(tmp_path):
    def page(canvas):
        paragraph(canvas)
        picture(canvas, 60, 500)
        small(canvas, (60, 488, "Source: Harbour authority, 2023."))

    document = load(tmp_path, page)
    assert captions(document) == [""]
    assert "Source: Harbour authority, 2023." in texts(document)


def test_a_caption_without_number_is_set_apart_by_its_letters(tmp_path):
    def page(canvas):
        paragraph(canvas)
        picture(canvas, 60, 500)
        small(canvas, (60, 488, "Ships by basin, counted by hand"), font="Helvetica-Oblique", size=9)
        paragraph(canvas, 470)

    assert captions(load(tmp_path, page)) == ["Ships by basin, counted by hand"]


def test_a_document_that_numbers_its_figures_leaves_other_lines_alone(tmp_path):
    def page(canvas):
        paragraph(canvas)
        picture(canvas, 60, 560)
        small(canvas, (60, 548, "Figure 1. Ships"))
        picture(canvas, 60, 380, seed=1)
        small(canvas, (60, 368, "all numbers as of June"), font="Helvetica-Oblique")

    document = load(tmp_path, page)
    assert captions(document) == ["Figure 1. Ships", ""]
    assert "all numbers as of June" in texts(document)


def test_a_caption_beside_its_figure(tmp_path):
    def page(canvas):
        paragraph(canvas)
        picture(canvas, 60, 500)
        small(canvas, (272, 600, "Figure 4. Ships by basin,"), (272, 590, "counted by hand"))

    assert captions(load(tmp_path, page)) == ["Figure 4. Ships by basin, counted by hand"]


def test_chinese_captions(tmp_path):
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

    def page(canvas):
        for index, y in enumerate((600, 400)):
            picture(canvas, 60, y, seed=index)
            small(canvas, (60, y - 14, f"图 {index + 1}　港口货物吞吐量与上年同期相比的"), font="STSong-Light")
            small(canvas, (60, y - 24, "变化情况"), font="STSong-Light")

    found = captions(load(tmp_path, page))
    assert [caption.replace("　", "").replace(" ", "") for caption in found] == [
        "图1港口货物吞吐量与上年同期相比的变化情况",
        "图2港口货物吞吐量与上年同期相比的变化情况",
    ]


def test_the_text_after_a_caption_is_not_part_of_it(tmp_path):
    def page(canvas):
        paragraph(canvas)
        picture(canvas, 60, 500)
        canvas.drawString(60, 486, "Figure 1: Ships by basin")
        paragraph(canvas, 464)

    document = load(tmp_path, page)
    assert captions(document) == ["Figure 1: Ships by basin"]
    assert len(texts(document)) == 2


def test_plain_captions_of_pictures_tell_those_of_drawn_charts(tmp_path):
    def page(canvas):
        paragraph(canvas)
        for index, y in enumerate((590, 440)):
            picture(canvas, 60, y, seed=index)
            small(canvas, (60, y - 13, f"Traffic in basin {index + 1}"), font="Helvetica-Oblique")
        canvas.line(100, 260, 320, 260)
        for index, value in enumerate((30, 80, 55, 120)):
            canvas.rect(110 + 50 * index, 260, 34, value, fill=1, stroke=0)
            small(canvas, (116 + 50 * index, 250, f"Q{index + 1}"))
        small(canvas, (100, 236, "Traffic by quarter"), font="Helvetica-Oblique")

    document = load(tmp_path, page)
    assert captions(document) == ["Traffic in basin 1", "Traffic in basin 2", "Traffic by quarter"]
