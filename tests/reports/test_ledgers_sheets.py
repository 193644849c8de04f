"""The workbook's other sheets: 工作版, groups by status, departments, offices beside each other; .csv and .zip."""

import csv
import io
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from reports.ledgers import LedgerHead, LedgerRow, Options, Quote, summary, worst_first, write_archive, write_csv, write_ledger
from reports.ledgers.marks import WIDTH, mark_of, marks_in, plain
from reports.ledgers.rows import told_apart
from reports.ledgers.sheets import HEAD_ROW, LIGHT_MARKS
from tests.reports.test_ledgers import HEAD, cells, row

PAYLOADS = ["=1+1", "+86-571", "-3%左右", "@科室", "\t=1+1", "\r=1", "=HYPERLINK(\"http://x\")", "=cmd|' /C calc'!A0", "#N/A",
            "-2+3+cmd|'!A0", "=A1"]
STORED = "00000000-0000-0000-0000-000000000001:3"


def book(rows: Sequence[LedgerRow], options: Options, head: LedgerHead = HEAD) -> Any:
    out = io.BytesIO()
    write_ledger(rows, head, out, options)
    return openpyxl.load_workbook(io.BytesIO(out.getvalue()))


def column(sheet: Any, place: int = 1) -> list[Any]:
    return [sheet.cell(line, place).value for line in range(HEAD_ROW + 1, sheet.max_row + 1)]


def test_working_sheet_has_the_columns_of_the_office() -> None:
    found = book([row(problems="用地紧张", expected=Decimal("83.3"), remark="约谈", stretch=True)], Options(form="working"))
    said = cells(found["完成情况表"])
    assert list(said) == ["序号", "指标(任务)", "单位", "年度目标", "截至10月完成", "完成率(%)", "序时进度(%)", "差距", "状态", "牵头单位",
                          "进展情况", "存在问题", "下一步措施", "依据", "备注", "行标识"]
    assert (said["单位"].value, said["年度目标"].value, said["年度目标"].number_format) == ("家", 6, '"力争"0"以上"')
    assert (said["序时进度(%)"].value, said["差距"].value, said["备注"].value) == (83.3, 33.4, "奋斗目标、约谈")
    assert found["完成情况表"].page_setup.paperSize == 8
    number = said["依据"].value
    assert cells(found["依据"], HEAD_ROW + number)["原句"].value == "新增规上工业企业7家。"
    assert said["依据"].hyperlink.location == f"'依据'!A{HEAD_ROW + number}"


@pytest.mark.parametrize(("options", "paper"), [(Options(), 9), (Options(paper="A3"), 8), (Options(form="working", paper="A4"), 9)])
def test_paper(options: Options, paper: int) -> None:
    assert {sheet.page_setup.paperSize for sheet in book([row()], options)} == {paper}


def test_every_row_stands_on_one_of_the_three_sheets() -> None:
    statuses = ["met", "on_track", "lagging", "missed", "unreported", "unclear", "not_due", ""]
    found = book([row(number=str(place), item=str(place), status=status) for place, status in enumerate(statuses)], Options())
    assert sorted(column(found["未达序时"])) == ["2", "3"]
    assert column(found["达到序时及已完成"]) == ["0", "1"]
    assert column(found["其它及未提及"]) == ["4", "5", "6", "7"]
    assert column(book([row()], Options())["未达序时"]) == ["(无)"]


def test_lights_read_in_black_and_white() -> None:
    found = cells(book([row(status="missed", word="未完成", light="red")], Options())["完成情况表"])["状态"]
    assert (found.value, found.number_format, found.font.b) == ("未完成", LIGHT_MARKS["red"], True)


def test_departments_have_sheets_and_files_of_their_own() -> None:
    rows = [row(lead="经发办"), row(lead="财政所/国资[办]", number="2"), row(lead="汇总", number="3"), row(lead="", number="4")]
    found = book(rows, Options(departments=True))
    assert {"经发办", "财政所_国资_办_", "汇总(2)", "未分工"} <= set(found.sheetnames)
    assert column(found["经发办"]) == ["1"]
    out = io.BytesIO()
    write_archive(rows, HEAD, out)
    with zipfile.ZipFile(out) as packed:
        assert packed.namelist() == [f"青蘅街道2031年完成情况表-{name}.xlsx" for name in ("经发办", "财政所_国资_办_", "汇总", "未分工")]
        own = openpyxl.load_workbook(io.BytesIO(packed.read(packed.namelist()[1])))
    assert column(own["完成情况表"]) == ["2"]


def side(office: str, depth: int, **fields: Any) -> LedgerRow:
    return row(office=office, depth=depth, row_id=f"{office}:1", **fields)


