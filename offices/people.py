"""人员与权限: who works in an office and as what, for its administrator. Each change is in the trail with before and after."""

import uuid
from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from offices import audit, passwords, second
from offices.conflicts import TOLD, keep_both
from offices.forms import NewPersonForm, OfficeForm, PersonForm
from offices.models import Department, Membership, Office, Role, User
from offices.permissions import ADMINS, held_by, offices_of, require_role

NOT_YOURSELF = "不能改动自己的账号和角色,请由另一名管理员办理。"
NOT_WHOLLY = "此人在您管理范围以外还有任职,账号本身由上级管理员管理;您可以改他在本单位的角色。"


def _office(request: HttpRequest) -> Office:
    """The office of the address, or the administrator's own; 404 for one that is not theirs to manage."""
    within = offices_of(request.user, *ADMINS)
    said = request.GET.get("office", "")
    if said:
        return get_object_or_404(within, public_id=_uuid(said))
    return next(each.office for each in held_by(request.user) if each.role in ADMINS)


def _uuid(said: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(said)
    except ValueError:
        return None


def people_of(office: Office) -> QuerySet[User]:
    """Everybody who holds a role in an office, with what they hold there."""
    held = Membership.objects.filter(office=office).select_related("department").order_by("pk")
    return User.objects.filter(memberships__office=office).prefetch_related(Prefetch("memberships", held, to_attr="here")).distinct() \
        .order_by("-is_active", "name", "username", "pk")


@require_GET
@require_role(*ADMINS)
def people_page(request: HttpRequest) -> HttpResponse:
    """人员: rows are people, columns are roles."""
    office = _office(request)
    people = list(people_of(office))
    locked = _locked(people)
    secured = second.owners(people)
    rows = [{"person": each, "held": [next((m for m in each.here if m.role == role), None) for role in Role],  # type: ignore[attr-defined]
             "locked": each.username in locked, "secured": each.pk in secured} for each in people]
    offices = list(offices_of(request.user, *ADMINS).order_by("path", "pk"))
    below = [each for each in offices if each.parent_id == office.pk]
    return render(request, "offices/people.html", {"office": office, "offices": offices, "rows": rows, "roles": Role.choices,
                                                   "below": below, "office_form": OfficeForm(parent=office)})


def _locked(people: list[User]) -> set[str]:
    names = [each.username for each in people]
    return set(AccessAttempt.objects.filter(username__in=names, failures_since_start__gt=0).values_list("username", flat=True))


@require_http_methods(["GET", "POST"])
@require_role(*ADMINS)
def add_person(request: HttpRequest) -> HttpResponse:
    """登记人员: the account gets a password for one sign-in, shown this once."""
    office = _office(request)
    form = NewPersonForm(request.POST if request.method == "POST" else None, office=office)
    if request.method == "POST" and form.is_valid():
        person, password = _enroll(request, office, form.cleaned_data)
        return _password_page(request, person, office, password, "已登记。")
    return render(request, "offices/person.html", {"form": form, "office": office, "person": None})


@transaction.atomic
def _enroll(request: HttpRequest, office: Office, said: dict[str, Any]) -> tuple[User, str]:
    person = User(username=said["username"], name=said["name"])
    password = passwords.give(person)
    person.save()
    held = _set_roles(person, office, said)
    after = {"username": person.username, **_words(person, held)}
    audit.record("people.enroll", office=office, request=request, subject=person, after=after)
    return person, password


def _set_roles(person: User, office: Office, said: dict[str, Any]) -> list[Membership]:
    """Give and take, until the person holds in this office what was said."""
    Membership.objects.filter(user=person, office=office).exclude(role__in=said["roles"]).delete()
    for role in said["roles"]:
        department = None
        if role == Role.UNIT:
            department, _ = Department.objects.get_or_create(office=office, name=said["department"])
        Membership.objects.update_or_create(user=person, office=office, role=role, defaults={"department": department})
    return _held(person, office)


def _held(person: User, office: Office) -> list[Membership]:
    return list(Membership.objects.filter(user=person, office=office).select_related("department").order_by("role"))


def _words(person: User, held: list[Membership]) -> dict[str, Any]:
    """A person as the trail tells it."""
    roles = [f"{each.get_role_display()}({each.department})" if each.department else each.get_role_display() for each in held]
    return {"name": person.name, "roles": roles, "is_active": person.is_active}


def _person(request: HttpRequest, public_id: uuid.UUID, office: Office) -> User:
    return get_object_or_404(User.objects.filter(memberships__office=office).distinct(), public_id=public_id)


def is_wholly_within(request: HttpRequest, person: User) -> bool:
    """Whether the administrator answers for every role that the person holds, and with that for the account itself."""
    return not person.memberships.exclude(office__in=offices_of(request.user, *ADMINS)).exists()


@require_http_methods(["GET", "POST"])
@require_role(*ADMINS)
def person_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One person in one office: name, roles, may sign in. A second administrator is told and sees both."""
    office = _office(request)
    person, status = _person(request, public_id, office), 200
    form = PersonForm(request.POST, office=office, person=person) if request.method == "POST" else PersonForm.showing(person, office)
    if request.method == "POST" and form.is_valid():
        if _change(request, person, office, form.cleaned_data):
            messages.success(request, f"{person.get_full_name()}:已保存。")
            return redirect(f"{_address(office)}")
        fresh = _person(request, public_id, office)
        form, status = keep_both(form, PersonForm.showing(fresh, office)), 409
        messages.error(request, f"这个人员{TOLD}")
    context = {"form": form, "office": office, "person": person, "yourself": person.pk == request.user.pk,
               "wholly": is_wholly_within(request, person), "secured": second.is_on(person), "locked": bool(_locked([person]))}
    return render(request, "offices/person.html", context, status=status)


def _address(office: Office) -> str:
    return f"/people/?office={office.public_id}"


@transaction.atomic
def _change(request: HttpRequest, person: User, office: Office, said: dict[str, Any]) -> bool:
    """False where somebody was first. Raises PermissionDenied where the rules keep the administrator from it."""
    if person.pk == request.user.pk:
        raise PermissionDenied(NOT_YOURSELF)
    account = {"name": said["name"], "is_active": said["is_active"]}
    if any(getattr(person, name) != value for name, value in account.items()) and not is_wholly_within(request, person):
        raise PermissionDenied(NOT_WHOLLY)
    before = _words(person, _held(person, office))
    written = person.change(version=said["version"], **account)
    held = _set_roles(person, office, said) if written else _held(person, office)
    after = {"username": person.username, **_words(person, held)}
    audit.record("people.change", office=office, request=request, subject=person, before=before, after=after, success=written)
    return written


def _account(request: HttpRequest, public_id: uuid.UUID) -> tuple[User, Office]:
    """A person whose account the administrator may touch. Raises PermissionDenied for themselves and for people of others."""
    office = _office(request)
    person = _person(request, public_id, office)
    if person.pk == request.user.pk:
        raise PermissionDenied(NOT_YOURSELF)
    if not is_wholly_within(request, person):
        raise PermissionDenied(NOT_WHOLLY)
    return person, office


@require_POST
@require_role(*ADMINS)
def reset_password(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """重置密码: a new one for one sign-in, shown this once; every session of the person ends."""
    person, office = _account(request, public_id)
    password = passwords.give(person)
    User.objects.filter(pk=person.pk).update(**passwords.fields_of(person))
    reset(username=person.username)
    audit.record("people.password", office=office, request=request, subject=person, after={"username": person.username})
    return _password_page(request, person, office, password, "密码已重置,原来的密码和登录都已失效。")


def _password_page(request: HttpRequest, person: User, office: Office, password: str, done: str) -> HttpResponse:
    response = render(request, "offices/password.html", {"person": person, "office": office, "password": password, "done": done})
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@require_role(*ADMINS)
def unlock(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """解锁 after too many wrong passwords."""
    person, office = _account(request, public_id)
    reset(username=person.username)
    audit.record("people.unlock", office=office, request=request, subject=person, after={"username": person.username})
    messages.success(request, f"{person.get_full_name()}可以重新登录了。")
    return redirect(_address(office))


@require_POST
@require_role(*ADMINS)
def drop_second(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """解除动态口令 of somebody who lost the phone and the recovery codes."""
    person, office = _account(request, public_id)
    second.switch_off(person)
    audit.record("people.second_off", office=office, request=request, subject=person, after={"username": person.username})
    messages.success(request, f"{person.get_full_name()}的动态口令已解除,请提醒本人尽快重新设置。")
    return redirect(_address(office))


@require_http_methods(["GET", "POST"])
@require_role(*ADMINS)
def office_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """单位: its name."""
    within = offices_of(request.user, *ADMINS).select_related("parent")
    office, status = get_object_or_404(within, public_id=public_id), 200
    form = _office_form(office) if request.method == "GET" else OfficeForm(request.POST, parent=office.parent, office=office)
    if request.method == "POST" and form.is_valid():
        before, said = office.name, form.cleaned_data
        written = office.change(version=said["version"] or 0, name=said["name"])
        audit.record("office.rename", office=office, request=request, subject=office, before={"name": before}, after={"name": said["name"]},
                     success=written)
        if written:
            messages.success(request, "单位名称已保存。")
            return redirect(_address(office))
        form, status = keep_both(form, _office_form(get_object_or_404(within, public_id=public_id))), 409
        messages.error(request, f"这个单位{TOLD}")
    return render(request, "offices/office.html", {"form": form, "office": office}, status=status)


def _office_form(office: Office) -> OfficeForm:
    return OfficeForm(parent=office.parent, office=office, initial={"name": office.name, "version": office.version})


@require_POST
@require_role(*ADMINS)
def add_office(request: HttpRequest) -> HttpResponse:
    """新增下级单位 of the office of the address."""
    above = _office(request)
    form = OfficeForm(request.POST, parent=above)
    if form.is_valid():
        office = Office.objects.create(name=form.cleaned_data["name"], parent=above)
        audit.record("office.add", office=above, request=request, subject=office, after={"name": office.name})
        messages.success(request, f"已新增下级单位“{office.name}”。")
    else:
        messages.error(request, "".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect(_address(above))
