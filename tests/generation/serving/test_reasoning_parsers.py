"""The parser of a model's reasoning by its family."""

import pytest

from chartwell.generation.serving.reasoning_parsers import reasoning_parser


@pytest.mark.parametrize(
    ("model", "model_type", "parser"),
    [
        ("Qwen/Qwen3-8B", "", "qwen3"),
        ("Qwen/Qwen3-VL-8B-Thinking", "qwen3_vl", "qwen3"),
        ("Qwen/Qwen3-VL-8B-Instruct", "qwen3_vl", ""),
        ("Qwen/Qwen3-Embedding-0.6B", "qwen3", ""),
        ("Qwen/Qwen2.5-7B", "qwen2", ""),
        ("/models/ours/", "qwen3_moe", "qwen3"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", "qwen2", "deepseek_r1"),
        ("deepseek-ai/DeepSeek-V3", "deepseek_v3", ""),
        ("deepseek-ai/DeepSeek-V3.1", "deepseek_v3", "deepseek_v3"),
        ("openai/gpt-oss-20b", "gpt_oss", "openai_gptoss"),
        ("google/gemma-4-E4B-it", "gemma4", "gemma4"),
        ("zai-org/GLM-4.6", "glm4_moe", "glm45"),
        ("meta-llama/Llama-3.1-8B-Instruct", "llama", ""),
    ],
)
def test_known_models(model, model_type, parser):
    assert reasoning_parser(model, model_type) == parser
