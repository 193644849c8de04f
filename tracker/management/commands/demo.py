"""manage.py demo: sample documents in, checklist and ledger out, then the pages with worker and scheduled checks."""

from argparse import ArgumentParser, BooleanOptionalAction
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from documents.console import cell, console, progress, step
from documents.models import Document, State
from offices.models import Office, User
from reports.exports import selected
from reports.ledgers import LedgerHead, LedgerRow, summary, write_ledger
from targets.models import signed
from tracker import demo
from tracker.serving import HOST, port_is_free, serve

COLOURS = {"green": "green", "yellow": "yellow", "red": "bold red", "grey": "dim"}


class Command(BaseCommand):
    help = "演示:读取 seeds/ 中的样例文件,打印完成情况,生成台账,然后启动网页"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--serve", action=BooleanOptionalAction, default=True, help="最后启动网页(默认)")
        parser.add_argument("--port", type=int, default=8000, help="网页端口,默认8000")
        parser.add_argument("--out", type=Path, default=None, help="台账保存到这个 .xlsx 文件")

    def handle(self, *_args: Any, serve: bool, port: int, out: Path | None, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("演示只用自己的数据库:请以 python manage.py demo 启动。")
        if serve and not port_is_free(port):
            raise CommandError(f"端口 {port} 已被占用:请先停止占用它的程序,或用 --port 换一个。")
        terminal = console(self.stdout)
        call_command("migrate", verbosity=0)
        office = demo.make_people()
        terminal.print(_read_samples(office))
        rows, head = _ledger()
        terminal.print(_checklist(rows, head), cell(summary(rows)), sep="\n")
        path = out or settings.DATA_DIR / f"{head.title('目标任务完成情况表')}.xlsx"
        write_ledger(rows, head, path)
        terminal.print(cell(f"台账:{path}"), soft_wrap=True)
        if serve:
            _serve(terminal, port)


def _read_samples(office: Office) -> Table:
    """Take in what is new and finish what a stopped run left; the fate of each file as a table."""
    samples = list(demo.store_samples(office, settings.BASE_DIR / "seeds"))
    waiting = [document for document in samples if document.under_way]
    with progress(len(waiting), "读取样例文件") as bar:
        for document in waiting:
            demo.process(document)
            step(bar)
    if waiting:
        # The scheduled check, once, so that warnings stand on the pages.
        call_command("check_targets", office=office.name, verbosity=0)
    return _fates([document.pk for document in samples])


def _fates(documents: list[int]) -> Table:
    table = _table("样例文件", "文件", "种类", "年度", "结果")
    for each in Document.objects.without_text().filter(pk__in=documents).order_by("pk"):
        style = "red" if each.state == State.FAILED else ""
        table.add_row(*(cell(said, style) for said in (each.name, each.get_kind_display(), each.year or "—", each.fate)))
    return table


def _table(title: str, *heads: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for head in heads:
        table.add_column(head, overflow="fold", justify="right" if head == "完成率/差距" else "left")
    return table


def _ledger() -> tuple[Sequence[LedgerRow], LedgerHead]:
    """What the supervisor's export holds: the year that people work on, as 目标清单 shows it first."""
    choice = selected(User.objects.get(username=demo.LOGINS[0].username), QueryDict(), made=timezone.localdate())
    return choice.rows, choice.head


def _checklist(rows: Sequence[LedgerRow], head: LedgerHead) -> Table:
    """Light and its word, target, value, actual, percent or gap, evidence."""
    title = f"{head.title('目标任务完成情况')} {head.period}"
    table = _table(title, "序号", "状态", "目标任务", "年度目标", "完成情况", "完成率/差距", "依据")
    for row in rows:
        light = cell(f"● {row.word or '待研判'}", COLOURS[row.light])
        said = (row.indicator, row.promise, row.achievement or "—", _measured(row), _evidence(row))
        table.add_row(cell(row.number), light, *map(cell, said))
    return table


def _measured(row: LedgerRow) -> str:
    """完成率 for amounts, 差距 in points where rates are compared; “—” without data."""
    if row.difference is not None and row.measure != "amount":
        return f"{signed(row.difference)}个百分点"
    return "—" if row.percent is None else f"{row.percent}%"


def _evidence(row: LedgerRow) -> str:
    """The figure that was judged with its document; words where there are only words."""
    quote = next((each for each in row.quotes if each.role in ("佐证", "待核对", "文字提及")), None)
    if quote is None:
        return "—"
    return f"{quote.doc}:{'' if quote.role == '佐证' else f'{quote.role} '}{quote.figure or quote.text[:40]}"


def _serve(terminal: Console, port: int) -> None:
    table = _table(f"网页 http://{HOST}:{port}/ (按 Ctrl+C 停止)", "用户名", "密码", "姓名", "角色", "单位")
    for login in demo.LOGINS:
        where = f"{login.office} {login.department}".strip()
        table.add_row(login.username, demo.PASSWORD, login.name, login.role.label, where)
    terminal.print(table)
    serve(port)
