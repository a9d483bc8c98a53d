"""Markdown: structure, places, tables, pictures, and every word in order."""

import base64
import io
import os
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from chartwell.indexing.documents import Box
from chartwell.indexing.loaders.markdown import MarkdownLoader
from chartwell.indexing.loaders.parsed import FigureBlock, Limits, TableBlock, TextBlock

LIMITS = Limits()


def png(width=60, height=50):
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("markdown") / "notes"


def parse(folder, text, limits=LIMITS):
    folder.mkdir(exist_ok=True)
    path = folder / "doc.md"
    path.write_text(text, encoding="utf-8", newline="")
    return MarkdownLoader().load(path, limits)


def texts(document):
    return [(block.kind, block.text) for block in document.blocks if isinstance(block, TextBlock)]


def all_words(document):
    words = []
    for block in document.blocks:
        if isinstance(block, TextBlock):
            words += block.text.split()
        elif isinstance(block, TableBlock):
            words += [word for row in block.table.rows for cell in row for word in cell.split()]
    return words


def test_headings_paragraphs_and_the_title(folder):
    document = parse(folder, "# The *one*\n\nText with `code`,\n[a link](http://x.y) and ~~old~~.\n\nSetext\n------\n")
    assert document.title == "The one"
    assert document.media_type == "text/markdown"
    assert texts(document) == [
        ("heading", "The one"),
        ("paragraph", "Text with code, a link and old."),
        ("heading", "Setext"),
    ]
    assert [block.level for block in document.blocks] == [1, 0, 2]


def test_places_are_lines_of_the_source(folder):
    (heading, paragraph) = parse(folder, "# A\n\none\ntwo").blocks
    assert heading.spans[0].region.box == Box(0.0, 0.0, 1.0, 0.25)
    assert heading.spans[0].region.page is None
    assert [(paragraph.text[span.start : span.end], span.region.box.y0) for span in paragraph.spans] == [
        ("one", 0.5),
        ("two", 0.75),
    ]


def test_lines_of_chinese_are_joined_without_a_space(folder):
    assert texts(parse(folder, "这是一个\n句子 and\nmore\n한국어\n문장")) == [
        ("paragraph", "这是一个句子 and more 한국어 문장")
    ]


def test_every_list_item_is_a_block_and_keeps_number_and_lead_in(folder):
    document = parse(
        folder,
        "Why:\n\n3. First:\n   - inner *a*\n     goes on\n   - inner b\n\n   tail\n\n4. Second\n\n   more of it\n"
        "- [ ] bullet\n  > quoted\n\n      code in item\n",
    )
    assert texts(document) == [
        ("paragraph", "Why:"),
        ("list_item", "3. First:"),
        ("list_item", "inner a goes on"),
        ("list_item", "inner b"),
        ("list_item", "tail"),
        ("list_item", "4. Second\nmore of it"),
        ("list_item", "[ ] bullet"),
        ("quote", "quoted"),
        ("code", "code in item"),
    ]


def test_code_quotes_and_contents_mark(folder):
    document = parse(folder, "[TOC]\n\n```py\ndef f():\n\n    pass\n```\n\n> said\n>\n> # loudly\n")
    assert texts(document) == [("code", "def f():\n\n    pass"), ("quote", "said"), ("quote", "loudly")]
    assert document.title == ""
    code = document.blocks[0]
    assert [code.text[span.start : span.end] for span in code.spans] == ["def f():", "    pass"]


def test_tables_have_exact_cells_a_header_and_their_caption(folder):
    document = parse(
        folder,
        "Table 1: Sales\n\n| Region | **2023** |\n|:--|--:|\n"
        "| A \\| B | 1,234.50 |\n| `c` |\n| d<br>e | -3 % | extra |\n",
    )
    (caption, table) = document.blocks
    assert caption.text == "Table 1: Sales"
    assert table.table.rows == (("Region", "2023"), ("A | B", "1,234.50"), ("c", ""), ("d e", "-3 %"))
    assert table.table.header_rows == 1
    assert table.table.title == "Table 1: Sales"


