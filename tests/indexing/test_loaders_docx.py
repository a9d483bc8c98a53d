"""Word documents: what is read as what, and what is left out."""

import io
from itertools import pairwise

import docx
import pptx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Inches
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE

from chartwell.errors import LimitExceeded
from chartwell.indexing.loaders.office.docx import DocxLoader
from chartwell.indexing.loaders.office.docx_numbering import DocxNumbering
from chartwell.indexing.loaders.office.docx_styles import Numbering
from chartwell.indexing.loaders.parsed import FigureBlock, Limits, TableBlock, TextBlock

W = nsdecls("w")
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
WP = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'


@pytest.fixture
def document():
    return docx.Document()


@pytest.fixture
def parse(tmp_path):
    def parse(document, limits=None):
        document.save(tmp_path / "a.docx")
        return DocxLoader().load(tmp_path / "a.docx", limits or Limits())

    return parse


def texts(parsed):
    return [(block.kind, block.text) for block in parsed.blocks if isinstance(block, TextBlock)]


def words(parsed):
    return [text for _, text in texts(parsed)]


def tables(parsed):
    return [block.table for block in parsed.blocks if isinstance(block, TableBlock)]


def figures(parsed):
    return [block for block in parsed.blocks if isinstance(block, FigureBlock)]


def picture(color="teal", size=(100, 80), kind="PNG"):
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, kind)
    buffer.seek(0)
    return buffer


def add(document, xml):
    """Add a body element written as XML."""
    body = document.element.body
    body.insert(len(body) - 1, parse_xml(xml))


def paragraph(document, *runs):
    """A paragraph of XML runs."""
    add(document, f"<w:p {W}>{''.join(runs)}</w:p>")


def run(text, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def related(document, kind, name, content, content_type="application/xml"):
    """Add a part to the document; returns the id of the relationship to it."""
    part = Part(PackURI(name), content_type, content, document.part.package)
    return document.part.relate_to(part, kind)


def test_headings_paragraphs_lists_and_the_title(document, parse):
    document.add_heading("Annual report 年度报告", 0)
    document.add_heading("Sales", 1)
    document.add_paragraph("Sales rose.\nBy much.")
    document.add_paragraph("one", style="List Number")
    document.add_paragraph("two", style="List Number")
    document.add_paragraph("point", style="List Bullet")
    document.add_heading("Asia", 3)
    document.add_paragraph("Said", style="Quote")
    document.add_paragraph("   ")
    parsed = parse(document)
    assert parsed.title == "Annual report 年度报告"
    assert texts(parsed) == [
        ("heading", "Annual report 年度报告"),
        ("heading", "Sales"),
        ("paragraph", "Sales rose.\nBy much."),
        ("list_item", "1. one"),
        ("list_item", "2. two"),
        ("list_item", "point"),
        ("heading", "Asia"),
        ("quote", "Said"),
    ]
    assert [block.level for block in parsed.blocks if block.kind == "heading"] == [1, 1, 3]
    places = [span.region.box for block in parsed.blocks for span in block.spans]
    assert places[0].y0 == 0
    assert places[-1].y1 > 0.9
    assert all(above.y1 <= below.y0 for above, below in pairwise(places))


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("标题 2", ("heading", 2)),
        ("标题2", ("heading", 2)),
        ("Überschrift 3", ("heading", 3)),
        ("heading 1", ("heading", 1)),
        ("標題 4", ("heading", 4)),
        ("正文", ("paragraph", 0)),
        ("引用", ("quote", 0)),
    ],
)
def test_styles_in_any_language(document, parse, name, role):
    add_style(document, "s1", name)
    paragraph(document, '<w:pPr><w:pStyle w:val="s1"/></w:pPr>', run("内容"))
    (block,) = parse(document).blocks
    assert (block.kind, block.level) == role


def add_style(document, style_id, name, properties="", based_on=""):
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    xml = f'<w:style {W} w:type="paragraph" w:customStyle="1" w:styleId="{style_id}"><w:name w:val="{name}"/>{base}<w:pPr>{properties}</w:pPr></w:style>'  # noqa: E501 - markup as the file has it
    document.styles.element.append(parse_xml(xml))


