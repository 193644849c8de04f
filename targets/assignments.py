"""分工库: who answers for what, learned from each assignment and applied in bulk; in January it brings last year's division of work."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from offices.models import Department
from targets.bulk import Done, change
from targets.models import SECTION_JOIN, Assignment, Target, TargetQuerySet

Rules = dict[tuple[int, str], Assignment]
"""By office and by indicator or heading."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A target that has nobody, and the rule that knows who it should be."""

    target: Target
    rule: Assignment


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
    """For those without a department, what the rules of their offices say: the indicator first, else the nearest heading."""
    nobody = targets.filter(lead__isnull=True)
    rules = Assignment.objects.filter(office__in=nobody.order_by().values("office")).select_related("lead").prefetch_related("support")
    by_indicator: Rules = {}
    by_section: Rules = {}
    for rule in rules:
        place = by_indicator if rule.indicator else by_section
        place[rule.office_id, rule.indicator or rule.section] = rule
    if not by_indicator and not by_section:
        return []
    found = []
    for target in nobody.select_related("office", "commitment").order_by("document_id", "start", "pk")[:most]:
        known = by_indicator.get((target.office_id, target.indicator)) or _by_heading(target, by_section)
        if known:
            found.append(Proposal(target, known))
    return found


def _by_heading(target: Target, rules: Rules) -> Assignment | None:
    """The rule of the innermost heading that has one."""
    parts = target.section.split(SECTION_JOIN)
    above = (SECTION_JOIN.join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((rules[target.office_id, each] for each in above if (target.office_id, each) in rules), None)


@transaction.atomic
def apply(found: Iterable[Proposal], request: HttpRequest) -> Done:
    """按分工库分工: every proposal in one step. Applying teaches nothing: only a person's own choice does."""
    done = Done()
    for each in found:
        change(each.target, "target.assign", request, done, lead_id=each.rule.lead_id,
               leader=each.target.leader or each.rule.leader, support=list(each.rule.support.all()))
    return done
