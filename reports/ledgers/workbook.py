"""The workbook: its sheets, their columns, and what is counted on them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook

from engine.values import Rules
from reports.ledgers.formats import Look, places, signed
from reports.ledgers.rows import BAD, GOOD, LedgerHead, LedgerRow, Quote
from reports.ledgers.sheets import HEAD_ROW, NOTHING, Column, Shown, write_table
from reports.models import Match
from reports.outcomes import worst_status
from targets.counting import shares
from targets.models import SECTION_JOIN, Status

UNASSIGNED = "未分工"
_ORDER = (Status.MET, Status.ON_TRACK, Status.LAGGING, Status.MISSED, Status.UNREPORTED, Status.UNCLEAR, Status.NOT_DUE)
_RATES = ("growth", "change", "ratio")


def write_ledger(rows: Sequence[LedgerRow], head: LedgerHead, out: str | Path | BinaryIO) -> None:
    """Writes the workbook to a path or an open file."""
    book = Workbook()
    book.remove(book.worksheets[0])
    lines, quoted = _evidence_lines(rows)
    results = _result_columns(head, quoted)
    about = "　".join(filter(None, (head.period, head.timing, head.scope, summary(rows))))
    _sheet(book, "完成情况表", results, rows, head=head, about=about, title="目标任务完成情况表")
    worst = sorted((row for row in rows if row.status in BAD), key=badness)
    order = f"{head.period}　{'按突破控制、反向增长、较序时、较目标排列' if worst else '没有未达序时的目标任务'}"
    _sheet(book, "未达序时", results, worst, head=head, about=order, title="未达序时目标任务")
    _sheet(book, "目标任务分解表", _duty_columns(quoted), rows, head=head, about=f"共{len(_items(rows))}项", title="目标任务分解表")
    _sheet(book, "汇总", _count_columns(), _counts(rows), head=head, about=about, title="目标任务完成情况汇总")
    _sheet(book, "依据", _quote_columns(), lines, head=head, about="每个数字的原句;文件名见“文件”栏", title="研判依据")
    _sheet(book, "口径说明", _rule_columns(), _explanations(rows, head), head=head, about=head.period, title="口径说明")
    _set_properties(book, head)
    book.save(out)


def summary(rows: Sequence[LedgerRow]) -> str:
    """The head of a notice, counted by 任务项: 共57项,列入本次通报55项…达到序时进度44项、占比80.0%."""
    counts = Counter(_items(rows).values())
    told = sum(counts.values()) - counts[Status.NOT_DUE]
    good, bad = (sum(counts[status] for status in group) for group in (GOOD, BAD))
    good_share, bad_share, _ = shares([good, bad, told - good - bad])
    return (f"共{sum(counts.values())}项,列入本次通报{told}项;达到序时进度{good}项、占比{good_share}%;"
            f"未达序时进度{bad}项、占比{bad_share}%;总结未提及{counts[Status.UNREPORTED]}项,待核实{counts[Status.UNCLEAR]}项。")


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


def badness(row: LedgerRow) -> tuple[int, Decimal]:
    """The order of bad news: 突破控制, 反向增长, amounts by 较序时, rates by 较目标, milestones."""
    by = row.difference if row.difference is not None else (row.percent or Decimal(0)) - 100
    if row.measure in ("amount", "ratio") and (row.comparator in ("<=", "<") or row.value == 0):
        return 0, by
    if row.measure in _RATES:
        backwards = row.measure != "ratio" and (row.actual or 0) < 0 < (row.value or 0)
        return 1 if backwards else 3, by
    return (4 if row.measure == "milestone" else 2), by


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the sheet 依据."""

    index: int
    number: str
    indicator: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class _Count:
    """A row of the sheet 汇总: how many 任务项 of a group have which status."""

    kind: str
    name: str
    counts: Mapping[str, int]
    share: Decimal | None = None

    @property
    def total(self) -> int:
        return sum(self.counts.values())


Quoted = Mapping[tuple[str, str], int]
"""The row on the sheet 依据 where the first quote of a role stands, by the row's number and the role."""


def _sheet(
    book: Workbook, name: str, columns: Sequence[Column[Any]], rows: Sequence[Any], *, head: LedgerHead, about: str, title: str
) -> None:
    write_table(book.create_sheet(name), columns, rows, title=head.title(title), about=about)


def _evidence_lines(rows: Sequence[LedgerRow]) -> tuple[list[_Line], Quoted]:
    lines: list[_Line] = []
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        for quote in row.quotes:
            lines.append(_Line(len(lines) + 1, row.number, row.indicator, quote))
            found.setdefault((row.row_id, quote.role), HEAD_ROW + len(lines))
    return lines, found


