"""What a search warns of where the image model has not encoded every picture yet."""

from __future__ import annotations

from ..indexing.collection import Collection
from ..indexing.vector_coverage import IMAGE_SPACE


class PicturesWithoutVector:
    """Tells, when called, that there are pictures without an image vector: they were indexed before the model was set.

    They are counted once for each generation of the collection.
    """

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._counted = (-1, 0)

    def __call__(self) -> tuple[str, ...]:
        """The warning, or none."""
        generation = self._collection.generation
        if self._counted[0] != generation:
            self._counted = generation, self._collection.missing_vectors(IMAGE_SPACE)
        missing = self._counted[1]
        if not missing:
            return ()
        warning = (
            f"{missing} pictures have no vector of the image model, so it does not find them: they were indexed before "
            "it was set. Run `chartwell reindex`."
        )
        return (warning,)
