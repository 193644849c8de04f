"""Pages that compare: 总览, 目标, 核对, 预警, 定时检查, and the ledger of what the list shows."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_tables2 import RequestConfig

from documents.pipeline import send
from offices import audit
from offices.models import OfficeSettings, Role
from offices.permissions import (
    ADMINS,
    EDITORS,
    OVERSEERS,
    READERS,
    Person,
    check_may,
    departments_of,
    holds,
    memberships_of,
    offices_of,
    require_role,
)
from reports import checks, decisions, review
from reports.comparison import compare, course_points
from reports.excerpts import of_row
from reports.filters import FlagFilter
from reports.forms import AnswerForm, RunForm, VersionForm
from reports.models import Check, Flag, Match, Result
from reports.overview import overview
from reports.tables import CheckTable
from targets import steps
from targets.filters import years_of
from targets.forms import InstructionForm
from targets.models import Instruction, Revision, Target
from targets.views import visible

RUNNERS = EDITORS | ADMINS
CONFLICT = "刚被他人处理过,请看过最新内容后再操作。"


@require_GET
@require_role(*READERS)
def dashboard(request: HttpRequest) -> HttpResponse:
    """总览 of one year: the one people work on, or that of the address."""
    rows = Target.objects.visible_to(request.user).standing()
    years, working = years_of(rows)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() else working
    offices = list(offices_of(request.user, *READERS).order_by("path", "pk"))
    office = next((each for each in offices if str(each.public_id) == request.GET.get("office")), None)
    # A 责任单位 sees rows of its own department alone, whatever lies below its office.
    several = len(offices) > 1 and office is None and holds(request.user, *OVERSEERS)
    context = {"overview": overview(request.user, year=year, office=office, several=several), "years": years, "offices": offices,
               "office": str(office.public_id) if office else "", "several": several, "may_upload": holds(request.user, *EDITORS)}
    return render(request, "reports/dashboard.html", context)


@require_GET
@require_role(*READERS)
def target_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """目标. `?poll` answers 204 until the target is judged again, then has the page loaded anew."""
    rows = visible(request).select_related("firm", "confirmed_by").annotate(
        revised=Exists(Revision.objects.filter(target=OuterRef("pk"))),
        instructed=Exists(Instruction.objects.filter(target=OuterRef("pk"))))
    target = get_object_or_404(rows, public_id=public_id)
    if "poll" in request.GET:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"} if target.judged_at else {})
    shown = compare(target, request.user)
    context = {"shown": shown, "target": target, "instruction_form": InstructionForm() if shown.may_instruct else None,
               "points": course_points(target, shown.course), "last_step": steps.last_step(request.user) if shown.may_edit else None}
    return render(request, "reports/target.html", context)


@require_GET
@require_role(*OVERSEERS)
def result_at(request: HttpRequest, document: uuid.UUID, start: int) -> HttpResponse:
    """From a coloured span of a report to the target that it proves, or to what is known of the figure."""
    rows = Result.objects.visible_to(request.user).select_related("document")
    result = get_object_or_404(rows, document__public_id=document, start=start)
    matches = Match.objects.filter(result=result).select_related("target", "target__commitment").order_by("role", "rank", "pk")
    proven = [match for match in matches if match.role == Match.Role.EVIDENCE]
    if proven:
        return redirect(proven[0].target)
    return render(request, "reports/result.html", {"result": result, "matches": matches, "excerpt": of_row(result, result.document.text)})


# --- 核对 ----------------------------------------------------------------------------------------------------------------------


@require_GET
@require_role(*EDITORS)
def review_page(request: HttpRequest) -> HttpResponse:
    """核对: the target of the address, or the first that waits. What a person skipped comes again at the end."""
    skipped = request.session.get("skipped", [])
    queue = review.waiting_targets(request.user, skipped=skipped)
    named = _uuid(request.GET.get("t", ""))
    asked = Target.objects.visible_to(request.user).filter(public_id=named).first() if named else None
    target = review.place(queue.select_related("commitment", "lead", "office"), asked)
    case = review.case_of(target, queue, request.user, wanted=request.GET.get("c", "")) if target else None
    context = {
        "case": case, "left": queue.count(), "skipped": len(skipped), "unassigned": _unassigned(request),
        "last_step": steps.last_step(request.user), "done": request.session.get("decided", 0), "minutes": _minutes(request),
    }
    return render(request, "reports/review.html", context)


def _unassigned(request: HttpRequest) -> int:
    return Target.objects.visible_to(request.user).standing().filter(lead__isnull=True).count()


def _uuid(said: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(said)
    except ValueError:
        return None


def _minutes(request: HttpRequest) -> float:
    """How long the person has been deciding, from the first decision of this session on."""
    since = request.session.get("deciding_since")
    return max((timezone.now().timestamp() - since) / 60, 0) if since else 0


@require_POST
@require_role(*EDITORS)
def skip(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """跳过: out of the way for this session, not decided."""
    target = get_object_or_404(visible(request), public_id=public_id)
    skipped = [each for each in request.session.get("skipped", []) if each != target.pk]
    request.session["skipped"] = [*skipped, target.pk][-review.MOST_SKIPPED:]
    return _back(request, reverse("reports:review"))


@require_POST
@require_role(*EDITORS)
def unskip(request: HttpRequest) -> HttpResponse:
    """再看跳过的."""
    request.session.pop("skipped", None)
    return redirect("reports:review")


@require_POST
@require_role(*EDITORS)
def confirm(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """确认: this result is the evidence."""
    return _decide(request, public_id, decisions.confirm)


@require_POST
@require_role(*EDITORS)
def refuse(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """否定: this result is none."""
    return _decide(request, public_id, decisions.refuse)


def _decide(request: HttpRequest, public_id: uuid.UUID, deed: decisions.Deed) -> HttpResponse:
    rows = Match.objects.visible_to(request.user).select_related("target", "target__office", "result")
    match = get_object_or_404(rows, public_id=public_id)
    check_may(request.user, EDITORS, match.target.office)
    form = VersionForm(request.POST)
    if not form.is_valid() or not deed(match, version=form.cleaned_data["version"], user=_user(request), request=request):
        messages.error(request, f"这条佐证{CONFLICT}")
    else:
        request.session["decided"] = request.session.get("decided", 0) + 1
        request.session.setdefault("deciding_since", timezone.now().timestamp())
    return _back(request, match.target.get_absolute_url())


@require_http_methods(["GET", "POST"])
@require_role(*EDITORS)
def choose(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """指定佐证: a person picks the result from all that the office reported."""
    target = get_object_or_404(visible(request), public_id=public_id)
    check_may(request.user, EDITORS, target.office)
    results = _choices(target, request.GET.get("q", ""))
    if request.method == "POST":
        try:
            wanted = uuid.UUID(request.POST.get("result", ""))
        except ValueError:
            messages.error(request, "请先选一个完成数。")
            return redirect("reports:choose", public_id=target.public_id)
        result = get_object_or_404(Result.objects.filter(office=target.office_id), public_id=wanted)
        decisions.choose(target, result, user=_user(request), request=request)
        return redirect(target)
    page = Paginator(results, 30).get_page(request.GET.get("page"))
    return render(request, "reports/choose.html", {"target": target, "page": page, "q": request.GET.get("q", "")})


def _choices(target: Target, said: str) -> QuerySet[Result]:
    """Results of the target's office and year, the latest report first, narrowed by words."""
    rows = Result.objects.filter(office=target.office_id).select_related("document").defer("document__text", "document__reading")
    for word in said.split():
        rows = rows.filter(indicator__icontains=word)
    if target.year is not None:
        rows = rows.filter(Q(year=target.year) | Q(year__isnull=True))
    return rows.order_by(F("document__cutoff").desc(nulls_last=True), "document_id", "start", "pk")


