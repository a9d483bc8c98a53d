"""Office files that are damaged, encrypted or hostile; what is left out is told, and nothing foreign is raised."""

import copy
import io
import struct
import zipfile

import docx
import openpyxl
import pptx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl.chart import BarChart, Reference
from PIL import Image
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from chartwell.errors import DamagedFile, EncryptedFile, InputError, LimitExceeded, UnsupportedFormat
from chartwell.indexing.loaders.parsed import Limits, ParsedDocument, TextBlock
from chartwell.indexing.loaders.registry import load

LIMITS = Limits(max_bytes=2_000_000, max_pages=20, max_characters=100_000, max_table_rows=50)


def saved(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def picture() -> io.BytesIO:
    buffer = io.BytesIO()
    Image.new("RGB", (60, 60), "teal").save(buffer, "PNG")
    return buffer


def word_file() -> bytes:
    document = docx.Document()
    document.add_heading("标题 Title", 1)
    document.add_paragraph("Words", style="List Number")
    document.add_table(2, 2).cell(0, 0).text = "a"
    document.add_picture(picture())
    return saved(document)


def slides_file() -> bytes:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "标题 Title"
    data = CategoryChartData()
    data.categories = ["甲", "乙"]
    data.add_series("S", (1, 2))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(4), Inches(3), data)
    slide.shapes.add_table(2, 2, 0, 0, Inches(4), Inches(1)).table.cell(0, 0).text = "a"
    slide.shapes.add_picture(picture(), 0, 0)
    return saved(presentation)


def workbook_file() -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in (["地区", "Value"], ["North", 1.5], ["South", 2]):
        sheet.append(row)
    sheet.merge_cells("A5:B6")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "D2")
    return saved(workbook)


FILES = {".docx": word_file(), ".pptx": slides_file(), ".xlsx": workbook_file()}
MAIN = {".docx": "word/document.xml", ".pptx": "ppt/slides/slide1.xml", ".xlsx": "xl/worksheets/sheet1.xml"}
KINDS = pytest.mark.parametrize("kind", list(FILES))


