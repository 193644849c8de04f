"""Old formats by LibreOffice, printed PDFs, and what is said where a program is missing."""

import os
import subprocess
from pathlib import Path
from typing import Any

import docx
import pytest

from engine import files, read_text
from engine.errors import BrokenFile, MissingTool
from engine.files import extras, office
from tests.hostile import making

TITLE = "青禾街道2025年工作计划"


def printed(folder: Path, to: str) -> bytes:
    """A Word file with a table, brought to another format."""
    document = docx.Document()
    document.add_heading(TITLE, 0)
    document.add_paragraph("一、全年新增规上工业企业5家以上,完成一般公共预算收入2.4亿元,同比增长8%以上。" * 3)
    table: Any = document.add_table(rows=3, cols=4)
    table.style = "Table Grid"
    for row, said in enumerate(("指标 单位 2025年目标 责任单位", "绿道 公里 5以上 城管办", "口袋公园 个 3 城管办")):
        for cell, word in zip(table.rows[row].cells, said.split(), strict=True):
            cell.text = word
    table.cell(1, 3).merge(table.cell(2, 3)).text = "城管办"
    # A .doc that ends with a table loses it: the format wants a paragraph behind.
    document.add_paragraph("特此印发。")
    source = folder / "source.docx"
    document.save(str(source))
    return converted(source, to)


def converted(source: Path, to: str) -> bytes:
    folder = source.parent
    subprocess.run([str(extras.office()), "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", to,
                    "--outdir", str(folder), str(source)],
                   check=True, capture_output=True, timeout=120, env={**os.environ, "HOME": str(folder)})
    return source.with_suffix(f".{to}").read_bytes()


@pytest.mark.needs("libreoffice")
@pytest.mark.parametrize("kind", ["doc", "pdf", "rtf", "odt", "html"])
def test_the_same_document_in_another_format(kind: str, tmp_path: Path) -> None:
    text = files.load_bytes(printed(tmp_path, kind))
    assert text.format == kind
    lines = text.string.splitlines()
    assert lines[0] == TITLE
    assert "绿道\t公里\t5以上\t城管办" in lines
    found = read_text(text, doc="x").statements
    assert [(each.indicator, str(each.value)) for each in found][-2:] == [("绿道", "5"), ("口袋公园", "3")]
    assert {each.departments[0].name for each in found[-2:]} == {"城管办"}
    assert {each.kind for each in text.places} >= {"cell"}


@pytest.mark.needs("libreoffice")
def test_an_old_workbook(tmp_path: Path) -> None:
    source = tmp_path / "source.xlsx"
    source.write_bytes(making.excel())
    assert files.load_bytes(converted(source, "xls")).string == "指标\t单位\t2025年目标\n绿道\t公里\t5\n"


@pytest.mark.needs("libreoffice")
def test_what_can_not_be_converted_is_refused() -> None:
    with pytest.raises(BrokenFile, match="转换失败"):
        office.convert(making.ole("Workbook"), "xls", "xlsx")


def test_without_libreoffice_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "office", lambda: None)
    with pytest.raises(MissingTool, match="另存为"):
        files.load_bytes(making.ole("WordDocument"))
    with pytest.raises(MissingTool, match="另存为"):
        files.check(making.ole("WordDocument"))


def test_without_recognition_a_picture_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "recognises", lambda: False)
    with pytest.raises(MissingTool, match="requirements-ocr"):
        files.check(making.png(10, 10))
