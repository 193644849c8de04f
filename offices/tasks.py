from celery import shared_task
from django.utils import timezone

from offices import trail


@shared_task(name="offices.prune_trail")
def prune_trail() -> int:
    """Drops audit entries that are older than they are kept; each time is an entry itself. Returns how many."""
    return trail.prune(timezone.now())
