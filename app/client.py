"""The SDK: one object over a collection."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ..errors import ModelUnavailable, QueryError
from ..eval.runs.system import Description
from ..generation.answer import Answer, AnswerEvent
from ..generation.answerer import Answerer
from ..generation.conversation import Turn
from ..indexing.collection import Collection, Recall, Space
from ..indexing.discovery import find_files, source_name
from ..indexing.documents import ChartReading, Document, Metadata, NodeKind
from ..indexing.encoders.protocols import ImageEncoder, TextEncoder
from ..indexing.ledger import LedgerEntry
from ..indexing.node_encoding import TEXT_SPACE, NodeEncoder, text_fingerprint
from ..indexing.overlong_nodes import overlong_note
from ..indexing.pipeline import Pipeline
from ..indexing.report import FileEntry, IndexReport, OnEvent, ReindexReport
from ..indexing.tuned_models import ModelKind
from ..indexing.vector_coverage import IMAGE_SPACE
from ..indexing.verification import Encode, VerifyReport
from ..retrieval.evidence import Evidence
from ..retrieval.evidence_assembly import assemble_evidence
from ..retrieval.learning.report import OnTuneEvent, TuneReport
from ..retrieval.neighbours import Hit
from ..retrieval.query import Where
from ..retrieval.retriever import Retrieval, Retriever
from . import chart_corrections, components
from .decoding import chat_model
from .description import describe
from .file_metadata import metadata_by_source
from .settings import Settings
from .source_patterns import absolute_sources
from .tuning import DEFAULT_MINUTES, TuneRequest, Tuning, untune

if TYPE_CHECKING:
    from ..generation.decoders.vllm.chat import VllmChat
    from ..generation.langchain import ChartwellChain

PathLike = str | os.PathLike[str]


class Chartwell:
    """A collection of documents that can be indexed, searched and asked.

    Usable as a context manager and from several threads; models load on first use.

        with Chartwell.open("kb") as cw:
            report = cw.index(["reports/"])
            for hit in cw.search("net sales by region", top_k=5):
                print(hit.source, hit.page, hit.text)
    """

    def __init__(self, collection: Collection, settings: Settings) -> None:
        self.collection = collection
        self.settings = settings

    @classmethod
    def open(
        cls,
        path: PathLike,
        *,
        create: bool = True,
        settings: Settings | None = None,
        check_encoder: bool = True,
        **arguments: Any,  # noqa: ANN401 - nested settings
    ) -> Self:
        """Open a collection folder; it is created if missing, unless `create` is false.

        `arguments` override settings, for example `encoder={"device": "cuda"}`. Raises `SettingsError`,
        `NotACollection`, `SchemaTooNew`, `CollectionDamaged`, and `EncoderMismatch` where the collection's vectors
        were made by another encoder (unless `check_encoder` is false, which `reindex` needs).
        """
        chosen = settings if settings is not None else Settings.load(**arguments)
        client = cls(Collection.open(path, create=create, index_factory=chosen.index.faiss_index), chosen)
        if check_encoder:
            try:
                client.require_encoders()
            except BaseException:  # whatever it was: nobody gets this client to close it
                client.close()
                raise
        return client

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release files and connections."""
        chat: VllmChat | None = self.__dict__.pop("_chat", None)
        if chat is not None:
            chat.close()
        self.collection.close()

    def index(
        self,
        paths: Iterable[PathLike] | PathLike,
        *,
        metadata: Metadata | Mapping[str, Metadata] | None = None,
        force: bool = False,
        prune: bool = False,
        on_event: OnEvent | None = None,
        cancel: threading.Event | None = None,
    ) -> IndexReport:
        """Index files and folders; unchanged files are left alone, changed ones replaced.

        `metadata` is given to every file, or by path to single ones. `force` parses unchanged files again. `prune`
        deletes documents below the given folders whose files are gone. `on_event` hears of every step, `cancel`
        stops the run from another thread; what was committed stays. Raises `CollectionLocked`, `EncoderMismatch`,
        `ModelUnavailable`, `StorageFull`, and `QueryError` for metadata that is neither text nor a number; what is
        wrong with single files stands in the report.
        """
        given = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
        files = list(find_files(given))
        pipeline = Pipeline(
            self.collection,
            self.text_encoder,
            self.image_encoder,
            components.worker_options(self.settings, self.text_encoder),
            workers=self.settings.index.workers,
        )
        by_source = metadata_by_source(metadata, [file.source for file in files])
        report = pipeline.run(files, metadata=by_source, force=force, on_event=on_event, cancel=cancel)
        if prune and not report.cancelled:
            report.entries.extend(self._prune(given, {file.source for file in files}))
        return report

    def search(
        self,
        question: str | Sequence[str],
        top_k: int = 10,
        where: Where | None = None,
        *,
        diversity: float | None = None,
    ) -> list[Evidence]:
        """The best evidence for a question, best first. Raises `QueryError`.

        Several questions, such as the parts of one, are searched for together: each keeps its own best evidence.
        `diversity` from 0 to 1 prefers evidence unlike that before it; None leaves that to the settings.
        """
        return list(self.retrieve(question, top_k, where, diversity=diversity).evidence)

    def retrieve(
        self,
        question: str | Sequence[str],
        top_k: int = 10,
        where: Where | None = None,
        *,
        diversity: float | None = None,
    ) -> Retrieval:
        """Like `search`, with the time that each stage took, and `explanation`: why the evidence came back."""
        return self.retriever.retrieve(question, top_k=top_k, where=absolute_sources(where), diversity=diversity)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        where: Where | None = None,
        top_k: int | None = None,
    ) -> Answer:
        """Answer a question from the documents, or say that they do not tell. Raises `QueryError`, `DecoderError`."""
        depth = self._depth(top_k)
        return self._answerer.answer(question, history=history, where=absolute_sources(where), top_k=depth)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        where: Where | None = None,
        top_k: int | None = None,
        cancel: threading.Event | None = None,
    ) -> Iterator[AnswerEvent]:
        """Like `ask`, event by event: retrieval, tokens, citations, verdicts, done. `cancel` stops the writing."""
        depth = self._depth(top_k)
        scope = absolute_sources(where)
        return self._answerer.stream(question, history=history, where=scope, top_k=depth, cancel=cancel)

    def _depth(self, top_k: int | None) -> int:
        """Pieces of evidence to answer from."""
        if top_k is None:
            return self.settings.answer.evidence
        if not isinstance(top_k, int) or top_k < 1:
            raise QueryError(
                f"An answer cannot be found in {top_k!r} pieces of evidence.",
                hint="Give a whole number from 1 on; without one the setting `answer.evidence` holds.",
            )
        return top_k

    def resampled(self, number: int) -> Self:
        """The same with the decoder's seed moved on by `number`, so that a model that samples answers anew.

        It shares the models and the collection of this one, which alone is to be closed.
        """
        decoder = self.settings.decoder
        moved = decoder.model_copy(update={"seed": (decoder.seed or 0) + number})
        other = type(self)(self.collection, self.settings.model_copy(update={"decoder": moved}))
        for shared in ("text_encoder", "image_encoder", "retriever", "_chat"):
            other.__dict__[shared] = getattr(self, shared)
        return other

    def as_runnable(self) -> ChartwellChain:
        """Search and answer as one LangChain Runnable."""
        from ..generation.langchain import ChartwellChain

        return ChartwellChain(self.stream)

    def browse(self, kind: NodeKind, *, offset: int = 0, limit: int = 100) -> list[Evidence]:
        """The passages, tables or charts of the collection in the order of their documents, without a question."""
        ids = self.collection.node_ids(kind, offset=offset, limit=limit)
        nodes = self.collection.nodes(ids)
        hits = [Hit(nodes[one], (nodes[one],), 0.0, {}, ()) for one in ids if one in nodes]
        return [evidence for _, evidence in assemble_evidence(self.collection, hits, None)]

    def documents(self, where: Where | None = None) -> list[Document]:
        """The documents of the collection, by source."""
        return self.collection.documents(absolute_sources(where))

    def correct_chart(self, chart: Evidence, reading: ChartReading) -> tuple[str, ...]:
        """Correct by hand what was read from a chart; the sources of the documents that show its picture.

        `reading` is `chart.reading` with changes, its boxes on the page. Answers and checks use it from now on; values
        that differ from before say `how = "corrected"`. It is kept by the picture's content: documents that are read
        again, or indexed later, have it as well. Raises `QueryError`, `EncoderMismatch`, `CollectionLocked`.
        """
        self.require_encoders()
        return chart_corrections.correct(self.collection, self.text_encoder, chart, reading)

    def uncorrect_chart(self, chart: Evidence) -> IndexReport:
        """Take a correction back: the documents that show the chart are read again. Raises `QueryError`."""
        return self.index(chart_corrections.forget(self.collection, chart), force=True)

    def describe(self) -> Description:
        """What searches and answers depend on: documents, settings (without secrets) and models, by hash."""
        return describe(self.collection, self.settings, self.text_encoder, self.image_encoder, self.retriever)

    def delete(self, source: PathLike) -> bool:
        """Remove a document, by its source or by a path to it, with those inside it; false where there is none."""
        with self.collection.writer() as writer:
            return writer.delete(os.fspath(source)) or writer.delete(source_name(source))

    def ledger(self, *, run: int | None = None, limit: int | None = None) -> list[LedgerEntry]:
        """What became of every file and figure, in the order of its recording: of all runs, or of one.

        `limit` gives only the last entries; "unchanged" is told for the last run alone.
        """
        return self.collection.ledger(run=run, limit=limit)

    def verify(self, *, repair: bool = False) -> VerifyReport:
        """Check every invariant of the store; with `repair`, mend what can be mended.

        Lost vectors are made again where the encoder in the settings is the one that made the others.
        """
        report = self.collection.verify(repair=repair, encoder_of=self._encoder_of)
        return replace(report, notes=(*report.notes, *self._overlong_notes()))

    def recall(self, *, questions: int = 100, k: int = 10) -> list[Recall]:
        """How many of the `k` nearest nodes the vector indexes find, space by space, against exact search.

        Asked with up to `questions` sentences of the collection's own, spread over it. Raises `ModelUnavailable`, and
        `EncoderMismatch` as `open` does.
        """
        self.require_encoders()
        nodes = self.collection.sample_nodes(questions)
        sentences = [max((part.text for part in node.parts), key=len, default=node.text) for node in nodes]
        encoders = {"text": self.text_encoder, "image": self.image_encoder}
        return [
            self.collection.recall(encoder.encode_queries(sentences), k=k, space=space)
            for space, encoder in encoders.items()
            if encoder is not None and sentences and space in self.collection.spaces()
        ]

    def reindex(self) -> ReindexReport:
        """Encode with the configured encoders what they have not encoded.

        Needed after a change of encoder; open with `check_encoder=False`. Searches keep the old vectors until the end.
        A space that lacks some nodes, because an encoder was set later than they were indexed, is completed. Nodes
        stay as they were cut: the report warns of those that are longer than the text encoder reads.
        """
        encoder = NodeEncoder(self.collection, self.text_encoder, self.image_encoder)
        with self.collection.writer() as writer:
            encoded = {
                space.name: writer.replace_space(space, partial(encoder.encode_space, space))
                for space in encoder.spaces()
            }
        return ReindexReport(encoded, self._overlong_notes())

    def tune_reranker(
        self,
        questions: PathLike | None = None,
        *,
        minutes: float = DEFAULT_MINUTES,
        seed: int = 0,
        on_event: OnTuneEvent | None = None,
        cancel: threading.Event | None = None,
    ) -> TuneReport:
        """Fit a cross-encoder to the collection, and adopt it where it ranks better than the present fine stage.

        `questions` is a file of JSON lines `{"id", "question", "relevant": [{"source", "page"}]}`; without it,
        questions are made from the collection: titles, captions, headings and sentences ask for the rest of what they
        stand in. It is adopted where nDCG@10 on questions about documents that it was not trained on is better with
        p < 0.05; from then on it ranks where `retrieval.reranker` is `auto`. `on_event` hears of every step; `cancel`
        ends it from another thread and leaves the collection as it was. Raises `NothingToLearn`, `SettingsError`
        naming what is wrong with the file, `ModelUnavailable`, `CollectionLocked`, `StorageFull`.
        """
        return self._tuned(Tuning.tune_reranker, questions, minutes, seed, on_event, cancel)

    def tune_encoder(
        self,
        questions: PathLike | None = None,
        *,
        minutes: float = DEFAULT_MINUTES,
        seed: int = 0,
        on_event: OnTuneEvent | None = None,
        cancel: threading.Event | None = None,
    ) -> TuneReport:
        """The same for the text encoder; where it is adopted, it encodes all nodes, which may take longer than that."""
        return self._tuned(Tuning.tune_encoder, questions, minutes, seed, on_event, cancel)

    def untune(self, kind: ModelKind) -> bool:
        """Remove the tuned "reranker" or "encoder"; false where there is none. For the encoder all is encoded anew."""
        removed = untune(self.collection, self.settings, kind)
        self._forget_models()
        return removed

    def configure(self, settings: Settings) -> None:
        """Go on with other settings. What is under way ends with the old ones; other encoders need a `reindex`."""
        self.settings = settings
        self._forget_models()
        self.__dict__.pop("_chat", None)  # closes its connections when nobody holds it any more

    @cached_property
    def text_encoder(self) -> TextEncoder:
        """The text encoder: the collection's own where one was tuned, else the configured one."""
        own = components.own_text_encoder(self.collection, self.settings.encoder)
        return own or components.text_encoder(self.settings.encoder)

    @cached_property
    def image_encoder(self) -> ImageEncoder | None:
        """The configured image encoder."""
        return components.image_encoder(self.settings.encoder, self.text_encoder)

    @cached_property
    def retriever(self) -> Retriever:
        """The two stages of search."""
        return components.retriever(self.collection, self.text_encoder, self.image_encoder, self.settings)

    @cached_property
    def _answerer(self) -> Answerer:
        return components.answerer(self.collection, self.retriever, self.text_encoder, self._chat, self.settings)

    @cached_property
    def _chat(self) -> VllmChat | None:
        return chat_model(self.settings.decoder)

    def _encoder_of(self, space: Space) -> Encode | None:
        """The encoder that made the vectors of a space, if it is the one in the settings."""
        try:
            encoder = NodeEncoder(self.collection, self.text_encoder, self.image_encoder)
            ours = any(one.name == space.name and one.fingerprint == space.fingerprint for one in encoder.spaces())
        except ModelUnavailable:
            return None  # the report then says that the encoder is needed
        return partial(encoder.encode_space, space) if ours else None

    def _overlong_notes(self) -> tuple[str, ...]:
        space = self.collection.spaces().get(TEXT_SPACE)
        try:
            if space is None or space.fingerprint != text_fingerprint(self.text_encoder):
                return ()
            note = overlong_note(self.collection, self.text_encoder)
        except ModelUnavailable:
            return ()  # verifying needs no model; search and index raise this again
        return (note,) if note else ()

    def _tuned(
        self,
        tune: Callable[[Tuning], TuneReport],
        questions: PathLike | None,
        minutes: float,
        seed: int,
        on_event: OnTuneEvent | None,
        cancel: threading.Event | None,
    ) -> TuneReport:
        request = TuneRequest(
            Path(questions) if questions is not None else None,
            minutes,
            seed,
            on_event or (lambda _: None),
            cancel or threading.Event(),
        )
        tuning = Tuning(self.collection, self.settings, self.retriever.candidates, self.text_encoder, request)
        report = tune(tuning)
        if report.adopted:
            self._forget_models()
        return report

    def _forget_models(self) -> None:
        """The next search finds out anew which models serve."""
        for name in ("text_encoder", "image_encoder", "retriever", "_answerer"):
            self.__dict__.pop(name, None)

    def require_encoders(self) -> None:
        """Raise `EncoderMismatch` where the collection's vectors were made by another encoder than the configured."""
        spaces = self.collection.spaces()
        if not spaces:
            return
        try:
            made_by = {TEXT_SPACE: text_fingerprint(self.text_encoder)}
            if self.image_encoder is not None:
                made_by[IMAGE_SPACE] = self.image_encoder.fingerprint
            for name, fingerprint in made_by.items():
                if name in spaces:
                    # The stored dimension: of some models only the loaded one knows it, and fingerprints tell enough.
                    self.collection.require_space(replace(spaces[name], fingerprint=fingerprint))
        except ModelUnavailable:
            return  # browsing needs no model; search and index raise this again

    def _prune(self, given: Sequence[PathLike], found: set[str]) -> list[FileEntry]:
        folders = [source_name(path).rstrip("/") + "/" for path in given if Path(path).is_dir()]
        gone = [
            document.source
            for document in self.collection.documents()
            if any(document.source.startswith(folder) for folder in folders)
            and found.isdisjoint([document.source, *map(str, PurePosixPath(document.source).parents)])
        ]
        with self.collection.writer() as writer:
            # The last first: an archive, which takes along what is inside it, stands before that.
            deleted = [source for source in reversed(gone) if writer.delete(source)]
            entries = [FileEntry(source, "deleted", reason="its file is gone") for source in reversed(deleted)]
            last_run = self.collection.runs()[-1].id
            for entry in entries:
                writer.record(last_run, LedgerEntry(entry.source, entry.status, reason=entry.reason))
        return entries
