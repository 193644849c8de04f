"""Draws a table on a sheet that prints well: one page wide, heads on every page, borders, heights of wrapped rows.

Rows are streamed (a write-only workbook), and each look has one cell that is used again, so that 10,000 targets cost little more than
the bare writing of their cells.
"""

import datetime
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties

from reports.ledgers.marks import clean, mark_of

Row = TypeVar("Row")


class Book(Workbook):
    """A workbook that is streamed to its file, sheet by sheet."""

    def __init__(self) -> None:
        super().__init__(write_only=True)

    def create_sheet(self, title: str | None = None, index: int | None = None) -> "Sheet":
        sheet = Sheet(self, title)
        self._add_sheet(sheet, index)
        return sheet


class Sheet(WriteOnlyWorksheet):
    """openpyxl finds out that a row holds cells by an exception for each; ours always does, and that is a quarter of the time."""

    def _values_to_row(self, values: Sequence[Any], row_idx: int) -> Iterator[Any]:
        for column, cell in enumerate(values, start=1):
            cell.row, cell.column = row_idx, column
            if cell.hyperlink is not None:
                cell.hyperlink.ref = cell.coordinate
            yield cell


Paper = Literal["A4", "A3"]
HEAD_ROW = 3
"""The title stands in row 1, what it speaks of in row 2, the column heads here; all three are repeated on every page."""
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula, in a workbook or in a .csv."""
# Fonts of official sheets. Where one is missing its family and charset lead the program to another Chinese serif or sans.
TITLE_FONT, HEAD_FONT, BODY_FONT, ABOUT_FONT = "方正小标宋简体", "黑体", "仿宋", "楷体"
_GB2312, _SERIF, _SANS = 134, 1, 2
_SIZE = 10.5
_LINE = 15.0
_MOST_HEIGHT = 405.0
_THIN = Side(style="thin", color="606060")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD_FILL = PatternFill("solid", fgColor="DDE5EE")
# Light and its word always go together, and a mark before the word reads in black and white.
LIGHTS = {"green": "E3F1DF", "yellow": "FFF0C4", "red": "F6CFC9", "grey": "ECECEC"}
LIGHT_MARKS = {"red": '"▲"@', "yellow": '"△"@'}


class Shown(NamedTuple):
    """What one cell holds: text, number or date, its number format and its looks; `link` is a place in the workbook (`'依据'!A5`)."""

    value: str | int | Decimal | datetime.date | None
    format: str = "General"
    text: str = ""
    link: str = ""
    light: str = ""

    @property
    def said(self) -> str:
        """What the cell shows: the width of its column is reckoned from this."""
        return self.text or ("" if self.value is None else str(self.value))


NOTHING = Shown("—")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column: its head, its width in half-width characters, where its cells stand (`left`, `center`), and how a row fills it.

    `field` names what a person may change there before the sheet is imported again.
    """

    head: str
    width: float
    fill: Callable[[Row], Shown]
    align: str = "left"
    grows: bool = False
    hidden: bool = False
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """How a sheet is printed, and what is repeated above its table."""

    title: str
    about: str
    paper: Paper = "A4"


ID_HEAD = "行标识"
"""The hidden last column of a sheet of targets. Where they are stored ones it also keeps the place of the row among all, and a mark of
what each cell said, so that an import knows which rows are missing and which cells were edited: `id:version 3/57 marks`."""


def write_table(book: Book, name: str, columns: Sequence[Column[Row]], rows: Sequence[Row], page: Page, *, marked: bool = False) -> None:
    """Adds a sheet to a write-only workbook. A hidden column is not printed; with `marked` the last one keeps the marks too."""
    sheet = book.create_sheet(name)
    widths = [_width(column, rows) for column in columns]
    _set_page(sheet, columns, len(rows), page)
    _set_columns(sheet, columns, widths)
    _write_heads(sheet, columns, widths, page)
    pen = _Pen(sheet, columns, widths)
    for place, row in enumerate(rows, start=1):
        pen.write(place, [column.fill(row) for column in columns], f"{place}/{len(rows)}" if marked else "")
    if not rows:
        pen.write(1, [Shown("(无)"), *[Shown("")] * (len(columns) - 1)], "")
    sheet.close()


