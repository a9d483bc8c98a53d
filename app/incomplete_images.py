"""A search with an image model that has not encoded every picture yet says so in its result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..indexing.vector_coverage import IMAGE_SPACE
from ..retrieval.query import Where
from ..retrieval.retriever import Retrieval, Retriever


class ImageGapRetriever(Retriever):
    """A `Retriever` that warns of pictures without an image vector: they were indexed before the model was set."""

    _counted: tuple[int, int] = (-1, 0)
    """Generation of the collection, and how many pictures had no vector then."""

    def retrieve(
        self,
        question: str | Sequence[str],
        *,
        top_k: int = 10,
        where: Where | None = None,
        diversity: float | None = None,
    ) -> Retrieval:
        """As `Retriever.retrieve`."""
        found = super().retrieve(question, top_k=top_k, where=where, diversity=diversity)
        missing = self._missing()
        if not missing:
            return found
        warning = (
            f"{missing} pictures have no vector of the image model, so it does not find them: they were indexed before "
            "it was set. Run `chartwell reindex`."
        )
        return replace(found, warnings=(*found.warnings, warning))

    def _missing(self) -> int:
        generation = self._collection.generation
        if self._counted[0] != generation:
            self._counted = generation, self._collection.missing_vectors(IMAGE_SPACE)
        return self._counted[1]
