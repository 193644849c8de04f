"""The one short entry of the schedule."""

from celery import shared_task
from django.utils import timezone

from documents.pipeline import resend_due
from notices.messages import tell
from reports.tasks import sweep_checks


@shared_task(name="tracker.sweep")
def sweep() -> int:
    """Send again what is due: documents and checks whose lease ran out or whose message was lost; tell departments of new flags.

    Returns how many tasks and messages were sent.
    """
    now = timezone.now()
    checks: int = sweep_checks()
    return resend_due(now) + checks + tell(now)
