"""The benchmark of figures in PDFs: reports are composed alike for alike seeds, and outcomes are counted right."""

import json

from PIL import Image

from chartwell.eval.benchmarks.figure_finding import iou, match, material
from chartwell.eval.benchmarks.report_pages import compose_report
from chartwell.indexing.loaders.parsed import Limits
from chartwell.indexing.loaders.pdf.loader import PdfLoader


def stuff(tmp_path, *, held_out=False):
    images = tmp_path / "images"
    images.mkdir(exist_ok=True)
    for index in range(4):
        Image.new("RGB", (300, 200), (40 * index, 90, 200)).save(images / f"{index}.png")
    items = tmp_path / "items.jsonl"
    text = "The harbour authority reported steady traffic while dredging went on in the northern basin all summer. "
    items.write_text("\n".join(json.dumps({"paragraph": f"{index} {text * 4}"}) for index in range(6)))
    return material(images, items, held_out=held_out, chinese_font=None)


def test_a_report_is_the_same_for_the_same_seed_and_its_figures_are_found(tmp_path):
    made = stuff(tmp_path)
    report = compose_report(3, made, pages=4)
    assert report.charts == compose_report(3, made, pages=4).charts
    assert report.charts != compose_report(4, made, pages=4).charts
    path = tmp_path / "report.pdf"
    path.write_bytes(report.pdf)
    outcomes, false = match(report, PdfLoader().load(path, Limits()))
    assert [outcome.chart for outcome in outcomes] == list(report.charts)
    assert sum(outcome.found for outcome in outcomes) >= 0.8 * len(outcomes) > 0
    assert len(false) <= 1


def test_held_out_reports_share_no_picture_and_no_paragraph(tmp_path):
    development, held_out = stuff(tmp_path), stuff(tmp_path, held_out=True)
    assert not set(development.images) & set(held_out.images)
    assert not set(development.paragraphs) & set(held_out.paragraphs)


def test_iou():
    assert iou((0, 0, 2, 2), (1, 0, 3, 2)) == 1 / 3
    assert iou((0, 0, 1, 1), (1, 1, 2, 2)) == 0
