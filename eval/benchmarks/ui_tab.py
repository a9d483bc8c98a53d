"""A browser tab without a browser: it speaks the chat's websocket as Streamlit's own page does.

It costs the machine next to nothing, so that what is measured is the server.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType

Place = tuple[int, ...]
"""Where an element stands in the page."""
ANSWER = "chartwell_answer"
"""How the name of the component that shows an answer ends."""


@dataclass(slots=True)
class Exchange:
    """Seconds from the question to the first news of what was found, and to the answer; what the page complained of."""

    found: float = 0.0
    answered: float = 0.0
    errors: list[str] = field(default_factory=list)


class Tab:
    """One session; a context manager. `elements` are what the page shows, by their places in it."""

    def __init__(self, port: int, query: str = "") -> None:
        self.elements: dict[Place, Any] = {}
        self._drawn: set[Place] = set()
        self._port = port
        self._open = ExitStack()
        self._query = query

    def __enter__(self) -> Self:
        from websockets.sync.client import connect
        from websockets.typing import Subprotocol

        address = f"ws://127.0.0.1:{self._port}/_stcore/stream"
        connecting = connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None, ping_interval=None)
        self._socket = self._open.enter_context(connecting)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def open(self, seconds: float = 60) -> float:
        """Load the page; the seconds until there is a field for questions. Raises `TimeoutError`."""
        started = time.perf_counter()
        ready = 0.0
        self._send()
        for _, element in self._arriving(seconds):
            if not ready and element.WhichOneof("type") == "chat_input":
                ready = time.perf_counter() - started
        return ready

    def ask(self, question: str, seconds: float = 120) -> Exchange:
        """Ask, and wait for the answer or an error. Raises `TimeoutError`."""
        exchange = Exchange()
        before = len(self.answers)
        status: tuple[Place, str] | None = None
        asked = False
        started = time.perf_counter()
        self._send(question)
        for place, element in self._arriving(seconds):
            now = time.perf_counter() - started
            if complaint := _complaint(element):
                exchange.errors.append(complaint)
            if element.WhichOneof("type") == "text":
                # The text after the question's own says how far it is; its second wording tells what was found.
                if asked and status is None:
                    status = place, element.text.body
                elif status and place == status[0] and element.text.body != status[1]:
                    exchange.found = exchange.found or now
                asked = asked or element.text.body == question
            if not exchange.answered and (len(self.answers) > before or exchange.errors):
                exchange.answered = now
                exchange.found = exchange.found or now
        return exchange

    def click(self, label: str, seconds: float = 60) -> None:
        """Press a button, and wait until the page has been drawn again. Raises `TimeoutError`, `LookupError`."""
        found = next((one.button.id for one in self._of_kind("button") if one.button.label == label), None)
        if found is None:
            raise LookupError(f"there is no button {label!r}")
        self._send(trigger=found)
        for _ in self._arriving(seconds):
            pass

    @property
    def texts(self) -> list[str]:
        """What the page says in plain text, notes and messages."""
        return [
            getattr(one, kind).body for kind in ("text", "markdown", "alert", "heading") for one in self._of_kind(kind)
        ]

    @property
    def answers(self) -> list[str]:
        """The answers shown, as the JSON that draws them."""
        shown = self._of_kind("bidi_component")
        return [one.bidi_component.mixed.json or one.bidi_component.json for one in shown if _is_answer(one)]

    def _of_kind(self, kind: str) -> list[Any]:
        return [one for one in self.elements.values() if one.WhichOneof("type") == kind]

    def _send(self, question: str | None = None, trigger: str | None = None) -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg

        message = BackMsg()
        message.rerun_script.query_string = self._query
        if question is not None:
            state = message.rerun_script.widget_states.widgets.add()
            state.id = self._of_kind("chat_input")[0].chat_input.id
            state.chat_input_value.data = question
        if trigger is not None:
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.trigger_value = trigger, True
        self._socket.send(message.SerializeToString())

    def _arriving(self, seconds: float) -> Iterator[tuple[Place, Any]]:
        """New elements with their places, until the page is drawn. Raises `TimeoutError`."""
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        end = time.monotonic() + seconds
        while True:
            data = self._socket.recv(timeout=max(0.0, end - time.monotonic()), decode=False)
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._drawn = set()
            elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                # Not of a fragment, which draws its own part only.
                self._drop_stale()
                return
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                place = tuple(message.metadata.delta_path)
                self.elements[place] = message.delta.new_element
                self._drawn.add(place)
                yield place, message.delta.new_element

    def _drop_stale(self) -> None:
        """What a whole run of the page has not drawn is there no more."""
        self.elements = {place: one for place, one in self.elements.items() if place in self._drawn}


def _is_answer(element: Any) -> bool:  # noqa: ANN401 - a protobuf message
    return bool(element.bidi_component.component_name.endswith(ANSWER))


def _complaint(element: Any) -> str:  # noqa: ANN401 - a protobuf message
    if element.WhichOneof("type") == "exception":
        return str(element.exception.message)
    if element.WhichOneof("type") == "alert" and element.alert.format == element.alert.ERROR:
        return str(element.alert.body)
    return ""
