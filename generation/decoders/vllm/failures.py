"""What goes wrong at a server, told in our words: which server, what it said, what to do.

The table is complete for the client library's errors; a test looks.
"""

from __future__ import annotations

import json
import re
from typing import Any

import httpx2
import openai

from ....errors import ContextOverflow, DecoderError, DecoderInterrupted, DecoderRefused, DecoderUnreachable
from ....indexing.addresses import shown, without_secrets
from .connection import Unreadable
from .options import VllmOptions

GARBAGE = (Unreadable, ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What the client library raises over answers that are none, among them broken JSON and broken UTF-8."""
FAILURES = (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, OSError, *GARBAGE)
"""Everything that a call may raise and `failure` translates."""

_EXCERPT = 300
_OVERFLOW = re.compile(
    r"context[_ ](?:length|window)|max_model_len|longer than the maximum|max_(?:completion_)?tokens.{0,40}too large",
    re.IGNORECASE,
)
_PICTURES = re.compile(r"multi-?modal|image", re.IGNORECASE)
_HTTP_REFUSALS = {301, 302, 303, 307, 308}


def failure(error: BaseException, options: VllmOptions, *, begun: bool = False) -> DecoderError:
    """The error to raise for one of `FAILURES`; `begun` where text had already come."""
    tell = _Teller(options)
    if isinstance(error, openai.APIStatusError):
        return tell.status(error)
    if isinstance(error, openai.APIConnectionError | httpx2.TransportError | OSError) and not isinstance(
        error.__cause__, Unreadable
    ):
        cause = _innermost(error)
        return tell.interrupted(f"the connection broke ({cause})") if begun else tell.unreachable(cause)
    if isinstance(error, openai.APIError) and not isinstance(error, openai.APIConnectionError):
        # What the server itself reports in the middle of its answer, after the status 200.
        return tell.interrupted(f"it reported: {tell.excerpt(error.message)}")
    if isinstance(error, httpx2.InvalidURL):
        return tell.refused(f"its address cannot be used ({tell.excerpt(str(error))})", "Check `decoder.base_url`.")
    cause = str(error.__cause__) if isinstance(error.__cause__, Unreadable) else str(error)
    known = isinstance(error, Unreadable) or isinstance(error.__cause__, Unreadable)
    said = tell.excerpt(cause)
    return tell.interrupted(said if known else f"what it sent is no answer ({type(error).__name__}: {said})")


def too_slow(options: VllmOptions, seconds: float, *, begun: bool) -> DecoderError:
    """Nothing came for so long."""
    tell = _Teller(options)
    if begun:
        return tell.interrupted(f"nothing came for {seconds:g} s in the middle of the answer")
    return DecoderUnreachable(
        f"{tell.subject} did not begin to answer within {seconds:g} s.",
        hint="Is it overloaded? `decoder.first_token_seconds` sets how long it is waited for.",
        retryable=True,
    )


def broken_off(options: VllmOptions, reason: str) -> DecoderError:
    """The stream ended, or went on, as none should."""
    return _Teller(options).interrupted(reason)


class _Teller:
    """Words errors about one server, with its key and login blotted out wherever the server repeats them."""

    def __init__(self, options: VllmOptions) -> None:
        self._options = options
        self.subject = f"The model {options.model} at {shown(options.base_url)}"

    def excerpt(self, text: str) -> str:
        text = without_secrets(" ".join(text.split()), self._options.base_url, self._options.api_key)
        return text[:_EXCERPT].rstrip(".") or "nothing"

    def status(self, error: openai.APIStatusError) -> DecoderError:
        said, status = self.excerpt(_said(error)), error.status_code
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            return self.refused(f"it does not accept the API key (status {status})", "Set `decoder.api_key`.")
        if isinstance(error, openai.NotFoundError):
            return self.refused(
                f"there is nothing at this address (status 404: {said})",
                "`decoder.base_url` ends in /v1, as in http://127.0.0.1:8000/v1.",
            )
        if status in _HTTP_REFUSALS:
            there = self.excerpt(error.response.headers.get("location", ""))
            return self.refused(f"it sends us on to {there}", "Name the final address in `decoder.base_url`.")
        if isinstance(error, openai.RateLimitError | openai.InternalServerError) or status in (408, 425):
            return DecoderUnreachable(
                f"{self.subject} is overloaded or failing: status {status}: {said}.",
                hint="Try again later; the server's log tells more.",
                retryable=True,
            )
        if _OVERFLOW.search(said):
            return ContextOverflow(
                f"{self.subject} cannot take the prompt and an answer together: {said}.",
                hint="Lower `answer.evidence` or `decoder.max_tokens`, or serve the model with a longer context.",
            )
        pictures = "Lower `decoder.images`; 0 for models of text alone."
        hint = pictures if _PICTURES.search(said) else "It may not know one of the decoding settings."
        return self.refused(f"status {status}: {said}", hint)

    def refused(self, reason: str, hint: str) -> DecoderError:
        return DecoderRefused(f"{self.subject} refuses: {reason}.", hint=hint)

    def unreachable(self, cause: str) -> DecoderError:
        return DecoderUnreachable(
            f"{self.subject} cannot be reached: {self.excerpt(cause)}.",
            hint="Is it running? `chartwell serve-llm` starts one, `chartwell doctor` tests the connection.",
            retryable=True,
        )

    def interrupted(self, reason: str) -> DecoderError:
        return DecoderInterrupted(
            f"{self.subject} broke off its answer: {reason.rstrip('.')}.",
            hint="Ask again; the server's log tells more.",
            retryable=True,
        )


def _said(error: openai.APIStatusError) -> str:
    """The server's own message, out of the envelopes that it may come in."""
    body: Any = error.body
    for _ in range(3):
        if not isinstance(body, dict):
            break
        body = body.get("error") or body.get("message") or body.get("detail")
    if isinstance(body, str) and body:
        return body
    return json.dumps(body) if body else error.response.text


def _innermost(error: BaseException) -> str:
    """What the operating system said, beneath the layers of libraries."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return str(error) or type(error).__name__
