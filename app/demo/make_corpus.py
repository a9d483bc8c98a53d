"""Draws the demo corpus: `python -m chartwell.app.demo.make_corpus [folder]`.

The drawn files are part of the package, so users never run this. It needs the `dev` extra (reportlab, matplotlib) and
one Chinese font. The same versions of these give the same bytes: no dates of today, no random numbers without a seed.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from ...errors import MissingDependency, UnreadableFile
from .chinese_font import find_chinese_font

CORPUS = Path(__file__).parent / "corpus"
ANNUAL_REPORT = "tarnwick-annual-report-2024.pdf"
CHINESE_REPORT = "yunze-transit-report-2024.pdf"
WEB_PAGE = "tarnwick-products.html"
NOTE = "port-ellis-visit.md"
INSTALLATIONS = "installations-2024.csv"
SURVEY_CHART = "tap-water-survey.png"
WATER_USE_CHART = "household-water-use.png"
CHINESE_CHART = "yunze-bicycle-rides.png"

log = logging.getLogger(__name__)


def make_corpus(folder: Path = CORPUS) -> list[Path]:
    """Draw every document of the demo into `folder` (created if missing) and return their paths, sorted.

    Raises:
        MissingDependency: reportlab, matplotlib or the Chinese font is not installed.
        UnreadableFile: `folder` cannot be written to.
    """
    makers = _makers(find_chinese_font())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, make in sorted(makers.items()):
            make(folder / name)
            log.info("%s: %d bytes", folder / name, (folder / name).stat().st_size)
    except OSError as error:
        raise UnreadableFile(
            f"The demo corpus cannot be written to {folder}: {error}.", hint="Name a folder that you may write to."
        ) from error
    return sorted(folder / name for name in makers)


def _makers(font: Path) -> Mapping[str, Callable[[Path], Any]]:
    """Name of each document -> what draws it to a path."""
    annual_report, chinese_report, single_charts, plain = (
        _drawing_module(name) for name in ("annual_report", "chinese_report", "single_charts", "plain_documents")
    )
    return {
        ANNUAL_REPORT: annual_report.draw_annual_report,
        CHINESE_REPORT: lambda path: chinese_report.draw_chinese_report(path, font),
        SURVEY_CHART: lambda path: path.write_bytes(single_charts.survey_chart()),
        WATER_USE_CHART: lambda path: path.write_bytes(single_charts.water_use_chart()),
        CHINESE_CHART: lambda path: path.write_bytes(single_charts.bicycle_chart(font)),
        WEB_PAGE: lambda path: path.write_text(plain.web_page(), encoding="utf-8", newline="\n"),
        NOTE: lambda path: path.write_text(plain.visit_note(), encoding="utf-8", newline="\n"),
        INSTALLATIONS: lambda path: path.write_text(plain.installations(), encoding="utf-8", newline="\n"),
    }


def _drawing_module(name: str) -> Any:
    """A module of this folder that draws; only they import the drawing libraries."""
    try:
        return import_module(f".{name}", __package__)
    except ModuleNotFoundError as error:
        raise MissingDependency(
            f"Drawing the demo corpus needs the package {error.name}.", hint="pip install 'chartwell[dev]'"
        ) from error


def main() -> None:
    """Draw into the folder given as the only argument, or into the package."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    make_corpus(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS)


if __name__ == "__main__":
    main()
