"""`chartwell ui`: Streamlit over a folder of collections."""

from __future__ import annotations

import gc
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import MissingDependency
from .settings import Settings
from .ui import access


def run_ui(home: Path, *, host: str | None, port: int | None, browser: bool) -> None:
    """Serve the interface until Ctrl-C. `home` holds the collections, each a folder, and is created if missing.

    Raises `MissingDependency` without Streamlit, `SettingsError` for an address beyond this machine without a login
    and for a login that cannot work.
    """
    ui = Settings.load().ui
    address = host or ui.host
    access.check_address(ui, address)
    try:
        from streamlit.web import bootstrap
    except ImportError as error:
        raise MissingDependency("The chat needs Streamlit.", hint="Install it: pip install 'chartwell[ui]'.") from error
    home.mkdir(parents=True, exist_ok=True)
    options = {
        "server.address": address,
        "server.port": port or ui.port,
        "server.headless": not browser,
        "server.maxUploadSize": ui.max_upload_mib,
        "server.fileWatcherType": "none",
        "server.enableStaticServing": False,
        "server.allowedHosts": access.allowed_hosts(ui, address),
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "viewer",
        "client.showErrorDetails": "none",
        "runner.postScriptGC": False,
    }
    _ask_nobody_for_our_address()
    threading.Thread(target=_warm_up, daemon=True).start()
    bootstrap.load_config_options(flag_options={name.replace(".", "_"): value for name, value in options.items()})
    if ui.login == "oidc":
        access.check_oidc(_streamlit_secrets().get("auth", {}))
    script = Path(__file__).parent / "ui" / "main.py"
    bootstrap.run(str(script), is_hello=False, args=[str(home.resolve())], flag_options={})


def _ask_nobody_for_our_address() -> None:
    """Streamlit asks a server on the internet for this machine's public address when a page of another origin connects.

    It would let pages from that address in, which nobody needs; there is no setting against it.
    """
    from streamlit import net_util

    net_util.get_external_ip = lambda: None


def _streamlit_secrets() -> Mapping[str, Any]:
    """What stands in `.streamlit/secrets.toml`, empty without one."""
    import streamlit
    from streamlit.errors import StreamlitSecretNotFoundError

    try:
        return streamlit.secrets.to_dict()
    except StreamlitSecretNotFoundError:
        return {}


def _warm_up() -> None:
    """Load what the first question needs, and keep it from the garbage collection that Streamlit runs every time."""
    with suppress(ImportError):  # whoever asks hears of it
        import sentence_transformers  # noqa: F401 - to have it loaded
    gc.collect()
    gc.freeze()
