"""Sign in, and what a person sees when something is not theirs, not there, or broken."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.core.exceptions import PermissionDenied, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.csrf import requires_csrf_token

from offices import audit
from offices.models import Office
from tracker.navigation import entries_for


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The first page of the bar: an administrator has no 总览."""
    found = entries_for(request.user)
    if not found:
        raise PermissionDenied("您还没有任何单位的角色,请联系管理员。")
    return redirect(found[0].url)


class SignInForm(AuthenticationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"


class SignInView(LoginView):
    """登录: each attempt stands in the audit trail, whoever made it."""

    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        audit.record("signin", request=self.request)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        _note_failed_sign_in(self.request)
        return super().form_invalid(form)


def _note_failed_sign_in(request: HttpRequest, **why: str) -> None:
    """In the trail of the office whose account was tried; nobody has signed in, so the entry names no user."""
    said = audit.storable(request.POST.get("username", "")[:150])
    tried = Office.objects.filter(memberships__user__username=said).order_by("path").first()
    audit.record("signin", office=tried, request=request, success=False, after={"username": said, **why})


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """What django-axes shows after too many attempts."""
    _note_failed_sign_in(request, why="locked")
    return render(request, "registration/locked.html", status=429)


class PasswordView(PasswordChangeView):
    """修改密码."""

    template_name = "registration/password.html"
    success_url = reverse_lazy("home")

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        for field in form.fields.values():
            field.widget.attrs["class"] = "form-control"
        return form

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        response = super().form_valid(form)
        audit.record("password.change", request=self.request)
        messages.success(self.request, "密码已修改。")
        return response


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: mostly more files at once than one form may carry."""
    many = isinstance(exception, TooManyFilesSent)
    text = f"一次最多上传{settings.DATA_UPLOAD_MAX_NUMBER_FILES}个文件,请分几次上传。" if many else "请求不完整,请返回上一页重试。"
    return _sorry(request, 400, "没有收下", text)


@requires_csrf_token
def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the page exists, the role does not reach it. The refusal is on record."""
    audit.record("refusal", request=request, success=False, after={"path": request.path[:200], "method": request.method})
    return _sorry(request, 403, "不能进行这项操作", str(exception or "") or "您的角色不能打开这个页面。")


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The CSRF check failed: mostly a page that stood open over a sign-out."""
    del reason
    return _sorry(request, 403, "页面已过期", "请返回上一页刷新后再提交一次。")


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    del exception
    if request.path.startswith("/api/"):
        return JsonResponse({"error": "没有这个地址;可用的地址见 /api/v1/openapi.json。"}, status=404)
    return _sorry(request, 404, "没有找到", "地址不对,或者内容已不在您的单位。")


@requires_csrf_token
def broken(request: HttpRequest) -> HttpResponse:
    # No context processors here: the database may be what is broken.
    return HttpResponse("服务器出错,已记录。请稍后再试。", status=500, content_type="text/plain; charset=utf-8")


def _sorry(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "sorry.html", {"title": title, "text": text}, status=status)