def test_outline_levels_and_inherited_styles_make_headings(document, parse):
    add_style(document, "mine", "Mine", '<w:outlineLvl w:val="1"/>')
    add_style(document, "derived", "Derived", based_on="mine")
    add_style(document, "plain", "Plain", '<w:outlineLvl w:val="9"/>', based_on="mine")
    add_style(document, "loop1", "Loop1", based_on="loop2")
    add_style(document, "loop2", "Loop2", based_on="loop1")
    for style in ("derived", "plain", "loop1", "missing"):
        paragraph(document, f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>', run(style))
    paragraph(document, '<w:pPr><w:outlineLvl w:val="2"/></w:pPr>', run("direct"))
    assert [(block.kind, block.level) for block in parse(document).blocks] == [
        ("heading", 2),
        ("paragraph", 0),
        ("paragraph", 0),
        ("paragraph", 0),
        ("heading", 3),
    ]


def test_bold_lines_are_headings_where_there_are_no_others(document, parse):
    for text in ("Scope 范围", "This is bold but a sentence."):
        document.add_paragraph().add_run(text).bold = True
    paragraph = document.add_paragraph("Not all ")
    paragraph.add_run("bold").bold = True
    assert [block.kind for block in parse(document).blocks] == ["heading", "paragraph", "paragraph"]
    document.add_heading("Real", 2)
    assert [block.kind for block in parse(document).blocks] == ["paragraph", "paragraph", "paragraph", "heading"]


def test_tracked_changes_fields_links_and_hidden_text(document, parse):
    paragraph(
        document,
        run("kept "),
        f'<w:ins w:id="1" w:author="a">{run("inserted ")}</w:ins>',
        '<w:del w:id="2" w:author="a"><w:r><w:delText>deleted </w:delText></w:r></w:del>',
        f'<w:moveFrom w:id="3" w:author="a">{run("moved away ")}</w:moveFrom>',
        f'<w:moveTo w:id="4" w:author="a">{run("moved here ")}</w:moveTo>',
        f'<w:hyperlink r:id="rId99" {R}>{run("linked ")}</w:hyperlink>',
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>',
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("7 ")}<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        run("hidden ", "<w:vanish/>"),
        run("shown ", '<w:vanish w:val="0"/>'),
        f"<w:sdt><w:sdtContent>{run('control ')}</w:sdtContent></w:sdt>",
        "<w:r><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:tab/><w:softHyphen/><w:t>c</w:t></w:r>",
        f"<w:r><w:ruby><w:rt>{run('かん')}</w:rt><w:rubyBase>{run('漢')}</w:rubyBase></w:ruby></w:r>",
    )
    parsed = parse(document)
    assert words(parsed) == ["kept inserted moved here linked 7 shown control a-b c漢"]
    assert parsed.warnings == ("Left out: hidden text (1 times).",)


def test_right_to_left_text_stays_in_logical_order(document, parse):
    paragraph(
        document, "<w:pPr><w:bidi/></w:pPr>", run("ارتفعت المبيعات إلى 41%", "<w:rtl/>"), run(" שלום", "<w:rtl/>")
    )
    assert words(parse(document)) == ["ارتفعت المبيعات إلى 41% שלום"]


