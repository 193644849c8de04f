"""目标: a promise beside what was reported of it, each in its own document."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Exists, Func, OuterRef, Q, Subquery, Value

from documents.models import Document
from offices.models import AuditEntry, Department
from offices.permissions import EDITORS, OVERSEERS, Person, held_by, may
from offices.tables import ACTIONS
from reports.answers import Answer, answers
from reports.excerpts import Excerpt, excerpt, of_row
from reports.models import Flag, Match, Outcome
from targets.models import Instruction, Measure, Revision, Target, TargetQuerySet

FIELD_NAMES = {field.name: str(getattr(field, "verbose_name", field.name)) for field in Target._meta.get_fields()} | {"value": "目标值"}
FIELD_NAMES |= {"applicant": "申请单位", "reason": "理由", "approver": "审批人", "number": "文号", "instruction": "批示",
                "result": "完成数", "source": "数据来源", "same_as": "并入", "apart": "不同于", "parts": "拆分为"}
MORE_ACTIONS = {"target.withdraw": "撤销目标", "target.restore": "恢复目标", "match.choose": "指定佐证", "target.assign": "分工",
                "target.due": "设置完成时限", "target.revise": "调整目标值", "target.instruct": "批示", "instruction.close": "批示办结",
                "step.undo": "撤回操作"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A match with its figure in context."""

    match: Match
    document: Document
    excerpt: Excerpt

    @property
    def percent(self) -> int:
        return round(self.match.score * 100)


@dataclass(frozen=True, slots=True)
class Mention:
    """A sentence that speaks of the target in words."""

    document: Document | None
    excerpt: Excerpt


