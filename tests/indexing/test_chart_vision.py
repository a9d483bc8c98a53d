"""Charts read by a served vision model: what of its answer is believed, and what happens when it fails.

The server here speaks the OpenAI chat protocol and answers what the test tells it: the model's wits are not at issue.
"""

import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image as PILImage
from PIL import ImageDraw, ImageFont

from chartwell import Chartwell, check
from chartwell.errors import ModelUnavailable, SettingsError
from chartwell.indexing.charts.reader import read_chart
from chartwell.indexing.charts.served_vision import ServedVision, VisionOptions
from chartwell.indexing.charts.vision import checked_reading
from chartwell.indexing.documents import WHOLE, Box, Image, Region
from chartwell.indexing.loaders.parsed import FigureBlock, Label

CHART = {
    "chart_type": "horizontal bar",
    "title": "Visitors by quarter",
    "subtitle": "",
    "x_axis": {"title": "", "unit": ""},
    "y_axis": {"title": "Thousands of visitors", "unit": "thousand"},
    "legend": [],
    "values": [
        {"series": "", "category": "Spring", "number": 41, "unit": ""},
        {"series": "", "category": "Summer", "number": 58, "unit": ""},
    ],
}


def png(width: int = 400, height: int = 300) -> bytes:
    picture = PILImage.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(22)
    draw.text((20, 10), "Visitors by quarter", "black", ImageFont.load_default(26))
    for row, (name, number) in enumerate((("Spring", 41), ("Summer", 66))):
        top = 90 + 80 * row
        draw.text((20, top), name, "black", font)
        draw.rectangle((130, top, 130 + 3 * number, top + 30), "steelblue")
        draw.text((140 + 3 * number, top), str(number), "black", font)
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


FIGURE = FigureBlock(Image(png(), "image/png", 400, 300), Region(1, WHOLE))
LABELS = (
    Label("Visitors by quarter", Box(0.05, 0.03, 0.6, 0.12)),
    Label("Spring", Box(0.05, 0.3, 0.2, 0.38)),
    Label("41", Box(0.65, 0.3, 0.72, 0.38), 0.98),
    Label("Summer", Box(0.05, 0.56, 0.22, 0.64)),
    Label("66", Box(0.85, 0.56, 0.92, 0.64), 0.97),
)


