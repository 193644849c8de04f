"""The source text in segments: nothing lost, nothing twice, each figure where it stands."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from documents.spans import counts, segments
from engine.values import Kind, Measure, Reading, Statement, Unplaced

TEXT = "力争建成口袋公园3个,预计全年增长6%,另有七零八落的5。"


def statement(figure: str, kind: Kind, *, measure: Measure = "amount", value: str | None = "3") -> Statement:
    start = TEXT.index(figure)
    return Statement(doc="x", start=start, end=start + len(figure), figure=figure, kind=kind, indicator="口袋公园", measure=measure,
                     value=None if value is None else Decimal(value), unit="个", year=2025, comparator=">=")


def reading(*statements: Statement) -> Reading:
    unplaced = Unplaced(TEXT.index("5"), TEXT.index("5") + 1, "5", "前后没有量词")
    return Reading(doc="x", text=TEXT, statements=statements, unplaced=(unplaced,))


def test_each_figure_is_coloured_where_it_stands() -> None:
    found = segments(reading(statement("3个", "target"), statement("6%", "forecast")))
    assert [(each.text, each.kind) for each in found if each.kind] == [("3个", "target"), ("6%", "forecast"), ("5", "unplaced")]
    assert found[1].hint == "目标 · 口袋公园 · 2025年 · ≥3个"
    assert counts(found) == [("target", "目标", 1), ("forecast", "预计数", 1), ("unplaced", "未能归位", 1)]


def test_a_figure_inside_a_milestone_shows_and_the_milestone_keeps_one_anchor() -> None:
    clause = statement("建成口袋公园3个,预计", "target", measure="milestone", value=None)
    found = [each for each in segments(reading(clause, statement("3个", "target"))) if each.kind != "unplaced" and each.kind]
    assert [(each.text, each.kind, each.first) for each in found] == [
        ("建成口袋公园", "milestone", True), ("3个", "target", True), (",预计", "milestone", False),
    ]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 12)), max_size=6))
def test_the_segments_together_are_the_text(places: list[tuple[int, int]]) -> None:
    marks = tuple(Statement(doc="x", start=start, end=start + length, figure="", kind="target", indicator="", measure="amount")
                  for start, length in places)
    assert "".join(each.text for each in segments(reading(*marks))) == TEXT
