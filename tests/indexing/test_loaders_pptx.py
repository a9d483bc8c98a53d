"""Presentations: slides as pages, everything on them in its place."""

import io

import pptx
import pytest
from lxml import etree
from PIL import Image
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_SHAPE
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.util import Inches, Pt

from chartwell.errors import LimitExceeded
from chartwell.indexing.documents import Box, Region
from chartwell.indexing.loaders.office.pptx import PptxLoader
from chartwell.indexing.loaders.parsed import FigureBlock, Limits, TableBlock, TextBlock

A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
TITLE_AND_CONTENT, TITLE_ONLY, BLANK = 1, 5, 6


@pytest.fixture
def show():
    presentation = pptx.Presentation()
    presentation.slide_width, presentation.slide_height = Inches(10), Inches(5)
    return presentation


@pytest.fixture
def parse(tmp_path):
    def parse(presentation, limits=None):
        presentation.save(tmp_path / "a.pptx")
        return PptxLoader().load(tmp_path / "a.pptx", limits or Limits())

    return parse


def slide_of(presentation, layout=BLANK):
    return presentation.slides.add_slide(presentation.slide_layouts[layout])


def box(slide, text, left, top, width=4, height=0.5):
    shape = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height))
    shape.text_frame.text = text
    return shape


def picture(color="teal", size=(100, 80)):
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, "PNG")
    buffer.seek(0)
    return buffer


def texts(parsed):
    return [(block.kind, block.text) for block in parsed.blocks if isinstance(block, TextBlock)]


def words(parsed):
    return [text for _, text in texts(parsed) if not text.startswith("Slide ")]


def figures(parsed):
    return [block for block in parsed.blocks if isinstance(block, FigureBlock)]


def rounded(region):
    return region.page, tuple(round(edge, 3) for edge in region.box)


def test_slides_are_pages_with_titles_lists_and_notes(show, parse):
    slide = slide_of(show, TITLE_AND_CONTENT)
    slide.shapes.title.text = "季度\nresults"
    slide.placeholders[1].text = "first\nsecond"
    slide.placeholders[1].text_frame.add_paragraph().text = "a line\vbroken"
    slide.notes_slide.notes_text_frame.text = "Say this\nand that"
    slide_of(show)
    parsed = parse(show)
    assert parsed.title == "季度 results"
    assert [(page.number, page.label, page.width, page.height) for page in parsed.pages] == [
        (1, "1", 720.0, 360.0),
        (2, "2", 720.0, 360.0),
    ]
    assert texts(parsed) == [
        ("heading", "季度 results"),
        ("list_item", "first"),
        ("list_item", "second"),
        ("list_item", "a line\nbroken"),
        ("paragraph", "Say this"),
        ("paragraph", "and that"),
    ]
    assert parsed.blocks[-1].spans[0].region == Region(1, Box(0, 0, 1, 1))
    assert [block.level for block in parsed.blocks][:2] == [1, 0]


def test_text_boxes_in_reading_order_with_their_places(show, parse):
    slide = slide_of(show, TITLE_ONLY)
    slide.shapes.title.top = Inches(4)
    box(slide, "right", 5, 1)
    box(slide, "below", 1, 3)
    box(slide, "left", 1, 1.1)
    slide.shapes.title.text = "Title at the foot"
    parsed = parse(show)
    assert words(parsed) == ["Title at the foot", "left", "right", "below"]
    assert rounded(parsed.blocks[1].spans[0].region) == (1, (0.1, 0.22, 0.5, 0.32))


def test_groups_are_taken_apart_where_they_stand(show, parse):
    slide = slide_of(show)
    group = slide.shapes.add_group_shape()
    inner = group.shapes.add_group_shape()
    shape = inner.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(1), Inches(1), Inches(2), Inches(1))
    shape.text_frame.text = "inside"
    # The group is drawn at twice its size, moved to the right.
    for name, first, second in (("off", Inches(4), Inches(1)), ("ext", Inches(4), Inches(2))):
        element = group._element.grpSpPr.find(f".//{{http://schemas.openxmlformats.org/drawingml/2006/main}}{name}")
        element.attrib.update(
            dict(zip(("x", "y") if name == "off" else ("cx", "cy"), (str(first), str(second)), strict=True))
        )
    block = parse(show).blocks[-1]
    assert block.text == "inside"
    assert rounded(block.spans[0].region) == (1, (0.4, 0.2, 0.8, 0.6))


