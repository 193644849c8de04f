"""消息: what a person, its department or its office was told. 公文: letters by Word, and the templates an office sets."""

import datetime
import uuid
from io import BytesIO
from typing import cast

from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from documents.intake import clean_name
from notices import letters, word
from notices.drafts import Draft, Fields, Kind
from notices.forms import LetterForm, TemplateForm
from notices.models import LetterTemplate, Message
from notices.sentences import sentence
from offices import audit
from offices.models import Office, User
from offices.permissions import EDITORS, READERS, check_may, holds, home_of, require_role
from reports.checks import is_workday
from reports.exports import Selection, Wish, selected
from reports.ledgers import LedgerHead, rows_of
from reports.models import Flag
from targets.models import Instruction

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_GET
@require_role(*READERS)
def inbox(request: HttpRequest) -> HttpResponse:
    found = Message.objects.visible_to(request.user).select_related("office", "department").order_by("-created_at", "-pk")
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    context = {"page": page, "unread": found.unread().count(), "may_see_receivers": holds(request.user, *EDITORS)}
    return render(request, "notices/inbox.html", context)


@require_POST
@require_role(*READERS)
def read(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """已读; only the first reader's time is kept."""
    message = get_object_or_404(Message.objects.visible_to(request.user), public_id=public_id)
    Message.objects.unread().filter(pk=message.pk).update(read_at=timezone.now())
    return redirect("notices:inbox")


# --- 公文 ---------------------------------------------------------------------------------------------------------------------


@require_GET
@require_role(*EDITORS)
def letter_page(request: HttpRequest) -> HttpResponse:
    """公文: what a 通报 of these targets would say and what it leaves out, before it is written."""
    office, choice = home_of(request.user, EDITORS), _selected(request)
    form = LetterForm(initial={"date": timezone.localdate(), "signature": f"{office.name}督查室"})
    draft = letters.bulletin(choice.rows, choice.head, Fields(date=timezone.localdate()))
    templates = LetterTemplate.objects.filter(office=office)
    context = {"form": form, "draft": draft, "count": len(choice.rows), "head": choice.head, "query": request.GET.urlencode(),
               "templates": templates, "template_form": TemplateForm(), "kinds": LetterTemplate.Kind.choices}
    return render(request, "notices/letters.html", context)


@require_POST
@require_role(*EDITORS)
def write_letter(request: HttpRequest, kind: str) -> HttpResponseBase:
    """督查通报 or 核对反馈 as Word, for the targets that the address leaves."""
    form = LetterForm(request.POST)
    if kind not in ("bulletin", "feedback") or not form.is_valid():
        messages.error(request, "请填写日期和反馈期限。")
        return redirect("notices:letters")
    office, choice = home_of(request.user, EDITORS), _selected(request)
    said = form.said(_workdays_after(form.cleaned_data["date"], form.cleaned_data["days"]))
    written = letters.feedback if kind == "feedback" else lambda *words: [letters.bulletin(*words)]
    drafts = written(choice.rows, choice.head, said)
    if not drafts:
        messages.error(request, "这些目标都还没有牵头单位,没有可以反馈的对象;请先分工。")
        return redirect("notices:letters")
    return _sent(request, office, kind, drafts, choice.head)


@require_GET
@require_role(*EDITORS)
def write_order(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """督办通知单 from a flag."""
    flag = get_object_or_404(Flag.objects.visible_to(request.user).select_related("target", "office"), public_id=public_id)
    check_may(request.user, EDITORS, flag.office)
    today = timezone.localdate()
    head = LedgerHead(office=flag.office.name, year=flag.target.year if flag.target else None)
    row = rows_of([flag.target])[0] if flag.target else None
    orders = "\n".join(f"{each.leader}({each.date.month}月{each.date.day}日):{each.text}"
                       for each in Instruction.objects.filter(target=flag.target) if flag.target)
    draft = letters.order(
        head, Fields(date=today, signature=f"{flag.office.name}督查室"), number=f"〔{today.year}〕{flag.pk}号",
        matter=sentence(row) if row else flag.text, instruction=orders, department=row.lead if row else flag.office.name,
        basis=f"《{flag.target.document}》:{row.text}" if row and flag.target else flag.get_rule_display(), until=_workdays_after(today, 5))
    return _sent(request, flag.office, "order", [draft], head)


def _selected(request: HttpRequest) -> Selection:
    wish = Wish.of(request.GET)
    return selected(cast(User, request.user), request.GET, made=timezone.localdate(), cutoff=wish.cutoff)


def _workdays_after(date: datetime.date, days: int) -> datetime.date:
    while days:
        date += datetime.timedelta(days=1)
        days -= is_workday(date)
    return date


def _sent(request: HttpRequest, office: Office, kind: str, drafts: list[Draft], head: LedgerHead) -> FileResponse:
    template = LetterTemplate.objects.filter(office=office, kind=kind).first()
    data = word.write_letters(drafts, template.file.read() if template else None)
    label = LetterTemplate.Kind(kind).label
    audit.record("letter.write", office=office, request=request, after={"kind": label, "letters": len(drafts), "period": head.period})
    return FileResponse(BytesIO(data), as_attachment=True, filename=f"{head.title(label)}.docx", content_type=WORD)


@require_GET
@require_role(*EDITORS)
def template_file(request: HttpRequest, kind: str) -> FileResponse:
    """现用模板, to be changed and put back."""
    kind = LetterTemplate.Kind(kind) if kind in LetterTemplate.Kind.values else LetterTemplate.Kind.BULLETIN
    office = home_of(request.user, EDITORS)
    own = LetterTemplate.objects.filter(office=office, kind=kind).first()
    audit.record("letter.download", office=office, request=request, subject=own, after={"kind": LetterTemplate.Kind(kind).label})
    data = own.file.read() if own else word.plain_template(cast(Kind, kind))
    label = LetterTemplate.Kind(kind).label
    return FileResponse(BytesIO(data), as_attachment=True, filename=f"{label}模板.docx", content_type=WORD)


@require_POST
@require_role(*EDITORS)
def put_template(request: HttpRequest) -> HttpResponse:
    """An office's own template; without a file, back to the one that is shipped."""
    office = home_of(request.user, EDITORS)
    form = TemplateForm(request.POST, request.FILES)
    if request.POST.get("drop") in LetterTemplate.Kind.values:
        LetterTemplate.objects.filter(office=office, kind=request.POST["drop"]).delete()
        audit.record("letter.template", office=office, request=request, after={"dropped": request.POST["drop"]})
    elif form.is_valid():
        _keep_template(request, office, form)
    else:
        messages.error(request, "".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("notices:letters")


def _keep_template(request: HttpRequest, office: Office, form: TemplateForm) -> None:
    file = form.cleaned_data["file"]
    file.seek(0)
    former = LetterTemplate.objects.filter(office=office, kind=form.cleaned_data["kind"])
    replaced = "、".join(f"{each.name}({each.created_at:%Y-%m-%d})" for each in former)
    former.delete()
    kept = LetterTemplate(office=office, kind=form.cleaned_data["kind"], name=clean_name(file.name), made_by=cast(User, request.user))
    kept.file.save("", ContentFile(file.read()), save=False)
    kept.save()
    audit.record("letter.template", office=office, request=request, subject=kept, before={"name": replaced} if replaced else None,
                 after={"name": kept.name, "kind": kept.kind})
    messages.success(request, f"模板已更换。{f'原来的是{replaced}。' if replaced else ''}")
