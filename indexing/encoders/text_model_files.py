"""What the files of a sentence-transformers model say about it: read without loading the model, and without torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import ModelUnavailable
from .fingerprint import fingerprint, read_json
from .token_counter import HfTokenCounter, load_tokenizer

_UNLIMITED_TOKENS = 1_000_000
"""Stands for "no limit", as with models of static word vectors."""
_TRANSFORMER_CONFIGS = (
    "sentence_bert_config.json",
    "sentence_roberta_config.json",
    "sentence_distilbert_config.json",
    "sentence_camembert_config.json",
    "sentence_albert_config.json",
    "sentence_xlm-roberta_config.json",
    "sentence_xlnet_config.json",
)
"""Names under which sentence-transformers has saved the limit of its first module, the present one first."""
_PICTURE_CONFIGS = ("preprocessor_config.json", "processor_config.json")
"""Where models that read pictures keep how these are prepared."""
_LEGACY_POOLING_MODES = (
    "pooling_mode_cls_token",
    "pooling_mode_max_tokens",
    "pooling_mode_mean_tokens",
    "pooling_mode_mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens",
    "pooling_mode_lasttoken",
)
_KNOWN_MODULES = frozenset({"Transformer", "Pooling", "Dense", "Normalize", "Dropout", "LayerNorm"})
_WEIGHTS_BY_PREFERENCE = ("*.safetensors", "pytorch_model*.bin", "*.pt")


@dataclass(frozen=True, slots=True)
class TextModelFiles:
    """A model folder: its modules (class name and folder, in order), tokenizer, and longest text.

    `max_sequence` counts special tokens in; `dimension` is None where only the loaded model can tell.
    """

    folder: Path
    modules: tuple[tuple[str, Path], ...]
    tokenizer_json: Path
    max_sequence: int
    dimension: int | None

    @classmethod
    def read(cls, folder: Path, *, max_sequence: int | None = None) -> TextModelFiles:
        """Read the folder of a model; `max_sequence` lowers its limit.

        Raises `ModelUnavailable` where the folder does not hold a model that can be used.
        """
        modules = _modules(folder)
        candidates = [modules[0][1] / "tokenizer.json", folder / "tokenizer.json"]
        tokenizer_json = next((path for path in candidates if path.is_file()), None)
        if tokenizer_json is None:
            raise ModelUnavailable(
                f"The text model in {folder} has no tokenizer.json.",
                hint="Save it again with a current version of transformers, which writes one.",
            )
        dimension = _dimension(modules)
        truncated = _config(folder / "config_sentence_transformers.json").get("truncate_dim")
        if dimension and truncated:
            dimension = min(dimension, int(truncated))
        limit = _max_sequence(modules[0][1])
        return cls(folder, modules, tokenizer_json, min(limit, max_sequence or limit), dimension)

    @property
    def reads_pictures(self) -> bool:
        """Whether the model has a way to prepare pictures."""
        return any((folder / name).is_file() for _, folder in self.modules for name in _PICTURE_CONFIGS)

    @property
    def pools_mean(self) -> bool:
        """Whether a text's vector is the mean of its tokens' and nothing else, as far as its length goes."""
        kinds = [kind for kind, _ in self.modules]
        if kinds[:2] != ["Transformer", "Pooling"] or set(kinds[2:]) - {"Normalize"}:
            return False
        return _pools_mean(_config(self.modules[1][1] / "config.json"))

    @property
    def layers(self) -> int:
        """Hidden layers of the transformer. Raises `ModelUnavailable` where its configuration does not tell."""
        layers = _config(self.modules[0][1] / "config.json").get("num_hidden_layers")
        if not isinstance(layers, int):
            raise ModelUnavailable(
                f"{self.modules[0][1] / 'config.json'} does not tell the number of layers.",
                hint="Use a transformer encoder.",
            )
        return layers

    def token_counter(self, *, pair: bool = False) -> HfTokenCounter:
        """The counter that fits the model; its limit leaves room for the special tokens of a text, or of a pair."""
        special_tokens = load_tokenizer(self.tokenizer_json).num_special_tokens_to_add(is_pair=pair)
        return HfTokenCounter(self.tokenizer_json, self.max_sequence - special_tokens)

    def fingerprint(self, settings: dict[str, Any]) -> str:
        """Digest over what the model computes with: weights, tokenizer, configuration, and the `settings`."""
        files = {*_weights(self.folder), *_configurations(self.folder)}
        for kind, folder in self.modules:
            if kind in _KNOWN_MODULES or folder == self.folder:
                files.update(_weights(folder), _configurations(folder))
            else:
                files.update(file for file in folder.rglob("*") if file.is_file() and file.suffix != ".md")
        # The classes' import paths move between versions of sentence-transformers: only their names count.
        modules = [[kind, path.relative_to(self.folder).as_posix()] for kind, path in self.modules]
        return fingerprint(self.folder, files, settings | {"modules": modules})


def _modules(folder: Path) -> tuple[tuple[str, Path], ...]:
    listing = folder / "modules.json"
    if not listing.is_file():
        # sentence-transformers adds mean pooling (last-token pooling for decoders) to a plain transformer.
        return (("Transformer", folder),)
    try:
        modules = [(entry["type"].rsplit(".", 1)[-1], folder / entry["path"]) for entry in read_json(listing)]
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelUnavailable(
            f"{listing} is not the list of modules of a sentence-transformers model.", hint="Install the model again."
        ) from error
    if not modules or not all(path.resolve().is_relative_to(folder.resolve()) for _, path in modules):
        raise ModelUnavailable(f"{listing} lists no modules, or some outside its folder.", hint="Use another model.")
    return tuple(modules)


def _config(path: Path) -> dict[str, Any]:
    content = read_json(path) if path.is_file() else {}
    return content if isinstance(content, dict) else {}


def _max_sequence(folder: Path) -> int:
    """The limit as sentence-transformers finds it: its own setting, else the smaller of tokenizer's and model's."""
    limit = next((config for name in _TRANSFORMER_CONFIGS if (config := _config(folder / name))), {}).get(
        "max_seq_length"
    )
    if limit is None:
        limits = [
            _config(folder / "tokenizer_config.json").get("model_max_length"),
            _config(folder / "config.json").get("max_position_embeddings"),
        ]
        limit = min((value for value in limits if isinstance(value, int | float) and value > 0), default=None)
    return min(int(limit), _UNLIMITED_TOKENS) if limit else _UNLIMITED_TOKENS


def _dimension(modules: tuple[tuple[str, Path], ...]) -> int | None:
    dimension: int | None = None
    for kind, folder in modules:
        config = _config(folder / "config.json")
        if kind == "Transformer":
            dimension = config.get("hidden_size")
        elif kind == "Pooling":
            dimension = _pooled_dimension(config)
        elif kind == "Dense":
            dimension = config.get("out_features")
        elif kind not in _KNOWN_MODULES:
            return None
    return dimension


def _pooled_dimension(config: dict[str, Any]) -> int | None:
    width = config.get("embedding_dimension", config.get("word_embedding_dimension"))
    modes = config.get("pooling_mode")
    if modes is None:
        count = sum(bool(config.get(mode)) for mode in _LEGACY_POOLING_MODES)
    else:
        count = 1 if isinstance(modes, str) else len(modes)
    return width * count if isinstance(width, int) and count else None


def _pools_mean(config: dict[str, Any]) -> bool:
    modes = config.get("pooling_mode")
    if modes is None:
        modes = [
            mode.removeprefix("pooling_mode_").removesuffix("_tokens")
            for mode in _LEGACY_POOLING_MODES
            if config.get(mode)
        ]
    return modes in ("mean", ["mean"])


def _weights(folder: Path) -> list[Path]:
    """The weight files that are loaded from a folder: safetensors where there are any."""
    for pattern in _WEIGHTS_BY_PREFERENCE:
        if found := sorted(folder.glob(pattern)):
            return found
    return []


def _configurations(folder: Path) -> list[Path]:
    names = ["config.json", "config_sentence_transformers.json", "tokenizer_config.json", *_TRANSFORMER_CONFIGS]
    tokenizer = ["tokenizer.json", "special_tokens_map.json", "chat_template.jinja", *_PICTURE_CONFIGS]
    return [folder / name for name in [*names, *tokenizer] if (folder / name).is_file()]
