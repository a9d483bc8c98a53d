"""The picture of a node, for models that look at it as well."""

from __future__ import annotations

import io
import logging
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass

from PIL.Image import Image as PILImage

from ...errors import ChartwellError
from ...indexing.collection import Collection
from ...indexing.documents import Node
from ...indexing.encoders.picture_size import PIXELS_READ, scaled_down
from ...indexing.encoders.rgb import as_rgb

logger = logging.getLogger(__name__)

Pictures = Callable[[Node], PILImage | None]
"""The picture of a node in RGB, of a megapixel at most; None where it has none."""
PictureUrls = Callable[[Node], str | None]
"""The same as a `data:` URL."""

_SENT_AS_STORED = {"PNG": "image/png", "JPEG": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class CollectionPictures:
    """Pictures of the nodes of a collection. One that is lost or damaged is none: its text can still be judged."""

    collection: Collection

    def picture(self, node: Node) -> PILImage | None:
        """See `Pictures`."""
        opened = self._opened(node)
        return opened[0] if opened else None

    def url(self, node: Node) -> str | None:
        """See `PictureUrls`. What is small and of a common format is sent as it is stored."""
        opened = self._opened(node)
        if opened is None:
            return None
        picture, stored = opened
        return stored or data_url(picture)

    def _opened(self, node: Node) -> tuple[PILImage, str] | None:
        """The picture, and the URL of its stored bytes where these can be sent."""
        from PIL import Image

        if node.asset is None:
            return None
        try:
            data = self.collection.asset_bytes(node.asset)
            with Image.open(io.BytesIO(data)) as picture:
                media_type = _SENT_AS_STORED.get(picture.format or "")
                small = picture.width * picture.height <= PIXELS_READ and picture.mode == "RGB"
                stored = f"data:{media_type};base64,{b64encode(data).decode()}" if media_type and small else ""
                return scaled_down(as_rgb(picture)), stored
        except (ChartwellError, OSError, ValueError, Image.DecompressionBombError) as error:
            logger.warning("The picture of node %d cannot be shown to the reranker: %s", node.id, error)
            return None


def data_url(picture: PILImage) -> str:
    """The picture as a `data:` URL (PNG, which keeps small print legible)."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=1)
    return f"data:image/png;base64,{b64encode(buffer.getvalue()).decode()}"
