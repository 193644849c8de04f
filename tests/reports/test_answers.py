"""The four questions: what was it last year, what is missing, what does each month need, how was it before."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from reports.answers import answers
from reports.excerpts import excerpt
from reports.models import Match, Outcome, Result
from targets.models import Target

AMOUNT: dict[str, Any] = {"measure": "amount", "comparator": ">=", "value": Decimal(12), "unit": "家", "year": 2025, "status": "lagging"}


def said(target: Target, previous: dict[str, Any] | None = None, base: list[Match] | None = None) -> list[str]:
    return [each.text for each in answers(target, base or [], Outcome(previous=previous))]


def test_an_amount_under_way() -> None:
    target = Target(**AMOUNT, actual=Decimal(6), percent=Decimal("50.0"), evidence_date=date(2025, 8, 31))
    before = {"status": "on_track", "percent": "46.8", "gap": None, "evidence_date": "2025-06-30"}
    result = Result(year=2024, months=[1, 8], figure="9家")
    assert said(target, before, [Match(result=result)]) == [
        "2024年1-8月:9家", "还差6家", "1.5家(前8个月月均0.75家)", "+3.2个百分点,新增欠进度"]


@pytest.mark.parametrize(("fields", "text"), [
    ({"actual": Decimal(12)}, "无"), ({"actual": Decimal("6.50")}, "还差5.5家"), ({"actual": None}, "—"),
    ({"actual": Decimal(6), "comparator": "<="}, "还可控制6家"), ({"actual": Decimal(14), "comparator": "<="}, "已超2家"),
    ({"actual": Decimal(6), "measure": "growth"}, "—"),
])
def test_what_is_missing(fields: dict[str, Any], text: str) -> None:
    assert said(Target(**{**AMOUNT, **fields}))[1] == text


@pytest.mark.parametrize("fields", [
    {"evidence_date": None}, {"evidence_date": date(2025, 12, 31)}, {"due": date(2025, 6, 30), "evidence_date": date(2025, 6, 30)},
    {"evidence_date": date(2024, 8, 31)},
])
def test_no_month_is_left_to_speak_of(fields: dict[str, Any]) -> None:
    assert said(Target(**{**AMOUNT, "actual": Decimal(6), **fields}))[2] == "—"


def test_caught_up() -> None:
    before = {"status": "lagging", "percent": None, "gap": "-1.200000"}
    assert said(Target(measure="growth", status="on_track", gap=Decimal("0.3")), before)[3] == "+1.5个百分点,已追上"


def test_the_figure_stands_in_its_sentence_among_its_neighbours() -> None:
    text = "甲完成。乙新增企业五家,丙两家。丁以后再说。"
    found = excerpt(text, (4, 16), (9, 11))
    assert (found.before, found.after) == ("甲完成。", "丁以后再说。")
    assert (found.head, found.figure, found.tail) == ("乙新增企业", "五家", ",丙两家。")


def test_a_row_without_a_sentence_shows_its_figure_alone() -> None:
    found = excerpt("新增企业五家", (0, 0), (4, 6))
    assert (found.before, found.head, found.figure) == ("新增企业", "", "五家")
