"""A progress bar on standard error that follows the events of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, TextColumn


class CountedEvent(Protocol):
    """An event that tells how much is done, and of how much; 0 where the whole is not known."""

    @property
    def done(self) -> float:
        """What is done."""
        ...

    @property
    def total(self) -> float:
        """The whole."""
        ...


Event = TypeVar("Event", bound=CountedEvent)


@contextmanager
def event_progress(
    title: str, describe: Callable[[Event], str], *columns: ProgressColumn, enabled: bool
) -> Iterator[Callable[[Event], None]]:
    """Give what the events are to be handed to. `columns` stand behind the bar; silent unless `enabled`."""
    if not enabled:
        yield lambda _: None
        return
    every = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), *columns)
    with Progress(*every, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def on_event(event: Event) -> None:
            bar.update(task, completed=event.done, total=event.total or None, description=escape(describe(event)))

        yield on_event