def test_turned_shapes_are_bounded_and_all_is_cut_to_the_slide(show, parse):
    slide = slide_of(show)
    box(slide, "turned", 3, 2, 4, 1).rotation = 90
    box(slide, "beyond", 9, 4, 4, 4)
    parsed = parse(show)
    assert {block.text: rounded(block.spans[0].region)[1] for block in parsed.blocks[1:]} == {
        "turned": (0.45, 0.1, 0.55, 0.9),
        "beyond": (0.9, 0.8, 1.0, 1.0),
    }


def test_tables_with_spanning_cells_and_boxes(show, parse):
    slide = slide_of(show)
    box(slide, "Table 1: 销售", 1, 0.4)
    table = slide.shapes.add_table(3, 3, Inches(1), Inches(1), Inches(6), Inches(3)).table
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 0).merge(table.cell(2, 0))
    for (row, column), text in {
        (0, 0): "Region",
        (0, 1): "Half",
        (1, 0): "华北\nNorth",
        (1, 1): "1,000",
        (2, 2): "2",
    }.items():
        table.cell(row, column).text = text
    (block,) = [block for block in parse(show).blocks if isinstance(block, TableBlock)]
    assert block.table.title == "Table 1: 销售"
    assert block.table.header_rows == 1
    assert block.table.rows == (("Region", "Half", "Half"), ("华北 North", "1,000", ""), ("华北 North", "", "2"))
    assert rounded(block.regions[0]) == (1, (0.1, 0.2, 0.7, 0.8))
    boxes = block.table.boxes
    assert rounded(boxes[0][1]) == rounded(boxes[0][2]) == (1, (0.3, 0.2, 0.7, 0.4))
    assert rounded(boxes[2][0]) == (1, (0.1, 0.4, 0.3, 0.8))
    assert rounded(boxes[2][2]) == (1, (0.5, 0.6, 0.7, 0.8))


def test_pictures_and_native_charts(show, parse):
    slide = slide_of(show)
    slide.shapes.add_picture(picture(), Inches(1), Inches(1), Inches(2), Inches(1))
    box(slide, "图 2 蓝色", 1, 2.05)
    described = slide.shapes.add_picture(picture("red"), Inches(4), Inches(3), Inches(2), Inches(1))
    described._element.nvPicPr.cNvPr.set("descr", "Bars of sales")
    data = CategoryChartData(number_format="0%")
    data.categories = ["甲", "乙"]
    data.add_series("占比", (0.25, 0.75))
    slide.shapes.add_chart(XL_CHART_TYPE.PIE, Inches(7), Inches(1), Inches(2), Inches(2), data)
    parsed = parse(show)
    found = {figure.caption: figure for figure in figures(parsed)}
    assert set(found) == {"图 2 蓝色", "Bars of sales", ""}
    assert rounded(found["图 2 蓝色"].region) == (1, (0.1, 0.2, 0.3, 0.4))
    chart = found[""]
    assert chart.image is None
    assert rounded(chart.region) == (1, (0.7, 0.2, 0.9, 0.6))
    assert chart.reading.chart_type == "pie"
    assert {value.region for value in chart.reading.values} == {chart.region}


def test_pictures_that_decorate_are_told(show, parse):
    for number in range(3):
        slide = slide_of(show)
        slide.shapes.add_picture(picture(), Inches(9), 0, Inches(1), Inches(1))
        box(slide, f"Slide {number}", 1, 1)
    slide = slide_of(show)
    slide.shapes.add_picture(picture("red"), 0, 0, show.slide_width, show.slide_height)
    box(slide, "word " * 60, 1, 1)
    slide_of(show).shapes.add_picture(picture("blue"), 0, 0, show.slide_width, show.slide_height)
    parsed = parse(show)
    assert [figure.region.page for figure in figures(parsed)] == [5]
    assert [figure.reason for figure in parsed.skipped_figures] == [
        *["decoration: stands on 3 slides at the same place"] * 3,
        "background: covers the slide under its text",
    ]


def test_what_cannot_be_shown_is_told(show, parse):
    slide = slide_of(show)
    linked = slide.part.relate_to("http://example.org/a.png", RT.IMAGE, is_external=True)
    blip = slide.shapes.add_picture(picture(), 0, 0)._element.blipFill.find(f"{{{A[9:-1]}}}blip")
    blip.attrib.clear()
    blip.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}link", linked)
    slide.shapes.add_ole_object(io.BytesIO(b"x"), "Package", 0, 0, icon_file=picture())
    reasons = [figure.reason for figure in parse(show).skipped_figures]
    assert any("nothing is fetched" in reason for reason in reasons)
    assert any("embedded object (Package)" in reason for reason in reasons)