def test_offices_beside_each_other_and_parts_against_the_whole() -> None:
    rows = [side("砚湖区", 1, value=Decimal(12), actual=Decimal(9)),
            side("青蘅街道", 2, value=Decimal(6), actual=Decimal(5), difference=Decimal(-1)),
            side("柳汀街道", 2, value=Decimal(5), actual=Decimal(4), difference=Decimal(3)), side("柳汀街道", 2, indicator="只有一家有")]
    found = book(rows, Options(ranked=True))
    sheet = found["各单位对比"]
    assert [(cells(sheet, line)["单位"].value, cells(sheet, line)["名次"].value) for line in range(4, 7)] == [
        ("砚湖区", 1), ("柳汀街道", 2), ("青蘅街道", 3)]
    assert "名次" not in cells(book(rows, Options())["各单位对比"])
    split = cells(found["分解核对"])
    heads = ("本级目标", "下级目标合计", "分解差额", "核对", "本级完成", "下级完成合计")
    assert [split[head].value for head in heads] == [12, 11, -1, "分解不足", 9, 9]
    assert split["各单位目标"].value == "青蘅街道6家以上、柳汀街道5家以上"
    assert "各单位对比" not in book([row()], Options()).sheetnames


def test_parts_are_summed_in_the_unit_of_the_whole() -> None:
    rows = [side("砚湖区", 1, value=Decimal(2), unit="亿元"), side("青蘅街道", 2, value=Decimal(12000), unit="万元"),
            side("柳汀街道", 2, value=Decimal(1), unit="亿元", actual=None)]
    split = cells(book(rows, Options())["分解核对"])
    assert [split[head].value for head in ("下级目标合计", "分解差额", "核对", "下级完成合计")] == [2.2, 0.2, "超额分解", "—"]


def test_limits_split_the_other_way_and_averages_are_not_summed() -> None:
    limit: dict[str, Any] = {"comparator": "<=", "unit": "起", "limit": True}
    known = (("砚湖区", 1, 6), ("青蘅街道", 2, 2), ("柳汀街道", 2, 2))
    rows = [side(name, depth, value=Decimal(value), **limit) for name, depth, value in known]
    assert cells(book(rows, Options())["分解核对"])["核对"].value == "在控制数内"
    over = [*rows[:2], side("柳汀街道", 2, value=Decimal(5), **limit)]
    assert cells(book(over, Options())["分解核对"])["核对"].value == "超控制总数"
    mean = [side(name, depth, indicator="PM2.5", value=Decimal(33), comparator="<=", unit="微克/立方米", limit=True)
            for name, depth in (("砚湖区", 1), ("青蘅街道", 2))]
    assert column(book(mean, Options())["分解核对"]) == ["(无)"]


def test_rows_of_several_offices_years_and_plans_are_told_apart() -> None:
    office, now = "党政办", {"year": 2031}
    rows = told_apart([
        side("砚湖区", 1, lead="发改局", **now), side("青蘅街道", 2, lead=office, section="三、民生", plan="工作计划", **now),
        side("青蘅街道", 2, lead=office, section="三、民生", plan="民生实事", item="2", **now),
        side("柳汀街道", 2, lead=office, section="三、民生", item="3", **now), side("柳汀街道", 2, lead="", year=2030, item="4"),
    ])
    assert [each.answerable for each in rows] == ["发改局", "青蘅街道党政办", "青蘅街道党政办", "柳汀街道党政办", "柳汀街道(未分工)"]
    assert [each.cited for each in rows] == ["第1项", "工作计划第1项", "民生实事第1项", "第1项", "第1项"]
    found = book(rows, Options(departments=True), LedgerHead(office="砚湖区"))
    said = cells(found["完成情况表"], 5)
    assert list(said)[:4] == ["序号", "年度", "所属单位", "任务来源"]
    assert [said[head].value for head in ("年度", "所属单位", "任务来源", "牵头单位")] == [2031, "青蘅街道", "工作计划", office]
    assert {"年度", "所属单位", "任务来源"} <= set(cells(found["目标任务分解表"]))
    assert {"青蘅街道党政办", "柳汀街道党政办", "发改局"} <= set(found.sheetnames)
    groups = [(kind, name) for kind, name in zip(column(found["汇总"]), column(found["汇总"], 2), strict=True)]
    assert ("年度", "2030年") in groups and ("类别", "柳汀街道 三、民生") in groups and ("牵头单位", "柳汀街道党政办") in groups
    assert told_apart([row(lead="甲"), row(lead="乙")]) == [row(lead="甲"), row(lead="乙")]


