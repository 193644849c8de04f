"""A figure in its sentence and section: target, result or forecast, with year, months, due date and responsible units."""

from decimal import Decimal
from typing import Any

import pytest

from engine import Statement, read_text
from engine.departments import departments
from engine.text import Text

PLAN, REPORT = "沙枣县2031年工作计划\n", "沙枣县2031年工作总结\n"


def read(string: str) -> list[Statement]:
    return [each for each in read_text(Text(string), doc="a", year=2031).statements if each.measure != "milestone"]


def one(string: str, figure: str) -> Statement:
    [found] = [each for each in read(string) if each.figure == figure]
    return found


@pytest.mark.parametrize(
    ("string", "kind"),
    [
        (PLAN + "新建水渠5条。", "target"),
        (REPORT + "新建水渠5条。", "result"),
        (REPORT + "预计全年新建水渠5条。", "forecast"),
        (REPORT + "下一步，力争新建水渠5条。", "target"),
        (REPORT + "一、2032年工作安排\n新建水渠5条。", "target"),
        (PLAN + "一、2030年工作回顾\n新建水渠5条。", "result"),
        (REPORT + "确保了新建水渠5条。", "result"),
        (PLAN + "全县下辖村庄5条。", "result"),
    ],
)
def test_kind(string: str, kind: str) -> None:
    assert one(string, "5条").kind == kind


def test_a_forecast_ends_at_the_full_stop() -> None:
    found = read(REPORT + "预计全年新建水渠5条。已修复水坝3座。")
    assert [each.kind for each in found] == ["forecast", "result"]


@pytest.mark.parametrize(
    ("string", "year"),
    [
        (PLAN + "新建水渠5条。", 2031),
        (PLAN + "明年新建水渠5条。", 2032),
        (PLAN + "到2035年，新建水渠5条。", 2035),
        (PLAN + "到“十五五”末，新建水渠5条。", 2030),
        (REPORT + "去年新建水渠5条。", 2030),
        (REPORT + "一、2032年工作安排\n新建水渠5条。", 2032),
        (REPORT + "2029年以来，新建水渠5条。", 2031),
        (REPORT + "水渠由上年的5条增加到8条。", 2030),
    ],
)
def test_year(string: str, year: int) -> None:
    assert one(string, "5条").year == year


@pytest.mark.parametrize("heading", ["2032年工作打算", "2032年工作安排", "2032年工作计划"])
def test_a_heading_that_opens_with_its_year_turns_to_the_plan(heading: str) -> None:
    found = one(f"{REPORT}新建水渠3条。\n{heading}\n新建水渠5条。", "5条")
    assert (found.kind, found.year) == ("target", 2032)


@pytest.mark.parametrize(
    ("string", "months"),
    [
        (REPORT + "1-8月，新建水渠5条。", (1, 8)),
        (REPORT + "上半年新建水渠5条。", (1, 6)),
        (REPORT + "全年新建水渠5条。", None),
        (REPORT + "截至10月底，新建水渠5条。", (1, 10)),
        ("沙枣县2031年前三季度工作总结\n新建水渠5条。", (1, 9)),
        (PLAN + "下半年新建水渠5条。", (7, 12)),
    ],
)
def test_months(string: str, months: tuple[int, int] | None) -> None:
    assert one(string, "5条").months == months


def test_the_first_two_months() -> None:
    assert one(REPORT + "前两个月新建水渠5条。", "5条").months == (1, 2)


@pytest.mark.parametrize(("clause", "due"), [("6月底前新建水渠5条", "2031-06"), ("三季度完成水渠5条", "2031-09"), ("新建水渠5条", None)])
def test_due(clause: str, due: str | None) -> None:
    assert one(f"{PLAN}{clause}。", "5条").due == due


