"""目标清单 from stored columns, and what a person does to a target: correct, confirm, withdraw."""

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_tables2 import RequestConfig

from offices import audit
from offices.models import OfficeSettings
from offices.permissions import EDITORS, READERS, check_may, require_role
from targets.filters import TargetFilter
from targets.forms import CORRECTABLE, JUDGED_BY, CorrectionForm
from targets.models import Light, Status, Target, TargetQuerySet, as_written, decimal_text
from targets.tables import TargetTable

CONFLICT = "这个目标刚被他人改过。下面已换成最新内容,请核对后重新填写。"
LIGHTS = {
    Status.MISSED: Light.RED, Status.LAGGING: Light.YELLOW, Status.ON_TRACK: Light.GREEN, Status.MET: Light.GREEN,
}


def visible(request: HttpRequest) -> TargetQuerySet:
    return Target.objects.visible_to(request.user).select_related("commitment", "lead", "office")


def filtered(request: HttpRequest) -> TargetFilter:
    """The filter of the address. Where it names no year, the one people work on; an empty year means all."""
    rows = visible(request).standing().ranked()
    data: QueryDict = request.GET
    if "year" not in data and (year := rows.working_year()):
        data = data.copy()
        data["year"] = str(year)
    return TargetFilter(data, queryset=rows)


@require_GET
@require_role(*READERS)
def target_list(request: HttpRequest) -> HttpResponse:
    """目标清单. The address holds filter, order and page; htmx takes only the part that changes."""
    narrowed = filtered(request)
    rows = narrowed.qs.worst_first()
    table = TargetTable(rows)
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    context = {
        "table": table, "filter": narrowed, "chips": _chips(request, narrowed), "total": table.paginator.count,
        "commitments": rows.order_by().values("commitment").distinct().count(),
        "standing": [Status(each).label for each in request.GET.getlist("standing") if each in Status.values],
        "without_standing": _address(request, standing=[]), "query": request.GET.urlencode(), "sort": request.GET.get("sort", ""),
    }
    return render(request, "targets/list.html", context)


def _chips(request: HttpRequest, narrowed: TargetFilter) -> list[dict[str, Any]]:
    """The counts by status on top: a click narrows to it, a second one takes that back."""
    counts, chosen = narrowed.counts(), request.GET.getlist("status")
    chips = []
    for status in Status:
        active = status.value in chosen
        kept = [each for each in chosen if each != status.value] if active else [*chosen, status.value]
        if counts.get(status.value) or active:
            chips.append({"label": status.label, "light": LIGHTS.get(status, Light.GREY).value, "count": counts.get(status.value, 0),
                          "active": active, "address": _address(request, status=kept)})
    return chips


def _address(request: HttpRequest, **changes: list[str]) -> str:
    """The address of the list with some of its filters changed; it begins again at the first page."""
    data = request.GET.copy()
    data.pop("page", None)
    for name, values in changes.items():
        data.setlist(name, values)
    return f"?{data.urlencode()}"


@require_GET
@require_role(*READERS)
def at(request: HttpRequest, document: uuid.UUID, start: int) -> HttpResponse:
    """From a coloured span of a source text to its target."""
    return redirect(get_object_or_404(Target.objects.visible_to(request.user), document__public_id=document, start=start))


def _one(request: HttpRequest, public_id: uuid.UUID) -> Target:
    """A target that the person may change; 404 where they do not even see it."""
    target = get_object_or_404(visible(request), public_id=public_id)
    check_may(request.user, EDITORS, target.office)
    return target


@require_http_methods(["GET", "POST"])
@require_role(*EDITORS)
def edit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """更正: the target is judged again by the corrected figures, and a later reading leaves it alone."""
    target, status = _one(request, public_id), 200
    form = CorrectionForm(request.POST or None, instance=target)
    if request.method == "POST" and form.is_valid():
        if correct(target, form, request):
            messages.success(request, "已更正。")
            return redirect(target)
        target, status = _one(request, public_id), 409
        form = CorrectionForm(instance=target)
        messages.error(request, CONFLICT)
    return render(request, "targets/edit.html", {"form": form, "target": target}, status=status)


def correct(target: Target, form: CorrectionForm, request: HttpRequest) -> bool:
    """Stores what the form changed; False where somebody was faster."""
    said = form.cleaned_data
    changed = [name for name in form.changed_data if name in CORRECTABLE]
    if not changed:
        return True
    fresh = Target.objects.get(pk=target.pk)
    before, after = _plain(fresh, changed), {name: _words(said[name]) for name in changed}
    columns = {name: said[name] for name in changed if name != "support"}
    if JUDGED_BY & set(changed):
        columns["judged_at"] = None
    written = fresh.change(version=said["version"], **columns)
    if written and "support" in changed:
        fresh.support.set(said["support"])
    audit.record("target.correct", office=target.office, request=request, subject=target, before=before, after=after, success=written)
    return written


def _plain(target: Target, names: list[str]) -> dict[str, Any]:
    return {name: _words(target.support.all() if name == "support" else getattr(target, name)) for name in names}


def _words(value: Any) -> Any:
    """A value for the audit trail: departments by name, numbers as written."""
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return [str(each) for each in value]
    if isinstance(value, Decimal):
        return decimal_text(as_written(value, None))
    return value if value is None or isinstance(value, bool | int) else str(value)


@require_POST
@require_role(*EDITORS)
def confirm(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """核对无误: a person answers for what was read. Where four eyes are asked for, not the one who corrected it last."""
    target = _one(request, public_id)
    if OfficeSettings.of(target.office).four_eyes and _corrected_last_by(target) == request.user.pk:
        messages.error(request, "本单位要求双人核对:更正人不得确认自己更正的目标。")
        return redirect(target)
    _change(request, target, "target.confirm", confirmed_by=request.user)
    return redirect(target)


def _corrected_last_by(target: Target) -> int | None:
    return target.history.filter(action="target.correct", success=True).values_list("user", flat=True).first()


@require_POST
@require_role(*EDITORS)
def withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """撤销 of what is no target after all, and back: it counts nowhere while withdrawn, and a re-read does not bring it back."""
    target = _one(request, public_id)
    _change(request, target, "target.restore" if target.withdrawn else "target.withdraw", withdrawn=not target.withdrawn, judged_at=None)
    return redirect(target)


def _change(request: HttpRequest, target: Target, action: str, **columns: Any) -> None:
    written = target.change(version=int(request.POST.get("version", 0)), **columns)
    audit.record(action, office=target.office, request=request, subject=target, success=written)
    if not written:
        messages.error(request, "这个目标刚被他人改过,请看过最新内容后再操作。")
