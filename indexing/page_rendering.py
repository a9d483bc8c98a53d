"""Pages as pictures, for showing where evidence stands."""

from __future__ import annotations

from pathlib import Path

from PIL.Image import Image as PILImage

from ..errors import DamagedFile, UnreadableFile

_MAX_SIDE = 4_000
"""Pixels: a page of absurd size is rendered smaller instead of filling the memory."""


def render_page(path: Path, page: int, *, dpi: float = 130.0) -> PILImage:
    """Render page `page` (from 1) of a PDF. Raises `UnreadableFile` or `DamagedFile` where that cannot be done."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(path) as document:
            if not 1 <= page <= len(document):
                raise DamagedFile(f"{path} has no page {page}.", hint="The file changed: index it again.")
            sheet = document[page - 1]
            scale = min(dpi / 72.0, _MAX_SIDE / max(*sheet.get_size(), 1.0))
            picture: PILImage = sheet.render(scale=scale).to_pil().convert("RGB")
            return picture
    except FileNotFoundError as error:
        raise UnreadableFile(f"{path} is gone.", hint="Its evidence stays readable as text.") from error
    except pypdfium2.PdfiumError as error:
        raise DamagedFile(f"{path} cannot be rendered: {error}.", hint="The file changed: index it again.") from error
