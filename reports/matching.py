"""Rows → the engine → what was found. A person's decision is never overwritten: it is given to the engine and kept on its row."""

import datetime
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from documents.models import Document
from engine import answer
from engine.values import Decisions, Key, Month, Reading, Rules, Statement
from engine.values import Outcome as Found
from offices.models import Office, OfficeSettings
from reports import outcomes
from reports.models import Alias, Match, Result
from targets.models import Revision, Target, as_written

logger = logging.getLogger(__name__)
TRIES = 3


@dataclass(frozen=True, slots=True)
class Case:
    """Everything one office and year is judged from, read from rows at one moment; `stamp` says whether they are still the same."""

    targets: dict[Key, Target]
    statements: tuple[Statement, ...]
    plans: tuple[Reading, ...]
    reports: tuple[Reading, ...]
    results: dict[Key, Result]
    rules: Rules
    decisions: Decisions
    stamp: Any
    errors: list[str] = field(default_factory=list)

    @property
    def cutoffs(self) -> dict[str, Month | None]:
        return {each.doc: each.cutoff for each in self.reports}


@dataclass(slots=True)
class Tally:
    """What a run did: targets judged, how many of them changed, and the public ids of those that could not be judged."""

    judged: int = 0
    changed: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.judged += other.judged
        self.changed += other.changed
        self.errors += other.errors


def match_office(office: Office, *, now: datetime.datetime | None = None) -> Tally:
    """Judges all standing targets of an office, year by year."""
    tally = Tally()
    for year in years_of(office):
        tally.add(match_office_year(office, year, now=now))
    return tally


def years_of(office: Office) -> list[int | None]:
    """The years for which the office has standing targets."""
    return list(Target.objects.standing().filter(office=office).order_by("year").values_list("year", flat=True).distinct())


def match_office_year(office: Office, year: int | None, *, now: datetime.datetime | None = None) -> Tally:
    """Judges the targets of a year against all reports of the office that may speak of it, and stores what is new.

    The engine works outside the transaction, which would keep others waiting. If rows changed meanwhile (a second report was
    taken, a person decided), it is asked again, so that of two workers the later one never stores an older truth.
    """
    tally = Tally()
    for _ in range(TRIES):
        case = gather(office, year)
        found = ask(case)
        with transaction.atomic():
            Office.objects.select_for_update().get(pk=office.pk)
            if stamp_of(office) == case.stamp:
                return store(office, year, case, found, now=now or timezone.now())
        tally.errors = case.errors
    logger.warning("the rows of office %s kept changing; its targets of %s wait for the next sweep", office.pk, year)
    Target.objects.standing().filter(office=office, year=year).update(judged_at=None)
    return tally


AT_ONCE = 200
"""Outcomes written by one step; where one of them can't be stored, they are tried one by one."""


def store(office: Office, year: int | None, case: Case, found: Sequence[Found], *, now: datetime.datetime) -> Tally:
    """Writes outcomes; one that can't be stored is logged and the others go on."""
    tally = Tally(errors=case.errors)
    pairs = [(case.targets[each.target.key], each) for each in found]
    for start in range(0, len(pairs), AT_ONCE):
        _store_some(pairs[start:start + AT_ONCE], case, tally, now)
    for failed in Target.objects.filter(public_id__in=tally.errors):
        outcomes.write_failure(failed, now=now)
    outcomes.write_commitments(office, year)
    outcomes.write_standing(office, year)
    return tally


def _store_some(pairs: Sequence[tuple[Target, Found]], case: Case, tally: Tally, now: datetime.datetime) -> None:
    try:
        with transaction.atomic():
            changed = outcomes.write_all(pairs, results=case.results, cutoffs=case.cutoffs, now=now)
    except Exception:
        if len(pairs) == 1:
            logger.exception("target %s could not be stored", pairs[0][0].public_id)
            tally.errors.append(str(pairs[0][0].public_id))
            return
        for pair in pairs:
            _store_some([pair], case, tally, now)
    else:
        tally.changed += changed
        tally.judged += len(pairs)


def ask(case: Case) -> list[Found]:
    """What the engine finds. Where one target breaks it, that target is named among the errors and the others are judged."""
    try:
        return _answered(case.statements, case)
    except Exception:
        logger.exception("the engine failed; looking for the targets it fails on")
    sound = [each for each in case.statements if _sound(each, case)]
    return _answered(sound, case)


def _answered(statements: Sequence[Statement], case: Case) -> list[Found]:
    return answer(statements, case.reports, rules=case.rules, decisions=case.decisions, plans=case.plans)


def _sound(statement: Statement, case: Case) -> bool:
    try:
        _answered([statement], case)
    except Exception:
        logger.exception("target %s could not be judged", statement.key)
        case.errors.append(str(case.targets[statement.key].public_id))
        return False
    return True


