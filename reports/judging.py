"""Judges open targets again from their stored evidence, in chunks, and brings their flags up to date. No document is read.

A verdict depends on its `basis` and the rules in force; the basis is stored when evidence is matched. So a check finds what a changed
setting or a passed date changes, and touches no row that stays as it is.
"""

import datetime
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from documents.models import Document, Kind
from engine.values import Rules
from engine.verdict import judge_again
from offices.models import Office, OfficeSettings
from reports import flags, outcomes
from reports.models import Flag, Outcome
from reports.outcomes import VERDICT, Again
from reports.warnings import COLUMNS, Seen, View, overdue_report, reasons
from targets.models import Target, TargetQuerySet

logger = logging.getLogger(__name__)

CHUNK = 2_000
"""Targets held in memory at a time."""


@dataclass(slots=True)
class Tally:
    """What a check did, by office; `errors` are the ids of targets that could not be looked at."""

    judged: Counter[int] = field(default_factory=Counter)
    changed: Counter[int] = field(default_factory=Counter)
    flagged: flags.Counts = field(default_factory=flags.Counts)
    errors: dict[int, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ground:
    """What all targets of some offices are judged by."""

    now: datetime.datetime
    views: Mapping[int, View]
    rules: Mapping[int, Rules]

    @property
    def escalate_days(self) -> dict[int, int]:
        return {office: view.settings.escalate_days for office, view in self.views.items()}


def check(offices: Sequence[int], *, now: datetime.datetime, progress: Callable[[Tally], object] = lambda _: None) -> Tally:
    """Judges the open targets of these offices (by id) and brings their flags to what should stand at `now`.

    `progress` is called every few seconds of work, to renew a lease. Done twice, the second time changes nothing.
    """
    ground, tally = _ground(offices, now), Tally()
    promised: dict[int, set[int]] = {office: set() for office in offices}
    touched: set[tuple[int, int | None]] = set()
    for chunk in _chunks(_open_targets(offices, ground), offices):
        touched |= _check_chunk(chunk, ground, tally)
        for target in chunk:
            if target.year is not None:
                promised[target.office_id].add(target.year)
        progress(tally)
    for year in {year for _, year in touched}:
        _stand(sorted(office for office, own in touched if own == year), year)
        progress(tally)
    _close_forgotten(offices, ground, tally)
    _check_offices(offices, ground, promised, tally)
    return tally


# — what is judged —

def _ground(offices: Sequence[int], now: datetime.datetime) -> Ground:
    settings = {row.office_id: row for row in OfficeSettings.objects.filter(office__in=offices)}
    for office in Office.objects.filter(pk__in=set(offices) - set(settings)):
        settings[office.pk] = OfficeSettings.of(office)
    years: dict[int, set[int]] = {office: set() for office in offices}
    cutoffs: dict[int, datetime.date] = {}
    for office, year, cutoff in reports_of(offices).values_list("office", "year").annotate(last=Max("cutoff")).order_by():
        if year:
            years[office].add(year)
        if cutoff:
            cutoffs[office] = max(cutoff, cutoffs.get(office, cutoff))
    today = timezone.localdate(now)
    views = {office: View(today=today, settings=said, reported=frozenset(years[office]), cutoff=cutoffs.get(office))
             for office, said in settings.items()}
    return Ground(now=now, views=views, rules={office: outcomes.judging_rules(said) for office, said in settings.items()})


def reports_of(offices: Sequence[int]) -> Any:
    """The documents of offices that report."""
    return Document.objects.filter(office__in=offices, kind__in=(Kind.REPORT, Kind.BOTH), reading__isnull=False)


def _open_targets(offices: Sequence[int], ground: Ground) -> TargetQuerySet:
    """Not withdrawn, judged at all, and of a year that is not closed."""
    rows = Target.objects.standing().filter(office__in=offices, judged_at__isnull=False)
    done = _closed_years(ground)
    return rows.exclude(done) if done else rows


def _closed_years(ground: Ground) -> Q:
    found = Q()
    for office, view in ground.views.items():
        if view.settings.closed_years:
            found |= Q(office=office, year__in=view.settings.closed_years)
    return found


def _chunks(rows: TargetQuerySet, offices: Sequence[int]) -> Iterator[list[Seen]]:
    """By id, each chunk asked for anew: no cursor is held open while others wait, and memory stays flat."""
    last = 0
    while True:
        chunk = [Seen(*row) for row in rows.filter(pk__gt=last).order_by("pk").values_list(*COLUMNS)[:CHUNK]]
        if not chunk:
            return
        # A range and not two thousand ids: what else lies in it is of these offices too, and few.
        beside = Outcome.objects.filter(target__office__in=offices, target__gt=last, target__lte=chunk[-1].pk)
        said = {target: (basis, contradicted) for target, basis, contradicted in beside.values_list("target", "basis", "contradicted")}
        for each in chunk:
            each.basis, each.contradicted = said.get(each.pk, ("", False))
        yield chunk
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].pk


