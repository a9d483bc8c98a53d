"""An answer that a language model writes slowly: seen as it grows, stopped, asked again, its question edited."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chartwell import Chartwell
from chartwell.eval.benchmarks.served_chat import served

QUESTION = "How many ships did the harbour handle in 2021?"
EDITED = "Was 2021 a quiet year for the harbour?"
WORDS = ["The harbour handled 412 ships in 2021 [1].", *(f" Ship {number} came in." for number in range(200))]


class SlowModel(BaseHTTPRequestHandler):
    """Chat completions as vLLM streams them, a sentence at a time."""

    def do_GET(self):
        self.send_error(404)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        if not self.path.endswith("/chat/completions"):
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            while self.server.silent.is_set():
                self.wfile.write(b": still thinking\n\n")
                time.sleep(0.1)
            for words in WORDS:
                choice = {"index": 0, "delta": {"role": "assistant", "content": words}, "finish_reason": None}
                chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
                self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
                self.wfile.flush()
                time.sleep(0.3)
        except OSError:
            self.server.hung_up.set()

    def log_message(self, *args):
        pass


@pytest.fixture
def slow_model():
    server = ThreadingHTTPServer(("127.0.0.1", 0), SlowModel)
    server.daemon_threads = True
    server.hung_up, server.silent = threading.Event(), threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def slow_home(copy_kb, tmp_path):
    copy_kb(tmp_path / "kb")
    return tmp_path


@pytest.fixture
def address(slow_home, slow_model):
    settings = {
        "CHARTWELL_DECODER__KIND": "vllm",
        "CHARTWELL_DECODER__MODEL": "m",
        "CHARTWELL_DECODER__BASE_URL": f"http://127.0.0.1:{slow_model.server_port}/v1",
        "CHARTWELL_CONVERSATION__REWRITE": "false",
        "CHARTWELL_CONVERSATION__DECOMPOSE": "false",
    }
    with served(slow_home, settings) as chat:
        yield chat.address


def edit(tab, question):
    """Ask the last question in other words."""
    tab.settle()
    field = tab.page.get_by_role("textbox", name="Edit the question")
    if not field.is_visible():  # where the answer was not kept it is still open
        tab.page.get_by_role("button", name="Edit the question").last.click()
    field.fill(question)
    tab.page.get_by_role("button", name="Ask", exact=True).click()


def test_an_answer_grows_is_stopped_and_asked_for_again(address, open_tab, slow_home, slow_model):
    tab = open_tab(address)
    main = tab.page.get_by_test_id("stMainBlockContainer")
    tab.send(QUESTION)
    main.get_by_text("The harbour handled 412 ships").wait_for()
    main.get_by_text("Ship 2 came in.").wait_for()
    assert main.get_by_text("Ship 199 came in.").count() == 0
    assert tab.page.get_by_test_id("stChatInputTextArea").is_disabled()
    main.get_by_role("button", name="Stop").click()
    main.get_by_text("Stopped before the end.").wait_for()
    assert slow_model.hung_up.wait(30)
    assert main.locator(".answer .claim.supported").first.inner_text().startswith("The harbour handled 412")

    slow_model.silent.set()
    edit(tab, EDITED)
    main.get_by_role("button", name="Stop").wait_for()
    main.get_by_text(QUESTION, exact=True).wait_for(state="detached")
    main.locator(".answer").wait_for(state="detached")
    main.get_by_role("button", name="Stop").click()
    main.get_by_text(QUESTION, exact=True).wait_for()
    assert main.locator(".answer .claim").first.inner_text().startswith("The harbour handled 412")

    slow_model.silent.clear()
    edit(tab, EDITED)
    main.locator(".answer").wait_for(state="detached")
    main.get_by_text("Ship 2 came in.").wait_for()
    main.get_by_role("button", name="Stop").click()
    main.get_by_text("Stopped before the end.").wait_for()
    assert main.get_by_text(QUESTION, exact=True).count() == 0
    with Chartwell.open(slow_home / "kb") as client:
        talks = client.collection.conversations
        talk = talks.all()[0]  # the one changed last; the collection has some of other tests
        (turn,) = talks.turns(talk.id)
    assert turn.question == EDITED
    assert turn.answer["finish"] == "cancelled"
