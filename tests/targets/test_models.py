"""What one row says of itself, and which rows a person sees."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from offices.models import Department, Role
from targets.models import Target
from tests.factories import make_judged, make_office, make_target, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("fields", "text"), [
    ({"comparator": ">=", "value": Decimal(10), "unit": "%"}, "10%以上"),
    ({"comparator": "<=", "value": Decimal(5), "unit": "起"}, "5起以内"),
    ({"comparator": "=", "value": Decimal("1.50"), "unit": "亿元", "reading": {"value": "1.50"}}, "1.50亿元"),
    ({"comparator": "=", "value": Decimal("1.50"), "unit": "亿元"}, "1.5亿元"),
    ({"comparator": "~", "value": Decimal(300), "unit": "亩"}, "300亩左右"),
    ({"comparator": "=", "value": Decimal(3), "high": Decimal(5)}, "3-5家"),
    ({"comparator": "=", "value": Decimal(3), "ambition": True}, "力争3家"),
    ({"measure": "growth", "comparator": ">=", "value": Decimal(-10), "unit": "%"}, "下降10%以上"),
    ({"measure": "change", "comparator": "=", "value": Decimal("-2.5"), "unit": "个百分点"}, "下降2.5个百分点"),
    ({"measure": "milestone", "value": None, "state": "建成"}, "建成"),
])
def test_the_promised_figure_reads_as_a_person_says_it(fields: dict[str, Any], text: str) -> None:
    assert make_target(**fields).target_text == text


@pytest.mark.parametrize(("fields", "shown"), [
    ({"status": "lagging", "behind": Decimal("-21.7")}, "-21.7"),
    ({"status": "on_track", "behind": Decimal("3.0")}, "+3.0"),
    ({"status": "lagging", "gap": Decimal("-0.9"), "behind": None, "measure": "growth"}, "-0.9"),
    ({"status": "missed", "gap": Decimal("1.2"), "comparator": "<=", "measure": "ratio"}, "-1.2"),
    ({"status": "met", "gap": Decimal("-0.3"), "comparator": "<=", "measure": "ratio"}, "+0.3"),
    ({"status": "unreported"}, "—"),
])
def test_minus_is_always_worse(fields: dict[str, Any], shown: str) -> None:
    assert make_judged(**fields).signed_difference == shown


def test_bad_news_come_in_the_order_of_the_house() -> None:
    office = make_office()
    wanted = [
        make_judged(office, status="missed", comparator="<=", unit="起", indicator="突破控制"),
        make_judged(office, measure="growth", value=Decimal(6), gap=Decimal("-7.8"), indicator="反向增长"),
        make_judged(office, measure="growth", value=Decimal(-3), gap=Decimal(5), indicator="应降反升"),
        make_judged(office, behind=Decimal(-40), indicator="落后多"),
        make_judged(office, status="missed", percent=Decimal(90), indicator="年底差一成"),
        make_judged(office, behind=Decimal(-5), indicator="落后少"),
        make_judged(office, measure="growth", value=Decimal(-10), gap=Decimal("3.6"), indicator="降幅差三点多"),
        make_judged(office, measure="growth", value=Decimal(6), gap=Decimal(-2), indicator="增速差两点"),
        make_judged(office, measure="ratio", gap=Decimal(-1), percent=Decimal("97.5"), indicator="占比差一点"),
        make_judged(office, measure="milestone", indicator="节点"),
        make_judged(office, status="unreported", indicator="未提及"),
        make_judged(office, status="on_track", behind=Decimal(9), indicator="达进度"),
    ]
    assert list(Target.objects.worst_first()) == wanted


def test_who_sees_which_target() -> None:
    county = make_office("县")
    street, other = make_office("东街", parent=county), make_office("西街", parent=county)
    office, aside = Department.objects.create(office=street, name="经发办"), Department.objects.create(office=street, name="城管办")
    led, supported, strange = make_target(street, lead=office), make_target(street, lead=aside), make_target(other)
    supported.support.add(office)
    rest = make_target(street)

    def sees(user: object) -> set[Target]:
        return set(Target.objects.visible_to(user))  # type: ignore[arg-type]

    assert sees(make_user(Role.SUPERVISOR, office=street)) == {led, supported, rest}
    assert sees(make_user(Role.LEADER, office=county)) == {led, supported, rest, strange}
    assert sees(make_user(Role.UNIT, office=street, department=office)) == {led, supported}
    assert sees(make_user(Role.UNIT, office=street)) == set()
    assert sees(make_user(Role.ADMIN, office=street)) == set()
    assert sees(make_user(Role.AUDITOR, office=street)) == set()
    assert sees(make_user(None)) == set()


def test_the_working_year_is_the_last_with_evidence() -> None:
    office = make_office()
    make_target(office, year=2026)
    assert Target.objects.working_year() == 2026
    make_judged(office, year=2025, evidence_count=1)
    assert Target.objects.working_year() == 2025
    assert Target.objects.none().working_year() is None


def test_due_goes_to_the_engine_as_a_month() -> None:
    assert make_target(due=date(2025, 9, 30)).as_statement().due == "2025-09"
