import base64
import io
import math
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from chartwell.errors import ModelUnavailable
from chartwell.retrieval.rerank.pictures import data_url
from chartwell.retrieval.rerank.served import ServedOptions, ServedRelevance, estimated_tokens


def equally(_):
    return 1.0


@pytest.fixture
def ask(rerank_server, make_node):
    nodes = [make_node(1, ["revenue fell"]), make_node(2, ["revenue rose in 2023"]), make_node(3, ["zebra"])]

    def ask(question="revenue rose", **options):
        model = ServedRelevance(ServedOptions(rerank_server.base_url, "tiny", **options))
        return model.relevance(question, nodes, equally)

    return ask


def result(index, score):
    return {"index": index, "relevance_score": score}


def test_relevances_come_back_in_the_order_of_the_nodes_as_log_odds(ask, rerank_server):
    np.testing.assert_allclose(ask(), [math.log(0.5 / 0.5), math.log(0.99 / 0.01), math.log(0.01 / 0.99)], atol=1e-9)
    path, body = rerank_server.requests[0]
    assert path == "/v1/rerank"
    assert body == {
        "model": "tiny",
        "query": "revenue rose",
        "documents": ["revenue fell", "revenue rose in 2023", "zebra"],
        "top_n": 3,
    }
    assert "Authorization" not in rerank_server.headers[0]


def test_the_key_is_sent_and_never_shown(ask, rerank_server):
    ask(api_key="secret")
    assert rerank_server.headers[0]["Authorization"] == "Bearer secret"
    assert "secret" not in repr(ServedOptions("http://x", "m", api_key="secret"))


def test_a_key_that_the_server_repeats_is_blotted_out(ask, rerank_server):
    rerank_server.answers = [(401, b"wrong key sk-4711 of Bearer sk-4711")]
    with pytest.raises(ModelUnavailable, match=r"status 401: wrong key \*\*\* of Bearer \*\*\*"):
        ask(api_key="sk-4711")
    assert "pw-0815" not in repr(ServedOptions("http://me:pw-0815@host", "m"))


def test_pictures_travel_as_data_urls(rerank_server, make_node):
    model = ServedRelevance(
        ServedOptions(rerank_server.base_url, "tiny"),
        pictures=lambda node: data_url(Image.new("RGB", (8, 6), "red")) if node.asset else None,
    )
    model.relevance("revenue", [make_node(1, ["revenue"], asset="a" * 64), make_node(2, ["margin"])], equally)
    first, second = rerank_server.requests[0][1]["documents"]
    look, text = first["content"]
    assert text == {"type": "text", "text": "revenue"}
    head, _, data = look["image_url"]["url"].partition(",")
    assert head == "data:image/png;base64"
    assert Image.open(io.BytesIO(base64.b64decode(data))).size == (8, 6)
    assert second == "margin"


def test_long_questions_and_charts_are_cut(rerank_server, make_node):
    model = ServedRelevance(ServedOptions(rerank_server.base_url, "tiny", max_tokens=100))
    chart = make_node(1, ["Title", *(f"line {number}" for number in range(500)), "zinc 4"])
    model.relevance("word " * 2000 + "zinc?", [chart], lambda line: float("zinc" in line))
    body = rerank_server.requests[0][1]
    assert body["query"].endswith("zinc?")
    assert body["documents"][0].splitlines()[0] == "Title"
    assert body["documents"][0].endswith("zinc 4")
    assert sum(estimated_tokens([body["query"], body["documents"][0]])) <= 100


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_is_tried_again(ask, rerank_server, status):
    rerank_server.answers = [(status, b"busy")]
    assert len(ask()) == 3
    assert len(rerank_server.requests) == 2


def test_a_server_that_stays_busy_is_reported_after_the_retries(ask, rerank_server):
    rerank_server.answers = [(503, b"try\nlater")] * 9
    with pytest.raises(ModelUnavailable, match="status 503: try later"):
        ask()
    assert len(rerank_server.requests) == 3


