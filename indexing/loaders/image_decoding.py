"""From the bytes of a picture file to pictures that every later step can open, upright and without transparency.

Sizes are taken from the header and checked before a pixel is decoded.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import DamagedFile, InputError, LimitExceeded
from ..documents import Image
from .parsed import Limits

if TYPE_CHECKING:
    import PIL.Image

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF")
_KEPT = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg"}
"""Formats whose bytes are stored as they are where the picture is plain (MPO: a JPEG with further views appended)."""

_ORIENTATION_TAG = 0x0112
_SUBFILE_TAG = 254
_REDUCED_COPY = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """One page of a picture file: the picture, or why there is none. Sizes are in pixels, 0 where unknown."""

    width: int
    height: int
    image: Image | None = None
    error: InputError | None = None


def decode_image(data: bytes, name: str, limits: Limits) -> Image:
    """The picture in `data`, the first where there are several.

    Returns the bytes as they are for a plain PNG or JPEG, otherwise RGB as PNG: turned as its EXIF orientation says,
    transparent parts white. Raises `DamagedFile` for what does not decode or is too small to hold a chart, and
    `LimitExceeded` for more than `limits.max_pixels`; `name` is what the message calls the picture.
    """
    frame = _decode_frame(_open(data, name, limits), 0, data, name, limits)
    if frame.image is None:
        raise frame.error or DamagedFile(f"{name} holds no picture.")
    return frame.image


def decode_pages(data: bytes, name: str, limits: Limits) -> list[Frame]:
    """Every page of a TIFF, and the one picture of other files, each decoded as by `decode_image`.

    A page that fails carries its error. Raises what concerns the whole file: `DamagedFile`, and `LimitExceeded` for
    more than `limits.max_pages` pages or too large a result.
    """
    picture = _open(data, name, limits)
    frames: list[Frame] = []
    size = 0
    for index in range(_page_count(picture, name, limits)):
        frame = _decode_frame(picture, index, data, name, limits)
        if frame.error:
            picture = _open(data, name, limits)  # a decoder that failed is in no state to go on
        size += len(frame.image.data) if frame.image else 0
        if size > limits.max_bytes:
            raise LimitExceeded(
                f"The pages of {name} take more than {limits.max_bytes:,} bytes.",
                hint="Split the file, or raise the setting `index.max_file_mib`.",
            )
        frames.append(frame)
    return frames


def _open(data: bytes, name: str, limits: Limits) -> PIL.Image.Image:
    import PIL.Image

    with _translated_errors(name, limits):
        return PIL.Image.open(io.BytesIO(data), formats=_FORMATS)


def _page_count(picture: PIL.Image.Image, name: str, limits: Limits) -> int:
    if picture.format != "TIFF":
        return 1
    with _translated_errors(name, limits):
        count: int = getattr(picture, "n_frames", 1)
    if count > limits.max_pages:
        raise LimitExceeded(
            f"{name} has {count:,} pages; the limit is {limits.max_pages:,}.",
            hint="Split the file, or raise the setting `index.max_pages`.",
        )
    return count


def _decode_frame(picture: PIL.Image.Image, index: int, data: bytes, name: str, limits: Limits) -> Frame:
    place = f"Page {index + 1} of {name}" if index else name
    width = height = 0
    try:
        with _translated_errors(place, limits):
            picture.seek(index)
            width, height = picture.size
            _check_size(picture, place, limits)
            picture.load()
            image = _encode(picture, data)
        return Frame(image.width, image.height, image)
    except InputError as error:
        return Frame(width, height, error=error)


def _check_size(picture: PIL.Image.Image, place: str, limits: Limits) -> None:
    width, height = picture.size
    if width * height > limits.max_pixels:
        raise LimitExceeded(
            f"{place} has {width:,} x {height:,} pixels; the limit is {limits.max_pixels:,} pixels.",
            hint="Scale it down, or raise the setting `index.max_megapixels`.",
        )
    if min(width, height) < limits.min_figure_pixels:
        raise DamagedFile(
            f"{place} has {width} x {height} pixels, too small to hold a chart.",
            hint=f"Pictures need {limits.min_figure_pixels} pixels or more on each side.",
        )
    tags = getattr(picture, "tag_v2", {})
    if picture.format == "TIFF" and isinstance(kind := tags.get(_SUBFILE_TAG), int) and kind & _REDUCED_COPY:
        raise DamagedFile(f"{place} is a reduced copy of another page.")


def _encode(picture: PIL.Image.Image, data: bytes) -> Image:
    """The decoded picture, ready to be stored."""
    upright = _upright(picture)
    plain = picture.mode in {"L", "RGB", "P", "1"} and not picture.has_transparency_data
    still = picture.format in {"JPEG", "MPO"} or getattr(picture, "n_frames", 1) == 1
    if picture.format in _KEPT and plain and still and upright is picture:
        return Image(data, _KEPT[picture.format], picture.width, picture.height)
    buffer = io.BytesIO()
    _to_rgb(upright).save(buffer, "PNG")
    return Image(buffer.getvalue(), "image/png", upright.width, upright.height)


def _upright(picture: PIL.Image.Image) -> PIL.Image.Image:
    from PIL import ImageOps

    try:
        turned = picture.getexif().get(_ORIENTATION_TAG, 1) in range(2, 9)
        return ImageOps.exif_transpose(picture) if turned else picture
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - damaged EXIF data raise nearly anything, and the picture itself is sound
        return picture


def _to_rgb(picture: PIL.Image.Image) -> PIL.Image.Image:
    import PIL.Image

    if picture.mode.startswith(("I", "F")):
        picture = _to_eight_bits(picture)
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    ground = PIL.Image.new("RGBA", layer.size, "white")
    ground.alpha_composite(layer)
    return ground.convert("RGB")


def _to_eight_bits(picture: PIL.Image.Image) -> PIL.Image.Image:
    """Grey values of more than eight bits, which Pillow would clip instead of scale."""
    import numpy as np
    import PIL.Image

    values = np.nan_to_num(np.asarray(picture, dtype=np.float32))
    low, high = (0.0, 65535.0) if picture.mode.startswith("I;16") else (float(values.min()), float(values.max()))
    scaled = (values - low) * (255.0 / max(high - low, 1e-9))
    return PIL.Image.fromarray(scaled.round().astype(np.uint8), "L")


@contextmanager
def _translated_errors(name: str, limits: Limits) -> Iterator[None]:
    import PIL.Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns about what is checked and reported here
        try:
            yield
        except (InputError, MemoryError):
            raise
        except PIL.Image.DecompressionBombError as error:
            raise LimitExceeded(
                f"{name} has far too many pixels ({error}); the limit is {limits.max_pixels:,} pixels.",
                hint="Scale it down.",
            ) from error
        except Exception as error:  # Pillow's decoders raise nearly anything for damaged data
            # Pillow's message for a file without a sound header names an object in memory, which tells nobody anything.
            unknown = isinstance(error, PIL.UnidentifiedImageError)
            detail = "its header is not sound" if unknown else f"{type(error).__name__}: {error}"
            raise DamagedFile(
                f"{name} is damaged and does not decode as a picture ({detail}).",
                hint="Export or download it again.",
            ) from error
