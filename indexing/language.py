"""Which language a text is written in, from its scripts and, for Latin letters, its function words. No model."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SCRIPTS = re.compile(
    r"(?P<kana>[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f])"
    r"|(?P<hangul>[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af])"
    r"|(?P<han>[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
    r"|(?P<latin>[A-Za-z\u00c0-\u024f]+(?:['’-][A-Za-z\u00c0-\u024f]+)*)"
    r"|(?P<other>[^\W\d_])"
)

_FUNCTION_WORDS = {
    "en": "the of and to for with that by from are this was as on at is its or",
    "de": "der das und den von zu mit ist im für auf des sich nicht ein eine dem auch wird bei aus nach oder sind",
    "fr": "le les et des en du une est que dans sur au aux ne pas avec sont ses ou nous notre",
    "es": "el los las y del una es que por con para se al su como más son sus entre nuestro",
    "it": "il gli di che una è del della con sono nel alla dei delle anche più dal nella nostro",
    "pt": "os da em uma que dos das com não para ao mais foi pela pelo são como à nosso",
    "nl": "het een van voor zijn niet ook wordt dat aan bij naar uit worden onze",
}
"""Words of each language that say least and stand most; none that English has too, but for those of English."""

_LANGUAGES_OF = {
    word: [language for language, listed in _FUNCTION_WORDS.items() if word in listed.split()]
    for words in _FUNCTION_WORDS.values()
    for word in words.split()
}

_KANA_SHARE = 0.1
"""Japanese mixes far more kana than this into its Han characters; Chinese has next to none."""

_FUNCTION_WORD_SHARE = 0.05
"""Running English has some 30 %, text full of tables still 10 %, other languages' lookalikes stay below."""

_FEW_WORDS = 12
"""So short a text may well hold no function word: Latin letters are taken for English then."""


def detect_language(text: str, document: str = "") -> str:
    """The main language of `text`: "en", "zh", "ja", "ko", "de", "fr", "es", "it", "pt", "nl", or "" where it is
    another one or there are no letters.

    A Chinese, Japanese or Korean character weighs as much as a Latin word: Chinese notes full of English terms are
    Chinese. `document` is the language of the document that the text is part of: it decides where the text is too
    short to tell.
    """
    counts = dict.fromkeys(("kana", "hangul", "han", "latin", "other"), 0)
    function_words = dict.fromkeys(_FUNCTION_WORDS, 0)
    for match in _SCRIPTS.finditer(text):
        script = match.lastgroup or "other"
        counts[script] += 1
        if script == "latin":
            for language in _LANGUAGES_OF.get(match.group().lower(), ()):
                function_words[language] += 1
    east_asian = counts["han"] + counts["kana"]
    leading = max(east_asian, counts["hangul"], counts["latin"], counts["other"] // 3)
    if leading == 0:
        return document
    if leading == counts["latin"]:
        return _latin_language(counts["latin"], function_words, document)
    if leading == east_asian:
        # Japanese headings are often all Chinese characters.
        return "ja" if counts["kana"] > _KANA_SHARE * east_asian or document == "ja" else "zh"
    return "ko" if leading == counts["hangul"] else ""


def _latin_language(words: int, function_words: Mapping[str, int], document: str) -> str:
    language = max(function_words, key=function_words.__getitem__)  # the first, English, where several are level
    # One word may belong to a name: Los Angeles, Van Gogh.
    if function_words[language] >= max(1 if language == "en" else 2, _FUNCTION_WORD_SHARE * words):
        return language
    if words >= _FEW_WORDS:
        return ""
    return document if document in _FUNCTION_WORDS else "en"
