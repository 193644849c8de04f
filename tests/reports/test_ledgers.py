"""The ledger: opened again cell by cell, and printed by LibreOffice where that is found."""

import datetime
import io
import shutil
import subprocess
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from engine.values import Department, Evidence, Mention, Note, Outcome, Reading, Rules, Statement, Verdict
from reports.ledgers import LedgerHead, LedgerRow, Quote, rows_from_outcomes, rules_in_words, summary, write_ledger
from reports.ledgers.counts import badness
from reports.ledgers.formats import promised, reached, signed
from reports.ledgers.rows import difference, in_unit, part
from reports.ledgers.sheets import HEAD_ROW, display_width, height

HEAD = LedgerHead(office="青蘅街道", year=2031, cutoff=(2031, 10), made=datetime.date(2031, 11, 3), rules=rules_in_words(Rules()),
                  sources=("计划.txt:青蘅街道2031年工作计划",))


def row(**fields: Any) -> LedgerRow:
    said: dict[str, Any] = {
        "number": "1", "item": "1", "indicator": "规上工业企业", "measure": "amount", "comparator": ">=", "value": Decimal(6), "unit": "家",
        "section": "一、工业", "text": "新增规上工业企业6家以上", "status": "met", "word": "已完成", "light": "green", "actual": Decimal(7),
        "through": (2031, 10), "percent": Decimal("116.7"), "difference": Decimal("33.4"), "lead": "经济发展办公室",
        "due": datetime.date(2031, 12, 31), "row_id": "计划.txt:10",
        "quotes": (Quote(role="目标", doc="计划.txt", text="新增规上工业企业6家以上。", figure="6家"),
                   Quote(role="佐证", doc="总结.txt", text="新增规上工业企业7家。", figure="7家", score=0.91, decided="系统采信")),
    }
    return LedgerRow(**{**said, **fields})


def book(rows: Sequence[LedgerRow], head: LedgerHead = HEAD) -> Any:
    out = io.BytesIO()
    write_ledger(rows, head, out)
    return openpyxl.load_workbook(io.BytesIO(out.getvalue()))


def cells(sheet: Any, line: int = HEAD_ROW + 1) -> dict[str, Any]:
    return {str(sheet.cell(HEAD_ROW, place).value).replace("\n", ""): sheet.cell(line, place) for place in range(1, sheet.max_column + 1)}


def test_sheets_and_their_heads() -> None:
    found = book([row()])
    assert found.sheetnames == [
        "完成情况表", "汇总", "未达序时", "达到序时及已完成", "其它及未提及", "目标任务分解表", "依据", "口径说明"]
    assert list(cells(found["完成情况表"])) == [
        "序号", "目标任务", "年度目标", "截至10月完成", "同比(%)", "完成率(%)", "较序时(较目标)", "状态", "牵头单位",
        "进展、问题及措施", "行标识"]
    assert list(cells(found["目标任务分解表"])) == [
        "序号", "类别", "目标任务(原文)", "指标名称", "年度目标", "单位", "牵头领导", "牵头单位", "配合单位", "完成时限", "备注", "行标识"]
    assert found["完成情况表"]["A1"].value == "青蘅街道2031年目标任务完成情况表"
    assert "截至2031年10月　序时进度=10/12=83.3%" in found["完成情况表"]["A2"].value


def test_numbers_are_numbers_and_keep_their_words() -> None:
    said = cells(book([row(growth=Decimal("-3.2"))])["完成情况表"])
    assert (said["年度目标"].value, said["年度目标"].number_format) == (6, '0"家以上"')
    assert (said["截至10月完成"].value, said["截至10月完成"].number_format) == (7, '0"家"')
    assert (said["完成率(%)"].value, said["完成率(%)"].number_format) == (116.7, "0.0")
    assert (said["同比(%)"].value, said["同比(%)"].number_format) == (-3.2, "+0.0;-0.0;0.0")
    assert said["较序时(较目标)"].number_format == "+0.0;-0.0;0.0"
    assert (said["状态"].value, said["状态"].fill.fgColor.rgb[-6:]) == ("已完成", "E3F1DF")


