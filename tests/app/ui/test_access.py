"""Who may use the interface, and from where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.app.settings import Settings
from chartwell.app.ui.access import LoginAttempts, check_address, check_oidc, is_allowed, is_password
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


OIDC = {
    "client_id": "chartwell",
    "client_secret": "s",
    "server_metadata_url": "http://127.0.0.1:9/.well-known/openid-configuration",
    "redirect_uri": "http://127.0.0.1:8501/oauth2callback",
    "cookie_secret": "c" * 32,
}


def test_a_login_by_oidc_that_cannot_work_is_refused_before_anything_is_served(tmp_path, monkeypatch):
    from chartwell.app.ui_command import run_ui

    pytest.importorskip("authlib", reason="the extra `ui` is not installed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CHARTWELL_UI__LOGIN", "oidc")
    with pytest.raises(SettingsError, match="client_id"):
        run_ui(tmp_path / "home", host="127.0.0.1", port=None, browser=False)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({name: ""}, name)
        for name in ("client_id", "client_secret", "server_metadata_url", "redirect_uri", "cookie_secret")
    ]
    + [
        ({"redirect_uri": "http://127.0.0.1:8501/"}, "leads elsewhere"),
        ({"cookie_secret": "short"}, "32 characters"),
    ],
)
def test_each_part_of_oidc_is_looked_at(wrong, words):
    pytest.importorskip("authlib", reason="the extra `ui` is not installed")
    check_oidc(OIDC)
    with pytest.raises(SettingsError, match=words) as caught:
        check_oidc({**OIDC, **wrong})
    assert caught.value.hint


def test_only_verified_addresses_on_the_list_come_in():
    settings = UiSettings(login="oidc", allowed_emails=("*@example.org", "Ann@example.com"))
    assert is_allowed(settings, {"email": "bob@example.org", "email_verified": True})
    assert is_allowed(settings, {"email": "ANN@example.com"})
    for user in (
        {"email": "bob@example.org", "email_verified": False},
        {"email": "bob@example.org.evil.test"},
        {"email": "eve@example.com"},
        {"email": None},
        {},
    ):
        assert not is_allowed(settings, user)
        assert is_allowed(UiSettings(login="oidc"), user)


def test_attempts_are_limited_for_each_address():
    now = [0.0]
    attempts = LoginAttempts(3, 60.0, lambda: now[0])
    assert [attempts.try_one("a") for _ in range(3)] == [0.0, 0.0, 0.0]
    now[0] = 20.0
    assert attempts.try_one("a") == 40.0
    assert attempts.try_one("b") == 0.0
    now[0] = 60.0
    assert attempts.try_one("a") == 0.0
    attempts.succeeded("a")
    assert [attempts.try_one("a") for _ in range(4)] == [0.0, 0.0, 0.0, 60.0]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 30))))
def test_no_window_holds_more_attempts_than_allowed(steps):
    now = [0.0]
    attempts = LoginAttempts(3, 60.0, lambda: now[0])
    made = []
    for address, later in steps:
        now[0] += later
        if attempts.try_one(address) == 0:
            made.append((address, now[0]))
    for address, at in made:
        assert sum(one == address and at - 60 < then <= at for one, then in made) <= 3
