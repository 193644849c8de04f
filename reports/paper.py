"""What goes out on paper and comes back from it: 导出 (at once or as a task), 打印页, 台账回收."""

import uuid
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from documents.intake import clean_name
from documents.pipeline import send
from offices import audit
from offices.models import User
from offices.permissions import EDITORS, READERS, holds, home_of, offices_of, require_role
from reports import exports, pictures, returns, taking
from reports.models import Export, Return
from targets import steps
from targets.filters import narrow


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


# --- out --------------------------------------------------------------------------------------------------------------------


@require_GET
@require_role(*READERS)
def ledger(request: HttpRequest) -> Any:
    """导出 of what the list shows under the same address. A long one is written by a task and waits in 导出."""
    narrowed, wish = narrow(request.user, request.GET), exports.Wish.of(request.GET)
    if narrowed.qs.order_by().count() > exports.AT_ONCE:
        export = Export.objects.create(user=_user(request), query=request.GET.urlencode()[:2000])
        send("reports.write_export", export.pk)
        return redirect("reports:exports")
    selection = exports.selected(_user(request), request.GET, made=timezone.localdate(), cutoff=wish.cutoff)
    file = BytesIO()
    exports.write(selection, wish, file)
    file.seek(0)
    exports.note(selection, wish, user=_user(request), request=request)
    return FileResponse(file, as_attachment=True, filename=exports.file_name(selection.head, wish), content_type=exports.TYPES[wish.file])


@require_GET
@require_role(*READERS)
def export_page(request: HttpRequest) -> HttpResponse:
    """导出: the forms a ledger comes in, for the filter of the address, and what was written for this person within a day."""
    found = Export.objects.of(request.user).filter(created_at__gte=timezone.now() - Export.KEPT)
    under_way = found.filter(state__in=(Export.State.WAITING, Export.State.RUNNING)).exists()
    kept = [name for name in request.GET if name not in ("form", "paper", "file", "cutoff", "departments", "ranked", "poll")]
    fields = [(name, value) for name in kept for value in request.GET.getlist(name)]
    narrowed = narrow(request.user, request.GET)
    context = {"exports": found, "under_way": under_way, "fields": fields, "count": narrowed.qs.order_by().count(),
               "scope": "、".join(exports.scope_of(narrowed)), "at_once": exports.AT_ONCE,
               "editor": holds(request.user, *EDITORS), "several": offices_of(request.user, *READERS).count() > 1}
    return render(request, "reports/_exports.html" if "poll" in request.GET else "reports/exports.html", context)


@require_GET
@require_role(*READERS)
def export_file(request: HttpRequest, public_id: uuid.UUID) -> FileResponse:
    """下载 of one's own export, while one still sees all the offices in it."""
    export = get_object_or_404(Export.objects.of(request.user).filter(state=Export.State.DONE), public_id=public_id)
    if export.created_at < timezone.now() - Export.KEPT:
        raise Http404
    seen = set(offices_of(request.user, *READERS).values_list("pk", flat=True))
    if not seen.issuperset(export.offices):
        raise Http404
    name = export.name
    audit.record("ledger.download", request=request, subject=export, after={"name": name, "targets": export.count})
    return FileResponse(export.file.open("rb"), as_attachment=True, filename=name, content_type=exports.TYPES[_kind(name)])


def _kind(name: str) -> exports.Format:
    return cast(exports.Format, name.rpartition(".")[2])


@require_GET
@require_role(*READERS)
def print_page(request: HttpRequest) -> HttpResponse:
    """打印页: counts by status and the course of what lags, as pictures made here, from the same rows as the ledger."""
    wish = exports.Wish.of(request.GET)
    selection = exports.selected(_user(request), request.GET, made=timezone.localdate(), cutoff=wish.cutoff)
    context = {**pictures.page_of(selection), "query": request.GET.urlencode(), "may_pdf": bool(pictures.office_program())}
    return render(request, "reports/print.html", context)


