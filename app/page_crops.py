"""Pictures of evidence: the page or chart it stands on, with the matching regions marked."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from ..errors import InputError, UnreadableFile
from ..generation.answer import Answer
from ..retrieval.evidence_pictures import highlighted

logger = logging.getLogger(__name__)


def write_crops(answer: Answer, folder: Path) -> dict[int, Path]:
    """Write a PNG for each cited piece of evidence that has a page or picture; the paths by evidence number.

    A document that has changed since has no picture, and the log says so. Raises `UnreadableFile` where the folder
    cannot be written.
    """
    written: dict[int, Path] = {}
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for number in answer.cited:
        picture = _picture(answer, number) if 1 <= number <= len(answer.evidence) else None
        if picture is not None:
            evidence = answer.evidence[number - 1]
            name = re.sub(r"[^\w.-]+", "-", Path(evidence.source).stem)[:60]
            page = f"-p{evidence.page}" if evidence.page else ""
            written[number] = folder / f"{number:02d}-{name}{page}.png"
            with _writing(folder):
                picture.save(written[number])
    return written


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnreadableFile(
            f"{folder} cannot be written: {error.strerror or error}.", hint="Name another folder for the pictures."
        ) from error


def _picture(answer: Answer, number: int) -> Image.Image | None:
    evidence = answer.evidence[number - 1]
    bound = [citation.region.region for citation in answer.citations if citation.region and citation.number == number]
    deciding = bound or [claim.region.region for claim in answer.claims if claim.region and number in claim.citations]
    regions = deciding or [region.region for region in evidence.regions]
    try:
        # A caption's region is the whole figure: marking everything marks nothing.
        return highlighted(evidence, [region for region in regions if region not in evidence.bounds])
    except InputError as error:
        logger.error("There is no picture of [%d]: %s", number, error)  # noqa: TRY400 - the trace tells no more
        return None
