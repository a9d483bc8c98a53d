"""The picture of a node, for models that look at it as well."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable

from PIL.Image import Image as PILImage

from ...errors import ChartwellError
from ...indexing.collection import Collection
from ...indexing.documents import Node
from ...indexing.encoders.picture_size import scaled_down
from ...indexing.encoders.rgb import as_rgb

Pictures = Callable[[Node], PILImage | None]
"""The picture of a node in RGB, of a megapixel at most; None where it has none."""


class CollectionPictures:
    """`Pictures` of the nodes of a collection."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    def __call__(self, node: Node) -> PILImage | None:
        """Read and decode the node's picture. One that is lost or damaged is none: its text can still be judged."""
        from PIL import Image

        if node.asset is None:
            return None
        try:
            with Image.open(io.BytesIO(self._collection.asset_bytes(node.asset))) as picture:
                return scaled_down(as_rgb(picture))
        except (ChartwellError, OSError, ValueError):
            return None


def data_url(picture: PILImage) -> str:
    """The picture as a `data:` URL (PNG, which keeps small print legible)."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=1)
    return f"data:image/png;base64,{b64encode(buffer.getvalue()).decode()}"
