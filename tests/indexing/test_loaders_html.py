"""HTML: main content, tables as full grids, pictures, and nothing that a browser would not show."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from chartwell.errors import LimitExceeded
from chartwell.indexing.loaders.html import HtmlLoader
from chartwell.indexing.loaders.parsed import FigureBlock, Limits, TableBlock, TextBlock

LIMITS = Limits()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("html")
    Image.new("RGB", (60, 50), "teal").save(folder / "chart one.png")
    return folder


def parse(folder, markup, limits=LIMITS):
    path = folder / "page.html"
    path.write_bytes(markup if isinstance(markup, bytes) else markup.encode())
    return HtmlLoader().load(path, limits)


def texts(document):
    return [(block.kind, block.text) for block in document.blocks if isinstance(block, TextBlock)]


def tables(document):
    return [block.table for block in document.blocks if isinstance(block, TableBlock)]


def figures(document):
    return [block for block in document.blocks if isinstance(block, FigureBlock)]


def test_structure_and_title(folder):
    document = parse(
        folder,
        "<title>The &amp;amp; page</title><h1>Head</h1><p>One <b>two</b>\n three<br>four&nbsp;five</p>"
        "<ul><li>A: <ul><li>B</li></ul>tail</li></ul><dl><dt>term<dd>meaning</dl>"
        "<blockquote><p>said</p></blockquote><pre>  x = 1\n\n  y\n</pre><h3>Sub</h3>loose text",
    )
    assert document.title == "The &amp; page"
    assert texts(document) == [
        ("heading", "Head"),
        ("paragraph", "One two three\nfour five"),
        ("list_item", "A:"),
        ("list_item", "B"),
        ("list_item", "tail"),
        ("list_item", "term"),
        ("list_item", "meaning"),
        ("quote", "said"),
        ("code", "  x = 1\n\n  y"),
        ("heading", "Sub"),
        ("paragraph", "loose text"),
    ]
    assert [block.level for block in document.blocks if block.kind == "heading"] == [1, 3]


def test_scripts_and_hidden_parts_are_dropped_and_text_is_unescaped_once(folder):
    document = parse(
        folder,
        "<body onload='evil()'><script>evil()</script><style>p{}</style><template>evil</template>"
        "<noscript>evil</noscript><p onclick='evil()'>&lt;script&gt;shown&lt;/script&gt; &amp;lt;b&amp;gt;</p>"
        "<p hidden>evil</p><p style='color:red; display : none'>evil</p><p aria-hidden=true>evil</p>"
        "<a href='javascript:evil()'>link</a><!-- evil --><p hidden=until-found>found</p>",
    )
    assert [text for _, text in texts(document)] == ["<script>shown</script> &lt;b&gt;", "link", "found"]


def test_page_furniture_is_kept_apart(folder):
    page = (
        "<body><nav>Home</nav><header>Logo</header><div role=banner>Ad</div>{}<aside>Related</aside>"
        "<footer>Imprint</footer></body>"
    )
    for content in (
        "<main><p>Words</p></main>",
        "<div role=main><p>Words</p></div>",
        "<article><p>Words</p></article>",
        "<p>Words</p>",
    ):
        document = parse(folder, page.format(content))
        assert texts(document) == [("paragraph", "Words")]
        assert [block.text for block in document.boilerplate] == ["Home", "Logo", "Ad", "Related", "Imprint"]


def test_an_articles_own_header_and_a_quotations_author_stay(folder):
    document = parse(
        folder,
        "<header>Site</header><article><header><h1>Title</h1></header><p>Text</p>"
        "<blockquote>Said<footer>Author</footer></blockquote></article>",
    )
    assert [text for _, text in texts(document)] == ["Title", "Text", "Said", "Author"]
    assert [block.text for block in document.boilerplate] == ["Site"]


def test_a_header_with_the_only_first_heading_stays(folder):
    document = parse(folder, "<header><h1>Title</h1><p>Author</p></header><h2>Part</h2><p>Text</p>")
    assert [text for _, text in texts(document)] == ["Title", "Author", "Part", "Text"]
    assert document.boilerplate == ()


@pytest.mark.parametrize(
    "markup",
    [
        "<main></main><p>Words</p>",
        "<body><nav>Words</nav></body>",
        "<body style='visibility:hidden'><p>Words</p></body>",
        "<article>x</article><p>Words</p>",
        "Words",
        "<html><frameset><p>Words",
    ],
)
def test_a_page_with_text_never_comes_out_empty(folder, markup):
    assert "Words" in [text for _, text in texts(parse(folder, markup))]


def test_spanning_cells_stand_in_each_place_they_cover(folder):
    (table,) = tables(
        parse(
            folder,
            "<table><caption>Sales <b>2023</b></caption><tfoot><tr><td>Sum<td>1<td>2</tfoot>"
            "<thead><tr><th rowspan=2>Region<th colspan=2>Half</tr><tr><th>H1<th>H2</thead>"
            "<tbody><tr><td rowspan=9>North<td>1,000<td>-2.5 %<tr><td><p>a</p><p>b</p><td></tbody>"
            "<tbody><tr><th>South<td>3</tbody></table>",
        )
    )
    assert table.title == "Sales 2023"
    assert table.header_rows == 2
    assert table.rows == (
        ("Region", "Half", "Half"),
        ("Region", "H1", "H2"),
        ("North", "1,000", "-2.5 %"),
        ("North", "a b", ""),
        ("South", "3", ""),
        ("Sum", "1", "2"),
    )
    assert table.column_names() == ("Region", "Half H1", "Half H2")


def test_layout_tables_are_read_as_text(folder):
    document = parse(
        folder,
        "<table><tr><td>menu<td><h2>Part</h2><table><tr><td>a<td>b<tr><td>1<td>2</table></table>"
        "<table role=presentation><tr><td>x<td>y<tr><td>z<td>w</table><table><tr><td>only<td>row</table>",
    )
    assert [text for _, text in texts(document)] == ["menu", "Part", "x", "y", "z", "w", "only", "row"]
    (table,) = tables(document)
    assert table.rows == (("a", "b"), ("1", "2"))


def test_spans_that_blow_up_exceed_a_limit(folder):
    row = "<tr>" + "<td colspan=1000 rowspan=60000>x</td>" * 20
    with pytest.raises(LimitExceeded, match=r"page\.html"):
        parse(folder, "<table>" + row * 40 + "</table>", Limits(max_characters=100_000))
    with pytest.raises(LimitExceeded, match="5 rows"):
        parse(folder, "<table>" + "<tr><td>a<td>b" * 5 + "</table>", Limits(max_table_rows=4))


@pytest.mark.parametrize("span", ["0", "-1", "x", "", "1e9", "９", "99999999999999"])
def test_odd_spans_are_taken_as_browsers_do(folder, span):
    (table,) = tables(parse(folder, f"<table><tr><th colspan='{span}' rowspan='{span}'>a<th>b<tr><td>1<td>2</table>"))
    assert all("b" in row or "2" in row for row in table.rows)


def test_pictures_and_captions(folder):
    document = parse(
        folder,
        "<p>Before <img src='chart%20one.png' alt='Alt'> after</p>"
        "<figure><img src='chart one.png' alt=x><figcaption>Caption <i>one</i></figcaption></figure>"
        "<figure><img src='http://example.org/y.png' alt='Remote'><figcaption>Caption two</figcaption></figure>"
        "<figure><table><tr><th>a<th>b<tr><td>1<td>2</table><figcaption>Caption three</figcaption></figure>"
        "<img data-src='chart one.png'><svg width=20><text>inside</text></svg><img>",
    )
    assert [figure.caption for figure in figures(document)] == ["Alt", "Caption one", ""]
    assert [text for _, text in texts(document)] == ["Before after", "Remote", "Caption two"]
    assert tables(document)[0].title == "Caption three"
    assert [skipped.reason.split(";")[0].split(",")[0] for skipped in document.skipped_figures] == [
        "The picture http://example.org/y.png is remote",
        "The picture is an SVG drawing",
        "The picture has no address.",
    ]


@pytest.mark.parametrize(
    ("codec", "declaration"),
    [
        ("gb18030", '<meta charset="gb2312">'),
        ("big5", '<meta http-equiv="Content-Type" content="text/html; charset=big5">'),
        ("utf-8", '<meta charset="iso-8859-1">'),
        ("utf-16", ""),
        ("gbk", ""),
        ("gbk", '<?xml version="1.0" encoding="gbk"?>'),
    ],
)
def test_the_declared_encoding_is_honoured(folder, codec, declaration):
    text = "標題" if codec == "big5" else "标题与正文内容"
    markup = (
        f"{declaration}<html><title>{text}</title><p>{text}</p>"
        if "xml" in declaration
        else (f"<html><head>{declaration}<title>{text}</title></head><p>{text}</p>")
    )
    document = parse(folder, markup.encode(codec))
    assert document.title == text
    assert texts(document) == [("paragraph", text)]


@pytest.mark.parametrize("tag", ["div", "b", "li", "table", "figure", "blockquote", "section", "pre", "ul"])
def test_deep_nesting_is_read_whole(folder, tag):
    document = parse(folder, f"<{tag}>" * 3000 + "deep words")
    assert [text for _, text in texts(document)] == ["deep words"]


def test_places_grow_from_top_to_bottom(folder):
    document = parse(folder, "<h1>Head</h1><p>One<br>two</p><pre>a\nb</pre><p>Last one</p>")
    places = [span.region.box for block in document.blocks for span in block.spans]
    assert all(above.y1 <= below.y0 + 1e-9 for above, below in pairwise(places))
    assert places[0].y0 == 0
    assert places[-1].y1 == 1


WORD = st.from_regex(r"[A-Za-z]{2,8}|[一-龥]{1,4}|[0-9]{1,3}", fullmatch=True)
WORDS = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
LEAVES = st.one_of(
    WORDS.map(lambda text: f"<p>{text}</p>"),
    WORDS.map(lambda text: f"<h2>{text}</h2>"),
    WORDS.map(lambda text: f"<pre>{text}\n</pre>"),
    WORDS.map(lambda text: f"{text}<br>"),
    st.tuples(WORDS, WORDS).map(lambda pair: f"<table><tr><th>{pair[0]}<th>b<tr><td>1<td>{pair[1]}</table>"),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.tuples(
        st.sampled_from(["div", "section", "li", "ul", "blockquote", "center"]), st.lists(inner)
    ).map(lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"),
    max_leaves=12,
)


@settings(deadline=None, max_examples=60)
@given(st.lists(TREES, min_size=1, max_size=4))
def test_all_words_are_found_in_order(folder, trees):
    markup = "<!doctype html>" + "\n".join(trees)
    words = []
    for block in parse(folder, markup).blocks:
        words += [block.text] if isinstance(block, TextBlock) else [cell for row in block.table.rows for cell in row]
    expected = re.findall(r"\w", re.sub(r"<[^>]*>", " ", markup))
    assert re.findall(r"\w", " ".join(words)) == expected
