"""The benchmark of chart reading from end to end, on a few drawn charts."""

import sys

import pytest

from chartwell.eval.benchmarks import chart_reading
from chartwell.eval.benchmarks.chart_drawing.draw import draw_chart
from chartwell.eval.benchmarks.chart_drawing.truth import write_truth
from chartwell.eval.benchmarks.chart_samples import figure_in_pdf, figure_of
from chartwell.eval.benchmarks.ocr_cache import OcrCache
from chartwell.indexing.documents import WHOLE
from chartwell.indexing.loaders.parsed import Label


class OneLine:
    """An engine that reads the same line in every picture, and counts how often it is asked."""

    fingerprint = "0" * 64

    def __init__(self):
        self.asked = 0

    def read(self, image):
        self.asked += 1
        return [Label("年 41%", WHOLE, 0.875, vertical=True)]


@pytest.fixture(scope="module")
def charts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("charts")
    drawn = [draw_chart(seed, kind=kind, language="en") for seed, kind in ((0, "horizontal bar"), (2, "pie"))]
    for chart in drawn:
        (folder / f"{chart.truth.id}.png").write_bytes(chart.rendered.png)
    write_truth(folder / "truth.jsonl", [chart.truth for chart in drawn])
    return folder


def test_tables_and_report(charts, tmp_path, monkeypatch, capsys):
    options = ["--truth", charts / "truth.jsonl", "--images", charts, "--cache", tmp_path / "ocr"]
    monkeypatch.setattr(sys, "argv", ["chart_reading", *map(str, options), "--report", str(tmp_path / "report")])
    chart_reading.main()
    printed = capsys.readouterr().out
    assert "python -m chartwell.eval.benchmarks.chart_reading --truth" in printed
    assert "| all | 2 |" in printed
    assert "by type" in printed
    assert "the reader adds" in printed
    assert len(list((tmp_path / "ocr").iterdir())) == 2
    assert "Charts read worst" in (tmp_path / "report" / "report.html").read_text("utf-8")


def test_truth_without_images_is_refused(charts, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["chart_reading", "--truth", str(charts / "truth.jsonl")])
    with pytest.raises(SystemExit):
        chart_reading.main()
    assert "go together" in capsys.readouterr().err


def test_the_cache_reads_each_picture_once(charts, tmp_path):
    engine = OneLine()
    cache = OcrCache(engine, tmp_path)
    data = (charts / "drawn-0.png").read_bytes()
    first, second = cache.read(data), cache.read(data)
    assert first == second
    assert engine.asked == 1
    next(tmp_path.iterdir()).write_text("{")
    assert cache.read(data).labels == first.labels
    assert engine.asked == 2


@pytest.mark.parametrize("renderer", ["matplotlib", "vega"])
def test_vector_charts_come_through_the_loader(renderer):
    chart = draw_chart(0, kind="bar", language="en", renderer=renderer, vector=True)
    figure = figure_in_pdf(chart.rendered.pdf)
    assert figure is not None
    assert figure.labels
    assert figure_of(chart.rendered.png).labels is None


def test_turned_titles_whose_letters_are_placed_one_by_one_are_read_in_words():
    figure = figure_in_pdf(draw_chart(28, renderer="vega", vector=True).rendered.pdf)
    assert "Billion US dollars" in [label.text for label in figure.labels if label.vertical]