@pytest.mark.parametrize(
    ("clause", "wanted"),
    [
        ("税收增长5%", {"indicator": "税收", "measure": "growth", "value": 5}),
        ("税收下降5%以上", {"measure": "growth", "value": -5, "comparator": ">="}),
        ("税收增速不低于5%", {"indicator": "税收", "measure": "growth", "comparator": ">="}),
        ("税收降幅5%", {"measure": "growth", "value": -5}),
        ("绿化率达到5%以上", {"indicator": "绿化率", "measure": "ratio", "comparator": ">="}),
        ("绿化率控制在5%以内", {"measure": "ratio", "comparator": "<="}),
        ("税收占财政收入的比重达5%", {"indicator": "税收占财政收入比重", "measure": "ratio"}),
        ("税收超过5%", {"comparator": ">"}),
        ("绿化率不足5%", {"comparator": "<"}),
        ("绿化率约5%", {"comparator": "~"}),
        ("绿化率5%左右", {"comparator": "~"}),
        ("完成年度任务的5%", {"measure": "completion"}),
        ("任务完成率5%", {"measure": "completion"}),
    ],
)
def test_shares(clause: str, wanted: dict[str, Any]) -> None:
    found = one(f"{REPORT}全县{clause}。", "5%")
    assert {name: getattr(found, name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("clause", "figure", "wanted"),
    [
        ("绿化率提高2个百分点", "2个百分点", {"indicator": "绿化率", "measure": "change", "value": 2}),
        ("失业率比上年下降2个百分点", "2个百分点", {"indicator": "失业率", "measure": "change", "value": -2}),
        ("火灾比上年减少2起", "2起", {"indicator": "火灾", "measure": "change", "value": -2}),
        ("新增绿色工厂2家", "2家", {"indicator": "绿色工厂", "measure": "amount", "value": 2}),
        ("PM2.5浓度降至30微克/立方米", "30微克/立方米", {"measure": "amount", "value": 30}),
        ("走访农户40余户", "40余户", {"comparator": "~", "value": 40}),
        ("水渠破损不超过3处", "3处", {"comparator": "<="}),
        ("培育家庭农场3-5家", "3-5家", {"value": 3, "high": 5}),
        ("贷款翻一番", "翻一番", {"measure": "growth", "value": 100, "unit": "%"}),
        ("能耗减半", "减半", {"measure": "growth", "value": -50}),
    ],
)
def test_amounts_and_changes(clause: str, figure: str, wanted: dict[str, Any]) -> None:
    found = one(f"{REPORT}{clause}。", figure)
    assert {name: getattr(found, name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("clauses", "indicators"),
    [
        ("税收5亿元，增长3%", ["税收", "税收"]),
        ("省级家庭农场3家，市级5家", ["省级家庭农场", "市级家庭农场"]),
        ("签约工业项目8个，开工5个", ["签约工业项目", "开工工业项目"]),
        ("税收、外贸分别增长5%、6%", ["税收", "外贸"]),
        ("建成3座水坝和5条水渠", ["水坝", "水渠"]),
        ("完成投资5亿元（其中政府投资2亿元），增长8%", ["完成投资", "政府投资", "完成投资"]),
        ("税收达到5亿元以上，力争6亿元", ["税收", "税收"]),
    ],
)
def test_shared_and_elided_heads(clauses: str, indicators: list[str]) -> None:
    assert [each.indicator for each in read(f"{PLAN}{clauses}。")] == indicators


@pytest.mark.parametrize(
    ("clauses", "figure", "wanted"),
    [
        pytest.param("能耗减半，投诉率降低三成", "三成", "投诉率", id="a rate of its own"),
        pytest.param("发生火灾10起，走访300户", "300户", "走访", id="a verb with another object"),
        pytest.param("培育家庭农场3家，投入50万元", "50万元", "家庭农场投入", id="money put in"),
        pytest.param("建成水渠3条，惠及3000户居民", "3000户", "惠及居民", id="who profits"),
    ],
)
def test_heads_of_their_own(clauses: str, figure: str, wanted: str) -> None:
    found = one(f"{PLAN}{clauses}。", figure).indicator
    assert found in (wanted, wanted.removeprefix("惠及"))


def test_the_second_of_a_pair_is_the_stretch() -> None:
    plain, stretch = read(PLAN + "税收增长5%以上，力争7%。")
    assert (plain.stretch, stretch.stretch) == (False, True)
    assert (stretch.indicator, stretch.measure, stretch.value) == ("税收", "growth", Decimal(7))


def test_ambition_alone_is_no_stretch() -> None:
    [found] = read(PLAN + "力争税收增长7%。")
    assert found.ambition and not found.stretch


def test_figures_of_one_clause_share_their_commitment() -> None:
    whole, part, other = read(PLAN + "新建水渠5条（其中村级3条），修复水坝2座。")
    assert whole.commitment == part.commitment != other.commitment


def test_section_is_the_headings_above() -> None:
    string = PLAN + "一、兴水利\n（一）水渠\n新建水渠5条。\n二、种树木\n植树3亩。\n"
    assert [each.section[1:] for each in read(string)] == [("一、兴水利", "（一）水渠"), ("二、种树木",)]


@pytest.mark.parametrize(
    ("named", "wanted"),
    [
        ("(责任单位:水利局、财政局)", [("水利局", "lead"), ("财政局", "support")]),
        ("(水利局牵头,农业局、财政局配合)", [("水利局", "lead"), ("农业局", "support"), ("财政局", "support")]),
        ("(牵头单位:水利局;配合单位:财政局)", [("水利局", "lead"), ("财政局", "support")]),
        ("(工业和信息化局、住房和城乡建设局、人力资源和社会保障局)", []),
        ("(责任单位:工业和信息化局、发展和改革局)", [("工业和信息化局", "lead"), ("发展和改革局", "support")]),
        ("(牵头单位:文化和旅游局,配合单位:区发改委和区财政局及各镇街)",
         [("文化和旅游局", "lead"), ("区发改委", "support"), ("区财政局", "support"), ("各镇街", "support")]),
        ("(水利局和应急管理局负责)", [("水利局", "lead"), ("应急管理局", "support")]),
        ("(由水利局、各街道按职责分工负责)", [("水利局", "lead"), ("各街道", "support")]),
        ("(总投资由企业负责)", []),
        ("(责任领导:张某;责任单位:水利局;完成时限:6月底)", [("水利局", "lead")]),
        (",责任单位:水利局,协办单位:财政局", [("水利局", "lead"), ("财政局", "support")]),
        ("(水利局)", []),
        ("", []),
    ],
)
def test_departments(named: str, wanted: list[tuple[str, str]]) -> None:
    assert [(each.name, each.role) for each in departments(f"新建水渠5条{named}")] == wanted


def test_departments_behind_the_full_stop() -> None:
    found = read(PLAN + "新建水渠5条。（责任单位：水利局）")
    assert [each.name for each in found[0].departments] == ["水利局"]


def test_a_numeral_that_is_none_of_it_is_listed() -> None:
    reading = read_text(Text(REPORT + "水位达到8.5。"), doc="a")
    assert [(each.figure, each.reason) for each in reading.unplaced] == [("8.5", "没有单位")]


def test_a_range_down_to_nothing_survives_its_row() -> None:
    [found] = read(PLAN + "火灾控制在3-0起。")
    assert found.high == 0
    assert Statement.from_row(found.row()) == found


def test_a_number_that_names_nothing_is_listed_in_its_place() -> None:
    reading = read_text(Text("2025年工作总结\n上半年达到35%。水位达到8.5，新建公园3个。\n"), doc="a")
    assert [each.figure for each in reading.statements] == ["3个"]
    assert [(each.figure, each.reason) for each in reading.unplaced] == [("35%", "没有写明是什么"), ("8.5", "没有单位")]


def test_a_target_quoted_beside_a_result_is_no_promise_of_the_report() -> None:
    reading = read_text(Text("2025年上半年工作总结\n完成送戏下乡52场（全年任务90场）。力争全年新增停车位300个。\n"), doc="a")
    assert [(each.figure, each.kind) for each in reading.statements] == [("52场", "result"), ("90场", "target"), ("300个", "target")]
    assert [each.figure for each in reading.targets] == ["300个"]
