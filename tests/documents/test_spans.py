"""The source text in segments: nothing lost, nothing twice, each figure where it stands."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from documents.spans import blocks, counts, segments
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


def shown(text: str, *marks: Statement) -> list[str]:
    """A line for each block: text as it is, a row as its cells."""
    found = blocks(segments(Reading(doc="x", text=text, statements=marks)))
    return [line for block in found for line in (
        ["".join(each.text for each in block.text)] if block.text else
        ["|".join("".join(each.text for each in cell) for cell in row.cells) + f"+{row.over}" for row in block.rows])]


def test_rows_are_shown_as_tables() -> None:
    text = "前文\n任务\t目标\t单位\n(一)城建\n绿道\t5\n后文一\n后文二\n"
    assert shown(text) == ["前文\n", "任务|目标|单位+1", "(一)城建+3", "绿道|5+2", "后文一\n后文二\n"]


def test_a_figure_in_a_cell_keeps_its_anchor() -> None:
    mark = Statement(doc="x", start=3, end=6, figure="5\t公", kind="target", indicator="绿道", measure="amount")
    [block] = blocks(segments(Reading(doc="x", text="绿道\t5\t公里", statements=(mark,))))
    assert [[(each.text, each.kind, each.first) for each in cell] for cell in block.rows[0].cells] == [
        [("绿道", "", False)], [("5", "target", True)], [("公", "target", False), ("里", "", False)]]


@given(st.text("甲乙5\t\n", max_size=60))
def test_nothing_of_the_text_is_lost(text: str) -> None:
    parts = [each.text for block in blocks(segments(Reading(doc="x", text=text))) for each in (
        *block.text, *(piece for row in block.rows for cell in row.cells for piece in cell))]
    assert "".join(parts).replace("\n", "") == text.replace("\n", "").replace("\t", "")
