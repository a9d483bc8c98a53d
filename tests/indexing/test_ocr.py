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
