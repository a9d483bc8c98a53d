"""Parameters, weights and cache against what the makers of the models have published."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartwell.errors import SettingsError
from chartwell.generation.serving.memory_plan import GB, GIB, Demand, plan, weight_bytes
from chartwell.generation.serving.model_profile import read_profile
from chartwell.generation.serving.weight_formats import FORMATS, stored_format

LLAMA_8B = {
    "model_type": "llama",
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "vocab_size": 128256,
    "max_position_embeddings": 8192,
    "torch_dtype": "bfloat16",
}
LLAMA_70B = {
    **LLAMA_8B,
    "hidden_size": 8192,
    "intermediate_size": 28672,
    "num_hidden_layers": 80,
    "num_attention_heads": 64,
}
QWEN_7B = {
    "model_type": "qwen2",
    "hidden_size": 3584,
    "intermediate_size": 18944,
    "num_hidden_layers": 28,
    "num_attention_heads": 28,
    "num_key_value_heads": 4,
    "vocab_size": 152064,
}
MIXTRAL = {
    **LLAMA_8B,
    "model_type": "mixtral",
    "vocab_size": 32000,
    "num_local_experts": 8,
    "max_position_embeddings": 32768,
}
DEEPSEEK = {
    "model_type": "deepseek_v3",
    "hidden_size": 7168,
    "intermediate_size": 18432,
    "moe_intermediate_size": 2048,
    "num_hidden_layers": 61,
    "num_attention_heads": 128,
    "num_key_value_heads": 128,
    "vocab_size": 129280,
    "n_routed_experts": 256,
    "n_shared_experts": 1,
    "first_k_dense_replace": 3,
    "q_lora_rank": 1536,
    "kv_lora_rank": 512,
    "qk_nope_head_dim": 128,
    "qk_rope_head_dim": 64,
    "v_head_dim": 128,
    "num_nextn_predict_layers": 1,
    "max_position_embeddings": 163840,
    "quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]},
}
QWEN_VL = {
    "model_type": "qwen3_vl",
    "tie_word_embeddings": False,
    "text_config": {
        "model_type": "qwen3_vl_text",
        "hidden_size": 4096,
        "intermediate_size": 12288,
        "num_hidden_layers": 36,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "head_dim": 128,
        "vocab_size": 151936,
    },
    "vision_config": {
        "depth": 27,
        "hidden_size": 1152,
        "intermediate_size": 4304,
        "num_heads": 16,
        "out_hidden_size": 4096,
        "patch_size": 16,
        "deepstack_visual_indexes": [8, 16, 24],
    },
}
TIED = {
    "model_type": "qwen2",
    "hidden_size": 896,
    "intermediate_size": 4864,
    "num_hidden_layers": 24,
    "num_attention_heads": 14,
    "num_key_value_heads": 2,
    "vocab_size": 151936,
    "tie_word_embeddings": True,
}


@pytest.fixture
def profile(tmp_path):
    def profile(config, **more):
        (tmp_path / "config.json").write_text(json.dumps({**config, **more}))
        return read_profile(tmp_path)

    return profile


@pytest.mark.parametrize(
    ("config", "billions"),
    [
        (LLAMA_8B, 8.03),
        (LLAMA_70B, 70.55),
        (QWEN_7B, 7.62),
        (TIED, 0.49),
        (MIXTRAL, 46.70),
        (QWEN_VL, 8.77),
        (DEEPSEEK, 671.03),
    ],
    ids=lambda value: value.get("model_type") if isinstance(value, dict) else None,
)
def test_parameters_are_those_that_were_published(profile, config, billions):
    assert profile(config).parameters / 1e9 == pytest.approx(billions, abs=0.005)


@settings(max_examples=20, deadline=None)
@given(
    st.integers(1, 6),
    st.integers(1, 8),
    st.sampled_from([1, 2, 4]),
    st.integers(1, 9),
    st.integers(10, 999),
    st.booleans(),
)
def test_parameters_are_those_of_the_formula(layers, size, groups, wide, vocabulary, tied):
    heads, width = 4, 8 * size
    hidden, inner = heads * width, 16 * wide
    config = {
        "model_type": "llama",
        "hidden_size": hidden,
        "intermediate_size": inner,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": heads // groups,
        "vocab_size": vocabulary,
        "tie_word_embeddings": tied,
    }
    with TemporaryDirectory() as folder:
        Path(folder, "config.json").write_text(json.dumps(config))
        made = read_profile(Path(folder))
    attention = 2 * hidden * hidden + 2 * hidden * (heads // groups) * width
    layer = attention + 3 * hidden * inner
    assert made.linear_parameters == layers * layer
    assert made.parameters == layers * (layer + 2 * hidden) + hidden + vocabulary * hidden * (1 if tied else 2)
    assert made.kv_values_per_token == 2 * layers * (heads // groups) * width


def test_the_tower_for_pictures_is_told_apart(profile):
    assert profile(QWEN_VL).vision_parameters / 1e9 == pytest.approx(0.58, abs=0.01)
    assert profile(LLAMA_8B).vision_parameters == 0


def test_a_model_of_671_billion_in_fp8_is_673_gb_and_its_files_641_gib(profile):
    """The files' published size is 688,586,727,753 bytes: 641.3 GiB, with 14 billion parameters that only draft."""
    deepseek = profile(DEEPSEEK)
    assert weight_bytes(deepseek, deepseek.stored) / GB == pytest.approx(673, abs=1)
    assert weight_bytes(deepseek, deepseek.stored) / GIB == pytest.approx(627, abs=1)
    assert weight_bytes(deepseek, deepseek.stored, draft=True) == pytest.approx(688_586_727_753, rel=0.001)
    assert weight_bytes(deepseek, deepseek.stored, draft=True) / GIB == pytest.approx(641.3, abs=0.5)


