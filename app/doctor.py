"""`chartwell doctor`: what is installed, which models are found and where, what is missing and how to get it."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rich.text import Text

from .. import __version__
from ..errors import ChartwellError, CollectionDamaged, DecoderError, ModelUnavailable, SettingsError
from ..generation.decoders.vllm.unknown_model import unknown_model
from ..indexing.addresses import shown
from .output import console
from .settings import CONFIG_FILE, Settings

if TYPE_CHECKING:
    from ..indexing.collection import Collection
    from ..indexing.tuned_models import TunedModel

State = Literal["ok", "note", "missing"]
_PACKAGES = (
    "torch",
    "sentence-transformers",
    "open-clip-torch",
    "tantivy",
    "pypdfium2",
    "rapidocr",
    "onnxruntime",
    "langchain",
)
_LITTLE_DISK = 2 * 2**30
_GOOD_RECALL = 0.98


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `state` is `missing` only where Chartwell cannot do its work without it."""

    name: str
    state: State
    detail: str
    remedy: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)
    """What was measured, by name."""

    def to_dict(self) -> dict[str, Any]:
        """JSON form, keys as the fields."""
        return {
            "name": self.name,
            "state": self.state,
            "detail": self.detail,
            "remedy": self.remedy,
            "figures": dict(self.figures),
        }


def examine(collection: Path, *, recall: bool = False) -> list[Finding]:
    """Look at everything; no finding stops the next. `recall` also measures the collection's vector indexes."""
    findings = [Finding("chartwell", "ok", f"{__version__}, Python {platform.python_version()}, {platform.platform()}")]
    findings += [_package(name) for name in _PACKAGES]
    settings = _settings(findings)
    checks: list[tuple[str, Callable[[], Finding]]] = [
        ("faiss", _faiss),
        ("sqlite", _sqlite),
        ("gpu", _gpu),
        ("ocr models", _ocr),
        ("text model", lambda: _text_model(settings)),
        ("image model", lambda: _image_model(settings)),
        ("reranker", lambda: _reranker(collection, settings)),
        ("decoder", lambda: _decoder(settings)),
        ("tuned models", lambda: _tuned_models(collection)),
        ("disk", lambda: _disk(collection)),
        ("collection", lambda: _collection(collection, settings)),
    ]
    if recall:
        checks.append(("recall", lambda: _recall(collection, settings)))
    for name, check in checks:
        try:
            findings.append(check())
        except ChartwellError as error:
            findings.append(Finding(name, "missing", error.message, error.hint))
        except ImportError as error:
            findings.append(Finding(name, "missing", str(error), "Install Chartwell again: pip install chartwell."))
    return findings


def print_examination(findings: list[Finding]) -> None:
    """One line a finding; what to do about it below."""
    out = console()
    styles = {"ok": ("✓", "green"), "note": ("·", "yellow"), "missing": ("✗", "red")}
    for finding in findings:
        sign, style = styles[finding.state]
        out.print(Text(f"{sign} ", style) + Text(f"{finding.name}: ", "bold") + Text(finding.detail))
        if finding.remedy:
            out.print(Text(f"    {finding.remedy}", style))


def _settings(findings: list[Finding]) -> Settings:
    try:
        settings = Settings.load()
    except ChartwellError as error:
        findings.append(Finding("settings", "missing", error.message, error.hint))
        return Settings.model_construct()
    source = f"preset {settings.preset}" + (f", {CONFIG_FILE}" if Path(CONFIG_FILE).is_file() else "")
    findings.append(Finding("settings", "ok", source))
    return settings


def _package(name: str) -> Finding:
    try:
        return Finding(name, "ok", importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, "missing", "not installed", f"pip install {name}")


def _faiss() -> Finding:
    providers = [name for name in ("faiss-cpu", "faiss-gpu", "faiss-gpu-cuvs") if _package(name).state == "ok"]
    if not providers:
        remedy = "pip install 'chartwell[cpu]' (or 'chartwell[gpu]' on a machine with an NVIDIA GPU)"
        return Finding("faiss", "missing", "no FAISS is installed", remedy)
    if len(providers) > 1:
        remedy = f"pip uninstall {' '.join(providers)}, then install one of them"
        return Finding("faiss", "missing", f"several packages provide it: {', '.join(providers)}", remedy)
    import faiss

    build = f"{providers[0]} {faiss.__version__}, compiled with {faiss.get_compile_options().strip()}"
    return Finding("faiss", "ok", f"{build}, GPU {'yes' if hasattr(faiss, 'index_cpu_to_gpu') else 'no'}")


