"""How long scoring takes: all metrics that need no model on 10,000 answers, and BERTScore against its encoder alone.

    python -m chartwell.eval.benchmarks.scoring_speed [--items 10000] [--bertscore-items 1000]

Answers are made of words from a list, some 50 a text, no two alike; half of them share most of their reference.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ...indexing.encoders.text_model_files import TextModelFiles
from ...indexing.encoders.weights import ResolvedModel, resolve_text_model
from ..machine import describe
from ..metrics.answer_scores import score_answers
from ..metrics.bert_score import BertScore
from ..metrics.registry import text_metrics
from ..metrics.token_vectors import TokenVectors
from .measuring import print_table

_SENTENCE = (
    "the share of adults who say that economic conditions are good has fallen since last year while net sales in every "
    "region rose more slowly than before and about a third of customers expect prices to stay where they were"
)
_CHINESE_SENTENCE = (
    "公司 净利润 营业收入 比 上年 同期 增长 下降 约 主要 由于 市场 需求 客户 数量 增加 部分 地区 价格 上涨 成本 控制 "
    "得到 改善 其中 线上 业务 占比 提高"
)
_WORDS = {"en": _SENTENCE.split(), "zh": _CHINESE_SENTENCE.split()}
_JOINT = {"en": " ", "zh": ""}
_LENGTH = 50
_BAR = 60.0
_RATIO = 1.2


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--bertscore-items", type=int, default=1_000)
    parser.add_argument("--encoder", default="", help="a folder or a name; by default the offline encoder")
    parser.add_argument("--rounds", type=int, default=3, help="of BERTScore and its encoder, in turn; the best counts")
    arguments = parser.parse_args()
    print(f"{describe()}\npython -m chartwell.eval.benchmarks.scoring_speed\n")
    rows = []
    for language in ("en", "zh"):
        answers, references = texts(arguments.items, language)
        seconds, processor = _time(partial(_score, answers, references, language))
        rows.append([language, str(len(answers)), f"{seconds:.1f}", f"{processor:.1f}", f"{_BAR:.0f}"])
    print_table(["language", "answers", "seconds", "processor seconds", "bar"], rows)
    print()
    model = resolve_text_model(*([arguments.encoder] if arguments.encoder else []), allow_download=False)
    print_table(
        ["BERTScore: items", "seconds", "encoder alone", "ratio", "of processor time", "bar"],
        [_bert_score(model, arguments.bertscore_items, arguments.rounds)],
    )


def texts(count: int, language: str, seed: int = 0) -> tuple[list[str], list[list[str]]]:
    """Answers and references."""
    draw = random.Random(seed)  # noqa: S311 - keeps no secret
    words, joint = _WORDS[language], _JOINT[language]
    answers, references = [], []
    for number in range(count):
        reference = [draw.choice(words) for _ in range(_LENGTH)] + [f"{draw.randrange(1000) / 10}%", str(number)]
        answer = list(reference)
        for _ in range(5 if number % 2 else 40):
            answer[draw.randrange(len(answer))] = draw.choice(words)
        answers.append(joint.join(answer))
        references.append([joint.join(reference)])
    return answers, references


def _score(answers: Sequence[str], references: Sequence[Sequence[str]], language: str) -> None:
    score_answers(answers, references, text_metrics(language=language))


def _bert_score(model: ResolvedModel, items: int, rounds: int) -> list[str]:
    answers, references = texts(items, "en")
    metric = BertScore(model)
    alone = _encoder(model.path)
    both = [*answers, *(known[0] for known in references)]
    metric.score(answers[:8], references[:8])
    alone.encode(both[:8])
    scored, encoded = [], []
    for _ in range(rounds):
        encoded.append(_time(lambda: _encode(alone, both)))
        scored.append(_time(lambda: metric.score(answers, references)))
    (seconds, processor), (raw_seconds, raw_processor) = min(scored), min(encoded)
    ratios = f"{seconds / raw_seconds:.2f}", f"{processor / raw_processor:.2f}"
    return [str(items), f"{seconds:.1f}", f"{raw_seconds:.1f}", *ratios, f"{_RATIO}"]


def _encoder(folder: Path) -> TokenVectors:
    files = TextModelFiles.read(folder)
    return TokenVectors(files, files.layers, files.max_sequence, 32, None)


def _encode(encoder: TokenVectors, both: Sequence[str]) -> None:
    """As a plain program would encode them: the model alone, sorted by length."""
    import torch

    tokenizer, device = encoder.model.tokenizer, encoder.model.device
    order = sorted(both, key=len)
    transformer: Any = encoder.model[0].auto_model
    for start in range(0, len(order), encoder.batch_size):
        batch = tokenizer(
            order[start : start + encoder.batch_size],
            padding=True,
            truncation=True,
            max_length=encoder.max_tokens,
            return_tensors="pt",
        ).to(device)
        with torch.inference_mode():
            transformer(**batch)


def _time(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and of the processor."""
    began, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - used


if __name__ == "__main__":
    main()
