"""`tune`: what the settings say, put together with what is learned, and what is adopted kept in the collection."""

from __future__ import annotations

import importlib.metadata
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

from .. import __version__
from ..errors import ModelUnavailable, NothingToLearn, SettingsError
from ..indexing.collection import Collection, Writer
from ..indexing.documents import Node
from ..indexing.durable_files import file_sha256
from ..indexing.encoders.multimodal_encoder import MultimodalEncoder
from ..indexing.encoders.protocols import TextEncoder, Vectors
from ..indexing.encoders.text_model_files import TextModelFiles
from ..indexing.encoders.weights import ResolvedModel, resolve_cross_encoder, resolve_text_model
from ..indexing.node_encoding import EncodingCancelled, NodeEncoder, text_fingerprint
from ..indexing.tuned_models import TRAINED_BESIDE, ModelKind
from ..retrieval.fusion import ReciprocalRankFusion, WeightedFusion
from ..retrieval.learning.cross_encoder_training import TrainingOptions
from ..retrieval.learning.encoder_training import EncoderTrainingOptions
from ..retrieval.learning.encoder_tuning import EncoderTuning
from ..retrieval.learning.example import CandidatesOf
from ..retrieval.learning.fine_stage import FineStage
from ..retrieval.learning.material import ExampleParts, given_material, made_material, pool_for
from ..retrieval.learning.pool import Pool, PoolRanking
from ..retrieval.learning.questions import known_questions
from ..retrieval.learning.report import Budget, OnTuneEvent, Origin, TuneEvent, TuneReport, TuningCancelled
from ..retrieval.learning.reranker_tuning import RerankerTuning
from ..retrieval.mentioned_documents import DocumentMentions
from ..retrieval.rerank.protocol import Reranker
from ..retrieval.signal_stage import SignalStage
from .components import text_encoder, tuned_text_encoder
from .reranking import alignment, reranker, untrained_reranker
from .settings import Settings
from .tuning_questions import judged_questions

DEFAULT_MINUTES = 15.0
_LOCK_SECONDS = 600.0
"""Waited for another writer: what was learned shall not be lost to a run of `index`."""
_PACKAGES = ("torch", "transformers", "sentence-transformers")


@dataclass(frozen=True, slots=True)
class TuneRequest:
    """What is asked for: `questions` with known evidence, None to make them, and the time it may take.

    `reranker` and `encoder` say how each is trained; their minutes, seed and device are set from elsewhere.
    """

    questions: Path | None = None
    minutes: float = DEFAULT_MINUTES
    seed: int = 0
    on_event: OnTuneEvent = field(default=lambda _: None)
    cancel: Event = field(default_factory=Event)
    reranker: TrainingOptions = field(default_factory=TrainingOptions)
    encoder: EncoderTrainingOptions = field(default_factory=EncoderTrainingOptions)


