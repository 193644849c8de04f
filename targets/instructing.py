"""批示: on a target or on a notice, with its file and its own due date; the page lists what is still open, the most urgent first."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from documents.intake import clean_name
from offices import audit
from offices.permissions import EDITORS, OVERSEERS, READERS, check_may, held_by, home_of, offices_of, require_role
from targets.forms import InstructionForm, NoticeInstructionForm
from targets.models import Instruction
from targets.views import back, number, visible


@require_http_methods(["GET", "POST"])
@require_role(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    """批示: those that are open, then those that are settled; and the form for one on a notice."""
    overseer = any(each.role in OVERSEERS for each in held_by(request.user))
    form = NoticeInstructionForm(request.POST or None, request.FILES or None) if overseer else None
    if request.method == "POST" and form and form.is_valid():
        _keep(request, form, office=home_of(request.user, OVERSEERS))
        messages.success(request, "批示已登记。")
        return redirect("targets:instructions")
    rows = Instruction.objects.visible_to(request.user).select_related("target", "target__lead", "office")
    ordered = rows.order_by(F("done_at").desc(nulls_first=True), F("due").asc(nulls_last=True), "-date", "-pk")
    shown = Paginator(ordered, 30).get_page(request.GET.get("page"))
    own = {each.office_id for each in held_by(request.user) if each.role in EDITORS}
    context = {"page": shown, "form": form, "open": rows.open().count(), "own": own, "today": timezone.localdate()}
    return render(request, "targets/instructions.html", context, status=400 if form and form.errors else 200)


def _keep(request: HttpRequest, form: InstructionForm, **subject: Any) -> None:
    instruction, file = form.save(commit=False), form.cleaned_data["file"]
    for name, value in subject.items():
        setattr(instruction, name, value)
    instruction.made_by_id = request.user.pk
    if file:
        instruction.file_name, instruction.file = clean_name(file.name), file
    instruction.save()
    said = {name: str(value) for name, value in form.cleaned_data.items() if value and name != "file"}
    audit.record("target.instruct", office=instruction.office, request=request, subject=instruction.target or instruction,
                 after={"instruction": said["text"], **said, "file": instruction.file_name or None})


@require_POST
@require_role(*OVERSEERS)
def instruct(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """批示 on a target: by the leader, or entered by the supervisor, of the target's office or one above it."""
    target = get_object_or_404(visible(request).filter(office__in=offices_of(request.user, *OVERSEERS)), public_id=public_id)
    form = InstructionForm(request.POST, request.FILES)
    if form.is_valid():
        _keep(request, form, office=target.office, target=target)
        messages.success(request, "批示已登记。")
    else:
        said = "".join(str(error) for errors in form.errors.values() for error in errors)
        messages.error(request, f"批示没有保存:请填批示领导、日期和内容。{said}")
    return redirect(target)


@require_POST
@require_role(*EDITORS)
def close(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """办结."""
    rows = Instruction.objects.visible_to(request.user).select_related("target", "office")
    instruction = get_object_or_404(rows, public_id=public_id)
    check_may(request.user, EDITORS, instruction.office)
    written = instruction.change(version=number(request.POST.get("version", "")), done_at=timezone.now())
    audit.record("instruction.close", office=instruction.office, request=request, subject=instruction.target or instruction,
                 success=written, after={"instruction": instruction.text})
    if not written:
        messages.error(request, "这条批示刚被他人处理过,请看过最新内容后再操作。")
    return back(request, instruction.target.get_absolute_url() if instruction.target else "/instructions/")


@require_GET
@require_role(*READERS)
def file(request: HttpRequest, public_id: uuid.UUID) -> FileResponse:
    """The file of a 批示, always as an attachment of no particular type: a browser must not open it in our name."""
    rows = Instruction.objects.visible_to(request.user).exclude(file="").select_related("office")
    instruction = get_object_or_404(rows, public_id=public_id)
    try:
        content = instruction.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("附件不在存储中") from error
    audit.record("instruction.file", office=instruction.office, request=request, subject=instruction, after={"file": instruction.file_name})
    response = FileResponse(content, as_attachment=True, filename=instruction.file_name, content_type="application/octet-stream")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
