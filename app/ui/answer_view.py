"""An answer on the page: its claims with verdict signs, its citations as buttons.

A component of our own, because Markdown would render what documents and models say. Its script puts every word in
with `textContent`, so nothing of it can become markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from .answer_pieces import Told, notes_of, pieces_of
from .session import say

_CSS = """
.answer { font: 1rem/1.6 var(--st-font); color: var(--st-text-color); white-space: pre-wrap; overflow-wrap: anywhere; }
.claim { border-bottom: 2px solid transparent; }
.claim.supported { border-color: #2e9d37; }
.claim.contradicted { border-color: #e0483f; }
.claim.not_found { border-color: #c77800; border-bottom-style: dashed; }
.sign { font-weight: 700; margin-inline: .25em; cursor: help; }
.sign.supported { color: color-mix(in srgb, #2e9d37 65%, var(--st-text-color)); }
.sign.contradicted { color: color-mix(in srgb, #e0483f 65%, var(--st-text-color)); }
.sign.not_found { color: color-mix(in srgb, #c77800 65%, var(--st-text-color)); }
button.chip {
  font: inherit; font-size: .8em; line-height: 1.3; margin-inline: .15em; padding: 0 .5em; cursor: pointer;
  border-radius: 1em; border: 1px solid var(--st-primary-color);
  background: var(--st-secondary-background-color); color: var(--st-text-color);
}
button.chip:hover, button.chip:focus-visible, button.chip[aria-pressed="true"] {
  background: color-mix(in srgb, var(--st-primary-color) 65%, #000); color: #fff;
}
button.chip[disabled] { border-style: dotted; cursor: not-allowed; opacity: .6; }
.note { margin: .5em 0 0; font-size: .85em; opacity: .85; }
"""

_JS = """
// The citation that was opened by key, as the answer's key and its place among the buttons: the page is drawn anew when
// its evidence opens and when it closes, and the focus would be lost each time.
let opened = null;
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
      const sign = add('span', 'sign ' + piece.verdict, piece.sign);
      sign.title = piece.reason;
      sign.setAttribute('role', 'img');
      sign.setAttribute('aria-label', piece.label + ': ' + piece.reason);
    } else {
      const chip = add('button', 'chip', String(piece.number));
      chip.type = 'button';
      chip.title = piece.label;
      chip.setAttribute('aria-label', data.citation + ' ' + piece.number + ': ' + piece.label);
      chip.disabled = !piece.valid;
      chip.setAttribute('aria-pressed', String(
        data.selected !== null && piece.number === data.selected[0] && piece.claim === data.selected[1]));
      chip.onclick = (event) => {
        opened = event.detail ? null : { answer: data.key, place: [...root.querySelectorAll('.chip')].indexOf(chip) };
        setTriggerValue('cited', { number: piece.number, claim: piece.claim });
      };
    }
  }
  for (const note of data.notes) {
    const line = add('p', 'note', '');
    const sign = document.createElement('span');
    sign.className = 'sign ' + note.verdict;
    sign.textContent = note.sign + ' ' + note.label;
    line.append(sign, note.claim + ' — ' + note.reason);
  }
  const old = parentElement.querySelector('.answer');
  if (old) old.replaceWith(root); else parentElement.appendChild(root);
  if (opened !== null && opened.answer === data.key && document.activeElement === document.body)
    root.querySelectorAll('.chip')[opened.place]?.focus({ preventScroll: true });
}
"""


def show_answer(
    answer: Told, labels: Mapping[str, str], *, key: str, selected: tuple[int, int | None] | None = None
) -> tuple[int, int | None] | None:
    """Draw an answer; of the citation that was clicked just now the number and the position of the claim citing it."""
    data = {
        "pieces": pieces_of(answer, labels),
        "notes": notes_of(answer, labels),
        "selected": list(selected) if selected else None,
        "citation": say("evidence"),
        "key": key,
    }
    cited = _component()(data=data, key=key, on_cited_change=lambda: None).cited
    if cited is None:
        return None
    return int(cited["number"]), None if cited["claim"] is None else int(cited["claim"])


@cache
def _component() -> Any:  # noqa: ANN401 - Streamlit's renderer
    from streamlit.components.v2 import component

    return component("chartwell_answer", css=_CSS, js=_JS)
