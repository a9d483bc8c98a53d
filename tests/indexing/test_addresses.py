"""Logins in addresses are used and not shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.indexing.addresses import login_headers, shown, without_login, without_secrets

PLAIN = "https://host:8000/v1"
LOGIN = st.text(st.characters(codec="utf-8", exclude_characters="/?#@", exclude_categories=("Z", "C")), min_size=1)


@given(LOGIN)
def test_no_login_is_left(login):
    address = f"https://{login}@host:8000/v1"
    assert without_login(address) == PLAIN
    assert shown(f"See {address}, or {PLAIN}.") == f"See https://***@host:8000/v1, or {PLAIN}."


@pytest.mark.parametrize(
    "text", ["", PLAIN, "mail ann@host", "http://host/@ann", "http://host?q=a@b", "http://[broken/v1"]
)
def test_what_has_no_login_stays(text):
    assert shown(text) == without_login(text) == without_secrets(text, text) == text
    assert login_headers(text) == {}


def test_the_login_goes_in_headers():
    assert login_headers("http://ann:p%40ss@host") == {"Authorization": "Basic YW5uOnBAc3M="}
    said = without_secrets("no p@ss, no YW5uOnBAc3M=, no k-1", "http://ann:p%40ss@host", "k-1")
    assert said == "no ***, no ***, no ***"
