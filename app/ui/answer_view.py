"""An answer on the page: its claims with verdict signs, its citations as buttons.

A component of our own, because Markdown would render what documents and models say. Its script puts every word in
with `textContent`, so nothing of it can become markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

_MARK = re.compile(r"\[(\d{1,3}(?:\s*[,;-]\s*\d{1,3})*)\]")
_SIGNS = {"supported": "✓", "contradicted": "✗", "not_found": "?"}

_CSS = """
.answer { font: 1rem/1.6 var(--st-font); color: var(--st-text-color); white-space: pre-wrap; overflow-wrap: anywhere; }
.claim { border-bottom: 2px solid transparent; }
.supported { border-color: #2e7d32; }
.contradicted { border-color: #c62828; }
.not_found { border-color: #b26a00; border-bottom-style: dashed; }
.sign { font-weight: 700; margin-inline: .25em; cursor: help; }
.supported + .sign { color: #2e7d32; }
.contradicted + .sign { color: #c62828; }
.not_found + .sign { color: #b26a00; }
button.chip {
  font: inherit; font-size: .8em; line-height: 1.3; margin-inline: .15em; padding: 0 .5em; cursor: pointer;
  border-radius: 1em; border: 1px solid var(--st-primary-color);
  background: var(--st-secondary-background-color); color: var(--st-text-color);
}
button.chip:hover, button.chip:focus-visible, button.chip[aria-pressed="true"] {
  background: var(--st-primary-color); color: var(--st-background-color);
}
button.chip[disabled] { border-style: dotted; cursor: not-allowed; opacity: .6; }
.reason { margin: .5em 0 0; padding: 0; list-style: none; font-size: .85em; opacity: .85; }
"""

_JS = """
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = document.createElement('div');
  root.className = 'answer';
  const add = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.textContent = text;
    root.appendChild(element);
    return element;
  };
  for (const piece of data.pieces) {
    if (piece.kind === 'text') {
      const span = add('span', piece.verdict ? 'claim ' + piece.verdict : '', piece.text);
      if (piece.reason) span.title = piece.reason;
    } else if (piece.kind === 'sign') {
      const sign = add('span', 'sign', piece.text);
      sign.title = piece.reason;
      sign.setAttribute('role', 'img');
      sign.setAttribute('aria-label', piece.label + ': ' + piece.reason);
    } else {
      const chip = add('button', 'chip', String(piece.number));
      chip.type = 'button';
      chip.title = piece.label;
      chip.disabled = !piece.valid;
      chip.setAttribute('aria-pressed', String(piece.number === data.selected));
      chip.onclick = () => setTriggerValue('cited', piece.number);
    }
  }
  const old = parentElement.querySelector('.answer');
  if (old) old.replaceWith(root); else parentElement.appendChild(root);
}
"""


def pieces_of(answer: Mapping[str, Any], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """An answer's JSON form as pieces in the order of its text: `text`, `citation` and, behind each claim, `sign`.

    `labels` name the verdicts in the reader's language. A claim that the text does not hold word for word, which a
    check may have cut or joined, stands without an underline: its sign and reason follow at the end of the text.
    """
    text: str = answer["text"]
    pieces: list[dict[str, Any]] = []
    position = 0
    left: list[Mapping[str, Any]] = []
    for claim in answer["claims"]:
        start = text.find(claim["text"], position)
        if start < 0:
            left.append(claim)
            continue
        end = start + len(claim["text"])
        pieces += _plain(text[position:start], answer)
        marks = _marks_behind(text, end)
        pieces.append({"kind": "text", "text": claim["text"], "verdict": claim["verdict"], "reason": claim["reason"]})
        pieces.append(_sign(claim, labels))
        pieces += _plain(text[end:marks], answer)
        position = marks
    pieces += _plain(text[position:], answer)
    return pieces + [_sign(claim, labels) for claim in left]


def show_answer(
    answer: Mapping[str, Any], labels: Mapping[str, str], *, key: str, selected: int | None = None
) -> int | None:
    """Draw an answer; the number of the citation that was clicked just now."""
    data = {"pieces": pieces_of(answer, labels), "selected": selected}
    result = _component()(data=data, key=key, on_cited_change=lambda: None)
    return None if result.cited is None else int(result.cited)


@cache
def _component() -> Any:  # noqa: ANN401 - Streamlit's renderer
    from streamlit.components.v2 import component

    return component("chartwell_answer", css=_CSS, js=_JS)


def _sign(claim: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    verdict = claim["verdict"]
    return {"kind": "sign", "text": _SIGNS[verdict], "reason": claim["reason"], "label": labels[verdict]}


def _marks_behind(text: str, end: int) -> int:
    """Where the citations that follow a claim end, with the punctuation between."""
    while True:
        space = re.compile(r"[\s.。]*").match(text, end)
        mark = _MARK.match(text, space.end() if space else end)
        if mark is None:
            return end
        end = mark.end()


def _plain(text: str, answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    pieces: list[dict[str, Any]] = []
    position = 0
    for mark in _MARK.finditer(text):
        if mark.start() > position:
            pieces.append({"kind": "text", "text": text[position : mark.start()]})
        pieces += [_chip(number, answer["evidence"]) for number in _numbers(mark.group(1))]
        position = mark.end()
    if position < len(text):
        pieces.append({"kind": "text", "text": text[position:]})
    return pieces


def _numbers(mark: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", mark)]


def _chip(number: int, evidence: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    valid = 1 <= number <= len(evidence)
    label = str(evidence[number - 1]["source"]).rsplit("/", 1)[-1] if valid else "?"
    return {"kind": "citation", "number": number, "valid": valid, "label": label}
