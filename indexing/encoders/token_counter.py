"""Counts tokens with an encoder's own tokenizer, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import ModelUnavailable

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def encodable(text: str) -> str:
    """The text with lone surrogates replaced by `?`: tokenizers take Unicode only, file names may hold anything."""
    return text.encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True)
class HfTokenCounter:
    """A `TokenCounter` over a Hugging Face `tokenizer.json`.

    `max_tokens` is the longest text the encoder reads, special tokens left out. The tokenizer is loaded at the first
    count and does not travel when the counter is pickled. Raises `ModelUnavailable` where the file cannot be used.
    """

    tokenizer_json: Path
    max_tokens: int

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, untruncated, special tokens left out."""
        encodings = self._tokenizer.encode_batch_fast([encodable(text) for text in texts], add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return load_tokenizer(self.tokenizer_json)

    def __getstate__(self) -> dict[str, object]:
        return {"tokenizer_json": self.tokenizer_json, "max_tokens": self.max_tokens}


def load_tokenizer(tokenizer_json: Path) -> Tokenizer:
    """The tokenizer in the file, with the truncation and padding that some models store in it switched off.

    Raises `ModelUnavailable` where the file is missing or damaged.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(tokenizer_json))
    # The tokenizers library raises plain Exception for every fault of the file.
    except Exception as error:
        raise ModelUnavailable(
            f"The tokenizer {tokenizer_json} cannot be loaded: {error}.",
            hint="Install the model again, or give the folder of another one.",
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
