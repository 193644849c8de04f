"""列入督办: a supervisor raises a flag by hand, on one target or on many in one step, and lifts it when the matter is settled."""

import datetime
import uuid
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from offices import audit
from offices.models import User
from offices.permissions import EDITORS, check_may, require_role
from reports.forms import VersionForm
from reports.models import Flag, FlagEvent
from targets import steps
from targets.bulk import Done
from targets.forms import MarkForm
from targets.models import Target
from targets.views import back, chosen, tell

LABEL = "列入督办"


@require_POST
@require_role(*EDITORS)
def mark_page(request: HttpRequest) -> HttpResponse:
    """The bulk step of 目标清单, and the button of 目标."""
    form = MarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请先写明督办事由(200字以内)。")
        return back(request, "/targets/")
    targets, gone = chosen(request, form)
    if not targets and not gone:
        messages.error(request, "请先勾选目标;只能改动本人任督查员的单位的目标。")
        return back(request, "/targets/")
    done = mark(targets, form.cleaned_data["reason"], request, now=timezone.now())
    done.conflicts += gone
    tell(request, LABEL, done)
    return back(request, "/targets/")


@transaction.atomic
def mark(targets: list[Target], reason: str, request: HttpRequest, *, now: datetime.datetime) -> Done:
    """Raises a flag on each target that has none of this kind standing. It begins at 督办: the reminder was the person."""
    done = Done()
    known = {flag.target_id: flag for flag in Flag.objects.filter(target__in=targets, rule=Flag.Rule.MANUAL).order_by("pk")
             if flag.period in {str(target.year) for target in targets}}
    for target in targets:
        flag = _raised(target, known.get(target.pk), reason, now)
        if flag is None:
            continue
        FlagEvent.objects.create(flag=flag, kind=FlagEvent.Kind.OPENED if flag.times == 1 else FlagEvent.Kind.REOPENED, at=now,
                                 step=flag.step, text=reason, user=cast(User, request.user))
        undo = steps.move(flag, state=Flag.State.CLOSED.value, closed_at=now.isoformat())
        audit.record("flag.mark", office=target.office, request=request, subject=target, step=done.step, before={"undo": [undo]},
                     after={"reason": reason, "indicator": target.indicator})
        done.count += 1
    return done


def _raised(target: Target, known: Flag | None, reason: str, now: datetime.datetime) -> Flag | None:
    """The flag, new or the one of before again; None where one stands."""
    text, step = f"{target.indicator}({target.target_text}):{reason}"[:500], Flag.Step.SUPERVISE
    if known is None:
        return Flag.objects.create(office_id=target.office_id, target=target, rule=Flag.Rule.MANUAL, period=str(target.year), step=step,
                                   text=text, opened_at=now, step_at=now)
    again = known.state == Flag.State.CLOSED and known.change(
        version=known.version, state=Flag.State.OPEN, step=step, text=text, opened_at=now, step_at=now, closed_at=None, told_at=None,
        promised=None, answer="", times=known.times + 1)
    return known if again else None


@require_POST
@require_role(*EDITORS)
def lift_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """解除 of what was raised by hand; the others close by themselves."""
    flag = get_object_or_404(Flag.objects.visible_to(request.user).standing().select_related("office"), public_id=public_id)
    check_may(request.user, EDITORS, flag.office)
    if flag.rule != Flag.Rule.MANUAL:
        raise PermissionDenied("这类预警在原因消除后自动解除。")
    form, now = VersionForm(request.POST), timezone.now()
    with transaction.atomic():
        written = form.is_valid() and flag.change(version=form.cleaned_data["version"], state=Flag.State.CLOSED, closed_at=now)
        if written:
            FlagEvent.objects.create(flag=flag, kind=FlagEvent.Kind.CLOSED, at=now, step=flag.step, user=cast(User, request.user))
    audit.record("flag.lift", office=flag.office, request=request, subject=flag, after={"text": flag.text}, success=written)
    if not written:
        messages.error(request, "这条预警刚被他人处理过,请看过最新内容后再操作。")
    return back(request, flag.get_absolute_url())