def test_duty_sheet_has_units_and_dates_of_their_own() -> None:
    said = cells(book([row(stretch=True)])["目标任务分解表"])
    assert (said["年度目标"].value, said["年度目标"].number_format, said["单位"].value) == (6, '"力争"0"以上"', "家")
    assert (said["完成时限"].value.date(), said["完成时限"].number_format) == (datetime.date(2031, 12, 31), 'yyyy"年"m"月"')
    assert said["备注"].value == "奋斗目标"
    assert said["牵头领导"].value == "—"


def test_every_number_leads_to_its_sentence() -> None:
    found = book([row(number="1", row_id="计划.txt:1", quotes=()), row(number="2", row_id="计划.txt:2")])
    said = cells(found["完成情况表"], HEAD_ROW + 2)
    for head, quote in (("年度目标", "新增规上工业企业6家以上。"), ("截至10月完成", "新增规上工业企业7家。")):
        sheet, place = said[head].hyperlink.location.split("!")
        line = found[sheet.strip("'")][place].row
        assert cells(found["依据"], line)["原句"].value == quote
    assert cells(found["完成情况表"])["截至10月完成"].hyperlink is None


@pytest.mark.parametrize("text", ["=1+1", "+86-571", "-3%左右", "@某科室", "=HYPERLINK(\"http://x\")"])
def test_text_never_becomes_a_formula(text: str) -> None:
    said = cells(book([row(indicator=text, progress=text, lead=text)])["完成情况表"])
    for head in ("目标任务", "进展、问题及措施", "牵头单位"):
        assert (said[head].value, said[head].data_type, said[head].quotePrefix) == (text, "s", True)


def test_control_characters_do_no_harm() -> None:
    said = cells(book([row(indicator="甲\x0b乙\x00", section="\x1f丙")])["完成情况表"])
    assert said["目标任务"].value == "甲乙"


def test_nothing_reported_is_a_dash_and_never_zero() -> None:
    silent = row(status="unreported", word="总结未提及", light="grey", actual=None, percent=None, difference=None, lead="", quotes=())
    said = cells(book([silent])["完成情况表"])
    assert [said[head].value for head in ("截至10月完成", "同比(%)", "完成率(%)", "较序时(较目标)", "牵头单位")] == ["—"] * 4 + ["未分工"]


def test_a_figure_of_another_month_says_so() -> None:
    assert cells(book([row(through=(2031, 9))])["完成情况表"])["截至10月完成"].number_format == '0"家(截至9月)"'
    said = cells(book([row(forecast=True)])["完成情况表"])
    assert said["截至10月完成"].number_format == '0"家(预计)"'


def test_milestones_stand_in_words() -> None:
    stone = row(measure="milestone", value=None, unit="", figure="建成河滨公园", state="建成", actual=None, percent=None, difference=None,
                progress="河滨公园主体完工。", problems="汛期停工", measures_next="倒排工期")
    said = cells(book([stone])["完成情况表"])
    assert said["年度目标"].value == "建成"
    assert said["进展、问题及措施"].value == "河滨公园主体完工。\n存在问题:汛期停工\n下一步措施:倒排工期"


def test_rates_keep_their_percent_off_paper() -> None:
    said = cells(book([row(measure="ratio", unit="%", value=Decimal("97.5"), actual=Decimal(98), percent=Decimal("100.5"),
                           difference=Decimal("0.5"))])["完成情况表"])
    assert said["完成率(%)"].value == "—"
    assert said["年度目标"].number_format == '0.0"%以上"'


