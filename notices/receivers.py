"""通知渠道: who is told besides the inbox, whether it works, and what could not be sent."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from notices import deliveries
from notices.forms import ReceiverForm
from notices.models import Delivery, Receiver
from notices.outgoing import OutgoingError
from offices import audit
from offices.models import Role
from offices.permissions import ADMINS, check_may, home_of, may, require_role

WATCHERS = (Role.ADMIN, Role.SUPERVISOR)
MOST = 50


@require_GET
@require_role(*WATCHERS)
def receivers_page(request: HttpRequest) -> HttpResponse:
    """The channels of the person's offices, and the last things sent."""
    found = Receiver.objects.visible_to(request.user).select_related("office", "department")
    rows = [{"receiver": each, "may": may(request.user, ADMINS, each.office)} for each in found]
    sent = Delivery.objects.filter(receiver__in=found).select_related("receiver", "message").order_by("-created_at", "-pk")
    failed = sent.filter(state=Delivery.State.FAILED)
    admin = any(each.role in ADMINS for each in getattr(request.user, "held", []))
    return render(request, "notices/receivers.html", {"rows": rows, "sent": sent[:MOST], "failed": failed[:MOST], "admin": admin})


@require_http_methods(["GET", "POST"])
@require_role(*ADMINS)
def receiver_page(request: HttpRequest, public_id: uuid.UUID | None = None) -> HttpResponse:
    """A new channel, or one that is changed; the secret is never shown, an empty one leaves it as it is."""
    receiver = _own(request, public_id) if public_id else Receiver(office=home_of(request.user, ADMINS))
    form = ReceiverForm(request.POST or None, receiver=receiver)
    if request.method == "POST" and form.is_valid():
        before = _told(receiver) if receiver.pk else None
        for name, value in form.said().items():
            setattr(receiver, name, value)
        receiver.save()
        audit.record("receiver.change" if before else "receiver.add", office=receiver.office, request=request, subject=receiver,
                     before=before, after=_told(receiver))
        messages.success(request, "通知渠道已保存。可以点“测试”看看是否收得到。")
        return redirect("notices:receivers")
    return render(request, "notices/receiver.html", {"form": form, "receiver": receiver})


def _own(request: HttpRequest, public_id: uuid.UUID) -> Receiver:
    receiver = get_object_or_404(Receiver.objects.visible_to(request.user).select_related("office"), public_id=public_id)
    check_may(request.user, ADMINS, receiver.office)
    return receiver


def _told(receiver: Receiver) -> dict[str, Any]:
    """For the trail, which must not hold keys."""
    return {"name": receiver.name, "kind": receiver.kind, "address": receiver.shown_address, "signed": bool(receiver.secret),
            "department": str(receiver.department or ""), "every": receiver.every, "active": receiver.active}


@require_POST
@require_role(*ADMINS)
def drop(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """删除; what is on its way to it is dropped as well."""
    receiver = _own(request, public_id)
    audit.record("receiver.drop", office=receiver.office, request=request, subject=receiver, before=_told(receiver))
    receiver.delete()
    return redirect("notices:receivers")


# Nobody should wait for a stranger's answer with a transaction open.
@transaction.non_atomic_requests
@require_POST
@require_role(*ADMINS)
def try_out(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """测试."""
    receiver = _own(request, public_id)
    error = ""
    try:
        deliveries.try_out(receiver)
        messages.success(request, f"已向“{receiver.name}”发出测试消息。")
    except OutgoingError as failure:
        error = str(failure)
        messages.error(request, f"“{receiver.name}”:{error}")
    audit.record("receiver.test", office=receiver.office, request=request, subject=receiver, after={"error": error}, success=not error)
    return redirect("notices:receivers")


@require_POST
@require_role(*WATCHERS)
def again(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """再发 of what was given up."""
    rows = Delivery.objects.filter(receiver__in=Receiver.objects.visible_to(request.user)).select_related("receiver__office")
    delivery = get_object_or_404(rows, public_id=public_id)
    if deliveries.again(delivery):
        audit.record("delivery.again", office=delivery.receiver.office, request=request, subject=delivery)
        messages.success(request, "已重新排队。")
    return redirect("notices:receivers")


@require_GET
@require_role(*WATCHERS)
def failed(request: HttpRequest) -> HttpResponse:
    """What could not be sent, for 定时检查, whose app does not know messages."""
    own = Receiver.objects.visible_to(request.user)
    rows = Delivery.objects.filter(receiver__in=own, state=Delivery.State.FAILED).select_related("receiver__office", "message")
    return render(request, "notices/_failed.html", {"failed": rows.order_by("-updated_at", "-pk")[:MOST]})
