"""A looked-at sheet is taken: every change in one step of the history, every corrected figure as a report of its own.

So is a single figure that a person enters with its source.
"""

import datetime
import hashlib
import uuid
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from documents.models import Document, Kind, State
from engine.values import Month, Reading, Statement
from offices import audit
from offices.models import Department, Office, User
from reports import decisions
from reports.models import Match, Result
from reports.returns import Change, Edit, Preview, Refusal
from targets import assignments, steps
from targets.models import Target

ACTION = "ledger.import"
_LETTERS = str.maketrans("0123456789", "ghijklmnop")


@transaction.atomic
def take(found: Preview, user: User, *, source: str, request: HttpRequest | None = None) -> tuple[uuid.UUID, int]:
    """Takes every change as one step of the history; returns the step and how many targets it changed.

    A row that somebody changed since the preview is refused then and there. Corrected figures need a `source`; raises ValidationError.
    """
    if found.needs_source and not source.strip():
        raise ValidationError("表里更正了完成数,请写明数据来源(如:区统计局10月快报)。")
    step, taken = uuid.uuid4(), 0
    places = _store_figures([change for change in found.changes if change.actual], source.strip(), user, step)
    for change in found.changes:
        if _take_one(change, places.get(change.target.pk), step, user, request):
            taken += 1
        else:
            found.refusals.append(Refusal(change.sheet, change.line, change.target.indicator, "刚被他人改过,请重新导出后再填"))
    return step, taken


def _take_one(change: Change, result: Result | None, step: uuid.UUID, user: User, request: HttpRequest | None) -> bool:
    target = change.target
    said = {edit.field: edit.value for edit in change.edits if edit.field != "actual"}
    before = {name: getattr(target, f"{name}_id" if name == "lead" else name) for name in said if name != "support"}
    many = {"support": [each.pk for each in target.support.all()]} if "support" in said else {}
    columns = {name: value for name, value in said.items() if name not in ("lead", "support")}
    if "lead" in said:
        columns["lead"] = _department(target.office, said["lead"])
    if "due" in said:
        columns["judged_at"] = None
    if not target.change(version=target.version, **columns):
        return False
    if "support" in said:
        target.support.set(filter(None, [_department(target.office, name) for name in said["support"]]))
    moves = [steps.move(target, many=many, **{f"{name}_id" if name == "lead" else name: value for name, value in before.items()})]
    if result is not None:
        moves += _confirmed(target, result, user)
    if "lead" in said and target.lead_id:
        assignments.learn(target)
    words = {"before": {edit.label: edit.old for edit in change.edits}, "after": {edit.label: edit.new for edit in change.edits}}
    audit.record(ACTION, office=target.office, user=user, request=request, subject=target, step=step,
                 before={**words["before"], "undo": [*moves, steps.unjudged(target)]},
                 after={**words["after"], "indicator": target.indicator, "row": f"{change.sheet}第{change.line}行"})
    if result is not None or "due" in said:
        decisions.judge_again(target)
    return True


ENTERED = "match.enter"


@transaction.atomic
def enter(target: Target, *, value: Decimal, month: Month, source: str, user: User, request: HttpRequest | None = None) -> Result:
    """填报完成数: a figure that no report holds, with where it is from, becomes a report of its own and the confirmed evidence."""
    step = uuid.uuid4()
    edit = Edit("actual", "完成数", target.actual_text, f"{value:f}{target.unit}", value)
    change = Change("", 0, target, (edit,), month)
    result = _store_report([change], month, source, user, step, name="人工填报数据")[target.pk]
    moves = _confirmed(target, result, user, why=f"人工填报,来源:{source}")
    audit.record(ENTERED, office=target.office, user=user, request=request, subject=target, step=step,
                 before={"result": target.actual_text, "undo": [*moves, steps.unjudged(target)]},
                 after={"result": result.figure, "source": source, "indicator": target.indicator})
    decisions.judge_again(target)
    return result


def _department(office: Office, name: str) -> Department | None:
    return Department.objects.get_or_create(office=office, name=name)[0] if name else None


