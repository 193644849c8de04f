"""What heads of columns say, also where only their neighbours or the cells below tell."""

from collections.abc import Iterable
from decimal import Decimal

import pytest

from engine import Statement, read_text
from engine.columns import column_of, is_single
from engine.text import Text
from engine.values import Reading

TITLE = "澄江县2031年1-9月主要指标完成情况"


def reading(*rows: str, title: str = "澄江县2031年工作计划") -> Reading:
    return read_text(Text("\n".join([title, *(row.replace("|", "\t") for row in rows)]) + "\n"), doc="t")


def said(found: Iterable[Statement]) -> list[str]:
    return [f"{each.kind} {each.indicator} {each.measure} {each.value}{each.unit}" for each in found]


@pytest.mark.parametrize(
    ("head", "role", "side", "measure"),
    [
        ("序号", "number", "", ""),
        ("计量单位", "unit", "", ""),
        ("责任单位", "lead", "", ""),
        ("牵头领导", "leader", "", ""),
        ("配合单位", "support", "", ""),
        ("完成时限", "due", "", ""),
        ("全市排名", "rank", "", ""),
        ("较序时进度", "skip", "", ""),
        ("总投资(万元)", "skip", "", ""),
        ("形象进度", "progress", "", ""),
        ("类别", "category", "", ""),
        ("建设内容", "content", "", ""),
        ("年度目标", "figure", "target", ""),
        ("2031年考核目标", "figure", "target", ""),
        ("1-9月累计", "figure", "result", ""),
        ("9月底累计", "figure", "result", ""),
        ("一季度完成", "figure", "result", ""),
        ("上年同期", "figure", "former", ""),
        ("全年预计", "figure", "forecast", ""),
        ("预期目标", "figure", "target", ""),
        ("完成年计划%", "figure", "result", "completion"),
        ("目标完成率", "figure", "result", "completion"),
        ("较上年同期±%", "figure", "", "growth"),
        ("增减额(万元)", "figure", "", "change"),
        ("本月", "single", "", ""),
        ("9月完成", "single", "result", ""),
        ("三季度目标", "single", "target", ""),
        ("色彩", "", "", ""),
    ],
)
def test_a_head(head: str, role: str, side: str, measure: str) -> None:
    column = column_of((), head, 2031)
    assert (column.role, column.side, column.measure) == (role, side, measure)


@pytest.mark.parametrize(
    ("head", "single"),
    [
        ("9月", True),
        ("1-9月", False),
        ("前三季度", False),
        ("三季度", True),
        ("一季度", False),
        ("截至9月", False),
        ("9月末", False),
        ("当月", True),
        ("当月止累计", False),
    ],
)
def test_one_month_alone(head: str, single: bool) -> None:
    assert is_single(head) is single


def test_a_merged_category_is_no_label_and_goes_down_the_rows() -> None:
    found = reading(
        "序号|类别|目标任务|年度目标||责任单位|完成时限",
        "|||指标值|单位||",
        "1|经济|水渠投资|≥85|亿元|水利局|12月底",
        "2||新建水渠|3|公里|水利局|9月底",
        "3|民生|渡口大桥|建成通车||交通局|9月底",
    ).statements
    assert said(found) == ["target 水渠投资 amount 85亿元", "target 水渠 amount 3公里", "target 渡口大桥 milestone None"]
    assert [each.section[-1] for each in found] == ["经济", "经济", "民生"]
    assert [each.due for each in found] == ["2031-12", "2031-09", "2031-09"]


def test_the_name_of_a_section_between_rows_does_not_end_a_table() -> None:
    found = reading(
        "序号|工作任务|年度目标|责任单位", "(一)水利", "1|水渠|5公里|水利局", "2|水坝|2座|水利局", "(二)交通", "3|渡口|4处|交通局"
    ).statements
    assert said(found) == ["target 水渠 amount 5公里", "target 水坝 amount 2座", "target 渡口 amount 4处"]
    assert [each.section[-1] for each in found] == ["(一)水利", "(一)水利", "(二)交通"]


