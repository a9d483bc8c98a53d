"""Measuring retrieval and answers.

    from chartwell import Chartwell
    from chartwell.eval import compare, evaluate

    with Chartwell.open("kb") as cw:
        run = evaluate(cw, "questions.jsonl", "runs/first")
    print(run.summary["metrics"]["document.nDCG@10"])
    print(compare("runs/before", run).to_dict()["differences"])

Names load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .comparison.comparison import Comparison, compare
    from .datasets.feedback import from_feedback
    from .datasets.item import Item, Relevant
    from .datasets.own import read_items, write_items
    from .runs.jobs import Cancelled
    from .runs.run import Run, evaluate, rescore
    from .runs.runner import RunOptions

__all__ = [
    "Cancelled",
    "Comparison",
    "Item",
    "Relevant",
    "Run",
    "RunOptions",
    "compare",
    "evaluate",
    "from_feedback",
    "read_items",
    "rescore",
    "write_items",
]

_HOME = {
    "Cancelled": ".runs.jobs",
    "Comparison": ".comparison.comparison",
    "Item": ".datasets.item",
    "Relevant": ".datasets.item",
    "Run": ".runs.run",
    "RunOptions": ".runs.runner",
    "compare": ".comparison.comparison",
    "evaluate": ".runs.run",
    "from_feedback": ".datasets.feedback",
    "read_items": ".datasets.own",
    "rescore": ".runs.run",
    "write_items": ".datasets.own",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
