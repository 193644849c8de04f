"""The one writer of the audit trail. Called by name where a deed is done, never by a save signal."""

import ipaddress
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest

from offices import chain
from offices.models import AuditEntry, Membership, Office, User

Values = dict[str, Any]


def record(action: str, *, office: Office | None = None, user: User | None = None, request: HttpRequest | None = None,
           subject: models.Model | None = None, before: Values | None = None, after: Values | None = None,
           success: bool = True, step: uuid.UUID | None = None) -> AuditEntry:
    """Note a deed. `user` and address come from `request` where they are not given; `before` and `after` hold JSON values,
    dates and decimals included. What belongs to no office (a sign-in) belongs to the one where the person is at home.
    """
    user = user or _user_of(request)
    home = office.pk if office else _belongs_to(user)
    entry = AuditEntry.objects.create(
        office_id=home, user=user, address=address_of(request), action=action,
        subject=subject._meta.label_lower if subject else "",
        subject_id=getattr(subject, "public_id", None),
        before=storable(before), after=storable(after), success=success, step=step or uuid.uuid4(),
    )
    chain.seal_after_commit(home)
    return entry


def _belongs_to(user: User | None) -> int | None:
    """The id of the office a person belongs to: the highest of theirs; None for nobody and for a person without a role."""
    own = Membership.objects.filter(user=user.pk if user else None).order_by("office__path", "pk")
    return own.values_list("office", flat=True).first() if user else None


def storable(value: Any) -> Any:
    """The same without what no database keeps in a text: zero bytes and halves of a character, which only a hostile request holds."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {storable(name): storable(each) for name, each in value.items()}
    return [storable(each) for each in value] if isinstance(value, list | tuple) else value


def address_of(request: HttpRequest | None) -> str | None:
    """Where the request came from. What a proxy says is believed only of one that the settings name: the last address in its list that
    is no such proxy itself.
    """
    if request is None:
        return None
    peer = str(request.META.get("REMOTE_ADDR", ""))
    if not is_trusted(peer):
        return _address(peer)
    said = [each.strip() for each in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",") if each.strip()]
    return _address(next((each for each in reversed(said) if not is_trusted(each)), said[0] if said else peer))


def is_trusted(peer: str) -> bool:
    """Whether an address is that of a proxy which the settings name; an empty one is a local socket, named `unix`."""
    address = _address(peer)
    if address is None:
        return not peer and "unix" in settings.TRUSTED_PROXIES
    return any(each != "unix" and ipaddress.ip_address(address) in ipaddress.ip_network(each) for each in settings.TRUSTED_PROXIES)


def _address(said: str) -> str | None:
    try:
        found = ipaddress.ip_address(said)
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)


def _user_of(request: HttpRequest | None) -> User | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None
