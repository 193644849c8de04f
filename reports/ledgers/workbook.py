"""The workbook: which sheets it has, for a meeting or for work, and one file for each department."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, Literal
from zipfile import ZIP_DEFLATED, ZipFile

from engine.values import Rules
from reports.ledgers.columns import (
    Line,
    Quoted,
    Spread,
    count_columns,
    duty_columns,
    meeting_columns,
    quote_columns,
    rule_columns,
    working_columns,
)
from reports.ledgers.compared import compared, comparison_columns, split_columns, splits
from reports.ledgers.counts import counted, items, summary, worst_first
from reports.ledgers.rows import BAD, GOOD, LedgerHead, LedgerRow
from reports.ledgers.sheets import HEAD_ROW, Book, Column, Page, Paper, write_table
from reports.models import Match

Form = Literal["meeting", "working", "duty"]
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\<>|\"'\x00-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """会议版, 工作版 or 目标任务分解表 alone, the paper (empty: A3 for work, else A4), a sheet for each department, ranks in 各单位对比."""

    form: Form = "meeting"
    paper: Paper | None = None
    departments: bool = False
    ranked: bool = False
    annexes: bool = True

    @property
    def sheet(self) -> str:
        return "目标任务分解表" if self.form == "duty" else "完成情况表"

    @property
    def sheet_paper(self) -> Paper:
        return self.paper or ("A3" if self.form == "working" else "A4")


MEETING = Options()


def write_ledger(rows: Sequence[LedgerRow], head: LedgerHead, out: str | Path | BinaryIO, options: Options = MEETING) -> None:
    """Writes the workbook to a path or an open file."""
    book = Book()
    _set_properties(book, head)
    lines, quoted = _evidence_lines(rows) if options.annexes and options.form != "duty" else ([], Quoted({}))
    spread = Spread.of(rows)
    columns = columns_of(head, quoted, spread, options)
    sheets = _Sheets(book, head, options.sheet_paper, columns)
    if options.form == "duty":
        _add_duties(sheets, rows, columns)
        book.save(out)
        return
    about = "　".join(filter(None, (head.period, head.timing, head.scope, summary(rows))))
    sheets.add("完成情况表", rows, "目标任务完成情况表", about)
    if options.annexes:
        _add_counts(sheets, rows, about)
        _add_by_status(sheets, rows)
        _add_duties(sheets, rows, duty_columns(quoted, spread))
        _add_offices(sheets, rows, options)
        if options.departments:
            _add_departments(sheets, rows)
        sheets.draw("依据", quote_columns(), lines, "研判依据", "每个数字的原句;文件名见“文件”栏")
        sheets.draw("口径说明", rule_columns(), _explanations(rows, head), "口径说明", head.period)
    book.save(out)


def columns_of(head: LedgerHead, quoted: Quoted, spread: Spread, options: Options) -> list[Column[LedgerRow]]:
    if options.form == "working":
        return working_columns(head, quoted, spread, narrow=options.sheet_paper == "A4")
    if options.form == "duty":
        return duty_columns(quoted, spread)
    return meeting_columns(head, quoted, spread)


def write_archive(rows: Sequence[LedgerRow], head: LedgerHead, out: BinaryIO, options: Options = MEETING) -> None:
    """A .zip with one workbook for each department."""
    taken, title = set[str](), head.title(options.sheet)
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, group in by_department(rows).items():
            book = BytesIO()
            write_ledger(group, replace(head, scope="、".join(filter(None, (head.scope, f"牵头单位:{name}")))), book, options)
            archive.writestr(f"{_free_name(f'{title}-{name}', taken, 80)}.xlsx", book.getvalue())


def by_department(rows: Iterable[LedgerRow]) -> dict[str, list[LedgerRow]]:
    found: dict[str, list[LedgerRow]] = {}
    for row in rows:
        found.setdefault(row.answerable, []).append(row)
    return found


def rules_in_words(rules: Rules) -> tuple[str, ...]:
    """The rules in force, as 口径说明 prints them."""
    curve = "、".join(f"{share:f}%" for share in rules.curve)
    return (
        f"序时进度:各月累计应完成{curve}" if curve else "序时进度:按月平均,截至月份÷12",
        f"匹配:匹配分{rules.take_above:.2f}以上由系统采信,{rules.ask_above:.2f}以上待人工核对,更低的不作依据",
        f"“左右”类目标:差{rules.about_points:f}个百分点以内或{rules.about_percent:f}%以内的待核实,由领导认定",
        f"亮灯(总量):落后序时{rules.red_points_behind:f}个百分点以内为黄灯,超过为红灯;奋斗目标不亮红灯",
        f"亮灯(增速、比率):落后{rules.red_rate_points:f}个百分点以内为黄灯,超过或正负相反为红灯;奋斗目标不亮红灯",
    )


@dataclass(frozen=True, slots=True)
class _Sheets:
    """The workbook that is being made, with what all of its sheets share."""

    book: Book
    head: LedgerHead
    paper: Paper
    columns: Sequence[Column[LedgerRow]]

    def add(self, name: str, rows: Sequence[LedgerRow], title: str, about: str, columns: Sequence[Column[LedgerRow]] = ()) -> None:
        """A sheet of targets. Only stored ones have an id that an import would know."""
        page = Page(title=self.head.title(title), about=about, paper=self.paper)
        write_table(self.book, name, columns or self.columns, rows, page, marked=any(row.importable for row in rows))

    def draw(self, name: str, columns: Sequence[Column[Any]], rows: Sequence[Any], title: str, about: str) -> None:
        write_table(self.book, name, columns, rows, Page(title=self.head.title(title), about=about, paper=self.paper))


def _add_duties(sheets: _Sheets, rows: Sequence[LedgerRow], columns: Sequence[Column[LedgerRow]]) -> None:
    sheets.add("目标任务分解表", rows, "目标任务分解表", f"共{len(items(rows))}项", columns)


def _add_counts(sheets: _Sheets, rows: Sequence[LedgerRow], about: str) -> None:
    sheets.draw("汇总", count_columns(), counted(rows), "目标任务完成情况汇总", about)


def _add_by_status(sheets: _Sheets, rows: Sequence[LedgerRow]) -> None:
    period, worst = sheets.head.period, worst_first(rows)
    order = f"{period}　{'按突破控制、反向增长、较序时、较目标排列' if worst else '没有未达序时的目标任务'}"
    good, rest = [row for row in rows if row.status in GOOD], [row for row in rows if row.status not in (*GOOD, *BAD)]
    sheets.add("未达序时", worst, "未达序时目标任务", order)
    sheets.add("达到序时及已完成", good, "达到序时及已完成目标任务", f"{period}　{len(good)}个指标或节点")
    sheets.add("其它及未提及", rest, "其它及未提及目标任务", f"{period}　总结未提及、待核实、未到期{len(rest)}个指标或节点")


def _add_offices(sheets: _Sheets, rows: Sequence[LedgerRow], options: Options) -> None:
    """Only where there are several offices."""
    if len({row.office for row in rows}) < 2:
        return
    ranks = "名次按较序时(较目标)由好到差" if options.ranked else "不排名"
    sides = compared(rows, ranked=options.ranked)
    sheets.draw("各单位对比", comparison_columns(ranked=options.ranked), sides, "各单位同一指标对比", f"{sheets.head.period}　{ranks}")
    sheets.draw("分解核对", split_columns(), splits(rows), "目标分解核对",
                "本级目标与下级同一指标目标合计比较,负数为分解不足;控制数以下级合计不超过本级为准")


def _add_departments(sheets: _Sheets, rows: Sequence[LedgerRow]) -> None:
    taken = {name.casefold() for name in (*sheets.book.sheetnames, "依据", "口径说明")}
    for name, group in by_department(rows).items():
        sheets.add(_free_name(name, taken, 31), group, f"目标任务完成情况表({name})", f"{sheets.head.period}　{summary(group)}")


def _free_name(wanted: str, taken: set[str], longest: int) -> str:
    """A name that a sheet or a file may have and none has yet; programs take 甲 and 甲 for the same in any case."""
    bare = _NOT_IN_A_NAME.sub("_", wanted).strip(". ")[:longest] or "未命名"
    names = (bare if number == 1 else f"{bare[:longest - 4]}({number})" for number in count(1))
    name = next(name for name in names if name.casefold() not in taken)
    taken.add(name.casefold())
    return name


def _evidence_lines(rows: Sequence[LedgerRow]) -> tuple[list[Line], Quoted]:
    lines: list[Line] = []
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        for quote in row.quotes:
            lines.append(Line(len(lines) + 1, row.number, row.indicator, quote))
            found.setdefault((row.row_id, quote.role), (HEAD_ROW + len(lines), len(lines)))
    return lines, Quoted(found)


def _explanations(rows: Sequence[LedgerRow], head: LedgerHead) -> list[tuple[str, str]]:
    confirmed = sum(any(quote.decided == Match.Decision.CONFIRMED.label for quote in row.quotes) for row in rows)
    said = [
        ("统计范围", head.scope or f"计划中的全部目标,共{len(items(rows))}项、{len(rows)}个指标或节点"),
        ("截至时间", head.period), ("序时进度", head.timing or "按各项数据所含最后一个月计算"),
        ("计数单位", "按任务项计数,一项含多个指标的,以其中最差的考核目标为准;奋斗目标另计,不影响任务项状态"),
        ("不足一件", "以家、个、件等计数的总量指标,距序时应完成数不足一件的,按达进度计;完成率和较序时照实列出"),
        ("较序时(较目标)", "总量指标为完成率减序时进度,增速、比率为实际减目标,单位为个百分点;负数均表示落后"),
        ("没有数据", "以“—”表示,不等于0"), ("研判口径", "逐项列在“依据”表的目标行内"),
        ("认定方式", f"人工确认{confirmed}个,其余为系统自动匹配,未经人工确认的结论仅供核对"),
        *(("现行规则", rule) for rule in head.rules), *(("资料来源", source) for source in head.sources),
    ]
    return [*said, ("编制日期", f"{head.made:%Y-%m-%d}")] if head.made else said


def _set_properties(book: Book, head: LedgerHead) -> None:
    book.properties.title = head.title("目标任务完成情况表")
    book.properties.creator = head.author or head.office or "督查室"
    book.properties.subject = head.period
    book.properties.language = "zh-CN"
