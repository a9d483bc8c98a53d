"""A chart's title counts in its vector beside the whole text."""

import numpy as np
import pytest

from chartwell.indexing.documents import Box, ChartReading, Node, Part, Region
from chartwell.indexing.node_encoding import NodeEncoder


class _Encoder:
    """Texts that speak of trains at their beginning lie in one direction, all others in another."""

    dimension = 2

    def encode_documents(self, texts):
        return np.array([[1.0, 0.0] if "trains" in text[:20] else [0.0, 1.0] for text in texts], dtype=np.float32)


def _node(kind, text, reading=None):
    region = (Region(1, Box(0, 0, 1, 1)),)
    return Node(kind, text, (Part(text, region),), region, reading=reading)


@pytest.fixture
def encoder():
    return NodeEncoder(None, _Encoder(), None)


def test_a_title_turns_the_vector_of_a_chart_by_its_share(encoder):
    vectors = encoder.encode_texts(
        [_node("chart", "2019: 4\n2020: 5", ChartReading(title="More trains", subtitle="a"))]
    )
    assert np.allclose(vectors, [[0.6, 0.8]], atol=1e-6)


@pytest.mark.parametrize(
    "node",
    [
        _node("chart", "2019: 4", ChartReading()),
        _node("chart", "2019: 4"),
        _node("text", "Nothing about them"),
        _node("table", "2019 | 4"),
    ],
)
def test_other_nodes_are_their_text_alone(encoder, node):
    assert np.allclose(encoder.encode_texts([node]), [[0.0, 1.0]])


def test_many_nodes_keep_their_order(encoder):
    titled = _node("chart", "2019: 4", ChartReading(title="More trains"))
    vectors = encoder.encode_texts([_node("text", "trains run"), titled, _node("text", "ships sail far away")])
    assert np.allclose(vectors, [[1, 0], [0.6, 0.8], [0, 1]], atol=1e-6)
    assert encoder.encode_texts([]).shape == (0, 2)
