"""Addresses of servers: some hold a user's name and password, which belong into no message and no log."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

_LOGIN = re.compile(r"(?<=://)[^/?#\s]*@")


def shown(text: str) -> str:
    """A text with the logins of all addresses in it blotted out: `https://***@host/v1`."""
    return _LOGIN.sub("***@", text)


def without_login(address: str) -> str:
    """The address to connect to; the login goes in headers, so that no log of a library repeats it."""
    return _LOGIN.sub("", address, count=1)


def login_headers(address: str) -> Mapping[str, str]:
    """The headers that carry the login of an address; none where it has none."""
    user, password = _login(address)
    if not user and not password:
        return {}
    return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}


def without_secrets(text: str, address: str, key: str = "") -> str:
    """What somebody else says, without `key` and without the password of `address`."""
    headers = [value.split()[-1] for value in login_headers(address).values()]
    for secret in filter(None, (key, *headers, _login(address)[1])):
        text = text.replace(secret, "***")
    return shown(text)


def _login(address: str) -> tuple[str, str]:
    """User and password, each empty where it is not given."""
    try:
        parts = urlsplit(address)
    except ValueError:  # whoever connects to it says what is wrong with it
        return "", ""
    return unquote(parts.username or ""), unquote(parts.password or "")
