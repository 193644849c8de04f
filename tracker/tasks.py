"""The one short entry of the schedule."""

from celery import shared_task
from django.utils import timezone

from documents.pipeline import resend_due
from reports.tasks import sweep_checks


@shared_task(name="tracker.sweep")
def sweep() -> int:
    """Send again what is due: documents and checks whose lease ran out or whose message was lost. How many were sent."""
    checks: int = sweep_checks()
    return resend_due(timezone.now()) + checks
