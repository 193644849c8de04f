"""A document's result statements → Result rows, in one transaction, and the same again when taken twice."""

from typing import Any

from django.db import transaction

from documents.models import Document
from engine.values import Reading, Statement
from reports.models import Result
from targets.intake import figure_columns


def take_results(document: Document) -> int:
    """Stores the results and forecasts that were read from a document and returns how many there are now.

    Rows that a person corrected stay as they are; rows that are no longer read go, unless corrected.
    """
    reading = document.as_reading()
    with transaction.atomic():
        kept = {row.start: row for row in Result.objects.filter(document=document).select_for_update()}
        fresh = [row for each in reading.results if (row := _taken(document, reading, each, kept.get(each.start))) is not None]
        Result.objects.bulk_create(fresh, batch_size=500)
        vanished = Result.objects.filter(document=document, version=1).exclude(start__in=[each.start for each in reading.results])
        vanished.delete()
    return Result.objects.filter(document=document).count()


def _taken(document: Document, reading: Reading, statement: Statement, row: Result | None) -> Result | None:
    """A row to be made, or None where there is one already, which is brought up to date unless a person corrected it."""
    columns = {**figure_columns(statement, str(document.public_id), reading), "kind": statement.kind}
    if row is None:
        return Result(document=document, office_id=document.office_id, start=statement.start, **columns)
    if row.untouched:
        _update(row, columns)
    return None


def _update(row: Result, columns: dict[str, Any]) -> None:
    changed = [name for name, value in columns.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, columns[name])
    if changed:
        row.save(update_fields=[*changed, "updated_at"])