def _sqlite() -> Finding:
    import sqlite3

    return Finding("sqlite", "ok", sqlite3.sqlite_version)


def _gpu() -> Finding:
    import torch

    if not torch.cuda.is_available():
        return Finding("gpu", "note", "none; everything runs on the CPU")
    return Finding("gpu", "ok", torch.cuda.get_device_name())


def _ocr() -> Finding:
    from ..indexing.ocr import RapidOcrEngine

    return Finding("ocr models", "ok", f"RapidOCR, in its package ({RapidOcrEngine().fingerprint[:12]})")


def _text_model(settings: Settings) -> Finding:
    from ..indexing.encoders.weights import resolve_text_model

    model = resolve_text_model(settings.encoder.text_model, allow_download=False)
    return Finding("text model", "ok", f"{model.name} from {model.path} ({model.origin})")


def _image_model(settings: Settings) -> Finding:
    from .components import image_encoder

    encoder = image_encoder(settings.encoder)
    if encoder is None:
        remedy = "Set encoder.image_model to search charts by their look as well."
        return Finding("image model", "note", "none configured; charts are found by what stands in them", remedy)
    return Finding("image model", "ok", f"{encoder.name} ({encoder.fingerprint[:12]})")


def _reranker(collection: Path, settings: Settings) -> Finding:
    """The one that `app.reranking` chooses, found without a download."""
    from ..indexing.encoders.weights import resolve_cross_encoder

    chosen, given = settings.retrieval.reranker, settings.reranker
    if chosen == "auto" and (tuned := _tuned_reranker(collection, settings)):
        return Finding("reranker", "ok", f"{tuned}, tuned to the collection")
    if chosen in ("auto", "served") and given.base_url:
        return Finding("reranker", "ok", f"{given.model}, served at {shown(given.base_url)}")
    if chosen == "tokens":
        return Finding("reranker", "ok", _by_tokens(_token_encoder(collection, settings)))
    if chosen == "alignment" or not given.model:
        serves = "region alignment" if chosen == "alignment" else _without_a_model(collection, settings)
        return Finding("reranker", "ok", f"{serves}; `reranker.model` names a model to go on top of it")
    try:
        model = resolve_cross_encoder(given.model, allow_download=False)
    except ModelUnavailable as error:
        if chosen != "auto":
            raise
        return Finding("reranker", "note", f"region alignment; {error.message}", error.hint)
    return Finding("reranker", "ok", f"{model.name} from {model.path} ({model.origin})")


def _decoder(settings: Settings) -> Finding:
    """Asks the server what it has."""
    from .decoding import open_chat_model

    given = settings.decoder
    with open_chat_model(given) as chat:
        if chat is None:
            remedy = "decoder.kind = vllm has a language model write the answers."
            return Finding("decoder", "ok", "extractive: answers are quotations", remedy)
        try:
            served = chat.served_models()
            if given.model not in served:
                raise unknown_model(given.base_url, given.model, list(served))
        except DecoderError as error:
            state: State = "note" if given.on_decoder_error == "extractive" else "missing"
            return Finding("decoder", state, error.message, error.hint)
    context = served[given.model]
    length = f"{context} tokens of context" if context else "it does not tell the length of its context"
    others = f"; the server also has {', '.join(name for name in served if name != given.model)}"
    told = f"{given.model} at {shown(given.base_url)}, {length}{others if len(served) > 1 else ''}"
    return Finding("decoder", "ok", told, figures={"models": dict(served)})


def _without_a_model(collection: Path, settings: Settings) -> str:
    try:
        return _by_tokens(_token_encoder(collection, settings))
    except (ModelUnavailable, SettingsError):
        return "region alignment"  # what is wrong with the text model, if anything, stands in its own finding


def _by_tokens(encoder: str) -> str:
    return f"region alignment, among charts the token vectors of {encoder}"


