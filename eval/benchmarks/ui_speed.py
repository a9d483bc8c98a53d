"""How quick the chat is over the demo's documents: first paint, first evidence, and many conversations at once.

python -m chartwell.eval.benchmarks.ui_speed

First paint is taken in Debian's chromium with Playwright, everything else over the websocket (see `ui_tab`), so that
the tabs cost the server nothing of its two cores. One conversation alone is the baseline of many at once.
"""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import as_file, files
from pathlib import Path
from threading import Barrier

from ..machine import describe
from .measuring import median, print_table
from .served_chat import ServedChat, served
from .ui_tab import Exchange, Tab

CHROMIUM = Path("/usr/bin/chromium")
QUESTIONS = (
    "Why did Tarnwick close the Corrie Bridge factory?",
    "What was the order backlog of the Software segment at 31 December?",
    "How many thousand connected sensors are there in Southeast Asia?",
    "云泽市地铁三号线二期工程是什么时候开通的？",
)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=20)
    parser.add_argument("--runs", type=int, default=5, help="loads of the page, and rounds of questions of one tab")
    given = parser.parse_args()
    print(
        f"{describe()}\npython -m chartwell.eval.benchmarks.ui_speed --conversations {given.conversations} "
        f"--runs {given.runs}\n"
    )
    with tempfile.TemporaryDirectory() as home:
        _index_demo(Path(home) / "demo")
        with served(Path(home)) as server:
            rows = [*_paint_rows(server, given.runs), *_conversation_rows(server, given.conversations, given.runs)]
    print_table(["", "median", "95th percentile", "errors", "wall", "CPU of the server"], rows)


def _index_demo(collection: Path) -> None:
    from ... import Chartwell

    with Chartwell.open(collection) as client, as_file(files("chartwell.app.demo") / "corpus") as corpus:
        client.index([corpus])


def _paint_rows(server: ServedChat, runs: int) -> Iterator[Sequence[str]]:
    """Loads in a fresh browser context each, after one that warms the server."""
    if not CHROMIUM.exists() or importlib.util.find_spec("playwright") is None:
        yield ["first paint: no chromium, or no playwright", "–", "–", "–", "–", "–"]
        return
    from playwright.sync_api import sync_playwright

    paints, ready = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        started, spent = time.perf_counter(), server.cpu_seconds()
        for run in range(runs + 1):
            page = browser.new_page()
            page.goto(server.address)
            page.get_by_test_id("stChatInputTextArea").wait_for()
            if run:
                times = page.evaluate(
                    "[performance.getEntriesByName('first-contentful-paint')[0].startTime, performance.now()]"
                )
                paints.append(times[0] / 1e3)
                ready.append(times[1] / 1e3)
            page.close()
        browser.close()
    wall, cpu = time.perf_counter() - started, server.cpu_seconds() - spent
    yield _row("first paint in the browser, warm", paints, 0, wall, cpu)
    yield _row("until a question can be typed", ready, 0, wall, cpu)


def _conversation_rows(server: ServedChat, conversations: int, runs: int) -> Iterator[Sequence[str]]:
    with Tab(server.port) as tab:  # the first question loads the models
        tab.open()
        tab.ask(QUESTIONS[0])
    for count, rounds in ((1, runs), (conversations, 1)):
        started, spent = time.perf_counter(), server.cpu_seconds()
        barrier = Barrier(count)
        with ThreadPoolExecutor(count) as pool:
            talks = list(pool.map(lambda _: _talk(server.port, barrier, rounds), range(count)))  # noqa: B023 - done within the loop's turn
        wall, cpu = time.perf_counter() - started, server.cpu_seconds() - spent
        exchanges = [one for talk in talks for one in talk]
        errors = sum(bool(one.errors) for one in exchanges)
        name = f"{count} conversation{'s at once' if count > 1 else ''}, {rounds * len(QUESTIONS)} questions each"
        yield _row(f"{name}: question to first evidence", [one.found for one in exchanges], errors, wall, cpu)
        yield _row(f"{name}: question to answer", [one.answered for one in exchanges], errors, wall, cpu)


def _talk(port: int, barrier: Barrier, rounds: int) -> list[Exchange]:
    with Tab(port) as tab:
        tab.open()
        barrier.wait()
        return [tab.ask(question) for _ in range(rounds) for question in QUESTIONS]


def _row(name: str, seconds: Sequence[float], errors: int, wall: float, cpu: float) -> Sequence[str]:
    high = sorted(seconds)[min(len(seconds) - 1, int(0.95 * len(seconds)))]
    return [name, f"{median(seconds):.2f} s", f"{high:.2f} s", str(errors), f"{wall:.1f} s", f"{cpu:.1f} s"]


if __name__ == "__main__":
    main()