def changed(data: bytes, changes: dict[str, bytes | None], extra: dict[str, bytes] | None = None) -> bytes:
    """The archive with parts replaced, left out (None) and added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = changes.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return buffer.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def parse(folder, kind, data, limits=LIMITS):
    path = folder / f"file{kind}"
    path.write_bytes(data)
    return load(path, limits)


def texts(document):
    return [block.text for block in document.blocks if isinstance(block, TextBlock)]


@KINDS
def test_the_files_are_sound_as_they_are(tmp_path, kind):
    document = parse(tmp_path, kind, FILES[kind])
    assert document.blocks
    assert document.warnings == ()


@KINDS
def test_the_name_does_not_matter(tmp_path, kind):
    path = tmp_path / "file.bin"
    path.write_bytes(FILES[kind])
    assert load(path, LIMITS).blocks


@KINDS
@pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
def test_a_truncated_file_is_damage(tmp_path, kind, share):
    data = FILES[kind]
    with pytest.raises(DamagedFile, match=f"file\\{kind}") as caught:
        parse(tmp_path, kind, data[: int(len(data) * share)])
    assert caught.value.hint


@KINDS
def test_a_missing_main_part_is_damage(tmp_path, kind):
    main = {".docx": "word/document.xml", ".pptx": "ppt/presentation.xml", ".xlsx": "xl/workbook.xml"}[kind]
    for missing in (main, "_rels/.rels", "[Content_Types].xml"):
        with pytest.raises((DamagedFile, UnsupportedFormat), match=f"file\\{kind}") as caught:
            parse(tmp_path, kind, changed(FILES[kind], {missing: None}))
        assert caught.value.hint


@KINDS
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["main", "customXml/item1.xml", "word/media/x.png", "docProps/core.xml"])
def test_a_document_type_is_refused_in_any_part(tmp_path, kind, encoding, name):
    bomb = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    )
    name = MAIN[kind] if name == "main" else name
    data = changed(FILES[kind], {name: None}, {name: bomb.encode(encoding)})
    with pytest.raises(DamagedFile, match="document type"):
        parse(tmp_path, kind, data)


@KINDS
def test_a_bomb_within_the_archive_exceeds_the_limit(tmp_path, kind):
    data = changed(FILES[kind], {}, {"customXml/item9.xml": b"<x>" + b" " * 5_000_000 + b"</x>"})
    with pytest.raises(LimitExceeded, match="unpacks to"):
        parse(tmp_path, kind, data)


@KINDS
def test_deep_nesting_is_damage_and_no_crash(tmp_path, kind):
    deep = b"<x>" * 100_000 + b"</x>" * 100_000
    attempt(tmp_path, kind, changed(FILES[kind], {MAIN[kind]: deep}))


@KINDS
def test_a_file_behind_a_password_is_told(tmp_path, kind):
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 48, 1)
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", "EncryptedPackage"))
    with pytest.raises(EncryptedFile, match="password"):
        parse(tmp_path, kind, bytes(header) + bytes(512) + entries.ljust(512, b"\0"))


@KINDS
def test_old_binary_files_are_unsupported(tmp_path, kind):
    with pytest.raises(UnsupportedFormat, match="old Microsoft Office"):
        parse(tmp_path, kind, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))


def test_a_binary_workbook_is_unsupported(tmp_path):
    with pytest.raises(UnsupportedFormat, match="binary Excel"):
        parse(
            tmp_path,
            ".xlsb",
            changed(
                FILES[".xlsx"], {"xl/workbook.xml": None, "[Content_Types].xml": b"<Types/>"}, {"xl/workbook.bin": b"x"}
            ),
        )


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "version https://git-lfs.github.com/spec/v1\n"])
@KINDS
def test_text_under_an_office_name_is_damage(tmp_path, kind, text):
    with pytest.raises(DamagedFile, match="holds text"):
        parse(tmp_path, kind, text.encode())


@pytest.mark.parametrize(
    ("kind", "plain", "macros"),
    [
        (".docx", b"wordprocessingml.document.main", b"application/vnd.ms-word.document.macroEnabled.main"),
        (".docx", b"wordprocessingml.document.main", b"application/vnd.ms-word.template.macroEnabledTemplate.main"),
        (".pptx", b"presentationml.presentation.main", b"application/vnd.ms-powerpoint.presentation.macroEnabled.main"),
        (
            ".pptx",
            b"presentationml.presentation.main",
            b"application/vnd.openxmlformats-officedocument.presentationml.slideshow.main",
        ),
        (".xlsx", b"spreadsheetml.sheet.main", b"application/vnd.ms-excel.sheet.macroEnabled.main"),
        (
            ".xlsx",
            b"spreadsheetml.sheet.main",
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main",
        ),
    ],
)
def test_files_with_macros_and_templates_are_read_and_the_macros_are_not(tmp_path, kind, plain, macros):
    types = part(FILES[kind], "[Content_Types].xml")
    old = b"application/vnd.openxmlformats-officedocument." + plain
    assert old in types
    project = {".docx": "word", ".pptx": "ppt", ".xlsx": "xl"}[kind] + "/vbaProject.bin"
    data = changed(FILES[kind], {"[Content_Types].xml": types.replace(old, macros)}, {project: b"\xd0\xcf\x11\xe0"})
    document = parse(tmp_path, kind, data)
    assert document.blocks == parse(tmp_path, kind, FILES[kind]).blocks
    assert any("macros" in warning for warning in document.warnings)


@KINDS
def test_a_relationship_to_nowhere_costs_only_what_it_led_to(tmp_path, kind):
    whole = parse(tmp_path, kind, FILES[kind])
    with zipfile.ZipFile(io.BytesIO(FILES[kind])) as archive:
        lost = next(name for name in archive.namelist() if "/media/" in name or "/charts/chart" in name)
    document = parse(tmp_path, kind, changed(FILES[kind], {lost: None}))
    assert any("missing" in warning for warning in document.warnings)
    assert texts(document) == texts(whole)
    assert any("missing" in figure.reason for figure in document.skipped_figures)


STRICT = (
    (b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", b"http://purl.oclc.org/ooxml/officeDocument/relationships"),
    (b"http://schemas.openxmlformats.org/drawingml/2006/", b"http://purl.oclc.org/ooxml/drawingml/"),
    (b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", b"http://purl.oclc.org/ooxml/wordprocessingml/main"),
    (b"http://schemas.openxmlformats.org/presentationml/2006/main", b"http://purl.oclc.org/ooxml/presentationml/main"),
    (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
)  # fmt: skip


@KINDS
def test_the_strict_form_is_read(tmp_path, kind):
    parts = {}
    with zipfile.ZipFile(io.BytesIO(FILES[kind])) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            for usual, strict in STRICT if name.endswith((".xml", ".rels")) else ():
                content = content.replace(usual, strict)
            parts[name] = content
    assert parse(tmp_path, kind, changed(FILES[kind], parts)).blocks == parse(tmp_path, kind, FILES[kind]).blocks


def test_a_damaged_slide_or_sheet_costs_only_itself(tmp_path):
    presentation = pptx.Presentation(io.BytesIO(FILES[".pptx"]))
    presentation.slides.add_slide(presentation.slide_layouts[5]).shapes.title.text = "Second"
    slide = part(saved(presentation), "ppt/slides/slide1.xml")
    broken = slide.replace(b'<a:off x="', b'<a:off x="none', 1)
    document = parse(tmp_path, ".pptx", changed(saved(presentation), {"ppt/slides/slide1.xml": broken}))
    assert "Second" in texts(document)
    assert len(document.pages) == 2
    assert "Slide 1 is damaged" in document.warnings[0]

    workbook = openpyxl.load_workbook(io.BytesIO(FILES[".xlsx"]))
    workbook.create_sheet("Other").append(["only words"])
    sheet = part(saved(workbook), "xl/worksheets/sheet1.xml")
    cut = changed(
        saved(workbook),
        {"xl/worksheets/sheet1.xml": sheet.replace(b"<row", b"<row r='x'", 1).replace(b'r="1"', b"", 1)},
    )
    document = parse(tmp_path, ".xlsx", cut)
    assert "only words" in texts(document)
    assert "'Sheet' is damaged" in document.warnings[0]


@settings(max_examples=60)
@given(
    st.sampled_from(list(FILES)),
    st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 255)), min_size=1, max_size=8),
    st.integers(0, 60_000),
)
def test_any_damaged_archive(tmp_path_factory, kind, changes, cut):
    data = bytearray(FILES[kind])
    for place, value in changes:
        data[place % len(data)] = value
    attempt(tmp_path_factory.mktemp("any"), kind, bytes(data[: len(data) - cut % 200]))


TOKENS = ["", "0", "-1", "99999999999", "1e999", "A1:XFD1048576", "x", "none", "../../x", "http://example.org/x", "真"]


@settings(max_examples=200)
@given(st.data())
def test_any_damaged_part(tmp_path_factory, data):
    """Within a sound archive, elements of one part lose or get odd attributes, texts and neighbours."""
    kind = data.draw(st.sampled_from(list(FILES)))
    with zipfile.ZipFile(io.BytesIO(FILES[kind])) as archive:
        name = data.draw(st.sampled_from([name for name in archive.namelist() if name.endswith((".xml", ".rels"))]))
        root = etree.fromstring(archive.read(name))
    for _ in range(data.draw(st.integers(1, 3))):
        damage(data, data.draw(st.sampled_from(list(root.iter()))))
    attempt(tmp_path_factory.mktemp("any"), kind, changed(FILES[kind], {name: etree.tostring(root)}))


def damage(data, element):
    """One odd thing, done to an element."""
    token = data.draw(st.sampled_from(TOKENS))
    what = data.draw(st.sampled_from(["attribute", "text", "remove", "repeat", "lose attributes"]))
    parent = element.getparent()
    if what == "attribute" and element.attrib:
        element.set(data.draw(st.sampled_from(sorted(element.attrib))), token)
    elif what == "text":
        element.text = token
    elif what == "remove" and parent is not None:
        parent.remove(element)
    elif what == "repeat" and parent is not None:
        parent.append(copy.deepcopy(element))
    elif what == "lose attributes":
        element.attrib.clear()


def attempt(folder, kind, data):
    """Parse the data; any exception but `InputError` fails the test by itself."""
    try:
        outcome = parse(folder, kind, data)
    except InputError as error:
        outcome = error
    assert isinstance(outcome, ParsedDocument) or "file" in str(outcome)
