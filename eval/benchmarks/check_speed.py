"""How long the checks take: an answer of five sentences against ten pieces of evidence, by the rules.

    python -m chartwell.eval.benchmarks.check_speed [--rounds 9] [--vectors]

Evidence are made passages of 300 words, alone and with three tables of 500 cells; no two rounds have the same, so that
nothing is remembered. Printed: median wall and processor time, beside that of stemming all the words of the evidence.
`--vectors` adds an answer a third of whose words are others, so that the offline text encoder is asked, as in the
product; the time has that of encoding in it, and stands beside that of encoding the same texts alone.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from random import Random
from typing import TYPE_CHECKING

from ...generation.grounding.checker import Checker, check
from ...generation.grounding.paraphrase import Encode
from ...indexing.documents import Table
from ...indexing.encoders.sentence_encoder import SentenceEncoder
from ...indexing.encoders.weights import resolve_text_model
from ...retrieval.evidence import Evidence
from ..machine import describe
from .measuring import print_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WORDS = (
    *("sales", "income", "growth", "region", "market", "adults", "survey", "women", "men", "europe", "asia", "policy"),
    *("rate", "price", "index", "energy", "oil", "gas", "public", "private", "sector", "report", "company", "quarter"),
    *("employee", "benefit", "rose", "fell", "more", "less", "not"),
)
_OTHERS = ("turnover", "revenue", "territory", "grown-ups", "poll", "ladies", "tariff", "petroleum", "firm", "staff")
_PIECES, _SENTENCES, _TABLES = 10, 5, 3


def _sentence(random: Random, count: int = 20) -> str:
    words = [
        random.choice((*_WORDS, f"{random.randint(1, 99)}%", str(random.randint(2000, 2024)))) for _ in range(count)
    ]
    return " ".join(words).capitalize() + "."


def passages(random: Random) -> tuple[str, list[str | Evidence]]:
    """An answer of sentences from passages, and the passages."""
    pieces = [[_sentence(random) for _ in range(15)] for _ in range(_PIECES)]
    answer = " ".join(pieces[2 * index][3].replace(" ", ", ", 1) for index in range(_SENTENCES))
    return answer, [" ".join(piece) for piece in pieces]


def tables(random: Random) -> tuple[str, list[str | Evidence]]:
    """An answer about cells of tables, and three tables among passages."""
    found: list[str | Evidence] = []
    for _ in range(_TABLES):
        head = ("Item", *(str(2010 + year) for year in range(10)))
        body = [(_sentence(random, 4)[:-1], *(f"{random.randint(100, 99_999):,}" for _ in head[1:])) for _ in range(50)]
        table = Table((head, *body), header_rows=1, units="in millions")
        found.append(Evidence("table", "report.pdf", 1, "", 1.0, {}, (), (), (), table=table))
    first = found[0]
    rows = first.table.body if isinstance(first, Evidence) and first.table else ()
    answer = " ".join(f"{row[0]} was {row[3]} in 2012." for row in rows[:_SENTENCES])
    return answer, [*found, *passages(random)[1][: _PIECES - _TABLES]]


def in_other_words(random: Random) -> tuple[str, list[str | Evidence]]:
    """The answer about passages with every third word replaced, none of them by a word of the evidence."""
    answer, evidence = passages(random)
    words = answer.split()
    for at in range(2, len(words), 3):
        plain = words[at].strip(".,")
        if plain.isalpha() and plain in _WORDS:
            words[at] = words[at].replace(plain, random.choice(_OTHERS))
    return " ".join(words), evidence


def _with_vectors(rounds: int, encode: Encode) -> list[str]:
    """As `_median`, beside encoding the same texts alone."""
    walls, cpus, alone, asked = [], [], [], []
    batches: list[Sequence[str]] = []

    def noted(texts: Sequence[str]) -> NDArray[np.float32]:
        batches.append(texts)
        return encode(texts)

    checker = Checker(encode=noted)
    checker.check(*in_other_words(Random(rounds)))  # noqa: S311 - loads the model and knows the language from then on
    for number in range(rounds):
        answer, evidence = in_other_words(Random(number))  # noqa: S311 - repeatable texts, no secrets
        batches.clear()
        wall, cpu = time.perf_counter(), time.process_time()
        checker.check(answer, evidence)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
        asked.append(sum(map(len, batches)))
        cpu = time.process_time()
        for texts in batches:
            encode(texts)
        alone.append(time.process_time() - cpu)
    wall, cpu, base = (statistics.median(times) for times in (walls, cpus, alone))
    if not any(asked):
        raise SystemExit("The encoder was never asked: this measures nothing.")
    print(f"Texts encoded for an answer: {statistics.median(asked):g}")
    return [*(f"{1000 * median:.0f} ms" for median in (wall, cpu, base)), f"{cpu / base:.1f}"]


def _median(rounds: int, make: Callable[[Random], tuple[str, list[str | Evidence]]]) -> list[str]:
    import Stemmer

    walls, cpus, stems = [], [], []
    for number in range(rounds):
        answer, evidence = make(Random(number))  # noqa: S311 - repeatable texts, no secrets
        wall, cpu = time.perf_counter(), time.process_time()
        check(answer, evidence)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
        cpu = time.process_time()
        for item in evidence:
            cells = item if isinstance(item, str) else " ".join(" ".join(row) for row in item.table.rows)  # type: ignore[union-attr]  # made above
            for word in cells.split():
                Stemmer.Stemmer("english", 0).stemWord(word)  # as the checks do
        stems.append(time.process_time() - cpu)
    medians = [statistics.median(times) for times in (walls, cpus, stems)]
    return [*(f"{1000 * median:.0f} ms" for median in medians), f"{medians[1] / medians[2]:.1f}"]


def main() -> None:
    """Parse the command line, measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--vectors", action="store_true", help="with the offline encoder, too")
    arguments = parser.parse_args()
    check("Sales rose 12% in 收入.", ["Sales rose 12% in 收入."])  # loads the segmenter
    print(describe())
    rows = [
        [name, *_median(arguments.rounds, make)] for name, make in (("passages", passages), ("with tables", tables))
    ]
    print_table(["evidence", "wall", "processor", "stemming alone", "ratio"], rows)
    if arguments.vectors:
        model = SentenceEncoder(resolve_text_model(allow_download=False))
        row = ["in other words, with sentence vectors", *_with_vectors(arguments.rounds, model.encode_documents)]
        print_table(["answer", "wall", "processor", "encoding alone", "ratio"], [row])


if __name__ == "__main__":
    main()
