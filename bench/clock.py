"""How a figure of the bench is taken."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
Row = tuple[str, str, str]
"""A line of the table: what, figure, how."""


def forget() -> None:
    """Empty what the engine remembers of texts it has seen: a new document is new. Its word lists stay loaded."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "engine":
            for each in list(vars(module).values()):
                if hasattr(each, "cache_clear") and each.cache_parameters()["maxsize"]:
                    each.cache_clear()


def seconds(deed: Callable[[], object], times: int) -> float:
    """Median of `times` runs, after one that does not count: dictionaries are loaded where first needed."""
    return side_by_side(deed, times=times)[0]


def side_by_side(*deeds: Callable[[], object], times: int) -> list[float]:
    """Median seconds of each deed, run in turn: a machine that is slow for a while is slow for all of them."""
    for deed in deeds:
        deed()
    spent = [[_once(deed) for deed in deeds] for _ in range(times)]
    return [statistics.median(each) for each in zip(*spent, strict=True)]


def _once(deed: Callable[[], object]) -> float:
    forget()
    begun = time.perf_counter()
    deed()
    return time.perf_counter() - begun


def process(*words: str, times: int) -> float:
    """Median seconds of a whole process, from its start to its end."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tracker.settings"}
    return seconds(lambda: subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, check=True, capture_output=True), times)


def alone(program: str) -> str:
    """What a short program prints in a process of its own: a peak of memory never goes down again."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tracker.settings"}
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return done.stdout


def peak_mb() -> float:
    """The most memory this process has held, in MB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(each for each in status.read_text(encoding="ascii").splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
