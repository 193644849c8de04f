"""The rules of 预警: which of them a target or an office breaks, each with the sentence a person reads. Pure, from stored values alone.

Verdicts know only the cut-off; the date of today serves three rules: unreported for long, due soon, report overdue. A text names dates
and not the days since: it would else be another one every morning.
"""

import datetime
import json
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, cast

from engine.quantities import counts_pieces
from offices.models import OfficeSettings, ReportCycle
from reports.models import Flag
from targets.models import BAD, Measure, Status, Target, as_written, decimal_text

DUE_SOON = datetime.timedelta(days=30)


@dataclass(slots=True)
class Seen:
    """A target as a check reads it: the columns that rules and verdict need, in the order of `COLUMNS`; then its `Outcome`'s.

    A model instance of the same row costs ten times as much, and a check reads a million of them.
    """

    pk: int
    office_id: int
    version: int
    judged_at: datetime.datetime
    year: int | None
    indicator: str
    measure: str
    comparator: str
    direction: str
    value: Decimal | None
    high: Decimal | None
    unit: str
    figure: str
    state: str
    ambition: bool
    stretch: bool
    due: datetime.date | None
    status: str
    word: str
    light: str
    percent: Decimal | None
    gap: Decimal | None
    expected: Decimal | None
    behind: Decimal | None
    rule_text: str
    actual: Decimal | None
    actual_text: str
    evidence_date: datetime.date | None
    basis: str = ""
    contradicted: bool = False

    # The words of a target are written once, for both.
    is_limit: ClassVar[Any] = Target.is_limit
    is_milestone: ClassVar[Any] = Target.is_milestone
    difference: ClassVar[Any] = Target.difference
    target_text: ClassVar[Any] = Target.target_text
    value_plain: ClassVar[Any] = Target.value_plain
    _said: ClassVar[Any] = Target._said  # noqa: SLF001 (the same words)

    @property
    def reading(self) -> dict[str, Any]:
        """The figure as the document wrote it."""
        found: dict[str, Any] = json.loads(self.basis)["target"] if self.basis else {}
        return found


COLUMNS = tuple(Seen.__slots__)[:-2]


@dataclass(frozen=True, slots=True)
class View:
    """What the rules may look at besides the target itself."""

    today: datetime.date
    settings: OfficeSettings
    reported: frozenset[int]
    """Years for which the office has a report at all: without one it is the report that is missing, not sixty targets."""
    cutoff: datetime.date | None = None
    """The last month that a report of the office covers."""


def reasons(target: Seen, view: View) -> Iterator[tuple[str, str]]:
    """The rules that a target breaks, each with the sentence a person reads."""
    for rule, test in RULES.items():
        text = test(target, view)
        if text:
            yield rule, text[:500]


def what_is_wrong(target: Target) -> str:
    """The sentence of a target that is behind or broken, e.g. “签约项目完成3个,完成年度目标(7个)的42.9%,未完成”; empty for all others."""
    seen = cast(Seen, target)  # has the columns that these two rules look at
    return _limit(seen, None) or _lagging(seen, None)


def _limit(target: Seen, _: View | None) -> str:
    if not target.is_limit or target.status not in BAD:
        return ""
    over = target.actual - target.value if target.actual is not None and target.value else None
    beyond = f"{decimal_text(as_written(over, None))}{target.unit}" if over else ""
    return f"{target.indicator}为{target.actual_text or '—'},超出控制目标({target.target_text}){beyond}"


def _lagging(target: Seen, _: View | None) -> str:
    """A 奋斗目标 is an ambition: falling short of it is shown, but nobody is warned."""
    if target.is_limit or target.stretch or target.status not in BAD:
        return ""
    return _rate_behind(target) if target.gap is not None else _amount_behind(target)


def _rate_behind(target: Seen) -> str:
    """“下降1.8%,低于目标(增长6%以上)7.8个百分点”; of a fall: “下降2.9%,降幅比目标少0.3个百分点”."""
    short = decimal_text(abs(target.difference or Decimal(0)))
    if target.value is not None and target.value < 0 and (target.actual or 0) < 0:
        return f"{target.indicator}{_moved(target)},降幅比目标({target.target_text})少{short}个百分点"
    return f"{target.indicator}{_moved(target)},低于目标({target.target_text}){short}个百分点"


def _moved(target: Seen) -> str:
    if target.actual is None or target.measure not in (Measure.GROWTH, Measure.CHANGE):
        return target.actual_text
    return f"{'下降' if target.actual < 0 else '增长'}{decimal_text(as_written(abs(target.actual), None))}{target.unit}"


