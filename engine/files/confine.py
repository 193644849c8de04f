"""Runs a loader in a process of its own, with limits on memory and time: a hostile file ends there, never here.

The child (`engine/files/child.py`) writes one JSON object a line: how many pages are done, then the text or the sentence of an error.
Silence is what is limited, not the whole time: a long scan that goes on page by page is well. It is reckoned in seconds of the processor,
so that a busy machine refuses nothing, and in a generous time of the clock for a child that only waits.
"""

import json
import os
import subprocess
import sys
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import errors
from engine.errors import BrokenFile
from engine.text import Place, Span, Text

Progress = Callable[[int, int], None]
"""Is told how many pages are done, and of how many."""

MEGABYTE = 1024 * 1024
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Limits:
    """`memory` in bytes of address space, `work` in seconds of the processor without a word from the child, `silence` in seconds."""

    memory: int
    work: int
    silence: float


PARSING = Limits(memory=500 * MEGABYTE, work=7, silence=60)
"""Address space is more than what is used: 500 MB of it are less in memory, however fast the machine fills them."""
RECOGNISING = Limits(memory=6000 * MEGABYTE, work=240, silence=600)
"""Models and their work areas take 1 GB in memory, threads reserve much more; a page takes some seconds, the first one longer."""
LIMITS: Mapping[str, Limits] = {"scan": RECOGNISING, "image": RECOGNISING}
_TOO_MUCH = "文件读取超出了时间或内存限制,已停止;请拆分文件,或用 Word、WPS 另存为 .docx 后再试。"


def load(kind: str, data: bytes, progress: Progress | None = None) -> Text:
    """The text of a file of `kind`, read in a child process. Raises what the loader of that kind raises."""
    answer = _ask([kind], data, LIMITS.get(kind, PARSING), progress)
    if "again" in answer:
        return load(answer["again"], data, progress)
    return Text(answer["string"], tuple(_place(row) for row in answer["places"]), answer["format"])


def draw(data: bytes, page: int, width: int) -> bytes:
    """A picture (PNG) of one page, counted from 1, of a PDF or a picture file; `width` in pixels."""
    answer = _ask(["draw", str(page), str(width)], data, PARSING, None)
    return b64decode(answer["picture"])


def _place(row: list[Any]) -> Place:
    start, end, kind, page, table, line, column, box = row
    return Place(Span(start, end), kind, page, table, line, column, tuple(box) if box else None)


def _ask(words: list[str], data: bytes, limits: Limits, progress: Progress | None) -> dict[str, Any]:
    for answer in _answers(words, data, limits):
        if "page" in answer:
            if progress:
                progress(answer["page"], answer["pages"])
        elif "error" in answer:
            raise getattr(errors, answer["error"])(answer["sentence"])
        else:
            return answer
    raise BrokenFile(_TOO_MUCH)


def _answers(words: list[str], data: bytes, limits: Limits) -> Iterator[dict[str, Any]]:
    with _child(words, limits) as child, _watched(child, limits.silence) as heard:
        # Written from beside: a child that never reads must not hold us up beyond its time.
        threading.Thread(target=_feed, args=(child, data), daemon=True).start()
        assert child.stdout
        for line in child.stdout:
            heard()
            yield json.loads(line)


@contextmanager
def _child(words: list[str], limits: Limits) -> Iterator[subprocess.Popen[bytes]]:
    """The process is gone afterwards, whatever happened."""
    command = [sys.executable, "-m", "engine.files.child", str(limits.memory), str(limits.work), *words]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "2"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment) as child:  # noqa: S603  our own module
        try:
            yield child
        finally:
            child.kill()


@contextmanager
def _watched(child: subprocess.Popen[bytes], silence: float) -> Iterator[Callable[[], None]]:
    """Kills a child that says nothing for so long; what is given out is called whenever it says something."""
    timers = [_timer(child, silence)]

    def heard() -> None:
        timers.pop().cancel()
        timers.append(_timer(child, silence))

    try:
        yield heard
    finally:
        timers[0].cancel()


def _timer(child: subprocess.Popen[bytes], seconds: float) -> threading.Timer:
    timer = threading.Timer(seconds, child.kill)
    timer.daemon = True
    timer.start()
    return timer


def _feed(child: subprocess.Popen[bytes], data: bytes) -> None:
    assert child.stdin
    try:
        with child.stdin as stdin:
            stdin.write(data)
    except OSError:
        pass  # the child is gone: reading its answers tells