@pytest.mark.parametrize("status", [301, 400, 401, 404])
def test_what_will_not_pass_is_not_tried_again(ask, rerank_server, status):
    rerank_server.answers = [(status, b'{"error": "no such model"}')] * 2
    with pytest.raises(ModelUnavailable, match=f"status {status}.*no such model"):
        ask()
    assert len(rerank_server.requests) == 1


def test_a_slow_server_is_not_waited_for_longer_than_set_nor_asked_again_at_once(rerank_server, make_node):
    rerank_server.answers = [lambda body: time.sleep(2) or {}]
    model = ServedRelevance(ServedOptions(rerank_server.base_url, "tiny", timeout_seconds=0.3))
    started = time.monotonic()
    for reason in ("did not answer within 0.3 s", "a moment ago"):
        with pytest.raises(ModelUnavailable, match=reason):
            model.relevance("revenue", [make_node(1, ["revenue"])], equally)
    assert time.monotonic() - started < 1.5
    assert len(rerank_server.requests) == 1


def test_an_answer_without_an_end_is_not_waited_for(ask, rerank_server):
    rerank_server.answers = [(200, b" " * (17 * 2**20))]
    with pytest.raises(ModelUnavailable, match="has no end"):
        ask()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/v1", "nonsense", "http://[broken", "ftp://127.0.0.1/x"])
def test_a_server_that_is_not_there_is_reported(make_node, url):
    model = ServedRelevance(ServedOptions(url, "tiny", timeout_seconds=2.0, retries=1))
    with pytest.raises(ModelUnavailable, match="The reranker tiny at"):
        model.relevance("revenue", [make_node(1, ["revenue"])], equally)


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>",
        b"\xff\xfe",
        b"[" * 200_000,
        [],
        {},
        {"results": None},
        {"results": [result(0, 0.5), result(1, 0.5)]},
        {"results": [result(number % 3, 0.5) for number in range(4)]},
        {"results": [result(0, 0.5), result(1, 0.5), result(1, 0.5)]},
        {"results": [result(0, 0.5), result(1, 0.5), result(3, 0.5)]},
        {"results": [result(0, 0.5), result(1, 0.5), result(-1, 0.5)]},
        {"results": [result(0, 0.5), result(True, 0.5), result(2, 0.5)]},
        {"results": [result(0, 0.5), result("1", 0.5), result(2, 0.5)]},
        {"results": [result(0, 0.5), result(1, None), result(2, 0.5)]},
        {"results": [result(0, 0.5), result(1, float("nan")), result(2, 0.5)]},
        {"results": [result(0, 0.5), result(1, float("inf")), result(2, 0.5)]},
        {"results": [result(0, 0.5), result(1, 7.5), result(2, 0.5)]},
        {"results": [result(0, 0.5), result(1, -0.1), result(2, 0.5)]},
        {"results": [result(0, 0.5), result(1, True), result(2, 0.5)]},
        {"results": ["a", "b", "c"]},
    ],
)
def test_nonsense_is_detected(ask, rerank_server, answer):
    rerank_server.answers = [(200, answer)]
    with pytest.raises(ModelUnavailable, match="The reranker tiny at"):
        ask()
    assert len(ask()) == 3  # the next search asks again


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["index", "relevance_score"]), inner),
    max_leaves=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(results=json_values)
def test_whatever_is_answered_gives_relevances_or_an_error(ask, rerank_server, results):
    rerank_server.answers = [(200, {"results": results})]
    try:
        found = ask()
    except ModelUnavailable:
        return
    assert found.shape == (3,)
    assert np.isfinite(found).all()


def test_certainty_stays_finite(ask, rerank_server):
    rerank_server.answers = [(200, {"results": [result(0, 0), result(1, 1), result(2, 1.0)]})]
    assert np.isfinite(ask()).all()
