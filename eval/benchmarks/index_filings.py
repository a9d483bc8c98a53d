"""Indexing PDFs against the raw steps: pypdfium2 text, then MiniLM over the same chunks in length-sorted batches.

    python -m chartwell.eval.benchmarks.index_filings --pdfs FOLDER

Each side runs in a process of its own, in turn, with its model loaded before the clock starts.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from ..machine import describe
from .measuring import ChildRun, median, print_table, run_child

_MODULE = "chartwell.eval.benchmarks.index_filings"


def main() -> None:
    """Parse the command line and run one side or the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pdfs", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--side", choices=["chartwell", "raw"])
    parser.add_argument("--collection", type=Path)
    arguments = parser.parse_args()
    if arguments.side == "chartwell":
        _chartwell(arguments.pdfs, arguments.collection)
    elif arguments.side == "raw":
        _raw(arguments.pdfs, arguments.collection)
    else:
        _compare(arguments.pdfs, arguments.runs)


def _chartwell(pdfs: Path, collection: Path) -> None:
    from ... import Chartwell

    with Chartwell.open(collection) as client:
        client.text_encoder.encode_documents(["load the model"])
        started = time.perf_counter()
        report = client.index([pdfs])
        seconds = time.perf_counter() - started
    pages = sum(entry.pages for entry in report.added)
    print(json.dumps({"seconds": seconds, "pages": pages, "nodes": report.nodes, "failed": len(report.failed)}))


def _raw(pdfs: Path, collection: Path) -> None:
    import pypdfium2

    from ... import Chartwell
    from ...indexing.encoders.weights import resolve_text_model

    with Chartwell.open(collection, create=False) as client:
        ids = [document.id for document in client.documents()]
        texts = [node.embedding_text for id_ in ids for node in client.collection.nodes_of(id_)]
        from sentence_transformers import SentenceTransformer

        resolved = resolve_text_model(client.settings.encoder.text_model, allow_download=False)
        model = SentenceTransformer(str(resolved.path), device="cpu")
    model.encode(["load the model"])
    started = time.perf_counter()
    for path in sorted(pdfs.glob("*.pdf")):
        with pypdfium2.PdfDocument(path) as document:
            for page in document:
                page.get_textpage().get_text_range()
    read = time.perf_counter() - started
    # `encode` sorts by length itself; 8 is the fastest batch on two cores.
    model.encode(texts, batch_size=8, normalize_embeddings=True)
    print(json.dumps({"seconds": time.perf_counter() - started, "text_seconds": read}))


def _compare(pdfs: Path, runs: int) -> None:
    ours: list[ChildRun] = []
    raw: list[ChildRun] = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            options = ("--pdfs", str(pdfs), "--collection", str(Path(folder) / "collection"))
            ours.append(run_child(_MODULE, *options, "--side", "chartwell"))
            raw.append(run_child(_MODULE, *options, "--side", "raw"))
    seconds, raw_seconds = median([r.result["seconds"] for r in ours]), median([r.result["seconds"] for r in raw])
    pages, nodes = ours[0].result["pages"], ours[0].result["nodes"]
    ratios = [
        ours_run.result["seconds"] / raw_run.result["seconds"] for ours_run, raw_run in zip(ours, raw, strict=True)
    ]
    print(f"{describe()}\npython -m {_MODULE} --pdfs {pdfs.name} --runs {runs}\n")
    print(f"{pages} pages, {nodes} nodes, {ours[0].result['failed']} failed; median of {runs} runs\n")
    print_table(
        ["", "seconds", "s/page", "peak memory, all processes"],
        [
            [
                "Chartwell",
                f"{seconds:.1f}",
                f"{seconds / pages:.3f}",
                f"{max(r.peak_bytes for r in ours) / 2**20:.0f} MiB",
            ],
            [
                "raw steps",
                f"{raw_seconds:.1f}",
                f"{raw_seconds / pages:.3f}",
                f"{max(r.peak_bytes for r in raw) / 2**20:.0f} MiB",
            ],
            ["ratio", f"{median(ratios):.2f}", "", ""],
        ],
    )


if __name__ == "__main__":
    main()
