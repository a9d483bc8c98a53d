"""Pages of other sites that are open in the same browser reach nothing, and nobody outside is asked about them."""

import socket
import threading

import pytest

from chartwell.app.ui.access import allowed_hosts
from chartwell.app.ui_settings import UiSettings


@pytest.fixture(scope="module")
def outside():
    """Stands between the server and the world; the first lines of what was sent out."""
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def listen():
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    asked.append(connection.recv(1000).split(b"\r\n")[0])

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield listening.getsockname()[1], asked
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.fixture(scope="module")
def port(ui_home, outside):
    from chartwell.eval.benchmarks.served_chat import served

    with pytest.MonkeyPatch.context() as patch:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            patch.setenv(name, f"http://127.0.0.1:{outside[0]}")
        patch.setenv("no_proxy", "127.0.0.1,localhost")
        with served(ui_home) as server:
            yield server.port


def connects(port, origin, host):
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    here = socket.create_connection(("127.0.0.1", port))
    try:
        with connect(f"ws://{host}:{port}/_stcore/stream", sock=here, origin=origin, subprotocols=["streamlit"]):
            return True
    except InvalidStatus as error:
        return error.response.status_code != 403


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_its_own_page_connects(port, host):
    assert connects(port, f"http://{host}:{port}", host)


def test_a_page_of_another_site_does_not_and_nobody_is_asked(port, outside):
    assert not connects(port, "https://elsewhere.example", "127.0.0.1")
    assert outside[1] == []


def test_a_name_of_another_site_that_leads_here_does_not(port):
    assert not connects(port, f"http://elsewhere.example:{port}", "elsewhere.example")


def test_behind_a_login_any_name_will_do():
    assert allowed_hosts(UiSettings(login="password", password="p"), "127.0.0.1") == []
    assert allowed_hosts(UiSettings(allow_remote=True), "0.0.0.0") == []  # noqa: S104 - never bound
    assert "127.8.8.8" in allowed_hosts(UiSettings(), "127.8.8.8")
