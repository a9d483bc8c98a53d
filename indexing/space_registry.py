"""Which vector spaces a collection has, and whether they are those of the encoders in use."""

from __future__ import annotations

from ..errors import EncoderMismatch
from .catalog import Catalog, Space, StoredSpace

_REINDEX = "Set that encoder, if it is another, or run `chartwell reindex` to encode everything anew."


class SpaceRegistry:
    """The spaces as the catalog has them now, and the fingerprints that this process asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._required: dict[str, str] = {}
        self._cached: tuple[int, dict[str, StoredSpace]] = (-1, {})

    def all(self) -> dict[str, StoredSpace]:
        """By name."""
        generation = self._catalog.generation()
        if self._cached[0] != generation:
            self._cached = generation, self._catalog.spaces()
        return self._cached[1]

    def get(self, name: str) -> StoredSpace:
        """One space; raises `EncoderMismatch` where there is none, or it is another encoder's than was asked for."""
        stored = self.all().get(name)
        if stored is None:
            raise EncoderMismatch(
                f"{self._catalog.path} has no vectors in the space {name!r}.",
                hint="Run `chartwell reindex` with its encoder.",
            )
        space = stored.space
        required = self._required.get(name, space.fingerprint)
        if required != space.fingerprint:
            raise EncoderMismatch(
                f"The {name} vectors of {self._catalog.path}, made by {space.encoder} (fingerprint "
                f"{space.fingerprint[:12]}), are not such as the encoder in use makes today ({required[:12]}).",
                hint=_REINDEX,
            )
        return stored

    def require(self, space: Space) -> None:
        """From now on only this encoder's vectors are searched under this name; raises `EncoderMismatch`."""
        self._required[space.name] = space.fingerprint
        stored = self.get(space.name).space
        if stored.dimension != space.dimension:
            raise EncoderMismatch(
                f"{space.encoder} makes vectors of {space.dimension} dimensions, {self._catalog.path} holds "
                f"{stored.dimension} in the space {space.name!r}.",
                hint=_REINDEX,
            )
