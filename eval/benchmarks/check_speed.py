"""How long the checks take: an answer of five sentences against ten pieces of evidence, by the rules.

    python -m chartwell.eval.benchmarks.check_speed [--rounds 9]

Evidence are made passages of 300 words, alone and with three tables of 500 cells; no two rounds have the same, so that
nothing is remembered. Printed: median wall and processor time, beside that of stemming all the words of the evidence.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from random import Random

from ...generation.grounding.checker import check
from ...indexing.documents import Table
from ...retrieval.evidence import Evidence
from ..machine import describe
from .measuring import print_table

_WORDS = (
    *("sales", "income", "growth", "region", "market", "adults", "survey", "women", "men", "europe", "asia", "policy"),
    *("rate", "price", "index", "energy", "oil", "gas", "public", "private", "sector", "report", "company", "quarter"),
    *("employee", "benefit", "rose", "fell", "more", "less", "not"),
)
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
    arguments = parser.parse_args()
    check("Sales rose 12% in 收入.", ["Sales rose 12% in 收入."])  # loads the segmenter
    print(describe())
    rows = [
        [name, *_median(arguments.rounds, make)] for name, make in (("passages", passages), ("with tables", tables))
    ]
    print_table(["evidence", "wall", "processor", "stemming alone", "ratio"], rows)


if __name__ == "__main__":
    main()
