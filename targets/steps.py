"""撤回: a step is what one click changed, one row or two thousand. Each entry of the audit trail carries how to take its change back.

A row that somebody changed since stays as it is and is named; the others of the step go back. Taking back is a deed of its own on record.
"""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Count, F, Max, Model, Q
from django.db.models.fields.json import KeyTextTransform
from django.http import HttpRequest
from django.utils import timezone

from offices import audit
from offices.models import AuditEntry, Record
from offices.permissions import EDITORS, Person, memberships_of
from targets import wording
from targets.models import Target

UNDO = "step.undo"
LABELS = {
    "target.confirm": "核对无误", "target.assign": "分工", "target.due": "设置完成时限", "target.withdraw": "撤销目标",
    "target.restore": "恢复目标",
    "flag.mark": "列入督办", "match.confirm": "确认佐证", "match.refuse": "否定佐证", "match.enter": "填报完成数",
    "target.merge": "合并目标", "target.split": "拆分目标", "target.apart": "另行计列", "ledger.import": "导入台账",
}
"""The actions that can be taken back, in the words of the button that does it."""
LONGEST = datetime.timedelta(hours=12)
"""A step of another working day is no slip of the finger: who wants it back corrects the row."""

MOST_UNDONE = 50
"""So many steps back, one after the other."""

Move = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """The last thing a person did that can be taken back."""

    id: uuid.UUID
    action: str
    count: int

    @property
    def label(self) -> str:
        return f"{LABELS[self.action]}{self.count}项" if self.count > 1 else LABELS[self.action]


@dataclass(slots=True)
class Undone:
    """What became of a step: how many entries went back, and the rows that somebody changed since, by name.

    `same` says for each row which version it has now that holds what an earlier one held: the step before may then go back too.
    """

    done: int = 0
    kept: list[str] = field(default_factory=list)
    same: dict[str, int] = field(default_factory=dict)


class ChangedSinceError(Exception):
    """A row of the step is not as the step left it."""


def move(row: Record, *, many: dict[str, list[int]] | None = None, **columns: Any) -> Move:
    """How to take back what was just written to a row: its version now, and what the columns held before."""
    return {"model": row._meta.label_lower, "id": row.pk, "version": row.version, "columns": columns, "many": many or {}}


def unjudged(row: Record) -> Move:
    """Has a row judged again when its step is taken back, whatever its version."""
    return {"model": row._meta.label_lower, "id": row.pk, "version": None, "columns": {"judged_at": None}, "many": {}}


def last_step(user: Person, *, now: datetime.datetime | None = None) -> Step | None:
    """The person's latest step that can be taken back and was not yet."""
    since = (now or timezone.now()) - LONGEST
    own = AuditEntry.objects.filter(user=user.pk, success=True, at__gte=since, action__in=(*LABELS, UNDO)).order_by()
    found = own.values("step", "action", undone=KeyTextTransform("undone", "after")).annotate(
        last=Max("pk"), n=Count("pk", filter=Q(before__undo__isnull=False)))
    gone: set[str] = set()
    for each in found.order_by("-last")[:2 * MOST_UNDONE]:
        if each["action"] == UNDO:
            gone.add(str(each["undone"]))
        elif each["n"] and str(each["step"]) not in gone:
            return Step(each["step"], each["action"], each["n"])
    return None


def undo(step: uuid.UUID, *, user: Person, request: HttpRequest | None = None) -> Undone | None:
    """Takes a step of the person's own back. None where there is no such step, or it was taken back before."""
    entries = list(AuditEntry.objects.filter(user=user.pk, step=step, success=True, action__in=LABELS, before__undo__isnull=False)
                   .select_related("office").order_by("-pk"))
    offices = set(memberships_of(user, *EDITORS).values_list("office", flat=True))
    known = AuditEntry.objects.filter(user=user.pk, action=UNDO, after__undone=str(step)).exists()
    if not entries or known or not offices.issuperset(each.office_id for each in entries):
        return None
    undone = Undone(same=_same_versions(user))
    with transaction.atomic():
        for entry in entries:
            _take_back(entry, undone)
        audit.record(UNDO, office=entries[0].office, request=request, user=request.user if request else user,  # type: ignore[arg-type]
                     after={"undone": str(step), "action": LABELS[entries[0].action], "count": undone.done, "kept": undone.kept,
                            "same": undone.same})
    return undone


def _same_versions(user: Person) -> dict[str, int]:
    """What the person's last steps back left: by row and version, the later version that holds the same."""
    entries = AuditEntry.objects.filter(user=user.pk, action=UNDO, success=True).order_by("-pk").values_list("after", flat=True)
    latest: dict[str, Any] = next((entry for entry in entries[:1] if entry), {})
    return dict(latest.get("same", {}))


def _take_back(entry: AuditEntry, undone: Undone) -> None:
    try:
        with transaction.atomic():
            _restore(entry.before["undo"] if entry.before else (), undone.same)
    except ChangedSinceError:
        undone.kept.append(_name_of(entry))
    else:
        undone.done += 1


def _restore(moves: Iterable[Move], same: dict[str, int]) -> None:
    back = {}
    for each in moves:
        model = apps.get_model(each["model"])
        rows, version = model._default_manager.filter(pk=each["id"]), each["version"]
        if version is None:
            rows.update(**each["columns"])
            continue
        now = same.get(_at(each, version)) or int(version)
        if not rows.filter(version=now).update(**each["columns"], version=F("version") + 1, updated_at=timezone.now()):
            raise ChangedSinceError
        back[_at(each, version - 1)] = now + 1
        _restore_many(model, each)
        if model is Target and "indicator" in each["columns"]:
            wording.store(Target.objects.filter(pk=each["id"]).select_related("commitment"))
    same.update(back)


def _at(said: Move, version: int) -> str:
    return f"{said['model']} {said['id']} {version}"


def _restore_many(model: type[Model], said: Move) -> None:
    for name, ids in said["many"].items():
        getattr(model._default_manager.get(pk=said["id"]), name).set(ids)


def _name_of(entry: AuditEntry) -> str:
    said = {**(entry.before or {}), **(entry.after or {})}
    return str(said.get("indicator") or entry.subject_id)
