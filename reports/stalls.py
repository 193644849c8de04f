"""Targets that wait to be judged, and what is done where that fails: tried again each time later, in the end left to a person."""

import datetime
import logging

from django.db.models import Q
from django.utils import timezone

from documents.models import State
from offices.models import Office, OfficeSettings
from reports.matching import match_office_year
from reports.models import Stall
from targets.models import Target

logger = logging.getLogger(__name__)

BACK_OFF = datetime.timedelta(seconds=30)
MOST = 200
"""Offices of one sweep: the next is seconds away."""


def mark_for_matching() -> int:
    """Offices whose rules of matching changed: all their targets are judged anew. Returns the number of offices."""
    found = list(OfficeSettings.objects.filter(rematch=True).values_list("office", flat=True))
    if found:
        OfficeSettings.objects.filter(office__in=found).update(rematch=False)
        Target.objects.standing().filter(office__in=found).update(judged_at=None)
    return len(found)


def stale_offices(now: datetime.datetime) -> list[int]:
    """Offices with targets to judge again. Those of a document under way are judged at the end of its way; an office where it failed
    waits for its time.
    """
    waits = Stall.objects.filter(Q(retry_at__gt=now) | Q(retry_at__isnull=True)).values("office")
    settled = Target.objects.stale().filter(document__state=State.MATCHED).exclude(office__in=waits)
    return list(settled.order_by("office").values_list("office", flat=True).distinct()[:MOST])


def judge_stale(office_id: int) -> int:
    """Judges the years of an office in which a target is new, corrected or newly decided. Returns the targets judged."""
    office = Office.objects.get(pk=office_id)
    years = Target.objects.stale().filter(office=office).order_by("year").values_list("year", flat=True).distinct()
    try:
        judged = sum(match_office_year(office, year).judged for year in list(years))
    except Exception as error:
        _put_off(office, error)
        raise
    Stall.objects.filter(office=office).delete()
    return judged


def _put_off(office: Office, error: Exception) -> None:
    stall = Stall.objects.filter(office=office).first() or Stall(office=office, attempts=0)
    stall.attempts += 1
    given_up = stall.attempts >= Stall.ATTEMPTS
    stall.retry_at = None if given_up else timezone.now() + BACK_OFF * 4 ** (stall.attempts - 1)
    stall.reason = f"{type(error).__name__}: {error}"[:300]
    stall.save()


def again(stall: Stall) -> None:
    """再试."""
    Stall.objects.filter(pk=stall.pk).update(attempts=0, retry_at=timezone.now())
