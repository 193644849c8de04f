"""目标清单 from stored columns, and what a person does to a target: correct, confirm, withdraw, revise; alone or many at once."""

import uuid
from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from offices import addresses, audit, paging
from offices.conflicts import TOLD, keep_both
from offices.models import OfficeSettings, User
from offices.permissions import EDITORS, READERS, check_may, holds, memberships_of, require_role
from targets import assignments, bulk, steps, wording
from targets.filters import TargetFilter, narrow
from targets.forms import (
    CORRECTABLE,
    DEEDS,
    JUDGED_BY,
    BulkForm,
    CorrectionForm,
    PickForm,
    RevisionForm,
    SavedViewForm,
    departments_for,
)
from targets.models import Light, Revision, SavedView, Status, Target, TargetQuerySet, as_written, decimal_text
from targets.tables import TargetTable

LIGHTS = {
    Status.MISSED: Light.RED, Status.LAGGING: Light.YELLOW, Status.ON_TRACK: Light.GREEN, Status.MET: Light.GREEN,
}


def visible(request: HttpRequest) -> TargetQuerySet:
    return Target.objects.visible_to(request.user).select_related("commitment", "lead", "office")


class CountedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of rows whose number is known already."""

    def __init__(self, *args: Any, known: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = known


@require_GET
@require_role(*READERS)
def target_list(request: HttpRequest) -> HttpResponse:
    """目标清单. The address holds filter, order, page, columns and density; htmx takes only the part that changes."""
    narrowed, editor = narrow(request.user, request.GET), holds(request.user, *EDITORS)
    counts, commitments = narrowed.counts()
    said = narrowed.form.cleaned_data.get("status") if narrowed.form.is_valid() else None
    total = sum(counts.get(status, 0) for status in said or counts)
    chosen = request.GET.getlist("column")
    rows = narrowed.qs.worst_first().annotate(revised=Exists(Revision.objects.filter(target=OuterRef("pk"))))
    if "confirmed_by" in chosen:
        rows = rows.select_related("confirmed_by", "commitment", "lead", "office")
    table = TargetTable(rows, exclude=(*TargetTable.hidden(chosen), *(() if editor else ("pick",))))
    paging.configure(request, table, per_page=50, paginator_class=partial(CountedPaginator, known=total))
    context = {
        "table": table, "filter": narrowed, "chips": _chips(request, narrowed, counts), "total": total, "commitments": commitments,
        "standing": [Status(each).label for each in request.GET.getlist("standing") if each in Status.values],
        "without_standing": _address(request, standing=[]), "query": request.GET.urlencode(), "sort": request.GET.get("sort", ""),
        "columns": _columns(chosen), "chosen": [name for name in chosen if name in dict(TargetTable.optional())],
        "dense": request.GET.get("density") == "dense", "editor": editor, "most": bulk.MOST,
        "other_density": _address(request, density=[] if request.GET.get("density") == "dense" else ["dense"]),
        "views": SavedView.objects.filter(user=request.user.pk).order_by("name", "pk"),
        "last_step": steps.last_step(request.user) if editor else None,
        "departments": departments_for(request.user) if editor else (),
    }
    return render(request, "targets/list.html", context)


def _columns(chosen: list[str]) -> list[tuple[str, str, bool]]:
    """Name, heading and whether it is shown, of each column that may be put away."""
    hidden = TargetTable.hidden(chosen)
    return [(name, label, name not in hidden) for name, label in TargetTable.optional()]


def _chips(request: HttpRequest, narrowed: TargetFilter, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The counts by status on top: a click narrows to it, a second one takes that back."""
    chosen = narrowed.data.getlist("status")
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
            return back(request, target.get_absolute_url())
        target, status = _one(request, public_id), 409
        form = keep_both(form, CorrectionForm(instance=target))
        messages.error(request, f"这个目标{TOLD}")
    return render(request, "targets/edit.html", {"form": form, "target": target, "next": _next(request)}, status=status)


