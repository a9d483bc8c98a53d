"""Draw charts of known content into a folder: pictures and `truth.jsonl`.

python -m chartwell.eval.benchmarks.chart_drawing --folder charts --count 130 [--split held-out] [--vector]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from .draw import RENDERERS, draw_chart, seeds
from .truth import write_truth


def main() -> None:
    """Parse the command line and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--count", type=int, default=130)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--split", choices=["dev", "held-out"], default="dev")
    parser.add_argument("--renderer", choices=RENDERERS, default="")
    parser.add_argument("--vector", action="store_true", help="also as PDF, beside the pictures")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    truths = []
    for seed in seeds(arguments.count, arguments.seed, arguments.split):
        chart = draw_chart(seed, renderer=arguments.renderer, vector=arguments.vector)
        (arguments.folder / f"{chart.truth.id}.png").write_bytes(chart.rendered.png)
        if arguments.vector:
            (arguments.folder / f"{chart.truth.id}.pdf").write_bytes(chart.rendered.pdf)
        truths.append(chart.truth)
    write_truth(arguments.folder / "truth.jsonl", truths)
    print(f"{len(truths)} charts in {arguments.folder}")


if __name__ == "__main__":
    main()
