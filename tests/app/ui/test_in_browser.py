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


FOCUSED = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}"""


def walk(tab, key, selector, text=""):
    """Press a key until what has the focus matches; gives it."""
    for _ in range(40):
        tab.page.keyboard.press(key)
        focused = tab.page.evaluate_handle(FOCUSED).as_element()
        if focused.evaluate("(it, selector) => it.matches(selector)", selector) and text in focused.inner_text():
            return focused
    raise AssertionError(f"{key} leads to no {selector} {text}")


def wait_for_focus(tab, selector):
    tab.page.wait_for_function(f"selector => ({FOCUSED})().matches(selector)", arg=selector)


def test_the_keyboard_alone_asks_opens_the_evidence_and_closes_it(tab):
    keys = tab.page.keyboard
    walk(tab, "Tab", "textarea[aria-label='Ask your documents']")
    keys.type(QUESTION)
    keys.press("Enter")
    tab.page.locator("button.chip").first.wait_for()
    tab.settle()
    chip = walk(tab, "Shift+Tab", "button.chip")
    assert chip.get_attribute("aria-label") == "Evidence 1: harbour.pdf"

    keys.press("Enter")
    picture = tab.picture()
    assert is_marked(picture.screenshot())
    wait_for_focus(tab, "button.chip[aria-pressed=true]")
    walk(tab, "Tab", "button", "Close")
    keys.press("Enter")
    picture.wait_for(state="detached")
    wait_for_focus(tab, "button.chip[aria-pressed=false]")


def nameless(page):
    """What a screen reader would call by its kind alone, on a page: without a name, and without words in it."""
    told = page.locator("body").aria_snapshot()
    kinds = "button|link|textbox|combobox|checkbox|switch|radio|radiogroup|spinbutton|slider|img|dialog|heading"
    return re.findall(rf"(?m)^\s*- (?:{kinds})(?: \[[^\]]*\])*:?$", told)


def test_everything_that_can_be_used_or_seen_has_a_name(tab):
    tab.ask(QUESTION).click()
    tab.picture()
    assert nameless(tab.page) == []
    for name, sign in (
        ("Documents", "Drop files here"),
        ("Charts", "Drawn again"),
        ("Evaluation", "no evaluation runs"),
        ("Settings", "Test the connection"),
    ):
        tab.go_to(name)
        tab.page.get_by_text(sign).first.wait_for()
        tab.settle()
        assert (name, nameless(tab.page)) == (name, [])
    tab.go_to("Charts")
    tab.page.get_by_role("button", name="Correct the reading").first.click()
    tab.page.get_by_role("dialog", name="Correct the reading").get_by_test_id("stDataFrame").wait_for()
    assert nameless(tab.page) == []


def luminance(rgb):
    """Relative luminance as WCAG 2 defines it, of (..., 3) in 0 to 255."""
    import numpy as np

    share = np.asarray(rgb, dtype=float) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast(one, other):
    """The ratio of WCAG 2, from 1 to 21."""
    low, high = sorted((float(luminance(one)), float(luminance(other))))
    return (high + 0.05) / (low + 0.05)


def seen_contrast(locator):
    """Between what covers most of a picture of the page and what of it stands out most."""
    import io

    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(locator.screenshot())) as picture:
        colors, counts = np.unique(np.asarray(picture.convert("RGB")).reshape(-1, 3), axis=0, return_counts=True)
    ground = colors[counts.argmax()]
    return ground, max(contrast(ground, color) for color in colors[counts >= 5])


def choose_theme(tab, name):
    tab.page.get_by_role("button", name="Main menu").click()
    tab.page.get_by_role("menuitemradio", name=name).click()
    tab.page.keyboard.press("Escape")
    tab.page.get_by_role("menu", name="Main menu").wait_for(state="detached")


def test_the_theme_is_chosen_in_the_menu_and_everything_stays_legible(tab, address):
    tab.ask("What share of residents travel to work by bus?").click()
    grounds, pictures = [], []
    for theme in ("Light", "Dark"):
        choose_theme(tab, theme)
        picture = tab.picture()
        pictures.append(picture.screenshot())
        for part in (".answer .claim", ".answer .sign", "button.chip[aria-pressed=true]", "[data-testid=stChatInput]"):
            ground, found = seen_contrast(tab.page.locator(part).first)
            assert found >= 4.5, (theme, part)
        tab.go_to("Charts")
        plot = tab.page.get_by_test_id("stVegaLiteChart").first
        plot.locator("canvas, svg").first.wait_for()
        ground, found = seen_contrast(plot)
        grounds.append(ground)
        assert found >= 4.5
        tab.go_to("Chat")
    assert luminance(grounds[0]) > 0.8
    assert luminance(grounds[1]) < 0.1
    assert is_marked(pictures[0])
    assert is_marked(pictures[1])
    tab.page.goto(address)  # the browser keeps it, for each address apart
    tab.settle()
    choose_theme(tab, "Dark")
    tab.page.goto(address)
    tab.settle()
    ground, _ = seen_contrast(tab.page.get_by_test_id("stSidebar"))
    assert luminance(ground) < 0.1


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