def _user(request: HttpRequest) -> Any:
    return request.user


def _back(request: HttpRequest, default: str) -> HttpResponse:
    """To where the person came from, if that is a page of ours."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if safe else default)


# --- 预警 ----------------------------------------------------------------------------------------------------------------------


@require_GET
@require_role(*READERS)
def flags_page(request: HttpRequest) -> HttpResponse:
    """预警: what stands, unless the address asks for more."""
    data = request.GET if "state" in request.GET else request.GET | {"state": "standing"}
    rows = Flag.objects.visible_to(request.user).select_related("target", "target__lead", "office", "answered_by")
    found = FlagFilter(data, queryset=rows)
    page = Paginator(found.qs.urgent_first(), 30).get_page(request.GET.get("page"))
    own = set(memberships_of(request.user, *EDITORS).values_list("office", flat=True))
    context = {"filter": found, "page": page, "answerable": _answerable(request.user, page.object_list), "own": own}
    return render(request, "reports/flags.html", context)


def _answerable(user: Person, flags: Any) -> set[int]:
    """The ids of those flags that the person may answer: a supervisor of the office, or a unit that the target is for."""
    offices = set(memberships_of(user, *EDITORS).values_list("office", flat=True))
    departments = set(departments_of(user).values_list("pk", flat=True))
    supported = set(Target.support.through.objects.filter(department__in=departments).values_list("target", flat=True))
    return {flag.pk for flag in flags
            if flag.office_id in offices or (flag.target and (flag.target.lead_id in departments or flag.target_id in supported))}


def _flag(request: HttpRequest, public_id: uuid.UUID) -> Flag:
    flag = get_object_or_404(Flag.objects.visible_to(request.user).standing().select_related("target", "office"), public_id=public_id)
    if flag.pk not in _answerable(request.user, [flag]):
        raise PermissionDenied("您的角色不能处理这条预警。")
    return flag


@require_POST
@require_role(Role.SUPERVISOR, Role.UNIT)
def flag_seen(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """已阅: somebody knows of it. It goes on counting its days."""
    flag, form = _flag(request, public_id), VersionForm(request.POST)
    if flag.state == Flag.State.OPEN and form.is_valid():
        _change(request, flag, "flag.seen", form.cleaned_data["version"], state=Flag.State.SEEN)
    return _back(request, flag.get_absolute_url())


@require_POST
@require_role(Role.SUPERVISOR, Role.UNIT)
def flag_answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """答复: the words stay on the flag, and its steps stand still."""
    flag, form = _flag(request, public_id), AnswerForm(request.POST)
    if form.is_valid():
        _change(request, flag, "flag.answer", form.cleaned_data["version"], state=Flag.State.ANSWERED,
                answer=form.cleaned_data["answer"], answered_by=request.user)
    else:
        messages.error(request, "请填写答复内容。")
    return _back(request, flag.get_absolute_url())


def _change(request: HttpRequest, flag: Flag, action: str, version: int, **columns: Any) -> None:
    before = {"state": flag.state, "answer": flag.answer}
    written = flag.change(version=version, **columns)
    after = {"state": columns["state"], "answer": columns.get("answer", flag.answer), "text": flag.text}
    audit.record(action, office=flag.office, request=request, subject=flag, before=before, after=after, success=written)
    if not written:
        messages.error(request, f"这条预警{CONFLICT}")


# --- 定时检查 -------------------------------------------------------------------------------------------------------------------


@require_GET
@require_role(*(OVERSEERS | ADMINS))
def checks_page(request: HttpRequest) -> HttpResponse:
    """定时检查: when the next one is, and what the last ones did. `?poll` gives the table alone while one is under way."""
    found = Check.objects.visible_to(request.user).select_related("office", "asked_by")
    table = CheckTable(found, order_by=("-created_at",))
    RequestConfig(request, paginate={"per_page": 30}).configure(table)
    under_way = found.filter(state__in=(Check.State.WAITING, Check.State.RUNNING)).exists()
    now = timezone.now()
    offices = offices_of(request.user, *OVERSEERS, Role.ADMIN).order_by("path", "pk")
    runnable = set(memberships_of(request.user, *RUNNERS).values_list("office", flat=True))
    times = [{"office": office, "settings": settings, "next": checks.next_time(settings, now), "may_run": office.pk in runnable}
             for office in offices for settings in [OfficeSettings.of(office)]]
    template = "reports/_checks.html" if "poll" in request.GET else "reports/checks.html"
    return render(request, template, {"table": table, "under_way": under_way, "times": times})


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
        check = checks.ask_for(office, _user(request))
        audit.record("check.run", office=office, request=request, subject=check)
    send("reports.run_check", check.pk)
    return redirect("reports:checks")
