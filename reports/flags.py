"""Opens, closes, reopens and escalates flags, from stored rows alone. Leaves `told_at` empty: telling is the business of notices.

Verdicts know only the cut-off; the date of today serves three rules: unreported for long, due soon, report overdue.
"""

import datetime
import logging
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from documents.models import Document, Kind
from engine.quantities import counts_pieces
from offices.models import Office, OfficeSettings
from reports.models import Flag, Outcome
from targets.models import BAD, Measure, Status, Target, as_written, decimal_text

logger = logging.getLogger(__name__)

DUE_SOON = datetime.timedelta(days=30)
STEPS = (Flag.Step.REMINDER, Flag.Step.SUPERVISE, Flag.Step.LEADER)


@dataclass(slots=True)
class Counts:
    """What a check did to the flags of an office; `errors` are the public ids of targets that could not be looked at."""

    opened: int = 0
    closed: int = 0
    escalated: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class View:
    """What the rules may look at besides the target itself."""

    today: datetime.date
    settings: OfficeSettings
    codes: Mapping[int, frozenset[str]]
    """Codes of the notes of each target."""
    reported: frozenset[int]
    """Years for which the office has a report at all: without one it is the report that is missing, not sixty targets."""


Subject = tuple[int | None, str, str]
"""Target (None for the office), rule and period: what a flag is unique on, beside its office."""


def check_office(office: Office, *, now: datetime.datetime) -> Counts:
    """Brings the flags of an office to what its stored rows say at `now`. Running it twice changes nothing more."""
    counts = Counts()
    wanted = _wanted(office, now, counts)
    stored = {(row.target_id, row.rule, row.period): row for row in Flag.objects.filter(office=office).select_related("target")}
    for subject, text in wanted.items():
        counts.opened += _open(office, subject, text, stored.get(subject), now)
    for subject, flag in stored.items():
        if subject not in wanted and not _unseen(flag, counts):
            counts.closed += _close(flag, now)
        elif subject in wanted:
            counts.escalated += _escalate(flag, OfficeSettings.of(office).escalate_days, now)
    return counts


def _unseen(flag: Flag, counts: Counts) -> bool:
    """A target that could not be looked at keeps its flags as they are."""
    return flag.target is not None and str(flag.target.public_id) in counts.errors


def _wanted(office: Office, now: datetime.datetime, counts: Counts) -> dict[Subject, str]:
    """Every flag that should stand now, with its text."""
    view = _view(office, timezone.localdate(now))
    wanted: dict[Subject, str] = {}
    for target in Target.objects.standing().filter(office=office, judged_at__isnull=False).order_by("pk"):
        try:
            wanted.update({(target.pk, rule, str(target.year)): text for rule, text in reasons(target, view)})
        except Exception:
            logger.exception("the flags of target %s could not be checked", target.public_id)
            counts.errors.append(str(target.public_id))
    wanted.update({(None, Flag.Rule.REPORT_OVERDUE, period): text for period, text in overdue_reports(office, view)})
    return wanted


def _view(office: Office, today: datetime.date) -> View:
    rows = Outcome.objects.filter(target__office=office).exclude(notes=[]).values_list("target", "notes")
    codes = {target: frozenset(note["code"] for note in notes) for target, notes in rows}
    years = reports_of(office).values_list("year", flat=True).distinct()
    return View(today=today, settings=OfficeSettings.of(office), codes=codes, reported=frozenset(year for year in years if year))


def reports_of(office: Office) -> QuerySet[Document]:
    """The documents of an office that report."""
    return Document.objects.filter(office=office, kind__in=(Kind.REPORT, Kind.BOTH), reading__isnull=False).order_by("pk")


def reasons(target: Target, view: View) -> Iterator[tuple[str, str]]:
    """The rules that a target breaks, each with the sentence a person reads."""
    for rule, test in RULES.items():
        text = test(target, view)
        if text:
            yield rule, text[:500]