@contextmanager
def server(reply: object = None, *, status: int = 200, wait: float = 0.0, finish: str = "stop") -> Iterator[str]:
    """A chat server on a free port; yields its base URL. `requests` are kept on the returned handler class."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            server_requests.append(body)
            time.sleep(wait)
            content = reply if isinstance(reply, str) else json.dumps(reply)
            answer = {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": body["model"],
                "choices": [
                    {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content}}
                ],
                "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
            }
            data = json.dumps(answer if status == 200 else {"error": {"message": content}}).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments):
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    server_requests.clear()
    try:
        yield f"http://127.0.0.1:{listening.server_address[1]}/v1"
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


server_requests: list[dict] = []


def see(url: str, **options):
    return ServedVision(VisionOptions(url, "tiny", retries=0, **options)).see(FIGURE.image)


def test_asks_with_the_picture_and_a_schema():
    with server(CHART) as url:
        seen = see(url)
    assert seen.title == "Visitors by quarter"
    assert [value.number for value in seen.values] == [41, 58]
    (request,) = server_requests
    assert request["response_format"]["type"] == "json_schema"
    assert request["temperature"] == 0
    (message,) = request["messages"]
    assert any(
        part["type"] == "image_url" and part["image_url"]["url"].startswith("data:image/png")
        for part in message["content"]
    )


def test_a_number_that_ocr_does_not_see_is_estimated():
    with server(CHART) as url:
        seen = see(url)
    reading = checked_reading(seen, FIGURE, LABELS, read_chart(FIGURE, LABELS))
    by_category = {(value.category, value.number): value for value in reading.values}
    assert by_category["Spring", 41].how == "labelled"
    assert by_category["Spring", 41].region.box == LABELS[2].box
    assert by_category["Summer", 58].how == "estimated"
    assert by_category["Summer", 58].confidence < 0.9
    # What is printed and was passed over by the model is still there.
    assert any(value.number == 66 and value.how == "labelled" for value in reading.values)


def test_names_that_are_not_printed_are_left_empty():
    invented = {**CHART, "title": "Profits of the Moon Company", "legend": ["Aliens"]}
    with server(invented) as url:
        seen = see(url)
    reading = checked_reading(seen, FIGURE, LABELS, read_chart(FIGURE, LABELS))
    assert reading.title == "Visitors by quarter"
    assert "Aliens" not in reading.legend
    assert reading.y_axis is None or not reading.y_axis.title


def test_each_printed_number_carries_one_value():
    twice = {**CHART, "values": [CHART["values"][0], {**CHART["values"][0], "category": "Summer"}]}
    with server(twice) as url:
        seen = see(url)
    reading = checked_reading(seen, FIGURE, LABELS, read_chart(FIGURE, LABELS))
    assert [value.how for value in reading.values if value.number == 41] == ["labelled", "estimated"]


@pytest.mark.parametrize(
    "reply",
    ["I cannot see a chart, sorry.", "", "[]", {"title": 5}, {**CHART, "values": [{"number": "many"}]}],
    ids=["prose", "empty", "list", "keys missing", "no number"],
)
def test_nonsense_is_an_error_that_names_the_server(reply):
    with server(reply) as url, pytest.raises(ModelUnavailable, match=r"127\.0\.0\.1"):
        see(url)


def test_a_cut_off_answer_is_no_answer():
    with server(CHART, finish="length") as url, pytest.raises(ModelUnavailable, match="length limit"):
        see(url)


def test_a_server_error_is_an_error():
    with server(CHART, status=500) as url, pytest.raises(ModelUnavailable):
        see(url)


def test_a_server_that_repeats_the_key_does_not_bring_it_into_the_ledger():
    refusal = "Incorrect API key provided: k-topsecret. " + "<p>Sign in</p>" * 100
    with server(refusal, status=401) as url, pytest.raises(ModelUnavailable) as raised:
        see(url.replace("://", "://ann:hushhush@"), api_key="k-topsecret")
    assert "Incorrect API key provided: ***" in str(raised.value)
    assert "hushhush" not in str(raised.value)
    assert len(str(raised.value)) < 600


def test_a_slow_server_is_given_up_and_not_asked_again_at_once():
    with server(CHART, wait=1.5) as url:
        vision = ServedVision(VisionOptions(url, "tiny", timeout_seconds=0.2, retries=0))
        with pytest.raises(ModelUnavailable):
            vision.see(FIGURE.image)
        asked = len(server_requests)
        with pytest.raises(ModelUnavailable, match="a moment ago"):
            vision.see(FIGURE.image)
        assert len(server_requests) == asked


def test_indexing_uses_the_model_and_goes_on_without_it(tmp_path):
    chart = tmp_path / "visitors.png"
    chart.write_bytes(png())
    with server(CHART) as url:
        settings = {"vision": {"base_url": url, "model": "tiny"}, "index": {"workers": 1}}
        with Chartwell.open(tmp_path / "with", **settings) as client:
            assert client.index([chart]).added
            (hit,) = client.search("visitors in spring", top_k=1)
        assert {value.how for value in hit.reading.values if value.category == "Summer"} >= {"estimated"}
    with Chartwell.open(tmp_path / "without", **settings) as client:  # the server is gone
        assert client.index([chart]).added
        (hit,) = client.search("visitors in spring", top_k=1)
        assert hit.reading.title == "Visitors by quarter"
        assert any("without the vision model" in entry.reason for entry in client.collection.ledger())


def test_half_a_setting_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="go together"):
        Chartwell.open(tmp_path / "kb", vision={"model": "tiny"})


DESCRIBED = {**CHART, "description": "Attendance at the\u0007 planetarium \ud800grew; the warm season drew the crowds."}


def described(path, reply):
    """A client with captions over a collection in which the chart was indexed, and the ledger's remarks."""
    chart = path / "visitors.png"
    chart.write_bytes(png())
    with server(reply) as url:
        vision = {"base_url": url, "model": "tiny", "captions": True}
        client = Chartwell.open(path / "kb", vision=vision, index={"workers": 1})
        assert client.index([chart]).added
    return client, [entry.reason for entry in client.collection.ledger() if entry.reason]


def test_a_description_finds_the_chart_and_is_marked_as_the_models(tmp_path):
    client, remarks = described(tmp_path, DESCRIBED)
    with client:
        (hit,) = client.search("planetarium crowds", top_k=1)
        (node,) = client.collection.nodes_of(1)
        assert "planetarium" in node.embedding_text
    assert hit.scores["lexical"] > 0
    assert hit.reading.description == "Attendance at the planetarium grew; the warm season drew the crowds."
    assert hit.reading.described_by == hit.to_dict()["reading"]["described_by"] == "tiny"
    assert "planetarium" not in hit.text + "".join(part.text for part in hit.parts)
    assert remarks == []
    (request,) = server_requests
    assert "description" in request["response_format"]["json_schema"]["schema"]["required"]


def test_a_description_is_never_quoted_and_proves_nothing(tmp_path):
    client, _ = described(tmp_path, DESCRIBED)
    with client:
        (hit,) = client.search("planetarium", top_k=1)
        (claim,) = check("Attendance at the planetarium grew.", [hit])
        answer = client.ask("How did attendance at the planetarium develop?")
    assert claim.verdict != "supported"
    assert "drew the crowds" not in answer.text


def test_an_answer_without_the_description_is_in_the_ledger(tmp_path):
    client, remarks = described(tmp_path, CHART)
    with client:
        assert client.search("visitors in spring", top_k=1)[0].reading.description == ""
    assert any("without the vision model" in remark for remark in remarks)


def test_descriptions_asked_for_later_make_the_documents_stale(tmp_path):
    chart = tmp_path / "visitors.png"
    chart.write_bytes(png())
    with server(DESCRIBED) as url:
        for captions, status in ((False, "added"), (True, "updated"), (True, "unchanged")):
            vision = {"base_url": url, "model": "tiny", "captions": captions}
            with Chartwell.open(tmp_path / "kb", vision=vision, index={"workers": 1}) as client:
                assert getattr(client.index([chart]), status)
