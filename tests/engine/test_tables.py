"""Tables: row label, column head and cell make the figure."""

from decimal import Decimal

import pytest

from engine import Statement, read_text
from engine.outline import is_row, paragraphs
from engine.tables import cells
from engine.text import Text


def read(*rows: str) -> tuple[Statement, ...]:
    return read_text(Text("\n".join(row.replace("|", "\t") for row in rows) + "\n"), doc="table", year=2031).statements


def test_target_and_result_columns() -> None:
    target, result = read("指标|单位|2031年目标|2030年完成", "粮食产量|万吨|25.5|24.8")
    assert (target.kind, target.value, target.unit, target.year, target.indicator) == ("target", Decimal("25.5"), "万吨", 2031, "粮食产量")
    assert (result.kind, result.value, result.unit, result.year, result.indicator) == ("result", Decimal("24.8"), "万吨", 2030, "粮食产量")


@pytest.mark.parametrize(
    ("cell", "comparator", "value"),
    [
        ("≥43", ">=", 43),
        ("≤5", "<=", 5),
        (">3", ">", 3),
        ("不低于43", ">=", 43),
        ("不超过5", "<=", 5),
        ("43以上", ">=", 43),
        ("5以内", "<=", 5),
        ("43左右", "~", 43),
        ("-2", "=", -2),
        ("43", "=", 43),
        ("≥４３", ">=", 43),
        ("1,200", "=", 1200),
    ],
)
def test_comparator_of_a_cell(cell: str, comparator: str, value: int) -> None:
    [found] = read("指标|目标", f"绿化率（%）|{cell}")
    assert found.comparator == comparator and found.value == value


@pytest.mark.parametrize(
    ("head", "row", "unit"),
    [
        ("指标|目标（万元）", "税收|500", "万元"),
        ("指标|目标", "税收（万元）|500", "万元"),
        ("指标|单位|目标", "税收|万元|500", "万元"),
        ("指标|目标", "税收|500万元", "万元"),
        ("指标|目标（%）", "绿化率|43", "%"),
    ],
)
def test_the_unit_stands_in_cell_column_or_label(head: str, row: str, unit: str) -> None:
    [found] = read(head, row)
    assert found.unit == unit


def test_a_growth_column() -> None:
    amount, growth = read("指标|实绩（亿元）|同比增长（%）", "税收|5.2|-3.1")
    assert (amount.measure, amount.kind) == ("amount", "result")
    assert (growth.measure, growth.value, growth.unit) == ("growth", Decimal("-3.1"), "%")


def test_a_completion_column() -> None:
    found = read("项目|目标|完成|完成率", "水渠|5公里|4公里|80%")
    assert [(each.kind, each.measure) for each in found] == [("target", "amount"), ("result", "amount"), ("result", "completion")]
    assert [each.value for each in found] == [5, 4, 80]


def test_departments_and_due_date() -> None:
    [found] = read("任务|目标|牵头单位|配合单位|完成时限", "水渠|5公里|水利局|财政局、农业局|2031年9月")
    assert [(each.name, each.role) for each in found.departments] == [("水利局", "lead"), ("财政局", "support"), ("农业局", "support")]
    assert found.due == "2031-09"


@pytest.mark.parametrize("row", ["水渠|", "|5公里", "水渠|另定", "水渠|——", "水渠"])
def test_rows_that_hold_no_figure(row: str) -> None:
    assert read("任务|目标", row) == ()


def test_columns_that_are_no_figures() -> None:
    assert read("序号|任务|备注", "1|水渠|5") == ()


def test_a_table_without_a_head_gives_nothing() -> None:
    assert read("水渠|5公里", "水坝|2座") == ()


def test_figures_of_a_table_are_cut_from_the_text() -> None:
    string = "任务\t目标\n水渠\t ≥ ５公里以上\n"
    [found] = read_text(Text(string), doc="table", year=2031).statements
    assert found.figure == string[found.start : found.end] == "５公里"


def test_cells_know_where_they_begin() -> None:
    [row] = paragraphs(Text("水渠\t 5公里\t\t2座\n"))
    assert is_row(row)
    assert [(cell.string, row.string[cell.start : cell.start + len(cell.string)]) for cell in cells(row)] == [
        ("水渠", "水渠"),
        ("5公里", "5公里"),
        ("", ""),
        ("2座", "2座"),
    ]


@pytest.mark.parametrize("label", ["粮食产量（万吨）", "安全事故（起）", "造林面积（亩）"])
def test_the_unit_is_no_part_of_the_indicator(label: str) -> None:
    [found] = read("指标|目标", f"{label}|5")
    assert found.indicator == label.partition("（")[0]


def test_a_range_in_a_cell() -> None:
    [found] = read("指标|目标", "税收增速（%）|6-8")
    assert found.value == 6 and found.high == 8


def test_the_result_sheet_of_a_month() -> None:
    """累计 answers the target, 本月 never does; a rank is no figure."""
    rows = "指标名称\t单位\t本月\t累计\t同比±%\t完成年计划%\t排名\n税收\t亿元\t1.2\t8.6\t-6.5\t53.2\t2\n"
    amount, growth, completion = read_text(Text(f"澄江县2031年6月主要经济指标完成情况\n{rows}"), doc="t").statements
    assert (amount.kind, amount.value, amount.months) == ("result", Decimal("8.6"), (1, 6))
    assert (growth.measure, growth.value, growth.unit) == ("growth", Decimal("-6.5"), "%")
    assert (completion.measure, completion.value) == ("completion", Decimal("53.2"))