@require_GET
@require_role(*READERS)
def print_file(request: HttpRequest) -> FileResponse:
    """The ledger of the same rows as PDF, where LibreOffice is found."""
    wish = exports.Wish.of(request.GET)
    selection = exports.selected(_user(request), request.GET, made=timezone.localdate(), cutoff=wish.cutoff)
    data = pictures.as_pdf(selection, wish)
    if data is None:
        raise Http404
    exports.note(selection, wish, user=_user(request), request=request)
    name = exports.file_name(selection.head, wish).removesuffix(wish.file) + "pdf"
    return FileResponse(BytesIO(data), as_attachment=True, filename=name, content_type="application/pdf")


# --- back -------------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@require_role(*EDITORS)
def return_page(request: HttpRequest) -> HttpResponse:
    """台账回收: a sheet that came back is kept and looked at first; what was taken before stands below, each with its way back."""
    if request.method == "POST":
        return _keep_sheet(request)
    own = Return.objects.filter(user=_user(request), taken_at__isnull=False)[:20]
    limit = settings.UPLOAD_LIMIT // 1024 // 1024
    return render(request, "reports/returns.html", {"returns": own, "limit": limit, "office": home_of(request.user, EDITORS)})


def _keep_sheet(request: HttpRequest) -> HttpResponse:
    upload = request.FILES.get("sheet")
    if upload is None or not upload.size or upload.size > settings.UPLOAD_LIMIT:
        messages.error(request, "请选择一个导出后修改过的 .xlsx 文件,不要超过上传限额。")
        return redirect("reports:returns")
    data = upload.read()
    try:
        returns.preview(data, _user(request))
    except returns.Refused as refused:
        messages.error(request, str(refused))
        return redirect("reports:returns")
    # Looked at and never taken: nobody asks for it again.
    for old in Return.objects.filter(user=_user(request), taken_at__isnull=True, created_at__lt=timezone.now() - timedelta(days=1)):
        old.delete()
        transaction.on_commit(partial(old.file.storage.delete, str(old.file.name)))
    sheet = Return(user=_user(request), name=clean_name(upload.name or "台账.xlsx"))
    sheet.file.save("", ContentFile(data), save=False)
    sheet.save()
    return redirect("reports:return", public_id=sheet.public_id)


def _own(request: HttpRequest, public_id: uuid.UUID) -> Return:
    return get_object_or_404(Return.objects.filter(user=_user(request)), public_id=public_id)


@require_GET
@require_role(*EDITORS)
def return_preview(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """每处改动, before anything is taken."""
    sheet = _own(request, public_id)
    if sheet.taken_at:
        return redirect("reports:returns")
    return render(request, "reports/return.html", {"sheet": sheet, "found": _looked_at(sheet, _user(request))})


def _looked_at(sheet: Return, user: User) -> returns.Preview:
    with sheet.file.open("rb") as file:
        return returns.preview(file.read(), user)


@require_POST
@require_role(*EDITORS)
def return_take(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """导入: one step. A second click finds it taken."""
    sheet = _own(request, public_id)
    if sheet.taken_at or not sheet.change(version=sheet.version, taken_at=timezone.now()):
        messages.error(request, "这个文件已经导入过。")
        return redirect("reports:returns")
    found, source = _looked_at(sheet, _user(request)), request.POST.get("source", "")[:200]
    try:
        step, count = taking.take(found, _user(request), source=source, request=request)
    except ValidationError as error:
        sheet.change(version=sheet.version, taken_at=None)
        messages.error(request, "".join(error.messages))
        return redirect("reports:return", public_id=sheet.public_id)
    sheet.change(version=sheet.version, step=step, count=count, source=source)
    messages.success(request, f"已导入{count}个目标的改动。")
    return render(request, "reports/return.html", {"sheet": sheet, "found": found, "taken": True})


@require_POST
@require_role(*EDITORS)
def return_undo(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """撤回 of a whole import; rows that somebody changed since stay, and are named."""
    sheet = _own(request, public_id)
    undone = steps.undo(sheet.step, user=request.user, request=request) if sheet.step else None
    if undone is None:
        raise PermissionDenied("这次导入不能撤回,或已经撤回。")
    sheet.change(version=sheet.version, undone_at=timezone.now())
    messages.success(request, f"已撤回{undone.done}个目标的改动。")
    if undone.kept:
        messages.warning(request, f"其后又有人改过、未撤回的目标:{'、'.join(undone.kept[:20])}")
    return redirect("reports:returns")
