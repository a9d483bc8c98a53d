"""Settings of the chat in the browser."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from .settings_section import Section


class UiSettings(Section):
    """The chat in the browser."""

    host: str = "127.0.0.1"
    port: int = Field(default=8501, ge=1, le=65_535)
    login: Literal["none", "password", "oidc"] = "none"
    """`oidc` is Streamlit's own login: its provider stands in `.streamlit/secrets.toml`, under `[auth]`."""
    password: SecretStr = SecretStr("")
    allow_remote: bool = False
    """May other machines reach it without a login?"""
    max_upload_mib: int = Field(default=200, ge=1)
    """Of one file."""
    change_settings: bool = True
    """Whether whoever is let in may change what the page *Settings* offers; it is kept in the settings file."""
    runs: str = "runs"
    """The folder whose subfolders are the evaluation runs that are shown."""
    allowed_emails: tuple[str, ...] = ()
    """With `login = oidc`: whom of those that the provider knows to let in, such as `*@example.org`; empty: all."""

    @model_validator(mode="after")
    def _password_is_given(self) -> Self:
        if (self.login == "password") != bool(self.password.get_secret_value()):
            raise ValueError("`ui.login = password` and `ui.password` belong together")
        return self
