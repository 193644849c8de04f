"""What a role may do, and which offices a person sees.

Sight goes down the tree: a member of an office sees it and all below it. Deeds stay at home: `may` asks for a role in that very office.
Being a superuser gives no sight of business data.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase

from offices.models import Department, Membership, Office, Role, User

READERS = frozenset({Role.SUPERVISOR, Role.LEADER, Role.UNIT})
"""Who sees business data; the unit role only the targets of its own department."""
OVERSEERS = frozenset({Role.SUPERVISOR, Role.LEADER})
"""Who sees all documents, targets and results of an office."""
EDITORS = frozenset({Role.SUPERVISOR})
ADMINS = frozenset({Role.ADMIN})
AUDITORS = frozenset({Role.AUDITOR})

APART = {
    Role.ADMIN: (READERS | AUDITORS, "管理员管人和设置,不接触业务数据,也不看审计记录;请另设一个账号。"),
    Role.AUDITOR: (READERS | ADMINS, "审计员只看审计记录,不兼其他角色;请另设一个账号。"),
}
"""Which roles one person may not hold beside another one, in whatever office, and why."""

Person = User | AnonymousUser
View = Callable[..., HttpResponseBase]


def memberships_of(user: Person, *roles: str) -> QuerySet[Membership]:
    """The person's own memberships, narrowed to `roles` if any are named."""
    if not user.is_authenticated or not user.is_active:
        return Membership.objects.none()
    own = Membership.objects.filter(user_id=user.pk)
    return own.filter(role__in=roles) if roles else own


def held_by(user: Person) -> list[Membership]:
    """The person's memberships with their offices; of a request's user they are read once."""
    known: list[Membership] | None = getattr(user, "held", None)
    if known is not None:
        return known
    outside = Office.objects.exclude(path__startswith=OuterRef("office__path"))
    return list(memberships_of(user).select_related("office").annotate(outside=Exists(outside)))


def holds(user: Person, *roles: str) -> bool:
    """Whether the person has one of `roles` in some office."""
    return any(each.role in roles for each in held_by(user))


def offices_of(user: Person, *roles: str) -> QuerySet[Office]:
    """The offices that the person sees in one of `roles` (any, if none is named): their own and all below."""
    paths = [each.office.path for each in held_by(user) if not roles or each.role in roles]
    if not paths:
        return Office.objects.none()
    below = Q()
    for path in paths:
        below |= Q(path__startswith=path)
    return Office.objects.filter(below)


def sees_all(user: Person, *roles: str) -> bool:
    """Whether no office lies outside what the person sees in one of `roles`: a list then needs no condition on offices at all,
    and the database can read it in its own order.
    """
    return any(each.role in roles and not getattr(each, "outside", True) for each in held_by(user))


def departments_of(user: Person) -> QuerySet[Department]:
    """The departments that the person speaks for in the role 责任单位."""
    return Department.objects.filter(membership__in=memberships_of(user, Role.UNIT)).distinct()


def roles_of(user: Person) -> frozenset[str]:
    """All roles that the person holds in any office."""
    return frozenset(each.role for each in held_by(user))


def clash(roles: Iterable[str]) -> str:
    """Why one person may not hold these roles together; empty where they may."""
    held = set(roles)
    return next((why for role, (others, why) in APART.items() if role in held and held & others), "")


def may(user: Person, roles: Iterable[str], office: Office) -> bool:
    """Whether the person holds one of `roles` in this very office (not in one above it)."""
    return any(each.office_id == office.pk and each.role in roles for each in held_by(user))


def check_may(user: Person, roles: Iterable[str], office: Office) -> None:
    """Raise PermissionDenied where `may` says no. Only for rows the person sees: others are a 404."""
    if not may(user, roles, office):
        raise PermissionDenied("您的角色不能进行这项操作。")


def home_of(user: Person, roles: Iterable[str]) -> Office:
    """The office in which the person acts in one of `roles`: the first of theirs. Raises PermissionDenied if there is none."""
    own = memberships_of(user, *roles).select_related("office").order_by("office__path", "pk").first()
    if own is None:
        raise PermissionDenied("您的角色不能进行这项操作。")
    return own.office


def require_role(*roles: str) -> Callable[[View], View]:
    """A view for signed-in people who hold one of `roles` in some office; others get 403, strangers the sign-in page."""

    def decorate(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.user.held = held_by(request.user)  # type: ignore[union-attr]
            if not holds(request.user, *roles):
                raise PermissionDenied("您的角色不能打开这个页面。")
            return view(request, *args, **kwargs)

        return guarded

    return decorate
