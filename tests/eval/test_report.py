"""The report: whole, self-contained, and never a page that a document wrote."""

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.eval import Item, Relevant, RunOptions, evaluate
from chartwell.eval.reports.markdown import plain, printable
from chartwell.eval.reports.model import Bar, BarPlot, Curve
from chartwell.eval.reports.report import write_report
from chartwell.eval.reports.svg_plots import svg

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> [link](http://evil.example) | "quoted" \x1b[31m'


class Page(HTMLParser):
    """Elements, their attributes, and the text of a page."""

    def __init__(self):
        super().__init__()
        self.elements, self.texts, self.open = [], [], []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in {"meta", "img", "rect", "line", "path", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in {"rect", "line", "path"}:
            assert self.open.pop() == tag

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        if self.open and self.open[-1] not in {"script", "style"}:
            self.texts.append(data)


def read(path):
    page = Page()
    page.feed(path.read_text("utf-8"))
    page.close()
    assert page.open == []
    return page


@pytest.fixture
def run(small_system, questions, tmp_path):
    return evaluate(small_system(), questions, tmp_path / "run")


def test_both_forms_tell_the_figures_of_the_summary(run):
    markdown, web = write_report(run)
    page = " ".join(read(web).texts)
    for name in run.summary["headline"]:
        mean = f"{run.summary['metrics'][name]['mean']:.3f}"
        assert name in page
        assert mean in page
        assert mean in markdown.read_text("utf-8")
    for title in ("Retrieval", "Answers", "Grounding and citations", "Abstention", "Controls", "Ladder", "Cost"):
        assert title in page
        assert f"## {title}" in markdown.read_text("utf-8")
    assert "the right page" in page
    assert "perturbed numbers" in page
    assert "falls, as it must" in page


def test_the_page_needs_nothing_from_elsewhere(run):
    _, web = write_report(run)
    page = read(web)
    policy = next(attributes["content"] for tag, attributes in page.elements if "http-equiv" in attributes)
    assert "default-src 'none'" in policy
    assert not [tag for tag, _ in page.elements if tag in {"link", "iframe", "object", "embed", "form", "base"}]
    for tag, attributes in page.elements:
        assert "src" not in attributes or attributes["src"].startswith("data:image/"), tag
        assert "href" not in attributes or attributes["href"].startswith("#"), tag


def test_text_of_questions_documents_and_models_is_never_markup(small_system, tmp_path):
    class Hostile(small_system):
        def stream(self, question, **options):
            if "Who" in question:
                raise ValueError(HOSTILE)
            yield from super().stream(question, **options)

    items = [
        Item("<b>1</b>", f"Who {HOSTILE[:80]}", (HOSTILE,), (Relevant("ferry.pdf", 1),)),
        Item("2", f"When does the ferry leave {HOSTILE[:60]}?", (HOSTILE,), (Relevant("ferry.pdf", 1),)),
    ]
    run = evaluate(Hostile(), items, tmp_path / "run")
    markdown, web = write_report(run)
    page = read(web)
    assert len([tag for tag, _ in page.elements if tag == "script"]) == 1
    assert not [tag for tag, attributes in page.elements if tag == "img" and not attributes["src"].startswith("data:")]
    assert not [1 for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert '<script>alert("x")</script>' in "".join(page.texts)
    assert "\x1b" not in web.read_text("utf-8")
    text = markdown.read_text("utf-8")
    assert "<script" not in text
    assert "<img" not in text
    assert not re.search(r"(?<!\\)\]\(", text)
    assert "\x1b" not in text


def test_the_worst_questions_show_where_they_were_lost(small_system, questions, tmp_path):
    run = evaluate(small_system(weight=0.01), questions, tmp_path / "run")
    _, web = write_report(run)
    assert "finding the document" in " ".join(read(web).texts)


def test_pictures_of_pages_show_what_was_cited(small_system, questions, tmp_path, victim, monkeypatch):
    from reportlab.pdfgen.canvas import Canvas

    written = {}
    for source, sentences in victim.SENTENCES.items():
        path = tmp_path / source
        path.parent.mkdir(exist_ok=True)
        canvas = Canvas(str(path), pagesize=(595, 842), invariant=True)
        for sentence in sentences:
            canvas.drawString(72, 720, sentence)
            canvas.showPage()
        canvas.save()
        written[str(path)] = sentences
    monkeypatch.setattr(victim, "SENTENCES", written)
    run = evaluate(small_system(), questions, tmp_path / "run")
    _, web = write_report(run)
    page = read(web)
    pictures = [attributes for tag, attributes in page.elements if tag == "img"]
    assert len(pictures) >= 5
    assert pictures[0]["alt"].startswith("cited [1]: ")
    assert web.stat().st_size < 3_000_000


def test_a_run_of_retrieval_alone_has_a_report(small_system, questions, tmp_path):
    run = evaluate(small_system(), questions, tmp_path / "run", options=RunOptions(("retrieve", "score")))
    markdown, web = write_report(run)
    assert "## Retrieval" in markdown.read_text("utf-8")
    assert "Answers" not in " ".join(read(web).texts)


@given(st.text(st.sampled_from("ab1 .-+#=>~<&;\"'`*_[]()!|$@:/\\\n\t港\x1b\u2028"), max_size=25))
def test_any_text_in_markdown_is_shown_as_it_is(text):
    from markdown_it import MarkdownIt

    shown = MarkdownIt("commonmark", {"html": True}).enable("strikethrough").render(plain(text))
    expected = " ".join(printable(text).split())
    assert html.unescape(shown) == (f"<p>{expected}</p>\n" if expected else "")


def test_plots_escape_their_labels_and_stay_inside():
    bars = svg(BarPlot("<t>", [Bar("<a> & b", 1.4, -0.2, 2.0), Bar("c", 0.0)]))
    assert "<a>" not in bars
    assert "&lt;a&gt; &amp; b" in bars
    curve = svg(Curve("t", "x", "y", [(0.5, 0.2), (1.0, 1.7)], 0.4, "<all>"))
    assert "&lt;all&gt;" in curve
    for text in (bars, curve):
        Page().feed(text)
        assert "nan" not in text
