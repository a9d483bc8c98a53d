"""One peer over given texts, in an environment of its own: run by path, imports nothing of Chartwell.

    PYTHON peer_systems.py {langchain,llamaindex,txtai} JOB.json

The job holds `model` (a folder of sentence-transformers), `pieces` (key, text), `questions` and `depth`. The last line
printed is JSON: `version`, `index_seconds` with the model loaded before, `query_seconds`, `query_processor_seconds` of
all questions, and `ranked`, keys a question. Each peer combines vectors and BM25 as its documentation shows, with its
defaults.
"""

import importlib.metadata
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

_WARM_UP = 5

Search = Callable[[str], list[int]]
"""A question -> numbers of pieces, best first."""
Build = Callable[[Sequence[str]], Search]


def main() -> None:
    """Index, ask, print."""
    name, job = sys.argv[1], json.loads(Path(sys.argv[2]).read_text("utf-8"))
    package, prepare = _PEERS[name]
    build = prepare(job["model"], job["depth"])
    keys = [key for key, _ in job["pieces"]]
    started = time.perf_counter()
    search = build([text for _, text in job["pieces"]])
    index_seconds = time.perf_counter() - started
    for question in job["questions"][:_WARM_UP]:
        search(question)
    seconds, ranked, spent = [], [], time.process_time()
    for question in job["questions"]:
        started = time.perf_counter()
        found = search(question)
        seconds.append(time.perf_counter() - started)
        ranked.append([keys[number] for number in found])
    spent = time.process_time() - spent
    times = {"index_seconds": index_seconds, "query_seconds": seconds, "query_processor_seconds": spent}
    print(json.dumps({"version": importlib.metadata.version(package), **times, "ranked": ranked}))


def _encoder(model: str) -> Any:  # noqa: ANN401 - this environment's sentence-transformers
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(model, device="cpu")
    encoder.encode(["load the model"])
    return encoder


def _vectors(encoder: Any, texts: list[str]) -> list[list[float]]:  # noqa: ANN401 - as above
    vectors: list[list[float]] = encoder.encode(texts, normalize_embeddings=True, show_progress_bar=False).tolist()
    return vectors


def _langchain(model: str, depth: int) -> Build:
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_community.vectorstores import FAISS
    from langchain_core.embeddings import Embeddings

    encoder = _encoder(model)

    class MiniLM(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return _vectors(encoder, texts)

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    def build(texts: Sequence[str]) -> Search:
        numbers = [{"number": number} for number in range(len(texts))]
        vectors = FAISS.from_texts(list(texts), MiniLM(), metadatas=numbers).as_retriever(search_kwargs={"k": depth})
        lexical = BM25Retriever.from_texts(list(texts), metadatas=numbers, k=depth)
        both = EnsembleRetriever(retrievers=[lexical, vectors], weights=[0.5, 0.5])
        return lambda question: [document.metadata["number"] for document in both.invoke(question)]

    return build


def _llamaindex(model: str, depth: int) -> Build:
    from llama_index.core import Settings, VectorStoreIndex
    from llama_index.core.embeddings import BaseEmbedding
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.core.schema import TextNode
    from llama_index.retrievers.bm25 import BM25Retriever

    encoder = _encoder(model)
    Settings.llm = None

    class MiniLM(BaseEmbedding):  # type: ignore[misc]  # its package is not in Chartwell's environment
        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return _vectors(encoder, texts)

        def _get_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

    def build(texts: Sequence[str]) -> Search:
        nodes = [TextNode(text=text, id_=str(number)) for number, text in enumerate(texts)]
        vectors = VectorStoreIndex(nodes, embed_model=MiniLM()).as_retriever(similarity_top_k=depth)
        lexical = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=min(depth, len(nodes)))
        both = QueryFusionRetriever(
            [vectors, lexical], similarity_top_k=depth, num_queries=1, mode="reciprocal_rerank", use_async=False
        )
        return lambda question: [int(found.node.node_id) for found in both.retrieve(question)]

    return build


def _txtai(model: str, depth: int) -> Build:
    from txtai import Embeddings

    embeddings = Embeddings({"path": model, "method": "sentence-transformers", "hybrid": True, "gpu": False})
    embeddings.index([(0, "load the model", None)])

    def build(texts: Sequence[str]) -> Search:
        embeddings.index([(number, text, None) for number, text in enumerate(texts)])
        return lambda question: [number for number, _ in embeddings.search(question, depth)]

    return build


_PEERS: dict[str, tuple[str, Callable[[str, int], Build]]] = {
    "langchain": ("langchain-classic", _langchain),
    "llamaindex": ("llama-index-core", _llamaindex),
    "txtai": ("txtai", _txtai),
}

if __name__ == "__main__":
    main()
