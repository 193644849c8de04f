"""The first page, and what a person sees when something is not theirs, not there, or broken."""

import uuid

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_GET

from offices import audit
from tracker.navigation import entries_for


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The first page of the bar: an administrator has no 总览."""
    found = entries_for(request.user)
    if not found:
        raise PermissionDenied("您还没有任何单位的角色,请联系管理员。")
    return redirect(found[0].url)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: mostly more files at once than one form may carry."""
    many = isinstance(exception, TooManyFilesSent)
    text = f"一次最多上传{settings.DATA_UPLOAD_MAX_NUMBER_FILES}个文件,请分几次上传。" if many else "请求不完整,请返回上一页重试。"
    if request.path.startswith("/api/"):
        return JsonResponse({"error": "请求不完整或含有不允许的字符。"}, status=400)
    return _sorry(request, 400, "没有收下", text)


def note_refusal(request: HttpRequest, **why: str) -> None:
    audit.record("refusal", request=request, success=False, after={"path": request.path[:200], "method": request.method, **why})


@requires_csrf_token
def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the page exists, the role does not reach it. The refusal is on record."""
    note_refusal(request)
    return _sorry(request, 403, "不能进行这项操作", str(exception or "") or "您的角色不能打开这个页面。")


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The CSRF check failed: mostly a page that stood open over a sign-out, seldom a page of somebody else that posts in our name."""
    if request.user.is_authenticated:
        note_refusal(request, why=reason[:200])
    return _sorry(request, 403, "页面已过期", "请返回上一页刷新后再提交一次。")


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    del exception
    if request.path.startswith("/api/"):
        return JsonResponse({"error": "没有这个地址;可用的地址见 /api/v1/openapi.json。"}, status=404)
    match = request.resolver_match
    if request.user.is_authenticated and match and any(isinstance(each, uuid.UUID) for each in match.kwargs.values()):
        # An address that is there, with an id that is not theirs: a stale link, or somebody who looks around.
        note_refusal(request, why="not found")
    return _sorry(request, 404, "没有找到", "地址不对,或者内容已不在您的单位。")


@requires_csrf_token
def broken(request: HttpRequest) -> HttpResponse:
    # No context processors here: the database may be what is broken.
    return HttpResponse("服务器出错,已记录。请稍后再试。", status=500, content_type="text/plain; charset=utf-8")


def _sorry(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "sorry.html", {"title": title, "text": text}, status=status)
