"""Run by test_crash.py: forks children that write to a collection without end, and kills each after a while.

Reads lines `seed seconds` from standard input and answers `killed` for each. A child notes in the journal what it
begins and what it has finished: `begin put /a 7`, `end`.
"""

import importlib.util
import os
import random
import signal
import sys
import time
from pathlib import Path

import faiss  # noqa: F401 - imported before forking, once for all children
import numpy as np
import tantivy  # noqa: F401 - likewise

from chartwell.indexing.collection import Collection, Space
from chartwell.indexing.tokens import tokenize

SOURCES = [f"/{letter}" for letter in "abcdef"]


def samples():
    spec = importlib.util.spec_from_file_location("samples", Path(__file__).with_name("conftest.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def texts_of(source, version):
    own = [f"{source[1:]} version{version} node{n}" for n in range(version % 3 + 2)]
    # Every document has one of two notices: groups of duplicates come and go with it.
    return [own[0], f"the notice number {version % 2} that stands in many documents node0", *own[1:]]


def encode(nodes):
    return np.array([[len(node.text), node.ordinal, 1] for node in nodes], dtype=np.float32)


def write_for_ever(path, journal, seed, build_document):
    chance = random.Random(seed)
    note = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    version = seed * 100_000
    with Collection.open(path) as collection:
        while True:
            with collection.writer(checkpoint_seconds=chance.choice([0.0, 100.0])) as writer:
                for _ in range(chance.randrange(1, 12)):
                    version += 1
                    source = chance.choice(SOURCES)
                    action = chance.choices(["put", "delete", "checkpoint", "reindex"], [8, 3, 1, 1])[0]
                    os.write(note, f"begin {action} {source} {version}\n".encode())
                    if action == "put":
                        # Every other picture is shared with an earlier version.
                        made = build_document(source, texts_of(source, version), charts=(0,))
                        writer.put(*made)
                    elif action == "delete":
                        writer.delete(source)
                    elif action == "reindex":
                        writer.replace_space(Space("image", f"{version}", 3, "lengths"), encode)
                    else:
                        writer.checkpoint()
                    os.write(note, b"end\n")


def main():
    path, journal = Path(sys.argv[1]), Path(sys.argv[2])
    build_document = samples().build_document
    tokenize("warm")
    for line in sys.stdin:
        seed, seconds = line.split()
        child = os.fork()
        if child == 0:
            try:
                write_for_ever(path, journal, int(seed), build_document)
            finally:
                os._exit(1)
        time.sleep(float(seconds))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else f"ended by itself: {status}", flush=True)


if __name__ == "__main__":
    main()
