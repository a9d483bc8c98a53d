"""Claims that have other words than the evidence: of the same meaning, or of the contrary one.

A word that stands in the place of another one, with all else equal, may be its synonym or its contrary. Some are known
(`converses`). With an encoder that knows the language, contraries are told from it (`contraries`), and sentences that
say the like are (`paraphrase`). Without one they are not: to doubt every other verb costs a third of the true claims in
other words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .contraries import Contraries, Replaced
from .converses import are_converse
from .matching import DOUBT
from .paraphrase import ALIKE, Encode, Likeness
from .ruling import SUPPORTED, Ruling
from .stems import stem


class OtherWords:
    """Judges claims in other words, by vectors where there is an `encode`."""

    def __init__(self, encode: Encode | None = None) -> None:
        self._likeness = Likeness(encode) if encode is not None else None
        self._contraries = Contraries(encode) if encode is not None else None

    def judged(self, rulings: Sequence[Ruling]) -> list[Ruling]:
        """The rulings, those on claims in other words changed where the words decide. At most two batches."""
        contraries = self._found([one for ruling in rulings for one in ruling.replaced])
        doubted = [_doubted(ruling, contraries) for ruling in rulings]
        if self._likeness is None:
            return doubted
        alike = iter(self._likeness.of([(ruling.claim.text, ruling.near) for ruling in doubted if ruling.near]))
        return [_likened(ruling, next(alike)) if ruling.near else ruling for ruling in doubted]

    def _found(self, replaced: Sequence[Replaced]) -> dict[Replaced, str]:
        """The contrary of each word that could be asked about, empty where it has none."""
        in_place = [(one, one.others[0]) for one in replaced if one.in_place]
        found = {one: other for one, other in in_place if are_converse(stem(one.word), stem(other))}
        if self._contraries is None:
            return found
        known = self._contraries.knows
        asked = [one for one in dict.fromkeys(replaced) if one not in found and known(chinese=not one.word.isascii())]
        return found | dict(zip(asked, self._contraries.of(asked), strict=True))


def _doubted(ruling: Ruling, contraries: Mapping[Replaced, str]) -> Ruling:
    """Not found where a word is the contrary of the evidence's."""
    for one in ruling.replaced:
        if not contraries.get(one):
            continue
        reason = f"The answer says {one.word}, the evidence {contraries[one]}, which seems to be the contrary."
        claim = replace(ruling.claim, verdict="not_found", score=min(ruling.claim.score, DOUBT), reason=reason)
        return replace(ruling, claim=claim, near=())
    return ruling


def _likened(ruling: Ruling, alike: float) -> Ruling:
    if alike < ALIKE:
        return ruling
    reason = f"In other words, it stands in the evidence (likeness {alike:.2f}), its numbers and names with it."
    claim = replace(ruling.claim, verdict="supported", score=SUPPORTED + 0.5 * (alike - ALIKE), reason=reason)
    return replace(ruling, claim=claim)
