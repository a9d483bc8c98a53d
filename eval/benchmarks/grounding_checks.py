"""How well the checks of claims tell true statements from false ones.

    python -m chartwell.eval.benchmarks.grounding_checks --items FOLDER/items.jsonl [--notes FILE.md] [--half report]

True statements are the sentences of reference answers (OpenCQA's form), with the paragraph that they are about as
evidence; or the sentences of Markdown notes, with their section as evidence. False ones are made from them
(`eval.claim_perturbation`). Printed: AUROC of the claim's score for each kind, and the verdicts. `--half tune` is for
development, `report` the other half.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from ...generation.answer import Claim
from ...generation.citations import statements
from ...generation.grounding.rules import check
from ..claim_perturbation import NAME, PERTURBATIONS, Statement
from .machine import describe
from .measuring import print_table

_LEAST_WORDS = 5
Case = tuple[str, Claim]
"""What is wrong with it ("true": nothing), and its claim as checked."""


def spoken(text: str) -> str:
    """A text of OpenCQA, whose words are set apart by spaces, as it was printed."""
    text = text.replace("& amp ;", "&").replace("\t", " ")
    text = re.sub(r"(?<=\w) - (?=\w)", "-", text)
    text = re.sub(r"\s+([,.;:?!%)’”])", r"\1", text)
    text = re.sub(r"([(“$‘])\s+", r"\1", text)
    return re.sub(r"\s+", " ", text.replace(" n't", "n't").replace(" n’t", "n’t").replace(" ’", "’")).strip()


def opencqa_pairs(path: Path) -> list[tuple[str, str, str]]:
    """(id, answer, evidence) of each item."""
    items = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(item["id"], spoken(item["answer"]), spoken(item["paragraph"])) for item in items]


def note_pairs(path: Path) -> list[tuple[str, str, str]]:
    """(heading, answer, evidence): the sentences of each section, in which marks of Markdown are left out."""
    sections = re.split(r"^## +", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    pairs = []
    for section in sections:
        heading, _, body = section.partition("\n")
        plain = re.sub(r"[*`#>]", "", body)
        # The number of a list item is no figure of the text: changing it would make no false statement.
        plain = re.sub(r"^\s*(?:\d+\.|-)\s+", "", plain, flags=re.MULTILINE)
        pairs.append((heading, plain, plain))
    return pairs


def cases_of(pairs: Sequence[tuple[str, str, str]], half: str, seed: int) -> list[tuple[str, str, str, str]]:
    """(id, kind, text, evidence) of the true statements of a half and the false ones made from them."""
    chosen = [pair for pair in pairs if half == "all" or _half(pair[0]) == half]
    sentences = {name: [s.text for s in statements(answer)] for name, answer, _ in chosen}
    names = {name: [m.group() for m in NAME.finditer(answer)] for name, answer, _ in chosen}
    cases: list[tuple[str, str, str, str]] = []
    for number, (name, _, evidence) in enumerate(chosen):
        random = Random(f"{seed} {name}")  # noqa: S311 - repeatable perturbations, no secrets
        others = [other for other, _, _ in chosen if other != name]
        for text in sentences[name]:
            if len(text.split()) < _LEAST_WORDS and len(text) < 4 * _LEAST_WORDS:
                continue
            cases.append((name, "true", text, evidence))
            foreign = others[(number * 7) % len(others)] if others else name
            pool = [n for other in others[:80] for n in names[other]]
            statement = Statement(text, evidence, [s for s in sentences[foreign] if s not in evidence], pool)
            for kind, perturb in PERTURBATIONS.items():
                false = perturb(statement, random)
                if false is not None and false != text:
                    cases.append((name, kind, false, evidence))
    return cases


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """Chance that a true statement scores above a false one, ties half (Mann-Whitney U over the number of pairs)."""
    from scipy.stats import rankdata

    ranks = rankdata([*positives, *negatives])
    count = len(positives)
    return float((ranks[:count].sum() - count * (count + 1) / 2) / (count * len(negatives)))


def checked(cases: Iterable[tuple[str, str, str, str]]) -> list[tuple[str, str, Claim]]:
    """(kind, text, claim) of every case: the claim of lowest score where a statement holds several."""
    found = []
    for _, kind, text, evidence in cases:
        claims = check(text, [evidence])
        found.append((kind, text, min(claims, key=lambda claim: claim.score)))
    return found


def main() -> None:
    """Parse the command line, check every case and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=Path, help="items.jsonl in OpenCQA's form")
    parser.add_argument("--notes", type=Path, help="Markdown notes")
    parser.add_argument("--half", choices=("tune", "report", "all"), default="report")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--worst", type=int, default=0, help="print so many of the worst of each kind")
    arguments = parser.parse_args()
    print(describe())
    for path, read in ((arguments.items, opencqa_pairs), (arguments.notes, note_pairs)):
        if path is not None:
            cases = cases_of(read(path), arguments.half, arguments.seed)
            started = time.perf_counter()
            results = checked(cases)
            print(
                f"\n{path.name}, half: {arguments.half}, {(time.perf_counter() - started) / len(cases):.4f} s a claim\n"
            )
            _report(results, arguments.worst)


def _report(results: Sequence[tuple[str, str, Claim]], worst: int) -> None:
    scores: dict[str, list[float]] = defaultdict(list)
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, _, claim in results:
        scores[kind].append(claim.score)
        verdicts[kind][claim.verdict] += 1
    rows = []
    verbatim = sum(claim.score == 1.0 and kind == "true" for kind, _, claim in results)
    print(f"{verbatim} of {len(scores['true'])} true statements stand in the evidence word for word\n")
    for kind in ("true", *PERTURBATIONS):
        if scores[kind]:
            count = len(scores[kind])
            area = f"{auroc(scores['true'], scores[kind]):.3f}" if kind != "true" else "–"
            shares = [f"{verdicts[kind][v] / count:.1%}" for v in ("supported", "contradicted", "not_found")]
            rows.append([kind, str(count), area, *shares])
    print_table(["statements", "number", "AUROC", "supported", "contradicted", "not found"], rows)
    for kind in scores if worst else ():
        ordered = sorted((r for r in results if r[0] == kind), key=lambda r: r[2].score, reverse=kind != "true")
        print(f"\n{kind}")
        for _, text, claim in ordered[:worst]:
            print(f"  {claim.score:.2f} {claim.verdict}: {text}\n       {claim.reason}")


def _half(name: str) -> str:
    return "tune" if hashlib.sha256(name.encode()).digest()[0] % 2 else "report"


if __name__ == "__main__":
    main()
