"""口径库: the words that an office takes for the same, learned from confirmed matches, and switched off where they were learned wrongly."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from documents.pipeline import send
from offices import audit
from offices.permissions import EDITORS, Person, check_may, offices_of, require_role
from reports.forms import VersionForm
from reports.models import Alias, Match
from targets.models import Target

PAGE = 50


@dataclass(frozen=True, slots=True)
class Decided:
    """What people decided about the machine's matches, in all offices a person edits for."""

    confirmed: int
    refused: int

    @property
    def share(self) -> float | None:
        """Confirmed of all decided, in %; None where nobody decided yet."""
        total = self.confirmed + self.refused
        return 100 * self.confirmed / total if total else None


@require_GET
@require_role(*EDITORS)
def page(request: HttpRequest) -> HttpResponse:
    """Every pair with how often it was confirmed and whether it is in force."""
    said = request.GET.get("q", "").strip()
    rows = _visible(request.user)
    if said:
        rows = rows.filter(Q(left__icontains=said) | Q(right__icontains=said))
    shown = Paginator(rows.select_related("office").order_by("-active", "-count", "left", "right", "pk"), PAGE)
    return render(request, "reports/glossary.html", {
        "rows": shown.get_page(request.GET.get("page")), "decided": _decided(request.user), "said": said, "total": shown.count})


@require_POST
@require_role(*EDITORS)
def switch(request: HttpRequest, public_id: str) -> HttpResponse:
    """Takes a pair out of force or back; the office's targets are judged again."""
    alias = get_object_or_404(_visible(request.user).select_related("office"), public_id=public_id)
    check_may(request.user, EDITORS, alias.office)
    form, active = VersionForm(request.POST), not alias.active
    version = form.cleaned_data["version"] if form.is_valid() else 0
    if not alias.change(version=version, active=active):
        messages.error(request, "刚被他人处理过,请看过最新内容后再操作。")
        return redirect("reports:glossary")
    audit.record("alias.switch", office=alias.office, request=request, subject=alias,
                 before={"active": not active}, after={"active": active, "name": str(alias)})
    Target.objects.standing().filter(office=alias.office).update(judged_at=None)
    transaction.on_commit(lambda: send("reports.judge_stale", alias.office_id))
    messages.success(request, f"口径“{alias}”已{'启用' if active else '停用'},正在重新研判。")
    return redirect("reports:glossary")


def _visible(user: Person) -> QuerySet[Alias]:
    return Alias.objects.filter(office__in=offices_of(user, *EDITORS), count__gt=0)


def _decided(user: Person) -> Decided:
    rows = Match.objects.filter(target__office__in=offices_of(user, *EDITORS), decided_by=Match.Decider.PERSON)
    counts = rows.aggregate(
        confirmed=Count("pk", filter=Q(decision=Match.Decision.CONFIRMED)), refused=Count("pk", filter=Q(decision=Match.Decision.REFUSED)))
    return Decided(**counts)
