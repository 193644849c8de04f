"""`make bench`: speed and memory, each beside the least that could be done, in the same run."""

import argparse
import importlib
import os
import sys
from collections.abc import Callable

import django
from rich.console import Console
from rich.table import Table

from bench.clock import Row

# A part is a module of this package with a function NAME_rows(times).
PARTS = ("reading", "matching", "thresholds", "ledgers", "files", "pages", "checks")
# Takes minutes and both cores: only where it is named.
ON_REQUEST = ("load",)


def rows_of(part: str) -> Callable[[int], list[Row]]:
    rows: Callable[[int], list[Row]] = getattr(importlib.import_module(f"bench.{part}"), f"{part.removesuffix('s')}_rows")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS, *ON_REQUEST], default=[],
                        help="which parts; where none is named, all but load")
    parser.add_argument("--times", type=int, default=5, help="runs per figure; the median is shown (5)")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    for part in options.parts or PARTS:
        title = f"{part} · Python {sys.version.split()[0]}, {os.cpu_count()} cores, median of {options.times}"
        table = Table("what", "figure", "how", title=title)
        for row in rows_of(part)(options.times):
            table.add_row(*row)
        Console(width=120).print(table)


if __name__ == "__main__":
    main()