def test_tables_with_merged_cells(document, parse):
    document.add_paragraph("Umsatz nach Region", style="Caption")
    table = document.add_table(4, 3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "Region"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "Half"
    for cell, text in zip(table.rows[1].cells[1:], ("H1", "H2"), strict=True):
        cell.text = text
    table.cell(2, 0).merge(table.cell(3, 0)).text = "华北"
    for row, values in ((2, ("1,000", "-2.5 %")), (3, ("a\nb", ""))):
        for column, text in enumerate(values, start=1):
            table.cell(row, column).text = text
    (read,) = tables(parse(document))
    assert read.title == "Umsatz nach Region"
    assert read.header_rows == 2
    assert read.rows == (
        ("Region", "Half", "Half"),
        ("Region", "H1", "H2"),
        ("华北", "1,000", "-2.5 %"),
        ("华北", "a b", ""),
    )


def test_header_rows_by_declaration_and_by_bold(document, parse):
    declared = document.add_table(3, 2)
    for row in declared.rows[:2]:
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {W}/>"))
    bold = document.add_table(2, 2)
    for table in (declared, bold):
        for index, cell in enumerate(table._cells):
            cell.text = str(index)
    for cell in bold.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
    deleted = document.add_table(3, 2)
    for index, cell in enumerate(deleted._cells):
        cell.text = f"{index}"
    deleted.rows[1]._tr.get_or_add_trPr().append(parse_xml(f'<w:del {W} w:id="1" w:author="a"/>'))
    read = tables(parse(document))
    assert [table.header_rows for table in read] == [2, 1, 0]
    assert read[2].rows == (("0", "1"), ("4", "5"))


def test_spans_that_blow_up_exceed_a_limit(document, parse):
    table = document.add_table(2, 2)
    for cell in table._cells:
        cell.text = "word " * 20
        cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:gridSpan {W} w:val="400"/>'))
    with pytest.raises(LimitExceeded, match="blow it up"):
        parse(document, Limits(max_characters=10_000))
    table.cell(0, 0)._tc.tcPr.gridSpan.val = 999_999
    with pytest.raises(LimitExceeded, match="1,000 columns"):
        parse(document)


def test_layout_tables_are_read_as_text_and_nested_ones_as_tables(document, parse):
    box = document.add_table(1, 1).cell(0, 0)
    box.text = "framed"
    inner = box.add_table(2, 2)
    for index, cell in enumerate(inner._cells):
        cell.text = f"c{index}"
    parsed = parse(document)
    assert words(parsed) == ["framed"]
    assert [table.rows for table in tables(parsed)] == [(("c0", "c1"), ("c2", "c3"))]


def test_pictures_with_their_captions(document, parse):
    document.add_picture(picture("teal"))
    document.add_paragraph("图 1 销售额")
    document.add_paragraph("Between")
    document.add_picture(picture("red"))
    document.add_paragraph("A caption by its style", style="Caption")
    document.add_picture(picture("blue"))._inline.docPr.set("descr", "Bars of sales by month")
    document.add_picture(picture("green"))._inline.docPr.set("descr", "A chart\n\nDescription automatically generated")
    parsed = parse(document)
    captions = [figure.caption for figure in figures(parsed)]
    assert captions == ["图 1 销售额", "A caption by its style", "Bars of sales by month", ""]
    assert {(figure.image.width, figure.image.height) for figure in figures(parsed)} == {(100, 80)}
    assert all(figure.region.page is None for figure in figures(parsed))


def test_pictures_that_float_lie_in_groups_or_in_cells(document, parse):
    document.add_picture(picture())
    inline = document.inline_shapes[0]._inline
    graphic = inline.graphic
    anchor = parse_xml(f"<wp:anchor {WP}/>")
    anchor.append(graphic)
    inline.getparent().replace(inline, anchor)
    document.add_table(2, 2).cell(1, 1).paragraphs[0].add_run().add_picture(picture("red"), width=Inches(1))
    document.tables[0].cell(0, 0).text = "Name"
    parsed = parse(document)
    assert len(figures(parsed)) == 2
    assert tables(parsed)[0].rows[0] == ("Name", "")


def test_a_picture_that_is_shown_again_and_again_decorates(document, parse):
    for _ in range(3):
        document.add_picture(picture())
    document.add_picture(picture("red"))
    parsed = parse(document)
    assert len(figures(parsed)) == 1
    assert [figure.reason for figure in parsed.skipped_figures] == ["decoration: stands 3 times in the document"] * 3


def test_what_cannot_be_shown_is_told(document, parse):
    metafile = related(document, RT.IMAGE, "/word/media/image9.emf", b"\x01\0\0\0" + bytes(80), "image/x-emf")
    linked = document.part.relate_to("http://example.org/chart.png", RT.IMAGE, is_external=True)
    tiny = related(document, RT.IMAGE, "/word/media/image8.png", picture(size=(10, 10)).read(), "image/png")
    for reference in (f'r:embed="{metafile}"', f'r:link="{linked}"', f'r:embed="{tiny}"', 'r:embed="rId999"'):
        paragraph(
            document,
            f"<w:r><w:drawing><pic:pic {nsdecls('pic')}><pic:blipFill><a:blip {A} {R} {reference}/></pic:blipFill></pic:pic></w:drawing></w:r>",  # noqa: E501 - markup as the file has it
        )
    o = 'xmlns:o="urn:schemas-microsoft-com:office:office"'
    paragraph(document, f'<w:r><w:object><o:OLEObject {o} ProgID="Excel.Sheet.12"/></w:object></w:r>')
    cx = "http://schemas.microsoft.com/office/drawing/2014/chartex"
    paragraph(document, f'<w:r><w:drawing><cx:chart xmlns:cx="{cx}"/></w:drawing></w:r>')
    reasons = [figure.reason for figure in parse(document).skipped_figures]
    expected = ["image9.emf", "nothing is fetched", "10 x 10", "missing", "Excel.Sheet.12", "missing"]
    assert len(reasons) == len(expected)
    for reason, said in zip(reasons, expected, strict=True):
        assert said in reason


def test_native_charts(document, parse):
    presentation = pptx.Presentation()
    data = CategoryChartData(number_format="0%")
    data.categories = ["甲", "乙"]
    data.add_series("占比", (0.25, 0.75))
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    chart = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, 0, 0, Inches(4), Inches(3), data).chart
    reference = related(document, RT.CHART, "/word/charts/chart1.xml", chart.part.blob)
    c = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    paragraph(
        document,
        f'<w:r><w:drawing><wp:inline {WP}><wp:docPr id="1" name="Chart 1"/><c:chart {c} {R} r:id="{reference}"/></wp:inline></w:drawing></w:r>',  # noqa: E501 - markup as the file has it
    )
    document.add_paragraph("Figure 2: Shares")
    (figure,) = figures(parse(document))
    assert figure.image is None
    assert figure.caption == "Figure 2: Shares"
    assert figure.reading.chart_type == "horizontal bar"
    assert [(value.category, value.number, value.unit) for value in figure.reading.values] == [
        ("甲", 25.0, "%"),
        ("乙", 75.0, "%"),
    ]
    assert {value.region for value in figure.reading.values} == {figure.region}