def test_page_set_up() -> None:
    for sheet in book([row(status="missed")]):
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (1, 0, True)
        assert sheet.print_title_rows == "$1:$3"
        assert sheet.freeze_panes == "C4"
        assert sheet.oddFooter.center.text == "第&P页 共&N页"
        assert sheet.auto_filter.ref.startswith("A3:")
        assert sheet["A4"].border.left.style == "thin"
    assert book([row()])["完成情况表"].column_dimensions["K"].hidden
    assert "K" not in book([row()])["完成情况表"].print_area


def test_properties() -> None:
    properties = book([row()]).properties
    assert (properties.title, properties.creator, properties.subject) == ("青蘅街道2031年目标任务完成情况表", "青蘅街道", "截至2031年10月")


def test_heights_count_a_chinese_character_as_two() -> None:
    assert display_width("甲a，“") == 7
    assert height([("甲" * 40, 20)]) > height([("a" * 40, 20)]) > height([("a", 20)])
    assert height([("甲\n乙\n丙", 20)]) == height([("甲" * 25, 20)])
    sheet = book([row(progress="一句很长的进展。" * 20)])["完成情况表"]
    assert sheet.row_dimensions[HEAD_ROW + 1].height > 80


def test_columns_of_numbers_grow_to_fit() -> None:
    wide = row(unit="微克/立方米", value=Decimal("34.25"), comparator="<=", actual=Decimal("12345.5"))
    sheet = book([wide])["完成情况表"]
    assert sheet.column_dimensions["C"].width >= display_width("34.25微克/立方米以内") + 2


def test_counts_by_task_and_shares_that_add_up() -> None:
    rows = [row(number="1-①", item="1"), row(number="1-②", item="1", status="missed", word="未完成", light="red", lead="财政所"),
            row(number="1-③", item="1", status="missed", stretch=True), row(number="2", item="2", section=""),
            row(number="3", item="3", status="not_due", word="未到期", light="grey")]
    assert summary(rows) == ("共3项,列入本次通报2项;达到序时进度1项、占比50.0%;未达序时进度1项、占比50.0%;总结未提及0项,待核实0项。")
    sheet = book(rows)["汇总"]
    lines = {(sheet.cell(line, 1).value, sheet.cell(line, 2).value): cells(sheet, line) for line in range(HEAD_ROW + 1, sheet.max_row + 1)}
    assert lines["合计", "全部任务项"]["任务项"].value == 3
    assert lines["合计", "全部任务项"]["达到序时占比(%)"].value == 50
    assert lines["类别", "未分类"]["已完成"].value == 1
    assert lines["牵头单位", "财政所"]["未完成"].value == 1
    assert lines["另计", "奋斗目标(个)"]["未完成"].value == 1


def test_an_empty_selection_is_a_whole_workbook() -> None:
    assert book([])["完成情况表"].print_area


def test_bad_news_order() -> None:
    limit = row(measure="amount", comparator="<=", status="missed", difference=None, percent=None, number="控")
    fall = row(measure="growth", value=Decimal(5), actual=Decimal(-2), status="missed", difference=Decimal(-7), number="反")
    amount = row(status="lagging", difference=Decimal(-20), number="量")
    worse = row(status="lagging", difference=Decimal(-40), number="更差")
    rate = row(measure="ratio", status="missed", difference=Decimal(-1), number="率")
    stone = row(measure="milestone", value=None, status="missed", difference=None, percent=None, number="节")
    sheet = book([stone, rate, amount, worse, fall, limit, row()])["未达序时"]
    assert [sheet.cell(line, 1).value for line in range(HEAD_ROW + 1, sheet.max_row + 1)] == ["控", "反", "更差", "量", "率", "节"]
    assert badness(limit) < badness(fall)


