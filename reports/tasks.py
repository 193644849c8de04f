"""The last step of the pipeline, and the checks."""

import datetime
import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from documents.models import Document, State
from documents.pipeline import run_step, send
from offices.models import Office
from reports import checks, exports, stalls
from reports.intake import take_results
from reports.matching import match_office
from reports.models import Check
from targets.models import Target

logger = logging.getLogger(__name__)

LONGEST = 600
"""Seconds after which a check or a matching is broken off; a batch takes a fraction of one."""
PATIENCE = datetime.timedelta(seconds=60)
"""How long a sent check may be on its way before it is sent again."""
MOST_SENT = 10_000


class TargetsFailedError(Exception):
    """A scan went to its end, yet some targets could not be judged; the log says why."""


@shared_task(name="reports.match_document")
def match_document(document_id: int) -> bool:
    return run_step(document_id, state=State.TAKEN, to=State.MATCHED, work=_match)


def _match(document: Document) -> None:
    """A plan brings new targets, a report new evidence: either way the years of the office are judged again."""
    take_results(document)
    _raise_for(match_office(document.office).errors)


def _raise_for(errors: list[str]) -> None:
    # Logged only: the document itself is fine, and reading it again would not help the targets.
    if errors:
        logger.error("targets that could not be judged: %s", ", ".join(errors))


@shared_task(name="reports.judge_stale", soft_time_limit=LONGEST, time_limit=LONGEST + 60)
def judge_stale(office_id: int) -> int:
    """Judges the years of an office in which a target is new, corrected or newly decided. Returns the targets judged."""
    return stalls.judge_stale(office_id)


@shared_task(name="reports.run_checks", soft_time_limit=LONGEST, time_limit=LONGEST + 60)
def run_checks(check_ids: list[int]) -> int:
    """Runs those checks of a batch that nobody else has; returns how many."""
    return len(checks.run(check_ids))


@shared_task(name="reports.check_targets")
def check_targets(office_id: int | None = None) -> int:
    """Checks one office, or all that have targets, at once. One office that fails does not stop the others."""
    planned = Target.objects.standing().values("office")
    offices = Office.objects.filter(pk__in=planned).order_by("pk") if office_id is None else Office.objects.filter(pk=office_id)
    asked = [checks.ask_for(office, None) for office in offices]
    ran = [check for batch in checks.batches(asked) for check in checks.run(batch)]
    failed = [check.office_id for check in ran if check.errors or check.state != Check.State.DONE]
    if failed:
        raise TargetsFailedError(f"offices {failed}")
    return len(asked)


@shared_task(name="reports.write_export")
def write_export(export_id: int) -> bool:
    return exports.run(export_id)


@shared_task(name="reports.sweep_checks")
def sweep_checks() -> int:
    """Sends what is due: scheduled checks, runs whose worker died, targets that wait to be judged. Returns how many were sent."""
    now = timezone.now()
    checks.bury(now)
    checks.schedule(now)
    sent = _send_checks(now)
    for pk in exports.sweep(now):
        send("reports.write_export", pk)
    stalls.mark_for_matching()
    stale = stalls.stale_offices(now)
    for pk in stale:
        send("reports.judge_stale", pk, expires=settings.SWEEP_SECONDS)
    return sent + len(stale)


def _send_checks(now: datetime.datetime) -> int:
    """Sends due checks in batches, so many that the workers are busy until the next sweeps and the broker stays small.

    Each is marked as sent for as long as its message lives: what a broker lost is sent again, nothing piles up.
    """
    under_way = Check.objects.unfinished().filter(not_before__gt=now).count()
    due = list(Check.objects.due(now).order_by("not_before", "pk")[:max(MOST_SENT - under_way, 0)])
    Check.objects.filter(pk__in=[check.pk for check in due]).update(not_before=now + PATIENCE)
    for batch in checks.batches(due):
        send("reports.run_checks", batch, expires=PATIENCE.total_seconds())
    return len(due)
