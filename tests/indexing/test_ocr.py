import io
import pickle
import shutil
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from chartwell.errors import ModelUnavailable
from chartwell.indexing.ocr import RapidOcrEngine
from chartwell.indexing.ocr_models import packaged_models

mpl.use("Agg")
from matplotlib import pyplot as plt


@pytest.fixture(scope="module")
def engine():
    return RapidOcrEngine(threads=2)


def picture(draw_chart, size=(5, 3.5)):
    figure, axes = plt.subplots(figsize=size, dpi=100)
    draw_chart(axes)
    figure.tight_layout()
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    plt.close(figure)
    return Image.open(buffer).convert("RGB")


def written(*texts, size=(420, 160), ink="black", ground="white", height=22):
    image = Image.new("RGB", size, ground)
    for number, text in enumerate(texts):
        at = (20, 20 + 50 * number)
        ImageDraw.Draw(image).text(at, text, fill=ink, font=ImageFont.load_default(height))
    return image


def test_lines_come_in_reading_order_with_their_boxes(engine):
    labels = engine.read(written("Revenue by region", "North 41 million"))
    assert [label.text for label in labels] == ["Revenue by region", "North 41 million"]
    first = labels[0]
    assert first.confidence > 0.8
    assert not first.vertical
    assert abs(first.box.x0 - 20 / 420) < 0.03
    assert abs((first.box.y0 + first.box.y1) / 2 - 33 / 160) < 0.06


def test_turned_axis_title_and_tick_labels_are_read_upright(engine):
    def draw(axes):
        axes.bar(["Northern area", "Southern area", "Eastern area"], [3, 7, 5])
        axes.tick_params(axis="x", rotation=90)
        axes.set_ylabel("Revenue in millions")

    labels = engine.read(picture(draw))
    turned = {label.text for label in labels if label.vertical}
    assert {"Revenue in millions", "Northern area", "Southern area", "Eastern area"} <= turned


def test_text_that_reads_downwards_is_read_too(engine):
    image = written("Second axis title").rotate(270, expand=True)
    assert [(label.text, label.vertical) for label in engine.read(image)] == [("Second axis title", True)]


def test_slanted_tick_labels_are_read(engine):
    def draw(axes):
        axes.bar(["January", "February", "September"], [3, 7, 5])
        axes.tick_params(axis="x", rotation=45)

    assert {"January", "February", "September"} <= {label.text for label in engine.read(picture(draw))}


def test_single_digits_stay_upright(engine):
    def draw(axes):
        axes.axis("off")
        for number in range(1, 8):
            axes.text(number / 9, 0.5, str(number), fontsize=11)

    labels = engine.read(picture(draw))
    assert [label.text for label in labels] == [str(number) for number in range(1, 8)]
    assert not any(label.vertical for label in labels)