@pytest.mark.parametrize(
    ("config", "bytes_a_token"),
    [(LLAMA_8B, 131_072), (LLAMA_70B, 327_680), (QWEN_7B, 57_344), (MIXTRAL, 131_072), (DEEPSEEK, 61 * 576 * 2)],
    ids=lambda value: value.get("model_type") if isinstance(value, dict) else None,
)
def test_the_cache_of_a_token(profile, config, bytes_a_token):
    demand = Demand(1, 80 * GIB, 1, 1000)
    made = plan(profile(config), demand)
    assert made.cache_bytes_per_token == bytes_a_token
    assert made.cache_bytes_per_request == 1000 * bytes_a_token
    halved = plan(profile(config), Demand(1, 80 * GIB, 1, 1000, cache="fp8"))
    assert halved.cache_bytes_per_token == bytes_a_token / 2


def test_layers_that_look_back_a_little_keep_a_little(profile):
    gemma = {
        "model_type": "gemma3_text",
        "hidden_size": 2560,
        "intermediate_size": 10240,
        "num_hidden_layers": 34,
        "num_attention_heads": 8,
        "num_key_value_heads": 4,
        "head_dim": 256,
        "vocab_size": 262208,
        "sliding_window": 1024,
    }
    made = plan(profile(gemma), Demand(1, 24 * GIB, 1, 32_768))
    values = 2 * 4 * 256 * 2
    assert made.cache_bytes_per_request == (5 * 32_768 + 29 * 1024) * values


def test_linear_attention_keeps_a_state_instead_of_tokens(profile):
    made = profile({"model_type": "qwen3_next"})
    assert made.parameters / 1e9 == pytest.approx(79.7, abs=0.1)
    assert [group.layers for group in made.attention] == [12]
    assert made.state_values > 36 * 32 * 128 * 128


def test_multi_query_attention_has_one_head(profile):
    assert profile({"model_type": "falcon"}).attention[0].heads == 1