def _limit(target: Target, _: View) -> str:
    if not target.is_limit or target.status not in BAD:
        return ""
    over = target.actual - target.value if target.actual is not None and target.value else None
    beyond = f"{decimal_text(as_written(over, None))}{target.unit}" if over else ""
    return f"{target.indicator}为{target.actual_text or '—'},超出控制目标({target.target_text}){beyond}"


def _lagging(target: Target, _: View) -> str:
    """A 奋斗目标 is an ambition: falling short of it is shown, but nobody is warned."""
    if target.is_limit or target.stretch or target.status not in BAD:
        return ""
    return _rate_behind(target) if target.gap is not None else _amount_behind(target)


def _rate_behind(target: Target) -> str:
    """“下降1.8%,低于目标(增长6%以上)7.8个百分点”; of a fall: “下降2.9%,降幅比目标少0.3个百分点”."""
    short = decimal_text(abs(target.difference or Decimal(0)))
    if target.value is not None and target.value < 0 and (target.actual or 0) < 0:
        return f"{target.indicator}{_moved(target)},降幅比目标({target.target_text})少{short}个百分点"
    return f"{target.indicator}{_moved(target)},低于目标({target.target_text}){short}个百分点"


def _moved(target: Target) -> str:
    if target.actual is None or target.measure not in (Measure.GROWTH, Measure.CHANGE):
        return target.actual_text
    return f"{'下降' if target.actual < 0 else '增长'}{decimal_text(as_written(abs(target.actual), None))}{target.unit}"


def _amount_behind(target: Target) -> str:
    """“完成3.73亿元,完成年度目标(7亿元)的53.3%,低于序时进度21.7个百分点”; past the end of its time only what is missing."""
    share = f"年度目标({target.target_text})" + (f"的{target.percent}%" if target.percent is not None else "")
    done = f"完成{target.actual_text},完成{share}" if target.actual_text else f"{share}未见完成"
    behind = f",低于序时进度{-target.behind}个百分点" if target.behind is not None and target.behind < 0 else f",{target.word}"
    return f"{target.indicator}{done}{behind}"


def _limit_near(target: Target, _: View) -> str:
    """控制数 used up faster than the year passes."""
    used, share = used_up(target), elapsed(target)
    if used is None or share is None or target.status != Status.ON_TRACK or used <= share:
        return ""
    return f"{_name(target)}{_reached(target)},已占控制数{used:.1f}%,同期序时进度{share:.1f}%"


def used_up(target: Target) -> Decimal | None:
    """The share of a counted limit that is used, in %; None for everything else."""
    counted = target.is_limit and target.measure == Measure.AMOUNT and counts_pieces(target.unit)
    if not counted or target.actual is None or not target.value:
        return None
    return target.actual / target.value * 100


def elapsed(target: Target) -> Decimal | None:
    """序时 of the judged figure in %: as stored, or by twelfths of its last month."""
    if target.expected is not None:
        return target.expected
    return Decimal(target.evidence_date.month) / 12 * 100 if target.evidence_date else None


def _contradiction(target: Target, view: View) -> str:
    return f"{_name(target)}总结自报完成率与计划数、完成数不符" if "contradiction" in view.codes.get(target.pk, ()) else ""


def _unreported(target: Target, view: View) -> str:
    """Silent for longer than the office allows, counted from the last figure, else from the start of the year."""
    if target.status != Status.UNREPORTED or target.year is None or target.year not in view.reported:
        return ""
    if target.year < view.today.year:
        return f"{_name(target)}全年总结未提及"
    since = target.evidence_date or datetime.date(target.year, 1, 1)
    days = (view.today - since).days
    return f"{_name(target)}已{days}天未见进展" if days > view.settings.unreported_days else ""


def _due_soon(target: Target, view: View) -> str:
    if target.due is None or target.status == Status.MET:
        return ""
    left = target.due - view.today
    return f"{_name(target)}距完成时限还有{left.days}天" if datetime.timedelta(0) <= left <= DUE_SOON else ""


