"""Pictures of every page in both themes, of the demo collection: `python -m chartwell.app.ui.screenshots FOLDER`.

Needs `chartwell[ui]`, the package `playwright` and a Chromium; nothing is downloaded for it.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image

from ...errors import MissingDependency
from ...eval import evaluate
from ...eval.benchmarks.served_chat import served
from ...eval.datasets.item import Item, Relevant
from ...indexing.stores import UPLOADS
from ..client import Chartwell
from ..demo.questions import QUESTIONS, DemoQuestion

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_WIDTH, _HEIGHT = 1280, 860
_QUALITY = 72
_START_SECONDS = 60.0
_PATIENCE_MS = 120_000
_THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def take_screenshots(folder: Path) -> list[Path]:
    """Write a WebP for each page and theme into `folder`. Raises `MissingDependency` without playwright or Chromium."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise MissingDependency("Pictures of the pages need playwright.", hint="pip install playwright") from error
    if chromium is None:
        raise MissingDependency("Pictures of the pages need a browser.", hint="Install chromium.")
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        tempfile.TemporaryDirectory() as runs,
        served(Path(home), {"CHARTWELL_UI__RUNS": runs}) as chat,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        written = _take(browser, chat.address, {"first-start": _first_start}, folder)
        _index_demo(Path(home) / "demo", Path(runs) / "first")
        written += _take(browser, chat.address, _PAGES, folder)
        browser.close()
    return written


def _take(browser: Browser, address: str, pages: Mapping[str, Callable[[Page], None]], folder: Path) -> list[Path]:
    written = []
    for theme in _THEMES:
        page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, color_scheme=theme, locale="en-US")
        page.set_default_timeout(_PATIENCE_MS)
        page.goto(address)
        for name, go_there in pages.items():
            go_there(page)
            _settle(page)
            written.append(_write(page.screenshot(), folder / f"{name}-{theme}.webp"))
        page.close()
    return written


def _index_demo(collection: Path, run: Path) -> None:
    """The demo's documents, as if uploaded, and a run over its questions."""
    with as_file(files("chartwell.app.demo") / "corpus") as corpus, Chartwell.open(collection) as client:
        shutil.copytree(corpus, collection / UPLOADS)
        client.index([collection / UPLOADS])
        evaluate(client, [_item(question) for question in QUESTIONS], run)


def _item(question: DemoQuestion) -> Item:
    relevant = () if question.source is None else (Relevant(question.source, question.page),)
    answers = () if question.fact is None else (question.fact,)
    return Item(question.sits_in, question.text, answers, relevant, answerable=bool(answers))


def _first_start(page: Page) -> None:
    page.get_by_role("button", name="Open the demo collection").wait_for()


def _chat(page: Page) -> None:
    """One question, answered from a chart, with the evidence opened; in the second theme it is there already."""
    question = next(one.text for one in QUESTIONS if one.sits_in == "chart")
    field = page.get_by_test_id("stChatInputTextArea")
    field.wait_for()
    asked = page.get_by_role("button", name=question[:20])
    if asked.count():
        asked.first.click()
    else:
        field.fill(question)
        field.press("Enter")
    chip = page.locator("button.chip").first
    chip.click()
    page.locator("[data-testid=stImage] img, [data-testid=stImageContainer] img").first.wait_for()


def _opens(name: str, sign: str) -> Callable[[Page], None]:
    def go_there(page: Page) -> None:
        page.get_by_role("link", name=name).click()
        page.get_by_text(sign).first.wait_for()

    return go_there


def _evaluation(page: Page) -> None:
    page.get_by_role("link", name="Evaluation").click()
    page.get_by_role("combobox").last.click()
    page.get_by_role("option", name="first").click()
    page.keyboard.press("Escape")


_PAGES: Mapping[str, Callable[[Page], None]] = {
    "chat": _chat,
    "documents": _opens("Documents", "Drop files here"),
    "charts": _opens("Charts", "Drawn again"),
    "evaluation": _evaluation,
    "settings": _opens("Settings", "Save"),
}


def _settle(page: Page) -> None:
    """Wait until nothing on the page changes any more."""
    before = b""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        now = page.screenshot()
        if now == before:
            return
        before = now
        page.wait_for_timeout(400)


def _write(png: bytes, path: Path) -> Path:
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").save(path, "WEBP", quality=_QUALITY, method=6)
    return path


def main() -> None:
    """Take the pictures into the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    for path in take_screenshots(parser.parse_args().folder):
        sys.stdout.write(f"{path} {path.stat().st_size // 1024} KiB\n")


if __name__ == "__main__":
    main()