def gather(office: Office, year: int | None) -> Case:
    """Reads what the judgement of a year needs."""
    stamp, errors = stamp_of(office), []
    targets: dict[Key, Target] = {}
    statements = []
    rows = Target.objects.standing().filter(office=office, year=year).select_related("document")
    for row in rows.defer("document__text", "document__reading").order_by("document_id", "start", "pk"):
        try:
            statement = row.as_statement()
        except Exception:
            logger.exception("target %s is no statement any more", row.public_id)
            errors.append(str(row.public_id))
            continue
        targets[statement.key] = row
        statements.append(statement)
    reports, results = readings_of(office, year)
    statements = _in_force(statements, targets, reports)
    plans = Document.objects.filter(pk__in={row.document_id for row in targets.values()}, reading__isnull=False).order_by("pk")
    return Case(targets=targets, statements=tuple(statements), plans=tuple(each.as_reading() for each in plans), reports=reports,
                results=results, rules=outcomes.rules_for(office), decisions=decisions_of(targets, results), stamp=stamp, errors=errors)


def _in_force(statements: Sequence[Statement], targets: dict[Key, Target], reports: Sequence[Reading]) -> list[Statement]:
    """The statements with the figures that count for the latest report: a revision counts only for cut-offs from its month on."""
    rows = Revision.objects.filter(target__in=[row.pk for row in targets.values()], from_month__isnull=False)
    months = [each.cutoff for each in reports if each.cutoff]
    latest = max(months) if months else None
    old: dict[int, Any] = {}
    for revision in rows.order_by("-from_month", "-pk"):
        if latest is not None and revision.from_month and latest < (revision.from_month.year, revision.from_month.month):
            old[revision.target_id] = revision.old_value
    return [each._replace(value=as_written(old[pk], None)) if (pk := targets[each.key].pk) in old else each for each in statements]


def readings_of(office: Office, year: int | None) -> tuple[tuple[Reading, ...], dict[Key, Result]]:
    """The reports that may speak of a year, with their results as corrected, and the rows behind them."""
    rows = Result.objects.filter(office=office).order_by("document_id", "start", "pk")
    documents = Document.objects.filter(office=office, reading__isnull=False, pk__in=rows.values("document")).order_by("cutoff", "pk")
    if year is not None:
        near = Q(year__isnull=True) | Q(year__range=(year - 1, year + 1))
        documents = documents.filter(near)
    readings, results = [], {}
    for document in documents:
        own = {row.start: row for row in rows.filter(document=document)}
        reading = document.as_reading()
        readings.append(replace(reading, statements=tuple(row.as_statement() for row in own.values())))
        results.update({(reading.doc, start): row for start, row in own.items()})
    return tuple(readings), results


def decisions_of(targets: dict[Key, Target], results: dict[Key, Result]) -> Decisions:
    """What people decided about these targets, in the engine's words."""
    target_keys = {row.pk: key for key, row in targets.items()}
    result_keys = {row.pk: key for key, row in results.items()}
    confirmed, refused, passed = {}, set(), {}
    when = dict(Document.objects.filter(pk__in={row.document_id for row in results.values()}).values_list("pk", "created_at"))
    docs = {row.document_id: key[0] for key, row in results.items()}
    rows = Match.objects.filter(target__in=target_keys, decided_by=Match.Decider.PERSON).order_by("decided_at", "pk")
    for row in rows:
        pair = target_keys[row.target_id], result_keys.get(row.result_id)
        if pair[1] is None:
            continue
        if row.decision == Match.Decision.CONFIRMED:
            confirmed[pair[0]] = pair[1]
            passed[pair[0]] = frozenset(doc for pk, doc in docs.items()
                                        if doc != pair[1][0] and row.decided_at is not None and when[pk] < row.decided_at)
        elif row.decision == Match.Decision.REFUSED:
            refused.add((pair[0], pair[1]))
    return Decisions(confirmed=confirmed, passed=passed, refused=frozenset(refused))


def stamp_of(office: Office) -> Any:
    """Changes whenever something changes that a judgement is made from. The outcome itself is not part of it."""
    sources: Iterable[tuple[Any, str]] = (
        (Target.objects.filter(office=office), "updated_at"), (Result.objects.filter(office=office), "updated_at"),
        (Match.objects.filter(target__office=office, decided_by=Match.Decider.PERSON), "decided_at"),
        (Alias.objects.filter(office=office), "updated_at"), (OfficeSettings.objects.filter(office=office), "updated_at"),
        (Document.objects.filter(office=office), "version"),
    )
    return [tuple(rows.aggregate(n=Count("pk"), last=Max(column)).values()) for rows, column in sources]
