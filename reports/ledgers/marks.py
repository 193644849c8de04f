"""What the cells of a row said when it was written: a short mark for each, by which an import tells an edited cell from an untouched one.

The marks say the same before and after Excel, WPS or LibreOffice saved the file: 7 and 7.0, a date and its midnight, line ends.
"""

import datetime
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zlib import crc32

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
WIDTH = 8
_MOST_TEXT = 32_000


def clean(text: str) -> str:
    """A text that a cell may hold: without control characters, not longer than a cell can be."""
    return str(ILLEGAL_CHARACTERS_RE.sub("", text))[:_MOST_TEXT]


def mark_of(values: Iterable[Any]) -> str:
    """The marks of a row, `WIDTH` characters for each cell."""
    return "".join([f"{crc32(plain(value).encode('utf-8', 'replace')):08x}" for value in values])


def marks_in(written: str) -> list[str]:
    return [written[place:place + WIDTH] for place in range(0, len(written), WIDTH)]


def plain(value: Any) -> str:
    """A cell's content in one form, whoever wrote it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _plain_text(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime | datetime.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, datetime.time | datetime.timedelta):
        return str(value)  # what a small number in a date's format is read as
    return number_text(value)


def _plain_text(text: str) -> str:
    return _plain_short(text) if len(text) < 40 else _plain_long(text)


@lru_cache(maxsize=4096)
def _plain_short(text: str) -> str:
    return number_text(Decimal(text)) if _NUMBER.fullmatch(text) else _plain_long(text)


def _plain_long(text: str) -> str:
    bare = clean(text).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
    return "\n".join(line.strip() for line in bare.split("\n")).strip()


def number_text(value: Any) -> str:
    """Fifteen digits are what a spreadsheet keeps."""
    said = f"{float(value):.15g}"
    return said.removesuffix(".0")
