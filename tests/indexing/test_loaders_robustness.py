"""Whatever the bytes are, a loader returns a document or raises an `InputError` that says what to do."""

import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from chartwell.errors import InputError
from chartwell.indexing.loaders.parsed import Limits, ParsedDocument
from chartwell.indexing.loaders.registry import SUPPORTED, load, loader_for

LIMITS = Limits(max_bytes=100_000, max_pages=20, max_pixels=1_000_000, max_characters=100_000, max_table_rows=50)
SUFFIXES = [".md", ".html", ".txt", ".csv", ".tsv", ".png", ".jpg", ".webp", ".tif", "", ".eml", ".epub", ".zip"]
MARKUP = (
    *("<", ">", "</", "<table", "<td colspan=3", "<svg", "<p", "<!--", "-->", "<![CDATA[", "&#0;", "&#xd800;", "&amp;"),
    *("<img src=", "data:image/png;base64,", "<script>", "<main>", "<?xml ?>", "| a | b |\n|--|--|\n", "---\n", "```"),
    *(
        "![x](",
        "[a]: ",
        ")",
        "> ",
        "- ",
        "1. ",
        "# ",
        "\\",
        "*",
        "_",
        "~~",
        "\t",
        "\n",
        "\n\n",
        " ",
        "字",
        "é",
        "x",
        "1",
    ),
    *(",", ";", '"', "=", "'", "====\n", "\x00", "\x0c", "\u2028", "\ufeff", "😀", "%00", "..", "/"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("any")


def attempt(folder, suffix, data, parse=load):
    """Parse the data; any exception but `InputError` fails the test by itself."""
    path = folder / f"file{suffix}"
    path.write_bytes(data)
    try:
        outcome = parse(path, LIMITS)
    except InputError as error:
        outcome = error
    assert isinstance(outcome, ParsedDocument) or str(path) in str(outcome)


def without_pdf(data: bytes) -> bytes:
    return data.replace(b"%PDF", b"%PXF")


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(SUFFIXES))
def test_any_bytes(folder, data, suffix):
    attempt(folder, suffix, without_pdf(data))


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(MARKUP), max_size=40).map("".join), st.sampled_from(SUFFIXES[:5]))
def test_any_markup(folder, text, suffix):
    attempt(folder, suffix, text.encode())


@settings(deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([kind for one in SUPPORTED for kind in one.media_types if "pdf" not in kind]),
)
def test_any_bytes_straight_to_any_loader(folder, data, media_type):
    attempt(folder, "", data, loader_for(media_type).load)


def _pictures():
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (50, 60, 3), dtype=np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 8
    for kind, options in (
        ("PNG", {"save_all": True, "append_images": [noise]}),
        ("PNG", {"exif": exif}),
        ("JPEG", {"exif": exif}),
        ("WEBP", {"exif": exif}),
        ("GIF", {"save_all": True, "append_images": [noise]}),
        ("TIFF", {"compression": "tiff_lzw", "save_all": True, "append_images": [noise]}),
        ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ):
        buffer = io.BytesIO()
        noise.save(buffer, kind, **options)
        yield buffer.getvalue()


PICTURES = list(_pictures())


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(PICTURES),
    st.lists(st.tuples(st.integers(0, 400) | st.integers(0, 20_000), st.integers(0, 255)), min_size=1, max_size=6),
    st.integers(1, 40_000),
)
def test_any_damaged_picture(folder, picture, changes, length):
    damaged = bytearray(picture[:length])
    for place, value in changes:
        damaged[place % len(damaged)] = value
    attempt(folder, ".png", without_pdf(bytes(damaged)))