def _next(request: HttpRequest) -> str:
    """Where the person came from and wants to be again, if that is a page of ours; else empty."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return addresses.own(request, wanted)


def back(request: HttpRequest, default: str) -> HttpResponse:
    return redirect(_next(request) or default)


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
        columns |= {"judged_at": None, **_unconfirmed(fresh)}
    written = fresh.change(version=said["version"], **columns)
    if written and "support" in changed:
        fresh.support.set(said["support"])
    if written and {"lead", "support"} & set(changed):
        assignments.learn(fresh)
    if written and "indicator" in changed:
        wording.store([fresh])
    audit.record("target.correct", office=target.office, request=request, subject=target, before=before, after=after, success=written)
    return written


def _unconfirmed(target: Target) -> dict[str, Any]:
    """Where four eyes are asked for, a changed figure has to be confirmed anew."""
    return {"confirmed_by": None} if target.confirmed_by_id and OfficeSettings.of(target.office).asks_for_four_eyes else {}


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
    if OfficeSettings.of(target.office).asks_for_four_eyes and bulk.was_entered_by(target, request.user.pk):
        messages.error(request, "本单位要求双人核对:更正人不得确认自己更正的目标。")
        return redirect(target)
    _change(request, target, "target.confirm", confirmed_by_id=request.user.pk)
    return redirect(target)


@require_POST
@require_role(*EDITORS)
def withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """撤销 of what is no target after all, and back: it counts nowhere while withdrawn, and a re-read does not bring it back."""
    target = _one(request, public_id)
    _change(request, target, "target.restore" if target.withdrawn else "target.withdraw", withdrawn=not target.withdrawn, same_as_id=None,
            judged_at=None)
    return redirect(target)


def _change(request: HttpRequest, target: Target, action: str, **columns: Any) -> None:
    before = {name: getattr(target, name) for name in columns}
    written = target.change(version=number(request.POST.get("version", "")), **columns)
    undo = [steps.move(target, **{**before, **({"judged_at": None} if "judged_at" in columns else {})})]
    audit.record(action, office=target.office, request=request, subject=target, success=written, before={"undo": undo} if written else None)
    if not written:
        messages.error(request, "这个目标刚被他人改过,请看过最新内容后再操作。")


def number(said: str) -> int:
    """A version as it was sent; 0, which no row has, for nonsense."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


# --- many at once -----------------------------------------------------------------------------------------------------------


@require_POST
@require_role(*EDITORS)
def bulk_deed(request: HttpRequest) -> HttpResponse:
    """批量操作 on what was ticked, or on the whole list as it was narrowed. Told afterwards: how many, which not and why."""
    form = BulkForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, "".join(str(error) for errors in form.errors.values() for error in errors))
        return back(request, "/targets/")
    targets, gone = chosen(request, form)
    if not targets and not gone:
        messages.error(request, "请先勾选目标;只能改动本人任督查员的单位的目标。")
        return back(request, "/targets/")
    done = _do(form.cleaned_data, targets, request)
    done.conflicts += gone
    tell(request, dict(DEEDS)[form.cleaned_data["deed"]], done)
    return back(request, "/targets/")


def chosen(request: HttpRequest, form: PickForm) -> tuple[list[Target], list[str]]:
    """The rows to change, with the versions the person saw; and the names of those that changed since."""
    own = memberships_of(request.user, *EDITORS).values("office")
    if form.cleaned_data["whole"]:
        rows = narrow(request.user, QueryDict(_next(request).partition("?")[2])).qs
        return list(rows.filter(office__in=own).order_by("pk")[:bulk.MOST]), []
    seen = form.picked()
    rows = list(visible(request).standing().filter(office__in=own, public_id__in=list(seen)[:bulk.MOST]).order_by("pk"))
    same = [row for row in rows if seen[row.public_id] == row.version]
    return same, [row.indicator for row in rows if row not in same]


def _do(said: dict[str, Any], targets: list[Target], request: HttpRequest) -> bulk.Done:
    if said["deed"] == "assign":
        return assignments.assign(targets, said["lead"], request)
    if said["deed"] == "due":
        return bulk.set_due(targets, said["due"], request)
    return bulk.confirm(targets, request)


def tell(request: HttpRequest, label: str, done: bulk.Done) -> None:
    """What a step did, in a sentence; what it left, and why, in others."""
    if done.count:
        messages.success(request, f"{label}:已改动{done.count}个目标。按 u 或点“撤回”可以整步撤回。")
    elif not done.conflicts and not done.refused:
        messages.info(request, f"{label}:所选目标已是这样,没有改动。")
    if done.conflicts:
        messages.error(request, f"{len(done.conflicts)}个目标刚被他人改过,没有改动:{_listed(done.conflicts)}。")
    if done.refused:
        messages.warning(request, f"{len(done.refused)}个目标按规定不能由您这样改动:{_listed(done.refused)}。")


def _listed(names: Iterable[str], most: int = 5) -> str:
    found = list(names)
    return "、".join(found[:most]) + ("等" if len(found) > most else "")