def test_text_boxes_are_read_once_and_diagrams_as_lists(document, parse):
    box = f"<w:txbxContent><w:p>{run('in the box')}</w:p></w:txbxContent>"
    wps = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    v = 'xmlns:v="urn:schemas-microsoft-com:vml"'
    paragraph(
        document,
        run("Around"),
        f'<w:r><mc:AlternateContent {mc}><mc:Choice Requires="wps"><w:drawing><wps:txbx {wps}>{box}</wps:txbx></w:drawing>'  # noqa: E501 - markup as the file has it
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox {v}>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>",  # noqa: E501 - markup as the file has it
    )
    paragraph(
        document,
        f"<w:r><w:pict><v:textbox {v}><w:txbxContent><w:p>{run('old box')}</w:p></w:txbxContent></v:textbox></w:pict></w:r>",  # noqa: E501 - markup as the file has it
    )
    dgm = 'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    model = f"<dgm:dataModel {dgm} {A}><dgm:pt><dgm:t><a:p><a:r><a:t>Step 一</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:dataModel>"  # noqa: E501 - markup as the file has it
    reference = related(document, f"{RT.CHART[:-5]}diagramData", "/word/diagrams/data1.xml", model.encode())
    paragraph(document, f'<w:r><w:drawing><dgm:relIds {dgm} {R} r:dm="{reference}"/></w:drawing></w:r>')
    assert texts(parse(document)) == [
        ("paragraph", "Around"),
        ("paragraph", "in the box"),
        ("paragraph", "old box"),
        ("list_item", "Step 一"),
    ]


