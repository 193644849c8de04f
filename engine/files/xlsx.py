"""Spreadsheets (.xlsx): each sheet a heading and a table, a row a line, values as their cells show them.

Runs in a process of its own, see `confine.py`: a sheet may claim to be larger than any memory.
openpyxl and not a faster reader, since a cell shows 53.2% where the file says 0.532: only the number format tells.
"""

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import openpyxl
from lxml import etree
from openpyxl.utils.exceptions import InvalidFileException

from engine.errors import BrokenFile
from engine.files import container
from engine.files.writing import Writer, Written, one_line
from engine.text import Text

_BROKEN = "Excel 文件已损坏,请用 Excel 或 WPS 打开检查,另存为新的 .xlsx 后再试。"
_LARGE = "工作表的行列过多,已停止读取;请删去空白行列和无关的工作表,另存后再试。"
_MOST_CELLS = 400_000
_MOST_ROWS = 200_000
_LEAST_TITLE = 8
_PLAIN_NAME = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)
_FORMAT = re.compile(
    r"""(?P<before>(?:"[^"]*"|\\.|[_*].|[¥￥ ])*) [#,?]*0?[#,0]* (?:\.(?P<decimals>[0#?]+))? (?P<percent>%?)
        (?P<after>(?:"[^"]*"|\\.|[_*].|[ ])*)""",
    re.VERBOSE)
_LITERAL = re.compile(r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|[¥￥ ]')
_FAILURES = (InvalidFileException, zipfile.BadZipFile, etree.LxmlError, SyntaxError, EOFError, OSError,
             KeyError, ValueError, TypeError, AttributeError, IndexError)


def load(data: bytes) -> Text:
    """Raises `LockedFile` or `BrokenFile`."""
    container.check(data)
    writer = Writer()
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                # What a sheet says about its own size may be a lie.
                sheet.reset_dimensions()
                _write_sheet(writer, list(_rows(sheet)), sheet.title)
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                writer.line(Written(f"(工作表“{sheet.title}”是隐藏的,没有读取)"))
    except _FAILURES as error:
        raise BrokenFile(_BROKEN) from error
    return writer.text("xlsx")


Row = tuple[int, list[tuple[int, str]]]
"""The number of a row, and the cells that say something, each with its column; both count from 1."""


def _rows(sheet: Any) -> Iterator[Row]:
    seen = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        seen += len(row)
        if seen > _MOST_CELLS or number > _MOST_ROWS:
            raise BrokenFile(_LARGE)
        if cells := [(column, said) for column, cell in enumerate(row, start=1) if cell.value is not None and (said := _said(cell))]:
            yield number, cells


def _write_sheet(writer: Writer, rows: list[Row], name: str) -> None:
    if not rows:
        return
    writer.tables += 1
    if not _PLAIN_NAME.fullmatch(name.strip()) and not _is_title(rows[0]):
        writer.line(Written(name.strip()), kind="heading")
    is_list = all(len(cells) == 1 for _, cells in rows)
    for number, cells in rows:
        if len(cells) == 1 and (is_list or _is_remark(cells[0])):
            writer.line(Written(cells[0][1]))
        else:
            writer.row([(column, Written(string)) for column, string in cells], row=number)


def _is_title(row: Row) -> bool:
    """A first row that names the sheet better than its tab does: 云岭县2026年目标任务分解表."""
    _, cells = row
    return len(cells) == 1 and _is_remark(cells[0]) and len(cells[0][1]) >= _LEAST_TITLE and "。" not in cells[0][1]


def _is_remark(cell: tuple[int, str]) -> bool:
    """A title, a source or a remark that runs across the sheet, and no row that has but one cell filled."""
    column, string = cell
    return column == 1 and not string.isdigit() and len(string) > 4


def _said(cell: Any) -> str:
    """A value as the cell shows it: rounded, in per cent, with the words of its format."""
    value = cell.value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        return _number(value, str(cell.number_format or ""))
    if isinstance(value, datetime.datetime | datetime.date):
        return f"{value.year}年{value.month}月{value.day}日"
    return one_line(str(value)) if not str(value).startswith("#") or not str(value).endswith(("!", "?", "A")) else ""


def _number(value: float, pattern: str) -> str:
    """
    >>> _number(0.532, "0.0%"), _number(12.0, "General"), _number(0.1 + 0.2, "General"), _number(5, '0"家以上"')
    ('53.2%', '12', '0.3', '5家以上')
    """
    found = _FORMAT.fullmatch(pattern.split(";", maxsplit=1)[0]) if pattern and pattern != "General" else None
    try:
        exact = Decimal(f"{value:.12g}") * (100 if found and found["percent"] else 1)
    except InvalidOperation:
        return ""
    if not found:
        return _plain(exact)
    decimals = len(found["decimals"] or "")
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) if abs(exact) < Decimal("1e15") else exact
    return _words(found["before"]) + _plain(rounded) + found["percent"] + _words(found["after"])


def _plain(value: Decimal) -> str:
    said = f"{value:f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def _words(literals: str) -> str:
    return "".join((each["quoted"] or each["escaped"] or "") for each in _LITERAL.finditer(literals))
