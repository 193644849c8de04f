"""What the schedule starts."""

from celery import shared_task
from django.utils import timezone

from documents import leftovers
from documents.pipeline import resend_due
from notices.deliveries import send_due
from notices.messages import tell
from offices import chain
from reports.tasks import sweep_checks
from tracker import health


@shared_task(name="tracker.sweep")
def sweep() -> int:
    """Send again what is due: documents and checks whose lease ran out or whose message was lost; tell departments of new flags.

    Entries of the audit trail that a killed process left unlinked are linked. Returns how many tasks and messages were sent.
    """
    now = timezone.now()
    health.beat(now)
    chain.seal_left()
    checks: int = sweep_checks()
    return resend_due(now) + checks + tell(now) + send_due(now)


@shared_task(name="tracker.set_aside")
def set_aside() -> int:
    """Move files that no row knows out of the way. Returns how many."""
    return leftovers.set_aside(timezone.now())
