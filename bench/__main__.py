"""`make bench`: speed of reading and matching on the sample documents, beside the least that could be done, in the same run."""

import argparse
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

import engine
from engine.files import load
from engine.text import Text
from engine.values import Reading

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
# The least that a reader could do: numerals with a unit behind them, nothing understood.
BARE = re.compile(r"\d+(?:\.\d+)?(?:亿元|万元|亿|万|%|个百分点|家|个|户|人|项|件|次|场|条|亩|公里|平方米)")


def forget() -> None:
    """Empty what the engine remembers of texts it has seen: a new document is new. Its word lists stay loaded."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "engine":
            for each in vars(module).values():
                if hasattr(each, "cache_clear") and each.cache_parameters()["maxsize"]:
                    each.cache_clear()


def seconds(deed: Callable[[], object], times: int) -> float:
    """Median of `times` runs, after one that does not count: dictionaries are loaded where first needed."""
    deed()
    spent = []
    for _ in range(times):
        forget()
        begun = time.perf_counter()
        deed()
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent)


def process(*words: str, times: int) -> float:
    """Median seconds of a whole process, from its start to its end."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tracker.settings"}
    return seconds(lambda: subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, check=True, capture_output=True), times)


def files(folder: str) -> list[Path]:
    return sorted(path for path in (SEEDS / folder).iterdir() if path.is_file())


def pairs() -> list[tuple[Reading, Reading]]:
    """Each plan with each report of its year."""
    plans, reports = ([engine.read(path) for path in files(folder)] for folder in ("plans", "reports"))
    return [(plan, report) for plan in plans for report in reports if plan.year == report.year]


def reading_rows(texts: Sequence[Text], repeat: int, times: int) -> list[tuple[str, str, str]]:
    characters = sum(len(each.string) for each in texts) * repeat

    def read_all() -> None:
        for _ in range(repeat):
            for number, text in enumerate(texts):
                engine.read_text(text, doc=str(number))

    def search_all() -> None:
        for _ in range(repeat):
            for text in texts:
                list(BARE.finditer(text.string))

    full, bare = seconds(read_all, times), seconds(search_all, times)
    return [
        ("engine.read_text", f"{characters / full:,.0f} 字/s", f"{characters:,} characters in {full:.2f} s"),
        ("one bare regex", f"{characters / bare:,.0f} 字/s", f"reading takes {full / bare:,.0f} times as long"),
    ]


def matching_row(times: int) -> tuple[str, str, str]:
    both = pairs()
    targets = sum(len(plan.targets) for plan, _ in both)
    spent = seconds(lambda: [engine.track(plan, [report]) for plan, report in both], times)
    return "engine.track", f"{targets / spent:,.0f} targets/s", f"{len(both)} pairs of plan and report, {targets} targets in {spent:.2f} s"


def process_rows(times: int) -> list[tuple[str, str, str]]:
    file = str(files("plans")[0])
    empty = process("-c", "import django; django.setup()", times=times)
    with_django = process("manage.py", "read", file, "--format", "jsonl", times=times)
    alone = process("-m", "engine", file, times=times)
    return [
        ("Django set up, nothing done", f"{empty:.2f} s", "whole process"),
        ("manage.py read FILE", f"{with_django:.2f} s", f"whole process, {with_django - empty:+.2f} s beside the empty one"),
        ("python -m engine FILE", f"{alone:.2f} s", "whole process, without Django"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, help="how often the sample documents are read in one run (5)")
    parser.add_argument("--times", type=int, default=5, help="runs per figure; the median is shown (5)")
    options = parser.parse_args()
    texts = [load(path) for folder in ("plans", "reports") for path in files(folder)]
    table = Table("what", "figure", "how", title=f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, median of {options.times}")
    for row in (*reading_rows(texts, options.repeat, options.times), matching_row(options.times), *process_rows(options.times)):
        table.add_row(*row)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
