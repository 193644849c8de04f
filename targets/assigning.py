"""分工库 as a page: the rules that were learned or written, what they propose for targets that have nobody, and applying it in one step."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from offices import audit
from offices.permissions import EDITORS, check_may, home_of, memberships_of, require_role
from targets import assignments, steps
from targets.forms import AssignmentForm
from targets.models import Assignment, Target, TargetQuerySet
from targets.views import tell

SHOWN = 100
"""So many proposals stand on the page; all of them are applied."""


def _unassigned(request: HttpRequest) -> TargetQuerySet:
    own = memberships_of(request.user, *EDITORS).values("office")
    return Target.objects.visible_to(request.user).standing().filter(office__in=own, lead__isnull=True)


@require_GET
@require_role(*EDITORS)
def assignment_page(request: HttpRequest) -> HttpResponse:
    """分工库. Targets without a department stand first: they are what the page is for."""
    office = home_of(request.user, EDITORS)
    rows = _unassigned(request)
    found = assignments.proposals(rows)
    rules = Assignment.objects.filter(office__in=memberships_of(request.user, *EDITORS).values("office"))
    context = {
        "unassigned": rows.count(), "proposals": found[:SHOWN], "proposed": len(found), "form": AssignmentForm(office=office),
        "rules": rules.select_related("lead").prefetch_related("support").order_by("section", "indicator", "pk"),
        "last_step": steps.last_step(request.user),
    }
    return render(request, "targets/assignments.html", context)


@require_POST
@require_role(*EDITORS)
def apply_assignments(request: HttpRequest) -> HttpResponse:
    """按分工库分工: one step, taken back by one click."""
    done = assignments.apply(assignments.proposals(_unassigned(request)), request)
    tell(request, "按分工库分工", done)
    return redirect("targets:assignments")


@require_POST
@require_role(*EDITORS)
def add_assignment(request: HttpRequest) -> HttpResponse:
    """A rule written by hand; one for the same indicator or heading is replaced."""
    office = home_of(request.user, EDITORS)
    form = AssignmentForm(request.POST, office=office)
    if not form.is_valid():
        messages.error(request, "".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("targets:assignments")
    said = form.cleaned_data
    former = Assignment.objects.filter(office=office, indicator=said["indicator"], section=said["section"]).select_related("lead").first()
    before = {"lead": former.lead.name, "leader": former.leader} if former else None
    rule, _ = Assignment.objects.update_or_create(
        office=office, indicator=said["indicator"], section=said["section"], defaults={"lead": said["lead"], "leader": said["leader"]})
    rule.support.set(said["support"])
    after = {"rule": str(rule), "lead": said["lead"].name, "leader": said["leader"]}
    audit.record("assignment.save", office=office, request=request, subject=rule, before=before, after=after)
    if former and former.lead != said["lead"]:
        messages.info(request, f"“{rule}”原来归{former.lead.name},已改为{said['lead'].name}。")
    return redirect("targets:assignments")


@require_POST
@require_role(*EDITORS)
def drop_assignment(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    own = memberships_of(request.user).values("office")
    rule = get_object_or_404(Assignment.objects.select_related("office", "lead"), public_id=public_id, office__in=own)
    check_may(request.user, EDITORS, rule.office)
    audit.record("assignment.drop", office=rule.office, request=request, subject=rule, before={"rule": str(rule), "lead": rule.lead.name})
    rule.delete()
    return redirect("targets:assignments")
