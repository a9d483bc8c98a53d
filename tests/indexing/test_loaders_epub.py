"""EPUB books: chapters in reading order, tables and pictures from inside, and what is wrong with some."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from chartwell.errors import DamagedFile, EncryptedFile, InputError, LimitExceeded
from chartwell.indexing.loaders.epub import EpubLoader
from chartwell.indexing.loaders.parsed import FigureBlock, Limits, ParsedDocument, TableBlock, TextBlock
from chartwell.indexing.loaders.registry import load

LIMITS = Limits()
CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata>
<manifest>{manifest}</manifest><spine toc="ncx">{spine}</spine>{guide}</package>"""
PAGE = """<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head>
<body>{}</body></html>"""
METADATA = (
    "<dc:title>The Tides of <i>Elmsford</i></dc:title><dc:creator>Ann Lee</dc:creator><dc:creator>王小明</dc:creator>"
    "<dc:date>2021-05-01</dc:date>"
)
CHART = io.BytesIO()
Image.new("RGB", (80, 60), "teal").save(CHART, "PNG")
CHART = CHART.getvalue()


def book(path, chapters, *, files=(), metadata=METADATA, spine=None, manifest="", guide="", container=CONTAINER):
    """Write a book of chapters (name and body markup); the spine is their order unless given."""
    items = "".join(f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>' for name in chapters)
    order = "".join(f'<itemref idref="{name}"/>' for name in (spine or chapters))
    package = PACKAGE.format(metadata=metadata, manifest=items + manifest, spine=order, guide=guide)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/epub+zip")
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("OEBPS/content.opf", package)
        for name, body in chapters.items():
            archive.writestr(f"OEBPS/{name}.xhtml", PAGE.format(body))
        for name, content in files:
            archive.writestr(name, content)
    return path


def texts(document):
    return [block.text for block in document.blocks if isinstance(block, TextBlock)]


def figures(document):
    return [block for block in document.blocks if isinstance(block, FigureBlock)]


def test_chapters_come_in_the_order_of_the_spine(tmp_path):
    chapters = {
        "two": "<h1>Two</h1><p>Second.</p>",
        "one": "<h1>One</h1><p>First.</p>",
        "unused": "<p>Never shown.</p>",
    }
    document = load(book(tmp_path / "a.epub", chapters, spine=["one", "two"]), LIMITS)
    assert texts(document) == ["One", "First.", "Two", "Second."]
    assert [block.level for block in document.blocks if block.kind == "heading"] == [1, 1]
    assert (document.media_type, document.pages) == ("application/epub+zip", ())
    places = [span.region.box.y0 for block in document.blocks for span in block.spans]
    assert places == sorted(places)
    assert 0.3 < places[2] < 0.7


def test_title_and_authors(tmp_path):
    document = load(book(tmp_path / "a.epub", {"one": "<p>Text</p>"}), LIMITS)
    assert document.title == "The Tides of Elmsford"
    assert document.properties == {"author": "Ann Lee; 王小明", "date": "2021-05-01"}
    bare = load(book(tmp_path / "b.epub", {"one": "<h2>Head</h2><p>Text</p>"}, metadata=""), LIMITS)
    assert (bare.title, bare.properties) == ("Head", {})


def test_tables_and_pictures_from_inside(tmp_path):
    chapters = {
        "one": "<figure><img src='../images/chart%20one.png'/><figcaption>Figure 1: Tides</figcaption></figure>"
        "<table><tr><th>Year</th><th>Ships</th></tr><tr><td>2021</td><td>412</td></tr></table>"
        "<div><svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>"
        "<image xlink:href='../images/chart%20one.png'/></svg></div>"
        "<p><img src='http://example.org/spy.png' alt='spy'/><img src='../../../etc/passwd'/>"
        "<img src='missing.png'/><img src='/OEBPS/one.xhtml'/></p>"
    }
    document = load(book(tmp_path / "a.epub", chapters, files=[("images/chart one.png", CHART)]), LIMITS)
    assert [figure.caption for figure in figures(document)] == ["Figure 1: Tides", ""]
    assert figures(document)[0].image.data == CHART
    (table,) = [block.table for block in document.blocks if isinstance(block, TableBlock)]
    assert table.rows == (("Year", "Ships"), ("2021", "412"))
    reasons = [skipped.reason for skipped in document.skipped_figures]
    assert "remote" in reasons[0]
    assert all("not in the book" in reason for reason in reasons[1:])
    assert len(reasons) == 4


NAV = "<nav epub:type='toc'><h1>Contents</h1><ol><li><a href='one.xhtml'>The first tide</a></li></ol></nav>"
NCX = """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>The first
tide</text></navLabel><content src="one.xhtml#start"/></navPoint></navMap></ncx>"""


@pytest.mark.parametrize("version", [2, 3])
def test_a_chapter_without_heading_has_its_name_from_the_contents_which_are_not_repeated(tmp_path, version):
    chapters = {"toc": NAV if version == 3 else "<p><a href='one.xhtml'>The first tide</a></p>", "one": "<p>Words.</p>"}
    manifest = '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    guide = '<guide><reference type="toc" href="toc.xhtml"/></guide>'
    if version == 3:
        manifest = '<item id="nav" href="toc.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        guide = ""
    path = book(tmp_path / "a.epub", chapters, manifest=manifest, guide=guide, files=[("OEBPS/toc.ncx", NCX)])
    document = load(path, LIMITS)
    assert texts(document) == ["The first tide", "Words."]
    assert document.blocks[0].kind == "heading"
    assert any("first tide" in block.text for block in document.boilerplate)


def test_a_book_whose_contents_and_text_are_one_file_is_read(tmp_path):
    guide = '<guide><reference type="toc" href="one.xhtml#toc"/></guide>'
    document = load(
        book(tmp_path / "a.epub", {"one": "<p><a href='#x'>Go</a></p><p>All the text.</p>"}, guide=guide), LIMITS
    )
    assert "All the text." in texts(document)


def test_empty_elements_of_xhtml_swallow_nothing(tmp_path):
    body = "<p><a id='x'/>one</p><script src='a.js'/><div/><p>two &#160;three</p>"
    assert texts(load(book(tmp_path / "a.epub", {"one": body}), LIMITS)) == ["one", "two three"]


def test_legacy_encodings_of_chapters(tmp_path):
    page = '<?xml version="1.0" encoding="gb2312"?><html><body><p>潮汐表的说明文字。</p></body></html>'
    manifest = '<item id="zh" href="zh.xhtml" media-type="application/xhtml+xml"/>'
    files = [("OEBPS/zh.xhtml", page.encode("gb18030"))]
    document = load(book(tmp_path / "a.epub", {}, manifest=manifest, spine=["zh"], files=files), LIMITS)
    assert texts(document) == ["潮汐表的说明文字。"]


def encryption(algorithm):
    return f"""<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"
    xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:EncryptionMethod Algorithm="{algorithm}"/>
    <enc:CipherData><enc:CipherReference URI="OEBPS/one.xhtml"/></enc:CipherData></enc:EncryptedData></encryption>"""


def test_a_protected_book_is_encrypted_and_obfuscated_fonts_are_not(tmp_path):
    chapters = {"one": "<p>Text</p>"}
    protected = encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc")
    path = book(tmp_path / "a.epub", chapters, files=[("META-INF/encryption.xml", protected)])
    with pytest.raises(EncryptedFile, match=r"a\.epub is protected"):
        load(path, LIMITS)
    fonts = encryption("http://www.idpf.org/2008/embedding")
    path = book(tmp_path / "b.epub", chapters, files=[("META-INF/encryption.xml", fonts)])
    assert texts(load(path, LIMITS)) == ["Text"]


def test_a_missing_chapter_costs_itself_alone(tmp_path):
    manifest = '<item id="gone" href="gone.xhtml" media-type="application/xhtml+xml"/>'
    path = book(tmp_path / "a.epub", {"one": "<p>Text</p>"}, manifest=manifest, spine=["gone", "one"])
    document = load(path, LIMITS)
    assert texts(document) == ["Text"]
    assert "gone.xhtml" in document.warnings[0]


def test_a_wrong_container_is_helped(tmp_path):
    path = book(tmp_path / "a.epub", {"one": "<p>Text</p>"}, container="<container/>")
    assert texts(load(path, LIMITS)) == ["Text"]


def rewritten(source, target, change):
    """A copy of a book in which `change` gives each part other content, or None to leave it out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name).decode())
            if content is not None:
                new.writestr(name, content)
    return target


@pytest.mark.parametrize(("missing", "said"), [(".opf", "no package"), (".xhtml", "no chapter")])
def test_a_book_without_its_parts_is_damaged(tmp_path, missing, said):
    whole = book(tmp_path / "whole.epub", {"one": "<p>Text</p>"})
    path = rewritten(whole, tmp_path / "a.epub", lambda name, content: None if name.endswith(missing) else content)
    with pytest.raises(DamagedFile, match=said) as caught:
        load(path, LIMITS)
    assert "a.epub" in str(caught.value)


def with_entities(folder, declarations, title):
    def change(name, content):
        if name.endswith(".opf"):
            return f'<?xml version="1.0"?><!DOCTYPE package [{declarations}]>' + content.partition("?>")[2]
        return content

    whole = book(folder / "whole.epub", {"one": "<p>Text</p>"}, metadata=f"<dc:title>{title}</dc:title>")
    return rewritten(whole, folder / "a.epub", change)


def test_nothing_is_read_from_outside(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    entity = f'<!ENTITY file SYSTEM "file://{tmp_path}/secret.txt">'
    document = load(with_entities(tmp_path, entity, "The book &file;"), LIMITS)
    assert "secret" not in document.title
    assert texts(document) == ["Text"]


def test_entities_are_not_expanded(tmp_path):
    bomb = '<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    with pytest.raises(DamagedFile, match=r"a\.epub"):
        load(with_entities(tmp_path, bomb, "The book &a9;"), LIMITS)


def test_limits(tmp_path):
    path = book(tmp_path / "a.epub", {"one": "<p>" + "word " * 1_000 + "</p>"})
    with pytest.raises(LimitExceeded, match=r"a\.epub.*max_characters"):
        load(path, Limits(max_characters=1_000))
    with pytest.raises(LimitExceeded, match=r"a\.epub unpacks to"):
        load(path, Limits(max_bytes=2_000))


BASE = io.BytesIO()
book(
    BASE,
    {"toc": NAV, "one": "<h1>One</h1><p>Words <img src='c.png'/></p>"},
    manifest='<item id="nav" href="toc.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
    files=[("OEBPS/c.png", CHART), ("META-INF/encryption.xml", encryption("http://www.idpf.org/2008/embedding"))],
)
PARTS = {name: zipfile.ZipFile(BASE).read(name) for name in zipfile.ZipFile(BASE).namelist()}


@settings(max_examples=200)
@given(
    st.sampled_from(sorted(PARTS)),
    st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 255)), max_size=8),
    st.integers(0, 3_000),
)
def test_any_damaged_part(tmp_path_factory, part, changes, length):
    path = tmp_path_factory.getbasetemp() / "damaged.epub"
    damaged = bytearray(PARTS[part][:length])
    for place, value in changes:
        if damaged:
            damaged[place % len(damaged)] = value
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in PARTS.items():
            archive.writestr(name, bytes(damaged) if name == part else content)
    try:
        outcome = EpubLoader().load(path, LIMITS)
    except InputError as error:
        outcome = error
    assert isinstance(outcome, ParsedDocument) or str(path) in str(outcome)
