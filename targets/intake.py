"""A document's target statements → 任务项 and targets, in one transaction, and the same again when taken twice."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils import timezone

from documents.models import Document
from engine.directions import direction_of
from engine.values import Reading, Statement
from offices.models import Department, Record
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
    rows = {row.start: row for row in Commitment.objects.filter(document=document)}
    fresh, changed = [], []
    for number, (start, lines) in enumerate(grouped(reading.targets), start=1):
        end = max(max(each.end, each.sentence[1]) for each in lines)
        columns = {
            "office_id": document.office_id, "number": number, "end": end, "text": reading.text[start:end].strip(),
            "section": section_text(lines[0], reading.title), "origin": document.origin,
        }
        if start not in rows:
            rows[start] = Commitment(document=document, start=start, **columns)
            fresh.append(rows[start])
        elif differing(rows[start], columns):
            changed.append(rows[start])
    Commitment.objects.bulk_create(fresh, batch_size=BATCH)
    save_changed(changed, ("office_id", "number", "end", "text", "section", "origin"))
    return rows


BATCH = 500
"""Rows written by one statement."""


def differing(row: Record, columns: dict[str, Any]) -> list[str]:
    """Sets the columns of a row that are not as wanted, and names them."""
    changed = [name for name, value in columns.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, columns[name])
    return changed


def save_changed(rows: Sequence[Record], names: Iterable[str]) -> None:
    """Writes these columns of all rows by few statements."""
    if rows:
        now = timezone.now()
        for row in rows:
            row.updated_at = now
        type(rows[0])._default_manager.bulk_update(rows, [*(name.removesuffix("_id") for name in names), "updated_at"], batch_size=BATCH)


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
    doc, work = str(document.public_id), _Work(_supports(document))
    for start, lines in grouped(reading.targets):
        for line, statement in enumerate(lines, start=1):
            row = kept.get(statement.start) or Target(document=document, office_id=document.office_id, start=statement.start)
            place = {"commitment_id": commitments[start].pk, "line": line if len(lines) > 1 else 0}
            if row.pk and not row.untouched:
                # A corrected row keeps its figures, yet moves along when the numbering of its document changes.
                if differing(row, place):
                    work.moved.append(row)
                continue
            columns = {**_target_columns(statement, doc, reading), **place, "lead_id": _lead(statement, names)}
            work.add(row, columns, {names[each.name].pk for each in statement.departments if each.role == "support"})
    work.write()


def _supports(document: Document) -> dict[int, set[int]]:
    """The ids of the supporting departments of each target of a document."""
    found: dict[int, set[int]] = defaultdict(set)
    for target, department in Target.support.through.objects.filter(target__document=document).values_list("target", "department"):
        found[target].add(department)
    return found


@dataclass(slots=True)
class _Work:
    """What is to be written: rows that are new, changed, or only moved. A row that reads the same keeps its outcome."""

    supports: dict[int, set[int]]
    fresh: list[tuple[Target, set[int]]] = field(default_factory=list)
    changed: list[Target] = field(default_factory=list)
    moved: list[Target] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def add(self, row: Target, columns: dict[str, Any], support: set[int]) -> None:
        changed = differing(row, columns)
        if row.pk is None:
            self.fresh.append((row, support))
            return
        if changed:
            row.judged_at = None
            self.changed.append(row)
            self.names.update(changed)
        if self.supports[row.pk] != support:
            row.support.set(support)

    def write(self) -> None:
        Target.objects.bulk_create([row for row, _ in self.fresh], batch_size=BATCH)
        through = Target.support.through
        through.objects.bulk_create([through(target_id=row.pk, department_id=pk) for row, support in self.fresh for pk in sorted(support)],
                                    batch_size=BATCH)
        save_changed(self.changed, sorted({*self.names, "judged_at"}))
        save_changed(self.moved, ("commitment_id", "line"))


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


def _drop_vanished(document: Document, starts: set[int]) -> None:
    gone = Target.objects.filter(document=document, version=1, confirmed_by__isnull=True).exclude(start__in=starts)
    gone.delete()
    Commitment.objects.filter(document=document, targets__isnull=True).delete()


def _join_tiers(document: Document) -> None:
    """Each 奋斗目标 points at its 考核目标: the firm figure of the same indicator in its 任务项, the nearest before it."""
    lines: dict[int, list[Target]] = defaultdict(list)
    for row in Target.objects.filter(document=document).defer("reading").order_by("commitment_id", "start", "pk"):
        lines[row.commitment_id].append(row)
    changed = []
    for rows in lines.values():
        for row in rows:
            firm = _firm_row(row, rows) if row.stretch else None
            if row.firm_id != (firm.pk if firm else None):
                row.firm = firm
                changed.append(row)
    save_changed(changed, ("firm_id",))


def _firm_row(stretch: Target, rows: list[Target]) -> Target | None:
    fitting = [each for each in rows if not each.stretch and (each.indicator, each.measure) == (stretch.indicator, stretch.measure)]
    before = [each for each in fitting if each.start < stretch.start]
    return before[-1] if before else (fitting[0] if fitting else None)
