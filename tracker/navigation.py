"""The navigation bar: which pages a person finds there, by role."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from offices.models import Role
from offices.permissions import ADMINS, AUDITORS, EDITORS, OVERSEERS, READERS, Person, holds, roles_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the bar; `url` is its name, `roles` who finds it there."""

    label: str
    url: str
    roles: frozenset[Role]
    below: tuple[str, ...] = ()
    """Beginnings of addresses that belong to it besides its own."""


ENTRIES = (
    Entry("总览", "reports:dashboard", READERS),
    Entry("目标清单", "targets:list", READERS, ("/ledger/", "/letters/")),
    Entry("文件", "documents:list", OVERSEERS, ("/results/",)),
    Entry("核对", "reports:review", EDITORS),
    Entry("分工库", "targets:assignments", EDITORS),
    Entry("口径库", "reports:glossary", EDITORS),
    Entry("批示", "targets:instructions", READERS),
    Entry("预警", "reports:flags", READERS),
    Entry("消息", "notices:inbox", READERS),
    Entry("人员", "offices:people", ADMINS),
    Entry("定时检查", "reports:checks", OVERSEERS | ADMINS),
    Entry("设置", "offices:settings", ADMINS),
    Entry("审计", "offices:audit", AUDITORS),
)


def entries_for(user: Person) -> list[Entry]:
    held = roles_of(user)
    return [entry for entry in ENTRIES if entry.roles & held]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html: `navigation` is a list of label, address, and whether the page lies under it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    found = [(entry.label, reverse(entry.url), _covers(entry, request.path)) for entry in entries_for(user)]
    return {"navigation": found, "searchable": holds(user, *READERS)}


def _covers(entry: Entry, path: str) -> bool:
    """Whether an address lies under an entry; the first page has nothing below it."""
    own = reverse(entry.url)
    return path == own or (own != "/" and path.startswith((own, *entry.below)))
