"""定时检查: when one is due, and the runs themselves. Rows are the truth: a run that died is taken up again when its lease ran out."""

import datetime
import logging
import uuid
from calendar import monthrange
from collections.abc import Iterator, Sequence

import chinese_calendar
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from offices.models import CheckDays, Office, OfficeSettings, User
from reports import judging, matching
from reports.models import Check
from reports.rewriting import rewrite
from targets.models import Target

logger = logging.getLogger(__name__)

WORN_OUT = "多次执行都没有完成:执行它的进程每次都中断了,请联系管理员查看日志"
BACK_OFF = datetime.timedelta(seconds=30)
KEPT = datetime.timedelta(days=180)
"""How long runs are shown."""
MOST_SCHEDULED = 5_000
BATCH_TARGETS, BATCH_OFFICES = 2_000, 100
"""What one task message covers at most; a larger office is a batch of its own."""


# — when —

def is_workday(day: datetime.date) -> bool:
    """A working day by the national calendar; for years it does not know yet, Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def is_check_day(settings: OfficeSettings, day: datetime.date) -> bool:
    if settings.check_days == CheckDays.WORKDAYS:
        return is_workday(day)
    if settings.check_days == CheckDays.WEEKDAYS:
        return str(day.isoweekday()) in settings.weekdays
    if settings.check_days == CheckDays.MONTHLY:
        return day.day == min(settings.month_day, monthrange(day.year, day.month)[1])
    return True


def next_time(settings: OfficeSettings, now: datetime.datetime) -> datetime.datetime:
    """When the next scheduled check of an office begins, after `now`."""
    day = timezone.localdate(now)
    for ahead in range(63):
        when = datetime.datetime.combine(day + datetime.timedelta(ahead), settings.check_time, timezone.get_current_timezone())
        if when > now and is_check_day(settings, when.date()):
            return when
    raise ValueError("no check day within two months")


def schedule(now: datetime.datetime) -> list[Check]:
    """Makes the check of each office whose time has come, and notes its next time.

    One that was missed while the machine was off is made up for once: the next time is reckoned from now. The first comes as soon as
    an office has targets. The slot is unique, so a second sweep at the same moment makes none.
    """
    planned = Exists(Target.objects.standing().filter(office=OuterRef("office")))
    _make_settings()
    due = Q(next_check_at__lte=now) | Q(next_check_at__isnull=True)
    found = list(OfficeSettings.objects.filter(due, planned).order_by("pk")[:MOST_SCHEDULED])
    slots = {each.office_id: _slot(each.next_check_at) for each in found}
    with transaction.atomic():
        Check.objects.bulk_create([Check(office_id=office, slot=slot) for office, slot in slots.items()], batch_size=500,
                                  ignore_conflicts=True)
        rewrite(OfficeSettings, ("next_check_at",), [(each.pk, next_time(each, now)) for each in found])
    made = Check.objects.filter(office__in=slots, state=Check.State.WAITING, attempts=0, not_before__isnull=True)
    return [check for check in made if check.slot == slots[check.office_id]]


def _make_settings() -> None:
    """The settings of offices that were never looked at since they have targets."""
    planned = Exists(Target.objects.standing().filter(office=OuterRef("pk")))
    bare = Office.objects.filter(planned, settings__isnull=True).order_by("pk")[:MOST_SCHEDULED]
    OfficeSettings.objects.bulk_create([OfficeSettings(office=office) for office in bare], ignore_conflicts=True)


def _slot(when: datetime.datetime | None) -> str:
    return f"{timezone.localtime(when):%Y-%m-%d %H:%M}" if when else "first"


def ask_for(office: Office, user: User | None) -> Check:
    """A check at once. One that waits or runs already serves this wish too."""
    under_way = Check.objects.unfinished().filter(office=office).first()
    return under_way or Check.objects.create(office=office, slot=f"now-{uuid.uuid4()}", asked_by=user)


def again(check: Check) -> bool:
    """再试: a run that was given up starts afresh."""
    return bool(Check.objects.filter(pk=check.pk, state=Check.State.FAILED).update(
        state=Check.State.WAITING, attempts=0, not_before=None, lease_until=None, finished_at=None, reason="", errors=[]))


# — in which portions —

def batches(checks: Sequence[Check]) -> Iterator[list[int]]:
    """Checks that wait, by id, in portions of about as many targets. One that failed before goes alone, so as to hurt no other."""
    rows = Target.objects.standing().filter(office__in={each.office_id for each in checks}).order_by()
    sizes = dict(rows.values_list("office").annotate(n=Count("pk")))
    batch: list[int] = []
    filled = 0
    for check in checks:
        if check.attempts:
            yield [check.pk]
            continue
        size = sizes.get(check.office_id, 0)
        if batch and (filled + size > BATCH_TARGETS or len(batch) == BATCH_OFFICES):
            yield batch
            batch, filled = [], 0
        batch.append(check.pk)
        filled += size
    if batch:
        yield batch


# — one run —

def run(check_ids: Sequence[int]) -> list[Check]:
    """Judges and flags all open targets of the offices of these checks. Returns those that ran here; others have another worker.

    A bad target is named in `errors`, a bad office fails alone and is tried again later; neither stops the rest.
    """
    claimed = Check.objects.all().claim(check_ids, now=timezone.now())
    stale = _stale_years(claimed)
    ready = [check for check in claimed if _matched(check, stale.get(check.office_id, []), claimed)]
    if ready:
        _run(ready)
    return claimed


def _stale_years(checks: Sequence[Check]) -> dict[int, list[int | None]]:
    """The years of each office in which a target is new, corrected or newly decided."""
    rows = Target.objects.stale().filter(office__in=[check.office_id for check in checks]).order_by("office", "year")
    found: dict[int, list[int | None]] = {}
    for office, year in rows.values_list("office", "year").distinct():
        found.setdefault(office, []).append(year)
    return found


def _matched(check: Check, years: Sequence[int | None], claimed: Sequence[Check]) -> bool:
    """Has what is new or corrected since the last matching matched first; what cannot be says so on the check."""
    try:
        for year in years:
            check.errors += matching.match_office_year(check.office, year).errors
            # Those that come after it wait meanwhile, and are ours as well.
            _keep(claimed)
    except Exception as error:
        logger.exception("office %s could not be matched", check.office_id)
        _give_up(check, error)
        return False
    return True


def _run(checks: Sequence[Check]) -> None:
    try:
        _check(checks)
    except Exception as error:
        if len(checks) == 1:
            logger.exception("office %s could not be checked", checks[0].office_id)
            _give_up(checks[0], error)
            return
        logger.warning("a batch of %d offices failed, each is checked alone: %s", len(checks), error)
        for check in checks:
            _run([check])


def _check(checks: Sequence[Check]) -> None:
    offices = {check.office_id: check for check in checks}
    # Large offices alone show how far they are.
    total = Target.objects.standing().filter(office__in=offices).count() if len(checks) == 1 else 0

    def progress(tally: judging.Tally) -> None:
        _keep(checks, 99 * tally.judged.total() // total if total else 0)

    tally = judging.check(list(offices), now=timezone.now(), progress=progress)
    _finish(checks, tally)


def _keep(checks: Sequence[Check], progress: int = 0) -> None:
    """Renews the leases and stores how far it is."""
    ours = Check.objects.filter(pk__in=[check.pk for check in checks], owner=checks[0].owner)
    ours.update(lease_until=timezone.now() + Check.LEASE, progress=min(progress, 99))


def _finish(checks: Sequence[Check], tally: judging.Tally) -> None:
    now = timezone.now()
    for check in checks:
        office = check.office_id
        check.state, check.finished_at, check.progress = Check.State.DONE, now, 100
        check.judged = tally.judged[office]
        check.opened, check.escalated, check.closed = (each[office] for each in (
            tally.flagged.opened, tally.flagged.escalated, tally.flagged.closed))
        check.errors = sorted({*check.errors, *tally.errors.get(office, ())})
    columns = ("state", "finished_at", "progress", "judged", "opened", "escalated", "closed", "errors", "updated_at")
    rewrite(Check, columns, [
        (check.pk, *(getattr(check, name) for name in columns[:-1]), now, check.owner) for check in checks
    ], guards=("owner",))


def _give_up(check: Check, error: Exception) -> None:
    """Back into the queue, each time for longer; after the last attempt for a person to look at."""
    ours = Check.objects.filter(pk=check.pk, owner=check.owner)
    reason = f"{type(error).__name__}: {error}"[:300]
    now = timezone.now()
    if check.attempts >= Check.ATTEMPTS:
        ours.update(state=Check.State.FAILED, lease_until=None, finished_at=now, reason=reason)
        return
    wait = BACK_OFF * 4 ** (check.attempts - 1)
    ours.update(state=Check.State.WAITING, lease_until=None, not_before=now + wait, reason=reason)


def bury(now: datetime.datetime) -> int:
    """Runs whose workers died every time are marked as failed, so that they do not come back for ever; old ones are let go."""
    Check.objects.filter(pk__in=Check.objects.filter(finished_at__lt=now - KEPT).order_by("finished_at").values("pk")[:1000]).delete()
    dead = Check.objects.due(now).filter(attempts__gte=Check.ATTEMPTS)
    return dead.update(state=Check.State.FAILED, finished_at=now, reason=WORN_OUT)
