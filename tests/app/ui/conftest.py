"""A folder with one small collection, indexed once, and pages of the interface run over it without a browser."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import chartwell.app
from chartwell import Chartwell

MAIN = Path(chartwell.app.__file__).parent / "ui" / "main.py"

HOSTILE = (
    "The lamp of Skarholm burns 90 litres of oil a week. <img src=x onerror=alert(1)> ![x](http://192.0.2.1/a.png)"
)


@pytest.fixture(scope="session")
def ui_home(tmp_path_factory, corpus):
    pytest.importorskip("streamlit", reason="the extra `ui` is not installed")
    home = tmp_path_factory.mktemp("home")
    uploads = home / "kb" / "uploads"
    uploads.mkdir(parents=True)
    for name in ("harbour.pdf", "notes.md", "survey.png", "港口.txt"):
        shutil.copy(corpus / name, uploads)
    (uploads / "hostile.txt").write_text(f"{HOSTILE}\n\n<script>document.title='hacked'</script>\n", "utf-8")
    (uploads / "gone.txt").write_text("The bakery of Elmsford sells 300 loaves a day.\n", "utf-8")
    with Chartwell.open(home / "kb") as client:
        report = client.index([uploads])
    assert not report.failed
    return home


@pytest.fixture
def copy_kb(ui_home):
    """Copies the collection, by another process: this one may have it open, and would lose SQLite's locks on it."""

    def copy(target):
        subprocess.run(["/bin/cp", "-a", str(ui_home / "kb"), str(target)], check=True)
        return target

    return copy


@pytest.fixture
def page(ui_home, monkeypatch):
    """Runs the interface, or one page of it by its module's name, over a folder of collections."""
    from streamlit.testing.v1 import AppTest

    def open_page(name=None, *, home=ui_home, language="en", collection=None):
        monkeypatch.setattr(sys, "argv", ["main.py", str(home)])
        if name is None:
            test = AppTest.from_file(str(MAIN), default_timeout=60)
        else:
            test = AppTest.from_string(
                f"from chartwell.app.ui import {name}\n"
                "from chartwell.app.ui.session import Place, home\n"
                f"{name}.show(Place(home(), {collection or 'kb'!r}))\n",
                default_timeout=60,
            )
        test.query_params["lang"] = language
        return test

    # AppTest leaves its script as the main module, which processes that are spawned later would run again.
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    return open_page


@pytest.fixture
def fresh_settings():
    """The pages read settings anew, before and after."""
    from chartwell.app.ui.session import open_collections

    open_collections.clear()
    yield
    open_collections.clear()


CHROMIUM = Path("/usr/bin/chromium")


def missing(what):
    """Skip, but not where everything has to be there."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        missing(f"there is no {CHROMIUM}")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


class Tab:
    """A page of the browser, and what it asked for, complained of and popped up."""

    def __init__(self, page):
        self.page = page
        self.hosts, self.complaints, self.dialogs = set(), [], []
        page.set_default_timeout(60_000)
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname))
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", self._dismiss)

    def _dismiss(self, dialog):
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def send(self, question):
        field = self.page.get_by_test_id("stChatInputTextArea")
        field.fill(question)
        field.press("Enter")

    def ask(self, question):
        """Ask, and wait for the citation; gives its chip."""
        self.send(question)
        chip = self.page.locator("button.chip").last
        chip.wait_for()
        return chip

    def settle(self):
        """Wait until the script has come to its end: what is clicked before may get lost, as it would for a person."""
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()

    def go_to(self, name):
        self.settle()
        self.page.get_by_role("link", name=name).click()

    def picture(self):
        """The evidence's picture, once it is there."""
        picture = self.page.locator("[data-testid=stImage] img, [data-testid=stImageContainer] img").first
        picture.wait_for()
        self.page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
        return picture


@pytest.fixture
def open_tab(browser):
    """Opens pages, and looks in the end that none of them left the machine or failed, whatever the test was about."""
    tabs = []

    def open_tab(address, **options):
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-US", **options)
        tabs.append(Tab(page))
        page.goto(address)
        tabs[-1].settle()
        return tabs[-1]

    yield open_tab
    for tab in tabs:
        tab.page.close()
    assert [tab.hosts - {None, ""} for tab in tabs] == [{"127.0.0.1"}] * len(tabs)
    assert [problem for tab in tabs for problem in (*tab.complaints, *tab.dialogs)] == []
