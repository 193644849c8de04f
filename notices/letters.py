"""督查通报, 核对反馈 and 督办通知单: what they say. Numbers come from the ledger's rows; `word` writes them by a template."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace

from notices.drafts import NOBODY, Block, Draft, Fields, Table
from notices.sentences import flips, sentence, told
from reports.ledgers import LedgerHead, LedgerRow, by_department, summary, worst_first
from reports.ledgers.counts import items
from reports.ledgers.rows import GOOD, UNASSIGNED
from targets.models import Status


def bulletin(rows: Sequence[LedgerRow], head: LedgerHead, said: Fields) -> Draft:
    """督查通报. Only firm targets that a person confirmed are told and counted; the others are left out by name, for the drafter."""
    judged = [replace(row, status=Status.UNCLEAR) if flips(row) else row for row in rows if row.confirmed]
    firm = [row for row in judged if not row.stretch]
    worst, good = worst_first(firm), [row for row in firm if row.status in GOOD]
    doubtful, silent = ([row for row in firm if row.status == status] for status in (Status.UNCLEAR, Status.UNREPORTED))
    blocks: dict[str, Sequence[Block]] = {
        "总体情况": [summary(rows, told=judged)], "口径": _rules(head), "未达序时": _named(worst), "达到序时": [_fine(judged, good)],
        "待核实": _numbered(_doubt(row) for row in doubtful), "未提及": questions(silent),
    }
    annexes = [_annex("附件1", "慢序时目标任务", worst), _annex("附件2", "按序时及已完成目标任务", good)]
    left = [f"{row.indicator}({row.cited}):{row.word or '待研判'},未经人工确认"
            for row in rows if not row.confirmed and not row.stretch]
    return Draft(kind="bulletin", words=_words(head, said) | {"附件": "1.慢序时目标任务 2.按序时及已完成目标任务"}, blocks=blocks,
                 annexes=annexes, left_out=left)


def feedback(rows: Sequence[LedgerRow], head: LedgerHead, said: Fields) -> list[Draft]:
    """核对反馈: for each department its own rows, confirmed or not, with room to object. Rows of nobody go to nobody."""
    groups = by_department(row for row in rows if row.lead)
    return [
        Draft(kind="feedback", words=_words(head, said) | {"责任单位": name}, blocks={"核对表": [_asked(group)], "口径": _rules(head)})
        for name, group in groups.items()
    ]


def order(head: LedgerHead, said: Fields, *, number: str, matter: str, basis: str, instruction: str, department: str,
          until: datetime.date | None) -> Draft:
    """督办通知单."""
    lines = [("督办事项", matter), ("督办依据", basis), ("领导批示", instruction or "—"), ("承办单位", department or UNASSIGNED),
             ("反馈时限", _day(until) if until else "—"), ("签收", "签收人:            签收时间:")]
    return Draft(kind="order", words=_words(head, said) | {"编号": number, "承办单位": department or UNASSIGNED},
                 blocks={"督办表": [Table(("项目", "内容"), (32, 124), lines, size=14)]})


def questions(rows: Iterable[LedgerRow]) -> list[Block]:
    """What was not mentioned, as questions to each department."""
    lines: list[Block] = []
    for name, group in by_department(rows).items():
        asked = ";".join(f"{row.indicator}({row.cited},目标{row.promise})" for row in group)
        whom = f"请{name}说明以下{len(group)}项" if group[0].lead else f"以下{len(group)}项尚未明确责任单位,请尽快明确并说明"
        lines.append(f"{whom}截至目前的进展、完成数和预计完成时间:{asked}。")
    return lines or [NOBODY]


def _named(worst: Sequence[LedgerRow]) -> list[Block]:
    """The bad news by department, under how many they are: one 任务项 may have several lines."""
    if not worst:
        return [NOBODY]
    told = (f"{sentence(row)}({f'责任单位:{row.answerable}' if row.lead else '责任单位待明确'})" for row in worst)
    return [f"共{len(items(worst))}项、{len(worst)}个指标或节点。", *_numbered(told)]


def _fine(judged: Sequence[LedgerRow], good: Sequence[LedgerRow]) -> str:
    """Some lines that are fine belong to a 任务项 that is not."""
    if not good:
        return NOBODY
    whole = sum(status in GOOD for status in items(judged).values())
    lines = f"达到序时进度的指标或节点共{len(good)}个(含未达序时任务项中已达到的),见附件2。"
    return f"经核实达到序时进度及已完成的任务{whole}项;{lines}"


def _doubt(row: LedgerRow) -> str:
    """What the report says is told beside the target: a department cannot answer a bare 待核实."""
    whom = f"请{row.answerable}核实" if row.lead else "请有关单位核实"
    if row.contradicted:
        return f"{sentence(row)}{row.contradicted}。{whom}。"
    said = next((line for line in row.progress.split("\n") if line and not line.startswith("注:")), "").rstrip("。")
    found = f",总结称“{said}”,尚不能认定是否达到" if said else f",{row.word or '待核实'}"
    return f"{row.indicator}({row.cited}):目标为{row.promise}{found}。{whom}。"


def _numbered(lines: Iterable[str]) -> list[Block]:
    return [f"{place}.{line}" for place, line in enumerate(lines, start=1)] or [NOBODY]


def _rules(head: LedgerHead) -> list[Block]:
    """The rule in force, so that a number can be checked by whoever reads it."""
    pace = head.timing or "序时进度按各项数据所含最后一个月计算"
    return [f"口径:{head.period};{pace};总量指标比序时进度,增速、比率指标比目标值;{';'.join(head.rules)}".rstrip("。;") + "。"]


def _annex(number: str, title: str, rows: Sequence[LedgerRow]) -> Table:
    return Table(("序号", "目标任务", "年度目标", "完成情况", "完成率(%)", "较序时(较目标)", "状态", "责任单位"),
                 (14, 50, 32, 34, 20, 28, 30, 42), [_annex_line(row) for row in rows], number=number, title=title)


def _annex_line(row: LedgerRow) -> tuple[str, ...]:
    percent = "—" if row.percent is None or row.measure in ("growth", "change", "ratio") or not row.value else str(row.percent)
    return (row.number, row.indicator, row.promise, row.achievement or "—", percent, _signed(row), row.word, row.answerable)


def _signed(row: LedgerRow) -> str:
    return "—" if row.difference is None else f"{row.difference:+f}" if row.difference else f"{row.difference:f}"


def _asked(rows: Sequence[LedgerRow]) -> Table:
    lines = [(row.number, row.indicator, row.promise, told(row), row.word, "") for row in rows]
    heads = ("序号", "目标任务", "年度目标", "初步核对情况", "初步结论", "意见及说明")
    return Table(heads, (14, 31, 24, 42, 22, 23), lines, prose=(1, 3, 5))


def _words(head: LedgerHead, said: Fields) -> dict[str, str]:
    return {
        "单位": head.office, "年度": f"{head.year}年" if head.year else "", "截至": head.period, "期号": said.issue, "主送": said.to,
        "报": said.report, "送": said.copies, "签发人": said.signer, "落款": said.signature or head.office,
        "日期": _day(said.date), "天数": str(said.days), "期限": _day(said.until or said.date), **said.extra,
    }


def _day(date: datetime.date) -> str:
    return f"{date.year}年{date.month}月{date.day}日"
