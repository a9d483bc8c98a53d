import platform

from PIL import Image, ImageDraw, ImageFont

from chartwell.eval.benchmarks.ocr_charts import ChartReader, RawRapidOcr, in_pool
from chartwell.eval.machine import describe


def test_machine_line_names_python_and_cores():
    line = describe()
    assert f"Python {platform.python_version()}" in line
    assert " cores" in line
    assert "\n" not in line


def test_raw_and_own_side_read_the_same_lines(tmp_path):
    image = Image.new("RGB", (400, 160), "white")
    for row, text in enumerate(("Sales in 2024", "North 41", "South 37")):
        ImageDraw.Draw(image).text((20, 15 + 45 * row), text, fill="black", font=ImageFont.load_default(22))
    image.save(tmp_path / "chart.png")
    for side in (RawRapidOcr, ChartReader):
        seconds, lines = in_pool(side, [tmp_path / "chart.png"], processes=1, threads=1)
        assert lines == 3
        assert seconds > 0
