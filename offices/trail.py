"""What an auditor may read of the trail, and how long it is kept."""

import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import QuerySet

from offices import audit, chain
from offices.models import AuditChain, AuditEntry, Role
from offices.permissions import AUDITORS, Person, offices_of, sees_all


def visible_to(user: Person) -> QuerySet[AuditEntry]:
    """The entries of the offices that the person audits. What belongs to no office (a sign-in under a name that nobody has) is seen by
    who audits the whole tree.
    """
    if sees_all(user, Role.AUDITOR):
        return AuditEntry.objects.all()
    return AuditEntry.objects.filter(office__in=offices_of(user, *AUDITORS))


def prune(now: datetime.datetime) -> int:
    """Drop what is older than the trail is kept, chain by chain; returns how many entries. Each time is an entry of its own."""
    before = now - datetime.timedelta(days=settings.TRAIL_DAYS)
    return sum(_prune_one(end.office_id, before) for end in AuditChain.objects.order_by("pk"))


@transaction.atomic
def _prune_one(office: int | None, before: datetime.datetime) -> int:
    end = chain.lock(office)
    linked = AuditEntry.objects.filter(office=office, place__gt=end.pruned)
    young = linked.filter(at__gte=before).aggregate(first=models.Min("place"))["first"]
    last = linked.filter(place__lt=young or end.length + 1).order_by("-place").first()
    if last is None or last.place is None:
        return 0
    end.pruned, end.anchor = last.place, last.digest
    end.save(update_fields=["pruned", "anchor"])
    # The manager of the trail deletes nothing; the trigger of the database lets go only of what the chain calls pruned.
    count, _ = models.QuerySet(AuditEntry).filter(office=office, place__lte=last.place).delete()
    audit.record("trail.prune", office=last.office, after={"count": count, "until": last.at, "place": last.place, "anchor": last.digest})
    return count
