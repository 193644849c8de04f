"""A report's figures become rows, repeatable, and a corrected one stays."""

from decimal import Decimal

import pytest

from documents.models import Document
from engine.values import Reading
from reports.intake import take_results
from reports.models import Result
from tests.factories import make_read_document, make_statement

pytestmark = pytest.mark.django_db


@pytest.fixture
def report() -> Document:
    return make_read_document(
        None, make_statement(kind="result", start=6, value="3", figure="3家", months=(1, 6)),
        make_statement(kind="forecast", start=20, indicator="税收", value="1.20", unit="亿元", figure="1.20亿元"),
        make_statement(kind="target", start=40, year=2026), kind="both", month=6)


def test_results_and_forecasts_are_taken_and_give_their_statement_back(report: Document) -> None:
    assert take_results(report) == 2
    rows = list(Result.objects.filter(document=report))
    assert [row.kind for row in rows] == ["result", "forecast"]
    assert [row.as_statement() for row in rows] == list(report.as_reading().results)


def test_taking_twice_changes_nothing(report: Document) -> None:
    take_results(report)
    before = list(Result.objects.order_by("pk").values())
    take_results(report)
    assert list(Result.objects.order_by("pk").values()) == before


def test_a_corrected_result_stays_and_a_vanished_one_goes(report: Document) -> None:
    take_results(report)
    Result.objects.get(start=6).change(version=1, value=Decimal(4))
    reading = report.as_reading()
    again = Reading(doc=reading.doc, text=reading.text, statements=(reading.results[0]._replace(value=Decimal(9)),))
    report.reading = again.row()
    report.save()
    assert take_results(report) == 1
    assert Result.objects.get().value == 4
