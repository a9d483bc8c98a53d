"""Charts read by a real vLLM: schema and picture go there, and what comes back is held against the chart's print."""

import io

import pytest
from PIL import Image as PILImage
from PIL import ImageDraw, ImageFont

from chartwell import Chartwell
from chartwell.errors import ModelUnavailable
from chartwell.indexing.charts.served_vision import ServedVision, VisionOptions
from chartwell.indexing.charts.vision import SeenValue
from chartwell.indexing.documents import CHART_TYPES, Image

KEY = "sesame-5f2c"
WIDTH, HEIGHT = 640, 420


def chart(numbers):
    picture = PILImage.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(picture)
    draw.text((30, 20), "Visitors by quarter, thousands", "black", ImageFont.load_default(30))
    for row, (name, number) in enumerate(zip(("Spring", "Summer", "Autumn"), numbers, strict=True)):
        top = 110 + 90 * row
        draw.text((30, top), name, "black", ImageFont.load_default(26))
        draw.rectangle((150, top, 150 + 5 * number, top + 36), "steelblue")
        draw.text((165 + 5 * number, top), str(number), "black", ImageFont.load_default(26))
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def read(server, data, folder):
    """The chart as indexed with the model that the server has, and what the ledger says of it."""
    path = folder / "visitors.png"
    path.write_bytes(data)
    vision = {"base_url": server.base_url, "model": server.model, "api_key": KEY}
    with Chartwell.open(folder / "kb", vision=vision, index={"workers": 1}) as client:
        assert client.index([path]).added
        (hit,) = client.search("visitors by quarter", top_k=1)
        return hit.reading, [entry.reason for entry in client.collection.ledger()]


def test_the_answer_follows_the_schema_whatever_the_model_is_like(vllm_that_sees):
    vision = ServedVision(VisionOptions(vllm_that_sees.base_url, vllm_that_sees.model, api_key=KEY))
    seen = vision.see(Image(chart((41, 58, 27)), "image/png", WIDTH, HEIGHT))
    assert seen.values == (SeenValue("", "", 41.0, ""),)
    assert seen.chart_type in CHART_TYPES


def test_a_number_that_is_printed_is_believed_and_keeps_its_place(vllm_that_sees, tmp_path):
    reading, reasons = read(vllm_that_sees, chart((41, 58, 27)), tmp_path)
    assert not any("without the vision model" in reason for reason in reasons)
    (value,) = (value for value in reading.values if value.number == 41)
    assert (value.how, value.text) == ("labelled", "41")
    assert value.region.box.y0 < 150 / HEIGHT < value.region.box.y1 + 0.1
    assert {value.category for value in reading.values if value.number != 41} == {"Summer", "Autumn"}


def test_a_number_that_is_not_printed_and_names_nothing_is_left_out(vllm_that_sees, tmp_path):
    reading, _ = read(vllm_that_sees, chart((36, 58, 27)), tmp_path)
    assert [(value.category, value.number) for value in reading.values] == [
        ("Spring", 36),
        ("Summer", 58),
        ("Autumn", 27),
    ]


def test_a_model_of_text_alone_is_told_and_the_chart_is_read_without_it(vllm, tmp_path):
    vision = ServedVision(VisionOptions(vllm.base_url, vllm.model, api_key=KEY, retries=0))
    with pytest.raises(ModelUnavailable, match="did not read the chart"):
        vision.see(Image(chart((41, 58, 27)), "image/png", WIDTH, HEIGHT))
    reading, reasons = read(vllm, chart((41, 58, 27)), tmp_path)
    assert {value.category for value in reading.values} == {"Spring", "Summer", "Autumn"}
    assert any("without the vision model" in reason for reason in reasons)
