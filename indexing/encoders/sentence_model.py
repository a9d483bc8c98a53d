"""Loads a sentence-transformers model from its folder: quietly, without the network or code of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ...errors import ModelUnavailable
from . import hub
from .precision import Precision, choose_device, choose_dtype

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer

Model = TypeVar("Model", "SentenceTransformer", "CrossEncoder")


def load_sentence_model(
    folder: Path,
    *,
    device: str | None,
    precision: Precision,
    prompts: Mapping[str, str] | None,
    max_sequence: int,
) -> SentenceTransformer:
    """The model in the folder, on `device` (by default a GPU if there is one), ready to encode.

    `prompts` replaces the model's own; texts are cut at `max_sequence` tokens, special ones included. Raises
    `ModelUnavailable`.
    """
    from sentence_transformers import SentenceTransformer

    own = None if prompts is None else dict(prompts)
    model = _load(
        "text model",
        folder,
        device,
        precision,
        lambda **options: SentenceTransformer(str(folder), prompts=own, **options),
    )
    # The chunker counts on the limit that the files state.
    model.max_seq_length = max_sequence
    return model


def load_cross_encoder(
    folder: Path, *, device: str | None, precision: Precision, outputs: int | None = None
) -> CrossEncoder:
    """The cross-encoder in the folder, on `device` (by default a GPU if there is one). Raises `ModelUnavailable`.

    With `outputs` given, a model that has not so many, such as a text encoder, gets new ones, which are to be trained.
    """
    from sentence_transformers import CrossEncoder

    def construct(**options: Any) -> CrossEncoder:  # noqa: ANN401 - handed through
        with _without_warnings() if outputs else nullcontext():
            model: CrossEncoder = CrossEncoder(str(folder), num_labels=outputs, **options)
        return model

    return _load("cross-encoder", folder, device, precision, construct)


def save_model(model: SentenceTransformer | CrossEncoder, folder: Path) -> None:
    """Write a model into a folder that `load_sentence_model` or `load_cross_encoder` reads."""
    with without_progress_bars():
        model.save_pretrained(str(folder), create_model_card=False)


def _load(kind: str, folder: Path, device: str | None, precision: Precision, construct: Callable[..., Model]) -> Model:
    try:
        chosen = choose_device(device)
        with hub.offline(), without_progress_bars():
            model = construct(
                device=str(chosen),
                local_files_only=True,
                trust_remote_code=False,
                # Models saved in half precision are several times slower on a CPU, and round differently.
                model_kwargs={"dtype": choose_dtype(precision, chosen)},
            )
    # Model folders fail to load in as many ways as there are libraries beneath; each means the same to the user.
    except Exception as error:
        raise ModelUnavailable(
            f"The {kind} in {folder} does not load: {error}",
            hint="Install it again, or use another model or device.",
        ) from error
    model.eval()
    return model


@contextmanager
def _without_warnings() -> Iterator[None]:
    """That outputs are new, and must be trained, is what was asked for."""
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # transformers has no types for it
    try:
        yield
    finally:
        logging.set_verbosity(before)


@contextmanager
def without_progress_bars() -> Iterator[None]:
    """Loading and saving take a second: a bar of the library's own would only disturb what the program prints."""
    from transformers.utils import logging

    bars: Any = logging  # the functions that switch bars carry no types
    enabled = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if enabled:
            bars.enable_progress_bar()
