"""填报完成数: a person enters what was reached where no report holds it, with its source; it counts as a report of its own."""

import uuid
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from offices.models import User
from offices.permissions import EDITORS, check_may, require_role
from reports import taking
from reports.forms import EnterForm
from targets.models import Target
from targets.views import visible


@require_http_methods(["GET", "POST"])
@require_role(*EDITORS)
def page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The form, and the figure it brings; a milestone has none."""
    target = get_object_or_404(visible(request), public_id=public_id)
    check_may(request.user, EDITORS, target.office)
    if target.is_milestone:
        messages.error(request, "节点任务没有完成数,请用“指定佐证”或在备注里说明。")
        return redirect(target)
    form = EnterForm(request.POST or None, target=target)
    if request.method == "POST" and form.is_valid():
        _enter(target, form, request)
        messages.success(request, "已填报,正在按这个数研判。可以撤回。")
        return redirect(target)
    return render(request, "reports/enter.html", {"target": target, "form": form})


def _enter(target: Target, form: EnterForm, request: HttpRequest) -> None:
    said = form.cleaned_data
    taking.enter(target, value=said["value"], month=(said["month"].year, said["month"].month), source=said["source"],
                 user=cast(User, request.user), request=request)
