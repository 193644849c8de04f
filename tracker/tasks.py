"""What the schedule starts."""

import datetime
import logging
from collections.abc import Callable

from celery import shared_task
from django.db import DatabaseError
from django.utils import timezone

from documents import leftovers
from documents.pipeline import resend_due
from notices.deliveries import send_due
from notices.messages import tell
from offices import chain
from reports.tasks import sweep_checks
from tracker import health

logger = logging.getLogger(__name__)


@shared_task(name="tracker.sweep")
def sweep() -> int:
    """Send again what is due: documents and checks whose lease ran out or whose message was lost; tell departments of new flags.

    Entries of the audit trail that a killed process left unlinked are linked. Returns how many tasks and messages were sent.
    """
    now = timezone.now()
    health.beat(now)
    chain.seal_left()
    return sum(_done(step, now) for step in (lambda _: sweep_checks(), resend_due, tell, send_due))


def _done(step: Callable[[datetime.datetime], int], now: datetime.datetime) -> int:
    """One step of the sweep; where it fails, the others are done all the same."""
    try:
        return step(now)
    except DatabaseError:
        # Gone for all of them, and for the log of each.
        raise
    except Exception:
        logger.exception("a step of the sweep failed")
        return 0


@shared_task(name="tracker.set_aside")
def set_aside() -> int:
    """Move files that no row knows out of the way. Returns how many."""
    return leftovers.set_aside(timezone.now())
