"""Archives and e-mails whose members are being indexed: each is committed itself once the last member is settled.

That order makes a run that stops in between harmless: a container that the collection does not know in its present
form is opened again, and what of it was committed is then found unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .preparation import Prepared, Task
from .report import FileEntry

LOOK_AGAIN = -1
"""Instead of the time of change of a container of which something failed: the next run opens it again, as it tries
failed files again. No file has this time."""


@dataclass(slots=True)
class OpenContainer:
    """A container and what has become of its members so far."""

    task: Task
    prepared: Prepared
    sources: tuple[str, ...]
    outstanding: set[str] = field(default_factory=set)
    kept: int = 0
    left_out: int = 0
    failed: bool = False

    @property
    def note(self) -> str:
        """What the ledger says about the members."""
        total = self.kept + self.left_out
        files = f"{total} {'file' if total == 1 else 'files'}"
        return f"contains {files}, {self.left_out} of them left out" if self.left_out else f"contains {files}"

    def settled(self) -> Prepared:
        """The container's own document, ready to be committed."""
        if not self.failed:
            return self.prepared
        return replace(self.prepared, document=replace(self.prepared.document, mtime_ns=LOOK_AGAIN))


class OpenContainers:
    """All containers that wait for members."""

    def __init__(self) -> None:
        self._by_member: dict[str, OpenContainer] = {}
        self._failed: set[str] = set()

    def open(self, task: Task, prepared: Prepared) -> OpenContainer:
        """Begin to wait for the members of a container."""
        sources = tuple(f"{task.source}/{member.name}" for member in prepared.members)
        container = OpenContainer(task, prepared, sources, set(sources))
        self._by_member.update(dict.fromkeys(sources, container))
        return container

    def settle(self, entry: FileEntry, *, in_collection: bool) -> OpenContainer | None:
        """Take in what became of a file; returns its container where it was the last member of one."""
        container = self._by_member.pop(entry.source, None)
        if container is None:
            return None
        container.outstanding.discard(entry.source)
        failed = entry.status == "failed" or entry.source in self._failed
        container.failed = container.failed or failed
        if in_collection:
            container.kept += 1
        elif entry.code != "hidden":
            container.left_out += 1
        if container.outstanding:
            return None
        if container.failed:
            self._failed.add(container.task.source)
        return container
