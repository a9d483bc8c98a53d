"""How long `chartwell --help` and `import chartwell` take, against an interpreter that does nothing.

python -m chartwell.eval.benchmarks.startup
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence

from ..machine import describe
from .measuring import median, print_table


def main() -> None:
    """Time whole processes after one warm-up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    nothing = _seconds([sys.executable, "-c", "pass"], runs)
    imported = _seconds([sys.executable, "-c", "import chartwell"], runs)
    helped = _seconds([sys.executable, "-m", "chartwell.app.cli", "--help"], runs)
    print(f"{describe()}\npython -m chartwell.eval.benchmarks.startup --runs {runs}\n")
    print_table(
        ["", "seconds (median)", "ratio to an empty interpreter"],
        [
            ["python -c pass", f"{nothing:.3f}", "1.0"],
            ["import chartwell", f"{imported:.3f}", f"{imported / nothing:.1f}"],
            ["chartwell --help", f"{helped:.3f}", f"{helped / nothing:.1f}"],
        ],
    )


def _seconds(command: Sequence[str], runs: int) -> float:
    seconds = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - started)
    return median(seconds[1:])


if __name__ == "__main__":
    main()
