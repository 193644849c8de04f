"""文件: upload, the fate of each file, the source with its coloured spans, the original, corrections."""

import uuid
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from documents import archives, intake, pictures, pipeline, rereading
from documents.forms import CorrectionForm, UploadForm
from documents.models import UNDER_WAY, Document, DocumentQuerySet, State
from documents.spans import blocks, counts, segments
from documents.tables import DocumentTable
from engine import files
from engine.errors import ReadError
from engine.values import Reading
from offices import audit, paging
from offices.conflicts import TOLD, keep_both
from offices.models import Office, User
from offices.permissions import EDITORS, OVERSEERS, check_may, may, memberships_of, require_role

CORRECTABLE = ("title", "kind", "year", "cutoff", "origin")


def _visible(request: HttpRequest) -> DocumentQuerySet:
    return Document.objects.visible_to(request.user).select_related("office", "uploaded_by")


def _one(request: HttpRequest, public_id: uuid.UUID) -> Document:
    return get_object_or_404(_visible(request), public_id=public_id)


@require_GET
@require_role(*OVERSEERS)
def document_list(request: HttpRequest) -> HttpResponse:
    """文件. While something is under way the table asks for itself every two seconds."""
    found = _visible(request).without_text()
    table = DocumentTable(found, order_by=("-uploaded_by",))
    paging.configure(request, table, per_page=50)
    context = {
        "table": table, "under_way": found.filter(state__in=UNDER_WAY).exists(),
        "may_upload": memberships_of(request.user, *EDITORS).exists(),
    }
    return render(request, "documents/_table.html" if "poll" in request.GET else "documents/list.html", context)


# Each file is a step of its own: what is unpacked and looked at must not keep other writers waiting.
@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
@require_role(*EDITORS)
def upload(request: HttpRequest) -> HttpResponse:
    """上传: each file gets its own answer; one that is refused does not stop the others."""
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        taken: list[str] = []
        for file in form.cleaned_data["uploads"]:
            taken += _take_in(request, form.cleaned_data["office"], file, form.cleaned_data["origin"])
        _tell(request, taken)
        return redirect("documents:list")
    limit = settings.UPLOAD_LIMIT // 1024 // 1024
    return render(request, "documents/upload.html", {"form": form, "limit": limit})


MOST_TOLD = 5


def _tell(request: HttpRequest, names: list[str]) -> None:
    """A line for each file that came in, or one for all where there are many: what was refused must not be lost among them."""
    if len(names) > MOST_TOLD:
        messages.success(request, f"已上传{len(names)}个文件,处理情况见下表。")
    else:
        for name in names:
            messages.success(request, f"{name}:已上传。")


def _take_in(request: HttpRequest, office: Office, file: "UploadedFile[bytes]", origin: str) -> list[str]:
    """A file, or what is inside of a .zip: the names of what came in."""
    if not archives.is_archive(file):
        return _take(request, office, file, file.name or "", origin)
    taken: list[str] = []
    try:
        for name, part in archives.members(file):
            taken += _take(request, office, part, name, origin)
    except intake.Refused as refused:
        _refuse(request, office, intake.clean_name(file.name or ""), refused)
    return taken


def _refuse(request: HttpRequest, office: Office, name: str, refused: intake.Refused) -> None:
    audit.record("document.upload", office=office, request=request, success=False, after={"name": name, "error": str(refused)})
    messages.error(request, f"{name}:{refused}")


def _take(request: HttpRequest, office: Office, file: "File[bytes]", said: str, origin: str) -> list[str]:
    name = intake.clean_name(said)

    def noted(document: Document) -> None:
        audit.record("document.upload", office=office, request=request, subject=document,
                     after={"name": name, "sha256": document.sha256, "size": document.size, "origin": origin})

    try:
        document, created = intake.store(office, file, name, cast(User, request.user), origin=origin, noted=noted)
    except intake.Refused as refused:
        _refuse(request, office, name, refused)
        return []
    if not created:
        messages.warning(request, f"{name}:本单位已有内容完全相同的文件“{document.name}”,没有重复保存。")
        return []
    pipeline.send_next(document)
    return [name]


