"""Language models of a few hundred kilobytes with random weights: real servers load them in no time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_QWEN_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""What Qwen2's tokenizer takes for a word; transformers makes it anew for models of that type."""
_SENTENCES = ("The harbour handled 412 ships in 2021.", "港口扩建工程于2022年三月完工。")
_CHAT_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


_PATCH, _PATCHES = 14, 4
"""Pixels and number of a picture's patches, along one side."""
_QUERIES = 4


def save_tiny_qwen(folder: Path, context: int, *, seed: int = 9) -> Path:
    """Make a Qwen2 of two layers that reads `context` tokens, with a tokenizer of bytes and a few words."""
    import torch
    from transformers import Qwen2Config, Qwen2ForCausalLM

    tokenizer = _tokenizer()
    tokenizer.chat_template = _CHAT_TEMPLATE
    tokenizer.save_pretrained(folder)
    torch.manual_seed(seed)
    model = Qwen2ForCausalLM(Qwen2Config(**_sizes(tokenizer, context)))
    # The logit of the end is then 0, amid the others: by the likeliest tokens the model never ends by itself.
    with torch.no_grad():
        model.lm_head.weight[tokenizer.eos_token_id] = 0.0
    model.bfloat16().save_pretrained(folder)
    return folder


def save_tiny_blip2(folder: Path, context: int, *, seed: int = 9) -> Path:
    """Make a model that sees pictures, of those few that vLLM runs without torchvision. A picture takes four tokens."""
    import torch
    from transformers import (
        Blip2Config,
        Blip2ForConditionalGeneration,
        Blip2Processor,
        Blip2QFormerConfig,
        Blip2VisionConfig,
        OPTConfig,
    )
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    tokenizer = _tokenizer("<image>")
    tokenizer.chat_template = _CHAT_TEMPLATE
    side = _PATCH * _PATCHES
    pictures = BlipImageProcessorPil(size={"height": side, "width": side})
    processor = Blip2Processor(pictures, tokenizer, num_query_tokens=_QUERIES)  # type: ignore[no-untyped-call]  # transformers gives no types
    processor.save_pretrained(folder)
    torch.manual_seed(seed)
    tower: dict[str, Any] = {
        "hidden_size": 128,
        "intermediate_size": 256,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
    }
    config = Blip2Config(
        vision_config=Blip2VisionConfig(**tower, image_size=side, patch_size=_PATCH),
        qformer_config=Blip2QFormerConfig(**tower, encoder_hidden_size=tower["hidden_size"]),
        text_config=OPTConfig(
            vocab_size=len(tokenizer),
            hidden_size=256,
            word_embed_proj_dim=256,
            ffn_dim=512,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=context,
            pad_token_id=tokenizer.pad_token_id,
            bos_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id,
        ),
        num_query_tokens=_QUERIES,
        image_token_index=tokenizer.get_vocab()["<image>"],
    )
    Blip2ForConditionalGeneration(config).bfloat16().save_pretrained(folder)
    return folder


def _tokenizer(*more: str) -> PreTrainedTokenizerFast:
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    parts = [
        pre_tokenizers.Split(Regex(_QWEN_WORDS), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(parts)
    tokenizer.decoder = decoders.ByteLevel()
    marks = ["<|end|>", "<|im_start|>", "<|im_end|>", *more]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=384, special_tokens=marks, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(_SENTENCES * 9, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|end|>")  # type: ignore[no-untyped-call]  # noqa: S106 - no secret


def _sizes(tokenizer: PreTrainedTokenizerFast, context: int) -> dict[str, Any]:
    return {
        "vocab_size": len(tokenizer),
        "hidden_size": 256,  # heads of 64, the least that vLLM takes on a CPU
        "intermediate_size": 512,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": context,
        "eos_token_id": tokenizer.eos_token_id,
        "bos_token_id": None,
        "tie_word_embeddings": True,
    }
