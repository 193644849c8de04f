"""分工库: who answers for what, learned from each assignment and applied in bulk; in January it brings last year's division of work."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from offices.models import Department
from targets.bulk import Done, change
from targets.models import SECTION_JOIN, Assignment, Target, TargetQuerySet


@dataclass(frozen=True, slots=True)
class Answerable:
    """Who answers, and what says so."""

    lead: Department
    leader: str
    support: tuple[Department, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A target that has nobody, and who it should be."""

    target: Target
    who: Answerable


Known = dict[tuple[int, str], Answerable]
"""By office and by indicator or heading."""


@transaction.atomic
def assign(targets: Iterable[Target], lead: Department, request: HttpRequest, *, support: Sequence[Department] | None = None) -> Done:
    """分工 of many targets of the department's own office to one department; each indicator is learned."""
    done = Done()
    for target in targets:
        if target.office_id != lead.office_id:
            done.refused.append(target.indicator)
        elif target.lead_id != lead.pk or support is not None:
            change(target, "target.assign", request, done, lead_id=lead.pk, support=None if support is None else list(support))
            learn(target)
    return done


def learn(target: Target) -> None:
    """What a person just decided about a target: the indicator's latest department is the one to propose."""
    if target.lead_id is None or not target.indicator:
        return
    rule, made = Assignment.objects.get_or_create(
        office_id=target.office_id, indicator=target.indicator, section="", defaults={"lead_id": target.lead_id, "leader": target.leader})
    if not made:
        Assignment.objects.filter(pk=rule.pk).update(
            lead_id=target.lead_id, leader=target.leader or rule.leader, count=F("count") + 1, version=F("version") + 1)
    rule.support.set(target.support.all())


def proposals(targets: TargetQuerySet, *, most: int = 2000) -> list[Proposal]:
    """For those without a department: what people decided about the indicator, else about the nearest heading, else the latest year
    in which a plan named somebody for it.
    """
    nobody = targets.filter(lead__isnull=True)
    rows = list(nobody.select_related("office", "commitment").order_by("document_id", "start", "pk")[:most])
    offices = {row.office_id for row in rows}
    by_indicator, by_section = _decided(offices)
    before = _of_former_years(offices, {row.indicator for row in rows})
    found = []
    for row in rows:
        place = row.office_id, row.indicator
        who = by_indicator.get(place) or _by_heading(row, by_section) or before.get(place)
        if who:
            found.append(Proposal(row, who))
    return found


def _decided(offices: set[int]) -> tuple[Known, Known]:
    by_indicator: Known = {}
    by_section: Known = {}
    for rule in Assignment.objects.filter(office__in=offices).select_related("lead").prefetch_related("support"):
        who = Answerable(rule.lead, rule.leader, tuple(rule.support.all()), "指标" if rule.indicator else f"类别:{rule.section}")
        (by_indicator if rule.indicator else by_section)[rule.office_id, rule.indicator or rule.section] = who
    return by_indicator, by_section


def _of_former_years(offices: set[int], indicators: set[str]) -> Known:
    """Departments that stand in plans, the latest year last, so that it wins."""
    rows = Target.objects.standing().filter(office__in=offices, indicator__in=indicators, lead__isnull=False)
    return {(row.office_id, row.indicator): Answerable(_lead_of(row), row.leader, tuple(row.support.all()), f"{row.year or ''}年计划")
            for row in rows.select_related("lead").prefetch_related("support").order_by("year", "pk")}


def _lead_of(row: Target) -> Department:
    assert row.lead is not None, "asked for by the query"
    return row.lead


def _by_heading(target: Target, rules: Known) -> Answerable | None:
    """The rule of the innermost heading that has one."""
    parts = target.section.split(SECTION_JOIN)
    above = (SECTION_JOIN.join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((rules[target.office_id, each] for each in above if (target.office_id, each) in rules), None)


@transaction.atomic
def apply(found: Iterable[Proposal], request: HttpRequest) -> Done:
    """按分工库分工: every proposal in one step. Applying teaches nothing: only a person's own choice does."""
    done = Done()
    for each in found:
        change(each.target, "target.assign", request, done, lead_id=each.who.lead.pk,
               leader=each.target.leader or each.who.leader, support=list(each.who.support))
    return done
