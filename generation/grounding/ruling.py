"""A claim as the rules judge it, before what is said in other words and any further tier are looked at."""

from __future__ import annotations

from dataclasses import dataclass

from ..answer import Claim
from .contraries import Replaced

TIER = "rules"
SUPPORTED = 0.6
"""Score from which a claim is supported."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A claim as the rules judge it, and whether no model may overrule them.

    `near` are sentences that it may say in other words: all that could be checked of it passes, and words are missing.
    `replaced` are its words that the sentences do not have, where it passes or may pass without them.
    """

    claim: Claim
    final: bool = False
    near: tuple[str, ...] = ()
    replaced: tuple[Replaced, ...] = ()
