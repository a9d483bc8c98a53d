"""Nodes, and a tiny multimodal cross-encoder with random weights."""

import numpy as np
import pytest

from chartwell.indexing.documents import Box, Node, Part, Region


@pytest.fixture(scope="session")
def make_node():
    def make(number, lines, kind="chart", **values):
        parts = tuple(
            Part(line, (Region(1, Box(0.1, index / len(lines), 0.9, (index + 1) / len(lines))),))
            for index, line in enumerate(lines)
        )
        joint = " " if kind == "text" else "\n"
        return Node(kind, joint.join(lines), parts, (Region(1, Box(0, 0, 1, 1)),), page=1, id=number, **values)

    return make


class WordVectors:
    """A `TokenEncoder` with a vector for each word, by its letters; it knows no word in capitals."""

    name = "words"
    max_tokens = 256

    def __init__(self):
        self.encoded = []

    def token_counter(self):
        return self

    def count(self, texts):
        return [len(text.split()) for text in texts]

    def token_vectors(self, texts, *, queries=False):
        self.encoded += [] if queries else list(texts)
        return [
            np.array(
                [self._vector(w) for w in text.split()[: self.max_tokens] if not w.isupper()] or np.zeros((0, 64)),
                np.float32,
            )
            for text in texts
        ]

    def _vector(self, word):
        vector = np.random.default_rng(list(word.encode("utf-8", "replace"))).standard_normal(64)
        return vector / np.linalg.norm(vector)


@pytest.fixture
def word_vectors():
    return WordVectors()


@pytest.fixture(scope="session")
def multimodal_cross_encoder(tmp_path_factory):
    """A tiny Qwen2-VL that scores by the odds of `yes` against `no`, as sentence-transformers saves it."""
    import torch
    from sentence_transformers import CrossEncoder
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.cross_encoder.modules.logit_score import LogitScore
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import (
        PreTrainedTokenizerFast,
        Qwen2VLConfig,
        Qwen2VLForConditionalGeneration,
        Qwen2VLImageProcessor,
        Qwen2VLProcessor,
        Qwen2VLVideoProcessor,
    )

    special = ["<pad>", "<unk>", "<|vision_start|>", "<|image_pad|>", "<|vision_end|>", "<|video_pad|>"]
    words = ["yes", "no", "query", "document", "the", "revenue", "of", "rose", "fell", "margin", "png", "/", ":"]
    vocabulary = {word: number for number, word in enumerate([*special, *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    template = (
        "{% for m in messages %}{{ m.role }} : {% for c in m.content %}{% if c.type == 'image' %}"
        "<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ c.text }}{% endif %} {% endfor %}{% endfor %}"
    )
    plain = tmp_path_factory.mktemp("qwen")
    Qwen2VLProcessor(
        image_processor=Qwen2VLImageProcessor(patch_size=4, merge_size=2, min_pixels=64, max_pixels=1024),
        video_processor=Qwen2VLVideoProcessor(patch_size=4, merge_size=2),
        tokenizer=PreTrainedTokenizerFast(
            tokenizer_object=tokenizer,
            pad_token="<pad>",
            unk_token="<unk>",
            padding_side="left",
            additional_special_tokens=special[2:],
            model_max_length=4096,
        ),
        chat_template=template,
    ).save_pretrained(plain)
    torch.manual_seed(3)
    text = {
        "vocab_size": len(vocabulary),
        "hidden_size": 32,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "max_position_embeddings": 4096,
        "rope_scaling": {"type": "mrope", "rope_type": "default", "mrope_section": [2, 3, 3]},
        "initializer_range": 0.3,
    }
    vision = {"depth": 1, "embed_dim": 16, "hidden_size": 32, "num_heads": 2, "patch_size": 4, "mlp_ratio": 2}
    marks = {"vision_start_token_id": 2, "image_token_id": 3, "vision_end_token_id": 4, "video_token_id": 5}
    config = Qwen2VLConfig(text_config=text, vision_config={**vision, "spatial_merge_size": 2}, **marks)
    Qwen2VLForConditionalGeneration(config).save_pretrained(plain)
    transformer = Transformer(str(plain), transformer_task="any-to-any")
    scoring = LogitScore(vocabulary["yes"], vocabulary["no"])
    folder = tmp_path_factory.mktemp("multimodal") / "tiny"
    CrossEncoder(modules=[transformer, scoring], device="cpu").save_pretrained(str(folder), create_model_card=False)
    return folder