def test_another_table_below_has_its_own_head() -> None:
    found = reading(
        "指标|单位|年度目标", "水渠|公里|5", "水坝|座|2", "项目|2031年目标|2030年完成|责任单位", "渡口|4处|3处|交通局"
    ).statements
    assert said(found) == ["target 水渠 amount 5公里", "target 水坝 amount 2座", "target 渡口 amount 4处", "result 渡口 amount 3处"]


def test_a_table_whose_head_is_not_known_does_not_borrow_the_one_above() -> None:
    found = reading("指标|单位|年度目标", "水渠|公里|5", "附表", "甲|乙|丙", "渡口|处|4")
    assert said(found.statements) == ["target 水渠 amount 5公里"]
    assert [(each.figure, each.reason) for each in found.unplaced] == [("4", "表头认不出")]


def test_numbers_below_an_unknown_head_are_told() -> None:
    found = reading("指标|单位|年度目标|色彩", "水渠|公里|5|7")
    assert [(each.figure, each.reason) for each in found.unplaced] == [("7", "列名“色彩”认不出")]


def test_what_is_expected_is_no_result() -> None:
    found = reading(
        "指标|单位|目标任务|1-9月完成||全年预计|", "|||绝对值|增速(%)|绝对值|增速(%)", "水渠投资|亿元|85|66.2|▲9.2|86|9.5", title=TITLE
    ).statements
    assert said(found) == [
        "target 水渠投资 amount 85亿元",
        "result 水渠投资 amount 66.2亿元",
        "result 水渠投资 growth -9.2%",
        "forecast 水渠投资 amount 86亿元",
        "forecast 水渠投资 growth 9.5%",
    ]


def test_growth_belongs_to_the_figures_on_its_left() -> None:
    found = reading("指标|单位|年度计划|本月|同比%|累计|同比%", "税收|亿元|25|2.1|4.5|12.3|6.1", title=TITLE).statements
    assert said(found) == ["target 税收 amount 25亿元", "result 税收 amount 12.3亿元", "result 税收 growth 6.1%"]
    found = reading("指标|单位|2031年目标|增速(%)", "税收|亿元|25|6.5").statements
    assert said(found) == ["target 税收 amount 25亿元", "target 税收 growth 6.5%"]


def test_the_growth_of_what_is_reached_is_never_promised() -> None:
    found = reading("指标|单位|累计|年度计划|同比%", "税收|亿元|12.3|25|6.1", title=TITLE).statements
    assert said(found) == ["result 税收 amount 12.3亿元", "target 税收 amount 25亿元", "result 税收 growth 6.1%"]


def test_months_one_by_one_answer_nothing() -> None:
    found = reading("指标|单位|年度目标|7月|8月|9月|1-9月累计", "税收|亿元|25|2|2|2|18.3", title=TITLE).statements
    assert said(found) == ["target 税收 amount 25亿元", "result 税收 amount 18.3亿元"]


def test_targets_of_quarters_stand_aside_for_the_years() -> None:
    rows = ("水渠|公里|1|3|5",)
    assert said(reading("指标|单位|一季度目标|上半年目标|全年目标", *rows).statements) == ["target 水渠 amount 5公里"]
    [half] = reading("指标|单位|上半年目标", "水渠|公里|3").statements
    assert half.due == "2031-06"


def test_a_stretch_column() -> None:
    firm, stretch = reading("指标|单位|考核目标|奋斗目标", "水渠|公里|5|6").statements
    assert (firm.stretch, stretch.stretch, stretch.value) == (False, True, Decimal(6))


def test_the_unit_above_a_table_holds_where_nothing_nearer_does() -> None:
    found = reading("单位:万元", "指标|2031年目标|增速%", "税收|500|6").statements
    assert said(found) == ["target 税收 amount 500万元", "target 税收 growth 6%"]
    [found_one] = reading("单位:万元、人", "指标|2031年目标", "税收|500").statements
    assert found_one.unit == ""


