"""Draws a table on a sheet that prints well: A4 across, one page wide, heads on every page, borders, heights of wrapped rows."""

import datetime
import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

Row = TypeVar("Row")
HEAD_ROW = 3
"""The title stands in row 1, what it speaks of in row 2, the column heads here; all three are repeated on every page."""
FONT = "宋体"
_SIZE = 10.5
_LINE = 14.5
_MOST_HEIGHT = 400.0
_MOST_TEXT = 32_000
_THIN = Side(style="thin", color="808080")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD_FILL = PatternFill("solid", fgColor="DDE5EE")
_FORMULA_SIGNS = ("=", "+", "-", "@")
_WIDE = "WFA"
# Light and its word always go together, so a black and white print loses nothing.
LIGHTS = {"green": "E3F1DF", "yellow": "FFF0C4", "red": "F6CFC9", "grey": "ECECEC"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What one cell holds: text, number or date, its number format and its looks; `link` is a place in the workbook (`'依据'!A5`)."""

    value: str | int | Decimal | datetime.date | None
    format: str = "General"
    text: str = ""
    link: str = ""
    light: str = ""

    @property
    def said(self) -> str:
        """The text by which width and height are reckoned."""
        return self.text or ("" if self.value is None else str(self.value))


NOTHING = Shown("—")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column: its head, its width in half-width characters, where its cells stand (`left`, `center`), and how a row fills it."""

    head: str
    width: float
    fill: Callable[[Row], Shown]
    align: str = "left"
    grows: bool = False
    hidden: bool = False


def write_table(sheet: Worksheet, columns: Sequence[Column[Row]], rows: Sequence[Row], *, title: str, about: str) -> None:
    """Fills an empty sheet. A hidden column is neither printed nor shown; it names the rows for a later re-import."""
    shown = [[column.fill(row) for column in columns] for row in rows]
    widths = [_width(column, [cells[place] for cells in shown]) for place, column in enumerate(columns)]
    _set_columns(sheet, columns, widths)
    _write_heads(sheet, columns, widths, title=title, about=about)
    for index, cells in enumerate(shown, start=HEAD_ROW + 1):
        for place, cell in enumerate(cells):
            _write_cell(sheet.cell(index, place + 1), cell, columns[place])
        visible = [(cell.said, width) for cell, width, column in zip(cells, widths, columns, strict=True) if not column.hidden]
        sheet.row_dimensions[index].height = height(visible)
    _set_page(sheet, columns, len(rows))


def _width(column: Column[Row], cells: Sequence[Shown]) -> float:
    """A number does not wrap: its column grows until the longest fits, or it would show ####."""
    longest = max((display_width(cell.said) for cell in cells), default=0) if column.grows else 0
    return max(column.width, min(longest + 2, 3 * column.width))


def _set_columns(sheet: Worksheet, columns: Sequence[Column[Row]], widths: Sequence[float]) -> None:
    for place, (column, width) in enumerate(zip(columns, widths, strict=True), start=1):
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width, dimension.hidden = width, column.hidden


def _write_heads(sheet: Worksheet, columns: Sequence[Column[Row]], widths: Sequence[float], *, title: str, about: str) -> None:
    last = max(_visible(columns), 1)
    for row, text, font in ((1, title, Font(name="黑体", size=16)), (2, about, Font(name=FONT, size=_SIZE))):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=last)
        _put(sheet.cell(row, 1), text)
        sheet.cell(row, 1).font = font
        sheet.cell(row, 1).alignment = Alignment(horizontal="center" if row == 1 else "left", vertical="center", wrap_text=True)
    sheet.row_dimensions[1].height = 30
    sheet.row_dimensions[2].height = height([(about, sum(widths[:last]))])
    for place, column in enumerate(columns, start=1):
        cell = sheet.cell(HEAD_ROW, place)
        _put(cell, column.head)
        cell.font, cell.fill, cell.border = Font(name="黑体", size=_SIZE), _HEAD_FILL, _BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[HEAD_ROW].height = height([(column.head, width) for column, width in zip(columns, widths, strict=True)])


def _write_cell(cell: Cell, shown: Shown, column: Column[Row]) -> None:
    if isinstance(shown.value, str):
        _put(cell, shown.value)
    else:
        cell.value = shown.value
        cell.number_format = shown.format
    cell.font, cell.border = Font(name=FONT, size=_SIZE), _BORDER
    across = "center" if shown is NOTHING else column.align
    cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=isinstance(shown.value, str))
    if shown.light:
        cell.fill = PatternFill("solid", fgColor=LIGHTS[shown.light])
    if shown.link:
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=shown.link, tooltip="查看原句")


def _put(cell: Cell, text: str) -> None:
    """Text stays text: no formula may start in a file that came from outside, and no control character may break the workbook."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:_MOST_TEXT]
    if text.startswith(_FORMULA_SIGNS):
        cell.data_type = "s"
        cell.quotePrefix = True


def _set_page(sheet: Worksheet, columns: Sequence[Column[Row]], count: int) -> None:
    last = get_column_letter(max(_visible(columns), 1))
    bottom = HEAD_ROW + max(count, 1)
    sheet.print_area = f"A1:{last}{bottom}"
    sheet.print_title_rows = f"1:{HEAD_ROW}"
    sheet.freeze_panes = f"C{HEAD_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEAD_ROW}:{last}{bottom}"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page = sheet.page_setup
    page.orientation, page.paperSize, page.fitToWidth, page.fitToHeight = "landscape", sheet.PAPERSIZE_A4, 1, 0
    margins = sheet.page_margins
    margins.left = margins.right = 0.45
    margins.top, margins.bottom, margins.header, margins.footer = 0.6, 0.65, 0.3, 0.3
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第&P页 共&N页"
    sheet.oddFooter.center.size = 9


def _visible(columns: Sequence[Column[Row]]) -> int:
    return sum(not column.hidden for column in columns)


def display_width(text: str) -> int:
    """The width in half-width characters: a Chinese one takes two places."""
    return sum(2 if unicodedata.east_asian_width(character) in _WIDE else 1 for character in text)


def height(cells: Sequence[tuple[str, float]]) -> float:
    """The height in points of a row whose texts are wrapped in columns of these widths; programs do not reckon it on opening."""
    lines = max((_lines(text, width) for text, width in cells), default=1)
    return min(lines * _LINE + 5, _MOST_HEIGHT)


def _lines(text: str, width: float) -> int:
    usable = max(width - 1.5, 2)
    return sum(max(math.ceil(display_width(line) / usable), 1) for line in text.split("\n")) if text else 1
