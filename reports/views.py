"""Pages that compare: 总览, 目标, 核对, and the ledger of what the list shows."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from offices import addresses
from offices.permissions import (
    ADMINS,
    EDITORS,
    OVERSEERS,
    READERS,
    check_may,
    holds,
    offices_of,
    require_role,
)
from reports import decisions, review
from reports.comparison import compare, course_points, with_extras
from reports.excerpts import of_row
from reports.forms import VersionForm
from reports.implying import implied_by
from reports.models import Match, Result
from reports.overview import overview
from targets import steps
from targets.filters import years_of
from targets.forms import InstructionForm
from targets.models import Target
from targets.views import visible

RUNNERS = EDITORS | ADMINS
CONFLICT = "刚被他人处理过,请看过最新内容后再操作。"


@require_GET
@require_role(*READERS)
def dashboard(request: HttpRequest) -> HttpResponse:
    """总览 of one year: the one people work on, or that of the address."""
    years, working = years_of(request.user)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() else working
    offices = list(offices_of(request.user, *READERS).only("public_id", "name", "path").order_by("path", "pk"))
    office = next((each for each in offices if str(each.public_id) == request.GET.get("office")), None)
    # A 责任单位 sees rows of its own department alone, whatever lies below its office.
    several = len(offices) > 1 and office is None and holds(request.user, *OVERSEERS)
    shown = overview(request.user, year=year, office=office, among=offices if several else ())
    choices = [(str(each.public_id), each.name) for each in offices]
    context = {"overview": shown, "years": years, "offices": choices,
               "office": str(office.public_id) if office else "", "several": several, "may_upload": holds(request.user, *EDITORS)}
    return render(request, "reports/dashboard.html", context)


@require_GET
@require_role(*READERS)
def target_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """目标. `?poll` answers 204 until the target is judged again, then has the page loaded anew."""
    rows = with_extras(visible(request).select_related("firm", "confirmed_by", "same_as"))
    target = get_object_or_404(rows, public_id=public_id)
    if "poll" in request.GET:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"} if target.judged_at else {})
    shown = compare(target, request.user)
    context = {"shown": shown, "target": target, "instruction_form": InstructionForm() if shown.may_instruct else None,
               "today": timezone.localdate(), "points": course_points(target, shown.course),
               "last_step": steps.last_step(request.user) if shown.may_edit else None}
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
    context = {"result": result, "matches": matches, "excerpt": of_row(result, result.document.text), "implied": implied_by(result)}
    return render(request, "reports/result.html", context)


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
        "last_step": steps.last_step(request.user), "done": request.session.get("decided", 0), "pace": _pace(request),
    }
    return render(request, "reports/review.html", context)


def _unassigned(request: HttpRequest) -> int:
    return Target.objects.visible_to(request.user).standing().filter(lead__isnull=True).count()


def _uuid(said: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(said)
    except ValueError:
        return None


def _pace(request: HttpRequest) -> float | None:
    """Decisions a minute, from the first of this session on; None before a minute has passed."""
    since = request.session.get("deciding_since")
    minutes = (timezone.now().timestamp() - since) / 60 if since else 0
    return request.session.get("decided", 0) / minutes if minutes >= 1 else None


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
    return redirect(addresses.own(request, wanted) or default)
