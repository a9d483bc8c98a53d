"""A small system that retrieves and answers by shared words, and a program that evaluates it until it is killed.

python run_victim.py DATASET SECONDS_A_QUESTION WORKERS

For each line of standard input, a folder, it forks a child that evaluates into it: libraries are imported once for
all. A child says `begun` with its number; `ended` comes with the status by which it ended.
"""

import os
import sys
import time
from fnmatch import fnmatchcase
from pathlib import Path

from chartwell.eval.runs.system import Description
from chartwell.generation.answer import Answer, DoneEvent, RetrievalEvent, TokenEvent
from chartwell.generation.grounding.checker import check
from chartwell.indexing.documents import Box, Document, Part, Region
from chartwell.indexing.sentences import split_sentences
from chartwell.indexing.tokens import tokenize
from chartwell.retrieval.evidence import Evidence, MatchedRegion
from chartwell.retrieval.query import parse_query
from chartwell.retrieval.retriever import Retrieval

SENTENCES = {
    "reports/ferry.pdf": [
        "The ferry to Skarholm leaves at 07:15 on weekdays.",
        "An adult pays 14 crowns, a child pays 6 crowns.",
    ],
    "reports/harbour.pdf": [
        "The harbour handled 412 ships in 2021, which was a quiet year.",
        "The new crane lifts forty tonnes and cost 3.5 million crowns.",
    ],
    "reports/fish.pdf": [
        "Fishermen landed 1,250 tonnes of herring in 2021.",
        "Cod fell by 12 % to 310 tonnes.",
    ],
}


class SmallSystem:
    """One page a sentence. Says nothing where less than a third of the question's words are found."""

    def __init__(self, *, seconds=0.0, settings=None, weight=1.0, broken=()):
        self.seconds, self.settings, self.weight, self.broken = seconds, settings or {"preset": "small"}, weight, broken
        self.asked = 0

    def documents(self, where=None):
        return [Document(source, "hash", "application/pdf") for source in SENTENCES]

    def describe(self):
        return Description({"path": "kb", "documents": 3, "nodes": 6, "fingerprint": "f"}, self.settings, {}, "p1")

    def resampled(self, number):
        return SmallSystem(weight=0.01 if number == 2 else self.weight, broken=self.broken)

    def retrieve(self, question, top_k=10, where=None):
        query = parse_query(question, where)
        words = set(tokenize(question))
        found = []
        for source, sentences in SENTENCES.items():
            for page, sentence in enumerate(sentences, start=1):
                if _admitted(where, source, page):
                    shared = len(words & set(tokenize(sentence))) / len(words)
                    found.append(_evidence(source, page, sentence, shared, self.weight if "ferry" in source else 1))
        found.sort(key=lambda evidence: (-evidence.score, evidence.source, evidence.page))
        return Retrieval(query, tuple(found[:top_k]), {"coarse": 0.001})

    def stream(self, question, *, where=None, top_k=None, cancel=None):
        self.asked += 1
        time.sleep(self.seconds)
        if any(word in question for word in self.broken):
            raise ValueError(f"cannot think of {question}")
        found = self.retrieve(question, top_k or 4, where).evidence
        yield RetrievalEvent(found)
        best = found[0] if found and found[0].scores["shared"] >= 0.3 else None
        text = f"{best.text} [1]" if best else "The documents do not tell."
        yield TokenEvent(text, (-0.1, -0.2))
        claims = tuple(check(text, found)) if best else ()
        yield DoneEvent(Answer(question, text, claims, found, best is None, "small", {"decode": 0.001}))


def _evidence(source, page, sentence, shared, weight):
    parts = tuple(
        Part(sentence[start:end], (Region(page, Box(0.1, 0.1, 0.9, 0.2)),)) for start, end in split_sentences(sentence)
    )
    region = MatchedRegion(sentence, Region(page, Box(0.1, 0.1, 0.9, 0.2)), 1.0)
    bounds = (Region(page, Box(0.05, 0.05, 0.95, 0.25)),)
    return Evidence(
        "text",
        source,
        page,
        sentence,
        shared * weight,
        {"shared": shared},
        (region,),
        bounds,
        parts,
        media_type="application/pdf",
    )


def _admitted(where, source, page):
    wanted = (where or {}).get("source", source)
    sources = [wanted] if isinstance(wanted, str) else wanted
    return any(fnmatchcase(source, one) for one in sources) and page in (where or {}).get("page", [page])


def main():
    from chartwell.eval import RunOptions, evaluate

    dataset, seconds, workers = sys.argv[1:]
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                print("begun", os.getpid(), flush=True)
                system = SmallSystem(seconds=float(seconds))
                evaluate(system, Path(dataset), line.rstrip("\n"), options=RunOptions(workers=int(workers)))
                status = 0
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        print("ended", os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
