"""A server in a process of its own: started, waited for, and stopped with all that it has started."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from ...errors import DecoderUnreachable

_LOOK_SECONDS = 0.25
_GRACE_SECONDS = 20.0


class ServerProcess:
    """Runs `command` in a session of its own, so that Ctrl-C reaches us alone, and we end it in order."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], health_url: str) -> None:
        # Its messages are no results: they go where ours go.
        self._process = subprocess.Popen(list(command), env=dict(environment), stdout=2, start_new_session=True)
        self._health_url = health_url

    def run(self, stop: threading.Event, on_ready: Callable[[], None]) -> None:
        """Until `stop` is set; `on_ready` is told when it answers.

        Raises `DecoderUnreachable` where the server ends by itself.
        """
        ready = False
        try:
            while not stop.wait(_LOOK_SECONDS):
                if (status := self._process.poll()) is not None:
                    raise DecoderUnreachable(
                        f"vLLM ended by itself, {_told(status)}.",
                        hint="Its own messages above say why. Where memory was short: `chartwell plan`.",
                    )
                if not ready and self._healthy():
                    ready = True
                    on_ready()
        finally:
            self.close()

    def close(self, grace_seconds: float = _GRACE_SECONDS) -> None:
        """Ask it to end, then insist; nothing that it started is left."""
        try:
            for number, seconds in ((signal.SIGINT, grace_seconds), (signal.SIGTERM, grace_seconds / 4)):
                if self._process.poll() is not None:
                    break
                self._signal(number, group=False)
                deadline = time.monotonic() + seconds
                while self._process.poll() is None and time.monotonic() < deadline:
                    time.sleep(_LOOK_SECONDS / 5)
        finally:  # also where a second Ctrl-C ends the waiting
            self._signal(signal.SIGKILL, group=True)
            self._process.wait()

    def _signal(self, number: signal.Signals, *, group: bool) -> None:
        with suppress(ProcessLookupError):  # it has ended in the meantime
            # The session's id is that of its first process, also when that has ended before the others.
            os.killpg(self._process.pid, number) if group else self._process.send_signal(number)

    def _healthy(self) -> bool:
        import httpx

        try:
            return httpx.get(self._health_url, timeout=1.0, trust_env=False).is_success
        except httpx.HTTPError:
            return False


def _told(status: int) -> str:
    return f"by signal {-status}" if status < 0 else f"with status {status}"
