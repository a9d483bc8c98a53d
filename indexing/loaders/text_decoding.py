"""From the bytes of a text file to text: the encoding is found out, never assumed, and a guess is always reported.

In order: byte order mark; strict UTF-8; what the document declares (HTML's `meta charset`); UTF-8 with a few broken
bytes; the legacy encodings of Chinese, Japanese and Korean; single-byte encodings. Bytes that fit none are refused:
a document full of mojibake would be found by nobody and cited by mistake.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from ...errors import DamagedFile, LimitExceeded
from .cjk_detection import detect_cjk
from .file_access import read_bytes
from .parsed import Limits

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins with the mark of UTF-16, so it comes first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# Declared names stand for the larger set that writers really use, as in the WHATWG Encoding Standard.
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
}
_MULTI_BYTE = {"gb18030", "big5hkscs", "cp932", "euc_jp", "iso2022_jp", "cp949"}
_SINGLE_BYTE = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("koi8_r", "koi8_u", "iso8859_2", "iso8859_5", "iso8859_7", "iso8859_8", "iso8859_15", "cp866"),
)

_CERTAINLY_UTF8 = 8
"""So many valid multi-byte sequences are no accident, whatever the document declares."""

_CONTROL_BYTES = bytes({*range(0x09), *range(0x0E, 0x20), 0x7F} - {0x1B})
_MAX_CONTROL_SHARE = 0.01
_SAMPLE_BYTES = 32_768

_ASCII = bytes(range(0x80))
_WESTERN_SHARE = 0.1

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Control characters, soft hyphens, byte order marks, lone surrogates and code points that are no characters.
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\ufeff\ud800-\udfff\ufff9-\ufffb\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Clean text with plain line ends. `warning` says that the encoding was guessed or that bytes were replaced."""

    text: str
    encoding: str
    warning: str = ""


def read_text(path: Path, limits: Limits) -> Decoded:
    """Read and decode a text file.

    Raises `DamagedFile` for bytes that are no text in any known encoding, `LimitExceeded` for more than
    `limits.max_characters` characters, and what `read_bytes` raises.
    """
    return decode(read_bytes(path, limits), str(path), limits)


def decode(data: bytes, name: str, limits: Limits, declared: str = "") -> Decoded:
    """Decode the bytes of the document `name`; `declared` is the encoding that it claims for itself."""
    if not looks_like_text(data):
        raise DamagedFile(
            f"{name} holds binary data, not text.", hint="Check that it has the right name, or save it as UTF-8 text."
        )
    found = _decode_certainly(data, name, declared) or _guess(data, _known_codec(declared))
    if found is None:
        raise DamagedFile(
            f"{name} is not text in any encoding that Chartwell knows (UTF-8, UTF-16, GB18030, Big5, Shift-JIS, "
            "EUC-KR, Windows-125x and others).",
            hint="Save it as UTF-8.",
        )
    text = clean_text(found.text)
    if len(text) > limits.max_characters:
        raise LimitExceeded(
            f"{name} has {len(text):,} characters; the limit is {limits.max_characters:,}.",
            hint="Split the file, or raise the setting `index.max_characters`.",
        )
    return Decoded(text, found.encoding, found.warning)


def looks_like_text(data: bytes) -> bool:
    """Whether the bytes can be text: they have a byte order mark, or hardly any control characters."""
    if byte_order_mark(data):
        return True
    controls = len(data) - len(data.translate(None, _CONTROL_BYTES))
    return controls <= max(1, len(data) * _MAX_CONTROL_SHARE)


def byte_order_mark(data: bytes) -> str:
    """The codec that a leading byte order mark stands for, or an empty string."""
    return next((codec for mark, codec in _MARKS if data.startswith(mark)), "")


def clean_text(text: str) -> str:
    """The text with one newline for every line end, and without control characters and what is no character."""
    return _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))


def _decode_certainly(data: bytes, name: str, declared: str) -> Decoded | None:
    """Decode where mark, validity or declaration leave no doubt."""
    mark = byte_order_mark(data)
    if mark.startswith("utf-8"):
        data = data.removeprefix(codecs.BOM_UTF8)
    elif mark:
        try:
            return Decoded(data.decode(mark), mark)
        except UnicodeDecodeError as error:
            raise DamagedFile(
                f"{name} begins like {mark.upper()} text but is damaged at byte {error.start:,}.",
                hint="Save it again, as UTF-8.",
            ) from error
    codec = _known_codec(declared)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        if codec in _MULTI_BYTE:
            return _strictly(data, codec)
        return _mostly_utf8(data, marked=bool(mark))
    if codec in _MULTI_BYTE and (codec == "iso2022_jp" or sum(byte >= 0xC0 for byte in data) < _CERTAINLY_UTF8):
        return _strictly(data, codec) or Decoded(text, "utf-8")
    return Decoded(text, "utf-8")


def _known_codec(declared: str) -> str:
    """The codec for a declared encoding; an empty string for what is unknown or no encoding of documents (base64)."""
    try:
        codec = codecs.lookup(declared.strip().lower().removeprefix("x-")).name if declared else ""
    except (LookupError, ValueError):  # ValueError: a name with a NUL or a non-ASCII character
        return ""
    codec = _SUPERSETS.get(codec, codec).replace("-", "_")
    return codec if codec in _MULTI_BYTE or codec in _SINGLE_BYTE else ""


def _strictly(data: bytes, codec: str) -> Decoded | None:
    try:
        return Decoded(data.decode(codec), codec)
    except UnicodeDecodeError:
        return None


def _mostly_utf8(data: bytes, *, marked: bool) -> Decoded | None:
    """UTF-8 with a few broken bytes (a cut end, a pasted character) is still UTF-8, and says so."""
    text = data.decode("utf-8", "replace")
    sound = sum(not character.isascii() for character in text)
    broken = text.count("\ufffd")
    if not marked and broken * 10 > sound - broken:
        return None
    return Decoded(text, "utf-8", f"{broken:,} broken characters of UTF-8 text are shown as \ufffd.")


def _guess(data: bytes, declared: str) -> Decoded | None:
    # A declared single-byte encoding fits any bytes, so it counts only where the bytes are no Chinese or Japanese. A
    # few accented letters among plain ones are none, whatever they look like in pairs.
    western = declared in _SINGLE_BYTE and len(data.translate(None, _ASCII)) < _WESTERN_SHARE * len(data)
    codec = None if western else detect_cjk(data)
    codec = codec or (declared if declared and _strictly(data, declared) else None) or _single_byte_codec(data)
    found = _strictly(data, codec) if codec else None
    if found is None or codec == declared:
        return found
    return Decoded(found.text, found.encoding, f"The encoding is not stated; it was read as {found.encoding}.")


def _single_byte_codec(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    lines = b"\n".join(line for line in data.splitlines() if not line.isascii())
    matches = list(from_bytes(lines[:_SAMPLE_BYTES], cp_isolation=list(_SINGLE_BYTE), enable_fallback=False))
    matches = [match for match in matches if _strictly(data, match.encoding)]
    if not matches:
        return None
    best = matches[0]
    for match in matches:
        # Short Western texts look as clean in the neighbouring code pages; Western is by far the most likely of them.
        if match.encoding == "cp1252" and match.chaos <= best.chaos and best.coherence - match.coherence < 0.15:
            return match.encoding
    return best.encoding
