"""Scans on their way to nodes: what the ledger says of them, and where their evidence stands."""

import io
import signal
import time
from multiprocessing import Pipe

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from tokenizers import Tokenizer, models, pre_tokenizers

from chartwell.errors import DamagedFile
from chartwell.eval.benchmarks.scan_making import as_pdf
from chartwell.indexing.documents import Box
from chartwell.indexing.encoders.token_counter import HfTokenCounter
from chartwell.indexing.loaders.parsed import Label
from chartwell.indexing.parse_worker import ALIVE, ReportingOcr, WorkerOptions
from chartwell.indexing.preparation import Prepared, Recipe, Task, prepare
from chartwell.indexing.worker_pool import WorkerPool

SENTENCE = "Orders from northern regions rose while prices for copper fell."


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    path = tmp_path_factory.mktemp("tokenizer") / "words.json"
    tokenizer.save(str(path))
    return Recipe(HfTokenCounter(path, 254))


class Reader:
    """An OCR engine that reads one prepared picture after the other."""

    fingerprint = "prepared"

    def __init__(self, *pages):
        self.pages = list(pages)

    def read(self, image):
        return self.pages.pop(0)


def page_of_text(rows=14, size=(620, 877)):
    """A page and its lines as OCR would tell them."""
    image = Image.new("RGB", size, "white")
    labels = []
    for row in range(rows):
        at = (50, 80 + 34 * row)
        words = SENTENCE.split(" ")
        # Equal lines would be columns as well as rows.
        sentence = " ".join(words[row % 9 :] + words[: row % 9])
        ImageDraw.Draw(image).text(at, sentence, "black", ImageFont.load_default(16))
        box = Box(at[0] / size[0], at[1] / size[1], (at[0] + 485) / size[0], (at[1] + 20) / size[1])
        labels.append(Label(sentence, box, 0.98))
    return image, labels


def written(tmp_path, *images):
    pages = []
    for image in images:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=80)
        pages.append(buffer.getvalue())
    path = tmp_path / "scan.pdf"
    path.write_bytes(as_pdf(pages, 75))
    return Task(path, "scan.pdf")


def test_the_ledger_tells_scanned_pages_and_evidence_stands_on_the_page_as_displayed(tmp_path, recipe):
    image, labels = page_of_text()
    # Read are three strips, of which the first is clearest, and then the page.
    prepared = prepare(written(tmp_path, image.rotate(90, expand=True)), recipe, Reader(labels[:2], [], [], labels))
    assert prepared.warnings == ("Read by OCR, as pictures of pages: page 1.",)
    assert " ".join(node.text for node in prepared.nodes).count("copper") == 14
    first = prepared.nodes[0].parts[0].regions[0].box
    # The page's left edge is the bottom of the displayed page, its top the left.
    assert first.x0 == pytest.approx(80 / 877, abs=0.02)
    assert first.y1 == pytest.approx(1 - 50 / 620, abs=0.02)
    assert first.y1 - first.y0 > 5 * (first.x1 - first.x0)


def test_a_page_that_is_one_picture_without_text_is_accounted_for(tmp_path, recipe):
    image, labels = page_of_text()
    noise = Image.fromarray(np.random.default_rng(3).integers(0, 255, (877, 620, 3), np.uint8))
    prepared = prepare(written(tmp_path, image, noise), recipe, Reader(labels, []))
    assert [outcome.status for outcome in prepared.figures] == ["skipped"]
    assert "no text" in prepared.figures[0].reason
    assert "page 2" in prepared.figures[0].name
    with pytest.raises(DamagedFile, match="no text"):
        prepare(written(tmp_path, noise), recipe, Reader([]))


def test_each_picture_that_was_read_renews_the_time_limit():
    ours, theirs = Pipe()
    image, labels = page_of_text()
    previous = signal.alarm(0)
    try:
        ocr = ReportingOcr(Reader(labels), theirs, 300.0)
        assert ocr.read(image) == labels
        assert ours.poll(1)
        assert ours.recv() == ALIVE
        assert signal.alarm(0) >= 300
        assert ocr.fingerprint == "prepared"
    finally:
        signal.alarm(previous)


def test_a_worker_process_reads_scans(tmp_path, recipe):
    image, _ = page_of_text(rows=6)
    task = written(tmp_path, image, image)
    with WorkerPool(WorkerOptions(recipe, 300.0, 2**31), 1) as pool:
        pool.submit(task)
        outcomes = []
        ends = time.monotonic() + 300
        while not outcomes and time.monotonic() < ends:
            outcomes = list(pool.poll(0.5))
    ((_, prepared),) = outcomes
    assert isinstance(prepared, Prepared)
    assert prepared.warnings == ("Read by OCR, as pictures of pages: page 1-2.",)
    assert {node.page for node in prepared.nodes} == {1, 2}
