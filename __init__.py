"""Chartwell: self-hosted multimodal RAG that reads text, tables and charts and shows the evidence.

    from chartwell import Chartwell

    with Chartwell.open("kb") as cw:
        cw.index(["reports/"])
        print(cw.ask("How many customers did Northwind have in 2023?").text)

This module is the whole public surface; names load on first use, so importing it costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .app.client import Chartwell
    from .app.settings import Settings
    from .errors import ChartwellError
    from .generation.answer import Answer, Claim
    from .generation.grounding.checker import check
    from .generation.langchain import ChartwellChain
    from .indexing.report import IndexReport
    from .retrieval.evidence import Evidence
    from .retrieval.langchain import ChartwellRetriever
    from .retrieval.learning.report import TuneReport

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "Chartwell",
    "ChartwellChain",
    "ChartwellError",
    "ChartwellRetriever",
    "Claim",
    "Evidence",
    "IndexReport",
    "Settings",
    "TuneReport",
    "__version__",
    "check",
]

_HOME = {
    "Answer": ".generation.answer",
    "Chartwell": ".app.client",
    "ChartwellChain": ".generation.langchain",
    "ChartwellError": ".errors",
    "ChartwellRetriever": ".retrieval.langchain",
    "Claim": ".generation.answer",
    "Evidence": ".retrieval.evidence",
    "IndexReport": ".indexing.report",
    "Settings": ".app.settings",
    "TuneReport": ".retrieval.learning.report",
    "check": ".generation.grounding.checker",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
