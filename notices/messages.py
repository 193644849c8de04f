"""One message for each department and period, for flags that nobody was told of yet."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from notices.models import Message
from offices.models import Department, Office
from reports.models import Check, Flag

Recipient = tuple[int, int | None]
"""Office and department; no department is the office itself, which hears of what is unassigned and of missing reports."""


def tell(now: datetime.datetime) -> int:
    """Sends what is due at `now` and returns the number of messages. A department that was told today waits for tomorrow."""
    period = timezone.localdate(now).isoformat()
    told = set(Message.objects.filter(period=period, user__isnull=True).values_list("office_id", "department_id"))
    groups: dict[Recipient, list[Flag]] = defaultdict(list)
    for flag in _due():
        groups[recipient_of(flag)].append(flag)
    return sum(_send(recipient, flags, period, now) for recipient, flags in groups.items() if recipient not in told)


def _due() -> QuerySet[Flag]:
    """Untold flags, save those of an office that is being checked: half of what it finds would wait for another day."""
    under_way = Check.objects.filter(state=Check.State.RUNNING).values("office")
    rows = Flag.objects.untold().exclude(office__in=under_way)
    return rows.select_related("target", "office", "target__lead").urgent_first()


def recipient_of(flag: Flag) -> Recipient:
    """The leading department of the target; flags at the step 领导 and those without a department go to the office."""
    department = flag.target.lead_id if flag.target and flag.step != Flag.Step.LEADER else None
    return flag.office_id, department


def _send(recipient: Recipient, flags: list[Flag], period: str, now: datetime.datetime) -> bool:
    """One message and the mark on its flags, together or not at all; of two senders the unique constraint lets one through."""
    office_id, department_id = recipient
    try:
        with transaction.atomic():
            message = Message.objects.create(
                office_id=office_id, department_id=department_id, period=period, title=_title(recipient, flags),
                text=text_of(flags), link=reverse("reports:flags"),
            )
            message.flags.set(flags)
            Flag.objects.filter(pk__in=[flag.pk for flag in flags]).update(told_at=now)
    except IntegrityError:
        return False
    return True


def _title(recipient: Recipient, flags: list[Flag]) -> str:
    office_id, department_id = recipient
    who = Department.objects.get(pk=department_id).name if department_id else Office.objects.get(pk=office_id).name
    return f"{who}:{len(flags)}条预警"[:200]


def text_of(flags: Iterable[Flag]) -> str:
    """One line for each flag: its step, its rule and what happened."""
    return "\n".join(f"{flag.get_step_display()} · {flag.get_rule_display()}:{flag.text}" for flag in flags)
