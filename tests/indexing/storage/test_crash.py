"""kill -9 in the middle of put, delete, checkpoint and reindex: nothing committed is lost, nothing half is served."""

import importlib.util
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from chartwell.indexing.collection import Collection
from chartwell.indexing.tokens import tokenize

KILLS = 24
VICTIM = Path(__file__).with_name("crash_victim.py")


def load_victim():
    spec = importlib.util.spec_from_file_location("crash_victim", VICTIM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def allowed_states(journal):
    """For each source the versions it may have now: the last finished one, or the one that was being made."""
    state: dict[str, set[int | None]] = {}
    begun = None
    for line in journal.read_text().splitlines():
        word, *rest = line.split()
        if word == "begin":
            if begun is not None:  # its writer was killed: it happened or it did not
                state[begun[0]] = state.get(begun[0], {None}) | {begun[1]}
            action, source, version = rest
            begun = None if action in {"checkpoint", "reindex"} else (source, int(version) if action == "put" else None)
        elif begun is not None:
            state[begun[0]] = {begun[1]}
            begun = None
    if begun is not None:
        state[begun[0]] = state.get(begun[0], {None}) | {begun[1]}
    return state


@pytest.fixture(scope="module")
def victim():
    return load_victim()


@pytest.mark.slow
def test_kill_at_any_moment(tmp_path, text_space, victim, encode_text):
    path, journal = tmp_path / "kb", tmp_path / "journal"
    with Collection.open(path) as collection:
        collection.require_space(text_space)
    chance = random.Random(4)
    process = subprocess.Popen(
        [sys.executable, str(VICTIM), str(path), str(journal)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    interrupted = 0
    with process:
        for seed in range(KILLS):
            process.stdin.write(f"{seed} {chance.uniform(0.02, 0.35):.3f}\n")
            process.stdin.flush()
            assert process.stdout.readline().strip() == "killed"
            interrupted += journal.exists() and not journal.read_text().endswith("end\n")
            check(path, allowed_states(journal) if journal.exists() else {}, victim, encode_text)
        process.stdin.close()
    assert interrupted >= KILLS // 3, "the kills must strike in the middle of something"


def notices(collection, served):
    """The documents that have each notice, by its text."""
    holding = {}
    for document in served.values():
        holding.setdefault(collection.nodes_of(document.id)[1].text, []).append(document.id)
    return holding


def check(path, allowed, victim, encode_text):
    with Collection.open(path, create=False) as collection:
        served = {document.source: document for document in collection.documents()}
        for source, versions in allowed.items():
            document = served.get(source)
            if document is None:
                assert None in versions, source
                continue
            nodes = collection.nodes_of(document.id)
            texts = [node.text for node in nodes]
            assert texts in [victim.texts_of(source, version) for version in versions if version is not None]
            assert np.array_equal(collection.vectors([n.id for n in nodes]), np.array([encode_text(t) for t in texts]))
            assert collection.asset_bytes(nodes[0].asset)
            best, _ = collection.search_vectors(encode_text(texts[-1]), 1)[0]
            assert best == nodes[-1].id
            found = collection.search_lexical(tokenize(texts[0]), 10, where={"source": source})
            assert {node_id for node_id, _ in found} <= {node.id for node in nodes}
        assert set(served) <= set(allowed)
        for text, holding in notices(collection, served).items():
            found = collection.search_vectors(encode_text(text), 1000, distinct=True)
            (notice,) = [i for i, _ in found if collection.nodes([i])[i].text == text]
            assert collection.copies([notice])[notice] == sorted(holding)
        assert collection.verify().problems == ()
        # What can be found by words is exactly what there is.
        everything = {node.id for document in served.values() for node in collection.nodes_of(document.id)}
        words = [word for n in range(4) for word in tokenize(f"node{n}")]
        assert {node_id for node_id, _ in collection.search_lexical(words, 1000)} == everything