def test_notes_follow_their_paragraph_and_running_lines_are_kept_apart(document, parse):
    notes = f'<w:footnotes {W}><w:footnote w:type="separator" w:id="0"><w:p>{run("line")}</w:p></w:footnote><w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r>{run(" 资料来源：统计局")}</w:p></w:footnote></w:footnotes>'  # noqa: E501 - markup as the file has it
    related(document, RT.FOOTNOTES, "/word/footnotes.xml", notes.encode())
    ends = f'<w:endnotes {W}><w:endnote w:id="2"><w:p>{run("At the end")}</w:p></w:endnote></w:endnotes>'
    related(document, RT.ENDNOTES, "/word/endnotes.xml", ends.encode())
    paragraph(
        document,
        run("Claim"),
        '<w:r><w:footnoteReference w:id="2"/></w:r>',
        '<w:r><w:endnoteReference w:id="2"/></w:r>',
    )
    paragraph(document, run("Next"), '<w:r><w:footnoteReference w:id="2"/></w:r>')
    document.sections[0].header.paragraphs[0].text = "Running head"
    document.sections[0].footer.paragraphs[0].text = "Page"
    document.add_paragraph("Sales\t3", style=document.styles.add_style("toc 1", 1))
    parsed = parse(document)
    assert words(parsed) == ["Claim", "资料来源：统计局", "At the end", "Next"]
    assert sorted(block.text for block in parsed.boilerplate) == ["Page", "Running head", "Sales 3"]


def test_comments_and_embedded_documents_are_left_out_with_a_warning(document, parse):
    document.add_paragraph("Words")
    document.add_comment(document.paragraphs[0].runs, text="Really?", author="a")
    add(document, f'<w:altChunk {W} {R} r:id="rId9"/>')
    parsed = parse(document)
    assert words(parsed) == ["Words"]
    assert sorted(parsed.warnings) == [
        "Left out: embedded document (1 times).",
        "Left out: reviewer's comment (1 times).",
    ]


def test_limits(document, parse):
    document.add_paragraph("word " * 100)
    with pytest.raises(LimitExceeded, match=r"a\.docx.*characters"):
        parse(document, Limits(max_characters=100))
    document.add_table(6, 2).cell(0, 0).text = "x"
    with pytest.raises(LimitExceeded, match="6 rows"):
        parse(document, Limits(max_table_rows=5))


LEVELS = (
    ("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"), ("upperRoman", "%4"), ("bullet", "o"),
    ("chineseCounting", "第%6条"), ("decimalZero", "%7"), ("decimalEnclosedCircleChinese", "%8"),
)  # fmt: skip


def numbering():
    levels = "".join(
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for place, (form, text) in enumerate(LEVELS)
    )
    return DocxNumbering(
        parse_xml(
            f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
            '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
            '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'  # noqa: E501 - markup as the file has it
            '<w:num w:numId="3"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
        )
    )


def test_items_are_numbered_as_word_counts():
    counting = numbering()
    items = [
        ("1", 0),
        ("1", 1),
        ("1", 1),
        ("1", 2),
        ("1", 0),
        ("1", 1),
        ("3", 0),
        ("2", 0),
        ("2", 0),
        ("1", 4),
        ("9", 0),
    ]
    labels = [counting.label(Numbering(*item)) for item in items]
    assert labels == ["1.", "1.1", "1.2", "(a)", "2.", "2.1", "3.", "5.", "6.", "", ""]


@pytest.mark.parametrize(
    ("level", "count", "label"),
    [(5, 1, "第一条"), (5, 10, "第十条"), (5, 21, "第二十一条"), (5, 105, "第一百零五条"), (5, 110, "第一百一十条"),
     (3, 49, "XLIX"), (2, 27, "(aa)"), (6, 3, "03"), (7, 3, "③"), (7, 21, "21")],
)  # fmt: skip
def test_forms_of_numbers(level, count, label):
    counting = numbering()
    assert [counting.label(Numbering("1", level)) for _ in range(count)][-1] == label


WORD = st.from_regex(r"[A-Za-z]{2,8}|[一-龥]{1,4}|[0-9]{1,3}", fullmatch=True)


@settings(max_examples=15)
@given(st.lists(st.tuples(st.sampled_from(["Normal", "Heading 2", "List Bullet", "table"]), WORD), max_size=8))
def test_all_words_are_found_in_order(tmp_path_factory, pieces):
    document = docx.Document()
    for style, word in pieces:
        if style == "table":
            for cell in document.add_table(2, 2)._cells:
                cell.text = word
        else:
            document.add_paragraph(word, style=style)
    path = tmp_path_factory.mktemp("docx") / "a.docx"
    document.save(path)
    found = []
    for block in DocxLoader().load(path, Limits()).blocks:
        found += [block.text] if isinstance(block, TextBlock) else [cell for row in block.table.rows for cell in row]
    assert found == [word for style, word in pieces for _ in range(4 if style == "table" else 1)]
