"""疑似重复 and 拆分 as pages; the deeds are twins.py's."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from offices.permissions import EDITORS, check_may, require_role
from targets import steps, twins
from targets.models import Target
from targets.views import back, number, visible

ROWS = 5
"""Rows of the form that takes a target apart."""


@require_GET
@require_role(*EDITORS)
def page(request: HttpRequest) -> HttpResponse:
    """疑似重复: targets of different clauses or plans that read alike; a person says whether they are one."""
    return render(request, "targets/twins.html", {"groups": twins.found(request.user), "last_step": steps.last_step(request.user)})


def _pair(request: HttpRequest, public_id: uuid.UUID) -> tuple[Target, Target]:
    target = get_object_or_404(visible(request), public_id=public_id)
    check_may(request.user, EDITORS, target.office)
    other = twins.named(visible(request).filter(office=target.office_id), request.POST.get("other", ""))
    return target, other or target


@require_POST
@require_role(*EDITORS)
def merge(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """同一目标."""
    target, into = _pair(request, public_id)
    if twins.merge(target, into, version=number(request.POST.get("version", "")), request=request):
        messages.success(request, f"已并入“{into.indicator} {into.target_text}”,不再重复计数。可以撤回。")
    else:
        messages.error(request, "没有合并:目标刚被他人改过,或不在同一单位。请看过最新内容后再操作。")
    return back(request, "/targets/twins/")


@require_POST
@require_role(*EDITORS)
def apart(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """另行计列."""
    target, first = _pair(request, public_id)
    if twins.keep_apart(target, first, request=request):
        messages.success(request, "已记为两个目标,不再提示重复。可以撤回。")
    else:
        messages.error(request, "没有记录:请选同一单位的另一个目标。")
    return back(request, "/targets/twins/")


@require_http_methods(["GET", "POST"])
@require_role(*EDITORS)
def split(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """拆分: one row that was read from words that promise two things."""
    target = get_object_or_404(visible(request), public_id=public_id)
    check_may(request.user, EDITORS, target.office)
    if target.is_milestone or target.value is None:
        messages.error(request, "没有目标值的节点任务不能拆分。")
        return redirect(target)
    said = _said(request, target)
    if request.method == "POST":
        try:
            made = twins.split(target, twins.parse(said), version=number(request.POST.get("version", "")), request=request)
        except ValueError as error:
            messages.error(request, str(error))
        else:
            if made is None:
                messages.error(request, "没有拆分:这个目标刚被他人改过,请看过最新内容后再操作。")
            else:
                messages.success(request, f"已拆分为{len(made) + 1}个目标。可以撤回。")
            return redirect(target)
    return render(request, "targets/split.html", {"target": target, "rows": said, "version": target.version})


def _said(request: HttpRequest, target: Target) -> list[tuple[str, str, str]]:
    """The rows of the form: as sent, else the target itself and room for more."""
    if request.method == "POST":
        return list(zip(*(request.POST.getlist(name)[:ROWS] for name in ("indicator", "value", "unit")), strict=False))
    plain = target.value_plain
    return [(target.indicator, f"{plain:f}" if plain is not None else "", target.unit), *[("", "", target.unit)] * (ROWS - 1)]