def test_alternatives_and_diagrams(show, parse):
    slide = slide_of(show)
    tree = slide.shapes._spTree
    inner = etree.tostring(box(slide, "formula", 1, 1)._element).decode()
    tree.remove(tree[-1])
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    tree.append(
        parse_xml(
            f'<mc:AlternateContent {mc}><mc:Choice Requires="a14">{inner}</mc:Choice><mc:Fallback>{inner}</mc:Fallback></mc:AlternateContent>'  # noqa: E501 - markup as the file has it
        )
    )
    dgm = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
    model = f'<dgm:dataModel xmlns:dgm="{dgm}" {A}><dgm:pt><dgm:t><a:p><a:r><a:t>Step 一</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:dataModel>'  # noqa: E501 - markup as the file has it
    part = Part(PackURI("/ppt/diagrams/data1.xml"), "application/xml", slide.part.package, model.encode())
    reference = slide.part.relate_to(part, RT.DIAGRAM_DATA)
    cx = "http://schemas.microsoft.com/office/drawing/2014/chartex"
    for content in (f'<dgm:relIds xmlns:dgm="{dgm}" r:dm="{reference}"/>', f'<cx:chart xmlns:cx="{cx}" r:id="rId77"/>'):
        tree.append(parse_xml(
            f'<p:graphicFrame {P} {A} {R}><p:nvGraphicFramePr><p:cNvPr id="9" name="d"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>'  # noqa: E501 - markup as the file has it
            f'<p:xfrm><a:off x="0" y="2000000"/><a:ext cx="100000" cy="100000"/></p:xfrm><a:graphic><a:graphicData uri="x">{content}</a:graphicData></a:graphic></p:graphicFrame>'  # noqa: E501 - markup as the file has it
        ))  # fmt: skip
    parsed = parse(show)
    assert words(parsed) == ["formula", "Step 一"]
    assert "missing" in parsed.skipped_figures[0].reason


def test_slides_without_a_title_do_not_stand_below_the_slide_before(show, parse):
    slide_of(show, TITLE_ONLY).shapes.title.text = "First"
    slide = slide_of(show)
    box(slide, "A title in a plain box", 1, 0.2)
    box(slide, "body", 1, 2)
    box(slide_of(show), "Only a remark far down", 1, 4)
    slide_of(show)
    assert texts(parse(show)) == [
        ("heading", "First"),
        ("heading", "A title in a plain box"),
        ("paragraph", "body"),
        ("heading", "Slide 3"),
        ("paragraph", "Only a remark far down"),
    ]


def test_hidden_slides_are_read_and_footers_kept_apart(show, parse):
    slide = slide_of(show, TITLE_ONLY)
    slide.shapes.title.text = "Secret"
    slide._element.set("show", "0")
    footer = box(slide, "Company confidential", 1, 4.5)._element
    footer.nvSpPr.nvPr.append(parse_xml(f'<p:ph {P} type="ftr" idx="11"/>'))
    parsed = parse(show)
    assert words(parsed) == ["Secret"]
    assert [block.text for block in parsed.boilerplate] == ["Company confidential"]
    assert parsed.warnings == ("Slide 1 is hidden; it was read all the same.",)


def test_right_to_left_text_stays_in_logical_order(show, parse):
    shape = box(slide_of(show), "ارتفعت المبيعات إلى 41%", 1, 1)
    shape.text_frame.paragraphs[0]._p.get_or_add_pPr().set("rtl", "1")
    shape.text_frame.paragraphs[0].runs[0].font.size = Pt(20)
    assert words(parse(show)) == ["ارتفعت المبيعات إلى 41%"]


def test_limits(show, parse):
    for _ in range(3):
        box(slide_of(show), "word " * 50, 1, 1)
    with pytest.raises(LimitExceeded, match="3 slides"):
        parse(show, Limits(max_pages=2))
    with pytest.raises(LimitExceeded, match="characters"):
        parse(show, Limits(max_characters=500))
    slide_of(show).shapes.add_table(6, 2, 0, 0, Inches(1), Inches(1))
    with pytest.raises(LimitExceeded, match="6 rows"):
        parse(show, Limits(max_table_rows=5))


def test_a_presentation_without_slides_is_empty(show, parse):
    parsed = parse(show)
    assert (parsed.blocks, parsed.pages) == ((), ())
