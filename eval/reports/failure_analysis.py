"""The questions that went worst: what was asked and said, what the checks made of it, what the evidence looks like."""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ...indexing.documents import Region
from ...retrieval.evidence import Evidence
from ...retrieval.evidence_pictures import highlighted
from ..datasets.item import Item
from ..runs.headline import headline, most_telling
from ..runs.ladder import ladders
from ..runs.records_of_run import Record
from ..runs.stages import RIGHT_DOCUMENT, RIGHT_PAGE
from .figures import value
from .model import ClaimShown, Failure, Picture

if TYPE_CHECKING:
    from PIL.Image import Image

    from ..runs.run import Run

logger = logging.getLogger(__name__)

WORST = 20
_WIDEST, _HIGHEST = 720, 560
_QUALITY = 72
_MOST_FOUND = 5
_LONGEST = 700


def failures(run: Run, count: int = WORST) -> tuple[str, list[Failure]]:
    """The metric that they are chosen by, and the `count` worst questions in it, worst first."""
    measured = [name for name, one in run.summary["metrics"].items() if one["n"]]
    by = most_telling(measured)
    if by is None:
        return "", []
    lost = _losses(run)
    known = [(one, item) for item in run.items if (one := run.scores[item.id].get(by)) is not None]
    worst = sorted(known, key=lambda pair: (pair[0], -lost.get(pair[1].id, ("", 0.0))[1], pair[1].id))[:count]
    names = headline(measured)
    return by, [_failure(run, item, names, lost.get(item.id, ("", 0.0))[0]) for _, item in worst]


def _losses(run: Run) -> dict[str, tuple[str, float]]:
    """Where each question lost most, in token F1."""
    found = ladders(run.records, run.summary["language"], ["token_f1"])
    return {
        item: max(((name, loss) for name, loss in losses.items()), key=lambda pair: pair[1])
        for item, losses in (found[0].items.items() if found else ())
        if losses
    }


def _failure(run: Run, item: Item, names: Sequence[str], lost: str) -> Failure:
    record = run.answers.get(item.id)
    scores = run.scores[item.id]
    hits = run.records.retrievals().get(item.id, {}).get("hits", [])
    return Failure(
        item.id,
        item.question,
        item.answers,
        "" if record is None else record.get("text", ""),
        _outcome(record),
        [(name, value(scores[name])) for name in names if scores.get(name) is not None],
        lost,
        [ClaimShown(one["text"], one["verdict"], one["reason"]) for one in (record or {}).get("claims", ())],
        [_place(hit) for hit in hits[:_MOST_FOUND]],
        list(_pictures(run, item, record)),
    )


def _outcome(record: Record | None) -> str:
    if record is None:
        return "not asked"
    if "error" in record:
        return f"failed: {record['error']['message']}"
    return "abstained" if record["abstained"] else "answered"


def _place(hit: Mapping[str, Any]) -> str:
    page = f", page {hit['page']}" if hit["page"] else ""
    return f"{PurePosixPath(hit['source']).name}{page} ({hit['kind']})"


def _pictures(run: Run, item: Item, record: Record | None) -> Iterator[Picture]:
    """What the answer cites first, or else what was found first; and what it should have looked at."""
    shown: set[str] = set()
    for title, reference, regions in (*_looked_at(run, item, record), *_should_have(run, item)):
        if reference["key"] in shown:
            continue
        evidence = run.records.store.get(reference)
        shown.add(reference["key"])
        page = f", page {evidence.page}" if evidence.page else ""
        caption = f"{title}: {PurePosixPath(evidence.source).name}{page}"
        picture = _picture(evidence, regions)
        if picture is not None:
            yield Picture(caption, _address(picture))
        else:
            yield Picture(caption, text=evidence.text[:_LONGEST] + (" …" if len(evidence.text) > _LONGEST else ""))


_Look = tuple[str, Record, list[Region]]


def _looked_at(run: Run, item: Item, record: Record | None) -> Iterator[_Look]:
    if record is not None and record.get("claims"):
        for claim in record["claims"]:
            numbers = [number for number in claim["citations"] if 1 <= number <= len(record["evidence"])]
            if numbers:
                regions = [
                    Region.from_dict(other["region"])
                    for other in record["claims"]
                    if other["region"] and other["evidence"] == numbers[0]
                ]
                yield f"cited [{numbers[0]}]", record["evidence"][numbers[0] - 1], regions
                return
    top = run.records.retrievals().get(item.id, {}).get("top")
    if top is not None:
        yield "found first", top, [Region.from_dict(region) for region in top["regions"]]


def _should_have(run: Run, item: Item) -> Iterator[_Look]:
    for rung in (RIGHT_PAGE, RIGHT_DOCUMENT):
        evidence = run.records.answers(rung).get(item.id, {}).get("evidence")
        if evidence:
            yield "the right place", evidence[0], [Region.from_dict(region) for region in evidence[0]["regions"]]
            return


def _picture(evidence: Evidence, regions: Sequence[Region]) -> Image | None:
    try:
        return highlighted(evidence, [region for region in regions if region not in evidence.bounds])
    except (InputError, OSError) as error:
        logger.warning("There is no picture of %s: %s", evidence.source, error)
        return None


def _address(picture: Image) -> str:
    """A small JPEG as a data address."""
    small = picture.convert("RGB")
    small.thumbnail((_WIDEST, _HIGHEST))
    data = io.BytesIO()
    small.save(data, "JPEG", quality=_QUALITY, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(data.getvalue()).decode()