def test_each_year_is_counted_by_itself() -> None:
    assert summary([row(year=2030, status="met"), row(year=2031, item="2", status="lagging")]).startswith(
        "2030年共1项,列入本次通报1项;达到序时进度1项、占比100.0%")
    assert worst_first([row(year=2031, status="missed"), row(year=2030, status="lagging")])[0].year == 2030


def test_bad_news_of_firm_targets_come_before_wishes_and_broken_limits_before_averages() -> None:
    wished = row(number="1", status="lagging", stretch=True, difference=Decimal(-60))
    mean = row(number="2", status="lagging", limit=True, comparator="<=", percent=None, difference=None)
    broken = row(number="3", status="missed", limit=True, comparator="<=", percent=None, difference=None)
    amount = row(number="4", status="lagging", difference=Decimal(-2))
    assert [each.number for each in worst_first([wished, mean, broken, amount])] == ["3", "2", "4", "1"]


def test_working_sheet_on_a4_is_narrower_and_csv_keeps_the_words() -> None:
    wide, narrow = (sum(dimension.width for dimension in book([row()], Options(form="working", paper=paper))["完成情况表"]
                        .column_dimensions.values() if not dimension.hidden) for paper in ("A3", "A4"))
    assert narrow < 0.85 * wide
    out = io.BytesIO()
    write_csv([row(value=Decimal("5.5"), unit="%", measure="growth", actual=Decimal(-2), comparator=">=")], HEAD, out)
    said = dict(zip(*csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")), strict=True))
    assert (said["年度目标"], said["截至10月完成"], said["目标数值"], said["完成数值"]) == ("增长5.5%以上", "下降2%", "5.5", "-2")


@pytest.mark.parametrize("text", PAYLOADS)
@pytest.mark.parametrize("options", [Options(), Options(form="working", departments=True)])
def test_text_never_becomes_a_formula_on_any_sheet(text: str, options: Options) -> None:
    quote = Quote(role="佐证", doc=text, text=text, figure=text, why=text, decided=text)
    names = "indicator progress lead section text leader support problems remark word office".split()
    fields: dict[str, Any] = dict.fromkeys(names, text)
    out = io.BytesIO()
    write_ledger([row(**fields, quotes=(quote,))], LedgerHead(office=text, scope=text, rules=(text,), sources=(text,)), out, options)
    found = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
    assert not [cell.coordinate for sheet in found for line in sheet for cell in line if cell.data_type in ("f", "e")]
    with zipfile.ZipFile(out) as packed:
        assert not [name for name in packed.namelist() if b"<f>" in packed.read(name) or b"<f " in packed.read(name)]


@pytest.mark.parametrize("text", PAYLOADS)
def test_csv_holds_no_formula_and_numbers_stay(text: str) -> None:
    out = io.BytesIO()
    write_csv([row(indicator=text, growth=Decimal(-15), lead=text)], HEAD, out)
    head, line = csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline=""))
    said = dict(zip(head, line, strict=True))
    assert said["同比(%)"] == "-15"
    for cell in (said["目标任务"], said["牵头单位"]):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")) and cell.removeprefix("'") == text


def test_no_macros_and_no_links_to_elsewhere() -> None:
    out = io.BytesIO()
    write_ledger([row()], HEAD, out, Options(departments=True))
    with zipfile.ZipFile(out) as packed:
        assert not [name for name in packed.namelist() if "vba" in name.lower() or "externalLink" in name]
        assert not [name for name in packed.namelist() if name.endswith(".rels") and b'TargetMode="External"' in packed.read(name)]


def test_stored_rows_keep_marks_of_their_cells() -> None:
    sheet = book([row(row_id=STORED), row(row_id=STORED, number="2")], Options())["完成情况表"]
    known, place, marks = cells(sheet, 5)["行标识"].value.split(" ")
    assert (known, place, len(marks_in(marks))) == (STORED, "2/2", 10)
    assert mark_of([cell.value for cell in list(sheet[5])[:10]]) == marks
    assert cells(book([row(row_id="计划.txt:10")], Options())["完成情况表"])["行标识"].value == "计划.txt:10"


@pytest.mark.parametrize(("one", "other"), [
    (7, 7.0), (Decimal("7.10"), 7.1), ("7", 7), ("甲\r\n乙 ", "甲\n乙"), (None, ""), ("2031-10-31", "2031-10-31"), ("甲\x0b", "甲"),
])
def test_marks_say_the_same_after_another_program_saved(one: Any, other: Any) -> None:
    assert plain(one) == plain(other)
    assert len(mark_of([one])) == WIDTH


def test_marks_tell_different_cells_apart() -> None:
    said = [plain(value) for value in (1, 7.1, "七", "", "7家", -7, "2031-10-31", True)]
    assert len(set(said)) == len(said)
