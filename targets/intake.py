"""A document's target statements → 任务项 and targets, in one transaction, and the same again when taken twice."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.db import transaction

from documents.models import Document
from engine.directions import direction_of
from engine.values import Reading, Statement
from offices.models import Department
from targets import wording
from targets.models import SECTION_JOIN, Commitment, Target, month_end


def take(document: Document) -> int:
    """Stores the targets that were read from a document and returns how many there are now.

    Rows that a person corrected or confirmed stay as they are; rows that are no longer read go, unless touched.
    """
    reading = document.as_reading()
    with transaction.atomic():
        commitments = _take_commitments(document, reading)
        names = _departments(document, reading.targets)
        kept = {row.start: row for row in Target.objects.filter(document=document).select_for_update()}
        _take_targets(document, reading, commitments, names, kept)
        _drop_vanished(document, {each.start for each in reading.targets})
        _join_tiers(document)
        wording.store(Target.objects.filter(document=document).select_related("commitment"))
    return Target.objects.filter(document=document).count()


def grouped(statements: Iterable[Statement]) -> list[tuple[int, list[Statement]]]:
    """Statements by the start of their 任务项, in the order of the text."""
    ordered = sorted(statements, key=lambda each: (each.commitment, each.start))
    return [(start, list(lines)) for start, lines in groupby(ordered, key=lambda each: each.commitment)]


def _take_commitments(document: Document, reading: Reading) -> dict[int, Commitment]:
    rows = {}
    for number, (start, lines) in enumerate(grouped(reading.targets), start=1):
        end = max(max(each.end, each.sentence[1]) for each in lines)
        fields = {
            "office_id": document.office_id, "number": number, "end": end, "text": reading.text[start:end].strip(),
            "section": section_text(lines[0], reading.title), "origin": document.origin,
        }
        rows[start], _ = Commitment.objects.update_or_create(document=document, start=start, defaults=fields)
    return rows


def section_text(statement: Statement, title: str) -> str:
    """The headings above a statement, outermost first, as they are stored and filtered by. The title stands above everything,
    so it tells nothing apart and is left out.
    """
    above = statement.section[1:] if statement.section and _same(statement.section[0], title) else statement.section
    return SECTION_JOIN.join(above)[:500]


def _same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


def _departments(document: Document, statements: Sequence[Statement]) -> dict[str, Department]:
    """The departments that the text names, made where the office has none of that name yet."""
    names = sorted({each.name for statement in statements for each in statement.departments})
    return {name: Department.objects.get_or_create(office_id=document.office_id, name=name)[0] for name in names}


def _take_targets(
    document: Document, reading: Reading, commitments: dict[int, Commitment], names: dict[str, Department], kept: dict[int, Target]
) -> None:
    doc = str(document.public_id)
    for start, lines in grouped(reading.targets):
        for line, statement in enumerate(lines, start=1):
            row = kept.get(statement.start) or Target(document=document, office_id=document.office_id, start=statement.start)
            if row.pk and not row.untouched:
                _keep_in_order(row, commitments[start], line if len(lines) > 1 else 0)
                continue
            columns = {**_target_columns(statement, doc, reading), "commitment_id": commitments[start].pk,
                       "line": line if len(lines) > 1 else 0, "lead_id": _lead(statement, names)}
            _store(row, columns, [names[each.name] for each in statement.departments if each.role == "support"])


def _keep_in_order(row: Target, commitment: Commitment, line: int) -> None:
    """A corrected row keeps its figures, yet moves along when the numbering of its document changes."""
    if (row.commitment_id, row.line) != (commitment.pk, line):
        row.commitment, row.line = commitment, line
        row.save(update_fields=["commitment", "line", "updated_at"])


def figure_columns(statement: Statement, doc: str, reading: Reading) -> dict[str, Any]:
    """The columns that targets and results share, as a statement fills them; `doc` is the public id of its document."""
    return {
        "end": statement.end, "figure": statement.figure[:500], "indicator": statement.indicator[:300], "measure": statement.measure,
        "comparator": statement.comparator, "value": statement.value, "high": statement.high, "unit": statement.unit[:40],
        "year": statement.year, "months": list(statement.months) if statement.months else None,
        "section": section_text(statement, reading.title), "sentence_start": statement.sentence[0], "sentence_end": statement.sentence[1],
        "reading": {**statement.row(), "doc": doc},
    }


def _target_columns(statement: Statement, doc: str, reading: Reading) -> dict[str, Any]:
    before = reading.text[statement.sentence[0]:statement.start]
    return {
        **figure_columns(statement, doc, reading), "due": month_end(statement.due) if statement.due else None,
        "stretch": statement.stretch, "ambition": statement.ambition, "state": (statement.state or "")[:40],
        "vague": (statement.vague or "")[:200],
        "direction": "" if statement.measure == "milestone" else direction_of(statement, before),
    }


def _lead(statement: Statement, names: dict[str, Department]) -> int | None:
    leads = [each.name for each in statement.departments if each.role == "lead"]
    return names[leads[0]].pk if leads else None


def _store(row: Target, columns: dict[str, Any], support: list[Department]) -> None:
    """Saves only what differs: a row that reads the same keeps its outcome and is not judged again."""
    changed = [name for name, value in columns.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, columns[name])
    if row.pk is None:
        row.save()
    elif changed:
        row.judged_at = None
        row.save(update_fields=[*changed, "judged_at", "updated_at"])
    if row.pk and set(row.support.all()) != set(support):
        row.support.set(support)


def _drop_vanished(document: Document, starts: set[int]) -> None:
    gone = Target.objects.filter(document=document, version=1, confirmed_by__isnull=True).exclude(start__in=starts)
    gone.delete()
    Commitment.objects.filter(document=document, targets__isnull=True).delete()


def _join_tiers(document: Document) -> None:
    """Each 奋斗目标 points at its 考核目标: the firm figure of the same indicator in its 任务项, the nearest before it."""
    rows = list(Target.objects.filter(document=document).order_by("commitment_id", "start", "pk"))
    for row in rows:
        firm = _firm_row(row, rows) if row.stretch else None
        if row.firm_id != (firm.pk if firm else None):
            row.firm = firm
            row.save(update_fields=["firm", "updated_at"])


def _firm_row(stretch: Target, rows: list[Target]) -> Target | None:
    fitting = [
        each for each in rows
        if each.commitment_id == stretch.commitment_id and not each.stretch
        and (each.indicator, each.measure) == (stretch.indicator, stretch.measure)
    ]
    before = [each for each in fitting if each.start < stretch.start]
    return before[-1] if before else (fitting[0] if fitting else None)
