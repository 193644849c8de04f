"""消息: what a person, its department or its office was told."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from notices.models import Message
from offices.permissions import READERS, require_role


@require_GET
@require_role(*READERS)
def inbox(request: HttpRequest) -> HttpResponse:
    found = Message.objects.visible_to(request.user).select_related("office", "department").order_by("-created_at", "-pk")
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    return render(request, "notices/inbox.html", {"page": page, "unread": found.unread().count()})


@require_POST
@require_role(*READERS)
def read(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """已读; only the first reader's time is kept."""
    message = get_object_or_404(Message.objects.visible_to(request.user), public_id=public_id)
    Message.objects.unread().filter(pk=message.pk).update(read_at=timezone.now())
    return redirect("notices:inbox")