@pytest.mark.parametrize(("fields", "code", "text"), [
    ({"value": "6", "measure": "amount", "comparator": ">=", "unit": "家"}, '0"家以上"', "6家以上"),
    ({"value": "2.36", "measure": "amount", "comparator": ">", "unit": "亿元"}, '"超"0.00"亿元"', "超2.36亿元"),
    ({"value": "3", "measure": "amount", "comparator": "=", "unit": "家", "high": "4"}, '0"至4家"', "3至4家"),
    ({"value": "8", "measure": "growth", "comparator": "=", "unit": "%", "wished": True}, '"力争增长"0"%";"力争增长"0"%"', "力争增长8%"),
    ({"value": "-2.8", "measure": "growth", "comparator": "<=", "unit": "%"}, '"下降"0.0"%以上";"下降"0.0"%以上"', "下降2.8%以上"),
    ({"value": "1.5", "measure": "change", "comparator": "=", "unit": "点"}, '"提高"0.0"点";"提高"0.0"点"', "提高1.5点"),
    ({"value": "6", "measure": "growth", "comparator": "~", "unit": "%"}, '"增长"0"%左右";"增长"0"%左右"', "增长6%左右"),
    ({"value": "0", "measure": "amount", "comparator": "=", "unit": "", "figure": "零发生"}, '0;-0;"零发生"', "零发生"),
    ({"value": "0", "measure": "amount", "comparator": "<=", "unit": "起", "figure": "0起"}, '0"起以内"', "0起以内"),
    ({"value": "5", "measure": "amount", "comparator": "=", "unit": '个"x'}, '0"个x"', '5个"x'),
])
def test_looks_of_promised_figures(fields: dict[str, Any], code: str, text: str) -> None:
    value, high = Decimal(fields["value"]), fields.get("high")
    look = promised(value, **{**{key: said for key, said in fields.items() if key != "value"}, "high": Decimal(high) if high else None})
    assert (look.code, look.text(value)) == (code, text)


def test_looks_of_reached_figures() -> None:
    fall = reached(Decimal("-6.4"), measure="growth", unit="%", period="截至9月")
    assert (fall.code, fall.text(Decimal("-6.4"))) == ('"下降"0.0"%(截至9月)";"下降"0.0"%(截至9月)"', "下降6.4%(截至9月)")
    assert reached(Decimal("1.20"), measure="amount", unit="亿元", forecast=True).code == '0.00"亿元(预计)"'
    assert signed(Decimal("-0.05")) == "+0.00;-0.00;0.00"


@pytest.mark.parametrize(("gap", "behind", "status", "shown"), [
    ("-0.9", None, "missed", "-0.9"), ("1.2", None, "missed", "-1.2"), ("-0.3", None, "met", "0.3"), ("0.500000", None, "on_track", "0.5"),
    ("-0.2", None, "unclear", "-0.2"), (None, "-16.6", "lagging", "-16.6"), (None, None, "unreported", None),
])
def test_minus_is_always_worse(gap: str | None, behind: str | None, status: str, shown: str | None) -> None:
    number = difference(Decimal(gap) if gap else None, Decimal(behind) if behind else None, status)
    assert (None if number is None else str(number)) == shown


PLAN = "青蘅街道2031年工作计划\n新增规上工业企业6家以上、力争8家，限上商贸企业5家；绿道5公里。"
REPORT = "1-10月新增规上工业企业7家，增长16.7%。绿道正在选线。"


def said(text: str, figure: str, **fields: Any) -> Statement:
    start = text.index(figure)
    whole = {"doc": "计划.txt", "start": start, "end": start + len(figure), "figure": figure, "kind": "target", "measure": "amount",
             "value": Decimal(figure[0]), "unit": figure[1:], "year": 2031, "sentence": (13, len(text)), "commitment": 13}
    return Statement(**{**whole, **fields})


