"""Sign-in: password, then the code of the phone where a person has set that up; the password page; the first administrator of all.

Whoever fails is told the same, after the same work, whether the name exists or not. Each attempt stands in the audit trail.
"""

import hmac
import secrets
import time
from pathlib import Path
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from offices import audit, second
from offices.models import Membership, Office, Role, User
from offices.names import NameField

PENDING = "pending"
"""Where the session keeps who has given the right password and still owes the code."""
PATIENCE = 300
"""So many seconds a person may take for the code."""
MOST_TRIES = 5
BACKEND = "django.contrib.auth.backends.ModelBackend"


def _dress(form: Any) -> Any:
    for field in form.fields.values():
        field.widget.attrs.setdefault("class", "form-control")
    return form


class SignInForm(AuthenticationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self)


class SignInView(LoginView):
    """登录. Where nobody has an account yet, the first administrator is asked for instead."""

    http_method_names = ("get", "head", "post", "options")
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("setup") if is_first_start() else super().get(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        if second.is_on(user):
            self.request.session.cycle_key()
            self.request.session[PENDING] = {"user": user.pk, "hash": user.get_session_auth_hash(), "since": time.time(), "tries": 0,
                                             "next": self.get_redirect_url()}
            return redirect("code")
        response = super().form_valid(form)
        audit.record("signin", request=self.request)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        note_failed(self.request, self.request.POST.get("username", ""))
        return super().form_invalid(form)


def note_failed(request: HttpRequest, username: str, **why: str) -> None:
    """In the trail of the office whose account was tried; nobody has signed in, so the entry names no user."""
    said = audit.storable(username[:150])
    tried = Office.objects.filter(memberships__user__username=said).order_by("path").first()
    audit.record("signin", office=tried, request=request, success=False, after={"username": said, **why})


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """What django-axes shows after too many attempts."""
    note_failed(request, request.POST.get("username", ""), why="locked")
    return render(request, "registration/locked.html", status=429)


class SignOutView(LogoutView):
    """退出, in the trail."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            audit.record("signout", request=request)
        return super().post(request, *args, **kwargs)


class CodeForm(forms.Form):
    code = forms.CharField(label="动态口令或恢复码", max_length=40, widget=forms.TextInput(
        attrs={"class": "form-control", "autocomplete": "one-time-code", "autofocus": ""}))


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second step: the code of the phone, or a recovery code. Five wrong ones, or five minutes, and it begins anew."""
    pending = request.session.get(PENDING)
    user = _owing(pending)
    if user is None or pending is None:
        request.session.pop(PENDING, None)
        return redirect("login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if by := second.proves(user, form.cleaned_data["code"]):
            return _let_in(request, user, by)
        note_failed(request, user.username, why="code")
        request.session[PENDING] = {**pending, "tries": pending["tries"] + 1}
        if pending["tries"] + 1 >= MOST_TRIES:
            request.session.pop(PENDING)
            messages.error(request, "口令连续输错,请重新登录。")
            return redirect("login")
        form.add_error("code", "口令不对,或已经用过。请等手机上换出下一个再试。")
    return render(request, "registration/code.html", {"form": form})


def _owing(pending: dict[str, Any] | None) -> User | None:
    """Who still owes the code; nobody once time is up, the account is disabled or its password was changed meanwhile."""
    if not pending or time.time() - pending["since"] > PATIENCE:
        return None
    user = User.objects.filter(pk=pending["user"], is_active=True).first()
    return user if user and hmac.compare_digest(user.get_session_auth_hash(), pending["hash"]) else None


def _let_in(request: HttpRequest, user: User, by: str) -> HttpResponse:
    wanted = request.session.pop(PENDING)["next"]
    login(request, user, backend=BACKEND)
    audit.record("signin", request=request, after={"second": by})
    if by == "recovery":
        left = user.recovery_codes.count()
        messages.warning(request, f"恢复码已用掉一个,还剩{left}个。手机丢了请尽快重新设置动态口令。")
    return redirect(resolve_url(wanted or settings.LOGIN_REDIRECT_URL))


# --- one's own account ------------------------------------------------------------------------------------------------------


class OwnPasswordForm(PasswordChangeForm):
    """A new password, which is not the old one."""

    def clean_new_password1(self) -> str:
        said: str = self.cleaned_data["new_password1"]
        if self.user.check_password(said):
            raise ValidationError("新密码不能与现在的密码相同。")
        return said


class PasswordView(PasswordChangeView):
    """修改密码. Every other session of the person ends with that."""

    http_method_names = ("get", "head", "post", "options")
    template_name = "registration/password.html"
    form_class = OwnPasswordForm
    success_url = reverse_lazy("home")

    def get_form(self, form_class: Any = None) -> Any:
        return _dress(super().get_form(form_class))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = cast(User, self.request.user)
        return super().get_context_data(**kwargs) | {
            "rules": password_validators_help_texts(), "due": user.password_is_due(timezone.now()), "secured": second.is_on(user)}

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        response = super().form_valid(form)
        audit.record("password.change", request=self.request)
        messages.success(self.request, "密码已修改,您在别处的登录已经退出。")
        return response


class ProofForm(forms.Form):
    """The password once more: who finds a screen unlocked must not change how its owner signs in."""

    password = forms.CharField(label="当前密码", strip=False, widget=forms.PasswordInput(
        attrs={"class": "form-control", "autocomplete": "current-password"}))
    code = forms.CharField(label="手机上显示的6位数字", max_length=10, required=False, widget=forms.TextInput(
        attrs={"class": "form-control", "inputmode": "numeric", "autocomplete": "one-time-code"}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        said: str = self.cleaned_data["password"]
        if not self.user.check_password(said):
            raise ValidationError("密码不对。")
        return said


@require_http_methods(["GET", "POST"])
@login_required
def second_page(request: HttpRequest) -> HttpResponse:
    """动态口令: the picture to scan, the first code to prove it, the recovery codes, shown this once; or off again."""
    user = cast(User, request.user)
    form = ProofForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        if "off" in request.POST:
            second.switch_off(user)
            audit.record("second.off", request=request)
            messages.success(request, "动态口令已停用,登录只用密码。")
            return redirect("second")
        if codes := second.switch_on(user, "".join(form.cleaned_data["code"].split())):
            audit.record("second.on", request=request)
            return _private(render(request, "registration/codes.html", {"codes": codes}))
        form.add_error("code", "数字不对。请等手机上换出下一个再填;仍不对请核对手机的时间。")
    elif request.method == "POST":
        audit.record("second.proof", request=request, success=False)
    device = second.proposed(user)
    context = {"form": form, "on": second.is_on(user), "picture": second.picture_of(device), "key": second.key_of(device)}
    return _private(render(request, "registration/second.html", context))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    return response


# --- the first administrator ------------------------------------------------------------------------------------------------


def is_first_start() -> bool:
    return not User.objects.exists()


def setup_code_file() -> Path:
    """Where the code for the first start lies: only who may read the server's files can be its first administrator."""
    path: Path = settings.DATA_DIR / "setup_code"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(12), encoding="utf-8")
    return path


class SetupForm(forms.Form):
    code = forms.CharField(label="安装口令", max_length=100, help_text="在服务器数据目录的 setup_code 文件里,启动程序的终端上也有。")
    office = NameField(label="单位名称", max_length=100, help_text="最上级的单位;下级单位以后在“人员”里添加。")
    username = forms.CharField(label="管理员用户名", max_length=150, validators=[User.username_validator])
    name = NameField(label="姓名", max_length=50)
    password = forms.CharField(label="密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    again = forms.CharField(label="再输一遍密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def clean_code(self) -> str:
        said: str = self.cleaned_data["code"].strip()
        if not hmac.compare_digest(said.encode(), setup_code_file().read_bytes().strip()):
            raise ValidationError("安装口令不对。")
        return said

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("password") != said.get("again"):
            self.add_error("again", "两次输入的密码不一样。")
        elif said.get("password"):
            try:
                validate_password(said["password"], User(username=said.get("username", ""), name=said.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return said


@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """首次使用: the first office and its administrator. There is no such page once anybody has an account."""
    if not is_first_start():
        raise Http404
    setup_code_file()
    form = _dress(SetupForm(request.POST or None))
    if request.method == "POST" and form.is_valid():
        user = _first_administrator(form.cleaned_data)
        login(request, user, backend=BACKEND)
        audit.record("people.enroll", request=request, subject=user, after={"username": user.username, "roles": [Role.ADMIN.label]})
        messages.success(request, "安装完成。请登记督查员、领导等人员;管理员自己不接触业务数据。")
        return redirect("offices:people")
    return render(request, "registration/setup.html", {"form": form, "rules": password_validators_help_texts()})


@transaction.atomic
def _first_administrator(said: dict[str, Any]) -> User:
    # Of two who come at once, only one takes the file away; the other's transaction fails.
    setup_code_file().unlink()
    office, _ = Office.objects.get_or_create(name=said["office"], parent=None)
    user = User.objects.create_user(said["username"], password=said["password"], name=said["name"])
    Membership.objects.create(user=user, office=office, role=Role.ADMIN)
    return user
