"""Search tokens for runs of Chinese, Japanese and Korean, which put no spaces between words."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Set as AbstractSet
from typing import IO, TYPE_CHECKING

from .search_form import HAN

if TYPE_CHECKING:
    import jieba

EAST_ASIAN = HAN + r"\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u1100-\u11ff\u3131-\u318e\uac00-\ud7af"
"""Ranges of characters, for use within brackets of a regular expression."""

_PIECES = re.compile(rf"[{HAN}]+|[^{HAN}]+")
_HAN_CHARACTER = re.compile(rf"[{HAN}]")


def east_asian_tokens(run: str, stop_words: AbstractSet[str] = frozenset()) -> list[str]:
    """Tokens of a run of characters out of `EAST_ASIAN`.

    They are jieba's words of the Han characters, then the bigrams that are no such word: what a question and a
    document have in common is found even where they were segmented differently. Where stop words are left out, no
    bigram reaches over them either. A run of one character is one token.
    """
    words = segments(run)
    tokens: list[str] = []
    for is_stop_word, group in itertools.groupby(words, key=stop_words.__contains__):
        if not is_stop_word:
            tokens += _words_and_bigrams(list(group))
    return tokens


def segments(run: str) -> list[str]:
    """The words of a run of such characters, in order and without gaps: joined they are the run."""
    return [word for piece in _PIECES.findall(run) for word in _words(piece)]


def in_dictionary(word: str) -> bool:
    """Whether the dictionary that runs are cut with has the word."""
    return bool(_segmenter().FREQ.get(word))


def _words(piece: str) -> list[str]:
    if len(piece) == 1 or not _HAN_CHARACTER.match(piece):
        return [piece]
    return list(_segmenter().cut(piece))


def _words_and_bigrams(words: list[str]) -> list[str]:
    text = "".join(words)
    if len(text) == 1:
        return [text]
    tokens = [word for word in words if _HAN_CHARACTER.match(word)]
    known = set(tokens)
    pairs = (text[index : index + 2] for index in range(len(text) - 1))
    return tokens + [pair for pair in pairs if pair not in known]


def dictionary_file() -> IO[bytes]:
    """Open jieba's dictionary: a line each for word, frequency and tag."""
    file: IO[bytes] = _segmenter().get_dict_file()
    return file


@functools.lru_cache(maxsize=1)
def _segmenter() -> jieba.Tokenizer:
    """A jieba tokenizer with its dictionary, built in memory (about a second, once in a process that meets Chinese).

    jieba's own initialisation would keep a cache file in the shared temporary folder, where any user of the machine
    can replace it, and would report about it on stderr.
    """
    import logging

    import jieba

    # Importing jieba attaches a handler to its logger; where messages go is the application's choice alone.
    jieba.default_logger.removeHandler(jieba.log_console)
    jieba.default_logger.setLevel(logging.WARNING)
    segmenter = jieba.Tokenizer()
    segmenter.FREQ, segmenter.total = segmenter.gen_pfdict(segmenter.get_dict_file())
    segmenter.initialized = True
    return segmenter