def test_a_head_over_two_rows() -> None:
    found = read("指标|单位|本月||1-6月累计||年度目标", "||绝对额|同比±%|绝对额|同比±%|", "税收|亿元|2.1|4.5|12.3|6.1|25")
    assert [(each.kind, each.measure, str(each.value)) for each in found] == [
        ("result", "amount", "12.3"), ("result", "growth", "6.1"), ("target", "amount", "25")]
    assert found[0].months == (1, 6)


def test_a_matrix_of_places_and_indicators() -> None:
    found = read("镇街|水渠(公里)|||水坝(座)||", "|目标|进度|完成比例|目标|进度|完成比例",
                 "甲镇|6|4|66.7%|12|5|41.7%", "合计|30|16|53.3%|9|3|33.3%")
    assert [(each.kind, each.indicator, each.measure, each.unit) for each in found[:3]] == [
        ("target", "甲镇水渠", "amount", "公里"), ("result", "甲镇水渠", "amount", "公里"), ("result", "甲镇水渠", "completion", "%")]
    assert found[6].indicator == "水渠"


def test_tasks_in_words_with_departments_and_dates() -> None:
    found = read("序号|目标任务|牵头单位|配合单位|完成时限", "1|全年新建水渠5公里以上。|水利局|财政局|9月底", "2|建成防汛指挥中心||||")
    assert [(each.indicator, each.measure, each.due, each.departments[0].name) for each in found] == [
        ("水渠", "amount", "2031-09", "水利局"), ("防汛指挥中心", "milestone", "2031-09", "水利局")]


def test_progress_in_words() -> None:
    found = read("序号|重点任务|进展情况|存在问题|下一步措施",
                 "1|新建水渠5公里以上|截至6月底,已新建水渠3公里|缺资金8万元|9月前再建2公里", "2|新建水坝4座|已完成2座|无|加快")
    assert [(each.kind, each.indicator, str(each.value)) for each in found] == [
        ("target", "水渠", "5"), ("result", "水渠", "3"), ("target", "水坝", "4"), ("result", "水坝", "2")]


def test_rows_of_one_length_are_not_joined() -> None:
    row = "{}|新建农田水利灌溉渠道工程第{}标段项目|5公里|水利局"
    found = read("序号|任务|目标|责任单位", *(row.format(number, number) for number in range(1, 9)))
    assert len(found) == 8
    assert {each.departments[0].name for each in found} == {"水利局"}


def test_a_title_is_not_joined_with_the_head_below_it() -> None:
    """Two rows and a title as long as they are: what a sheet of a month looks like."""
    rows = ("指标名称|单位|本月|累计|同比±%|完成年计划%|排名", "工业增加值|亿元|1.2|8.6|6.5|53.2%|2", "财政收入|万元|310|2450|-3.1|48.7%|5")
    string = "澄江县2031年6月主要经济指标完成情况\n" + "\n".join(rows).replace("|", "\t")
    found = read_text(Text(string), doc="t")
    assert (found.title, found.cutoff, len(found.statements)) == ("澄江县2031年6月主要经济指标完成情况", (2031, 6), 6)


DUTIES = "序号|类别|目标任务(原文)|指标名称|年度目标|单位|牵头单位|完成时限|备注"


@pytest.mark.parametrize(("row", "said"), [
    ("1|工业|全年完成技改投资1.5亿元,增长10%以上。|技改投资|增长10以上|%|经发办|2031年底|—",
     ("技改投资", "growth", ">=", "10", "%", "", False)),
    ("2|工业|力争培育小巨人9家。|小巨人企业|力争9|家|经发办|2031年底|奋斗目标、上级考核",
     ("小巨人企业", "amount", "=", "9", "家", "", True)),
    ("3|平安|较大事故零发生。|较大事故|零|—|应急办|2031年底|—", ("较大事故", "amount", "=", "0", "", "", False)),
    ("4|城建|一期年底前建成投用。|产业园一期|建成投用|—|园区办|2031年12月|—",
     ("产业园一期", "milestone", "=", "None", "", "建成投用", False)),
    ("5|城建|完成站前广场建设。|站前广场|建成|—|交通所|2031年12月|—", ("站前广场", "milestone", "=", "None", "", "建成", False)),
    ("6|民生|收入增速不低于经济增速。|居民收入|增速不低于经济增速|—|统计所|2031年底|—",
     ("居民收入", "milestone", "=", "None", "", "不低于经济增速", False)),
])
def test_a_row_of_duties_promises_once(row: str, said: tuple[str, str, str, str, str, str, bool]) -> None:
    """The wording of the plan stands beside its figure, in a table of one row as in one of many."""
    [found] = read(DUTIES, row)
    assert (found.indicator, found.measure, found.comparator, str(found.value), found.unit, found.state or "", found.stretch) == said
    assert found.departments
