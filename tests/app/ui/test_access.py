"""Who may use the interface, and from where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.app.settings import Settings
from chartwell.app.ui.access import check_address, is_password
from chartwell.app.ui_settings import UiSettings
from chartwell.errors import SettingsError

OPEN = ["0.0.0.0", "::", "192.0.2.7", "example.org", ""]  # noqa: S104 - asked for, never bound


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_needs_no_login(host):
    check_address(UiSettings(), host)


@pytest.mark.parametrize("host", OPEN)
def test_other_machines_are_refused_without_a_login(host):
    with pytest.raises(SettingsError) as caught:
        check_address(UiSettings(), host)
    assert "ui.password" in caught.value.hint
    check_address(UiSettings(login="password", password="p"), host)
    check_address(UiSettings(login="oidc"), host)
    check_address(UiSettings(allow_remote=True), host)


@given(st.text(min_size=1), st.text())
def test_only_the_password_is_the_password(password, given_):
    settings = UiSettings(login="password", password=password)
    assert is_password(settings, password)
    assert is_password(settings, given_) == (given_ == password)


def test_a_password_without_its_login_is_a_mistake(monkeypatch):
    monkeypatch.setenv("CHARTWELL_UI__PASSWORD", "p")
    with pytest.raises(SettingsError):
        Settings.load()


def test_the_command_refuses_before_it_makes_or_serves_anything(tmp_path):
    from chartwell.app.ui_command import run_ui

    with pytest.raises(SettingsError):
        run_ui(tmp_path / "home", host="0.0.0.0", port=None, browser=False)  # noqa: S104 - refused
    assert not (tmp_path / "home").exists()
