"""Who may use the interface: everybody on this machine, those with a password, or those whom OIDC lets in."""

from __future__ import annotations

import hmac
import ipaddress

from ...errors import SettingsError
from ..ui_settings import UiSettings


def check_address(settings: UiSettings, host: str) -> None:
    """Raise `SettingsError` for an address beyond this machine without a login, unless `ui.allow_remote` is set."""
    if _is_local(host) or settings.login != "none" or settings.allow_remote:
        return
    raise SettingsError(
        f"{host} can be reached from other machines, and the interface asks for no password.",
        hint="Set `ui.password`, or `ui.login = oidc`, or `ui.allow_remote = true` if that is meant.",
    )


def is_password(settings: UiSettings, given: str) -> bool:
    """Whether it is the password, in a time that does not tell how much of it is right."""
    return hmac.compare_digest(given.encode(), settings.password.get_secret_value().encode())


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