def _confirmed(target: Target, result: Result, user: User, *, why: str = "台账补报,由人工填写") -> list[steps.Move]:
    """The figure that a person wrote is evidence that a person confirmed; taken back, it is refused, and the earlier one stands again."""
    now, moves = timezone.now(), []
    for each in Match.objects.filter(target=target, decision=Match.Decision.CONFIRMED):
        before = steps.move(each, decided_by=each.decided_by, decision=each.decision, user_id=each.user_id, decided_at=each.decided_at)
        each.change(version=each.version, decided_by=Match.Decider.MACHINE, decision=Match.Decision.TAKEN, user=None, decided_at=None)
        moves.append(before | {"version": None})
    match = Match.objects.create(
        target=target, result=result, role=Match.Role.EVIDENCE, decision=Match.Decision.CONFIRMED, decided_by=Match.Decider.PERSON,
        user=user, decided_at=now, rank=1, score=1, why=why)
    refused = steps.move(match, role=Match.Role.CANDIDATE, decision=Match.Decision.REFUSED, decided_by=Match.Decider.PERSON)
    return [*moves, refused | {"version": None}]


def _store_figures(changes: Sequence[Change], source: str, user: User, step: uuid.UUID) -> dict[int, Result]:
    """Corrected figures become a report of their own, so that each of them leads to a sentence, a source and a cut-off like any other."""
    groups: dict[tuple[int, Month], list[Change]] = defaultdict(list)
    for change in changes:
        assert change.month is not None
        groups[change.target.office_id, change.month].append(change)
    found: dict[int, Result] = {}
    for (_, month), group in groups.items():
        found.update(_store_report(group, month, source, user, step))
    return found


def _store_report(
    changes: Sequence[Change], month: Month, source: str, user: User, step: uuid.UUID, *, name: str = "台账补报数据"
) -> dict[int, Result]:
    office, year = changes[0].target.office, month[0]
    title = f"{office.name}{year}年1—{month[1]}月{name}"
    text, statements = f"{title}\n", []
    for change in changes:
        statement, line = _sentence(change, len(text), month, source)
        statements.append(statement)
        text += line
    # The same figures may come twice, and are then two reports. The mark is in letters, so that no re-read takes it for a figure.
    text += f"(补报标识:{step.hex.translate(_LETTERS)})\n"
    data = text.encode()
    document = Document(
        office=office, name=f"{title}.txt", size=len(data), sha256=hashlib.sha256(data).hexdigest(), text=text,
        title=title, year=year, kind=Kind.REPORT, cutoff=datetime.date(*month, 1), state=State.MATCHED, result_count=len(statements),
        uploaded_by=user)
    doc = str(document.public_id)
    statements = [each._replace(doc=doc) for each in statements]
    document.reading = Reading(doc=doc, text=text, title=title, year=year, kind="report", cutoff=month, statements=tuple(statements)).row()
    document.file.save("", ContentFile(data), save=False)
    document.save()
    return {change.target.pk: _result(document, each) for change, each in zip(changes, statements, strict=True)}


def _sentence(change: Change, start: int, month: Month, source: str) -> tuple[Statement, str]:
    target, edit = change.target, change.actual
    assert edit is not None
    figure = f"{edit.value:f}{target.unit}"
    before = f"1—{month[1]}月,{target.indicator}"
    line = f"{before}{figure}(来源:{source})。\n"
    place = start + len(before)
    return Statement(
        doc="", start=place, end=place + len(figure), figure=figure, kind="result", indicator=target.indicator,
        measure=target.measure, value=edit.value, unit=target.unit, year=month[0], months=(1, month[1]),  # type: ignore[arg-type]
        sentence=(start, start + len(line) - 1), commitment=start, rules=("台账补报",)), line


def _result(document: Document, said: Statement) -> Result:
    return Result.objects.create(
        document=document, office=document.office, start=said.start, end=said.end, figure=said.figure, indicator=said.indicator,
        measure=said.measure, value=said.value, unit=said.unit, year=said.year, months=list(said.months or ()),
        sentence_start=said.sentence[0], sentence_end=said.sentence[1], reading=said.row())
