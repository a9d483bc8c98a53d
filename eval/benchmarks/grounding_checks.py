"""How well the checks of claims tell true statements from false ones.

    python -m chartwell.eval.benchmarks.grounding_checks --items FOLDER/items.jsonl [--notes FILE.md] [--half report]

True statements are the sentences of reference answers (OpenCQA's form), with the paragraph that they are about as
evidence; or the sentences of Markdown notes, with their section as evidence. Most stand there word for word, so they
are put into other words, too (`claim_rewriting`). False ones are made from them (`eval.claim_perturbation`).
`--distractors` sets so many other paragraphs beside the right one.

Printed for each kind: AUROC of the claim's score against the true statements as they are and in other words, beside
that of a baseline that only looks whether the statement stands in the evidence; the verdicts; and how often evidence
and region of the verdict are right. `--encoder` lets the rules compare sentences by the offline encoder's vectors, too.
`--half tune` is for development, `report` the other half, with other phrasings.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from ...generation.answer import Claim
from ...generation.citations import statements
from ...generation.grounding.checker import check
from ...generation.grounding.paraphrase import Encode
from ...indexing.documents import WHOLE, Part, Region
from ...indexing.encoders.sentence_encoder import SentenceEncoder
from ...indexing.encoders.weights import resolve_text_model
from ...indexing.language import detect_language
from ...indexing.sentences import split_sentences
from ...retrieval.evidence import Evidence
from ..claim_perturbation import NAME, PERTURBATIONS, Statement
from ..machine import describe
from .claim_rewriting import REWRITINGS
from .measuring import print_table

_LEAST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Case:
    """A statement made from `source`, which is `true` of `evidence`; `kind` says how."""

    item: str
    kind: str
    text: str
    source: str
    evidence: str
    others: tuple[str, ...] = ()

    @property
    def verbatim(self) -> bool:
        """Whether the sentence that it was made from stands in the evidence word for word."""
        return _plain(self.source) in _plain(self.evidence)

    @property
    def baseline(self) -> float:
        """1 where the statement itself does, else the share of its words."""
        if _plain(self.text) in _plain(self.evidence):
            return 1.0
        words = _plain(self.text).split()
        there = set(_plain(self.evidence).split())
        return 0.9 * sum(word in there for word in words) / max(len(words), 1)


@dataclass(frozen=True, slots=True)
class Checked:
    """A case with its claim of lowest score, and whether evidence and region given are the right ones."""

    case: Case
    claim: Claim
    evidence_right: bool
    region_right: bool | None


@functools.lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    words = re.findall(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+|%", text.lower())
    return f" {' '.join(words)} "


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


def cases_of(pairs: Sequence[tuple[str, str, str]], half: str, seed: int, distractors: int = 0) -> list[Case]:
    """The true statements of a half, as they are and in other words, and the false ones made from them."""
    chosen = [pair for pair in pairs if half == "all" or _half(pair[0]) == half]
    sentences = {name: [s.text for s in statements(answer)] for name, answer, _ in chosen}
    names = {name: [m.group() for m in NAME.finditer(answer)] for name, answer, _ in chosen}
    cases: list[Case] = []
    for number, (name, _, evidence) in enumerate(chosen):
        random = Random(f"{seed} {name}")  # noqa: S311 - repeatable perturbations, no secrets
        others = [other for other, _, _ in chosen if other != name]
        foreign = others[(number * 7) % len(others)] if others else name
        pool = [n for other in others[:80] for n in names[other]]
        beside = tuple(chosen[(number + step) % len(chosen)][2] for step in range(1, distractors + 1))
        for text in sentences[name]:
            if len(text.split()) < _LEAST_WORDS and len(text) < 4 * _LEAST_WORDS:
                continue
            statement = Statement(text, evidence, [s for s in sentences[foreign] if s not in evidence], pool)
            made: list[tuple[str, str | None]] = [("true", text)]
            phrasing = "tune" if half == "tune" else "report"
            made += [(kind, rewrite(text, phrasing, random)) for kind, rewrite in REWRITINGS.items()]
            made += [(kind, perturb(statement, random)) for kind, perturb in PERTURBATIONS.items()]
            cases += [
                Case(name, kind, new, text, evidence, beside)
                for kind, new in made
                if new is not None and (kind == "true" or new != text)
            ]
    return cases


def as_evidence(text: str) -> Evidence:
    """A paragraph as evidence that has a region for each sentence."""
    parts = tuple(
        Part(text[start:end], (Region(1, WHOLE),)) for start, end in split_sentences(text, detect_language(text))
    )
    return Evidence("text", "paragraph", 1, text, 1.0, {}, (), (Region(1, WHOLE),), parts)


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """Chance that a true statement scores above a false one, ties half (Mann-Whitney U over the number of pairs)."""
    from scipy.stats import rankdata

    ranks = rankdata([*positives, *negatives])
    count = len(positives)
    return float((ranks[:count].sum() - count * (count + 1) / 2) / (count * len(negatives)))


def checked(cases: Sequence[Case], seed: int = 0, encode: Encode | None = None) -> Iterator[Checked]:
    """Every case with the claim of lowest score where a statement holds several."""
    for number, case in enumerate(cases):
        pieces = [case.evidence, *case.others]
        right = Random(f"{seed} {number}").randrange(len(pieces))  # noqa: S311 - repeatable order, no secrets
        pieces[0], pieces[right] = pieces[right], pieces[0]
        claims = check(case.text, [as_evidence(piece) for piece in pieces], encode=encode)
        lowest = min(claims, key=lambda claim: claim.score)
        evidence_right = all(claim.evidence == right + 1 for claim in claims)
        region_right = None
        if case.verbatim:
            places = [_plain(claim.region.text) if claim.region else "" for claim in claims]
            source = _plain(case.source).strip()
            region_right = evidence_right and all(place.strip() in source or source in place for place in places)
        yield Checked(case, lowest, evidence_right, region_right)


def main() -> None:
    """Parse the command line, check every case and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=Path, help="items.jsonl in OpenCQA's form")
    parser.add_argument("--notes", type=Path, help="Markdown notes")
    parser.add_argument("--half", choices=("tune", "report", "all"), default="report")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--distractors", type=int, default=0, help="other paragraphs beside the right one")
    parser.add_argument("--encoder", action="store_true", help="with vectors of sentences")
    parser.add_argument("--every", type=int, default=1, help="take every n-th case only")
    parser.add_argument("--worst", type=int, default=0, help="print so many of the worst of each kind")
    arguments = parser.parse_args()
    print(describe())
    model = SentenceEncoder(resolve_text_model(allow_download=False)) if arguments.encoder else None
    encode = model.encode_documents if model is not None else None
    for path, read in ((arguments.items, opencqa_pairs), (arguments.notes, note_pairs)):
        if path is not None:
            cases = cases_of(read(path), arguments.half, arguments.seed, arguments.distractors)[:: arguments.every]
            started = time.process_time()
            results = list(checked(cases, arguments.seed, encode))
            spent = (time.process_time() - started) / len(cases)
            print(f"\n{path.name}, half: {arguments.half}, distractors: {arguments.distractors}")
            print(f"{spent:.4f} s of processor time a case\n")
            _report(results, arguments.worst)


