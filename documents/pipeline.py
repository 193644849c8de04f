"""A document's way through the steps: who claims it, what follows a state, and what becomes of it when a step fails.

Rows are the truth, messages only hurry. A step claims the state before its own by one conditional UPDATE, works, and moves the row on;
whatever is lost on the way is sent again by `resend_due`.
"""

import datetime
import logging
from collections.abc import Callable

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from documents.models import LEASE, MOST_ATTEMPTS, Document, State
from engine.errors import ReadError

logger = logging.getLogger(__name__)

WORN_OUT = f"连续{MOST_ATTEMPTS}次处理都没有完成,请联系管理员查看日志后再试。"
RETRY_AFTER = datetime.timedelta(seconds=30)
MOST_AT_ONCE = 50
"""How many documents one sweep sends: the next one is seconds away, and each message costs memory in the broker."""


def run_step(document_id: int, *, state: str, to: str, work: Callable[[Document], object]) -> bool:
    """Do the step that leads from `state` to `to`; False where the document is not (or no longer) ours to take on.

    A `ReadError` of `work` is the document's fate and marks it failed; any other error is a bug: the row is freed for another try
    a little later and the error goes on to the log. May run twice without harm.
    """
    document = claimed(document_id, state=state, now=timezone.now())
    if document is None:
        return False
    try:
        work(document)
    except ReadError as error:
        fail(document, str(error))
        return False
    except Exception:
        release(document, now=timezone.now())
        raise
    return advance(document, to)


def claimed(document_id: int, *, state: str, now: datetime.datetime) -> Document | None:
    """The document, held by us for `LEASE`, or None where another worker was first or the state is another."""
    if not Document.objects.claim(document_id, state=state, now=now):
        return None
    # Asking for our own lease keeps out a row that was corrected (and so freed) between the two statements.
    return Document.objects.select_related("office").filter(pk=document_id, lease_until=now + LEASE).first()


def advance(document: Document, to: str) -> bool:
    """Move a claimed document on to state `to` and send what follows; False where it is no longer ours."""
    return _give_back(document, state=to, attempts=0, error="", lease_until=None) and send_next(document)


def fail(document: Document, error: str) -> bool:
    """Mark a claimed document as failed; `error` is a Chinese sentence that says what to do next."""
    return _give_back(document, state=State.FAILED, error=error[:255], lease_until=None)


def release(document: Document, *, now: datetime.datetime) -> bool:
    """Free a claimed document after an error: the sweep takes it up again a little later, unless it is worn out."""
    if document.attempts >= MOST_ATTEMPTS:
        return fail(document, WORN_OUT)
    return _give_back(document, lease_until=now + RETRY_AFTER)


def _give_back(document: Document, **changes: object) -> bool:
    """Write only while the lease is still ours: a correction frees the row, and a late step must not move it on."""
    ours = Document.objects.filter(pk=document.pk, state=document.state, lease_until=document.lease_until)
    if not ours.update(updated_at=timezone.now(), **changes):
        return False
    for name, value in changes.items():
        setattr(document, name, value)
    return True


def send_next(document: Document) -> bool:
    """Send the task that follows the document's state, once the transaction is committed. True, so that it can end a step."""
    task = settings.PIPELINE.get(str(document.state))
    if task:
        transaction.on_commit(lambda: send(task, document.pk))
    return True


def send(task: str, pk: int | list[int], *, expires: float | None = None) -> None:
    """Send a task by name, for the row `pk` or several; at once where tasks run eager. `expires` in seconds.

    A broker that is down costs nothing but time: the sweep comes again.
    """
    if current_app.conf.task_always_eager:
        current_app.tasks[task].apply(args=[pk])
        return
    try:
        current_app.send_task(task, args=[pk], expires=expires)
    except OperationalError:
        logger.warning("broker unreachable, %s for row %s is left to the sweep", task, pk)


def resend_due(now: datetime.datetime) -> int:
    """Send again what is due; documents that wore out all attempts (their workers died) are marked failed. The count sent."""
    due = Document.objects.due(now)
    due.filter(attempts__gte=MOST_ATTEMPTS).update(state=State.FAILED, error=WORN_OUT, lease_until=None, updated_at=now)
    waiting = list(due.order_by("updated_at", "pk").values_list("pk", "state")[:MOST_AT_ONCE])
    for pk, state in waiting:
        # Expires before the next sweep, so that messages for one document do not pile up behind a long step.
        send(settings.PIPELINE[state], pk, expires=settings.SWEEP_SECONDS)
    return len(waiting)