def _link(quoted: Quoted, row: LedgerRow, role: str) -> str:
    line = quoted.get((row.row_id, role))
    return f"'依据'!A{line}" if line else ""


def _or_nothing(text: str) -> Shown:
    return Shown(text) if text else NOTHING


def _numeral(value: Decimal | None, code: Callable[[Decimal], str] | None = None) -> Shown:
    if value is None:
        return NOTHING
    plain = Look(places=places(value))
    shown = code(value) if code else plain.code
    return Shown(value, shown, plain.text(value) + " " * (code is not None))


def _promise_cell(quoted: Quoted, row: LedgerRow, *, unit: bool = True) -> Shown:
    look = row.promised if unit else replace(row, unit="").promised
    link = _link(quoted, row, "目标")
    if look is None or row.value is None:
        return Shown(row.promise or "—", link=link)
    return Shown(row.value, look.code, look.text(row.value), link=link)


def _reached_cell(head: LedgerHead, quoted: Quoted, row: LedgerRow) -> Shown:
    """The reported figure, with its own month where that is not the one in the head of the column."""
    period = f"截至{row.through[1]}月" if row.through and row.through != head.cutoff else ""
    look, link = row.reached(period), _link(quoted, row, "佐证") or _link(quoted, row, "文字提及")
    if look is None or row.actual is None:
        return Shown(row.actual_text, link=link) if row.actual_text else NOTHING
    return Shown(row.actual, look.code, look.text(row.actual), link=link)


def _percent_cell(row: LedgerRow) -> Shown:
    """完成率 of amounts; a ratio's stays off paper (98 % of 80 % misleads), and a kept or broken limit has none."""
    return NOTHING if row.measure in _RATES or row.value == 0 else _numeral(row.percent)


def _progress_cell(row: LedgerRow) -> Shown:
    more = (("存在问题:", row.problems), ("下一步措施:", row.measures_next))
    return _or_nothing("\n".join(filter(None, [row.progress, *(label + text for label, text in more if text)])))


def _result_columns(head: LedgerHead, quoted: Quoted) -> list[Column[LedgerRow]]:
    month = head.cutoff[1] if head.cutoff else 0
    return [
        Column("序号", 7, lambda row: Shown(row.number), "center"),
        Column("目标任务", 26, lambda row: Shown(row.indicator)),
        Column("年度目标", 14, partial(_promise_cell, quoted), "center", grows=True),
        Column("全年完成" if month == 12 else f"截至{month}月完成" if month else "完成情况", 14, partial(_reached_cell, head, quoted),
               "center", grows=True),
        Column("同比(%)", 8, lambda row: _numeral(row.growth, signed), "center"),
        Column("完成率(%)", 9, _percent_cell, "center"),
        Column("较序时\n(较目标)", 10, lambda row: _numeral(row.difference, signed), "center"),
        Column("状态", 11, lambda row: Shown(row.word or "待研判", light=row.light), "center"),
        Column("牵头单位", 14, lambda row: Shown(row.lead or UNASSIGNED), "center"),
        Column("进展、问题及措施", 46, _progress_cell),
        Column("行标识", 10, lambda row: Shown(row.row_id), hidden=True),
    ]


def _duty_columns(quoted: Quoted) -> list[Column[LedgerRow]]:
    return [
        Column("序号", 7, lambda row: Shown(row.number), "center"),
        Column("类别", 18, lambda row: _or_nothing(row.section)),
        Column("目标任务(原文)", 40, lambda row: Shown(row.text)),
        Column("指标名称", 22, lambda row: Shown(row.indicator)),
        Column("年度目标", 12, partial(_promise_cell, quoted, unit=False), "center", grows=True),
        Column("单位", 9, lambda row: _or_nothing(row.unit), "center"),
        Column("牵头领导", 10, lambda row: _or_nothing(row.leader), "center"),
        Column("牵头单位", 14, lambda row: Shown(row.lead or UNASSIGNED), "center"),
        Column("配合单位", 14, lambda row: _or_nothing(row.support), "center"),
        Column("完成时限", 12, _due_cell, "center"),
        Column("备注", 14, lambda row: _or_nothing("、".join(filter(None, ("奋斗目标" * row.stretch, row.remark))))),
        Column("行标识", 10, lambda row: Shown(row.row_id), hidden=True),
    ]


def _due_cell(row: LedgerRow) -> Shown:
    if row.due is None:
        return Shown(f"{row.year}年底") if row.year else NOTHING
    return Shown(row.due, 'yyyy"年"m"月"', f"{row.due:%Y}年12月")


