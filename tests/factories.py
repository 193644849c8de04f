"""Plain functions that make rows for tests: they say only what a test is about, the rest has a sensible default."""

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.files.base import ContentFile

from documents.models import Document, State
from engine.values import Reading, Statement
from offices.models import Department, Membership, Office, Role, User
from reports.models import Flag, Match, Result
from targets import wording
from targets.models import Commitment, Status, Target

_numbers = count(1)


def make_office(name: str = "", *, parent: Office | None = None) -> Office:
    return Office.objects.create(name=name or f"{next(_numbers)}号街道", parent=parent)


def make_user(role: str | None = Role.SUPERVISOR, *, office: Office | None = None, department: Department | None = None,
              name: str = "", password: str | None = None) -> User:
    """A person with one role in `office` (a new one if none is given); with `role=None` nobody has taken them in yet.

    Most tests sign in by `client.force_login`: hashing a password costs a quarter of a second.
    """
    user = User.objects.create_user(username=f"user{next(_numbers)}", name=name, password=password)
    if role is not None:
        Membership.objects.create(user=user, office=office or make_office(), role=role, department=department)
    return user


def make_document(office: Office | None = None, *, text: str = "全年新增规上工业企业5家以上。", **fields: Any) -> Document:
    """A stored document with `text` as its file; nothing is read yet unless `fields` say so."""
    number = next(_numbers)
    data = f"{text}\n".encode()
    document = Document(office=office or make_office(), name=f"{number}号计划.txt", size=len(data), **fields)
    document.sha256 = document.sha256 or hashlib.sha256(data + str(number).encode()).hexdigest()
    document.file.save("", ContentFile(data), save=False)
    document.save()
    return document


# --- targets, reports -------------------------------------------------------------------------------------------------------


def make_statement(**fields: Any) -> Statement:
    """A read figure: 新增规上工业企业5家以上 of 2025, unless `fields` say something else. `value` may be given as text."""
    said: dict[str, Any] = {
        "doc": "", "start": 0, "figure": "5家", "kind": "target", "indicator": "规上工业企业", "measure": "amount", "comparator": "=",
        "value": "5", "unit": "家", "year": 2025, **fields,
    }
    said["value"] = None if said["value"] is None else Decimal(said["value"])
    end = said["start"] + len(said["figure"])
    return Statement(**{"end": end, "sentence": (said["start"], end), "commitment": said["start"], **said})


def make_read_document(office: Office | None = None, *statements: Statement, kind: str = "plan", year: int | None = 2025,
                       month: int | None = None, text: str = "", **fields: Any) -> Document:
    """A document as it stands after reading: with these statements, and for a report with its last month."""
    office = office or make_office()
    text = text or "。".join(each.indicator + each.figure for each in statements) + "。"
    cutoff = (year, month) if year and month else None
    document = make_document(office, text=text, kind=kind, year=year, cutoff=date(year, month, 1) if year and month else None,
                             **{"state": State.READ, "title": f"{office.name}{year}年", **fields})
    doc = str(document.public_id)
    reading = Reading(doc=doc, text=text, title=document.title, year=year, kind=kind, cutoff=cutoff,  # type: ignore[arg-type]
                      statements=tuple(each._replace(doc=doc) for each in statements))
    document.text, document.reading = text, reading.row()
    document.save()
    return document


def make_commitment(document: Document, *, start: int | None = None, **fields: Any) -> Commitment:
    """A 任务项 at the next free place of its document."""
    number = Commitment.objects.filter(document=document).count() + 1
    place = number * 100 if start is None else start
    return Commitment.objects.create(document=document, office=document.office, **{
        "number": number, "start": place, "end": place + 20, "text": "新增规上工业企业5家以上。", **fields})


def make_target(office: Office | None = None, *, document: Document | None = None, commitment: Commitment | None = None,
                **fields: Any) -> Target:
    """A stored target, 规上工业企业 5家以上 of 2025, of a 任务项 of its own; not judged yet unless `fields` say so."""
    document = document or make_read_document(office, state=State.MATCHED)
    commitment = commitment or make_commitment(document)
    start = commitment.start + 4 + Target.objects.filter(commitment=commitment).count()
    target: Target = Target.objects.create(document=document, office=document.office, commitment=commitment, **{
        "start": start, "end": start + 2, "figure": "5家", "indicator": "规上工业企业", "comparator": ">=", "value": Decimal(5),
        "unit": "家", "year": 2025, "sentence_start": commitment.start, "sentence_end": commitment.end, **fields})
    wording.store([target])
    return target


def make_judged(office: Office | None = None, *, status: str = "lagging", **fields: Any) -> Target:
    """A target with a stored outcome; its 任务项 stands as it does."""
    light = {"met": "green", "on_track": "green", "lagging": "yellow", "missed": "red"}.get(status, "grey")
    target = make_target(office, status=status, light=light, **{
        "word": Status(status).label, "judged_at": datetime(2025, 7, 1, tzinfo=UTC), **fields})
    Commitment.objects.filter(pk=target.commitment_id).update(status=status)
    return target


def make_result(office: Office | None = None, *, document: Document | None = None, **fields: Any) -> Result:
    """A stored result: 规上工业企业 3家 from January to June 2025."""
    document = document or make_read_document(office, kind="report", month=6, state=State.MATCHED)
    start = Result.objects.filter(document=document).count() * 10
    result: Result = Result.objects.create(document=document, office=document.office, **{
        "start": start, "end": start + 2, "figure": "3家", "indicator": "规上工业企业", "value": Decimal(3), "unit": "家", "year": 2025,
        **fields})
    return result


def make_match(target: Target, result: Result | None = None, **fields: Any) -> Match:
    """A candidate that waits for a person, unless `fields` say something else."""
    result = result or make_result(target.office)
    match: Match = Match.objects.create(target=target, result=result, **{
        "role": Match.Role.CANDIDATE, "decision": Match.Decision.WAITING, "rank": 1, "score": 0.6, "why": "指标相近",
        "parts": [{"name": "指标", "weight": 0.6, "score": 0.5, "words": "指标相近"}], **fields})
    return match


def make_flag(target: Target | None = None, *, office: Office | None = None, opened: datetime | None = None, **fields: Any) -> Flag:
    """An open 欠进度 flag of a target, or of an office as a whole."""
    opened = opened or datetime(2025, 7, 1, tzinfo=UTC)
    flag: Flag = Flag.objects.create(office=target.office if target else office or make_office(), target=target, **{
        "rule": Flag.Rule.LAGGING if target else Flag.Rule.REPORT_OVERDUE, "period": "2025", "text": "欠进度", "opened_at": opened,
        "step_at": opened, **fields})
    return flag
