"""Pictures as documents: a PNG, JPEG, WebP, GIF or TIFF file is a page with one figure; a TIFF may have more pages."""

from __future__ import annotations

from pathlib import Path

from ..documents import WHOLE, Page, Region
from .file_access import read_bytes
from .image_decoding import decode_pages
from .parsed import FigureBlock, Limits, ParsedDocument, SkippedFigure
from .sniffing import sniff_bytes


class ImageLoader:
    """Reads PNG, JPEG, WebP and GIF (of animations the first picture) and TIFF (every page).

    Raises `DamagedFile` for what does not decode or is too small to hold a chart, `LimitExceeded` for too many pixels
    or pages, `UnreadableFile` for what cannot be read. A damaged page among sound ones is left out with its reason.
    """

    media_types = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/tiff")

    def load(self, path: Path, limits: Limits) -> ParsedDocument:
        """Parse the picture at `path`."""
        data = read_bytes(path, limits)
        frames = decode_pages(data, str(path), limits)
        errors = [frame.error for frame in frames if frame.error]
        if len(errors) == len(frames):
            raise errors[0]
        numbered = list(enumerate(frames, start=1))
        return ParsedDocument(
            media_type=sniff_bytes(data, path),
            title="",
            pages=tuple(Page(number, str(number), frame.width, frame.height) for number, frame in numbered),
            blocks=tuple(FigureBlock(frame.image, Region(number, WHOLE)) for number, frame in numbered if frame.image),
            skipped_figures=tuple(
                SkippedFigure(Region(number, WHOLE), frame.error.message) for number, frame in numbered if frame.error
            ),
        )