@require_POST
@require_role(*EDITORS)
def undo(request: HttpRequest) -> HttpResponse:
    """撤回 of the person's last step, or of the one that the page names."""
    try:
        wanted = uuid.UUID(request.POST.get("step", ""))
    except ValueError:
        wanted = step.id if (step := steps.last_step(request.user)) else uuid.uuid4()
    undone = steps.undo(wanted, user=request.user, request=request)
    if undone is None:
        messages.warning(request, "没有可以撤回的操作。")
    elif undone.done:
        messages.success(request, f"已撤回{undone.done}项。")
    if undone and undone.kept:
        messages.error(request, f"{len(undone.kept)}项此后又被改过,没有撤回:{_listed(undone.kept)}。")
    return back(request, "/targets/")


@require_GET
@require_role(*READERS)
def as_text(request: HttpRequest) -> HttpResponse:
    """复制为文字: the list as it is narrowed, by department, as one would paste it into a message."""
    rows = narrow(request.user, request.GET).qs.order_by("lead__name", "document_id", "start", "pk")
    audit.record("target.copy", request=request, after={"targets": min(rows.count(), bulk.MOST), "filter": request.GET.urlencode()[:500]})
    return HttpResponse(plain_text(rows[:bulk.MOST]), content_type="text/plain; charset=utf-8")


def plain_text(rows: Iterable[Target]) -> str:
    """Targets by department: a heading each, a numbered line each."""
    groups: dict[str, list[Target]] = {}
    for row in rows:
        groups.setdefault(row.lead.name if row.lead else "未分工", []).append(row)
    blocks = [[f"{name}({len(found)}项)", *(f"{place}. {line_of(row)}" for place, row in enumerate(found, start=1))]
              for name, found in groups.items()]
    return "\n\n".join("\n".join(block) for block in blocks)


def line_of(row: Target) -> str:
    """One target in a line: 规上工业企业:目标6家以上,完成4家,完成率66.7%,较序时+16.7,达进度(截至2025年6月)."""
    percent = f",完成率{row.percent}%" if row.percent is not None else ""
    gap = f",差距{row.signed_difference}" if row.difference is not None else ""
    date = f"(截至{row.evidence_date:%Y}年{row.evidence_date.month}月)" if row.evidence_date else ""
    done = f",完成{row.actual_text}" if row.actual_text else ""
    return f"{row.indicator}:目标{row.target_text}{done}{percent}{gap},{row.word or row.get_status_display() or '研判中'}{date}"


# --- saved views ------------------------------------------------------------------------------------------------------------


@require_POST
@require_role(*READERS)
def save_view(request: HttpRequest) -> HttpResponse:
    """保存视图 under a name; the same name takes the new state."""
    form = SavedViewForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        SavedView.objects.update_or_create(user=cast(User, request.user), name=said["name"], defaults={"query": said["query"]})
        messages.success(request, f"已保存视图“{said['name']}”。")
    else:
        messages.error(request, "请给视图起个名字(40字以内)。")
    return back(request, f"/targets/?{request.POST.get('query', '')}")


@require_POST
@require_role(*READERS)
def drop_view(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    get_object_or_404(SavedView, public_id=public_id, user=request.user.pk).delete()
    return back(request, "/targets/")


# --- 调整 ---------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@require_role(*EDITORS)
def revise(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """调整: an approved change. The old value stays on record and on the page; what reached up to then is judged by it."""
    target, status = _one(request, public_id), 200
    form = RevisionForm(request.POST or None, target=target)
    if request.method == "POST" and form.is_valid():
        if _revised(request, target, form):
            messages.success(request, "已登记调整,正在按新目标值研判。")
            return redirect(target)
        target, status = _one(request, public_id), 409
        form = keep_both(form, RevisionForm(target=target))
        messages.error(request, f"这个目标{TOLD}")
    return render(request, "targets/revise.html", {"form": form, "target": target}, status=status)


@transaction.atomic
def _revised(request: HttpRequest, target: Target, form: RevisionForm) -> bool:
    old, revision = target.value, form.save(commit=False)
    written = target.change(version=form.cleaned_data["version"], value=revision.new_value, judged_at=None, **_unconfirmed(target))
    if written:
        revision.target, revision.old_value = target, old
        revision.save()
    said = {name: _words(form.cleaned_data[name]) for name in ("applicant", "reason", "approver", "number")}
    audit.record("target.revise", office=target.office, request=request, subject=target, success=written,
                 before={"value": _words(old)}, after={"value": _words(revision.new_value), **said})
    return written