# — one chunk —

def _check_chunk(chunk: Sequence[Seen], ground: Ground, tally: Tally) -> set[tuple[int, int | None]]:
    """Judges and flags; returns the offices and years whose verdicts changed."""
    changed: list[Again] = []
    wanted: dict[flags.Subject, str] = {}
    failed: dict[int, Seen] = {}
    for target in chunk:
        try:
            again = _again(target, ground.rules[target.office_id])
            wanted.update({(target.office_id, target.pk, rule, str(target.year)): text
                           for rule, text in reasons(target, ground.views[target.office_id])})
        except Exception:
            logger.exception("target %s could not be checked", target.pk)
            failed[target.pk] = target
            continue
        tally.judged[target.office_id] += 1
        changed += again
    _name_failed(failed, tally)
    seen = {each.pk for each in chunk} - set(failed)
    near = Q(office__in={each.office_id for each in chunk}, target__gte=chunk[0].pk, target__lte=chunk[-1].pk)
    known = {subject: flag for subject, flag in flags.stored(near).items() if flag.target_id in seen}
    with transaction.atomic():
        _lock({each.office_id for each in chunk})
        if changed:
            outcomes.write_again(changed, now=ground.now)
        tally.flagged.add(flags.bring(wanted, known, escalate_days=ground.escalate_days, now=ground.now))
    moved = {each.pk for each in changed}
    for target in chunk:
        tally.changed[target.office_id] += target.pk in moved
    return {(target.office_id, target.year) for target in chunk if target.pk in moved}


def _again(target: Seen, rules: Rules) -> list[Again]:
    """The target with its verdict of now, where that differs from the stored one; `target` itself is brought up to date for the rules of
    flags. One that could not be judged has no basis and waits for a person.
    """
    if not target.basis:
        return []
    columns = outcomes.verdict_columns(judge_again(target.basis, rules))
    if all(getattr(target, name) == columns[name] for name in VERDICT):
        return []
    for name in VERDICT:
        setattr(target, name, columns[name])
    whole = {**columns, "evidence_date": target.evidence_date, "actual": target.actual, "actual_text": target.actual_text}
    return [Again(pk=target.pk, version=target.version, judged_at=target.judged_at, columns=whole)]


def _name_failed(failed: Mapping[int, Seen], tally: Tally) -> None:
    """By their public ids: the page links to them."""
    for pk, public_id in Target.objects.filter(pk__in=failed).values_list("pk", "public_id") if failed else ():
        tally.errors.setdefault(failed[pk].office_id, []).append(str(public_id))


def _lock(offices: set[int]) -> None:
    """Two checks of one office write one after the other, as the matching does."""
    list(Office.objects.select_for_update(no_key=True).filter(pk__in=offices).order_by("pk").values_list("pk"))


def _stand(offices: Sequence[int], year: int | None) -> None:
    """任务项 and 年内走势 of a year in which verdicts changed."""
    outcomes.write_all_commitments(offices, year)
    outcomes.write_all_standings(offices, year)


# — offices as a whole —

def _close_forgotten(offices: Sequence[int], ground: Ground, tally: Tally) -> None:
    """Flags of targets that are not open any more: withdrawn, or of a closed year."""
    gone = Q(target__withdrawn=True)
    for office, view in ground.views.items():
        if view.settings.closed_years:
            gone |= Q(target__office=office, target__year__in=view.settings.closed_years)
    with transaction.atomic():
        tally.flagged.closed += flags.close(Q(office__in=offices) & gone, now=ground.now)


def _check_offices(offices: Sequence[int], ground: Ground, promised: Mapping[int, set[int]], tally: Tally) -> None:
    """Reports that are overdue."""
    wanted: dict[flags.Subject, str] = {}
    for office in offices:
        late = overdue_report(ground.views[office], frozenset(promised[office]))
        if late:
            wanted[office, None, Flag.Rule.REPORT_OVERDUE.value, late[0]] = late[1]
    with transaction.atomic():
        known = flags.stored(Q(target__isnull=True, office__in=offices))
        tally.flagged.add(flags.bring(wanted, known, escalate_days=ground.escalate_days, now=ground.now))
