"""The ledger as .csv: the same columns and the same words; the hidden ones stay away."""

import codecs
import csv
import io
from collections.abc import Sequence
from typing import BinaryIO

from reports.ledgers.columns import Quoted, meeting_columns, working_columns
from reports.ledgers.marks import clean
from reports.ledgers.rows import LedgerHead, LedgerRow
from reports.ledgers.sheets import FORMULA_SIGNS, Shown
from reports.ledgers.workbook import MEETING, Options


def write_csv(rows: Sequence[LedgerRow], head: LedgerHead, out: BinaryIO, options: Options = MEETING) -> None:
    """UTF-8 with the mark by which Excel and WPS know it."""
    known = (working_columns if options.form == "working" else meeting_columns)(head, Quoted({}))
    columns = [column for column in known if not column.hidden]
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow([column.head.replace("\n", "") for column in columns])
    for row in rows:
        lines.writerow([_cell(column.fill(row)) for column in columns])
    out.write(codecs.BOM_UTF8 + text.getvalue().encode("utf-8", "replace"))


def _cell(shown: Shown) -> str:
    """A number as it is, −15 included; a text that a spreadsheet would take for a formula behind a mark that keeps it a text."""
    if not isinstance(shown.value, str):
        return f"{shown.value:f}" if hasattr(shown.value, "as_tuple") else str(shown.value if shown.value is not None else "")
    text = clean(shown.value)
    return f"'{text}" if text.lstrip(" \n").startswith(FORMULA_SIGNS) or text.startswith(FORMULA_SIGNS) else text
