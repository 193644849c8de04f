"""The ledger as an Excel workbook: 完成情况表, 目标任务分解表, 汇总, 依据 and 口径说明.

Page, task and `track --xlsx` write it from the same rows: `rows_of(targets)` for stored targets, `rows_from_outcomes` for what was
judged in memory, then `write_ledger(rows, head, out)`.
"""

from reports.ledgers.counts import summary, worst_first
from reports.ledgers.dated import rows_as_of
from reports.ledgers.rows import LedgerHead, LedgerRow, Quote, number, rows_from_outcomes
from reports.ledgers.separated import write_csv
from reports.ledgers.stored import row_of, rows_of
from reports.ledgers.workbook import MEETING, Form, Options, by_department, rules_in_words, write_archive, write_ledger

__all__ = ["MEETING", "Form", "LedgerHead", "LedgerRow", "Options", "Quote", "by_department", "number", "row_of", "rows_as_of",
           "rows_from_outcomes", "rows_of", "rules_in_words", "summary", "worst_first", "write_archive", "write_csv", "write_ledger"]
