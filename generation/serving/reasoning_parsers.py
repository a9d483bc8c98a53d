"""Which of vLLM's parsers parts a model's reasoning from its answer; without one, readers would get both.

The names are those of vLLM's `--reasoning-parser`; families as its documentation lists them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

FAMILIES: Sequence[tuple[str, str]] = (
    (r"deepseek-?r1|\bqwq\b|r1-distill", "deepseek_r1"),
    (r"deepseek-?v3\.[12]", "deepseek_v3"),
    (r"deepseek-?v4\.1", "deepseek_v41"),
    (r"deepseek-?v4", "deepseek_v4"),
    (r"qwen-?3", "qwen3"),
    (r"gpt-?oss", "openai_gptoss"),
    (r"gemma-?4", "gemma4"),
    (r"glm-?4\.7", "glm47"),
    (r"glm-?4\.[56]|glm4-moe", "glm45"),
    (r"kimi-k2.*thinking", "kimi_k2"),
    (r"magistral", "mistral"),
    (r"minimax-?m2", "minimax_m2"),
    (r"minimax-?m3", "minimax_m3"),
    (r"nemotron-?3", "nemotron_v3"),
    (r"olmo-?3.*think", "olmo3"),
    (r"seed-oss", "seed_oss"),
    (r"hunyuan-?a13b", "hunyuan_a13b"),
    (r"ernie-?4\.5.*thinking", "ernie45"),
    (r"step-?3\.5", "step3p5"),
    (r"step-?3", "step3"),
    (r"mimo", "mimo"),
)
"""What stands in the name of a model or in its `model_type`, and its parser; the first that fits."""
_WITHOUT = re.compile(r"\binstruct\b|\bcoder\b|\bembedding\b|\breranker\b|\bbase\b")
"""Variants of these families that do not reason."""


def reasoning_parser(model: str, model_type: str = "") -> str:
    """The parser for a model by its folder or hub name and the `model_type` of its configuration; "" for none."""
    name = re.sub(r"[_\s]+", "-", model.rstrip("/").rpartition("/")[2].lower())
    if _WITHOUT.search(name):
        return ""
    told = f"{name} {model_type.lower().replace('_', '-')}"
    return next((parser for family, parser in FAMILIES if re.search(family, told)), "")
