"""The HTTP connection to a server that may be anything: how much it can make us hold is bounded.

Proxies that the environment names are not used for this machine's own addresses, and redirects are not followed: the
API key goes to nobody but the server in the settings.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import AsyncIterator
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx2

_MOST_EVENT_BYTES = 4 * 2**20
_MOST_JSON_BYTES = 64 * 2**20
_MOST_ERROR_BYTES = 64 * 2**10
_EXCERPT = 200
_EVENT_END = re.compile(rb"\r\n\r\n|\n\n|\r\r")


class Unreadable(Exception):
    """What the server sends is not what its API sends."""


def http_client(base_url: str, connect_seconds: float) -> httpx2.AsyncClient:
    """A client for one server. It limits the time to connect; the rest is limited by whoever uses it."""
    return httpx2.AsyncClient(
        trust_env=not is_loopback(base_url),
        timeout=httpx2.Timeout(None, connect=connect_seconds),
        limits=httpx2.Limits(max_connections=None),
        event_hooks={"response": [_bound]},
    )


def is_loopback(url: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or host.endswith(".localhost") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _bound(response: httpx2.Response) -> None:
    if not isinstance(response.stream, httpx2.AsyncByteStream):
        return
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
        response.stream = _Beginning(response.stream)
    elif kind == "text/event-stream":
        response.stream = _Events(response.stream)
    else:
        response.stream = _Json(response.stream, kind)


class _Wrapped(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def aclose(self) -> None:
        await self._stream.aclose()


class _Beginning(_Wrapped):
    """Of what a server says about an error, as much as one may want to read."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = _MOST_ERROR_BYTES
        async for block in self._stream:
            yield block[:left]
            left -= len(block)
            if left <= 0:
                return


class _Events(_Wrapped):
    """Server-sent events, none longer than any that a model sends."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        held, tail = 0, b""
        async for block in self._stream:
            joined = tail + block
            ends = [match.end() for match in _EVENT_END.finditer(joined)]
            held = len(joined) - ends[-1] if ends else held + len(block)
            if held > _MOST_EVENT_BYTES:
                raise Unreadable(f"a piece of its answer has more than {_MOST_EVENT_BYTES // 2**20} MiB")
            tail = joined[-3:]
            yield block


class _Json(_Wrapped):
    """A whole answer. Raises `Unreadable` where it is something else than JSON, or has no end."""

    def __init__(self, stream: httpx2.AsyncByteStream, kind: str) -> None:
        super().__init__(stream)
        self._kind = kind

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for block in self._stream:
            if self._kind != "application/json":
                said = " ".join(block[:_EXCERPT].decode("utf-8", "replace").split())
                raise Unreadable(f"it answers with {self._kind or 'something without a type'}: {said}")
            read += len(block)
            if read > _MOST_JSON_BYTES:
                raise Unreadable("its answer has no end")
            yield block
