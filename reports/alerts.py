"""预警: the list of what stands, one flag with its life, and what a unit or a supervisor does about it."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from documents.intake import clean_name
from offices import addresses, audit
from offices.conflicts import TOLD, keep_both
from offices.models import Role, User
from offices.permissions import EDITORS, READERS, Person, departments_of, memberships_of, require_role
from reports.filters import FlagFilter
from reports.forms import AnswerForm, VersionForm
from reports.models import Flag, FlagEvent
from targets.models import Target

CONFLICT = "这条预警刚被他人处理过,请看过最新内容后再操作。"


@require_GET
@require_role(*READERS)
def flags_page(request: HttpRequest) -> HttpResponse:
    """预警: what stands, unless the address asks for more."""
    data = request.GET if "state" in request.GET else request.GET | {"state": "standing"}
    rows = Flag.objects.visible_to(request.user).select_related("target", "target__lead", "office", "answered_by")
    found = FlagFilter(data, queryset=rows)
    page = Paginator(found.qs.urgent_first(), 30).get_page(request.GET.get("page"))
    context = {"filter": found, "page": page, "answerable": _answerable(request.user, page.object_list), "own": _own(request.user)}
    return render(request, "reports/flags.html", context)


@require_GET
@require_role(*READERS)
def flag_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One flag: what it says, its life with every answer, and the form to answer."""
    rows = Flag.objects.visible_to(request.user).select_related("target", "target__lead", "office", "answered_by")
    return _show(request, get_object_or_404(rows, public_id=public_id))


def _show(request: HttpRequest, flag: Flag, form: AnswerForm | None = None, *, status: int = 400) -> HttpResponse:
    may_answer = flag.state != Flag.State.CLOSED and flag.pk in _answerable(request.user, [flag])
    shown = form or _answer_form(flag)
    context = {"flag": flag, "events": flag.events, "form": shown if may_answer else None, "own": _own(request.user)}
    return render(request, "reports/flag.html", context, status=status if form else 200)


def _answer_form(flag: Flag) -> AnswerForm:
    return AnswerForm(initial={"answer": flag.answer, "promised": flag.promised, "version": flag.version})


def _own(user: Person) -> set[int]:
    """The offices whose supervisor the person is."""
    return set(memberships_of(user, *EDITORS).values_list("office", flat=True))


def _answerable(user: Person, flags: Any) -> set[int]:
    """The ids of those flags that the person may answer: a supervisor of the office, or a unit that the target is for."""
    offices = _own(user)
    departments = set(departments_of(user).values_list("pk", flat=True))
    supported = set(Target.support.through.objects.filter(department__in=departments).values_list("target", flat=True))
    return {flag.pk for flag in flags
            if flag.office_id in offices or (flag.target and (flag.target.lead_id in departments or flag.target_id in supported))}


def _flag(request: HttpRequest, public_id: uuid.UUID) -> Flag:
    rows = Flag.objects.visible_to(request.user).standing().select_related("target", "target__lead", "office", "answered_by")
    flag = get_object_or_404(rows, public_id=public_id)
    if flag.pk not in _answerable(request.user, [flag]):
        raise PermissionDenied("您的角色不能处理这条预警。")
    return flag


@require_POST
@require_role(Role.SUPERVISOR, Role.UNIT)
def flag_seen(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """已阅: somebody knows of it. It goes on counting its days."""
    flag, form = _flag(request, public_id), VersionForm(request.POST)
    if flag.state == Flag.State.OPEN and form.is_valid():
        event = FlagEvent(flag=flag, kind=FlagEvent.Kind.SEEN)
        _change(request, flag, "flag.seen", form.cleaned_data["version"], event, state=Flag.State.SEEN)
    return _back(request, flag)


@require_POST
@require_role(Role.SUPERVISOR, Role.UNIT)
def flag_answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """答复: words, the day by which it will be done, a file that shows it. Its steps stand still until that day."""
    flag, form = _flag(request, public_id), AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, flag, form)
    said = form.cleaned_data
    event = FlagEvent(flag=flag, kind=FlagEvent.Kind.ANSWERED, text=said["answer"], promised=said["promised"])
    if said["file"]:
        event.file_name = clean_name(said["file"].name)
        event.file = said["file"]
    written = _change(request, flag, "flag.answer", said["version"], event, state=Flag.State.ANSWERED, answer=said["answer"],
                      promised=said["promised"], answered_by=request.user)
    if not written:
        fresh = _flag(request, public_id)
        return _show(request, fresh, keep_both(form, _answer_form(fresh)), status=409)
    return _back(request, flag)


def _change(request: HttpRequest, flag: Flag, action: str, version: int, event: FlagEvent, **columns: Any) -> bool:
    """Writes the flag and its event together, or says that somebody else was first."""
    before = {"state": flag.state, "answer": flag.answer}
    with transaction.atomic():
        written = flag.change(version=version, **columns)
        if written:
            event.at, event.step, event.user = timezone.now(), flag.step, cast(User, request.user)
            event.save()
    after = {"state": columns["state"], "answer": columns.get("answer", flag.answer), "text": flag.text,
             "promised": columns.get("promised"), "file": event.file_name or None}
    audit.record(action, office=flag.office, request=request, subject=flag, before=before, after=after, success=written)
    if not written:
        messages.error(request, f"这条预警{TOLD}" if action == "flag.answer" else CONFLICT)
    return written


@require_GET
@require_role(*READERS)
def answer_file(request: HttpRequest, public_id: uuid.UUID) -> FileResponse:
    """The file of an answer, always as an attachment of no particular type: a browser must not open it in our name."""
    events = FlagEvent.objects.filter(flag__in=Flag.objects.visible_to(request.user)).exclude(file="").select_related("flag__office")
    event = get_object_or_404(events, public_id=public_id)
    try:
        file = event.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("附件不在存储中") from error
    audit.record("flag.file", office=event.flag.office, request=request, subject=event.flag, after={"file": event.file_name})
    response = FileResponse(file, as_attachment=True, filename=event.file_name, content_type="application/octet-stream")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _back(request: HttpRequest, flag: Flag) -> HttpResponse:
    """To where the person came from, if that is a page of ours."""
    wanted = request.POST.get("next", "")
    return redirect(addresses.own(request, wanted) or flag.get_absolute_url())
