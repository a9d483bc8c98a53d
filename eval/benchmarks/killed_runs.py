"""A run of `chartwell eval run` that is killed ten times at random and gone on with, against one that was not.

    python -m chartwell.eval.benchmarks.killed_runs --dataset QUESTIONS.jsonl --collection KB --keep FOLDER [--limit 40]

Each time the command is killed with SIGKILL after a number of further records that is drawn. Printed: the records
there were at each kill, and whether `scores.jsonl` and `run.trec` are the same bytes.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from ..machine import describe

_KILLS = 10
_LOOK_SECONDS = 0.02
_COMPARED = ("scores.jsonl", "run.trec")
_GROWING = ("retrieval.jsonl", "answers.jsonl", "checks.jsonl")


def main() -> None:
    """Run once undisturbed, once killed ten times, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--collection", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True, help="where the two runs go")
    parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    whole, killed = arguments.keep / "whole", arguments.keep / "killed"
    for folder in (whole, killed):
        shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "chartwell.app.cli", "eval", "run", str(arguments.dataset)]
    command += ["-c", str(arguments.collection), "--limit", str(arguments.limit), "--workers", "2", "--json", "-o"]
    started = time.perf_counter()
    subprocess.run([*command, str(whole)], check=True, stdout=subprocess.DEVNULL)
    print(f"{describe()}\npython -m chartwell.eval.benchmarks.killed_runs --limit {arguments.limit}\n")
    print(f"undisturbed: {records(whole)} records in {time.perf_counter() - started:.0f} s")
    chance = random.Random(arguments.seed)  # noqa: S311 - moments to kill at, no secret
    kills = [kill(command, killed, chance.uniform(0, records(whole) / _KILLS), records(whole)) for _ in range(_KILLS)]
    subprocess.run([*command, str(killed)], check=True, stdout=subprocess.DEVNULL)
    print(f"killed {_KILLS} times with {', '.join(map(str, kills))} records, then finished: {records(killed)} records")
    same = [name for name in _COMPARED if (whole / name).read_bytes() == (killed / name).read_bytes()]
    print(f"the same bytes: {', '.join(same) or 'none'} of {', '.join(_COMPARED)}")
    raise SystemExit(0 if len(same) == len(_COMPARED) else 1)


def kill(command: list[str], folder: Path, further: float, whole: int) -> int:
    """Start the command, and kill it when it has made `further` records more; how many there are then."""
    wanted = min(records(folder) + int(further), whole - 1)
    process = subprocess.Popen([*command, str(folder)], stdout=subprocess.DEVNULL)
    while process.poll() is None and not (records(folder) > wanted and (folder / "manifest.json").exists()):
        time.sleep(_LOOK_SECONDS)
    if process.poll() is not None:
        raise RuntimeError(f"the run ended with status {process.returncode} before it was killed")
    process.send_signal(signal.SIGKILL)
    process.wait()
    return records(folder)


def records(folder: Path) -> int:
    """Lines of the files that grow."""
    files = [folder / name for name in _GROWING]
    return sum(file.read_bytes().count(b"\n") for file in files if file.is_file())


if __name__ == "__main__":
    main()
