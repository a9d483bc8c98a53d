"""Chartwell as a LangChain retriever, so that it drops into existing chains."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from .evidence import Evidence

Search = Callable[[str, int], Sequence[Evidence]]


class ChartwellRetriever(BaseRetriever):
    """Returns evidence as LangChain documents: the text as content, the rest of `Evidence.to_dict()` as metadata.

    `search` is called with the question and `top_k`, for example
    `ChartwellRetriever(search=lambda question, k: chartwell.search(question, top_k=k))`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search: Search
    top_k: int = 10

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain's interface
    ) -> list[LangChainDocument]:
        return [to_langchain(evidence) for evidence in self.search(query, self.top_k)]


def to_langchain(evidence: Evidence) -> LangChainDocument:
    """Evidence as a LangChain document."""
    metadata = evidence.to_dict()
    return LangChainDocument(page_content=metadata.pop("text"), metadata=metadata)
