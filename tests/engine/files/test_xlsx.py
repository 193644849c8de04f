"""Spreadsheets: what the cells show, not what the file holds."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl
import pytest

from engine import files, read_text
from engine.text import Text


def sheet(rows: Iterable[Sequence[Any]], *, formats: dict[str, str] | None = None, merged: Sequence[str] = (), name: str = "Sheet") -> Text:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = name
    for row in rows:
        page.append(row)
    for cell, pattern in (formats or {}).items():
        page[cell].number_format = pattern
    for area in merged:
        page.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return files.load_bytes(out.getvalue())


@pytest.mark.parametrize(("value", "pattern", "shown"), [
    (0.532, "0.0%", "53.2%"), (0.5325, "0.0%", "53.3%"), (12.0, "General", "12"), (0.1 + 0.2, "General", "0.3"),
    (5, '0"家以上"', "5家以上"), (1234.5, "#,##0.00", "1234.5"), (3.1415, "0.0", "3.1"), (-2.5, "0.0_ ", "-2.5"), (True, "General", "是"),
])
def test_a_number_as_its_cell_shows_it(value: float, pattern: str, shown: str) -> None:
    assert sheet([["指标", value]], formats={"B1": pattern}).string == f"指标\t{shown}\n"


def test_a_task_table_gives_targets() -> None:
    text = sheet([["青禾街道2025年目标任务分解表"], ["序号", "指标", "单位", "2025年目标", "责任单位", "完成时限"],
                  [1, "绿道", "公里", 5, "城管办", "10月底"], [2, "口袋公园", "个", 3, None, None]],
                 merged=["A1:F1", "E3:E4", "F3:F4"], name="任务表")
    found = read_text(text, doc="x").statements
    assert [(each.indicator, str(each.value), each.unit, each.year, each.departments[0].name) for each in found] == [
        ("绿道", "5", "公里", 2025, "城管办"), ("口袋公园", "3", "个", 2025, "城管办")]
    cells = {text.string[each.span.start:each.span.end]: (each.row, each.column) for each in text.places if each.kind == "cell"}
    assert (cells["绿道"], cells["5"], cells["口袋公园"]) == ((3, 2), (3, 4), (4, 2))


def test_several_sheets_are_several_tables() -> None:
    book = openpyxl.Workbook()
    first: Any = book.active
    first.append(["指标", "目标"])
    hidden: Any = book.create_sheet("旧表")
    hidden.append(["指标", "9"])
    hidden.sheet_state = "hidden"
    second: Any = book.create_sheet("民生")
    second.append(["项目", "目标"])
    out = io.BytesIO()
    book.save(out)
    text = files.load_bytes(out.getvalue())
    assert text.string == "指标\t目标\n民生\n项目\t目标\n(工作表“旧表”是隐藏的,没有读取)\n"
    assert [each.table for each in text.places if each.kind == "cell"] == [1, 1, 2, 2]


def test_a_title_in_the_sheet_says_more_than_its_tab() -> None:
    rows = [["青禾街道2025年目标任务分解表"], ["指标", "目标"], ["绿道", "5公里"]]
    assert sheet(rows, name="分解").string.splitlines()[0] == "青禾街道2025年目标任务分解表"
    assert sheet(rows[1:], name="分解").string.splitlines()[0] == "分解"