class _Pen:
    """Writes rows with one cell for each look of each column."""

    def __init__(self, sheet: Any, columns: Sequence[Column[Any]], widths: Sequence[float]) -> None:
        self.sheet, self.columns = sheet, columns
        self.rooms = [math.inf if column.hidden else max(width - 2, 2) for column, width in zip(columns, widths, strict=True)]
        self.looks: dict[tuple[int, str, str, bool, bool], Any] = {}

    def write(self, place: int, shown: Sequence[Shown], mark: str) -> None:
        cells, lines = [], 1
        if mark:
            *visible, own = shown
            shown = [*visible, Shown(f"{own.value} {mark} {mark_of([one.value for one in visible])}")]
        for index, one in enumerate(shown):
            value = one.value
            if isinstance(value, str):
                lines = max(lines, _lines(value, self.rooms[index]))
            cells.append(self._cell(index, one))
        line = HEAD_ROW + place
        dimensions = self.sheet.row_dimensions
        # A plain mapping is enough for the writer; ten thousand RowDimension objects are not.
        dimensions[line] = {"ht": str(min(lines * _LINE + 6, _MOST_HEIGHT)), "customHeight": "1"}
        self.sheet.append(cells)
        del dimensions[line]

    def _cell(self, index: int, shown: Shown) -> Any:
        value = shown.value
        if isinstance(value, str):
            cell = self._put(index, value, shown)
        else:
            cell = self._look(index, shown.format, shown.light, across=shown is NOTHING)
            cell.value = value
        if shown.link:
            cell.hyperlink = Hyperlink(ref="", location=shown.link, tooltip="查看原句")
        elif cell.hyperlink is not None:
            cell.hyperlink = None
        return cell

    def _put(self, index: int, text: str, shown: Shown = NOTHING) -> Any:
        """Text stays text: no formula may start in a file that came from outside, and no control character may break the workbook."""
        cell = self._look(index, shown.format, shown.light, quoted=text.startswith(FORMULA_SIGNS), across=shown is NOTHING)
        cell.value = clean(text)
        cell.data_type = "s"
        return cell

    def _look(self, index: int, code: str, light: str, *, quoted: bool = False, across: bool = False) -> Any:
        key = (index, code, light, quoted, across)
        found = self.looks.get(key)
        if found is None:
            found = self.looks[key] = self._styled(index, code, light, quoted=quoted, across=across)
        return found

    def _styled(self, index: int, code: str, light: str, *, quoted: bool, across: bool) -> Any:
        cell = WriteOnlyCell(self.sheet)
        align = "center" if across else self.columns[index].align
        cell.font = Font(name=BODY_FONT, size=_SIZE, charset=_GB2312, family=_SERIF, bold=light == "red")
        cell.border, cell.number_format = _BORDER, LIGHT_MARKS.get(light, code)
        cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=code in ("General", "@"))
        if light:
            cell.fill = PatternFill("solid", fgColor=LIGHTS[light])
        if quoted:
            cell.quotePrefix = True
        return cell


def _width(column: Column[Row], rows: Iterable[Row]) -> float:
    """A number does not wrap: its column grows until the longest fits, or it would show ####."""
    if not column.grows:
        return column.width
    longest = max((display_width(shown.said) for row in rows if not isinstance((shown := column.fill(row)).value, str)), default=0)
    return max(column.width, min(longest + 2.5, 3 * column.width))


def _set_columns(sheet: Any, columns: Sequence[Column[Any]], widths: Sequence[float]) -> None:
    for place, (column, width) in enumerate(zip(columns, widths, strict=True), start=1):
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width, dimension.hidden = width, column.hidden


def _write_heads(sheet: Any, columns: Sequence[Column[Any]], widths: Sequence[float], page: Page) -> None:
    last = max(_visible(columns), 1)
    heights = (30.0, height([(page.about, sum(widths[:last]))]),
               height([(column.head, width) for column, width in zip(columns, widths, strict=True) if not column.hidden]))
    for row, points in enumerate(heights, start=1):
        sheet.row_dimensions[row].height = points
    for row in range(1, HEAD_ROW):
        sheet.merged_cells.add(f"A{row}:{get_column_letter(last)}{row}")
    sheet.append([_head_cell(sheet, page.title, Font(name=TITLE_FONT, size=18, charset=_GB2312, family=_SERIF))])
    sheet.append([_head_cell(sheet, page.about, Font(name=ABOUT_FONT, size=_SIZE, charset=_GB2312, family=_SERIF), "left")])
    font = Font(name=HEAD_FONT, size=_SIZE, charset=_GB2312, family=_SANS)
    sheet.append([_bordered(_head_cell(sheet, column.head, font)) for column in columns])


def _head_cell(sheet: Any, text: str, font: Font, across: str = "center") -> Any:
    cell = WriteOnlyCell(sheet, clean(text))
    cell.data_type, cell.quotePrefix = "s", text.startswith(FORMULA_SIGNS)
    cell.font, cell.alignment = font, Alignment(horizontal=across, vertical="center", wrap_text=True)
    return cell


def _bordered(cell: Any) -> Any:
    cell.border, cell.fill = _BORDER, _HEAD_FILL
    return cell


def _set_page(sheet: Any, columns: Sequence[Column[Any]], count: int, page: Page) -> None:
    last = get_column_letter(max(_visible(columns), 1))
    bottom = HEAD_ROW + max(count, 1)
    sheet.print_area = f"A1:{last}{bottom}"
    sheet.print_title_rows = f"1:{HEAD_ROW}"
    sheet.freeze_panes = f"C{HEAD_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEAD_ROW}:{last}{bottom}"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    setup = sheet.page_setup
    setup.orientation, setup.fitToWidth, setup.fitToHeight = "landscape", 1, 0
    setup.paperSize = 8 if page.paper == "A3" else 9
    margins = sheet.page_margins
    margins.left = margins.right = 0.45
    margins.top, margins.bottom, margins.header, margins.footer = 0.6, 0.65, 0.3, 0.3
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第&P页 共&N页"
    sheet.oddFooter.center.size = 9


def _visible(columns: Sequence[Column[Any]]) -> int:
    return sum(not column.hidden for column in columns)


def display_width(text: str) -> int:
    """The width in half-width characters: a Chinese one takes two places, and GB 18030 writes it with two bytes or four."""
    return len(text) if text.isascii() else len(text.encode("gb18030", "replace"))


def height(cells: Sequence[tuple[str, float]]) -> float:
    """The height in points of a row whose texts are wrapped in columns of these widths; programs do not reckon it on opening."""
    lines = max((_lines(text, max(width - 2, 2)) for text, width in cells), default=1)
    return min(lines * _LINE + 6, _MOST_HEIGHT)


def _lines(text: str, room: float) -> int:
    if 2 * len(text) <= room and "\n" not in text:
        return 1
    return sum(max(math.ceil(display_width(line) / room), 1) for line in text.split("\n"))
