"""接口令牌: how another system of an office signs in, what it then sees, and the page on which administrators make and withdraw tokens."""

import datetime
import hashlib
import secrets
import uuid
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from offices import audit
from offices.models import ApiToken, Membership, Office, Role, Scope, User
from offices.permissions import ADMINS, home_of, require_role

PREFIX = "goal_"
"""Begins every token, so that one that strays into a log or a mail is recognised."""
HINT = 10
USUAL = datetime.timedelta(days=180)
LONGEST = datetime.timedelta(days=366)
USED_EVERY = datetime.timedelta(minutes=1)


def issue(office: Office, *, name: str, scopes: list[str], expires_at: datetime.datetime, user: User | None) -> tuple[ApiToken, str]:
    """A new token and its words, which are shown once and kept nowhere."""
    words = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(office=office, name=name, hint=words[:HINT], digest=digest_of(words), scopes=scopes,
                                    expires_at=expires_at, made_by=user)
    return token, words


def digest_of(words: str) -> str:
    # 256 bits drawn by lot: nobody finds them by trying, so a slow hash would only slow down every request.
    return hashlib.sha256(words.encode()).hexdigest()


def found(words: str, *, now: datetime.datetime) -> ApiToken | None:
    """The token of these words, if it is still good."""
    if not words.startswith(PREFIX):
        return None
    token = ApiToken.objects.select_related("office").filter(digest=digest_of(words)).first()
    if token is None or not token.valid(now):
        return None
    if token.used_at is None or now - token.used_at > USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)
    return token


def person_of(token: ApiToken) -> User:
    """Who the token stands for before `visible_to` and `may`: somebody who is in no table and oversees the token's office."""
    role = Role.SUPERVISOR if Scope.WRITE in token.scopes else Role.LEADER
    person = User(username=token.hint, name=str(token))
    person.held = [Membership(user=person, office=token.office, role=role)]  # type: ignore[attr-defined]
    return person


# --- the page ---------------------------------------------------------------------------------------------------------------


class TokenForm(forms.Form):
    """What a new token is for, what it may, and its last day."""

    name = forms.CharField(label="用途", max_length=100, widget=forms.TextInput(
        attrs={"class": "form-control", "placeholder": "如:区大数据平台取数"}))
    scopes = forms.MultipleChoiceField(label="权限", choices=Scope.choices, widget=forms.CheckboxSelectMultiple)
    until = forms.DateField(label="最后有效日", widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"))

    def clean_until(self) -> datetime.datetime:
        """The end of that day."""
        day, today = self.cleaned_data["until"], timezone.localdate()
        if not today <= day <= today + LONGEST:
            raise ValidationError("应在今天到一年之内。")
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time(23, 59, 59)))


@never_cache
@require_http_methods(["GET", "POST"])
@require_role(*ADMINS)
def page(request: HttpRequest) -> HttpResponse:
    """接口令牌 of the administrator's own office. A new one is shown in the answer that makes it and never again."""
    office = home_of(request.user, ADMINS)
    usual = {"until": timezone.localdate() + USUAL}
    form = TokenForm(request.POST or None, initial=usual)
    words = ""
    if request.method == "POST" and form.is_valid():
        words = _make(request, office, form.cleaned_data)
        form = TokenForm(initial=usual)
    context = {"office": office, "form": form, "words": words, "tokens": ApiToken.objects.filter(office=office), "now": timezone.now()}
    return render(request, "offices/tokens.html", context)


def _make(request: HttpRequest, office: Office, said: dict[str, Any]) -> str:
    token, words = issue(office, name=said["name"], scopes=said["scopes"], expires_at=said["until"], user=cast(User, request.user))
    audit.record("token.make", office=office, request=request, subject=token,
                 after={"name": str(token), "scopes": token.scopes, "expires_at": token.expires_at})
    return words


@require_POST
@require_role(*ADMINS)
def withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """停用: at once and for good."""
    token = get_object_or_404(ApiToken, office=home_of(request.user, ADMINS), public_id=public_id)
    if token.withdrawn_at is None and token.change(version=token.version, withdrawn_at=timezone.now()):
        audit.record("token.withdraw", office=token.office, request=request, subject=token, after={"name": str(token)})
        messages.success(request, f"“{token}”已停用。")
    return redirect("offices:tokens")