def test_front_matter_gives_the_title_and_is_no_content(folder):
    document = parse(folder, '---\ntitle: "Report"\nauthor: A\n---\n\nBody\n')
    assert document.title == "Report"
    assert texts(document) == [("paragraph", "Body")]
    assert "author: A" in document.boilerplate[0].text


def test_html_counts_with_its_text_only(folder):
    document = parse(
        folder,
        "<div onclick='x()'>\nblock <b>bold</b><script>evil()</script>\n</div>\n\n"
        "H<sub>2</sub>O <!-- no --> line<br>break <script>evil()</script> end &lt;tag&gt; &amp;amp;\n",
    )
    assert texts(document) == [("paragraph", "block bold"), ("paragraph", "H2O  line\nbreak  end <tag> &amp;")]


def test_pictures_below_the_folder_become_figures_with_caption(folder):
    folder.mkdir(exist_ok=True)
    (folder / "img").mkdir(exist_ok=True)
    (folder / "img" / "a b.png").write_bytes(png())
    data_url = "data:image/png;base64," + base64.b64encode(png(70, 80)).decode()
    document = parse(
        folder,
        f'Before ![Alt *text*](img/a%20b.png "Title") after\n\n![]({data_url})\n\nFigure 2: embedded\n\n'
        '<img src="img/a b.png" alt="html">\n',
    )
    figures = [block for block in document.blocks if isinstance(block, FigureBlock)]
    assert [figure.caption for figure in figures] == ["Alt text\nTitle", "Figure 2: embedded", "html"]
    assert [(figure.image.width, figure.image.height) for figure in figures] == [(60, 50), (70, 80), (60, 50)]
    assert figures[0].image.data == png()
    assert document.skipped_figures == ()
    assert "Figure 2: embedded" in [text for _, text in texts(document)]


@pytest.mark.parametrize(
    "source",
    [
        "Figure 1: One\n\n![](a.png)\n\nFigure 2 Two\n\n![](a.png)",
        "![](a.png)\n\nFigure 1: One\n\n![](a.png)\n\nFigure 2 Two",
    ],
)
def test_captions_above_or_below_stay_with_their_picture(folder, source):
    folder.mkdir(exist_ok=True)
    (folder / "a.png").write_bytes(png())
    figures = [block for block in parse(folder, source).blocks if isinstance(block, FigureBlock)]
    assert [figure.caption for figure in figures] == ["Figure 1: One", "Figure 2 Two"]


def test_a_sentence_about_a_picture_is_no_caption(folder):
    folder.mkdir(exist_ok=True)
    (folder / "a.png").write_bytes(png())
    document = parse(folder, "Figure 1 shows it.\n\n![](a.png)\n\n图1显示了它。\n\n![](a.png)\n\n图 2-1 趋势")
    figures = [block for block in document.blocks if isinstance(block, FigureBlock)]
    assert [figure.caption for figure in figures] == ["", "图 2-1 趋势"]


def test_pictures_elsewhere_are_never_read_and_leave_a_reason(folder):
    folder.mkdir(exist_ok=True)
    outside = folder.parent / "outside.png"
    outside.write_bytes(png())
    link = folder / "link.png"
    if not link.is_symlink():
        link.symlink_to(outside)
    (folder / "tiny.png").write_bytes(png(1, 1))
    (folder / "text.png").write_text("no picture")
    if not (folder / "pipe.png").exists():
        os.mkfifo(folder / "pipe.png")
    references = {
        "http://example.org/a.png": "remote",
        "//example.org/a.png": "remote",
        "file:///etc/passwd": "remote",
        "../outside.png": "outside",
        "link.png": "outside",
        str(outside): "outside",
        "%2e%2e/outside.png": "outside",
        "gone.png": "cannot be found",
        "nul%00.png": "cannot be found",
        "tiny.png": "too small",
        "text.png": "holds text",
        "pipe.png": "named pipe",
        "data:image/png;base64,AAAA$": "base64",
        "data:image/svg+xml,%3Csvg%3E": "SVG",
    }
    document = parse(folder, "\n\n".join(f"![words{i}](<{ref}>)" for i, ref in enumerate(references)))
    assert not any(isinstance(block, FigureBlock) for block in document.blocks)
    for skipped, said in zip(document.skipped_figures, references.values(), strict=True):
        assert said in skipped.reason
    assert [text for _, text in texts(document)] == [f"words{i}" for i in range(len(references))]


