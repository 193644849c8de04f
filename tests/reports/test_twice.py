"""Reading and matching all documents of an office again changes nothing the second time: not a column, not a row, not an id."""

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model

from documents import rereading
from documents.models import Document, State
from engine import Text, read_text
from offices.models import Office, Role
from reports import decisions
from reports.intake import take_results
from reports.matching import match_office
from reports.models import Alias, Match, Outcome, Result, Standing
from targets.intake import take
from targets.models import Commitment, Target
from tests.factories import make_office, make_user

pytestmark = pytest.mark.django_db

SETS = Path(__file__).parents[1] / "sets"
NAMES = ("plan", "report-2024-10", "report-2024")
ROWS: tuple[type[Model], ...] = (Commitment, Target, Result, Match, Outcome, Standing, Alias)


def stored(office: Office, path: Path) -> Document:
    """A text as it stands after it was read."""
    text = path.read_text(encoding="utf-8")
    reading = read_text(Text(text), doc="")
    document = Document(office=office, name=path.name, size=len(text), sha256=hashlib.sha256(text.encode()).hexdigest(), text=text,
                        title=reading.title, year=reading.year, kind=reading.kind, state=State.MATCHED,
                        cutoff=datetime.date(*reading.cutoff, 1) if reading.cutoff else None)
    doc = str(document.public_id)
    document.reading = replace(reading, doc=doc, statements=tuple(each._replace(doc=doc) for each in reading.statements)).row()
    document.save()
    return document


def everything() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    return ((model.__name__, list(model._default_manager.order_by("pk").values())) for model in ROWS)


def again(office: Office) -> None:
    for document in Document.objects.filter(office=office).order_by("pk"):
        new = rereading.reread(document)
        assert rereading.differences(document, new) == []
        take(document)
        take_results(document)
    match_office(office)


def test_reading_and_matching_twice_changes_nothing() -> None:
    office = make_office("汀溪镇")
    supervisor = make_user(Role.SUPERVISOR, office=office)
    for name in NAMES:
        document = stored(office, SETS / "town" / f"{name}.txt")
        take(document)
        take_results(document)
    match_office(office)
    taken = Match.objects.filter(role=Match.Role.EVIDENCE).select_related("target", "result").order_by("pk")
    first = Match.objects.waiting().select_related("target", "result").order_by("pk").first() or taken[0]
    second = taken.exclude(target=first.target)[0]
    assert decisions.confirm(first, version=first.version, user=supervisor)
    assert decisions.refuse(second, version=second.version, user=supervisor)
    again(office)
    before = dict(everything())
    assert all(before[name] for name in ("Commitment", "Target", "Result", "Match", "Outcome"))
    again(office)
    for name, rows in everything():
        assert rows == before[name], name
    assert Match.objects.get(pk=first.pk).decision == Match.Decision.CONFIRMED
    assert Match.objects.get(pk=second.pk).decision == Match.Decision.REFUSED
