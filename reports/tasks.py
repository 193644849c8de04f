"""The last step of the pipeline, and the checks."""

import logging

from celery import shared_task
from django.utils import timezone

from documents.models import Document, State
from documents.pipeline import run_step, send
from offices.models import Office
from reports import checks, exports
from reports.intake import take_results
from reports.matching import match_office, match_office_year
from reports.models import Check
from targets.models import Target

logger = logging.getLogger(__name__)


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


@shared_task(name="reports.judge_stale")
def judge_stale(office_id: int) -> int:
    """Judges the years of an office in which a target is new, corrected or newly decided. Returns the targets judged."""
    office = Office.objects.get(pk=office_id)
    years = Target.objects.stale().filter(office=office).order_by("year").values_list("year", flat=True).distinct()
    return sum(match_office_year(office, year).judged for year in list(years))


@shared_task(name="reports.run_check")
def run_check(check_id: int) -> bool:
    check = checks.run(check_id)
    if check is not None and check.errors:
        raise TargetsFailedError(f"check {check_id}: {', '.join(check.errors)}")
    return check is not None


@shared_task(name="reports.check_targets")
def check_targets(office_id: int | None = None) -> int:
    """Checks one office, or all that have targets, at once. One office that fails does not stop the others."""
    planned = Target.objects.standing().values("office")
    offices = Office.objects.filter(pk__in=planned).order_by("pk") if office_id is None else Office.objects.filter(pk=office_id)
    failed = [office.pk for office in offices if not _checked(office)]
    if failed:
        raise TargetsFailedError(f"offices {failed}")
    return len(offices)


def _checked(office: Office) -> bool:
    try:
        check = checks.run(checks.ask_for(office, None).pk)
    except Exception:
        logger.exception("office %s could not be checked", office.pk)
        return False
    return check is None or not check.errors


@shared_task(name="reports.write_export")
def write_export(export_id: int) -> bool:
    return exports.run(export_id)


@shared_task(name="reports.sweep_checks")
def sweep_checks() -> int:
    """Sends what is due: scheduled checks, runs whose worker died, targets that wait to be judged. Returns how many were sent."""
    now = timezone.now()
    checks.bury(now)
    checks.schedule(now)
    due = list(Check.objects.due(now).values_list("pk", flat=True))
    for pk in due:
        send("reports.run_check", pk)
    for pk in exports.sweep(now):
        send("reports.write_export", pk)
    stale = list(_stale_offices())
    for pk in stale:
        send("reports.judge_stale", pk)
    return len(due) + len(stale)


def _stale_offices() -> list[int]:
    """Offices with targets to judge again. Those of a document under way are judged at the end of its way."""
    settled = Target.objects.stale().filter(document__state=State.MATCHED)
    return list(settled.order_by("office").values_list("office", flat=True).distinct())
