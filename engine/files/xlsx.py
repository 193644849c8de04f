"""Spreadsheets (.xlsx, .xls): each sheet a heading and a table, a row a line, merged cells once.

Runs in a process of its own, see `confine.py`: a sheet may claim to be larger than any memory.
"""

import datetime
import io
from typing import Any

import python_calamine

from engine.errors import BrokenFile, LockedFile
from engine.files import container
from engine.files.writing import Writer, Written, one_line
from engine.text import Text

_BROKEN = "Excel 文件已损坏,请用 Excel 或 WPS 打开检查,另存为新的 .xlsx 后再试。"
_LOCKED = "Excel 文件设有打开密码,请取消密码后另存再试。"
_MOST_CELLS = 2_000_000
_LARGE = "工作表的行列过多,已停止读取;请删去空白行列和无关的工作表,另存后再试。"
_PLAIN_NAMES = ("sheet", "工作表", "表")


def load(data: bytes) -> Text:
    """Raises `LockedFile` or `BrokenFile`."""
    if data.startswith(b"PK"):
        container.check(data)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        return _written(book)
    except python_calamine.PasswordError as error:
        raise LockedFile(_LOCKED) from error
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise BrokenFile(_BROKEN) from error


def _written(book: python_calamine.CalamineWorkbook) -> Text:
    writer, cells = Writer(), 0
    for meta in book.sheets_metadata:
        if meta.visible != python_calamine.SheetVisibleEnum.Visible or meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        cells += sheet.total_height * sheet.total_width
        if cells > _MOST_CELLS:
            raise BrokenFile(_LARGE)
        _write_sheet(writer, sheet, meta.name)
    return writer.text("xlsx")


def _write_sheet(writer: Writer, sheet: python_calamine.CalamineSheet, name: str) -> None:
    rows = [(number, cells) for number, row in enumerate(sheet.iter_rows(), start=(sheet.start or (0, 0))[0] + 1) if (cells := _cells(row))]
    if not rows:
        return
    writer.tables += 1
    if not name.lower().startswith(_PLAIN_NAMES):
        writer.line(Written(name), kind="heading")
    for number, cells in rows:
        if len(cells) == 1:
            # A title or a remark across the sheet, not a row of its table.
            writer.line(Written(cells[0][1]))
        else:
            writer.row([(column, Written(string)) for column, string in cells], row=number)


def _cells(row: list[Any]) -> list[tuple[int, str]]:
    """The cells of a row that say something, each with its column."""
    return [(column, string) for column, value in enumerate(row, start=1) if (string := _said(value))]


def _said(value: Any) -> str:
    """A value as a person would have typed it: no tail of binary arithmetic, whole numbers without a point."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, (datetime.datetime, datetime.date)):
        return f"{value.year}年{value.month}月{value.day}日"
    return one_line(str(value)) if isinstance(value, str) else str(value)


def _number(value: float) -> str:
    """
    >>> _number(12.0), _number(0.1 + 0.2), _number(1.5e-07)
    ('12', '0.3', '0.00000015')
    """
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{float(f'{value:.12g}'):.15f}".rstrip("0").rstrip(".")


