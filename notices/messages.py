"""One message for each department and period, for flags that nobody was told of yet."""

import datetime
import logging
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from notices import deliveries
from notices.models import Message
from offices.models import Department, Office, TellCycle
from reports.models import Check, Flag

logger = logging.getLogger(__name__)

Recipient = tuple[int, int | None]
"""Office and department; no department is the office itself, which hears of what is unassigned and of missing reports."""

MOST_RECIPIENTS = 500
"""Of one sweep: the next is seconds away."""
MOST_LINES = 200
"""Lines of a message; a unit with more flags reads them in the list."""


def tell(now: datetime.datetime) -> int:
    """Sends what is due at `now` and returns the number of messages. Who was told in this period waits for the next."""
    return sum(_told(recipient, period, now) for recipient, period in _recipients(now))


def _told(recipient: Recipient, period: str, now: datetime.datetime) -> bool:
    """One that cannot be told keeps nobody else from hearing."""
    try:
        return _send(recipient, period, now)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("department %s of office %s could not be told", recipient[1], recipient[0])
        return False


def _recipients(now: datetime.datetime) -> Iterator[tuple[Recipient, str]]:
    """Who is to be told, and the period: the day, or for offices that want it so the week."""
    day = timezone.localdate(now)
    weekly = Q(office__settings__tell_every=TellCycle.WEEK)
    for wanted, period in ((~weekly, day.isoformat()), (weekly, f"{day:%G-W%V}")):
        told = Message.objects.filter(office=OuterRef("office"), period=period, user__isnull=True).annotate(
            to=Coalesce("department_id", 0)).filter(to=OuterRef("to"))
        rows = _due().filter(wanted).exclude(Exists(told)).order_by().values_list("office_id", "to").distinct()
        for office, department in rows[:MOST_RECIPIENTS]:
            yield (office, department or None), period


def _due() -> Any:
    """Untold flags with whom they concern, `to` (0: the office): the leading department of the target; flags at the step 领导 and
    those without a department go to the office. Not those of an office that is being checked: half of what it finds would wait for
    another day.
    """
    under_way = Check.objects.filter(state=Check.State.RUNNING).values("office")
    department = Case(When(step=Flag.Step.LEADER, then=Value(0)), default=Coalesce(F("target__lead_id"), 0), output_field=IntegerField())
    return Flag.objects.untold().exclude(office__in=under_way).annotate(to=department)


def _send(recipient: Recipient, period: str, now: datetime.datetime) -> bool:
    """One message, its way to receivers and the mark on its flags, together or not at all; of two senders the unique constraint lets one
    through.
    """
    office, department = recipient
    flags = list(_due().filter(office=office, to=department or 0).select_related("target", "office").urgent_first())
    if not flags:
        return False
    try:
        with transaction.atomic():
            message = Message.objects.create(
                office_id=office, department_id=department, period=period, title=_title(recipient, len(flags)), text=text_of(flags),
                link=reverse("reports:flags"),
            )
            message.flags.set(flags)
            Flag.objects.filter(pk__in=[flag.pk for flag in flags]).update(told_at=now)
            deliveries.put_out(message, now=now)
    except IntegrityError:
        return False
    return True


def _title(recipient: Recipient, number: int) -> str:
    office, department = recipient
    who = Department.objects.get(pk=department).name if department else Office.objects.get(pk=office).name
    return f"{who}:{number}条预警"[:200]


def text_of(flags: Iterable[Flag]) -> str:
    """One line for each flag: its step, its rule and what happened."""
    rows = [f"{flag.get_step_display()} · {flag.get_rule_display()}:{flag.text}" for flag in flags]
    left = len(rows) - MOST_LINES
    return "\n".join([*rows[:MOST_LINES], *([f"另有{left}条,见预警页"] if left > 0 else [])])
