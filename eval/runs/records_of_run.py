"""All records of a run, put together question by question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..datasets.item import Item
from ..datasets.own import read_items
from .checks import Answered, check_jobs
from .folder import RunFolder
from .manifest import Manifest
from .records import Key, RecordLog
from .stages import ANSWER, RETRIEVE
from .stored_evidence import EvidenceStore

Record = Mapping[str, Any]


@dataclass(frozen=True)
class RunRecords:
    """What a run holds about the questions asked, in the order of the data set.

    `stages` maps a stage of asking to the records by question; those of questions that failed have an `error`,
    those of a rung that cannot be had say `impossible`. `checks` likewise.
    """

    items: Sequence[Item]
    stages: Mapping[str, Mapping[str, Record]]
    checks: Mapping[str, Mapping[str, Record]]
    times: Mapping[str, Mapping[str, Record]]
    store: EvidenceStore

    @classmethod
    def read(cls, folder: RunFolder, manifest: Manifest) -> RunRecords:
        """Read the files. Raises `RunDamaged`, `InvalidDataset`."""
        items = read_items(folder.dataset)[: manifest.limit]
        settings = manifest.settings_hash
        asked = {**RecordLog(folder.retrieval).read(), **RecordLog(folder.answers).read()}
        stages: dict[str, dict[str, Record]] = {}
        for key, record in asked.items():
            if key.settings == settings:
                stages.setdefault(key.stage, {})[key.item] = record
        times: dict[str, dict[str, Record]] = {}
        for key, record in RecordLog(folder.times).read().items():
            if key.settings == settings:
                times.setdefault(key.stage, {})[key.item] = record
        store = EvidenceStore(folder.evidence)
        checks = _checks(RecordLog(folder.checks).read(), said(items, stages.get(ANSWER, {})), store, manifest)
        return cls(items, stages, checks, times, store)

    def retrievals(self) -> Mapping[str, Record]:
        """The retrieval of each question."""
        return self.stages.get(RETRIEVE, {})

    def answers(self, rung: str = ANSWER) -> Mapping[str, Record]:
        """The answer to each question on a rung."""
        return self.stages.get(rung, {})

    def said(self) -> list[Answered]:
        """The answers proper that say something, in the order of the data set."""
        return said(self.items, self.answers())

    def missing(self, stage: str) -> int:
        """How many questions have no record of a stage."""
        known = self.stages.get(stage, {})
        return sum(item.id not in known for item in self.items)


def said(items: Sequence[Item], answers: Mapping[str, Record]) -> list[Answered]:
    """The answers that say something, in the order of the items."""
    records = [(item.id, answers.get(item.id)) for item in items]
    return [
        Answered(id_, record)
        for id_, record in records
        if record is not None and "error" not in record and not record["abstained"]
    ]


def _checks(
    known: Mapping[Key, Record], answers: Sequence[Answered], store: EvidenceStore, manifest: Manifest
) -> dict[str, dict[str, Record]]:
    """The checks of the answers as they are now, of all that were ever made."""
    found: dict[str, dict[str, Record]] = {}
    for job in check_jobs(answers, store, manifest.options["seed"]):
        if job.key in known:
            found.setdefault(job.key.stage, {})[job.key.item] = known[job.key]
    return found
