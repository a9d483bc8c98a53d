"""The chat in a real browser: question, answer, the evidence behind a citation. Nothing leaves the machine."""

import re

import pytest

from chartwell.eval.benchmarks.served_chat import served

QUESTION = "How many ships did the harbour handle in 2021?"
HOSTILE_QUESTION = "How much oil does the lamp of Skarholm burn in a week?"


@pytest.fixture(scope="module")
def address(ui_home):
    with served(ui_home) as chat:
        yield chat.address


@pytest.fixture
def tab(open_tab, address):
    return open_tab(address)


def is_marked(png):
    """Whether a picture has pixels in the colour that marks regions."""
    import io

    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        red, green, blue = np.moveaxis(np.asarray(picture.convert("RGB")).astype(int), -1, 0)
    return int(((red > 190) & (green > 50) & (green < 130) & (blue < 60)).sum()) > 20


def test_a_citation_leads_to_the_marked_place_on_the_page(tab):
    chip = tab.ask(QUESTION)
    answer = tab.page.locator(".answer").last
    assert "412 ships" in answer.inner_text()
    assert answer.locator(".claim.supported").count() >= 1
    sign = answer.locator(".sign.supported").first
    assert sign.inner_text() == "✓"
    assert sign.get_attribute("aria-label").startswith("supported: ")
    assert chip.get_attribute("title") == "harbour.pdf"

    chip.click()
    picture = tab.picture()
    assert is_marked(picture.screenshot())
    assert tab.page.locator("button.chip[aria-pressed=true]").count() == 1

    tab.page.get_by_role("button", name="Close").click()
    picture.wait_for(state="detached")


def test_the_conversation_is_there_after_a_reload(tab, address):
    tab.ask(QUESTION)
    tab.page.goto(address)
    tab.page.get_by_role("button", name=re.compile("^How many ships")).first.click()
    tab.page.locator("button.chip").first.wait_for()
    assert "412 ships" in tab.page.locator(".answer").first.inner_text()


def test_markup_and_scripts_of_documents_do_nothing(tab):
    chip = tab.ask(HOSTILE_QUESTION)
    assert "90 litres" in tab.page.locator(".answer").last.inner_text()
    chip.click()
    tab.page.get_by_text("Download the original").wait_for()
    shown = tab.page.locator("body").inner_text()
    assert "<img src=x onerror" in shown
    assert tab.page.locator("img[src='x'], img[src*='192.0.2.1'], a[href*='192.0.2.1']").count() == 0
    assert tab.page.title() == "Chartwell"


def test_uploads_are_indexed_and_what_is_wrong_with_them_is_told(tab, tmp_path, ui_home):
    (tmp_path / "bridge.txt").write_text("The bridge of Elmsford is 86 metres long.\n", "utf-8")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing follows")
    tab.page.get_by_role("link", name="Documents").click()
    tab.page.locator("input[type=file]").set_input_files([tmp_path / "bridge.txt", tmp_path / "broken.pdf"])
    tab.page.get_by_text("broken.pdf").wait_for()
    tab.page.get_by_role("button", name="Index", exact=True).click()
    tab.page.get_by_text("1 added or updated").wait_for()
    tab.page.get_by_text("1 could not be read").wait_for()
    assert (ui_home / "kb" / "uploads" / "bridge.txt").is_file()

    tab.page.get_by_role("link", name="Chat").click()
    tab.ask("How long is the bridge of Elmsford?")
    assert "86 metres" in tab.page.locator(".answer").last.inner_text()


def test_it_speaks_chinese_when_asked(tab):
    tab.page.get_by_text("中文").click()
    tab.page.get_by_placeholder("向文档提问").wait_for()
    assert "lang=zh" in tab.page.url


@pytest.mark.parametrize(("name", "sign"), [("Documents", "Drop files here"), ("Charts", "Find charts")])
def test_the_other_pages_draw(tab, name, sign):
    tab.page.get_by_role("link", name=name).click()
    tab.page.get_by_text(sign).first.wait_for()


def test_a_narrow_screen_needs_no_sideways_scrolling(tab):
    tab.page.set_viewport_size({"width": 390, "height": 800})
    tab.page.get_by_test_id("stChatInputTextArea").wait_for()
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
