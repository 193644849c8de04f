"""The four questions every leader asks of a target: 同比, 缺口, 月均需完成, 较上期."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from reports.models import Match, Outcome
from targets.models import Measure, Status, Target, as_written, decimal_text, signed

REACHED = (Status.MET, Status.ON_TRACK)


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and what the rows say to it; “—” where they can't tell."""

    question: str
    text: str


def answers(target: Target, base: list[Match], outcome: Outcome | None) -> list[Answer]:
    """All four, in the order in which they are asked."""
    return [
        Answer("去年同期", _last_year(base)), Answer("缺口", missing_text(target)), Answer("月均需完成", _monthly(target)),
        Answer("较上期", _against_previous(target, outcome.previous if outcome else None)),
    ]


def _last_year(base: list[Match]) -> str:
    said = [f"{_year(match)}{match.result.figure}" for match in base]
    return ";".join(said[:2]) or "—"


def _year(match: Match) -> str:
    result = match.result
    months = f"{result.months[0]}-{result.months[1]}月" if result.months else ""
    return f"{result.year}年{months}:" if result.year else ""


def missing_text(target: Target) -> str:
    """What is still to do; for a limit, what may still be used."""
    left = missing(target)
    if left is None:
        return "—"
    said = decimal_text(as_written(abs(left), None))
    if target.is_limit:
        return f"还可控制{said}{target.unit}" if left >= 0 else f"已超{said}{target.unit}"
    return f"还差{said}{target.unit}" if left > 0 else "无"


def missing(target: Target) -> Decimal | None:
    """Target minus actual, in the target's unit; only for amounts, where it can be added up."""
    if target.measure != Measure.AMOUNT or target.value is None or target.actual is None:
        return None
    return target.value - target.actual


def _monthly(target: Target) -> str:
    """What each month left has to bring, beside what each month so far brought."""
    left, date = missing(target), target.evidence_date
    if left is None or date is None or target.is_limit or left <= 0:
        return "—"
    last = target.due.month if target.due and target.due.year == date.year else 12
    months = last - date.month
    if months <= 0 or date.year != target.year or target.actual is None:
        return "—"
    return f"{_rounded(left / months)}{target.unit}(前{date.month}个月月均{_rounded(target.actual / date.month)}{target.unit})"


def _rounded(value: Decimal) -> str:
    places = Decimal("0.01") if abs(value) < 10 else Decimal("0.1")
    return decimal_text(as_written(value.quantize(places, ROUND_HALF_UP), None))


def _against_previous(target: Target, previous: dict[str, Any] | None) -> str:
    """The step since the report before, and whether the target fell behind or caught up."""
    if not previous:
        return "—"
    number = "percent" if target.percent is not None else "gap"
    now, then = getattr(target, number), previous.get(number)
    step = f"{signed(as_written(now - Decimal(then), None))}个百分点" if now is not None and then is not None else ""
    return ",".join(part for part in (step, _turn(target.status, previous["status"])) if part) or "持平"


def _turn(now: str, then: str) -> str:
    if now in REACHED and then not in REACHED:
        return "已追上"
    if now in (Status.LAGGING, Status.MISSED) and then in REACHED:
        return "新增欠进度"
    return ""