def test_a_rate_of_an_amount_is_growth() -> None:
    assert said(reading("指标|单位|年度目标", "规上工业增加值|%|7.5", "自来水普及率|%|96").statements) == [
        "target 规上工业增加值 growth 7.5%",
        "target 自来水普及率 ratio 96%",
    ]


def test_places_as_columns() -> None:
    found = reading("指标|单位|合计|青石镇|红枫街道", "水渠|公里|8|5|3").statements
    assert said(found) == ["target 水渠 amount 8公里", "target 青石镇水渠 amount 5公里", "target 红枫街道水渠 amount 3公里"]


def test_rows_that_take_turns() -> None:
    found = reading(
        "指标|单位|项目|青石镇|红枫街道",
        "水渠|公里|目标|5|3",
        "||进度|4|1",
        "||完成比例|80%|33.3%",
        "水坝|座|目标|2|1",
        "||进度|1|1",
        "||完成比例|50%|100%",
        title="2031年各镇街指标进度表(截至9月底)",
    ).statements
    assert said(found)[:6] == [
        "target 青石镇水渠 amount 5公里",
        "target 红枫街道水渠 amount 3公里",
        "result 青石镇水渠 amount 4公里",
        "result 红枫街道水渠 amount 1公里",
        "result 青石镇水渠 completion 80%",
        "result 红枫街道水渠 completion 33.3%",
    ]
    assert len(found) == 12
    assert {each.months for each in found if each.kind == "result"} == {(1, 9)}


def test_rows_are_offices_where_the_unit_column_names_them() -> None:
    found = reading("单位|目标|完成|完成率", "水利局|5|4|80%", "交通局|8|2|25%", title="2031年水渠建设(公里)1-9月完成情况").statements
    assert [(each.kind, each.indicator) for each in found[:2]] == [("target", "水利局"), ("result", "水利局")]


def test_what_a_project_costs_is_no_target_of_its_year() -> None:
    found = reading(
        "项目名称|建设内容|总投资(万元)|年度计划投资(万元)|1-9月完成投资(万元)|形象进度",
        "渡口大桥|长1.2公里|9000|3000|2100|主体完工",
        title=TITLE,
    ).statements
    assert said(found) == ["target 渡口大桥投资 amount 3000万元", "result 渡口大桥投资 amount 2100万元"]


def test_shares_that_lost_their_format() -> None:
    *_, rate = reading("指标|单位|目标|完成|完成比例", "水渠|公里|6|4|0.667", "水坝|座|2|2|1", title=TITLE).statements[:3]
    assert (rate.measure, rate.value, rate.unit, rate.figure) == ("completion", Decimal("66.7"), "%", "0.667")


def test_a_stage_is_kept_and_the_end_of_a_name_is_completed() -> None:
    found = reading(
        "序号|重点任务|责任单位|进展情况",
        "1|老旧小区改造12个|住建局|已开工12个,完工8个,完成投资1.2亿元",
        "2|农村自来水普及率达到96%|水利局|普及率94.8%",
        "3|渡口大桥|交通局|9月20日建成通车",
        title="澄江县2031年重点工作推进情况表(截至9月底)",
    )
    assert said(each for each in found.statements if each.kind == "result") == [
        "result 老旧小区改造开工 amount 12个",
        "result 老旧小区改造完工 amount 8个",
        "result 老旧小区改造投资 amount 1.2亿元",
        "result 农村自来水普及率 ratio 94.8%",
    ]
    assert [each.thing for each in found.sentences if each.thing][-1] == "渡口大桥"


def test_who_leads_is_marked() -> None:
    [found] = reading("任务|年度目标|牵头领导|责任单位", "水渠|5公里|王明|财政局、水利局(牵头)").statements
    assert [(each.name, each.role) for each in found.departments] == [("水利局", "lead"), ("财政局", "support")]


def test_a_rate_without_its_sign_is_told_with_it() -> None:
    [_, claim] = reading("指标|单位|1-9月累计|完成年计划%", "水渠|公里|4|81.3", title=TITLE).statements
    assert (claim.figure, claim.said) == ("81.3", "81.3%")
    [amount] = reading("指标|目标", "水渠|5公里").statements
    assert amount.said == "5公里"
