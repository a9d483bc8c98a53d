"""Chart readings corrected by hand, and corrections taken back."""

from __future__ import annotations

from pathlib import Path

from ..errors import QueryError
from ..indexing.collection import Collection
from ..indexing.corrections import as_corrected
from ..indexing.documents import ChartReading
from ..indexing.encoders.protocols import TextEncoder
from ..indexing.node_encoding import NodeEncoder
from ..retrieval.evidence import Evidence


def correct(collection: Collection, encoder: TextEncoder, chart: Evidence, reading: ChartReading) -> tuple[str, ...]:
    """Put `reading` in the place of what was read from `chart`; the sources of the documents that show its picture.

    Raises `QueryError` where the evidence is no chart with a picture, or its picture is in no document any more.
    """
    picture = picture_of(chart)
    _require_shown(collection, picture, chart)
    correction = as_corrected(reading, chart.reading or ChartReading(), chart.bounds[0])
    with collection.writer() as writer:
        return writer.correct_chart(picture, correction, NodeEncoder(collection, encoder, None).encode_texts)


def forget(collection: Collection, chart: Evidence) -> list[Path]:
    """Forget the correction of a chart; the files to read again, so that what was read from them shows again.

    None where it is not corrected. Where a run was killed after the correction was forgotten, the chart still shows
    it, and its files are read again, too. Raises `QueryError` where a file to read again is gone: the correction stays
    then.
    """
    picture = picture_of(chart)
    if picture not in collection.corrections() and not (chart.reading and chart.reading.corrected):
        return []
    files = []
    for document in collection.documents_with(picture):
        path = Path(document.source)
        # A document in an archive or e-mail is read again with that.
        file = next((place for place in (path, *path.parents) if place.is_file()), None)
        if file is None:
            raise QueryError(
                f"{document.source} is gone, so its charts cannot be read again.",
                hint="Put the file back; until then the correction stays.",
            )
        files.append(file)
    with collection.writer() as writer:
        writer.uncorrect_chart(picture)
    return list(dict.fromkeys(files))


def picture_of(chart: Evidence) -> str:
    """The SHA-256 of a chart's picture. Raises `QueryError` for other evidence."""
    if chart.kind != "chart" or chart.image_path is None or not chart.bounds:
        raise QueryError(
            f"This {chart.kind} of {chart.source} has no picture, by which a correction could be kept.",
            hint="Correct charts that were read from a picture; others are read as their file says.",
        )
    return chart.image_path.stem


def _require_shown(collection: Collection, picture: str, chart: Evidence) -> None:
    if not collection.documents_with(picture):
        raise QueryError(
            f"The chart is no longer in {chart.source}.", hint="It was read anew or deleted meanwhile: look again."
        )
