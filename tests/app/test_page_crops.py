import numpy as np
import pytest
from PIL import Image

from chartwell.app.page_crops import highlighted, write_crops
from chartwell.errors import UnreadableFile
from chartwell.generation.answer import Answer, Claim
from chartwell.indexing.documents import WHOLE, Box, Region
from chartwell.retrieval.evidence import Evidence


def evidence(**given):
    settings = {
        "kind": "chart", "source": "chart.png", "page": 1, "text": "", "score": 1.0, "scores": {}, "regions": (),
        "bounds": (Region(1, WHOLE),), "parts": (),
    }  # fmt: skip
    return Evidence(**{**settings, **given})


def changed_box(before, after):
    rows, columns = np.nonzero((np.asarray(before) != np.asarray(after)).any(axis=2))
    height, width = np.asarray(before).shape[:2]
    return columns.min() / width, rows.min() / height, columns.max() / width, rows.max() / height


def test_the_marked_box_lies_where_the_region_lies(tmp_path):
    path = tmp_path / "chart.png"
    chart = Image.new("RGB", (1000, 500), "white")
    chart.save(path)
    picture = highlighted(evidence(image_path=path), [Region(1, Box(0.2, 0.4, 0.5, 0.6))])
    np.testing.assert_allclose(changed_box(chart, picture), (0.2, 0.4, 0.5, 0.6), atol=0.01)


def test_a_chart_on_a_page_is_marked_in_its_own_frame(tmp_path):
    path = tmp_path / "chart.png"
    chart = Image.new("RGB", (1000, 500), "white")
    chart.save(path)
    frame = Region(3, Box(0.1, 0.5, 0.5, 0.9))
    region = Region(3, Box(0.2, 0.6, 0.3, 0.7))
    picture = highlighted(evidence(image_path=path, bounds=(frame,), page=3), [region])
    np.testing.assert_allclose(changed_box(chart, picture), (0.25, 0.25, 0.5, 0.5), atol=0.02)


def test_a_passage_is_cut_from_its_page(indexed):
    found = indexed.search("Who paid for the crane?")[0]
    picture = highlighted(found, [found.regions[0].region])
    page_like = picture.width / picture.height
    assert page_like > 2  # a strip of the page around two lines, not the whole page


def test_formats_without_pages_have_no_picture(indexed):
    found = indexed.search("ferry to Skarholm", where={"kind": "text"})[0]
    assert highlighted(found, []) is None


def test_one_picture_for_each_cited_piece(indexed, tmp_path):
    written = write_crops(indexed.ask("Who paid for the crane?"), tmp_path / "crops")
    assert list(written) == [1]
    assert written[1].is_file()


def test_a_document_that_is_damaged_by_now_costs_its_picture_alone(tmp_path, caplog):
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7 no more")
    changed = evidence(kind="text", source=str(tmp_path / "report.pdf"), media_type="application/pdf")
    claim = Claim("Yes.", "supported", 1.0, "rules", "", citations=(1,))
    assert write_crops(Answer("?", "Yes. [1]", (claim,), (changed,), abstained=False, decoder=""), tmp_path / "c") == {}
    assert "report.pdf cannot be rendered" in caplog.text


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UnreadableFile, match="file cannot be written"):
        write_crops(Answer("?", "", (), (), abstained=True, decoder=""), tmp_path / "file")
