"""What is done to many targets at once: confirm, assign, set a deadline. One click is one step, taken back by one click."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from offices import audit
from offices.models import Department, OfficeSettings
from targets import steps
from targets.models import Target

BY_HAND = ("target.correct", "target.revise", "target.split", "match.enter", "ledger.import")
"""What puts a figure into a target that a person answers for."""
MOST = 2000
"""So many at once: each row is one UPDATE and one entry of the trail, and the person waits for them."""


@dataclass(slots=True)
class Done:
    """What a bulk step did: how many rows it changed, which it left because somebody was faster, which the rules keep from it."""

    step: uuid.UUID = field(default_factory=uuid.uuid4)
    count: int = 0
    conflicts: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    """Departments by id, each asked for once."""


@transaction.atomic
def confirm(targets: Iterable[Target], request: HttpRequest) -> Done:
    """核对无误 of each that nobody confirmed yet. Where an office asks for four eyes, not what the person corrected last."""
    done, strict = Done(), {}
    for target in targets:
        if target.office_id not in strict:
            strict[target.office_id] = OfficeSettings.of(target.office).asks_for_four_eyes
        if target.confirmed_by_id is not None:
            continue
        if strict[target.office_id] and was_entered_by(target, request.user.pk):
            done.refused.append(target.indicator)
            continue
        change(target, "target.confirm", request, done, confirmed_by_id=request.user.pk)
    return done


@transaction.atomic
def set_due(targets: Iterable[Target], due: datetime.date | None, request: HttpRequest) -> Done:
    """完成时限, by which the share of the year is reckoned: the targets are judged again."""
    done = Done()
    for target in targets:
        if target.due != due:
            change(target, "target.due", request, done, due=due, judged_at=None)
    return done


def was_entered_by(target: Target, user: int | None) -> bool:
    """Whether the person wrote anything of the target by hand since somebody confirmed it last."""
    done = target.history.filter(success=True)
    confirmed = done.filter(action="target.confirm").values_list("pk", flat=True).first()
    return done.filter(action__in=BY_HAND, user=user, pk__gt=confirmed or 0).exists()


def change(target: Target, action: str, request: HttpRequest, done: Done, *, support: list[Department] | None = None,
           **columns: Any) -> None:
    """Writes one row of a step, if it still is as the person saw it, and notes how to take that back."""
    before = {name: getattr(target, name) for name in columns}
    shown = _words_of(target, done)
    many = {} if support is None else {"support": [each.pk for each in target.support.all()]}
    if not target.change(version=target.version, **columns):
        done.conflicts.append(target.indicator)
        return
    if support is not None:
        target.support.set(support)
    undo = steps.move(target, many=many, **{**before, **({"judged_at": None} if "judged_at" in columns else {})})
    now = _words_of(target, done)
    changed = [name for name in now if now[name] != shown[name]]
    audit.record(action, office=target.office, request=request, subject=target, step=done.step,
                 before={**{name: shown[name] for name in changed}, "undo": [undo]},
                 after={**{name: now[name] for name in changed}, "indicator": target.indicator})
    done.count += 1


def _words_of(target: Target, done: Done) -> dict[str, Any]:
    """What a step may change, as the audit trail says it."""
    lead = target.lead_id
    if lead and lead not in done.names:
        done.names[lead] = Department.objects.get(pk=lead).name
    return {"lead": done.names[lead] if lead else None, "due": target.due.isoformat() if target.due else None,
            "confirmed_by": target.confirmed_by_id, "leader": target.leader}
