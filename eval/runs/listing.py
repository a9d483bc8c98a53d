"""The runs that lie in a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ...errors import ChartwellError, RunIncomplete
from .folder import RunFolder
from .manifest import Manifest
from .run import Run

RunState = Literal["scored", "open", "damaged"]
_DEEPEST = 2


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run as a list shows it. `name` is its path below the folder, `reason` why it cannot be read.

    `headline` are the means of its headline metrics, `finished_at` is in seconds since 1970.
    """

    name: str
    path: Path
    state: RunState
    dataset: str = ""
    questions: int = 0
    finished_at: float | None = None
    headline: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


def list_runs(folder: Path) -> list[ListedRun]:
    """The runs in a folder and its subfolders, the one scored last first; nothing wrong with one hides the others.

    A folder that may not be looked into is listed as damaged.
    """
    found = [one for path in _inside(folder) for one in _runs_at(path, folder, _DEEPEST)]
    return sorted(found, key=lambda run: (-(run.finished_at or 0.0), run.name))


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _runs_at(path: Path, top: Path, depth: int) -> Iterator[ListedRun]:
    try:
        is_run = RunFolder(path).manifest.is_file()
        below = _inside(path) if depth > 1 and not is_run else []
    except OSError as error:
        yield ListedRun(path.relative_to(top).as_posix(), path, "damaged", reason=error.strerror or str(error))
        return
    if is_run:
        yield _listed(path, top)
    for one in below:
        yield from _runs_at(one, top, depth - 1)


def _listed(path: Path, folder: Path) -> ListedRun:
    name = path.relative_to(folder).as_posix()
    try:
        manifest = Manifest.read(RunFolder(path).manifest)
        dataset, questions = Path(manifest.dataset["path"]).name, manifest.limit or int(manifest.dataset["items"])
    except (ChartwellError, KeyError, TypeError, ValueError) as error:
        return ListedRun(name, path, "damaged", reason=_told(error))
    try:
        run = Run.open(path)
        measured = run.summary["metrics"]
        headline = {metric: float(measured[metric]["mean"]) for metric in run.summary["headline"]}
        finished = run.folder.summary.stat().st_mtime
        questions = min(questions, int(run.summary["items"]))
    except RunIncomplete:
        return ListedRun(name, path, "open", dataset, questions)
    except (ChartwellError, OSError, KeyError, TypeError, ValueError) as error:
        return ListedRun(name, path, "damaged", dataset, questions, reason=_told(error))
    return ListedRun(name, path, "scored", dataset, questions, finished, headline)


def _told(error: Exception) -> str:
    return error.message if isinstance(error, ChartwellError) else f"{type(error).__name__}: {error}"
