"""The login by OpenID Connect in a real browser, with a provider of the test's own on this machine."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from chartwell.eval.benchmarks.served_chat import free_port, served

CLIENT, CLIENT_SECRET = "chartwell", "a secret between the two"
ANN = {"sub": "1", "name": "Ann <b>Fisher</b>", "email": "Ann@Example.org", "email_verified": True}
EVE = {"sub": "2", "name": "Eve", "email": "eve@example.org.evil.test", "email_verified": True}
UNVERIFIED = {"sub": "3", "name": "Mallory", "email": "mallory@example.org", "email_verified": False}
PEOPLE = {"Ann": ANN, "Eve": EVE, "Mallory": UNVERIFIED}


def new_key(name):
    from joserfc.jwk import RSAKey

    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


class Provider(ThreadingHTTPServer):
    """An OpenID provider: discovery, a page where one says who one is, tokens with a signed identity, keys, logout."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.key = self.signing_key = new_key("one")
        self.asked = {}
        """By code, who was chosen, and what the chat asked for with it."""
        self.refused = []
        self.logged_out = []

    def identity(self, person, asked):
        from joserfc import jwt

        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **person}
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.signing_key)


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        place, asked = urlsplit(self.path), {}
        asked = {name: values[0] for name, values in parse_qs(place.query).items()}
        match place.path:
            case "/.well-known/openid-configuration":
                self.tell(self.description())
            case "/keys":
                self.tell({"keys": [self.server.key.as_dict(private=False)]})
            case "/authorize":
                links = "".join(
                    f'<a href="/chosen?{urlencode({**asked, "who": name})}">{name}</a> ' for name in [*PEOPLE, "nobody"]
                )
                self.send(b"<title>Provider</title>" + links.encode(), "text/html")
            case "/chosen":
                self.choose(asked)
            case "/logout":
                self.server.logged_out.append(asked)
                self.lead_to(asked["post_logout_redirect_uri"])
            case "/favicon.ico":  # browsers ask for it, and complain
                self.send(b"", "image/x-icon")
            case _:
                self.send_error(404)

    def do_POST(self):
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = {name: values[0] for name, values in parse_qs(sent).items()}
        known = "Basic " + base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        person, asked = self.server.asked.pop(given.get("code"), (None, {}))
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        if (
            self.headers.get("Authorization") != known
            or given.get("grant_type") != "authorization_code"
            or asked.get("redirect_uri") != given.get("redirect_uri")
            or asked.get("code_challenge") != base64.urlsafe_b64encode(digest).decode().rstrip("=")
        ):
            self.server.refused.append(given)
            self.send(b'{"error": "invalid_grant"}', "application/json", 400)
            return
        identity = self.server.identity(person, asked)
        self.tell({"access_token": secrets.token_hex(), "token_type": "Bearer", "id_token": identity})

    def description(self):
        at = self.server.issuer
        return {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/keys",
            "end_session_endpoint": f"{at}/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        }

    def choose(self, asked):
        if asked["who"] not in PEOPLE:
            self.lead_to(asked["redirect_uri"], error="access_denied", state=asked["state"])
            return
        code = secrets.token_hex()
        self.server.asked[code] = PEOPLE[asked["who"]], asked
        self.lead_to(asked["redirect_uri"], code=code, state=asked["state"])

    def lead_to(self, address, **told):
        self.send_response(302)
        self.send_header("Location", address + (f"?{urlencode(told)}" if told else ""))
        self.end_headers()

    def tell(self, told):
        self.send(json.dumps(told).encode(), "application/json")

    def send(self, body, kind, status=200):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def provider():
    pytest.importorskip("authlib", reason="the extra `ui` is not installed")
    with Provider() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def address(tmp_path_factory, ui_home, provider):
    """The chat, set up as the README shows."""
    folder, port = tmp_path_factory.mktemp("openid"), free_port()
    (folder / ".streamlit").mkdir()
    told = {
        "redirect_uri": f"http://127.0.0.1:{port}/oauth2callback",
        "cookie_secret": secrets.token_urlsafe(48),
        "client_id": CLIENT,
        "client_secret": CLIENT_SECRET,
        "server_metadata_url": f"{provider.issuer}/.well-known/openid-configuration",
    }
    lines = [f"{name} = {json.dumps(value)}\n" for name, value in told.items()]
    (folder / ".streamlit" / "secrets.toml").write_text("[auth]\n" + "".join(lines), "utf-8")
    settings = {
        "CHARTWELL_UI__LOGIN": "oidc",
        "CHARTWELL_UI__ALLOWED_EMAILS": '["*@example.org"]',
        "no_proxy": "127.0.0.1",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        with served(ui_home, settings, port=port) as chat:
            yield chat.address


@pytest.fixture
def log_in(open_tab, address):
    """Goes to the provider and says who one is there; gives the tab that is back."""

    def log_in(who, *, tab=None):
        tab = tab or open_tab(address)
        tab.page.get_by_role("button", name="Log in with your account").click()
        tab.page.get_by_role("link", name=who, exact=True).click()
        tab.page.wait_for_url(address)
        tab.settle()
        return tab

    return log_in


def is_outside(tab):
    """Nothing of the collections is there, neither to see nor to ask."""
    page = tab.page
    return not any(page.get_by_test_id(one).count() for one in ("stChatInput", "stSelectbox", "stSidebarNav"))


def test_somebody_on_the_list_comes_in_asks_and_leaves(log_in, open_tab, address, provider):
    tab = open_tab(address)
    tab.page.get_by_role("button", name="Log in with your account").wait_for()
    assert is_outside(tab)
    log_in("Ann", tab=tab)
    sidebar = tab.page.get_by_test_id("stSidebar")
    sidebar.get_by_text("Logged in as Ann <b>Fisher</b> (Ann@").wait_for()
    tab.ask("How many ships did the harbour handle in 2021?")
    assert "412 ships" in tab.page.locator(".answer").last.inner_text()
    tab.page.goto(address)
    sidebar.get_by_text("Logged in as Ann").wait_for()

    sidebar.get_by_role("button", name="Log out").click()
    tab.page.get_by_role("button", name="Log in with your account").wait_for()
    assert is_outside(tab)
    (told,) = provider.logged_out
    assert told["client_id"] == CLIENT
    tab.page.goto(address)
    tab.page.get_by_role("button", name="Log in with your account").wait_for()
    assert is_outside(tab)
    assert provider.refused == []


@pytest.mark.parametrize("who", ["Eve", "Mallory"])
def test_somebody_else_is_told_so_and_can_log_in_as_another(log_in, who):
    tab = log_in(who)
    tab.page.get_by_role("alert").get_by_text(f"{who} ({PEOPLE[who]['email'][:3]}").wait_for()
    assert "may not use this" in tab.page.get_by_role("alert").inner_text()
    assert is_outside(tab)
    tab.page.get_by_role("button", name="Log out").click()
    log_in("Ann", tab=tab)
    tab.page.get_by_test_id("stChatInputTextArea").wait_for()


def test_who_says_no_to_the_provider_stays_outside(log_in):
    tab = log_in("nobody")
    tab.page.get_by_role("button", name="Log in with your account").wait_for()
    assert is_outside(tab)


def test_an_identity_that_another_key_signed_is_none(log_in, provider, monkeypatch):
    monkeypatch.setattr(provider, "signing_key", new_key("forged"))
    tab = log_in("Ann")
    tab.page.get_by_role("button", name="Log in with your account").wait_for()
    assert is_outside(tab)
    assert provider.asked == {}