def _tuned_reranker(collection: Path, settings: Settings) -> str:
    """The name of the collection's own reranker; "" where none serves, be it that it is damaged."""
    from .reranking import tuned_cross_encoder

    with _opened(collection) as opened:
        try:
            tuned = tuned_cross_encoder(opened, settings) if opened else None
        except CollectionDamaged:
            return ""  # the finding about tuned models tells what is wrong
    return tuned[0].name if tuned else ""


def _token_encoder(collection: Path, settings: Settings) -> str:
    """The name of the text encoder whose tokens are compared. Raises what keeps it from that."""
    from .components import own_text_encoder, text_encoder
    from .reranking import token_encoder

    here = settings.encoder.model_copy(update={"allow_download": False})
    with _opened(collection) as opened:
        own = own_text_encoder(opened, here) if opened else None
        return token_encoder(own or text_encoder(here)).name


@contextmanager
def _opened(collection: Path) -> Iterator[Collection | None]:
    """The collection, None where there is none yet."""
    from ..indexing.catalog_connections import DATABASE
    from ..indexing.collection import Collection

    if not (collection / DATABASE).is_file():
        yield None
        return
    with Collection.open(collection, create=False) as opened:
        yield opened


def _tuned_models(collection: Path) -> Finding:
    from ..indexing.node_encoding import TEXT_SPACE
    from ..indexing.tuned_models import outdated

    found, notes = [], []
    with _opened(collection) as opened:
        try:
            models = _serving_models(opened) if opened else []
        except CollectionDamaged as error:
            return Finding("tuned models", "note", error.message, error.hint)
        text_space = opened.spaces().get(TEXT_SPACE) if opened else None
        for tuned in models:
            figures = tuned.provenance.get("figures") or {}
            gain = f"nDCG@10 {figures.get('ndcg10_before')} to {figures.get('ndcg10_after')} on held-out questions"
            found.append(f"{tuned.kind} {tuned.path.name} of {tuned.provenance.get('created')}, {gain}")
            notes += [note] if (note := outdated(tuned, text_space)) else []
    detail = "; ".join(found) or "none; `chartwell tune` fits one to the collection"
    return Finding("tuned models", "note" if notes else "ok", detail, " ".join(notes))


def _serving_models(collection: Collection) -> list[TunedModel]:
    from ..indexing.tuned_models import MODEL_KINDS

    models = (collection.tuned_model(kind) for kind in MODEL_KINDS)
    return [tuned for tuned in models if tuned is not None]


def _disk(collection: Path) -> Finding:
    existing = next(folder for folder in (collection.absolute(), *collection.absolute().parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    state: State = "ok" if free > _LITTLE_DISK else "note"
    remedy = "" if state == "ok" else "Make room before indexing more."
    return Finding("disk", state, f"{free / 2**30:.1f} GiB free at {existing}", remedy)


def _collection(collection: Path, settings: Settings) -> Finding:
    if not collection.exists():
        return Finding("collection", "note", f"{collection} does not exist yet", "chartwell index FOLDER creates it.")
    from .client import Chartwell

    with Chartwell.open(collection, create=False, settings=settings) as client:
        counts = f"{len(client.documents())} documents, {client.collection.node_count()} nodes"
        lacking = {space: client.collection.missing_vectors(space) for space in client.collection.spaces()}
        if any(lacking.values()):
            told = ", ".join(f"{count} of them lack their {space} vectors" for space, count in lacking.items() if count)
            remedy = "chartwell reindex makes them where their encoder is set."
            return Finding("collection", "note", f"{collection}: {counts}; {told}", remedy)
        return Finding("collection", "ok", f"{collection}: {counts}")


def _recall(collection: Path, settings: Settings) -> Finding:
    from .client import Chartwell

    with Chartwell.open(collection, create=False, settings=settings) as client:
        measured = client.recall()
    if not measured:
        return Finding("recall", "note", "there are no vectors yet", "Index documents first.")
    detail = "; ".join(
        f"{one.space}: {one.recall:.3f} of the {one.k} nearest found by {one.factory} over {one.vectors} vectors, "
        f"{one.p50_ms:.1f} ms"
        for one in measured
    )
    good = all(one.recall >= _GOOD_RECALL for one in measured)
    remedy = "" if good else 'Set index.faiss_index to "HNSW64", or to "Flat", which is exact.'
    return Finding("recall", "ok" if good else "note", detail, remedy, {one.space: one.to_dict() for one in measured})