def _report(results: Sequence[Checked], worst: int) -> None:
    kinds: dict[str, list[Checked]] = defaultdict(list)
    for result in results:
        kinds[result.case.kind].append(result)
    true = kinds["true"]
    share = sum(result.case.verbatim for result in true) / len(true)
    loose = [result for result in true if not result.case.verbatim]
    supported = sum(result.claim.verdict == "supported" for result in loose)
    print(f"{share:.1%} of {len(true)} true statements stand in the evidence word for word;")
    print(f"of the {len(loose)} that do not, {supported} are supported.\n")
    reworded = [result for kind in REWRITINGS for result in kinds[kind]]
    plain = [result.case.baseline for result in (*true, *reworded)]
    rows = [
        _row(kind, kinds[kind], [true, reworded], plain)
        for kind in ("true", *REWRITINGS, *PERTURBATIONS)
        if kinds[kind]
    ]
    print_table(
        [
            *("statements", "number", "AUROC", "in other words", "baseline"),
            *("supported", "contradicted", "not found", "evidence", "region"),
        ],
        rows,
    )
    for kind in kinds if worst else ():
        _print_worst(kind, kinds[kind], worst)


def _row(kind: str, results: Sequence[Checked], true: Sequence[Sequence[Checked]], plain: Sequence[float]) -> list[str]:
    """`true` holds the true statements as they are and in other words, `plain` the baseline's scores of both."""
    verdicts = Counter(result.claim.verdict for result in results)
    shares = [f"{verdicts[v] / len(results):.1%}" for v in ("supported", "contradicted", "not_found")]
    areas = ["–"] * 3
    if kind in PERTURBATIONS:
        scores = [result.claim.score for result in results]
        areas = [f"{auroc([r.claim.score for r in some], scores):.3f}" if some else "–" for some in true]
        areas.append(f"{auroc(plain, [r.case.baseline for r in results]):.3f}")
    right = sum(result.evidence_right for result in results) / len(results)
    known = [result.region_right for result in results if result.region_right is not None]
    region = f"{sum(known) / len(known):.1%}" if known and kind != "unsupported" else "–"
    return [kind, str(len(results)), *areas, *shares, f"{right:.1%}" if kind != "unsupported" else "–", region]


def _print_worst(kind: str, results: Sequence[Checked], worst: int) -> None:
    true = kind.startswith("true")
    print(f"\n{kind}")
    for result in sorted(results, key=lambda r: r.claim.score, reverse=not true)[:worst]:
        print(f"  {result.claim.score:.2f} {result.claim.verdict}: {result.case.text}\n       {result.claim.reason}")


def _half(name: str) -> str:
    return "tune" if hashlib.sha256(name.encode()).digest()[0] % 2 else "report"


if __name__ == "__main__":
    main()
