"""`chartwell.toml` changed by the program, as its owner would change it: comments, order and all else stay."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, MutableMapping
from functools import reduce
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from pydantic import SecretStr

from ..errors import MissingDependency, SettingsError
from ..indexing.addresses import shown

Changes = Mapping[str, Any]
"""Values by dotted name, such as `{"answer.policy": "strict"}`."""
_ONE_AT_A_TIME = threading.Lock()


def change_settings_file(path: Path, changes: Changes) -> None:
    """Set settings; the file is made if missing. One that is given a secret is its owner's alone to read.

    What is set is not looked at: `Settings.load(**nested(changes))` tries it before. Raises `SettingsError` where the
    file cannot be read or written, `MissingDependency`.
    """
    try:
        import tomlkit
    except ImportError as error:
        raise MissingDependency("Changing settings needs tomlkit.", hint="pip install 'chartwell[ui]'.") from error
    with _ONE_AT_A_TIME:
        try:
            document = tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()
            for name, value in changes.items():
                _set(document, name, value)
            secret = any(map(_is_secret, changes.values()))
            _replace(path.resolve(), tomlkit.dumps(document).encode(), keep_mode=not secret)
        except (OSError, ValueError) as error:  # tomlkit's errors are ValueErrors
            raise SettingsError(
                f"The settings cannot be kept in {path}: {error}.",
                hint="Change the file by hand, or let Chartwell write to it.",
            ) from error


def nested(changes: Changes) -> dict[str, Any]:
    """Changes as `Settings.load` takes them."""
    found: dict[str, Any] = {}
    for name, value in changes.items():
        *sections, key = name.split(".")
        reduce(lambda inner, section: inner.setdefault(section, {}), sections, found)[key] = value
    return found


def _is_secret(value: object) -> bool:
    """A password or key, or an address with a login."""
    return isinstance(value, SecretStr) or (isinstance(value, str) and shown(value) != value)


def _replace(path: Path, data: bytes, *, keep_mode: bool) -> None:
    """Put `data` at `path`, whole or not at all; but for `keep_mode` only its owner may ever read it."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            if keep_mode and path.exists():
                temporary.chmod(path.stat().st_mode & 0o777)
            temporary.replace(path)
        except BaseException:  # whatever stopped the writing: the half file goes, the exception goes on
            temporary.unlink(missing_ok=True)
            raise


def _set(document: Any, name: str, value: Any) -> None:  # noqa: ANN401 - tomlkit's containers
    import tomlkit

    *sections, key = name.split(".")
    inner = document
    for section in sections:
        if section not in inner:
            inner[section] = tomlkit.table()
        inner = inner[section]
        if not isinstance(inner, MutableMapping):
            raise ValueError(f"`{section}` is no section")  # noqa: TRY004 - the file is at fault, as in tomlkit's own
    inner[key] = value.get_secret_value() if isinstance(value, SecretStr) else value
