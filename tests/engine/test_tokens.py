"""Which numerals are figures, with value and unit, and which are dates, names, codes, ranks and size classes."""

from decimal import Decimal
from itertools import pairwise

import pytest

from engine.tokens import Reject, Spans, Token, tokens


def read(string: str) -> list[tuple[str, str, str]]:
    """Text, value and unit of each figure."""
    return [(string[each.start : each.end], str(each.value), each.unit) for each in tokens(string) if isinstance(each, Token)]


@pytest.mark.parametrize(
    ("string", "figure", "value", "unit"),
    [
        ("新修水渠3条", "3条", "3", "条"),
        ("税收1.04亿元", "1.04亿元", "1.04", "亿元"),
        ("植树12,500亩", "12,500亩", "12500", "亩"),
        ("接待游客3.2万人次", "3.2万人次", "3.2", "万人次"),
        ("装机5万千瓦", "5万千瓦", "5", "万千瓦"),
        ("浓度35微克/立方米", "35微克/立方米", "35", "微克/立方米"),
        ("产值20万元/亩", "20万元/亩", "20", "万元/亩"),
        ("覆盖率95.5%", "95.5%", "95.5", "%"),
        ("死亡率3.1‰", "3.1‰", "3.1", "‰"),
        ("提高2个百分点", "2个百分点", "2", "个百分点"),
        ("覆盖率达到百分之九十五", "百分之九十五", "95", "%"),
        ("增长百分之六点五", "百分之六点五", "6.5", "%"),
        ("降低三成", "三成", "30", "%"),
        ("降低三成五左右", "三成五", "35", "%"),
        ("规模翻一番", "翻一番", "100", "%"),
        ("规模翻番", "翻番", "100", "%"),
        ("规模翻两番", "翻两番", "300", "%"),
        ("能耗减半", "减半", "-50", "%"),
        ("完成三分之二", "三分之二", "66.67", "%"),
        ("占四分之一", "四分之一", "25", "%"),
        ("新建两座桥", "两座", "2", "座"),
        ("重大事故零发生", "零", "0", ""),
        ("利润-3.5亿元", "-3.5亿元", "-3.5", "亿元"),
    ],
)
def test_a_figure(string: str, figure: str, value: str, unit: str) -> None:
    assert read(string) == [(figure, value, unit)]


@pytest.mark.parametrize(
    ("string", "low", "high", "unit"),
    [
        ("培育3-5家", 3, 5, "家"),
        ("培育3—5家", 3, 5, "家"),
        ("培育3至5家", 3, 5, "家"),
        ("投入50万元至80万元", 50, 80, "万元"),
        ("增长6%-8%", 6, 8, "%"),
    ],
)
def test_a_range(string: str, low: int, high: int, unit: str) -> None:
    [found] = tokens(string)
    assert isinstance(found, Token)
    assert found.value == low and found.high == high and found.unit == unit


@pytest.mark.parametrize("string", ["走访40余户", "走访40多户", "植树3万余亩", "举办10来场"])
def test_some_more_than(string: str) -> None:
    [found] = tokens(string)
    assert isinstance(found, Token)
    assert found.more


@pytest.mark.parametrize(
    "string",
    [
        "2031年5月6日",
        "第3届",
        "3A级景区",
        "12345热线",
        "“三个一”",
        "《2031年方案》",
        "G20国道",
        "“8337”行动",
        "5月底前",
        "前3位",
        "3号楼",
        "第5名",
        "1+3+5体系",
        "一方面",
        "统一",
        "百家争鸣",
        "万众一心",
        "一流",
        "二次供水",
        "这三个方面",
        "十分重要",
        "千方百计",
        "之一",
        "上午9时",
        "2031-05-06",
        "浏览次数88",
        "五一路",
        "八五普法",
        "5G基站",
        "70周岁老人",
        "三年行动",
        "文号〔2031〕5号",
        "零距离服务",
        "清零行动",
        "两会",
        "四面八方",
    ],
)
def test_no_figure(string: str) -> None:
    assert read(string) == []


@pytest.mark.parametrize(
    ("string", "figures"),
    [
        ("亿元以上项目3个", ["3个"]),
        ("10亿元企业2家", ["2家"]),
        ("总投资5000万元以上的项目8个", ["8个"]),
        ("50万元以上的村12个", ["12个"]),
        ("220千伏变电站2座", ["2座"]),
    ],
)
def test_a_size_class_belongs_to_its_thing(string: str, figures: list[str]) -> None:
    assert [figure for figure, _, _ in read(string)] == figures


def test_a_numeral_without_a_unit_is_told_with_its_reason() -> None:
    [found] = tokens("水位达到5.5")
    assert isinstance(found, Reject)
    assert found.reason == "没有单位"


@pytest.mark.parametrize("string", ["第3届", "2031年", "12345热线"])
def test_names_and_dates_need_no_reason(string: str) -> None:
    assert all(isinstance(each, Reject) and each.reason is None for each in tokens(string))


@pytest.mark.parametrize(("string", "unit"), [("建设项目3项目标", "项"), ("新增5个", "个")])
def test_a_unit_is_not_the_front_of_another_word(string: str, unit: str) -> None:
    assert [found[2] for found in read(string)] == [unit]


def test_figures_stand_in_order_and_apart() -> None:
    found = tokens("新建水渠3条、水坝两座,覆盖率百分之九十,增长5%,事故零发生")
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert [each.value for each in found if isinstance(each, Token)] == [3, 2, 90, 5, 0]


def test_spans_are_asked_for_places_and_stretches() -> None:
    spans = Spans([(5, 8), (0, 2), (6, 7)])
    assert [spans.holds(place) for place in range(9)] == [True, True, False, False, False, True, True, True, False]
    assert spans.meets(2, 6) and not spans.meets(2, 5)
    assert not Spans([]).meets(0, 9)


def test_a_fraction_may_have_many_digits() -> None:
    assert tokens("1分之" + "9" * 30)


def test_a_long_number_keeps_its_digits() -> None:
    [found] = tokens("税收" + "9" * 40 + "元")
    assert isinstance(found, Token)
    assert found.value == Decimal("9" * 40)
