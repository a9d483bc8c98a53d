"""Language and vision models of a few hundred kilobytes with random weights: real servers load them in no time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_QWEN_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""What Qwen2's tokenizer takes for a word; transformers makes it anew for models of that type."""
_SENTENCES = ("The harbour handled 412 ships in 2021.", "港口扩建工程于2022年三月完工。")
_CHAT_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


_SEEING_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n"
    "{% if m['content'] is string %}{{ m['content'] }}{% else %}"
    "{% for part in m['content'] %}{{ part['text'] if part['type'] == 'text' else '<image>' }}{% endfor %}"
    "{% endif %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_HABITS = {"[": "{", "4": "1"}
"""What the vision model likes to write after a token: a list begins with an object, a 4 is the first digit of 41."""
_LIKED = ('"', "]", "}", ",", "4")
"""What it likes to write anywhere, the dearest first."""
_BLANKS = ("Ġ", "ĉ", "Ċ", "č")
"""Space, tab and ends of lines, as the tokenizer has them: JSON allows any number, so the model likes none."""
_LLAMA_TOO = (
    "vocab_size",
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
    "num_key_value_heads",
    "max_position_embeddings",
    "eos_token_id",
    "tie_word_embeddings",
)
_PATCH = 14
_PICTURE = 56
"""Side in pixels to which the vision model shrinks every picture."""


def save_tiny_qwen(folder: Path, context: int, *, seed: int = 9) -> Path:
    """Make a Qwen2 of two layers that reads `context` tokens, with a tokenizer of bytes and a few words."""
    import torch
    from transformers import Qwen2ForCausalLM

    tokenizer = _tokenizer()
    tokenizer.chat_template = _CHAT_TEMPLATE
    tokenizer.save_pretrained(folder)
    torch.manual_seed(seed)
    model = Qwen2ForCausalLM(_text_config(tokenizer, context))
    _never_ends(model.lm_head.weight, tokenizer)
    model.bfloat16().save_pretrained(folder)
    return folder


def save_tiny_idefics(folder: Path, context: int, *, seed: int = 9) -> Path:
    """Make an Idefics3 that sees pictures of 56 x 56 pixels, and whatever it sees writes by habit.

    Each token has its favourite next one (`_HABITS`), so that it ends its strings and lists. Under a schema of a chart
    it writes one value, 41, and leaves the names empty.
    """
    import torch
    from transformers import Idefics3Config, Idefics3ForConditionalGeneration, Idefics3ImageProcessor, Idefics3Processor

    tokenizer = _tokenizer("<image>", "<fake_token_around_image>", "<global-img>", "<end_of_utterance>")
    tokenizer.chat_template = _SEEING_TEMPLATE
    pictures = Idefics3ImageProcessor(
        do_image_splitting=False, size={"longest_edge": _PICTURE}, max_image_size={"longest_edge": _PICTURE}
    )
    seen = (_PICTURE // _PATCH // 2) ** 2
    processor = Idefics3Processor(pictures, tokenizer, image_seq_len=seen, chat_template=_SEEING_TEMPLATE)
    processor.save_pretrained(folder)
    torch.manual_seed(seed)
    text = _text_config(tokenizer, context, tied=False).to_dict()
    config = Idefics3Config(
        vision_config={
            "hidden_size": 128,
            "intermediate_size": 256,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "image_size": _PICTURE,
            "patch_size": _PATCH,
        },
        text_config={**{key: text[key] for key in _LLAMA_TOO}, "model_type": "llama"},
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        scale_factor=2,
        tie_word_embeddings=False,
    )
    model = Idefics3ForConditionalGeneration(config)
    _give_habits(model, tokenizer)
    model.bfloat16().save_pretrained(folder)
    return folder


def _tokenizer(*more: str) -> Any:  # noqa: ANN401 - transformers' own types are loose
    """A tokenizer of bytes and a few words, with `more` tokens that stand for something else."""
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


def _text_config(tokenizer: Any, context: int, *, tied: bool = True) -> Any:  # noqa: ANN401 - see above
    from transformers import Qwen2Config

    return Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=256,  # heads of 64, the least that vLLM takes on a CPU
        intermediate_size=512,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=context,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
        tie_word_embeddings=tied,
    )


def _never_ends(outputs: Any, tokenizer: Any) -> None:  # noqa: ANN401 - see above
    """Make the logit of the end 0, amid the others: by the likeliest tokens the model never ends by itself."""
    import torch

    with torch.no_grad():
        outputs[tokenizer.eos_token_id] = 0.0


def _give_habits(model: Any, tokenizer: Any) -> None:  # noqa: ANN401 - see above
    """Let the last token alone decide on the next: by what is liked everywhere, and by what is liked after it."""
    import torch

    ids = tokenizer.get_vocab()
    inputs, outputs = model.get_input_embeddings().weight, model.lm_head.weight
    with torch.no_grad():
        for layer in model.model.text_model.layers:
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        inputs.zero_()
        inputs[:, 0] = 1.0
        outputs.zero_()
        for liking, token in enumerate(reversed(_LIKED), start=1):
            outputs[ids[token], 0] = float(liking)
        for token in _BLANKS:
            outputs[ids[token], 0] = -1.0
        for number, (token, following) in enumerate(_HABITS.items(), start=1):
            inputs[ids[token], number] = 1.0
            outputs[ids[following], number] = 100.0