@dataclass(frozen=True, slots=True)
class Deed:
    """An entry of the history in a person's words."""

    entry: AuditEntry
    action: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything the page of a target shows."""

    target: Target
    document: Document
    excerpt: Excerpt
    evidence: list[Shown]
    candidates: list[Shown]
    refused: list[Shown]
    base: list[Shown]
    mentions: list[Mention]
    outcome: Outcome
    answers: list[Answer]
    lines: list[Target]
    flags: list[Flag]
    history: list[Deed]
    revisions: list[Revision]
    instructions: list[Instruction]
    course: list[dict[str, Any]]
    sees_documents: bool
    may_edit: bool
    may_instruct: bool


def with_extras(rows: TargetQuerySet) -> TargetQuerySet:
    """With what else belongs to a target: whether there is any, else no query is spent on it; and its outcome, which it mostly has."""
    own = OuterRef("pk")
    kept = {f"kept_{name}": Subquery(Outcome.objects.filter(target=own).values(name)) for name in KEPT}
    supporting = Target.support.through.objects.filter(target=OuterRef(own)).values("department")
    support = Department.objects.filter(pk__in=supporting).order_by()
    return rows.annotate(
        revised=Exists(Revision.objects.filter(target=own)), instructed=Exists(Instruction.objects.filter(target=own)),
        flagged=Exists(Flag.objects.filter(target=own)), supporters=Subquery(support.values(names=Joined("name", Value("、")))), **kept)


KEPT = ("notes", "mentions", "previous", "course")
"""What the page shows of an outcome."""


class Joined(Func):
    """The values of a column in one text."""

    function = "GROUP_CONCAT"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="STRING_AGG", **extra)


def compare(target: Target, user: Person) -> Comparison:
    """Reads what belongs to one target, which comes `with_extras`; each document is loaded once."""
    matches = list(Match.objects.filter(target=target).select_related("result", "user").order_by("role", "rank", "pk"))
    outcome = Outcome(target=target, **{name: value for name in KEPT if (value := getattr(target, f"kept_{name}"))})
    documents = _documents(target, matches, outcome)
    shown = [_shown(match, documents) for match in matches]
    base = [each for each in shown if each.match.role == Match.Role.BASE]
    own = documents[target.document_id]
    # The path of an office begins with that of each office above it.
    oversees = any(target.office.path.startswith(each.office.path) for each in held_by(user) if each.role in OVERSEERS)
    return Comparison(
        target=target, document=own, excerpt=of_row(target, own.text), base=base,
        evidence=[each for each in shown if each.match.role == Match.Role.EVIDENCE],
        candidates=[each for each in shown if each.match.decision == Match.Decision.WAITING],
        refused=[each for each in shown if each.match.decision == Match.Decision.REFUSED],
        mentions=_mentions(outcome, documents.values()), outcome=outcome,
        answers=answers(target, [each.match for each in base], outcome), lines=_lines(target, user),
        flags=list(Flag.objects.filter(target=target).order_by("-opened_at", "-pk")) if getattr(target, "flagged", True) else [],
        history=[_deed(entry) for entry in target.history.select_related("user")[:30]],
        revisions=list(target.revisions.order_by("-date", "-pk")) if getattr(target, "revised", True) else [],
        instructions=list(target.instructions.order_by("-date", "-pk")) if getattr(target, "instructed", True) else [],
        course=outcome.course, sees_documents=oversees, may_edit=may(user, EDITORS, target.office), may_instruct=oversees,
    )


def _lines(target: Target, user: Person) -> list[Target]:
    """The other targets of the 任务项. The only one of a clause has no line."""
    if not target.line:
        return []
    rows = Target.objects.visible_to(user).filter(commitment=target.commitment_id).exclude(pk=target.pk)
    return list(rows.select_related("commitment").order_by("start", "pk"))


def _documents(target: Target, matches: list[Match], outcome: Outcome) -> dict[int, Document]:
    """The documents by id, with their text and without their reading, which is the larger part."""
    said = {each["doc"] for each in outcome.mentions}
    ids = {target.document_id, *(match.result.document_id for match in matches)}
    rows = Document.objects.defer("reading").filter(Q(pk__in=ids) | Q(public_id__in=said, office=target.office_id))
    return {row.pk: row for row in rows}


def _shown(match: Match, documents: dict[int, Document]) -> Shown:
    document = documents[match.result.document_id]
    return Shown(match, document, of_row(match.result, document.text))


def _mentions(outcome: Outcome, documents: Iterable[Document]) -> list[Mention]:
    by_name = {str(document.public_id): document for document in documents}
    found = []
    for each in outcome.mentions:
        document = by_name.get(each["doc"])
        text = document.text if document else ""
        span = each["start"], each["end"]
        found.append(Mention(document, excerpt(text, span, span) if text else Excerpt("", "", each["text"], "", "")))
    return found


def _deed(entry: AuditEntry) -> Deed:
    action = {**ACTIONS, **MORE_ACTIONS}.get(entry.action, entry.action)
    return Deed(entry, action if entry.success else f"{action}(未成)", tuple(_changes(entry.before or {}, entry.after or {})))


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterable[str]:
    for name, value in after.items():
        if name in FIELD_NAMES:
            old = f"{_said(before[name])} → " if name in before else ""
            yield f"{FIELD_NAMES[name]}:{old}{_said(value)}"


def _said(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(str(each) for each in value) or "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    return "—" if value in (None, "") else str(value)


def course_points(target: Target, course: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What the chart draws, and the same as JSON for its script."""
    drawn = _drawn(target, course)
    return {**drawn, "json": json.dumps(drawn, ensure_ascii=False)} if drawn else None


def _drawn(target: Target, course: list[dict[str, Any]]) -> dict[str, Any] | None:
    """One point is no course. Drawn is, for amounts, 完成率 against 序时, for rates the value against the target.

    None where nothing can be drawn.
    """
    growing = target.measure == Measure.AMOUNT and not target.is_limit
    rows = [each for each in course if each.get("percent") is not None] if growing else []
    if len(rows) > 1:
        return {"dates": [_month(each) for each in rows], "unit": "%", "name": "完成率", "other": "序时进度",
                "values": [float(each["percent"]) for each in rows],
                "against": [float(each["expected"]) if each["expected"] is not None else None for each in rows]}
    rows = [each for each in course if each.get("actual") is not None]
    if len(rows) < 2 or target.value is None:
        return None
    return {"dates": [_month(each) for each in rows], "unit": target.unit, "name": "完成数", "other": "目标",
            "values": [float(each["actual"]) for each in rows], "against": [float(target.value)] * len(rows)}


def _month(point: dict[str, Any]) -> str:
    return f"{int(str(point['date'])[5:7])}月"
