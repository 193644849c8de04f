"""A check judges from stored evidence: the same as the matching did, until a rule changes, and without reading a document."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from engine.values import Statement
from offices.models import Office, OfficeSettings
from reports import judging, matching
from reports.models import Flag, FlagEvent, Outcome
from reports.rewriting import rewrite
from targets.models import Commitment, Target
from targets.tasks import take_targets
from tests.factories import make_judged, make_office, make_read_document, make_statement

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2025, 7, 10, 1, tzinfo=UTC)
PLAN = (
    make_statement(), make_statement(start=40, indicator="一般公共预算收入", figure="7.10亿元", value="7.10", unit="亿元"),
    make_statement(start=80, indicator="固定资产投资", figure="6%", value="6", unit="%", measure="growth", comparator=">="),
    make_statement(start=120, indicator="生产安全事故", figure="3起", value="3", unit="起", comparator="<="),
    make_statement(start=160, indicator="城镇新增就业", figure="1800人", value="1800", unit="人"),
)
REPORT: tuple[Statement, ...] = (
    make_statement(kind="result", figure="3家", value="3"),
    make_statement(kind="result", start=40, indicator="一般公共预算收入", figure="2.30亿元", value="2.30", unit="亿元"),
    make_statement(kind="result", start=80, indicator="固定资产投资", figure="-1.2%", value="-1.2", unit="%", measure="growth"),
    make_statement(kind="result", start=120, indicator="生产安全事故", figure="2起", value="2", unit="起"),
)


@pytest.fixture
def office() -> Office:
    office = make_office("青蘅街道")
    for number, (kind, statements) in enumerate((("plan", PLAN), ("report", REPORT))):
        document = make_read_document(office, *statements, kind=kind, month=6 if number else None)
        take_targets(document.pk)
    matching.match_office(office, now=NOW)
    return office


def rows() -> list[Any]:
    return [*Target.objects.order_by("pk").values(), *Outcome.objects.order_by("pk").values(), *Commitment.objects.order_by("pk").values()]


def test_judged_again_it_comes_out_the_same(office: Office) -> None:
    assert {"lagging", "on_track", "unreported"} <= set(Target.objects.values_list("status", flat=True))
    before = rows()
    tally = judging.check([office.pk], now=NOW)
    assert (tally.judged[office.pk], tally.changed[office.pk]) == (5, 0)
    assert rows() == before


def test_a_changed_setting_changes_the_verdict_its_course_and_the_commitment(office: Office) -> None:
    settings = OfficeSettings.of(office)
    settings.change(version=settings.version, curve=["1", "2", "3", "4", "5", "6", "10", "20", "40", "60", "80", "100"])
    judging.check([office.pk], now=NOW)
    target = Target.objects.get(indicator="一般公共预算收入")
    assert (target.status, target.expected, target.behind, target.judged_at) == ("on_track", Decimal("6.0"), Decimal("26.4"), NOW)
    assert "序时按单位设定" in target.rule_text
    assert Outcome.objects.get(target=target).course[-1]["status"] == "on_track"
    assert Commitment.objects.get(pk=target.commitment_id).status == "on_track"
    assert not Flag.objects.filter(target=target).exists()
    assert judging.check([office.pk], now=NOW).changed[office.pk] == 0


def test_no_document_is_read_and_no_row_asked_for_alone(office: Office) -> None:
    def statements() -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            judging.check([office.pk], now=NOW)
        return [each["sql"] for each in asked]

    statements()
    few = statements()
    assert not any('"documents_document"."text"' in each or '"documents_document"."reading",' in each for each in few)
    for _ in range(20):
        make_judged(office, status="on_track")
    assert len(statements()) == len(few)


def test_chunks_see_every_target_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "CHUNK", 2)
    seen = []
    tally = judging.check([office.pk], now=NOW, progress=lambda each: seen.append(each.judged.total()))
    assert (tally.judged[office.pk], seen) == (5, [2, 4, 5])


def test_a_target_that_is_corrected_meanwhile_is_left_alone(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = OfficeSettings.of(office)
    settings.change(version=settings.version, curve=["1"] * 11 + ["100"])
    target = Target.objects.get(indicator="一般公共预算收入")
    real = judging._lock

    def corrected(offices: set[int]) -> None:
        Target.objects.filter(pk=target.pk).update(version=target.version + 1, judged_at=None)
        real(offices)

    monkeypatch.setattr(judging, "_lock", corrected)
    judging.check([office.pk], now=NOW)
    after = Target.objects.get(pk=target.pk)
    assert (after.status, after.judged_at) == ("lagging", None)
    assert Outcome.objects.get(target=target).course[-1]["status"] == "lagging"


def test_a_second_check_writes_nothing(office: Office) -> None:
    judging.check([office.pk], now=NOW)
    flags, events = list(Flag.objects.order_by("pk").values()), FlagEvent.objects.count()
    assert flags
    tally = judging.check([office.pk], now=NOW)
    assert (tally.flagged.opened.total(), tally.flagged.closed.total(), tally.flagged.escalated.total()) == (0, 0, 0)
    assert (list(Flag.objects.order_by("pk").values()), FlagEvent.objects.count()) == (flags, events)


def test_many_rows_are_rewritten_with_their_own_values_while_they_are_as_read() -> None:
    first, second, third = (make_judged() for _ in range(3))
    rows = [(each.pk, Decimal(place), "事", None, each.version) for place, each in enumerate((first, second, third), start=1)]
    Target.objects.filter(pk=second.pk).update(version=7)
    assert rewrite(Target, ("percent", "word", "due"), rows, guards=("version",)) == 2
    assert list(Target.objects.order_by("pk").values_list("percent", "word")) == [
        (Decimal("1.0"), "事"), (None, "欠进度"), (Decimal("3.0"), "事")]
    assert rewrite(Target, ("word",), []) == 0