@dataclass(frozen=True)
class Tuning:
    """Tunes the models of an open collection; `candidates_of` and `encoder` are what its searches use."""

    collection: Collection
    settings: Settings
    candidates_of: CandidatesOf
    encoder: TextEncoder
    request: TuneRequest

    def tune_reranker(self) -> TuneReport:
        """See `Chartwell.tune_reranker`."""
        request, budget = self.request, self._budget()
        base, present = self._cross_encoder_base(), reranker(self.collection, self.encoder, self.settings)
        report = partial(TuneReport, "reranker", base=base.name, compared_with=present.name, origin=self._origin)
        tuning = RerankerTuning(
            base,
            present,
            untrained_reranker(self.collection, self.encoder, self.settings),
            alignment(self.collection, self.settings),
            self._stage,
            replace(request.reranker, device=self.settings.encoder.device, seed=request.seed),
            self.settings.reranker.batch_size,
        )
        try:
            parts, _ = self._material(budget)
            warnings = self._warnings(present, parts)
            with tempfile.TemporaryDirectory(prefix="chartwell-tune-") as folder:
                fitted = tuning.run(parts, Path(folder), budget, request.on_event, request.cancel)
                told = report(
                    fitted.verdict.better,
                    questions={**parts.counts, "trained_on": fitted.trained_on},
                    verdict=fitted.verdict,
                    weight=fitted.weight,
                    validation=fitted.validation,
                    steps=fitted.steps,
                    seconds=budget.spent,
                    warnings=warnings,
                )
                if told.adopted:
                    beside = {TRAINED_BESIDE: text_fingerprint(self.encoder)}
                    provenance = self._provenance(told, base) | {"max_tokens": fitted.max_tokens} | beside
                    with self._writer() as writer:
                        writer.adopt_reranker(partial(_copy, Path(folder)), provenance)
                return told
        except TuningCancelled:
            return report(adopted=False, questions={}, cancelled=True, seconds=budget.spent)

    def tune_encoder(self) -> TuneReport:
        """See `Chartwell.tune_encoder`."""
        request, budget = self.request, self._budget()
        base, present = self._encoder_base(), reranker(self.collection, self.encoder, self.settings)
        report = partial(TuneReport, "encoder", base=base.name, compared_with=self.encoder.name, origin=self._origin)
        options = replace(request.encoder, device=self.settings.encoder.device, seed=request.seed)
        try:
            parts, pool = self._material(budget)
            pool = pool or pool_for(self.collection, parts, self._ranking, budget)
            tuning = EncoderTuning(
                self.collection, base, self.encoder, self._tuned, pool, present, self._stage, options
            )
            vectors = self.collection.vectors([node.id for node in pool.nodes])
            with tempfile.TemporaryDirectory(prefix="chartwell-tune-") as folder:
                fitted = tuning.run(parts, vectors, Path(folder), budget, request.on_event, request.cancel)
                told = report(
                    fitted.verdict.better,
                    questions={**parts.counts, "trained_on": fitted.trained_on},
                    verdict=fitted.verdict,
                    validation=fitted.validation,
                    steps=fitted.steps,
                    seconds=budget.spent,
                )
                if told.adopted:
                    self._adopt_encoder(Path(folder), fitted.encoder, self._provenance(told, base))
                return told
        except (TuningCancelled, EncodingCancelled):
            return report(adopted=False, questions={}, cancelled=True, seconds=budget.spent)

    def _adopt_encoder(self, folder: Path, encoder: TextEncoder, provenance: Mapping[str, Any]) -> None:
        total, done = self.collection.node_count(), 0
        nodes = NodeEncoder(self.collection, encoder, None, cancelled=self.request.cancel.is_set)

        def encode(batch: Sequence[Node]) -> Vectors:
            nonlocal done
            vectors = nodes.encode_texts(batch)
            done += len(batch)
            self.request.on_event(TuneEvent("saving", done, total))
            return vectors

        with self._writer() as writer:
            writer.adopt_encoder(partial(_copy, folder), provenance, nodes.spaces()[0], encode)

    def _budget(self) -> Budget:
        minutes = self.request.minutes
        if not 0 < minutes < float("inf"):
            raise SettingsError(f"The time for tuning is {minutes} minutes.", hint="Give a number above 0.")
        return Budget(60 * minutes, self.request.cancel.is_set)

    def _material(self, budget: Budget) -> tuple[ExampleParts, Pool | None]:
        request, collection = self.request, self.collection
        if not collection.node_count():
            raise NothingToLearn(f"{collection.path} holds no documents.", hint="Index some first.")
        if request.questions is None:
            return made_material(collection, self.encoder, self._ranking, request.seed, budget, request.on_event)
        known = known_questions(collection, judged_questions(request.questions), request.questions)
        return given_material(collection, known, self.candidates_of, request.seed, budget, request.on_event), None

    @property
    def _origin(self) -> Origin:
        return "given" if self.request.questions else "made"

    @property
    def _ranking(self) -> PoolRanking:
        """As configured; calibration against the collection is left out, which a pool does not know."""
        chosen = self.settings.retrieval
        weights = chosen.weights.model_dump()
        fusion = ReciprocalRankFusion() if chosen.fusion == "rrf" else WeightedFusion(weights)
        return PoolRanking(fusion, DocumentMentions(self.collection) if chosen.named_documents else None)

    @property
    def _stage(self) -> FineStage:
        chosen = self.settings.retrieval
        return FineStage(SignalStage(self.collection, chosen.signal_weight), chosen.fine_depth)

    def _cross_encoder_base(self) -> ResolvedModel:
        """The configured cross-encoder, else the weights of the text encoder. Raises `ModelUnavailable`."""
        given = self.settings.reranker
        if given.model and not given.base_url:
            return resolve_cross_encoder(given.model, allow_download=given.allow_download)
        return resolve_text_model(self.settings.encoder.text_model, allow_download=self.settings.encoder.allow_download)

    def _encoder_base(self) -> ResolvedModel:
        if isinstance(self.encoder, MultimodalEncoder):
            raise ModelUnavailable(
                f"The encoder {self.encoder.name} has texts and pictures in one space, which tuning would part.",
                hint="Set `encoder.text_model` to an encoder of text alone.",
            )
        given = self.settings.encoder
        return resolve_text_model(given.text_model, allow_download=given.allow_download)

    def _tuned(self, folder: Path) -> TextEncoder:
        return tuned_text_encoder(folder, self.settings.encoder)

    def _warnings(self, present: Reranker, parts: ExampleParts) -> tuple[str, ...]:
        """What the present reranker says of itself, before time goes into a comparison with it."""
        chosen = self.settings.retrieval.reranker
        example = parts.held_out[0]
        found = present.rerank(example.question.query, example.candidates[:1]).warnings
        if chosen != "auto":
            found += (f"`retrieval.reranker` is set to {chosen}: a tuned reranker serves where it is `auto`.",)
        return found

    def _provenance(self, report: TuneReport, base: ResolvedModel) -> dict[str, Any]:
        file = self.request.questions
        # As the settings call it: by that name it is found again.
        name = self.settings.encoder.text_model if report.kind == "encoder" else base.name
        return {
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "base": {"name": name, "fingerprint": TextModelFiles.read(base.path).fingerprint({})},
            "examples": {
                "origin": report.origin,
                "file": {"name": file.name, "sha256": file_sha256(file)} if file else None,
                "counts": dict(report.questions),
            },
            "minutes": self.request.minutes,
            "seed": self.request.seed,
            "versions": {"chartwell": __version__, **{name: importlib.metadata.version(name) for name in _PACKAGES}},
            "compared_with": report.compared_with,
            "figures": report.verdict.to_dict() if report.verdict else None,
            "validation": list(report.validation),
            "weight": report.weight,
        }

    @contextmanager
    def _writer(self) -> Iterator[Writer]:
        self.request.on_event(TuneEvent("saving", 0, self.collection.node_count()))
        with self.collection.writer(timeout=_LOCK_SECONDS) as writer:
            yield writer


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, dirs_exist_ok=True)


def untune(collection: Collection, settings: Settings, kind: ModelKind) -> bool:
    """See `Chartwell.untune`."""
    if kind == "reranker":
        with collection.writer() as writer:
            return writer.drop_model(kind)
    nodes = NodeEncoder(collection, text_encoder(settings.encoder), None)
    with collection.writer() as writer:
        return writer.drop_encoder(nodes.spaces()[0], nodes.encode_texts)
