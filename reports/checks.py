"""定时检查: when one is due, and one run over an office. Rows are the truth: a run that died is taken up again when its lease ran out."""

import datetime
import logging
import uuid

import chinese_calendar
from django.db import IntegrityError, transaction
from django.utils import timezone

from offices.models import CheckDays, Office, OfficeSettings, User
from reports import flags, matching
from reports.models import Check
from targets.models import Target

logger = logging.getLogger(__name__)
WORN_OUT = "多次执行均未完成,请联系管理员查看日志"


def is_workday(day: datetime.date) -> bool:
    """A working day by the national calendar; for years it does not know yet, Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def is_check_day(settings: OfficeSettings, day: datetime.date) -> bool:
    if settings.check_days == CheckDays.EVERY:
        return True
    return is_workday(day) if settings.check_days == CheckDays.WORKDAYS else day.weekday() < 5


def next_time(settings: OfficeSettings, now: datetime.datetime) -> datetime.datetime:
    """When the next scheduled check of an office begins, after `now`."""
    day = timezone.localdate(now)
    for ahead in range(60):
        when = datetime.datetime.combine(day + datetime.timedelta(ahead), settings.check_time, timezone.get_current_timezone())
        if when > now and is_check_day(settings, when.date()):
            return when
    raise ValueError("no check day within 60 days")


def schedule(now: datetime.datetime) -> list[Check]:
    """Makes today's check of each office whose time has come. The slot is unique, so a second sweep makes none."""
    day = timezone.localdate(now)
    planned = Target.objects.standing().values("office")
    done = Check.objects.filter(slot=day.isoformat()).values("office")
    offices = Office.objects.filter(pk__in=planned).exclude(pk__in=done).order_by("pk")
    due = [office for office in offices if _time_has_come(OfficeSettings.of(office), now)]
    return [check for office in due if (check := _make(office, day.isoformat(), None)) is not None]


def _time_has_come(settings: OfficeSettings, now: datetime.datetime) -> bool:
    local = timezone.localtime(now)
    return local.time() >= settings.check_time and is_check_day(settings, local.date())


def _make(office: Office, slot: str, user: User | None) -> Check | None:
    try:
        with transaction.atomic():
            return Check.objects.create(office=office, slot=slot, asked_by=user)
    except IntegrityError:
        return None


def ask_for(office: Office, user: User | None) -> Check:
    """A check at once. One that waits or runs already serves this wish too."""
    under_way = Check.objects.filter(office=office, state__in=(Check.State.WAITING, Check.State.RUNNING)).first()
    return under_way or Check.objects.create(office=office, slot=f"now-{uuid.uuid4()}", asked_by=user)


def run(check_id: int) -> Check | None:
    """Judges and flags all standing targets of the check's office; None where another worker has it.

    One bad target does not stop it: it is named in `errors`. An error of the whole run frees the row for another try.
    """
    if not Check.objects.claim(check_id, now=timezone.now()):
        return None
    check = Check.objects.select_related("office").get(pk=check_id)
    try:
        _work(check)
    except Exception:
        _give_up(check)
        raise
    return check


def _work(check: Check) -> None:
    years = matching.years_of(check.office)
    tally = matching.Tally()
    for place, year in enumerate(years, start=1):
        tally.add(matching.match_office_year(check.office, year))
        _keep(check, progress=90 * place // len(years))
    counts = flags.check_office(check.office, now=timezone.now())
    _keep(check, state=Check.State.DONE, finished_at=timezone.now(), progress=100, judged=tally.judged, opened=counts.opened,
          closed=counts.closed, errors=sorted({*tally.errors, *counts.errors}))


def _keep(check: Check, **changes: object) -> None:
    """Stores how far it is and renews the lease."""
    changes["lease_until"] = timezone.now() + Check.LEASE
    for name, value in changes.items():
        setattr(check, name, value)
    check.save(update_fields=[*changes, "updated_at"])


def _give_up(check: Check) -> None:
    worn_out = check.attempts >= Check.ATTEMPTS
    state = Check.State.FAILED if worn_out else Check.State.WAITING
    Check.objects.filter(pk=check.pk).update(
        state=state, lease_until=None, finished_at=timezone.now() if worn_out else None, errors=[WORN_OUT] if worn_out else [],
    )


def bury(now: datetime.datetime) -> int:
    """Runs whose workers died every time are marked as failed, so that they do not come back for ever."""
    dead = Check.objects.due(now).filter(attempts__gte=Check.ATTEMPTS)
    return dead.update(state=Check.State.FAILED, finished_at=now, errors=[WORN_OUT])