def test_the_split_divides_weights_and_heads_but_not_the_latent(profile):
    demand = Demand(8, 80 * GIB, 16, 8192)
    llama = {
        split.tensor_parallel: split for split in plan(profile(LLAMA_70B), demand).splits if split.format == "bf16"
    }
    assert set(llama) == {1, 2, 4, 8}
    assert llama[8].weight_bytes == llama[1].weight_bytes / 8
    assert llama[8].cache_bytes == llama[1].cache_bytes / 8
    assert not llama[1].fits
    assert llama[4].fits
    deepseek = {s.tensor_parallel: s for s in plan(profile(DEEPSEEK), demand).splits if s.format == "fp8"}
    assert deepseek[8].cache_bytes == deepseek[1].cache_bytes


def test_more_gpus_than_heads_copy_them(profile):
    splits = plan(profile(QWEN_7B), Demand(7, 80 * GIB, 1, 8192)).splits
    by_width = {split.tensor_parallel: split for split in splits if split.format == "bf16"}
    assert set(by_width) == {1, 2, 4, 7}
    assert by_width[7].cache_bytes == by_width[4].cache_bytes == by_width[1].cache_bytes / 4


def test_the_choice_is_the_stored_format_on_as_few_gpus_as_will_do(profile):
    choice = plan(profile(LLAMA_70B), Demand(8, 80 * GIB, 16, 8192)).choice
    assert (choice.format, choice.tensor_parallel) == ("bf16", 4)
    smaller = plan(profile(LLAMA_70B), Demand(2, 80 * GIB, 4, 8192)).choice
    assert (smaller.format, smaller.tensor_parallel) == ("fp8", 2)
    assert plan(profile(DEEPSEEK), Demand(2, 24 * GIB, 1, 1024)).choice is None


def test_what_fits_grows_with_memory_and_shrinks_with_the_context(profile):
    llama = profile(LLAMA_8B)

    def requests(gib, context):
        return plan(llama, Demand(1, gib * GIB, 1, context)).splits[0].requests

    assert requests(10, 8192) == 0 < requests(24, 8192) < requests(80, 8192)
    assert requests(80, 8192) < requests(80, 2048)


def test_the_index_of_the_files_tells_the_size(profile, tmp_path):
    index = {"metadata": {"total_size": 16_060_522_496}, "weight_map": {}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    llama = profile(LLAMA_8B)
    assert weight_bytes(llama, llama.stored) == 16_060_522_496
    assert weight_bytes(llama, FORMATS["int4"]) < 6 * GB


@pytest.mark.parametrize(
    ("quantisation", "name"),
    [
        (None, "bf16"),
        ({"quant_method": "awq", "bits": 4}, "int4"),
        ({"quant_method": "gptq", "bits": 8}, "int8"),
        ({"quant_method": "fp8"}, "fp8"),
        ({"quant_method": "mxfp4"}, "mxfp4"),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, "int4"),
        (
            {
                "quant_method": "compressed-tensors",
                "config_groups": {"g": {"weights": {"type": "float", "num_bits": 8}}},
            },
            "fp8",
        ),
        (
            {"quant_method": "compressed-tensors", "config_groups": {"g": {"weights": {"type": "int", "num_bits": 4}}}},
            "int4",
        ),
    ],
)
def test_formats_are_read(quantisation, name):
    assert stored_format({"quantization_config": quantisation}).name == name


@pytest.mark.parametrize(
    "content",
    [
        "",
        "nonsense",
        "[1]",
        "{}",
        '{"model_type": "unheard-of"}',
        '{"model_type": "llama", "num_hidden_layers": 1000000000}',
        '{"model_type": "llama", "hidden_size": "wide"}',
        '{"model_type": "llama", "hidden_size": -5}',
        '{"model_type": "llama", "num_attention_heads": 0}',
        '{"model_type": "llama", "vocab_size": 1e30}',
        '{"model_type": "llama", "quantization_config": {"quant_method": "magic"}}',
        '{"model_type": "llama", "quantization_config": {"quant_method": "compressed-tensors", "config_groups": {}}}',
        '{"model_type": "clip"}',
        "[" * 100_000,
    ],
)
def test_what_is_no_model_is_refused(tmp_path, content):
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(SettingsError, match="is no configuration"):
        read_profile(tmp_path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingsError, match="gone"):
        read_profile(tmp_path / "gone.json")
