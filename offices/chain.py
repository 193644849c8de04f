"""The chain of the audit trail: each entry of an office carries the digest of all before it, so that a changed, lost or slipped-in one
shows.

Entries are linked right after the commit that wrote them, in a short transaction that locks the end of that one office's chain: two
offices never wait for each other, and a long step never holds the lock while it works. The sweep links what a killed process left behind.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection, models, transaction

from offices import guard
from offices.models import AuditChain, AuditEntry, Office

BATCH = 2000


def seal_after_commit(office: int | None) -> None:
    """Have the entries of an office linked as soon as they are there; once for a transaction, however many it writes."""
    sealer = _sealer(office)
    if not any(waiting[1] is sealer for waiting in connection.run_on_commit):
        # Robust: should it fail, the deed is done all the same, and the sweep links its entries.
        transaction.on_commit(sealer, robust=True)


@cache
def _sealer(office: int | None) -> Callable[[], None]:
    def sealer() -> None:
        seal(office)

    return sealer


def seal(office: int | None) -> int:
    """Link what is not linked yet; returns how many entries."""
    count = 0
    while linked := _seal_some(office):
        count += linked
    return count


@transaction.atomic
def _seal_some(office: int | None) -> int:
    end = lock(office)
    entries = list(AuditEntry.objects.filter(office=office, place=None).order_by("pk")[:BATCH])
    for entry in entries:
        end.length, end.digest = end.length + 1, digest_of(entry, end.length + 1, end.digest)
        # The manager of the trail updates nothing; this is the one change an entry ever sees.
        models.QuerySet(AuditEntry).filter(pk=entry.pk, place=None).update(place=end.length, digest=end.digest)
    if entries:
        end.save(update_fields=["length", "digest"])
    return len(entries)


def lock(office: int | None) -> AuditChain:
    """The end of an office's chain, locked until the transaction ends."""
    rows = AuditChain.objects.select_for_update().filter(office=office)
    found = rows.first()
    if found is None:
        AuditChain.objects.get_or_create(office_id=office)  # type: ignore[misc]  # None: the chain without an office
        found = rows.get()
    return found


def seal_left() -> int:
    """Link what a process that died between its commit and the linking left behind."""
    offices = AuditEntry.objects.filter(place=None).order_by().values_list("office", flat=True).distinct()
    return sum(seal(office) for office in list(offices))


def digest_of(entry: AuditEntry, place: int, before: str) -> str:
    """SHA-256 over the digest of the entry before and everything this one says, as it is read from the database."""
    said = {
        "place": place, "office": entry.office_id, "user": entry.user_id, "at": entry.at.isoformat(), "address": entry.address,
        "action": entry.action, "subject": entry.subject, "subject_id": str(entry.subject_id or ""), "before": _plain(entry.before),
        "after": _plain(entry.after), "success": entry.success, "step": str(entry.step),
    }
    words = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{words}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    """One form for a number: a database may give 3 where 3.0 was written."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


@dataclass(slots=True)
class Verified:
    """What was found of one chain: how many entries stand, up to which place it was pruned, how many are not linked yet, what is wrong."""

    office: str
    entries: int = 0
    pruned: int = 0
    unsealed: int = 0
    digest: str = ""
    errors: list[str] = field(default_factory=list)


MOST_ERRORS = 20


def verify() -> Iterator[Verified]:
    """Every chain, link by link. Changes nothing; entries that are being written meanwhile count as not linked yet."""
    names = dict(Office.objects.values_list("pk", "name"))
    chained = set(AuditChain.objects.values_list("office", flat=True))
    loose = set(AuditEntry.objects.order_by().values_list("office", flat=True).distinct()) - chained
    for office in sorted(chained | loose, key=lambda each: each or 0):
        yield _verify_one(office, names.get(office or 0, "(无单位)"))


def _verify_one(office: int | None, name: str) -> Verified:
    end = AuditChain.objects.filter(office=office).first() or AuditChain(office_id=office)
    entries = AuditEntry.objects.filter(office=office)
    found = Verified(name, pruned=end.pruned, digest=end.digest, unsealed=entries.filter(place=None).count())
    place, digest = end.pruned, end.anchor
    for entry in entries.filter(place__gt=end.pruned, place__lte=end.length).order_by("place").iterator(BATCH):
        assert entry.place is not None, "asked for by the query"
        if entry.place != place + 1:
            found.errors.append(f"缺少第{place + 1}{'' if entry.place == place + 2 else f'至{entry.place - 1}'}条")
        elif entry.digest != digest_of(entry, entry.place, digest):
            found.errors.append(f"第{entry.place}条({entry.at:%Y-%m-%d %H:%M:%S} {entry.action})与摘要不符,内容被改动过")
        place, digest = entry.place, entry.digest
        found.entries += 1
        if len(found.errors) >= MOST_ERRORS:
            return found
    if place != end.length:
        found.errors.append(f"缺少第{place + 1}至{end.length}条")
    elif digest != end.digest:
        found.errors.append("最后一条的摘要与登记的链尾不符")
    stray = entries.filter(models.Q(place__gt=end.length) | models.Q(place__lte=end.pruned)).count()
    if stray:
        found.errors.append(f"有{stray}条不在链上")
    return found


def broken() -> Iterator[str]:
    """What is wrong with the trail, in sentences; nothing where all is well."""
    if not guard.stands(connection):
        yield "数据库中防止改动审计记录的触发器不在了"
    for found in verify():
        yield from (f"{found.office}:{error}" for error in found.errors)