@pytest.mark.parametrize("gap", [0, 1, 3])
def test_a_small_digit_next_to_its_bar_is_read(engine, gap):
    """The search for text passes over some of them."""
    image = Image.new("RGB", (360, 240), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(11)
    draw.text((10, 8), "Share of visits by kind", fill="black", font=ImageFont.load_default(16))
    shares = {"Museums": 43, "Theatres": 20, "Gardens": 7, "Markets": 5, "Harbours": 2, "Castles": 4}
    for row, (name, share) in enumerate(shares.items()):
        top, end = 45 + 30 * row, 111 + 3 * share
        draw.text((20, top + 5), name, fill="black", font=font)
        draw.rectangle((110, top, end - 1, top + 22), fill="#e89c2c")
        draw.text((end + gap, top + 5), str(share), fill="black", font=font)
    read = [label.text for label in engine.read(image)]
    assert read == ["Share of visits by kind", *(text for name in shares for text in (name, str(shares[name])))]


def test_a_white_digit_in_a_narrow_segment_is_read(engine):
    image = Image.new("RGB", (360, 120), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(11)
    for row, (left, middle, right) in enumerate([(120, 7, 60), (90, 3, 80)]):
        top, first, second = 20 + 40 * row, 100 + left, 100 + left + 11
        draw.text((20, top + 5), ("Castles", "Gardens")[row], fill="black", font=font)
        draw.rectangle((100, top, first - 1, top + 22), fill="#dd9966")
        draw.rectangle((first, top, second - 1, top + 22), fill="#8b2a1e")
        draw.rectangle((second, top, second + right, top + 22), fill="#ddd9c3")
        draw.text((150, top + 5), str(left), fill="black", font=font)
        draw.text((first + 2, top + 5), str(middle), fill="white", font=font)
        draw.text((second + 20, top + 5), str(right), fill="black", font=font)
    read = [label.text for label in engine.read(image)]
    assert read == ["Castles", "120", "7", "60", "Gardens", "90", "3", "80"]


def test_round_markers_dashes_and_ticks_are_no_digits(engine):
    image = written("Visits by year", size=(420, 260), height=14)
    draw = ImageDraw.Draw(image)
    for number in range(8):
        x, y = 40 + 45 * number, 190 - 14 * number
        draw.ellipse((x, y, x + 9, y + 9), outline="#3366aa", width=2)
        draw.line((x, 90, x, 98), fill="black", width=3)
        draw.line((x + 12, y, x + 22, y - 3), fill="#aa3322", width=3)
        draw.line((x, 220, x, 228), fill="grey", width=1)
    assert not any(character.isdigit() for label in engine.read(image) for character in label.text)


@pytest.mark.parametrize("size", [(1, 1), (5, 900), (300, 200)])
@pytest.mark.parametrize("colour", ["white", "black"])
def test_blank_pictures_have_no_labels(engine, size, colour):
    assert engine.read(Image.new("RGB", size, colour)) == []


def test_a_picture_without_text_has_no_labels(engine):
    image = Image.new("RGB", (300, 200), "white")
    ImageDraw.Draw(image).rectangle((60, 40, 240, 160), fill="steelblue")
    assert engine.read(image) == []


def test_every_kind_of_pixel_is_understood(engine):
    plain = written("Sales 1,250")
    grey = np.asarray(plain.convert("L"), np.uint16)
    transparent = Image.new("RGBA", plain.size, (0, 0, 0, 0))
    ImageDraw.Draw(transparent).text((20, 20), "Sales 1,250", fill=(20, 20, 20, 255), font=ImageFont.load_default(22))
    light = Image.new("RGBA", plain.size, (255, 255, 255, 0))
    ImageDraw.Draw(light).text((20, 20), "Sales 1,250", fill=(250, 250, 250, 255), font=ImageFont.load_default(22))
    kinds = [plain.convert(mode) for mode in ("L", "P", "1", "CMYK", "LA", "F")]
    for image in [*kinds, transparent, light, Image.fromarray(grey * 200)]:
        assert [label.text for label in engine.read(image)] == ["Sales 1,250"], image.mode


def test_small_and_huge_pictures_are_brought_to_a_readable_size(engine):
    small = written("Share 12%", size=(110, 40), height=12)
    small = small.crop((10, 10, 110, 40))
    huge = written("Share 12%", size=(420, 160), height=40).resize((5040, 1920))
    assert [label.text for label in engine.read(small)] == ["Share 12%"]
    assert [label.text for label in engine.read(huge)] == ["Share 12%"]


def test_the_number_of_threads_does_not_change_what_is_read(engine):
    image = written("Operating margin 12.5%", "Net debt $(3.4)bn")
    assert RapidOcrEngine(threads=1).read(image) == engine.read(image)


def test_the_engine_travels_between_processes_without_its_models(engine):
    engine.read(written("load"))
    packed = pickle.dumps(engine)
    assert len(packed) < 2000
    unpacked = pickle.loads(packed)  # noqa: S301 - what this test has packed itself
    assert unpacked.read(written("Net 5")) == engine.read(written("Net 5"))


def test_the_fingerprint_names_models_and_settings():
    assert RapidOcrEngine().fingerprint == RapidOcrEngine(threads=2).fingerprint
    assert RapidOcrEngine().fingerprint != RapidOcrEngine(enlarge=2.0).fingerprint


def test_the_fingerprint_loads_no_model():
    code = (
        "import sys; from chartwell.indexing.ocr import RapidOcrEngine; RapidOcrEngine().fingerprint;"
        "sys.exit(bool({'rapidocr', 'onnxruntime', 'cv2'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_missing_models_are_named_and_nothing_is_downloaded(tmp_path):
    with pytest.raises(ModelUnavailable, match=r"PP-OCRv6_det_small\.onnx is not in .*Reinstall"):
        RapidOcrEngine(models=tmp_path).read(written("text"))


def test_damaged_models_are_named(tmp_path):
    for model in packaged_models().glob("*.onnx"):
        shutil.copy(model, tmp_path)
    (tmp_path / "PP-OCRv6_rec_small.onnx").write_bytes(b"no model at all")
    with pytest.raises(ModelUnavailable, match="do not load"):
        RapidOcrEngine(models=tmp_path).read(written("text"))


def test_at_least_one_thread():
    with pytest.raises(ValueError, match="threads"):
        RapidOcrEngine(threads=0)
