"""The one writer of the audit trail. Called by name where a deed is done, never by a save signal."""

import ipaddress
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest

from offices.models import AuditEntry, Office, User

Values = dict[str, Any]


def record(action: str, *, office: Office | None = None, user: User | None = None, request: HttpRequest | None = None,
           subject: models.Model | None = None, before: Values | None = None, after: Values | None = None,
           success: bool = True, step: uuid.UUID | None = None) -> AuditEntry:
    """Note a deed. `user` and address come from `request` where they are not given; `before` and `after` hold JSON values,
    dates and decimals included.
    """
    return AuditEntry.objects.create(
        office=office, user=user or _user_of(request), address=address_of(request), action=action,
        subject=subject._meta.label_lower if subject else "",
        subject_id=getattr(subject, "public_id", None),
        before=before, after=after, success=success, step=step or uuid.uuid4(),
    )


def address_of(request: HttpRequest | None) -> str | None:
    """Where the request came from. The header of a proxy is believed only where the settings name one."""
    if request is None:
        return None
    said = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY:
        said = str(request.META.get("HTTP_X_FORWARDED_FOR", said)).rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(said))
    except ValueError:
        return None


def _user_of(request: HttpRequest | None) -> User | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None
