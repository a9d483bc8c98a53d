"""Text of documents stays text, whatever is in it."""

import re

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from chartwell.app.ui.literal import literal

# What Streamlit renders, or more: tables, strikethrough, HTML.
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
MARKUP = st.lists(
    st.sampled_from([
        "![x](http://192.0.2.1/a.png)", "<img src=x onerror=alert(1)>", "<script>", "[a](b)", "**", "__", "`", "~~",
        "# ", "- ", "1. ", "> ", "| a |\n|---|\n", "&lt;", "\\", "\n", "    ", "http://a.org", ":red[x]", "$x$", "a b",
    ])
).map("".join)  # fmt: skip


@given(st.text() | MARKUP)
@example("<img src=x onerror=alert(1)>")
@example("![x](http://192.0.2.1/a.png)")
@example("===")
@example("\0")
def test_rendered_as_markdown_it_is_the_same_text_in_one_paragraph(text):
    tokens = MARKDOWN.parse(literal(text))
    inline = [child for token in tokens for child in token.children or ()]
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
    assert {child.type for child in inline} <= {"text", "text_special"}
    said = "".join(child.content for child in inline)
    expected = " ".join(text.replace("\0", "\ufffd").split())
    assert said.replace("\u2060", "") == expected.replace("\u2060", "")


@given(st.text(alphabet="wWhtps:/.@ab1+- ", max_size=30) | MARKUP)
@example("www.example.org")
@example("see https://example.org/a")
@example("a@b.org")
@example(":material/home:")
def test_nothing_in_the_finished_text_looks_like_an_address_or_a_symbol(text):
    said = "".join(child.content for token in MARKDOWN.parse(literal(text)) for child in token.children or ())
    assert not re.search(r"(?i)https?://|www\.|[-.\w+]@[-\w]|:[\w/+-]+:", said)
