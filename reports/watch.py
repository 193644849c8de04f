"""定时检查: when each office is checked, what the last runs did, what was given up, and a run at once."""

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from documents.models import Document, State
from documents.pipeline import send
from offices import audit, paging
from offices.conflicts import TOLD, keep_both
from offices.models import Office, OfficeSettings, Role, User
from offices.permissions import ADMINS, EDITORS, OVERSEERS, check_may, holds, memberships_of, offices_of, require_role
from reports import checks, stalls
from reports.forms import RunForm, ScheduleForm
from reports.models import Check, Stall
from reports.tables import CheckTable

RUNNERS = EDITORS | ADMINS
WATCHERS = OVERSEERS | ADMINS


@require_GET
@require_role(*WATCHERS)
def checks_page(request: HttpRequest) -> HttpResponse:
    """When the next check is, and what the last ones did. `?poll` gives the table alone while one is under way."""
    found = Check.objects.visible_to(request.user).select_related("office", "asked_by")
    table = CheckTable(found, order_by=("-created_at",))
    paging.configure(request, table, per_page=30)
    context = {"table": table, "under_way": found.unfinished().exists()}
    if "poll" in request.GET:
        return render(request, "reports/_checks.html", context)
    offices = offices_of(request.user, *OVERSEERS, Role.ADMIN).order_by("path", "pk")
    page = Paginator(offices, 20).get_page(request.GET.get("offices"))
    context |= {"times": _times(request, page), "offices": page, "dead": _dead(request), "may_see_failed": holds(request.user, *RUNNERS)}
    return render(request, "reports/checks.html", context)


def _times(request: HttpRequest, offices: Any) -> list[dict[str, Any]]:
    now = timezone.now()
    runnable = set(memberships_of(request.user, *RUNNERS).values_list("office", flat=True))
    settable = set(memberships_of(request.user, *ADMINS).values_list("office", flat=True))
    return [{"office": office, "settings": settings, "next": settings.next_check_at or checks.next_time(settings, now),
             "may_run": office.pk in runnable, "may_set": office.pk in settable}
            for office in offices for settings in [OfficeSettings.of(office)]]


# The task is sent when the check is there for good.
@transaction.non_atomic_requests
@require_POST
@require_role(*RUNNERS)
def run_now(request: HttpRequest) -> HttpResponse:
    """立即检查 of an office in which the person may."""
    form = RunForm(request.POST, user=request.user, roles=RUNNERS)
    if not form.is_valid():
        raise PermissionDenied("您的角色不能检查这个单位。")
    office = form.cleaned_data["office"]
    with transaction.atomic():
        check = checks.ask_for(office, cast(User, request.user))
        audit.record("check.run", office=office, request=request, subject=check)
    send("reports.run_checks", [check.pk])
    return redirect("reports:checks")


# --- 检查安排 ------------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@require_role(*ADMINS)
def schedule_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """检查安排 of an office that the person administers; the next time is reckoned anew."""
    office = get_object_or_404(offices_of(request.user, Role.ADMIN), public_id=public_id)
    check_may(request.user, ADMINS, office)
    rules = OfficeSettings.of(office)
    form = ScheduleForm(request.POST) if request.method == "POST" else ScheduleForm.showing(rules)
    status = 200
    if request.method == "POST" and form.is_valid():
        if _set(request, rules, form.cleaned_data):
            messages.success(request, f"检查安排已保存,下一次检查:{timezone.localtime(rules.next_check_at):%Y-%m-%d %H:%M}。")
            return redirect("reports:checks")
        form, status = keep_both(form, ScheduleForm.showing(OfficeSettings.of(office))), 409
        messages.error(request, f"检查安排{TOLD}")
    return render(request, "reports/schedule.html", {"form": form, "office": office}, status=status)


def _set(request: HttpRequest, rules: OfficeSettings, said: dict[str, Any]) -> bool:
    names = tuple(name for name in ScheduleForm.base_fields if name != "version")
    before = {name: getattr(rules, name) for name in names}
    after = {name: said[name] for name in names}
    for name, value in after.items():
        setattr(rules, name, value)
    written = rules.change(version=said["version"], next_check_at=checks.next_time(rules, timezone.now()), **after)
    audit.record("schedule.change", office=rules.office, request=request, subject=rules, before=before, after=after, success=written)
    return written


# --- 未办成的任务 ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dead:
    """Work that failed for good: what it was, of whom, why, since when, and the address of “again”."""

    what: str
    office: Office
    name: str
    reason: str
    at: datetime.datetime | None
    again: str
    may: bool


MOST_DEAD = 100


def _dead(request: HttpRequest) -> list[Dead]:
    """What was given up in the offices that the person watches, the latest first."""
    offices = offices_of(request.user, *WATCHERS)
    own = set(memberships_of(request.user, *RUNNERS).values_list("office", flat=True))
    editable = set(memberships_of(request.user, *EDITORS).values_list("office", flat=True))
    failed = Check.objects.filter(office__in=offices, state=Check.State.FAILED).select_related("office").order_by("-finished_at", "-pk")
    # Of a run that a later one made up for nothing is left to do.
    rows = [Dead("检查", each.office, each.slot if each.slot[0].isdigit() else "立即检查", each.reason, each.finished_at,
                 reverse("reports:check_again", args=[each.public_id]), each.office_id in own)
            for each in failed[:MOST_DEAD] if not _made_up(each)]
    stalled = Stall.objects.filter(office__in=offices, retry_at__isnull=True).select_related("office").order_by("-at", "pk")
    rows += [Dead("研判", each.office, "新的或更正过的目标", each.reason, each.at,
                  reverse("reports:stall_again", args=[each.office.public_id]), each.office_id in own) for each in stalled[:MOST_DEAD]]
    # Names of files are the business of those who see documents.
    documents = Document.objects.visible_to(request.user).filter(state=State.FAILED).select_related("office").without_text()
    rows += [Dead("读取文件", each.office, each.name, each.error, each.updated_at, reverse("documents:retry", args=[each.public_id]),
                  each.office_id in editable)
             for each in documents.order_by("-updated_at")[:MOST_DEAD]]
    return sorted(rows, key=lambda each: each.at.timestamp() if each.at else 0, reverse=True)[:MOST_DEAD]


def _made_up(check: Check) -> bool:
    return Check.objects.filter(office=check.office, state=Check.State.DONE, finished_at__gt=check.finished_at).exists()


@transaction.non_atomic_requests
@require_POST
@require_role(*RUNNERS)
def check_again(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """再试 of a run that was given up."""
    check = get_object_or_404(Check.objects.visible_to(request.user).select_related("office"), public_id=public_id)
    answer = _again(request, check.office, "check.again", lambda: checks.again(check))
    send("reports.run_checks", [check.pk])
    return answer


@require_POST
@require_role(*RUNNERS)
def stall_again(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """再试 of the judging of new or corrected targets; `public_id` is the office's."""
    stall = get_object_or_404(Stall.objects.select_related("office"), office__in=offices_of(request.user, *RUNNERS),
                              office__public_id=public_id)
    return _again(request, stall.office, "stall.again", lambda: stalls.again(stall))


def _again(request: HttpRequest, office: Office, action: str, deed: Callable[[], object]) -> HttpResponse:
    check_may(request.user, RUNNERS, office)
    with transaction.atomic():
        deed()
        audit.record(action, office=office, request=request)
    messages.success(request, "已重新排队。")
    return redirect("reports:checks")
