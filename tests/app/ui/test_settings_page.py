"""Settings changed in the interface, and the test of the decoder's server."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pydantic import SecretStr

from chartwell import Chartwell
from chartwell.app.settings import Settings, set_by_environment
from chartwell.app.ui_settings import UiSettings

QUESTION = "How many ships did the harbour handle in 2021?"


@pytest.fixture
def settings_path(tmp_path, monkeypatch, fresh_settings):
    path = tmp_path / "chartwell.toml"
    path.write_text("# ours\n")
    monkeypatch.setenv("CHARTWELL_CONFIG", str(path))
    return path


@pytest.fixture
def model_server():
    """Says which models it has, to those who know the key; the keys that were given."""
    keys = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            keys.append(self.headers.get("Authorization", ""))
            known = keys[-1] == "Bearer sesame"
            body = json.dumps({"object": "list", "data": [{"id": "tiny-model", "object": "model"}]} if known else {})
            self.send_response(200 if known else 401)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1", keys
    server.shutdown()
    thread.join()
    server.server_close()


def field(test, name):
    every = [*test.selectbox, *test.text_input, *test.number_input]
    return next(one for one in every if one.key and one.key.startswith(f"setting {name} "))


def press(test, label):
    test = next(one for one in test.button if one.label == label).click().run()
    assert not test.exception
    return test


def told(test):
    kinds = (test.success, test.warning, test.error, test.info)
    return " ".join(element.value.replace("\\", "") for kind in kinds for element in kind)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_a_change_is_in_force_at_once_and_kept(page, ui_home, settings_path):
    from chartwell.app.ui.session import client

    opened = client(ui_home / "kb")
    test = page("settings_page").run()
    assert not test.exception
    field(test, "answer.policy").set_value("strict")
    field(test, "retrieval.fine_depth").set_value(20)
    test = press(test, "Save")
    assert "Changed" in told(test)
    assert settings_path.read_text().startswith("# ours\n")
    assert (Settings.load().answer.policy, Settings.load().retrieval.fine_depth) == ("strict", 20)
    assert client(ui_home / "kb") is opened
    assert opened.ask(QUESTION).policy == "strict"
    assert field(test, "answer.policy").value == "strict"
    assert "Nothing was changed" in told(press(test, "Save"))


def test_a_setting_that_cannot_be_used_is_told_and_not_kept(page, settings_path):
    test = page("settings_page").run()
    field(test, "decoder.kind").set_value("vllm")
    test = press(test, "Save")
    assert "needs decoder.model" in told(test).replace("`", "")
    assert settings_path.read_text() == "# ours\n"


def test_what_the_environment_sets_cannot_be_changed_here(page, settings_path, monkeypatch):
    monkeypatch.setenv("CHARTWELL_ANSWER__POLICY", "strict")
    test = page("settings_page").run()
    assert field(test, "answer.policy").disabled
    assert not field(test, "answer.evidence").disabled


def test_an_administrator_can_forbid_it(page, settings_path, monkeypatch):
    monkeypatch.setenv("CHARTWELL_UI__CHANGE_SETTINGS", "false")
    test = page("settings_page").run()
    assert not test.exception
    assert "Save" not in {one.label for one in test.button}
    assert "cannot be changed here" in told(test)


def test_the_server_is_asked_for_its_models(page, settings_path, model_server):
    address, keys = model_server
    test = page("settings_page").run()
    field(test, "decoder.base_url").set_value(address)
    field(test, "decoder.api_key").set_value("sesame")
    field(test, "decoder.model").set_value("other-model")
    test = press(test, "Test the connection")
    assert "tiny-model" in told(test)
    assert "not among them" in told(test)
    assert keys
    assert settings_path.read_text() == "# ours\n"

    field(test, "decoder.api_key").set_value("wrong")
    test = press(test, "Test the connection")
    assert test.error
    assert "wrong" not in told(test)


def test_a_server_that_is_down_is_told(page, settings_path):
    test = page("settings_page").run()
    field(test, "decoder.base_url").set_value(f"http://127.0.0.1:{free_port()}/v1")
    test = press(test, "Test the connection")
    assert "127.0.0.1" in told(test)
    assert test.error


def test_a_key_is_never_shown_and_never_sent_to_another_server(page, settings_path, model_server):
    address, keys = model_server
    settings_path.write_text(
        '[decoder]\nbase_url = "http://127.0.0.1:9/v1"\napi_key = "sesame"\nmodel = "tiny-model"\n'
    )
    test = page("settings_page").run()
    shown = str(test.main) + "".join(block.value for block in test.code)
    assert "sesame" not in shown
    field(test, "decoder.base_url").set_value(address)
    test = press(test, "Test the connection")
    assert test.error
    assert not [key for key in keys if "sesame" in key]
    test = press(test, "Save")
    assert Settings.load().decoder.base_url == address
    assert Settings.load().decoder.api_key.get_secret_value() == ""


def test_a_key_of_the_environment_is_not_sent_to_another_server(page, settings_path, monkeypatch):
    from chartwell.app.ui.setting_fields import changed

    monkeypatch.setenv("CHARTWELL_DECODER__API_KEY", "sesame")
    test = page("settings_page").run()
    assert field(test, "decoder.base_url").disabled
    # Whoever speaks to the server without a browser can fill in disabled fields, too.
    entered = {"decoder.base_url": "http://192.0.2.1/v1", "decoder.api_key": SecretStr("x"), "answer.evidence": 3}
    assert changed(Settings.load(), entered, set_by_environment()) == {"answer.evidence": 3}


def test_the_login_in_an_address_is_not_shown_and_stays(page, settings_path):
    address = "http://rosa:sesame@127.0.0.1:9/v1"
    settings_path.write_text(f'[decoder]\nbase_url = "{address}"\nmodel = "tiny-model"\n')
    test = page("settings_page").run()
    assert field(test, "decoder.base_url").value == "http://***@127.0.0.1:9/v1"
    assert not test.exception
    field(test, "answer.policy").set_value("strict")
    test = press(test, "Save")
    everything = [str(test.main), *(block.value for block in test.code), told(test)]
    assert not [text for text in everything if "sesame" in text or "rosa" in text]
    assert Settings.load().answer.policy == "strict"
    assert Settings.load().decoder.base_url == address

    field(test, "decoder.base_url").set_value("http://***@127.0.0.1:9/v2")
    test = press(test, "Save")
    assert "Enter them anew" in told(test)
    assert Settings.load().decoder.base_url == address
    settings_path.chmod(0o644)
    field(test, "decoder.base_url").set_value("http://rosa:poppy@127.0.0.1:9/v2")
    press(test, "Save")
    assert Settings.load().decoder.base_url == "http://rosa:poppy@127.0.0.1:9/v2"
    assert settings_path.stat().st_mode & 0o777 == 0o600


def test_what_has_to_be_encoded_again_is_told_before(page, tmp_path, settings_path, other_text_model, corpus):
    home = tmp_path / "home"
    with Chartwell.open(home / "kb") as client:
        client.index([corpus / "notes.md"])
        count = client.collection.node_count()
    test = page("settings_page", home=home).run()
    field(test, "encoder.text_model").set_value(str(other_text_model))
    test = press(test, "Save")
    assert f"The {count} pieces of the collection kb have to be encoded again" in told(test)
    assert settings_path.read_text() == "# ours\n"
    test = press(test, "Leave it as it is")
    assert "pieces" not in told(test)

    field(test, "encoder.text_model").set_value(str(other_text_model))
    test = press(press(test, "Save"), "Change it")
    assert Settings.load().encoder.text_model == str(other_text_model)
    test = press(test, "Encode again")
    assert "Encode again" not in {one.label for one in test.button}
    with Chartwell.open(home / "kb", create=False) as client:
        assert client.search("ferry")


def test_a_model_that_is_not_here_is_refused(page, settings_path):
    test = page("settings_page").run()
    field(test, "encoder.text_model").set_value("nobody/no-such-model")
    test = press(test, "Save")
    assert "no-such-model" in told(test)
    assert settings_path.read_text() == "# ours\n"


def test_every_field_has_its_words():
    from typing import Literal, get_args, get_origin

    from chartwell.app.ui.setting_fields import GROUPS, value_of
    from chartwell.app.ui.words import LANGUAGES, word

    settings = Settings.load()
    assert not any(name.startswith("ui.") for names in GROUPS.values() for name in names)
    for heading, names in GROUPS.items():
        for language in LANGUAGES:
            assert word(heading, language)
            assert all(word(name, language) for name in names)
    for name in ("preset", "decoder.kind", "answer.policy", "retrieval.reranker", "decoder.on_decoder_error"):
        section, _, key = name.rpartition(".")
        model = type(value_of(settings, section)) if section else Settings
        annotation = model.model_fields[key].annotation
        assert get_origin(annotation) is Literal
        assert all(word(f"{name}={choice}", "zh") for choice in get_args(annotation))
    assert UiSettings().change_settings
