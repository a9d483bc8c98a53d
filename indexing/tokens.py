"""Words for lexical search (BM25): the same analysis for documents and for questions.

What becomes of a text:

- `search_form` (full-width forms, ligatures, soft hyphens, Traditional Chinese), case folded;
- words of any alphabet, stemmed by Snowball's English stemmer: `The company’s revenues` -> `the compani revenu`;
- numbers whole, as printed and, where that differs, bare: `$1.5bn` -> `$1.5bn 1.5 bn`, `-3.2%` -> `-3.2% 3.2`,
  `1,234.5` -> `1,234.5 1234.5`;
- letters with digits joined, with their pieces of two characters or more: `FY2023` -> `fy2023 fy 2023`,
  `10-K` -> `10k 10`, `GPT-4` -> `gpt4 gpt`; `R&D`, `C++` and `U.S.` (as `us`) are one word;
- words parted at the end of a line whole and in halves: `exam-⏎ple` -> `exampl exam ple`;
- Chinese, Japanese and Korean as words and bigrams: see `east_asian`.

Stop words are indexed; `query_tokens` leaves them out of questions.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from .east_asian import EAST_ASIAN, east_asian_tokens
from .search_form import search_form
from .stop_words import STOP_WORDS

_MARKS = r"\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0670\u0900-\u0963\u0970-\u0de5\u0e31-\u0e4e"
"""Vowel signs and accents: Python does not count them as word characters, yet they stand inside words."""
_LETTER = rf"(?:[^\W\d_{EAST_ASIAN}][{_MARKS}]*)"
_NUMBER = r"\d+(?:[.,]\d+)*"

_TOKEN = re.compile(
    rf"(?:[a-z]\.){{2,}}(?:[a-z]\b)?"  # U.S.
    rf"|{_LETTER}+(?:'{_LETTER}+)*(?:&{_LETTER}+|\+\+|\#(?!\w))?"  # words, R&D, C++
    rf"(?:-?{_NUMBER}(?:{_LETTER}|\d)*)?"  # ... and digits behind them: FY2023, GPT-3.5
    rf"|(?:(?<![^\W_])[-+])?[$€£¥₩₹]?(?:(?<![^\W_])-)?{_NUMBER}"  # numbers, also -$1,234.5
    rf"(?:-?{_LETTER}(?![^\W_])|{_LETTER}+(?:\d|{_LETTER})*|\s?[%‰]|°{_LETTER}?)?"  # ... and their units: 10-K, 1.5bn
    rf"|[{EAST_ASIAN}]+"
)
_PIECE = re.compile(rf"{_NUMBER}|{_LETTER}+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_EAST_ASIAN_CHARACTER = re.compile(f"[{EAST_ASIAN}]")
_DIGIT = re.compile(r"\d")

_BROKEN_WORD = re.compile(
    rf"(?<![^\W\d_])((?:(?![{EAST_ASIAN}])[^\W\d_]){{2,}}+)-[ \t]*(?:\n[ \t]*|[ \t])"
    r"(?!(?:and|or|to|und|oder)\b)([^\W\d_A-Z]{2,})"
)
"""A word that a hyphen parts at the end of a line; "pre- and post-war" is none."""


def tokenize(text: str) -> list[str]:
    """Search tokens of `text`, in order; none is empty or contains white space."""
    return _analyse(text, frozenset())


def query_tokens(text: str) -> list[str]:
    """Search tokens of a question: `tokenize` without stop words, unless nothing else would be left."""
    return telling_tokens(text) or tokenize(text)


def telling_tokens(text: str) -> list[str]:
    """`tokenize` without stop words; none where the text has nothing else."""
    return _analyse(text, STOP_WORDS)


def _analyse(text: str, stop_words: AbstractSet[str]) -> list[str]:
    text = search_form(text)
    if "-" in text:
        # Whole, then as printed: only its author knows whether the hyphen belongs to the word.
        text = _BROKEN_WORD.sub(r"\1\2 \1 \2", text)
    tokens: list[str] = []
    words: list[int] = []  # where in `tokens` the words to be stemmed stand
    for token in _TOKEN.findall(text.casefold()):
        if (token.isascii() and token.isalpha()) or _is_plain_word(token):
            if token.removesuffix("'s") not in stop_words:
                words.append(len(tokens))
                tokens.append(token)
        elif _EAST_ASIAN_CHARACTER.match(token):
            tokens += east_asian_tokens(token, stop_words)
        else:
            tokens += _compound_tokens(token)
    for index, stem in zip(words, _stem([tokens[index] for index in words]), strict=True):
        tokens[index] = stem
    return tokens


def _is_plain_word(token: str) -> bool:
    """Letters, their marks and apostrophes only, of an alphabet that sets words apart by spaces."""
    if token[0].isalpha() and not _EAST_ASIAN_CHARACTER.match(token) and not _DIGIT.search(token):
        return "&" not in token and "." not in token and token[-1] not in "+#"
    return False


def _stem(words: list[str]) -> list[str]:
    import Stemmer

    # A stemmer must not be shared between threads, and making one takes less than a microsecond.
    stems: list[str] = Stemmer.Stemmer("english", 0).stemWords(words)
    return stems


def _compound_tokens(token: str) -> list[str]:
    """Tokens of a number, of letters with digits, and of words joined by signs: the whole, then the pieces."""
    pieces = _PIECE.findall(token)
    if not _DIGIT.search(token):
        whole = token.replace(".", "")
        pieces = [piece for piece in pieces if "&" in token and len(piece) > 1]
    else:
        sign, body = (token[0], token[1:]) if token[0] in "-+" else ("", token)
        has_letters = any(character.isalpha() for character in body)
        whole = sign + "".join((body.replace("-", "") if has_letters else body).split())
        is_number = not token[0].isalpha()
        pieces = [_bare(piece) for piece in pieces if len(piece) > 1 or (is_number and piece.isdigit())]
    return list(dict.fromkeys([whole, *pieces]))


def _bare(number: str) -> str:
    """The number without separators of thousands; anything else unchanged."""
    return number.replace(",", "") if _THOUSANDS.fullmatch(number) else number
