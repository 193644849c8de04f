"""Where the machine may take a match: precision and recall at several thresholds, over documents whose right answers are known.

`python -m bench.thresholds [FOLDER…]`; each folder holds plan.txt, report-*.txt and links-report-*.jsonl (tests/sets by default).
"""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

import engine
from bench.clock import Row
from engine.values import Outcome, Reading, Rules

SETS = Path(__file__).parents[1] / "tests" / "sets"
THRESHOLDS = (0.50, 0.60, 0.65, 0.70, 0.72, 0.75, 0.80, 0.85, 0.90, 0.95)
Asked = tuple[Reading, Reading, dict[int, list[int]]]


def asked(folders: Iterable[Path]) -> Iterator[Asked]:
    """Each plan with each report, and the figures that answer each target."""
    for folder in folders:
        plan = engine.read(folder / "plan.txt")
        for links in sorted(folder.glob("links-*.jsonl")):
            report = engine.read(folder / f"{links.stem.removeprefix('links-')}.txt")
            rows = [json.loads(line) for line in links.read_text(encoding="utf-8").splitlines() if line.strip()]
            yield plan, report, {row["target"]: row["results"] for row in rows}


def judged(outcome: Outcome, right: list[int]) -> tuple[int, int]:
    """1 for a match that was taken, and 1 for one that is right."""
    first = outcome.evidence[0].statement.start if outcome.evidence else None
    return int(first is not None), int(first in right)


def row(every: list[Asked], threshold: float) -> tuple[str, ...]:
    taken = correct = wanted = 0
    for plan, report, right in every:
        wanted += sum(bool(each) for each in right.values())
        for outcome in engine.track(plan, [report], rules=Rules(take_above=threshold)):
            if outcome.target.start in right:
                one, good = judged(outcome, right[outcome.target.start])
                taken, correct = taken + one, correct + good
    return f"{threshold:.2f}", str(taken), str(correct), f"{correct / (taken or 1):.3f}", f"{correct / (wanted or 1):.3f}"


def threshold_rows(_times: int) -> list[Row]:
    """Lines for the table of `make bench`: what each threshold would let the machine take, on the sets that come with the tests."""
    every = list(asked(sorted(each for each in SETS.iterdir() if (each / "plan.txt").exists())))
    said = (row(every, threshold) for threshold in THRESHOLDS)
    return [(f"take above {at}", f"precision {precision}", f"{right} of {taken} taken are right, recall {recall}")
            for at, taken, right, precision, recall in said]


def main() -> None:
    folders = [Path(each) for each in sys.argv[1:]] or sorted(each for each in SETS.iterdir() if (each / "plan.txt").exists())
    every = list(asked(folders))
    table = Table("take above", "taken", "right", "precision", "recall", title=f"{len(every)} pairs of plan and report")
    for threshold in THRESHOLDS:
        table.add_row(*row(every, threshold))
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
