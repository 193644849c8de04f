"""Speed and memory of the ledger, beside a bare openpyxl writer with the same cells, in the same run."""

import datetime
import gc
import io
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side

from engine.values import Rules
from reports.ledgers import LedgerHead, LedgerRow, Options, Quote, rules_in_words, write_ledger

MANY, FEW = 10_000, 200
HEAD = LedgerHead(office="砚湖区", year=2031, cutoff=(2031, 10), made=datetime.date(2031, 11, 3), rules=rules_in_words(Rules()))
ALONE = Options(form="working", annexes=False)
_STATUS = (("met", "已完成", "green"), ("on_track", "达进度", "green"), ("lagging", "欠进度", "yellow"), ("missed", "未完成", "red"),
           ("unreported", "总结未提及", "grey"))


def row(place: int) -> LedgerRow:
    """An invented target with as much text as one of an office has."""
    status, word, light = _STATUS[place % 5]
    told = status != "unreported"
    return LedgerRow(
        number=str(place), item=str(place // 2), indicator=f"第{place % 97}类公共服务设施新建改建数量", measure="amount", comparator=">=",
        value=Decimal(20 + place % 300), unit=("个", "公里", "万平方米")[place % 3], status=status, word=word, light=light,
        section=f"{place % 9}、公共服务 › 设施建设", text=f"全年新建改建第{place % 97}类公共服务设施{20 + place % 300}个以上",
        actual=Decimal(15 + place % 280) if told else None, through=(2031, 10), percent=Decimal(750 + place % 400) / 10 if told else None,
        difference=Decimal(place % 400 - 200) / 10 if told else None, expected=Decimal("83.3"), lead=f"第{place % 40}科室", year=2031,
        progress="1—10月,各项设施建设按计划推进,土建完工过半,配套道路和管网同步实施,其余点位已完成选址和招标。" if told else "",
        problems="部分点位用地手续办理较慢" if place % 4 == 0 else "", measures_next="倒排工期,逐点推进" if place % 4 == 0 else "",
        row_id=f"{UUID(int=place)}:1",
        quotes=(Quote(role="目标", doc="计划.docx", text="全年新建改建公共服务设施。", figure="20个"),
                Quote(role="佐证", doc="总结.docx", text="1—10月,各项设施建设按计划推进。", figure="15个", score=0.91, decided="人工确认")),
    )


def rows(count: int) -> list[LedgerRow]:
    return [row(place) for place in range(1, count + 1)]


def styled(said: Sequence[LedgerRow], options: Options = ALONE) -> bytes:
    out = io.BytesIO()
    write_ledger(said, HEAD, out, options)
    return out.getvalue()


def values(said: Sequence[LedgerRow]) -> list[list[object]]:
    """The 15 visible cells of each row of the ledger: the bare writer gets the same ones."""
    sheet = load_workbook(io.BytesIO(styled(said)), read_only=True)["完成情况表"]
    return [list(cells[:15]) for cells in sheet.iter_rows(min_row=4, values_only=True)]


def bare(cells: Sequence[Sequence[object]]) -> bytes:
    """One styled cell for each column, used again for every row; nothing else is done."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    looks = []
    for _ in range(15):
        cell = WriteOnlyCell(sheet)
        cell.font, cell.border = Font(name="仿宋", size=10.5), Border(left=Side(style="thin"))
        cell.alignment, cell.number_format = Alignment(vertical="center", wrap_text=True), "0.0"
        looks.append(cell)
    for line in cells:
        for cell, value in zip(looks, line, strict=True):
            cell.value = value
        sheet.append(looks)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _medians(deeds: Sequence[Callable[[], object]], times: int) -> list[float]:
    """Median seconds of work of each, taken in turns: what else the machine does at the time counts for none of them."""
    spent: list[list[float]] = [[] for _ in deeds]
    for _ in range(times):
        for deed, own in zip(deeds, spent, strict=True):
            gc.collect()
            begun = time.process_time()
            deed()
            own.append(time.process_time() - begun)
    return [statistics.median(own) for own in spent]


def peak() -> float:
    """MB above the idle process that has read the rows, in a process of its own: a peak never goes down again."""
    words = [sys.executable, "-c", "import django; django.setup(); from bench import ledgers; ledgers.print_peak()"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tracker.settings"}
    root = Path(__file__).parents[1]
    return float(subprocess.run(words, cwd=root, env=environment, check=True, capture_output=True, text=True).stdout)


def print_peak() -> None:
    idle = _resident("VmRSS")
    styled(rows(MANY))
    print(_resident("VmHWM") - idle)


def _resident(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def ledger_rows(times: int) -> list[tuple[str, str, str]]:
    """Lines for the table of `make bench`."""
    many, few = rows(MANY), rows(FEW)
    cells = values(many)
    least, full, whole = _medians([lambda: bare(cells), lambda: styled(many), lambda: styled(few, Options())], times)
    memory = f"{peak():.0f} MB" if Path("/proc/self/status").exists() else "—"
    return [
        ("bare openpyxl writer", f"{least:.2f} s", f"{MANY:,} rows × 15 styled cells"),
        ("ledger, 工作版", f"{full:.2f} s", f"the same cells with marks, heights, looks: {full / least:.2f} × the bare writer (limit 1.5)"),
        ("its peak memory", memory, "above the idle process, rows included (limit 120 MB)"),
        ("ledger, all sheets", f"{whole:.2f} s", f"{FEW} targets (limit 1.5 s)"),
    ]
