"""The documents that ship with the demo: what is in them, and that they can be drawn again."""

import re

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest
from PIL import Image

from chartwell.app.demo import make_corpus as corpus
from chartwell.app.demo.questions import QUESTIONS
from chartwell.indexing.loaders.parsed import Limits, TextBlock
from chartwell.indexing.loaders.pdf.loader import PdfLoader

RASTER_PAGES = {6, 8}
VECTOR_PAGES = {4, 7, 9, 10}


def page_texts(name):
    with pdfium.PdfDocument(corpus.CORPUS / name) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


@pytest.fixture(scope="module")
def report():
    with pdfium.PdfDocument(corpus.CORPUS / corpus.ANNUAL_REPORT) as document:
        yield document


@pytest.fixture(scope="module")
def report_texts():
    return page_texts(corpus.ANNUAL_REPORT)


def test_corpus_holds_the_expected_documents_and_stays_small():
    files = list(corpus.CORPUS.iterdir())
    assert {file.name for file in files} == {
        corpus.ANNUAL_REPORT,
        corpus.CHINESE_REPORT,
        corpus.WEB_PAGE,
        corpus.NOTE,
        corpus.INSTALLATIONS,
        corpus.SURVEY_CHART,
        corpus.WATER_USE_CHART,
        corpus.CHINESE_CHART,
    }
    assert sum(file.stat().st_size for file in files) < 1_500_000


def test_annual_report_has_twelve_labelled_pages(report, report_texts):
    labels = [report.get_page_label(index) for index in range(len(report))]
    assert labels == ["i", "ii", *(str(number) for number in range(1, 11))]
    for label, text in zip(labels[1:], report_texts[1:], strict=True):
        assert text.startswith("Tarnwick Instruments plc | Annual Report 2024")
        assert f"www.tarnwick.example {label}" in text


def test_annual_report_has_an_outline_that_leads_to_every_section(report):
    titles = [bookmark.get_title() for bookmark in report.get_toc()]
    pages = [bookmark.get_dest().get_index() for bookmark in report.get_toc()]
    assert titles[:3] == ["Cover", "Contents", "Chief executive’s review"]
    assert pages == list(range(12))


def test_figures_and_tables_are_numbered_without_gaps(report_texts):
    whole = " ".join(report_texts)
    assert [int(number) for number in re.findall(r"Figure (\d+): ", whole)] == list(range(1, 8))
    assert sorted(int(number) for number in re.findall(r"Table (\d+): ", whole)) == list(range(1, 8))


def test_charts_are_raster_and_vector(report):
    for number in range(1, len(report) + 1):
        page = report[number - 1]
        images = list(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE]))
        paths = list(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH]))
        assert len(images) == (1 if number in RASTER_PAGES else 0)
        if number in VECTOR_PAGES:
            assert len(paths) > 8


def test_headings_of_the_chinese_report_are_those_that_were_set_as_such():
    blocks = PdfLoader().load(corpus.CORPUS / corpus.CHINESE_REPORT, Limits()).blocks
    headings = [block.text for block in blocks if isinstance(block, TextBlock) and block.kind == "heading"]
    chapters = ["一、线网建设", "二、运营服务", "三、乘客满意度", "四、2025年工作安排"]
    assert [text for text in headings if text in chapters] == chapters
    assert not [text for text in headings if text.endswith("。")]


def test_chinese_report_embeds_all_its_fonts():
    with pdfium.PdfDocument(corpus.CORPUS / corpus.CHINESE_REPORT) as document:
        assert len(document) == 4
        for page in document:
            for text in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT]):
                font = pdfium_c.FPDFTextObj_GetFont(text)
                assert pdfium_c.FPDFFont_GetIsEmbedded(font) == 1


@pytest.mark.parametrize("name", [corpus.SURVEY_CHART, corpus.WATER_USE_CHART, corpus.CHINESE_CHART])
def test_chart_files_are_pictures_of_a_readable_size(name):
    with Image.open(corpus.CORPUS / name) as picture:
        assert picture.format == "PNG"
        assert min(picture.size) >= 800


def test_questions_cover_text_table_chart_chinese_and_nowhere():
    assert [question.sits_in for question in QUESTIONS] == ["text", "table", "chart", "Chinese", "nowhere"]
    *told, untold = QUESTIONS
    for question in told:
        assert (corpus.CORPUS / question.source).is_file()
        assert question.page
        assert question.kind
        assert question.fact
    assert (untold.source, untold.page, untold.kind, untold.fact) == (None, None, None, None)


def all_passages():
    """(file, page or None, text) of everything in the corpus that has a text layer."""
    for name in (corpus.ANNUAL_REPORT, corpus.CHINESE_REPORT):
        for number, text in enumerate(page_texts(name), start=1):
            yield name, number, text
    for name in (corpus.WEB_PAGE, corpus.NOTE, corpus.INSTALLATIONS):
        yield name, None, " ".join((corpus.CORPUS / name).read_text(encoding="utf-8").split())


def places_of(fact):
    pattern = re.compile(rf"(?<![\d.,]){re.escape(fact)}(?![\d]|[.,]\d)")
    return [(name, page) for name, page, text in all_passages() if pattern.search(text)]


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q.sits_in in {"text", "table", "Chinese"}])
def test_fact_of_a_text_or_table_question_stands_in_one_place_only(question):
    assert places_of(question.fact) == [(question.source, question.page)]


def test_fact_of_the_chart_question_stands_in_no_text_layer():
    (question,) = [q for q in QUESTIONS if q.sits_in == "chart"]
    assert question.page in RASTER_PAGES
    assert places_of(question.fact) == []


def test_what_nobody_tells_is_mentioned_nowhere():
    assert all("salary" not in text.lower() for _, _, text in all_passages())
