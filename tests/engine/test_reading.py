"""One document as a whole: title, office, year, kind and cut-off."""

from datetime import date

import pytest

from engine import Reading, read_text
from engine.text import Text


def read(string: str, *, year: int | None = None, written: date | None = None) -> Reading:
    return read_text(Text(string), doc="a", year=year, written=written)


BODY = "新建水渠5条。\n"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("沙枣县2031年工作计划\n", "沙枣县2031年工作计划"),
        ("沙枣县\n关于2031年水利工作情况的通报\n", "关于2031年水利工作情况的通报"),
        ("来源：沙枣县水利局\n沙枣县2031年工作计划\n", "沙枣县2031年工作计划"),
    ],
)
def test_title(head: str, title: str) -> None:
    assert read(head + BODY).title == title


@pytest.mark.parametrize("title", ["2031年工作计划", "2031年工作总结", "2031年度水利工作要点", "2031年政府工作报告"])
def test_a_title_may_open_with_its_year(title: str) -> None:
    assert read(f"{title}\n{BODY}").title == title


def test_a_text_without_a_title() -> None:
    assert read(BODY).title == ""


@pytest.mark.parametrize(
    ("title", "office"),
    [
        ("沙枣县水利局2031年工作计划", "沙枣县水利局"),
        ("关于沙枣县2031年工作情况的报告", "沙枣县"),
        ("沙枣县水利局关于2031年工作情况的报告", "沙枣县水利局"),
        ("水利工作要点", ""),
    ],
)
def test_office(title: str, office: str) -> None:
    assert read(f"{title}\n{BODY}").office == office


def test_the_year_of_the_text_goes_before_the_one_given() -> None:
    assert read("沙枣县2031年工作计划\n" + BODY, year=2020).year == 2031
    assert read("沙枣县工作计划\n" + BODY, year=2020).year == 2020
    assert read("沙枣县工作计划\n" + BODY).year is None
    assert read("沙枣县工作计划\n" + BODY, written=date(2033, 4, 1)).year == 2033
    assert read("沙枣县二〇三一年工作计划\n" + BODY).year == 2031


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("沙枣县2031年工作计划", "plan"),
        ("沙枣县2031年工作要点", "plan"),
        ("沙枣县2031年工作总结", "report"),
        ("沙枣县2031年工作情况汇报", "report"),
        ("沙枣县2031年工作总结和2032年工作计划", "both"),
    ],
)
def test_kind(title: str, kind: str) -> None:
    assert read(f"{title}\n{BODY}").kind == kind


def test_a_text_without_figures_is_neither() -> None:
    assert read("沙枣县2031年工作计划\n加强作风建设。\n").kind == "none"


def test_a_report_with_a_plan_behind_it_is_both() -> None:
    found = read(
        "沙枣县工作报告\n一、2031年工作回顾\n新建水渠5条。修复水坝3座。\n二、2032年工作安排\n新建水渠6条。修复水坝4座。\n", year=2031
    )
    assert found.kind == "both"
    assert [(each.kind, each.year) for each in found.statements] == [("result", 2031)] * 2 + [("target", 2032)] * 2


@pytest.mark.parametrize(
    ("string", "cutoff"),
    [
        ("沙枣县2031年工作总结\n" + BODY, (2031, 12)),
        ("沙枣县2031年上半年工作总结\n" + BODY, (2031, 6)),
        ("沙枣县2031年前三季度工作总结\n" + BODY, (2031, 9)),
        ("沙枣县2031年1-7月工作情况汇报\n" + BODY, (2031, 7)),
        ("沙枣县水利工作情况汇报\n截至2031年4月底，" + BODY, (2031, 4)),
        ("沙枣县2031年工作计划\n" + BODY, None),
    ],
)
def test_cut_off(string: str, cutoff: tuple[int, int] | None) -> None:
    assert read(string).cutoff == cutoff


@pytest.mark.parametrize(("written", "cutoff"), [(date(2031, 8, 3), (2031, 7)), (date(2031, 1, 3), (2030, 12))])
def test_cut_off_from_the_date_of_the_document(written: date, cutoff: tuple[int, int]) -> None:
    assert read("沙枣县水利工作情况汇报\n" + BODY, written=written).cutoff == cutoff


def test_an_empty_text() -> None:
    found = read("")
    assert (found.title, found.office, found.year, found.kind, found.cutoff, found.statements) == ("", "", None, "none", None, ())


def test_targets_and_results_are_told_apart() -> None:
    found = read("沙枣县2031年上半年工作总结\n新建水渠5条，预计全年新建水渠9条。下一步，力争修复水坝3座。\n")
    assert [each.figure for each in found.targets] == ["3座"]
    assert [each.figure for each in found.results] == ["5条", "9条"]


def test_a_line_that_only_names_units_speaks_of_the_item_above() -> None:
    string = "云溪街道2031年工作计划\n1.新建水渠5条。\n牵头单位：水利局；配合单位：发展和改革局\n2.植树3亩。\n责任单位：农业农村局。\n"
    found = [(each.figure, [unit.name for unit in each.departments]) for each in read_text(Text(string), doc="x").targets]
    assert found == [("5条", ["水利局", "发展和改革局"]), ("3亩", ["农业农村局"])]


@pytest.mark.parametrize(("title", "kind"), [
    ("云溪街道2031年目标任务推进情况", "report"), ("云溪街道2031年1—9月重点工作计划执行情况", "report"),
    ("云溪街道2031年工作安排及上年总结", "both"), ("云溪街道2031年重点工作任务分解表", "plan"),
])
def test_the_last_word_of_a_title_says_what_it_is(title: str, kind: str) -> None:
    assert read(f"{title}\n新建水渠5条。\n").kind == kind
