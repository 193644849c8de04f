"""`manage.py track --plan FILE --report FILE…`: the whole job in memory, plan and reports in, checklist out; needs no database."""

import io
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from rich.table import Table

from documents.console import ReadingCommand, cell, console, month, names, progress, step
from engine import read, track
from engine.errors import ReadError
from engine.values import Month, Outcome, Reading, Rules
from reports.ledgers import LedgerHead, LedgerRow, Quote, rows_from_outcomes, rules_in_words, summary, write_ledger

_COLOURS = {"green": "green", "yellow": "yellow", "red": "bold red", "grey": "dim"}
_QUOTE = 48
_BEFORE = 30
_YEAR = re.compile(r"(?:19|20|21)\d\d")


class Command(ReadingCommand):
    help = "用总结核对计划,列出每个目标的完成情况和依据(不需要数据库)。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--plan", required=True, metavar="FILE", help="计划文件,.txt 或 .docx")
        parser.add_argument("--report", required=True, action="append", metavar="FILE", dest="reports", help="总结文件,可多次给出")
        parser.add_argument("--through", type=month, metavar="YYYY-MM", help="截至月份,总结没有写明时使用")
        parser.add_argument("--format", choices=("table", "jsonl"), default="table", help="table 供人阅读(默认),jsonl 供程序使用")
        parser.add_argument("--xlsx", metavar="OUT", help="同时写出台账(Excel)")

    def handle(self, *args: Any, **options: Any) -> None:
        readings = self._read([options["plan"], *options["reports"]])
        plan = readings.get(options["plan"])
        reports = list(dict.fromkeys(path for path in options["reports"] if path in readings))
        if plan is not None and reports:
            self._track(plan, [readings[path] for path in reports], options)
        self.end()

    def _read(self, paths: Sequence[str]) -> dict[str, Reading]:
        """The readings by path; a file that can't be read is named on stderr and left out."""
        found: dict[str, Reading] = {}
        called = names(paths)
        with progress(len(called), "读取") as bar:
            for path, name in called.items():
                try:
                    found[path] = read(path, name=name)
                except ReadError as error:
                    self.refuse(path, error)
                step(bar)
        return found

    def _track(self, plan: Reading, reports: Sequence[Reading], options: Mapping[str, Any]) -> None:
        self._warn(plan, reports, options["through"])
        rules = Rules()
        outcomes = track(plan, reports, rules=rules, through=options["through"])
        if options["format"] == "jsonl":
            for outcome in sorted(outcomes, key=lambda each: each.target.start):
                self.print_object(outcome.row())
        rows = rows_from_outcomes(outcomes, [plan, *reports])
        if options["format"] == "table":
            self._print_table(rows, outcomes)
        if options["xlsx"]:
            self._write(options["xlsx"], rows, _head(plan, reports, rules, options["through"]))

    def _warn(self, plan: Reading, reports: Sequence[Reading], through: Month | None) -> None:
        if not plan.targets:
            self.remark(plan.doc, "没有读到任何目标")
        for report in reports:
            if not report.results:
                self.remark(report.doc, "没有读到任何完成数")
            elif report.cutoff is None and through is None:
                self.remark(report.doc, "没有写明截至哪个月,请用 --through 指定,例如 --through 2023-09")

    def _print_table(self, rows: Sequence[LedgerRow], outcomes: Sequence[Outcome]) -> None:
        notes = {f"{each.target.doc}:{each.target.start}": [note.text for note in each.notes] for each in outcomes}
        table = Table(expand=False)
        for head in ("序号", "状态", "目标任务", "年度目标", "完成情况", "完成率", "差距", "依据"):
            table.add_column(head, overflow="fold", justify="right" if head in ("完成率", "差距") else "left")
        for row in rows:
            light = cell(f"● {row.word}", _COLOURS[row.light])
            said = (row.indicator, row.promise, row.achievement or "—", _percent(row.percent), _points(row.difference),
                    _evidence(row, notes.get(row.row_id, ())))
            table.add_row(cell(row.number), light, *map(cell, said))
        out = console(self.stdout)
        out.print(table)
        out.print(cell(summary(rows)), soft_wrap=True)

    def _write(self, path: str, rows: Sequence[LedgerRow], head: LedgerHead) -> None:
        """Whole or not at all: the workbook is made in memory first."""
        book = io.BytesIO()
        write_ledger(rows, head, book)
        try:
            Path(path).write_bytes(book.getvalue())
        except OSError as error:
            self.refuse(path, f"台账写不进去,请换一个位置或文件名({error.strerror})")
        else:
            self.remark(path, "台账已写出")


def _head(plan: Reading, reports: Sequence[Reading], rules: Rules, through: Month | None) -> LedgerHead:
    cutoffs = [each.cutoff for each in reports if each.cutoff and (plan.year is None or each.cutoff[0] == plan.year)]
    return LedgerHead(
        office=plan.office or _issuer(plan), year=plan.year, cutoff=through or max(cutoffs, default=None), made=timezone.localdate(),
        rules=rules_in_words(rules), sources=tuple(_source(each) for each in (plan, *reports)),
    )


def _issuer(reading: Reading) -> str:
    """What stands before the year in the title: 青蘅街道2031年工作计划."""
    found = _YEAR.search(reading.title)
    return reading.title[:found.start()] if found else ""


def _source(reading: Reading) -> str:
    through = f",截至{reading.cutoff[0]}年{reading.cutoff[1]}月" if reading.cutoff else ""
    return f"{reading.doc}:{reading.title or '无标题'}{through}"


def _percent(value: Decimal | None) -> str:
    return "—" if value is None else f"{value}%"


def _points(value: Decimal | None) -> str:
    return "—" if value is None else f"{value:+f}" if value else "0"


def _evidence(row: LedgerRow, notes: Sequence[str]) -> str:
    """The sentence that decided, cut around its figure, with its document; and what a person should know beside it."""
    used = [each for each in row.quotes if each.role in ("佐证", "文字提及", "待核对")]
    said = [f"{used[0].doc}:{'' if used[0].role == '佐证' else used[0].role + ' '}{_around(used[0])}"] if used else []
    return " ".join([*said, *(f"[{note}]" for note in notes)]) or "—"


def _around(quote: Quote) -> str:
    """The part of the sentence that holds the figure."""
    at = max(quote.text.find(quote.figure.removesuffix("(预计)")), 0) if quote.figure else 0
    start = max(min(at - _BEFORE, len(quote.text) - _QUOTE), 0)
    end = start + _QUOTE
    return f"{'…' if start else ''}{quote.text[start:end]}{'…' if end < len(quote.text) else ''}"
