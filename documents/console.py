"""What the commands share that read files: names, one line for a file that fails, objects for programs, tables for people."""

import argparse
import io
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, OutputWrapper
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from engine.values import Month

BAD_INPUT = 2
"""Exit status where a file could not be read; the other files were dealt with all the same."""
_PIPED_WIDTH = 160
_MONTH = re.compile(r"(?P<year>(?:19|20|21)\d\d)-(?P<month>0?[1-9]|1[0-2])")


class ReadingCommand(BaseCommand):
    """A command that needs files and no database. `self.failed` is true once a file could not be read."""

    requires_system_checks = ()
    failed = False

    def refuse(self, name: str | Path, sentence: object) -> None:
        """One line on stderr; the command goes on and ends with status 2."""
        self.failed = True
        self.remark(name, sentence)

    def remark(self, name: str | Path, sentence: object) -> None:
        self.stderr.write(printable(f"{name}: {sentence}"), style_func=str)

    def print_object(self, row: Mapping[str, Any]) -> None:
        self.stdout.write(json.dumps(row, ensure_ascii=False))

    def end(self) -> None:
        if self.failed:
            sys.exit(BAD_INPUT)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """A reader such as `head` may close the pipe early: that is no error."""
        for wrapper in (options.get("stdout") or self.stdout, options.get("stderr") or self.stderr):
            _as_unicode(wrapper)
        try:
            return super().execute(*args, **options)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(BAD_INPUT if self.failed else 0)


def _as_unicode(stream: OutputWrapper | IO[str]) -> None:
    """Chinese goes into a pipe or a file as UTF-8, line ends as they are, whatever the locale says; a terminal keeps its own way."""
    out = getattr(stream, "_out", stream)
    if isinstance(out, io.TextIOWrapper) and not out.isatty():
        out.reconfigure(encoding="utf-8", newline="")


def console(stream: OutputWrapper) -> Console:
    """For tables on stdout. Into a pipe they are wide, so that a line stays a line."""
    width = None if stream.isatty() or "COLUMNS" in os.environ else _PIPED_WIDTH
    return Console(file=cast(IO[str], stream), width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


def cell(text: object, style: str = "") -> Text:
    """Text of a document for a table: a control sequence in it must not reach the terminal."""
    return Text(printable(str(text)), style=style)


def printable(text: str) -> str:
    """
    >>> printable("甲\\x1b[31m乙")
    '甲 [31m乙'
    """
    return "".join(character if character.isprintable() else " " for character in text)


@contextmanager
def progress(total: int, says: str) -> Iterator[Progress]:
    """A bar on stderr that goes away when the work is done; nothing where stderr is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        bar.add_task(says, total=total)
        yield bar


def step(bar: Progress) -> None:
    bar.advance(bar.task_ids[0])


def names(paths: Sequence[str]) -> dict[str, str]:
    """How each file is called: by its name, or by its whole path where two of one name are given."""
    whole = {path: str(Path(path).resolve()) for path in paths}
    by_name: dict[str, set[str]] = {}
    for path in paths:
        by_name.setdefault(Path(path).name, set()).add(whole[path])
    return {path: Path(path).name if len(by_name[Path(path).name]) == 1 else path for path in paths}


def month(written: str) -> Month:
    """The type of `--through`: 2023-09."""
    found = _MONTH.fullmatch(written)
    if found is None:
        raise argparse.ArgumentTypeError(f"{written} 不是年月,请写成 2023-09 的样子")
    return int(found["year"]), int(found["month"])


def year(written: str) -> int:
    """The type of `--year`: 1990 to 2100."""
    if not written.isdecimal() or not 1990 <= int(written) <= 2100:
        raise argparse.ArgumentTypeError(f"{written} 不是年份,请写成 2023 的样子")
    return int(written)