RULES: dict[str, Callable[[Target, View], str]] = {
    Flag.Rule.LIMIT.value: _limit, Flag.Rule.LAGGING.value: _lagging, Flag.Rule.LIMIT_NEAR.value: _limit_near,
    Flag.Rule.CONTRADICTION.value: _contradiction, Flag.Rule.UNREPORTED.value: _unreported, Flag.Rule.DUE_SOON.value: _due_soon,
}


def overdue_reports(office: Office, view: View) -> Iterator[tuple[str, str]]:
    """The last finished quarter, where its report is missing longer than the office allows: (period, text)."""
    end = quarter_end(view.today)
    promised = Target.objects.standing().filter(office=office, year=end.year).exists()
    if not promised or (view.today - end).days <= view.settings.unreported_days:
        return
    covered = reports_of(office).filter(cutoff__gte=end.replace(day=1)).exists()
    if not covered:
        quarter = (end.month + 2) // 3
        yield f"{end.year}Q{quarter}", f"{end.year}年第{quarter}季度结束已{(view.today - end).days}天,尚未收到截至{end.month}月的总结"


def quarter_end(today: datetime.date) -> datetime.date:
    """The last day of the quarter that ended before today."""
    month = (today.month - 1) // 3 * 3
    year, month = (today.year, month) if month else (today.year - 1, 12)
    return datetime.date(year, month, monthrange(year, month)[1])


def _name(target: Target) -> str:
    return f"{target.indicator}(目标{target.target_text}):"


def _reached(target: Target) -> str:
    return f"完成{target.actual_text}" if target.actual_text else "未见完成数"


def _open(office: Office, subject: Subject, text: str, flag: Flag | None, now: datetime.datetime) -> bool:
    """Opens or reopens; True where this call was the first. Two checks at once: the unique constraint decides."""
    if flag is None:
        return _create(office, subject, text, now)
    if flag.state != Flag.State.CLOSED:
        if flag.text != text:
            Flag.objects.filter(pk=flag.pk).update(text=text, updated_at=now)
        return False
    return bool(Flag.objects.filter(pk=flag.pk, state=Flag.State.CLOSED).update(
        state=Flag.State.OPEN, step=Flag.Step.REMINDER, opened_at=now, step_at=now, closed_at=None, told_at=None,
        times=F("times") + 1, text=text, version=F("version") + 1, updated_at=now,
    ))


def _create(office: Office, subject: Subject, text: str, now: datetime.datetime) -> bool:
    target, rule, period = subject
    try:
        with transaction.atomic():
            Flag.objects.create(office=office, target_id=target, rule=rule, period=period, text=text, opened_at=now, step_at=now)
    except IntegrityError:
        return False
    return True


def _close(flag: Flag, now: datetime.datetime) -> bool:
    standing = Flag.objects.standing().filter(pk=flag.pk)
    return bool(standing.update(state=Flag.State.CLOSED, closed_at=now, version=F("version") + 1, updated_at=now))


def _escalate(flag: Flag, days: int, now: datetime.datetime) -> bool:
    """One step up, and only when the present one ran out. An answer stops the clock: somebody is at work on it."""
    place = STEPS.index(Flag.Step(flag.step))
    ran_out = now - flag.step_at >= datetime.timedelta(days=days)
    if flag.state in (Flag.State.CLOSED, Flag.State.ANSWERED) or not ran_out or place + 1 == len(STEPS):
        return False
    # The step and its start are asked for again: of two checks only one moves it.
    same = Flag.objects.standing().filter(pk=flag.pk, step=flag.step, step_at=flag.step_at)
    return bool(same.update(step=STEPS[place + 1], step_at=now, state=Flag.State.OPEN, told_at=None,
                            version=F("version") + 1, updated_at=now))
