"""Drawing the demo corpus again, with a typeface that is always there (its Chinese glyphs are empty boxes)."""

import os
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pypdfium2 as pdfium
import pytest

from chartwell.app.demo import make_corpus as corpus
from chartwell.app.demo.chinese_font import FONT_VARIABLE, find_chinese_font
from chartwell.errors import MissingDependency, UnreadableFile

ALWAYS_THERE = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


@pytest.fixture
def any_font(monkeypatch):
    monkeypatch.setenv(FONT_VARIABLE, str(ALWAYS_THERE))


def texts(path):
    with pdfium.PdfDocument(path) as document:
        return [page.get_textpage().get_text_range() for page in document]


@pytest.mark.filterwarnings("ignore:Glyph .* missing:UserWarning")
def test_drawing_twice_gives_the_same_bytes_in_another_process_too(tmp_path, any_font):
    here, there = tmp_path / "here", tmp_path / "there"
    drawn = corpus.make_corpus(here)
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "chartwell.app.demo.make_corpus", str(there)],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai"},
    )
    assert [path.name for path in drawn] == sorted(path.name for path in corpus.CORPUS.iterdir())
    for path in drawn:
        assert path.read_bytes() == (there / path.name).read_bytes(), path.name
    for name in (corpus.WEB_PAGE, corpus.NOTE, corpus.INSTALLATIONS):
        assert (here / name).read_bytes() == (corpus.CORPUS / name).read_bytes(), f"{name}: run make_corpus"
    assert texts(here / corpus.ANNUAL_REPORT) == texts(corpus.CORPUS / corpus.ANNUAL_REPORT), "run make_corpus"


def test_a_folder_that_is_a_file_is_refused(tmp_path, any_font):
    (tmp_path / "file").touch()
    with pytest.raises(UnreadableFile, match="cannot be written"):
        corpus.make_corpus(tmp_path / "file")


def test_a_missing_font_is_named_with_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv(FONT_VARIABLE, str(tmp_path / "none.ttc"))
    with pytest.raises(MissingDependency, match=r"none\.ttc.*fonts-wqy-microhei"):
        find_chinese_font()


def test_the_named_font_is_taken(any_font):
    assert find_chinese_font() == ALWAYS_THERE