def _amount_behind(target: Seen) -> str:
    """“完成3.73亿元,完成年度目标(7亿元)的53.3%,低于序时进度21.7个百分点”; past the end of its time only what is missing."""
    share = f"年度目标({target.target_text})" + (f"的{target.percent}%" if target.percent is not None else "")
    done = f"完成{target.actual_text},完成{share}" if target.actual_text else f"{share}未见完成"
    behind = f",低于序时进度{-target.behind}个百分点" if target.behind is not None and target.behind < 0 else f",{target.word}"
    return f"{target.indicator}{done}{behind}"


def _limit_near(target: Seen, _: View) -> str:
    """控制数 used up faster than the year passes."""
    used, share = used_up(target), elapsed(target)
    if used is None or share is None or target.status != Status.ON_TRACK or used <= share:
        return ""
    return f"{_name(target)}{_reached(target)},已占控制数{used:.1f}%,同期序时进度{share:.1f}%"


def used_up(target: Seen) -> Decimal | None:
    """The share of a counted limit that is used, in %; None for everything else."""
    counted = target.is_limit and target.measure == Measure.AMOUNT and counts_pieces(target.unit)
    if not counted or target.actual is None or not target.value:
        return None
    return target.actual / target.value * 100


def elapsed(target: Seen) -> Decimal | None:
    """序时 of the judged figure in %: as stored, or by twelfths of its last month."""
    if target.expected is not None:
        return target.expected
    return Decimal(target.evidence_date.month) / 12 * 100 if target.evidence_date else None


def _contradiction(target: Seen, _: View) -> str:
    return f"{_name(target)}总结自报完成率与计划数、完成数不符" if target.contradicted else ""


def _unreported(target: Seen, view: View) -> str:
    """Silent for longer than the office allows, counted from the last figure, else from the start of the year."""
    if target.status != Status.UNREPORTED or target.year is None or target.year not in view.reported:
        return ""
    if target.year < view.today.year:
        return f"{_name(target)}全年总结未提及"
    since = target.evidence_date or datetime.date(target.year, 1, 1)
    silent = (view.today - since).days > view.settings.unreported_days
    return f"{_name(target)}自{_day(since)}起超过{view.settings.unreported_days}天未见进展" if silent else ""


def _due_soon(target: Seen, view: View) -> str:
    if target.due is None or target.status == Status.MET:
        return ""
    left = target.due - view.today
    return f"{_name(target)}完成时限{_day(target.due)}将到" if datetime.timedelta(0) <= left <= DUE_SOON else ""


RULES: dict[str, Callable[[Seen, View], str]] = {
    Flag.Rule.LIMIT.value: _limit, Flag.Rule.LAGGING.value: _lagging, Flag.Rule.LIMIT_NEAR.value: _limit_near,
    Flag.Rule.CONTRADICTION.value: _contradiction, Flag.Rule.UNREPORTED.value: _unreported, Flag.Rule.DUE_SOON.value: _due_soon,
}


def overdue_report(view: View, promised: frozenset[int]) -> tuple[str, str] | None:
    """(period, text) where the last finished month, quarter or half-year has no report after the days of the office.

    `promised` are the years in which the office has targets: who promised nothing owes nothing.
    """
    settings = view.settings
    if settings.report_cycle == ReportCycle.NONE:
        return None
    end = period_end(view.today, MONTHS_OF[settings.report_cycle])
    late = (view.today - end).days > settings.overdue_days
    covered = view.cutoff is not None and (view.cutoff.year, view.cutoff.month) >= (end.year, end.month)
    if not late or covered or end.year not in promised:
        return None
    period, name = _period_of(end, settings.report_cycle)
    return period, f"{name}结束已超过{settings.overdue_days}天,尚未收到截至{end.month}月的总结"


MONTHS_OF = {ReportCycle.MONTH.value: 1, ReportCycle.QUARTER.value: 3, ReportCycle.HALF.value: 6}


def period_end(today: datetime.date, months: int) -> datetime.date:
    """The last day of the period of so many months that ended before today."""
    month = (today.month - 1) // months * months
    year, month = (today.year, month) if month else (today.year - 1, 12)
    return datetime.date(year, month, monthrange(year, month)[1])


def _period_of(end: datetime.date, cycle: str) -> tuple[str, str]:
    if cycle == ReportCycle.MONTH:
        return f"{end:%Y-%m}", f"{end.year}年{end.month}月"
    if cycle == ReportCycle.QUARTER:
        return f"{end.year}Q{end.month // 3}", f"{end.year}年第{end.month // 3}季度"
    return f"{end.year}H{end.month // 6}", f"{end.year}年{'上' if end.month == 6 else '下'}半年"


def _day(date: datetime.date) -> str:
    return f"{date.year}年{date.month}月{date.day}日"


def _name(target: Seen) -> str:
    return f"{target.indicator}(目标{target.target_text}):"


def _reached(target: Seen) -> str:
    return f"完成{target.actual_text}" if target.actual_text else "未见完成数"