def test_rows_of_outcomes_in_memory() -> None:
    firm = said(PLAN, "6家", indicator="规上工业企业", comparator=">=", departments=(Department("经发办"), Department("财政所", "support")))
    wish = said(PLAN, "8家", indicator="规上工业企业", stretch=True)
    road = said(PLAN, "5公里", indicator="绿道", commitment=PLAN.index("绿道"), due="2031-06")
    result = said(REPORT, "7家", doc="总结.txt", kind="result", indicator="规上工业企业", months=(1, 10), sentence=(0, 25))
    growth = said(REPORT, "16.7%", doc="总结.txt", kind="result", indicator="规上工业企业", months=(1, 10), measure="growth",
                  value=Decimal("16.7"))
    readings = [Reading(doc="计划.txt", text=PLAN), Reading(doc="总结.txt", text=REPORT, cutoff=(2031, 10), statements=(result, growth))]
    verdict = Verdict(status="met", word="已完成", light="green", rule="总量", percent=Decimal("116.7"))
    unclear = Verdict(status="unclear", word="待核实", light="grey", rule="只有文字")
    rows = rows_from_outcomes([
        Outcome(target=road, verdict=unclear, mentions=(Mention("总结.txt", 25, 33, "绿道正在选线。"),), notes=(Note("near", "未动工"),)),
        Outcome(target=firm, verdict=verdict, evidence=(Evidence(result, 0.9),)), Outcome(target=wish, verdict=verdict),
    ], readings)
    assert [each.number for each in rows] == ["1-①", "1-②", "2"]
    first, second, third = rows
    assert first.text == "新增规上工业企业6家以上、力争8家，限上商贸企业5家"
    assert (first.lead, first.support, first.promise, first.achievement) == ("经发办", "财政所", "6家以上", "7家")
    assert (first.growth, first.through) == (Decimal("16.7"), (2031, 10))
    assert [each.role for each in first.quotes] == ["目标", "佐证"]
    assert second.promise == "力争8家"
    assert (third.progress, third.due) == ("绿道正在选线。\n注:未动工", datetime.date(2031, 6, 30))


def test_a_part_of_a_sentence_is_enough_for_progress() -> None:
    text = "一、情况。产值28亿元，增长6%；税收1亿元，增长5%；绿道5公里。"
    assert part(text, (5, len(text)), text.index("5%")) == "税收1亿元，增长5%"
    assert part(text, (5, len(text)), text.index("28")) == "产值28亿元，增长6%"
    assert part(text, (5, len(text)), text.index("5公里")) == "绿道5公里。"


def test_decimals_stay_as_the_report_wrote_them() -> None:
    fall = said("下降3.0%", "3.0%", kind="result", indicator="能耗", measure="growth", value=Decimal("-3.0"), unit="%")
    assert str(in_unit(fall, "%")) == "-3.0"
    area = said("18600平方米", "18600平方米", kind="result", indicator="拆违", value=Decimal(18600), unit="平方米")
    assert str(in_unit(area, "万平方米")) == "1.86"


@pytest.mark.needs("libreoffice")
def test_printed_pages_carry_heads_and_page_numbers(tmp_path: Path) -> None:
    rows = [row(number=str(index), item=str(index), row_id=f"计划.txt:{index}", progress="新增规上工业企业7家,其中高新技术企业3家。" * 4)
            for index in range(1, 41)]
    write_ledger(rows, HEAD, tmp_path / "台账.xlsx")
    pages = printed(tmp_path / "台账.xlsx")
    first = [page for page in pages if "目标任务完成情况表" in page]
    assert len(first) > 1
    for page in first:
        assert "年度目标" in page
        assert "状态" in page
        assert "牵头单位" in page
    assert f"第1页共{len(pages)}页" in "".join(pages[0].split())
    assert "###" not in "".join(pages)


def printed(path: Path) -> list[str]:
    """The text of each page as LibreOffice prints it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("left out: libreoffice, pdftotext is not in PATH")
    office = shutil.which("soffice") or "libreoffice"
    subprocess.run([office, f"-env:UserInstallation=file://{path.parent}/profile", "--headless", "--convert-to", "pdf", "--outdir",
                    str(path.parent), str(path)], check=True, capture_output=True, timeout=120)
    done = subprocess.run(["pdftotext", "-layout", str(path.with_suffix(".pdf")), "-"], check=True, capture_output=True, timeout=60)
    return done.stdout.decode("utf-8").split("\f")[:-1]
