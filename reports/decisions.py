"""What a person decides about a match. It stands on the row, is noted in the audit trail, and has the target judged again."""

from typing import Any, Protocol

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from documents.pipeline import send
from offices import audit
from offices.models import User
from reports.models import Alias, Match, Result
from targets import steps
from targets.models import Target


class Deed(Protocol):
    """Deciding one match."""

    def __call__(self, match: Match, *, version: int, user: User, request: HttpRequest | None = None) -> bool: ...


def confirm(match: Match, *, version: int, user: User, request: HttpRequest | None = None) -> bool:
    """The result is the evidence of the target. False where somebody changed the match since `version`."""
    with transaction.atomic():
        undo = _columns(match)
        if not _decide(match, version, user, role=Match.Role.EVIDENCE, decision=Match.Decision.CONFIRMED):
            return False
        moves = [steps.move(match, **undo), *_release_others(match), *_teach(match)]
        _note("match.confirm", match, request, user, moves)
    judge_again(match.target)
    return True


def refuse(match: Match, *, version: int, user: User, request: HttpRequest | None = None) -> bool:
    """The result is no evidence of the target. False where somebody changed the match since `version`."""
    with transaction.atomic():
        undo = _columns(match)
        if not _decide(match, version, user, role=Match.Role.CANDIDATE, decision=Match.Decision.REFUSED):
            return False
        _note("match.refuse", match, request, user, [steps.move(match, **undo)])
    judge_again(match.target)
    return True


def choose(target: Target, result: Result, *, user: User, request: HttpRequest | None = None) -> Match:
    """A person names the evidence itself, whatever the machine thought of it."""
    known = Match.objects.filter(target=target, result=result, role__in=(Match.Role.EVIDENCE, Match.Role.CANDIDATE)).first()
    match = known or Match.objects.create(
        target=target, result=result, role=Match.Role.CANDIDATE, decision=Match.Decision.WAITING, why="由人工选定",
    )
    confirm(match, version=match.version, user=user, request=request)
    return match


def _decide(match: Match, version: int, user: User, *, role: str, decision: str) -> bool:
    # A pair has one row in a role: the machine's row in the other one gives way.
    Match.objects.filter(target=match.target_id, result=match.result_id, role=role).exclude(pk=match.pk).delete()
    return match.change(version=version, role=role, decision=decision, decided_by=Match.Decider.PERSON, user=user,
                        decided_at=timezone.now())


def _columns(match: Match) -> dict[str, Any]:
    """What a decision changes about a match, as it is before."""
    return {"role": match.role, "decision": match.decision, "decided_by": match.decided_by, "user_id": match.user_id,
            "decided_at": match.decided_at}


def _release_others(match: Match) -> list[steps.Move]:
    """A target has one confirmed evidence: an earlier choice is the machine's again, and goes if it finds it no good."""
    others = Match.objects.filter(target=match.target_id, decision=Match.Decision.CONFIRMED).exclude(pk=match.pk)
    moves = []
    for other in others:
        before = _columns(other)
        if other.change(version=other.version, decided_by=Match.Decider.MACHINE, decision=Match.Decision.TAKEN, user=None, decided_at=None):
            # Judging may have dropped the row by then; the step goes back all the same.
            moves.append(steps.move(other, **before) | {"version": None})
    return moves


def _teach(match: Match) -> list[steps.Move]:
    """Different words that a person took for the same go into the 口径库."""
    left, right = match.target.indicator, match.result.indicator
    if left == right:
        return []
    alias, _ = Alias.objects.get_or_create(office_id=match.target.office_id, left=left, right=right)
    before: dict[str, Any] = {"count": alias.count, "active": alias.active and alias.count > 0}
    alias.count += 1
    alias.save(update_fields=["count", "updated_at"])
    return [steps.move(alias, **before) | {"version": None}]


def _note(action: str, match: Match, request: HttpRequest | None, user: User, moves: list[steps.Move]) -> None:
    said = {"target": str(match.target.public_id), "result": match.result.figure, "indicator": match.result.indicator,
            "score": round(match.score, 3), "match": str(match.public_id)}
    undo = [*moves, steps.unjudged(match.target)]
    audit.record(action, office=match.target.office, request=request, user=user, subject=match.target, before={"undo": undo}, after=said)


def judge_again(target: Target) -> None:
    """Leaves the target to be judged and hurries the task; should the message be lost, the sweep finds it."""
    Target.objects.filter(pk=target.pk).update(judged_at=None)
    transaction.on_commit(lambda: send("reports.judge_stale", target.office_id))
