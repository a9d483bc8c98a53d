"""What a change of settings would cost, found out before it is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...errors import EncoderMismatch, ModelUnavailable
from .. import components
from ..client import Chartwell
from ..decoding import chat_model
from ..settings import Settings


@dataclass(frozen=True, slots=True)
class Consequences:
    """`encode_again` has names of collections with the number of their pieces, which cannot be searched until then.

    `download`: a model has to be fetched from the network. `cut_anew`: passages of documents that are indexed already
    stay as they are until those are read again.
    """

    encode_again: tuple[tuple[str, int], ...] = ()
    download: bool = False
    cut_anew: bool = False

    def __bool__(self) -> bool:
        return bool(self.encode_again) or self.download or self.cut_anew


def consequences(old: Settings, new: Settings, opened: Iterable[tuple[str, Chartwell]]) -> Consequences:
    """What going from `old` to `new` means for collections; nothing is fetched or changed.

    Raises `ModelUnavailable` where a model is missing and may not be fetched, `MissingDependency`.
    """
    chat_model(new.decoder)
    cut_anew = new.chunk != old.chunk
    if new.encoder == old.encoder:
        return Consequences(cut_anew=cut_anew)
    here = new.model_copy(update={"encoder": new.encoder.model_copy(update={"allow_download": False})})
    try:
        text = components.text_encoder(here.encoder)
        components.image_encoder(here.encoder, text)
        download = False
    except ModelUnavailable:
        if not new.encoder.allow_download:
            raise
        download = True
    filled = [(name, client) for name, client in opened if client.collection.node_count()]
    return Consequences(
        tuple((name, client.collection.node_count()) for name, client in filled if download or _mismatch(client, here)),
        download,
        cut_anew,
    )


def _mismatch(client: Chartwell, settings: Settings) -> bool:
    try:
        Chartwell(client.collection, settings).require_encoders()
    except EncoderMismatch:
        return True
    return False
