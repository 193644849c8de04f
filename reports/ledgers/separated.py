"""The ledger as .csv: the same columns and the same words; the hidden ones stay away. What a number format says in a workbook (超, 以上,
增长, 亿元) stands in the cell here, and the bare numbers in two columns of their own.
"""

import codecs
import csv
import io
from collections.abc import Sequence
from typing import BinaryIO

from reports.ledgers.columns import Quoted, Spread
from reports.ledgers.marks import clean
from reports.ledgers.rows import LedgerHead, LedgerRow
from reports.ledgers.sheets import FORMULA_SIGNS, NOTHING, Column, Shown
from reports.ledgers.workbook import MEETING, Options, columns_of

NUMBERS: tuple[Column[LedgerRow], ...] = (
    Column("目标数值", 10, lambda row: NOTHING if row.value is None else Shown(row.value)),
    Column("完成数值", 10, lambda row: NOTHING if row.actual is None else Shown(row.actual)),
)


def write_csv(rows: Sequence[LedgerRow], head: LedgerHead, out: BinaryIO, options: Options = MEETING) -> None:
    """UTF-8 with the mark by which Excel and WPS know it."""
    known = columns_of(head, Quoted({}), Spread.of(rows), options)
    columns = [*[column for column in known if not column.hidden], *NUMBERS]
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow([column.head.replace("\n", "") for column in columns])
    for row in rows:
        lines.writerow([_cell(column.fill(row), worded=column.grows) for column in columns])
    out.write(codecs.BOM_UTF8 + text.getvalue().encode("utf-8", "replace"))


def _cell(shown: Shown, *, worded: bool = False) -> str:
    """A number as it is, −15 included; a text that a spreadsheet would take for a formula behind a mark that keeps it a text."""
    if not isinstance(shown.value, str) and not worded:
        return f"{shown.value:f}" if hasattr(shown.value, "as_tuple") else str(shown.value if shown.value is not None else "")
    text = clean(shown.said if worded else str(shown.value))
    return f"'{text}" if text.lstrip(" \n").startswith(FORMULA_SIGNS) or text.startswith(FORMULA_SIGNS) else text
