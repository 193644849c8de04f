"""The number of a cell: every way of writing one is a class of its own."""

from decimal import Decimal

import pytest

from engine.cells import triangles_rise, values


@pytest.mark.parametrize(
    ("cell", "amount", "unit", "comparator"),
    [
        ("85", "85", "", "="),
        ("85亿元", "85", "亿元", "="),
        ("1,280.5", "1280.5", "", "="),
        ("73.3%", "73.3", "%", "="),
        (">=85", "85", "", ">="),
        ("6.5%以上", "6.5", "%", ">="),
        ("达到96%", "96", "%", "="),
        ("不低于3所", "3", "所", ">="),
        ("控制在35微克/立方米以内", "35", "微克/立方米", "<="),
        ("不超过5人", "5", "人", "<="),
        ("约40场", "40", "场", "~"),
        ("40场左右", "40", "场", "~"),
        ("下降3%", "-3", "%", "="),
        ("增长6.5%以上", "6.5", "%", ">="),
        ("+5.5", "5.5", "", "="),
        ("-5.5", "-5.5", "", "="),
        ("▲4.5", "-4.5", "", "="),
        ("△4.5%", "-4.5", "%", "="),
        ("↓3.1", "-3.1", "", "="),
        ("3.1%↓", "-3.1", "%", "="),
        ("3.1↑", "3.1", "", "="),
        ("突破2万人", "2", "万人", ">"),
        ("力争90亿元", "90", "亿元", "="),
    ],
)
def test_one_number(cell: str, amount: str, unit: str, comparator: str) -> None:
    [found] = values(cell)
    assert (found.amount, found.unit, found.comparator) == (Decimal(amount), unit, comparator)


@pytest.mark.parametrize("cell", ["85亿元(力争90亿元)", "85亿元,力争90亿元", "85亿元、争取90亿元", "85亿元(奋斗目标:90亿元)"])
def test_a_stretch_figure_behind_the_firm_one(cell: str) -> None:
    firm, stretch = values(cell)
    assert (firm.amount, firm.stretch, stretch.amount, stretch.unit, stretch.stretch) == (Decimal(85), False, Decimal(90), "亿元", True)
    assert cell[stretch.start : stretch.end] == "90亿元"


@pytest.mark.parametrize(("cell", "low", "high"), [("3-5家", 3, 5), ("6%-8%", 6, 8), ("3至5家", 3, 5), ("6~8", 6, 8)])
def test_a_range(cell: str, low: int, high: int) -> None:
    [found] = values(cell)
    assert (found.amount, found.high) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize("cell", ["", "—", "/", "无", "建成通车", "主体完工3层", "12月底", "2031年9月", "5公里、6公里", "全覆盖", "A3"])
def test_what_is_no_number_alone(cell: str) -> None:
    assert values(cell) == ()


def test_a_triangle_marks_a_fall_unless_falls_have_a_mark_of_their_own() -> None:
    assert not triangles_rise(["▲4.5", "3.1"])
    assert triangles_rise(["▲4.5", "▼3.1"])
    assert [each.amount for each in values("▲4.5", up=True)] == [Decimal("4.5")]