def _count_columns() -> list[Column[_Count]]:
    def of(status: str) -> Callable[[_Count], Shown]:
        return lambda row: Shown(row.counts.get(status, 0), "0")

    return [
        Column("分组", 12, lambda row: Shown(row.kind), "center"),
        Column("名称", 40, lambda row: Shown(row.name)),
        Column("任务项", 9, lambda row: Shown(row.total, "0"), "center"),
        *(Column(status.label, 11, of(status), "center") for status in _ORDER),
        Column("达到序时占比(%)", 17, lambda row: _numeral(row.share), "center"),
    ]


def _quote_columns() -> list[Column[_Line]]:
    return [
        Column("编号", 6, lambda line: Shown(line.index, "0"), "center"),
        Column("序号", 7, lambda line: Shown(line.number), "center"),
        Column("指标名称", 22, lambda line: Shown(line.indicator)),
        Column("作用", 9, lambda line: Shown(line.quote.role), "center"),
        Column("文件", 24, lambda line: Shown(line.quote.doc)),
        Column("数字", 13, lambda line: _or_nothing(line.quote.figure), "center"),
        Column("期间", 12, lambda line: _or_nothing(line.quote.period), "center"),
        Column("原句", 50, lambda line: Shown(line.quote.text)),
        Column("匹配分", 8, _score_cell, "center"),
        Column("认定", 10, lambda line: _or_nothing(line.quote.decided), "center"),
        Column("研判口径、匹配理由", 30, lambda line: _or_nothing(line.quote.why)),
    ]


def _score_cell(line: _Line) -> Shown:
    score = line.quote.score
    return NOTHING if score is None else Shown(round(Decimal(score), 2), "0.00")


def _rule_columns() -> list[Column[tuple[str, str]]]:
    return [Column("项目", 18, lambda pair: Shown(pair[0]), "center"), Column("说明", 120, lambda pair: Shown(pair[1]))]


def _items(rows: Iterable[LedgerRow]) -> dict[str, str]:
    """The status of each 任务项: that of its worst firm line."""
    lines: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for row in rows:
        lines[row.item].append((row.status, row.stretch))
    return {item: worst_status(group) for item, group in lines.items()}


def _counts(rows: Sequence[LedgerRow]) -> list[_Count]:
    found = [_count("合计", "全部任务项", rows)]
    for kind, name_of in (("类别", _outermost), ("牵头单位", lambda row: row.lead or UNASSIGNED)):
        names = dict.fromkeys(map(name_of, rows))
        found += [_count(kind, name, [row for row in rows if name_of(row) == name]) for name in names]
    wished = [row for row in rows if row.stretch]
    return [*found, _Count("另计", "奋斗目标(个)", Counter(row.status for row in wished))] if wished else found


def _outermost(row: LedgerRow) -> str:
    return row.section.split(SECTION_JOIN)[0] or "未分类"


def _count(kind: str, name: str, rows: Sequence[LedgerRow]) -> _Count:
    counts = Counter(_items(rows).values())
    told = sum(counts.values()) - counts[Status.NOT_DUE]
    good = sum(counts[status] for status in GOOD)
    return _Count(kind, name, counts, shares([good, told - good])[0] if told else None)


def _explanations(rows: Sequence[LedgerRow], head: LedgerHead) -> list[tuple[str, str]]:
    confirmed = sum(any(quote.decided == Match.Decision.CONFIRMED.label for quote in row.quotes) for row in rows)
    said = [
        ("统计范围", head.scope or f"计划中的全部目标,共{len(_items(rows))}项、{len(rows)}个指标或节点"),
        ("截至时间", head.period), ("序时进度", head.timing or "按各项数据所含最后一个月计算"),
        ("计数单位", "按任务项计数,一项含多个指标的,以其中最差的考核目标为准;奋斗目标另计,不影响任务项状态"),
        ("较序时(较目标)", "总量指标为完成率减序时进度,增速、比率为实际减目标,单位为个百分点;负数均表示落后"),
        ("没有数据", "以“—”表示,不等于0"), ("研判口径", "逐项列在“依据”表的目标行内"),
        ("认定方式", f"人工确认{confirmed}个,其余为系统自动匹配,未经人工确认的结论仅供核对"),
        *(("现行规则", rule) for rule in head.rules), *(("资料来源", source) for source in head.sources),
    ]
    return [*said, ("编制日期", f"{head.made:%Y-%m-%d}")] if head.made else said


def _set_properties(book: Workbook, head: LedgerHead) -> None:
    book.properties.title = head.title("目标任务完成情况表")
    book.properties.creator = head.author or head.office or "督查室"
    book.properties.subject = head.period
    book.properties.language = "zh-CN"
