"""Ledger rows of stored targets: what people corrected counts, and every number leads to its sentence."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from offices.models import Department
from reports.ledgers import rows_of
from reports.models import Match, Outcome
from targets.models import Target
from tests.factories import make_commitment, make_judged, make_match, make_office, make_read_document, make_result

pytestmark = pytest.mark.django_db
PLAN = "全年新增规上工业企业5家以上，力争7家。"
REPORT = "1—6月，新增规上工业企业3家，增长50%。另有2家正在申报。"


def stored() -> Target:
    """A target with a lead, a supporting department, judged evidence with its growth, a candidate and a mention."""
    office = make_office("青蘅街道")
    plan, report = make_read_document(office, text=PLAN), make_read_document(office, kind="report", month=6, text=REPORT)
    for document, name in ((plan, "计划.txt"), (report, "总结.txt")):
        document.name = name
        document.save(update_fields=["name"])
    commitment = make_commitment(plan, start=0, text="新增规上工业企业5家以上,力争7家", number=3)
    target = make_judged(
        office, document=plan, commitment=commitment, line=1, section="一、工业 › （一）企业", due=datetime.date(2025, 11, 30),
        sentence_start=0, sentence_end=len(PLAN), lead=Department.objects.create(office=office, name="经发办"), actual=Decimal(3),
        actual_text="3家", percent=Decimal("60.0"), behind=Decimal("10.0"), evidence_date=datetime.date(2025, 6, 30),
        problems="培育不足", measures_next="逐户走访", remark="上级考核", leader="分管经济副主任", rule_text="总量÷目标")
    target.support.add(*(Department.objects.create(office=office, name=name) for name in ("财政所", "工会")))
    place: dict[str, Any] = {"document": report, "sentence_start": 0, "sentence_end": REPORT.index("另")}
    make_match(target, make_result(office, start=12, **place), role=Match.Role.EVIDENCE, decision=Match.Decision.CONFIRMED, score=0.93)
    make_match(target, make_result(office, start=30, value=Decimal(2), figure="2家", **place))
    make_result(office, start=18, measure="growth", value=Decimal(50), unit="%", figure="50%", **place)
    Outcome.objects.create(target=target, notes=[{"code": "near", "text": "另2家未认定"}],
                           mentions=[{"doc": str(report.public_id), "start": 0, "end": 4, "text": "另有2家正在申报。"}])
    return target


def test_a_stored_target_says_all_it_knows() -> None:
    target = stored()
    row = rows_of([Target.objects.get(pk=target.pk)])[0]
    assert (row.number, row.text, row.section) == ("3-①", "新增规上工业企业5家以上,力争7家", "一、工业 › （一）企业")
    assert (row.promise, row.achievement, row.through, row.growth) == ("5家以上", "3家", (2025, 6), Decimal(50))
    assert (row.percent, row.difference, row.status) == (Decimal("60.0"), Decimal("10.0"), "lagging")
    assert (row.leader, row.lead, row.support, row.due) == ("分管经济副主任", "经发办", "工会、财政所", datetime.date(2025, 11, 30))
    assert row.progress == "1—6月，新增规上工业企业3家，增长50%。\n注:另2家未认定"
    assert (row.problems, row.measures_next, row.remark) == ("培育不足", "逐户走访", "上级考核")
    assert row.row_id == f"{target.public_id}:1"
    assert [(each.role, each.doc, each.decided) for each in row.quotes] == [
        ("目标", "计划.txt", ""), ("佐证", "总结.txt", "人工确认"), ("待核对", "总结.txt", "待核对"), ("文字提及", "总结.txt", "")]


def test_a_correction_counts() -> None:
    target = stored()
    target.value, target.comparator = Decimal("6.000000"), ">"
    target.save(update_fields=["value", "comparator"])
    assert rows_of([Target.objects.get(pk=target.pk)])[0].promise == "超6家"


def test_refused_evidence_is_not_shown_as_such() -> None:
    target = stored()
    Match.objects.filter(target=target, role=Match.Role.EVIDENCE).update(decision=Match.Decision.REFUSED)
    row = rows_of([Target.objects.get(pk=target.pk)])[0]
    assert (row.growth, [each.role for each in row.quotes]) == (None, ["目标", "待核对", "文字提及"])
    assert row.progress.startswith("另有2家正在申报。")


def test_many_rows_cost_as_many_queries_as_one(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(4):
        stored()
    targets = list(Target.objects.order_by("pk"))
    with django_assert_max_num_queries(9):
        assert len(rows_of(targets)) == 4
    with django_assert_max_num_queries(0):
        assert rows_of([]) == []
