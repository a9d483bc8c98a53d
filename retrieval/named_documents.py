"""Which documents a question names: "in the 2021 report", "according to fares.pdf".

A filter is drawn from the words only where the collection bears it out:

- a **file name** with its extension, behind a word such as "in" or "according to", that documents have;
- a **year before or behind a word for a report**, the only year of the question, that a document has in its file
  name, title or metadata. Left out are the documents that are dated otherwise; undated ones stay, since any of them
  may be the one that is meant.

What is left out or held against ("other than in the 2021 report", "since the 2021 report") is not where to look.
A page number is no filter: whether the printed or the counted one is meant cannot be known.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from ..indexing.collection import Collection, DocumentName
from ..indexing.search_form import search_form
from .query import Query

_FILE = re.compile(r"\.[a-z\d]{2,5}(?![a-z\d])")
_OPENING, _CLOSING = "[\"'“‘`「『《]?", "[\"'”’`」』》]?"
_BEFORE_FILE = (
    r"(?:\b(?:in|from|per|within|according to|(?:the )?(?:file|document|spreadsheet|report))\s+"
    rf"|[在据按照从中]\s*){_OPENING}"
)
_BEHIND_FILE = r"(?![a-z\d_.-]*[a-z\d_])"
_FILE_THEN_IN = (rf"(?<![\w.-]){_OPENING}", rf"{_CLOSING}\s*(?:里|中|内)")
"""Chinese says where behind the name."""
_SET_APART = re.compile(
    r"(?:\b(?:not|than|unlike|except|excepting|excluding|besides|without|outside|beyond|apart from|aside from"
    r"|instead of|compar(?:e|ed|ing)|versus|vs|against|since|after|before|until)\b\.?(?:\s+[\w']+){0,2}"
    r"|(?:除|不[是在看含]|不包括|而非|比(?!较)|相较)[^，。；：？,;:?]{0,4})\s*$"
)
_SET_APART_BEHIND = re.compile(r"[^，。；：？,;:?]{0,3}(?:以外|之外|以来|以后|之后|以前|之前|相比|不同)")
"""A document that the question leaves out, or holds something against, is not where to look."""
_KINDS = r"(?:annual|quarterly|interim|half-year(?:ly)?|full-year|integrated|financial|sustainability|esg|impact|form)"
_REPORT = r"(?:reports?|filings?|statements?|accounts|review|yearbook|survey|edition)"
_FORM = r"(?:10-?[kq]|20-?f|annual report)"
_OF = r"(?:\b(?:the|its|their|our|this|that|from|per)|'s)"
_YEAR = r"(?:fy ?)?((?:19|20)\d\d)"
_DATED = re.compile(
    rf"{_OF}\s+{_YEAR}\s+(?:{_KINDS}\s+)*{_REPORT}\b"
    rf"|\b{_YEAR}\s+(?:(?:{_KINDS}\s+)+{_REPORT}|{_FORM})\b"
    rf"|\b(?:{_KINDS}\s+{_REPORT}|10-?[kq]|20-?f)\s+(?:of|for)\s+(?:fiscal\s+)?(?:year\s+)?{_YEAR}(?!\d)"
    r"|((?:19|20)\d\d)\s?年?(?:年度报告|年度财务报告|财务报告|半年报|季报|年报|财报|公报|白皮书)(?![出告了])"
)
_ANY_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_DATING_KEYS = re.compile(r"year|date|period|年|日期")


@dataclass(frozen=True, slots=True)
class NamedDocuments:
    """A condition drawn from the question's words, and why."""

    where: dict[str, object]
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"where", "reason"}`."""
        return {"where": self.where, "reason": self.reason}


class DocumentNaming:
    """Finds them. Reads the documents' names once for every state of the collection, and only for such questions."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._lock = threading.Lock()
        self._known: tuple[int, list[DocumentName]] = (-1, [])

    def find(self, query: Query) -> NamedDocuments | None:
        """The condition, None where the question names no document for sure or its own filter says which to use."""
        if query.where and not query.where.keys() <= {"kind", "page", "language"}:
            return None
        text = search_form(query.text).casefold()
        return self._by_file(text) or self._by_year(text)

    def _by_file(self, text: str) -> NamedDocuments | None:
        if not _FILE.search(text):
            return None
        named = [
            document.source
            for document in self._names()
            if (name := search_form(PurePath(document.source).name).casefold()) in text
            and _FILE.search(name)
            and _is_place_to_look(name, text)
        ]
        if not named:
            return None
        return NamedDocuments({"source": named}, f"the question names {PurePath(named[0]).name}")

    def _by_year(self, text: str) -> NamedDocuments | None:
        match = _DATED.search(text)
        if match is None or _is_set_apart(match):
            return None
        year = next(group for group in match.groups() if group)
        if {year} != set(_ANY_YEAR.findall(text)):
            return None
        dated = [(document.source, _years(document)) for document in self._names()]
        others = [source for source, years in dated if years and year not in years]
        if not others or not any(year in years for _, years in dated):
            return None
        return NamedDocuments(
            {"source": {"!=": others}}, f"the question names the report of {year}; {len(others)} are of other years"
        )

    def _names(self) -> list[DocumentName]:
        generation = self._collection.generation
        with self._lock:
            if self._known[0] != generation:
                self._known = (generation, self._collection.document_names())
            return self._known[1]


def _is_place_to_look(name: str, text: str) -> bool:
    """Whether the text says "in" the file of that name; both are in search form and case folded."""
    file, (opening, there) = re.escape(name), _FILE_THEN_IN
    matches = re.finditer(f"{_BEFORE_FILE}{file}{_BEHIND_FILE}|{opening}{file}{there}", text)
    return any(not _is_set_apart(match) for match in matches)


def _is_set_apart(named: re.Match[str]) -> bool:
    before, behind = named.string[: named.start()], named.string[named.end() :]
    return bool(_SET_APART.search(before) or _SET_APART_BEHIND.match(behind))


def _years(document: DocumentName) -> set[str]:
    """The years that a document's file name, title and metadata tell."""
    dates = [str(value) for key, value in document.metadata.items() if _DATING_KEYS.search(key.casefold())]
    return set(_ANY_YEAR.findall("\n".join((PurePath(document.source).stem, document.title, *dates))))
