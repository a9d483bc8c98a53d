"""Pictures: upright, opaque, whole, and never larger than the limits say."""

import io
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from chartwell.errors import DamagedFile, LimitExceeded
from chartwell.indexing.documents import WHOLE, Page, Region
from chartwell.indexing.loaders.image import ImageLoader
from chartwell.indexing.loaders.parsed import Limits

LIMITS = Limits()


def parse(tmp_path, data, limits=LIMITS):
    path = tmp_path / "picture.bin"
    path.write_bytes(data)
    return ImageLoader().load(path, limits)


def encoded(picture, kind, **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def pixels(document, index=0):
    return np.asarray(Image.open(io.BytesIO(document.blocks[index].image.data)))


@pytest.fixture
def picture():
    picture = Image.new("RGB", (80, 60), "white")
    picture.paste("red", (0, 0, 40, 30))
    return picture


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("PNG", "image/png"),
        ("JPEG", "image/jpeg"),
        ("WEBP", "image/webp"),
        ("GIF", "image/gif"),
        ("TIFF", "image/tiff"),
    ],
)
def test_a_picture_is_one_page_and_one_figure(tmp_path, picture, kind, media_type):
    document = parse(tmp_path, encoded(picture, kind))
    assert document.media_type == media_type
    assert document.pages == (Page(1, "1", 80, 60),)
    (figure,) = document.blocks
    assert figure.region == Region(1, WHOLE)
    assert (figure.image.width, figure.image.height, figure.labels) == (80, 60, None)
    assert pixels(document).shape == (60, 80, 3)


@pytest.mark.parametrize("mode", ["RGB", "L", "P"])
def test_a_plain_png_is_stored_byte_by_byte(tmp_path, picture, mode):
    data = encoded(picture.convert(mode), "PNG")
    assert parse(tmp_path, data).blocks[0].image.data == data


def test_a_plain_jpeg_is_stored_byte_by_byte(tmp_path, picture):
    data = encoded(picture, "JPEG")
    image = parse(tmp_path, data).blocks[0].image
    assert (image.data, image.media_type) == (data, "image/jpeg")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_pictures_are_turned_upright(tmp_path, picture, kind):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 90 degrees clockwise to see it upright
    options = {"lossless": True} if kind == "WEBP" else {}
    document = parse(tmp_path, encoded(picture, kind, exif=exif, **options))
    assert document.pages[0] == Page(1, "1", 60, 80)
    assert pixels(document)[5, 55, 1] < 60  # the red corner has moved to the top right
    assert pixels(document)[5, 5, 1] > 200


def test_damaged_exif_does_not_cost_the_picture(tmp_path, picture):
    data = encoded(picture, "JPEG", exif=b"Exif\0\0garbage that is no TIFF header")
    assert parse(tmp_path, data).pages[0].width == 80


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_transparent_parts_become_white(tmp_path, mode):
    picture = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (0, 0, 20, 20))
    result = pixels(parse(tmp_path, encoded(picture.convert(mode), "TIFF" if mode == "PA" else "PNG")))
    assert result[5, 5].tolist() == [0, 0, 0]
    assert result[50, 50].tolist() == [255, 255, 255]


def test_a_transparent_palette_colour_becomes_white(tmp_path):
    picture = Image.new("P", (60, 60), 0)
    picture.putpalette([0, 0, 0, 255, 0, 0])
    assert pixels(parse(tmp_path, encoded(picture, "PNG", transparency=0)))[5, 5].tolist() == [255, 255, 255]


def test_deep_grey_is_scaled_not_clipped(tmp_path):
    values = np.linspace(0, 65535, 60 * 60).reshape(60, 60)
    for data in (
        encoded(Image.fromarray(values.astype(np.uint16)), "PNG"),
        encoded(Image.fromarray(values.astype(np.float32)), "TIFF"),
        encoded(Image.fromarray(values.astype(np.int32)), "TIFF"),
    ):
        assert abs(pixels(parse(tmp_path, data)).mean() - 127.5) < 1


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "GIF"])
def test_of_an_animation_the_first_picture_is_read(tmp_path, kind):
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "blue")]
    document = parse(tmp_path, encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100))
    assert len(document.blocks) == 1
    assert pixels(document)[30, 30, 0] > 240


def test_each_page_of_a_tiff_is_a_page(tmp_path):
    frames = [Image.new("RGB", (60 + 10 * index, 60), colour) for index, colour in enumerate(("red", "blue", "green"))]
    data = encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    document = parse(tmp_path, data)
    assert [(page.number, page.label, page.width) for page in document.pages] == [
        (1, "1", 60),
        (2, "2", 70),
        (3, "3", 80),
    ]
    assert [block.region for block in document.blocks] == [Region(number, WHOLE) for number in (1, 2, 3)]
    assert pixels(document, 1)[5, 5].tolist() == [0, 0, 255]
    with pytest.raises(LimitExceeded, match="3 pages"):
        parse(tmp_path, data, Limits(max_pages=2))


def test_the_pages_of_a_tiff_have_a_limit_together(tmp_path):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (100, 100, 3), dtype=np.uint8))
    data = encoded(noise, "TIFF", save_all=True, append_images=[noise] * 3, compression="jpeg", quality=20)
    with pytest.raises(LimitExceeded, match="bytes"):  # packed as JPEG it takes far less than as PNG
        parse(tmp_path, data, Limits(max_bytes=60_000))


def test_a_page_too_small_or_reduced_is_left_out_with_its_reason(tmp_path, picture):
    thumb = Image.new("RGB", (20, 20))
    document = parse(tmp_path, encoded(picture, "TIFF", save_all=True, append_images=[thumb]))
    assert len(document.blocks) == 1
    (skipped,) = document.skipped_figures
    assert skipped.region.page == 2
    assert "too small" in skipped.reason


def header_of_png(width, height):
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I", 99)
        + b"IDAT"
    )


@pytest.mark.parametrize("side", [8_100, 12_000, 20_000, 2**31 - 1])
def test_a_decompression_bomb_is_refused_by_its_header_and_without_warnings(tmp_path, side):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(LimitExceeded, match="pixels"):
            parse(tmp_path, header_of_png(side, side) + bytes(1000))


@pytest.mark.parametrize("size", [(1, 1), (47, 500)])
def test_a_picture_too_small_for_a_chart_is_refused(tmp_path, size):
    with pytest.raises(DamagedFile, match="too small to hold a chart"):
        parse(tmp_path, encoded(Image.new("RGB", size), "PNG"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "TIFF"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_truncated_picture_is_damage(tmp_path, kind, share):
    noise = np.random.default_rng(0).integers(0, 255, (90, 90, 3), dtype=np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    with pytest.raises(DamagedFile) as caught:
        parse(tmp_path, data[: int(len(data) * share)])
    assert "picture.bin" in str(caught.value)


def test_real_charts_are_read_whatever_their_name_says(shared_data):
    for path in sorted((shared_data / "opencqa-dev" / "charts").iterdir())[::25]:
        document = ImageLoader().load(path, LIMITS)
        assert document.blocks[0].image.width == document.pages[0].width > 100