@require_GET
@require_role(*OVERSEERS)
def detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The source with its coloured spans. `?poll` answers 204 until the document is through, then has the page loaded again."""
    document = _one(request, public_id)
    if "poll" in request.GET:
        return HttpResponse(status=204, headers={} if document.under_way else {"HX-Refresh": "true"})
    return render(request, "documents/detail.html", _source(request, document))


def _source(request: HttpRequest, document: Document) -> dict[str, Any]:
    reading = document.as_reading() if document.reading is not None else None
    places = pictures.stored(document.places)

    def where(start: int) -> str:
        place = pictures.place_of(start, places)
        return place.words if place else ""

    found = segments(reading, where) if reading else []
    return {
        "page_numbers": sorted({place.page for place in places if place.box}),
        "document": document, "blocks": blocks(found), "legend": counts(found), "unplaced": reading.unplaced if reading else (),
        "may_edit": may(request.user, EDITORS, document.office),
    }


@require_GET
@require_role(*OVERSEERS)
def page(request: HttpRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    """原件图像: one page of a PDF or a picture, each figure marked where it stands."""
    document = _with_pages(request, public_id, number)
    reading = document.as_reading() if document.reading is not None else None
    context = {
        "document": document, "number": number, "before": number - 1, "after": number + 1 if number < document.pages else 0,
        "marks": pictures.marks_on(number, reading, pictures.stored(document.places)) if reading else [],
    }
    return render(request, "documents/page.html", context)


@require_GET
@require_role(*OVERSEERS)
def picture(request: HttpRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    document = _with_pages(request, public_id, number)
    try:
        drawn = files.draw(document.file.path, number, width=pictures.WIDTH)
    except ReadError as error:
        raise Http404(str(error)) from error
    return HttpResponse(drawn, content_type="image/png", headers={"Cache-Control": "private, max-age=3600"})


def _with_pages(request: HttpRequest, public_id: uuid.UUID, number: int) -> Document:
    document = _one(request, public_id)
    if not 1 <= number <= document.pages:
        raise Http404("没有这一页")
    return document


@require_GET
@require_role(*OVERSEERS)
def download(request: HttpRequest, public_id: uuid.UUID) -> FileResponse:
    """The original under its own name, always as an attachment of no particular type: a browser must not open it in our name."""
    document = _one(request, public_id)
    try:
        file = document.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("原件不在存储中") from error
    audit.record("document.download", office=document.office, request=request, subject=document)
    response = FileResponse(file, as_attachment=True, filename=document.name, content_type="application/octet-stream")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
@require_role(*EDITORS)
def edit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """更正 of title, kind, year and cut-off: what was taken from the document is then taken and matched again."""
    document = _one(request, public_id)
    check_may(request.user, EDITORS, document.office)
    form = CorrectionForm(request.POST) if request.method == "POST" else CorrectionForm.showing(document)
    status = 200
    if request.method == "POST" and form.is_valid():
        if _correct(request, document, form.cleaned_data):
            messages.success(request, "已更正,正在按更正后的内容重新入清单、比对。")
            return redirect(document)
        form, status = keep_both(form, CorrectionForm.showing(_one(request, public_id))), 409
        messages.error(request, f"这份文件{TOLD}")
    return render(request, "documents/edit.html", {"form": form, "document": document}, status=status)


def _correct(request: HttpRequest, document: Document, said: dict[str, Any]) -> bool:
    before = {name: getattr(document, name) for name in CORRECTABLE}
    after = {name: said[name] for name in CORRECTABLE}
    changed = {name for name in CORRECTABLE if before[name] != after[name]}
    if not changed:
        return True
    written = document.change(version=said["version"], **after, **_back(document), corrected=sorted(changed | set(document.corrected)))
    audit.record("document.correct", office=document.office, request=request, subject=document, before=before, after=after, success=written)
    if written:
        pipeline.send_next(document)
    return written


def _back(document: Document) -> dict[str, Any]:
    """Back to the start of the pipeline: to `read` where the reading is there. The lease goes, so that a step under way can't end."""
    state = State.STORED if document.reading is None else State.READ
    return {"state": state, "error": "", "attempts": 0, "lease_until": None}


@require_http_methods(["GET", "POST"])
@require_role(*EDITORS)
def reread(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """重读: shows what the engine of today reads otherwise; a POST takes it."""
    document = _one(request, public_id)
    check_may(request.user, EDITORS, document.office)
    if document.reading is None or document.under_way:
        messages.warning(request, "这份文件还没有处理完,请稍后再重读。")
        return redirect(document)
    new = rereading.reread(document)
    found = rereading.differences(document, new)
    if request.method == "GET":
        return render(request, "documents/reread.html", {"document": document, "differences": found})
    _take_reread(request, document, new, len(found))
    return redirect(document)


def _take_reread(request: HttpRequest, document: Document, new: Reading, count: int) -> None:
    said = request.POST.get("version", "")
    taken = said.isascii() and said.isdigit() and rereading.take(document, new, version=int(said))
    audit.record("document.reread", office=document.office, request=request, subject=document, after={"differences": count}, success=taken)
    if taken:
        messages.success(request, "已采用重读结果,正在重新入清单、比对。")
        pipeline.send_next(document)
    else:
        messages.error(request, "这份文件刚被他人改动过,没有采用重读结果,请重新查看。")


@require_POST
@require_role(*EDITORS)
def retry(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """重新处理 of a document that failed."""
    document = _one(request, public_id)
    check_may(request.user, EDITORS, document.office)
    if document.may_retry and document.change(version=document.version, **_back(document)):
        audit.record("document.retry", office=document.office, request=request, subject=document)
        pipeline.send_next(document)
    return redirect(document)
