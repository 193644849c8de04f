"""Years, parts of a year, due dates and cut-offs."""

import pytest

from engine.periods import PERIOD, YEAR, Timeline, cutoff_in, due_of, months_of, year_of


@pytest.mark.parametrize(
    ("written", "months"),
    [
        ("1-8月", (1, 8)),
        ("1—11月份", (1, 11)),
        ("3至5月", (3, 5)),
        ("1月-4月", (1, 4)),
        ("前八个月", (1, 8)),
        ("前7个月", (1, 7)),
        ("上半年", (1, 6)),
        ("下半年", (7, 12)),
        ("前三季度", (1, 9)),
        ("前两季度", (1, 6)),
        ("一季度", (1, 3)),
        ("第四季度", (10, 12)),
        ("二季度末", (1, 6)),
        ("截至5月底", (1, 5)),
        ("截止今年8月", (1, 8)),
        ("截至2026年4月中旬", (1, 4)),
        ("截至目前9月", (1, 9)),
        ("6月份", (6, 6)),
        ("7月当月", (7, 7)),
        ("9月末", (1, 9)),
    ],
)
def test_part_of_a_year(written: str, months: tuple[int, int]) -> None:
    found = PERIOD.search(written)
    assert found is not None
    assert months_of(found) == months


@pytest.mark.parametrize(
    ("written", "months"),
    [
        pytest.param("前两个月", (1, 2)),
        pytest.param("前十一个月", (1, 11)),
    ],
)
def test_months_counted_in_characters(written: str, months: tuple[int, int]) -> None:
    found = PERIOD.search(written)
    assert found is not None
    assert months_of(found) == months


@pytest.mark.parametrize("written", ["13月份", "8-3月", "0-5月", "截至14月"])
def test_months_that_are_none(written: str) -> None:
    found = PERIOD.search(written)
    assert found is not None
    assert months_of(found) is None


@pytest.mark.parametrize("written", ["三个月内", "每月", "5月前", "几个季度", "半年"])
def test_what_is_no_part_of_a_year(written: str) -> None:
    assert PERIOD.search(written) is None


@pytest.mark.parametrize(("written", "year"), [("2026", 2026), ("1998", 1998), ("二〇二六", 2026), ("二零二四", 2024), ("一九九八", 1998)])
def test_year(written: str, year: int) -> None:
    assert year_of(written) == year
    found = YEAR.search(f"到{written}年，")
    assert found is not None
    assert found[1] == written


@pytest.mark.parametrize("written", ["2021年以来", "2019年起", "较2023年", "与2023年相比", "在2020年的基础上", "12025年", "2024年版"])
def test_years_a_text_does_not_speak_of(written: str) -> None:
    assert YEAR.search(written) is None


def test_a_year_has_four_digits() -> None:
    assert YEAR.search("一九九九九年") is None


def test_a_year_in_digits_of_another_script() -> None:
    found = YEAR.search("20٣٠年")
    assert found is None or year_of(found[1]) == 2030


@pytest.mark.parametrize(
    ("clause", "due"),
    [
        ("4月底前建成", "2031-04"),
        ("11月15日前完成", "2031-11"),
        ("九月份之前投用", "2031-09"),
        ("二季度完成招标", "2031-06"),
        ("四季度前开工", "2031-12"),
        ("上半年建成", "2031-06"),
        ("年底前投用", "2031-12"),
        ("年内完成", "2031-12"),
        ("2032年5月底前竣工", "2032-05"),
        ("十二月底前验收", "2031-12"),
        ("尽快完成", None),
        ("14月底前完成", None),
        ("每月开展一次", None),
    ],
)
def test_due(clause: str, due: str | None) -> None:
    assert due_of(clause, 2031) == due


def test_a_due_month_without_a_year_is_none() -> None:
    assert due_of("6月底前完成", None) is None


@pytest.mark.parametrize(
    ("title", "opening", "cutoff"),
    [
        ("乌桕镇2031年上半年工作总结", "", (2031, 6)),
        ("乌桕镇2031年工作总结", "", (2031, 12)),
        ("乌桕镇2031年前三季度运行通报", "", (2031, 9)),
        ("乌桕镇2031年1-5月工作情况", "", (2031, 5)),
        ("乌桕镇二季度工作通报", "", (2031, 6)),
        ("工作情况", "截至2031年10月底，完成投资。", (2031, 10)),
        ("乌桕镇工作情况", "前4个月，走访企业。", (2031, 4)),
        ("工作情况", "一年来，走访企业。", (2031, 12)),
        ("乌桕镇工作情况", "走访企业。", None),
    ],
)
def test_cut_off(title: str, opening: str, cutoff: tuple[int, int] | None) -> None:
    assert cutoff_in(title, opening, 2031) == cutoff


def test_a_single_month_is_no_cut_off() -> None:
    assert cutoff_in("乌桕镇简报", "6月份走访企业。", 2031) is None


def test_timeline_knows_the_year_before_a_place() -> None:
    string = "2030年建成3个,2031年建成5个,“十五五”末建成9个"
    timeline = Timeline.of(string)
    assert timeline.year_before(string.index("3个"), 0) == 2030
    assert timeline.year_before(string.index("5个"), 0) == 2031
    assert timeline.year_before(string.index("9个"), 0) == 2030
    assert timeline.year_before(string.index("5个"), string.index("建成5")) is None


def test_timeline_knows_the_months_before_a_place() -> None:
    string = "1-3月建成3个,上半年建成5个"
    timeline = Timeline.of(string)
    assert timeline.period_before(string.index("3个"), 0) == (0, (1, 3))
    assert timeline.period_before(string.index("5个"), 0) == (string.index("上半年"), (1, 6))
    assert timeline.period_before(2, 0) is None


def test_a_year_that_only_compares_does_not_hold() -> None:
    string = "产量是2020年的2倍"
    assert Timeline.of(string).years == ()
