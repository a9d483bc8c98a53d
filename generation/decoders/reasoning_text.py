"""Reasoning that a server sends as part of the answer: `<think>…</think>` in front of it.

A server that knows its model sends reasoning apart; others pass it through. It is no part of the answer: it would be
shown, checked and cited. Only what an answer begins with is reasoning: a tag further on is text. Some templates put the
opening tag into the prompt: only the closing one comes, and what stands before it is known only where that is said.
"""

from __future__ import annotations

_TAGS = (("<think>", "</think>"), ("<thinking>", "</thinking>"))


class WithoutReasoning:
    """Takes an answer piece by piece, and gives it back without the reasoning in front.

    `opened`: the opening tag stands in the prompt, so that all is reasoning until the closing one.
    """

    def __init__(self, *, opened: bool = False) -> None:
        self._held = ""
        self._closing: str | None = _TAGS[0][1] if opened else None
        self._passing = False
        self._left_out = False

    @property
    def inside(self) -> bool:
        """Whether what comes now is reasoning."""
        return self._closing is not None

    @property
    def passing(self) -> bool:
        """Whether the answer has begun: all that comes from now on is passed on."""
        return self._passing

    @property
    def undecided(self) -> bool:
        """Whether some text is held back that may turn out to be of the answer."""
        return bool(self._held) and not self.inside

    def fed(self, text: str) -> str:
        """What of the answer can be passed on by now; what may be the beginning of a tag is held back."""
        if self._passing:
            return text
        self._held += text
        if self._closing is None and not self._held.strip():
            return self._blank()
        if self._closing is None:
            self._open()
        if self._closing is None:
            return self._released() if not self._may_open() else ""
        _, closed, behind = self._held.partition(self._closing)
        if not closed:
            self._held = self._held[-len(self._closing) :]  # the tag may come in two pieces
            return ""
        self._held, self._closing, self._left_out = behind.lstrip(), None, True
        return self.fed("") if self._held else ""

    def rest(self) -> str:
        """What is still held back at the end of an answer; reasoning that never ended is none of it."""
        return "" if self.inside else self._released()

    def _blank(self) -> str:
        """What stands in front of the first word: nobody waits for that, but behind reasoning it is left out."""
        blank, self._held = self._held, ""
        return "" if self._left_out else blank

    def _open(self) -> None:
        begun = self._held.lstrip()
        for opening, closing in _TAGS:
            if begun.startswith(opening):
                self._held, self._closing = begun.removeprefix(opening), closing

    def _may_open(self) -> bool:
        begun = self._held.lstrip()
        return any(opening.startswith(begun) for opening, _ in _TAGS)

    def _released(self) -> str:
        self._passing = True
        held, self._held = self._held, ""
        return held.lstrip() if self._left_out else held
