"""Who may use the interface: everybody on this machine, those with a password, or those whom OIDC lets in."""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
import ipaddress
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from ...errors import MissingDependency, SettingsError
from ..ui_settings import UiSettings

MOST_ATTEMPTS = 5
PER_SECONDS = 300.0
_SECRET_CHARACTERS = 32
"""Of Streamlit's `cookie_secret`, which signs who is logged in."""
_OIDC_KEYS = ("client_id", "client_secret", "server_metadata_url", "redirect_uri", "cookie_secret")


def check_address(settings: UiSettings, host: str) -> None:
    """Raise `SettingsError` for an address beyond this machine without a login, unless `ui.allow_remote` is set."""
    if _is_local(host) or settings.login != "none" or settings.allow_remote:
        return
    raise SettingsError(
        f"{host} can be reached from other machines, and the interface asks for no password.",
        hint="Set `ui.password`, or `ui.login = oidc`, or `ui.allow_remote = true` if that is meant.",
    )


def allowed_hosts(settings: UiSettings, host: str) -> list[str]:
    """The names by which a browser may call the interface; empty: by any.

    Where nothing else stands at the door: a page of another site whose name is made to lead to this machine (DNS
    rebinding) would pass for the interface's own.
    """
    if settings.login != "none" or settings.allow_remote:
        return []
    return sorted({"localhost", "127.0.0.1", "::1", host})


def check_oidc(auth: Mapping[str, Any]) -> None:
    """Look at `[auth]` of Streamlit's secrets before anybody needs it. Raises `SettingsError`, `MissingDependency`."""
    if importlib.util.find_spec("authlib") is None:
        raise MissingDependency("`ui.login = oidc` needs Authlib.", hint="pip install 'chartwell[ui]'.")
    missing = [name for name in _OIDC_KEYS if not str(auth.get(name, "")).strip()]
    if missing:
        raise SettingsError(
            f"`ui.login = oidc` lacks {', '.join(missing)}.",
            hint="They stand in `.streamlit/secrets.toml`, under `[auth]`; the README shows an example.",
        )
    if not str(auth["redirect_uri"]).endswith("/oauth2callback"):
        raise SettingsError(
            f"The `redirect_uri` {auth['redirect_uri']} of `ui.login = oidc` leads elsewhere.",
            hint="It is the address of this interface with /oauth2callback behind it.",
        )
    if len(str(auth["cookie_secret"])) < _SECRET_CHARACTERS:
        raise SettingsError(
            f"The `cookie_secret` of `ui.login = oidc` is shorter than {_SECRET_CHARACTERS} characters.",
            hint='Make one: python -c "import secrets; print(secrets.token_urlsafe(48))"',
        )


def is_password(settings: UiSettings, given: str) -> bool:
    """Whether it is the password, in a time that tells neither how much of it is right nor how long it is."""
    ours, theirs = (
        hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        for text in (settings.password.get_secret_value(), given)
    )
    return hmac.compare_digest(ours, theirs)


def is_allowed(settings: UiSettings, user: Mapping[str, Any]) -> bool:
    """Whether somebody whom the OIDC provider knows may come in: by an address that it has not called unverified."""
    if not settings.allowed_emails:
        return True
    email = str(user.get("email") or "").lower()
    verified = user.get("email_verified") in (True, None)
    return verified and any(fnmatchcase(email, pattern.lower()) for pattern in settings.allowed_emails)


def name_of(user: Mapping[str, Any]) -> str:
    """By what somebody is addressed whom the OIDC provider knows: name and address, or what there is of them."""
    name, email = (str(user.get(key) or "").strip() for key in ("name", "email"))
    if name and email and name != email:
        return f"{name} ({email})"
    return name or email or str(user.get("sub") or "?")


class LoginAttempts:
    """Lets each address try so many passwords in so many seconds. Safe to use from any thread."""

    def __init__(
        self,
        most: int = MOST_ATTEMPTS,
        seconds: float = PER_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._tried: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def try_one(self, address: str) -> float:
        """Count an attempt before it is made: 0 where it may be made, else the seconds until the next may."""
        now = self._clock()
        with self._lock:
            self._forget_old(now)
            tried = self._tried.setdefault(address, deque())
            if len(tried) >= self._most:
                return tried[0] + self._seconds - now
            tried.append(now)
            return 0.0

    def succeeded(self, address: str) -> None:
        """Who knows the password begins anew."""
        with self._lock:
            self._tried.pop(address, None)

    def _forget_old(self, now: float) -> None:
        for address, tried in list(self._tried.items()):
            while tried and tried[0] + self._seconds <= now:
                tried.popleft()
            if not tried:
                del self._tried[address]


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