def test_all_pictures_together_have_a_limit(folder):
    folder.mkdir(exist_ok=True)
    for name in "xy":
        (folder / f"{name}.png").write_bytes(png(100, 100))
    limits = Limits(max_bytes=len(png(100, 100)) + 60)
    document = parse(folder, "![](x.png)\n\n![](x.png)\n\n![](y.png)", limits)
    assert [type(block) for block in document.blocks] == [FigureBlock, FigureBlock]
    assert "all pictures exceed" in document.skipped_figures[0].reason


@pytest.mark.parametrize("opening", ["> ", "- ", "1. ", "**", "[", "![", "<div>", "> - "])
def test_deep_nesting_loses_no_words(folder, opening):
    assert all_words(parse(folder, opening * 400 + "deep words"))[-1].endswith("words")


WORD = st.from_regex(r"[A-Za-z]{2,8}|[一-龥]{1,4}|[0-9]{1,3}", fullmatch=True)
WORDS = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
BLOCKS = st.one_of(
    st.tuples(st.integers(1, 6), WORDS).map(lambda pair: "#" * pair[0] + " " + pair[1]),
    st.lists(WORDS, min_size=1, max_size=3).map("\n".join),
    st.lists(WORDS, min_size=1, max_size=3).map(lambda items: "\n".join(f"- {item}" for item in items)),
    st.lists(WORDS, min_size=1, max_size=4).map(
        lambda items: "\n".join("  " * depth + f"* {item}" for depth, item in enumerate(items))
    ),
    WORDS.map(lambda text: "> " + text),
    WORDS.map(lambda text: f"```\n{text}\n```"),
    WORDS.map(lambda text: f"**{text}**"),
    WORDS.map(lambda text: f"<div>\n{text}\n</div>"),
    st.lists(st.lists(WORDS, min_size=3, max_size=3), min_size=1, max_size=3).map(
        lambda rows: "| a | b | c |\n|---|---|---|\n" + "\n".join("| " + " | ".join(row) + " |" for row in rows)
    ),
)


@settings(deadline=None)
@given(st.lists(BLOCKS, min_size=1, max_size=8))
def test_all_words_are_found_in_order(folder, blocks):
    source = "\n\n".join(blocks)
    document = parse(folder, source)
    expected = "".join(re.findall(r"[A-Za-z]+|[一-龥]+|[0-9]+", re.sub(r"</?div>", "", source)))
    assert "".join(re.findall(r"\w+", " ".join(all_words(document)))) == expected


@settings(deadline=None)
@given(st.lists(BLOCKS, min_size=1, max_size=6))
def test_spans_are_in_order_and_cover_the_text(folder, blocks):
    for block in parse(folder, "\n\n".join(blocks)).blocks:
        if isinstance(block, TextBlock):
            end = 0
            for span in block.spans:
                assert not block.text[end : span.start].strip()
                assert end <= span.start < span.end <= len(block.text)
                assert 0 <= span.region.box.y0 < span.region.box.y1 <= 1
                end = span.end
            assert not block.text[end:].strip()


def test_real_chinese_notes_keep_headings_and_words(shared_data):
    path = shared_data / "zh-notes" / "llm-training-notes.md"
    document = MarkdownLoader().load(path, Limits())
    headings = [block.text for block in document.blocks if isinstance(block, TextBlock) and block.kind == "heading"]
    assert sum(bool(re.match(r"\d+\.", heading)) for heading in headings) == 37
    assert all(
        block.level == 2 for block in document.blocks if isinstance(block, TextBlock) and block.kind == "heading"
    )
    assert sum(isinstance(block, TableBlock) for block in document.blocks) == 4
    source = path.read_text(encoding="utf-8")
    source = re.sub(r"\[TOC\]|</?sub>|</?sup>|\]\([^)]*\)", "", source)
    assert re.findall(r"\w", " ".join(all_words(document)).replace("_", "")) == re.findall(
        r"\w", source.replace("_", "")
    )
