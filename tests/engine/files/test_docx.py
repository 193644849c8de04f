"""Word files, made here by hand: order, automatic numbers, tracked changes, tables, and containers that are not opened."""

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from engine import files
from engine.errors import BrokenFile, LockedFile, ReadError, UnsupportedFile
from engine.files import container

LEVELS = (("chineseCountingThousand", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3."),
          ("decimalEnclosedCircleChinese", "%4"))


def level(index: int, form: str, pattern: str, more: str = "") -> str:
    return (f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{pattern}"/></w:lvl>')


def numbered(document: Any, *, levels: str = "", nums: str = "") -> None:
    """Puts list 77 (一、 （一） 1. ①) and further `w:num` elements into the document."""
    own = levels or "".join(level(index, form, pattern) for index, (form, pattern) in enumerate(LEVELS))
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="770">{own}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="770"/></w:num>'))
    for each in filter(None, nums.split("|")):
        root.append(parse_xml(each.replace("<w:num ", f'<w:num {nsdecls("w")} ', 1)))


def add(document: Any, string: str, level_: int | None = None, *, num: int = 77) -> Any:
    paragraph = document.add_paragraph(string)
    if level_ is not None:
        paragraph._p.get_or_add_pPr().append(parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level_}"/><w:numId w:val="{num}"/></w:numPr>'))
    return paragraph


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def lines(document: Any) -> list[str]:
    return files.load_bytes(saved(document)).string.splitlines()


def raw(document: Any, inner: str, *, before: str = "") -> None:
    """A paragraph of raw WordprocessingML."""
    spaces = nsdecls("w") + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    document.element.body.insert(len(document.element.body) - 1, parse_xml(f"<w:p {spaces}>{before}{inner}</w:p>"))


def test_paragraphs_and_tables_in_reading_order_with_their_places() -> None:
    document = docx.Document()
    document.add_heading("主要目标", level=1)
    document.add_paragraph("总体要求。")
    table = document.add_table(rows=2, cols=3)
    for cell, said in zip([*table.rows[0].cells, *table.rows[1].cells], ["指标", "单位", "目标", "绿道", "公里", "5以上"], strict=True):
        cell.text = said
    document.add_paragraph("结尾。")
    text = files.load_bytes(saved(document))
    assert text.string == "主要目标\n总体要求。\n指标\t单位\t目标\n绿道\t公里\t5以上\n结尾。\n"
    assert text.format == "docx"
    seen = [(text.string[each.span.start:each.span.end], each.kind, each.table, each.row, each.column) for each in text.places]
    assert seen[0] == ("主要目标", "heading", 0, 0, 0)
    assert seen[1] == ("总体要求。", "paragraph", 0, 0, 0)
    assert seen[7] == ("5以上", "cell", 1, 2, 3)
    assert seen[8][:2] == ("结尾。", "paragraph")


def test_automatic_numbers_of_four_levels() -> None:
    document = docx.Document()
    numbered(document)
    for said, depth in [("甲", 0), ("乙", 1), ("丙", 2), ("丁", 3), ("戊", 3), ("己", 2), ("庚", 1), ("辛", 2), ("壬", 0), ("癸", 1)]:
        add(document, said, depth)
    assert lines(document) == ["一、甲", "（一）乙", "1. 丙", "①丁", "②戊", "2. 己", "（二）庚", "1. 辛", "二、壬", "（一）癸"]


def test_numbers_that_come_from_a_style_and_its_parent() -> None:
    document = docx.Document()
    numbered(document, levels=level(0, "chineseCounting", "%1、") + level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="Heading2"/>'))
    for name in ("Heading 1", "Heading 2"):
        document.styles[name].element.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="77"/></w:numPr>'))
    child = document.styles.add_style("小标题", 1)
    child.base_style = document.styles["Heading 2"]
    document.add_heading("工业", level=1)
    document.add_heading("企业", level=2)
    document.add_paragraph("技改", style="小标题")
    document.add_heading("农业", level=1)
    off = document.add_heading("附记", level=1)
    off._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="0"/></w:numPr>'))
    assert lines(document)[:2] == ["一、工业", "（一）企业"]
    assert lines(document)[3:] == ["二、农业", "附记"]


def test_a_list_may_start_again_or_go_on() -> None:
    document = docx.Document()
    again = ('<w:num w:numId="78"><w:abstractNumId w:val="770"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
             '</w:num>|<w:num w:numId="79"><w:abstractNumId w:val="770"/></w:num>')
    numbered(document, nums=again)
    add(document, "甲", 0)
    add(document, "乙", 0)
    add(document, "丙", 0, num=78)
    add(document, "丁", 0, num=78)
    add(document, "戊", 0, num=79)
    assert lines(document) == ["一、甲", "二、乙", "一、丙", "二、丁", "三、戊"]


def test_legal_numbers_bullets_and_levels_that_never_restart() -> None:
    document = docx.Document()
    numbered(document, levels=level(0, "chineseCounting", "第%1章") + level(1, "decimal", "%1.%2", "<w:isLgl/>")
             + level(2, "decimal", "（%3）", '<w:lvlRestart w:val="0"/>') + level(3, "bullet", "\uf06c"))
    for said, depth in [("总则", 0), ("范围", 1), ("甲", 2), ("附则", 0), ("解释", 1), ("乙", 2), ("点", 3)]:
        add(document, said, depth)
    assert lines(document) == ["第一章总则", "1.1 范围", "（1）甲", "第二章附则", "2.1 解释", "（2）乙", "点"]


def test_unknown_list_and_broken_level_are_no_error() -> None:
    document = docx.Document()
    add(document, "甲", 0, num=4711)
    raw(document, "<w:r><w:t>乙</w:t></w:r>", before='<w:pPr><w:numPr><w:ilvl w:val="x"/><w:numId w:val="y"/></w:numPr></w:pPr>')
    assert lines(document) == ["甲", "乙"]


def test_tracked_changes_read_as_accepted() -> None:
    document = docx.Document()
    numbered(document)
    raw(document, '<w:r><w:t>新增企业</w:t></w:r><w:del w:id="1"><w:r><w:delText>5</w:delText></w:r></w:del>'
                  '<w:ins w:id="2"><w:r><w:t>8</w:t></w:r></w:ins><w:moveFrom w:id="3"><w:r><w:t>旧</w:t></w:r></w:moveFrom>'
                  '<w:moveTo w:id="4"><w:r><w:t>家</w:t></w:r></w:moveTo>')
    raw(document, '<w:r><w:t>绿道</w:t></w:r>', before='<w:pPr><w:rPr><w:del w:id="5"/></w:rPr></w:pPr>')
    add(document, "5公里。", 0)
    raw(document, '<w:del w:id="6"><w:r><w:delText>整段</w:delText></w:r></w:del>',
        before='<w:pPr><w:rPr><w:del w:id="7"/></w:rPr></w:pPr>')
    add(document, "结尾。", 0)
    assert lines(document) == ["新增企业8家", "一、绿道5公里。", "二、结尾。"]


def test_what_a_reader_does_not_see_is_not_read() -> None:
    document = docx.Document()
    raw(document, '<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>显</w:t></w:r>'
                  '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>REF 3</w:instrText><w:fldChar w:fldCharType="separate"/>'
                  '<w:t>见表</w:t></w:r><w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:r><w:noBreakHyphen/><w:tab/><w:t>尾</w:t><w:br/></w:r>'
                  '<w:r><w:ruby><w:rt><w:r><w:t>jing</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>景</w:t></w:r></w:rubyBase></w:ruby></w:r>')
    style = document.styles.add_style("toc 1", 1)
    document.add_paragraph("一、主要目标\t3", style=style)
    assert lines(document) == ["显见表链接-\t尾", "景"]


def test_text_boxes_once_after_their_paragraph_and_content_controls_in_place() -> None:
    document = docx.Document()
    box = "<w:txbxContent><w:p><w:r><w:t>框内3家。</w:t></w:r></w:p></w:txbxContent>"
    raw(document, f"<w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
                  f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>")
    document.element.body.insert(1, parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>控件内</w:t></w:r></w:p></w:sdtContent></w:sdt>"))
    assert lines(document) == ["正文", "框内3家。", "控件内"]


def test_merged_cells_keep_the_columns() -> None:
    document = docx.Document()
    numbered(document)
    table = document.add_table(rows=4, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "项目"
    table.cell(0, 2).text = "目标"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "工业"
    table.cell(1, 1).text = "企业"
    table.cell(1, 2).text = "新增6家"
    table.cell(1, 2).add_paragraph("力争\t8家")
    table.cell(2, 1).text = "技改"
    table.cell(2, 2).add_table(rows=1, cols=2).rows[0].cells[1].text = "9项"
    gone = table.rows[3]
    gone.cells[0].text = "已删"
    gone._tr.get_or_add_trPr().append(parse_xml(f'<w:del {nsdecls("w")} w:id="1"/>'))
    text = files.load_bytes(saved(document))
    assert text.string.splitlines() == ["项目\t\t目标", "工业\t企业\t新增6家 力争 8家", "\t技改\t9项"]
    assert {(each.row, each.column): text.string[each.span.start:each.span.end] for each in text.places}[3, 3] == "9项"


def test_places_never_overlap_and_cover_all_but_separators() -> None:
    document = docx.Document()
    numbered(document)
    add(document, "甲", 0)
    document.add_table(rows=1, cols=2).rows[0].cells[1].text = "乙"
    text = files.load_bytes(saved(document))
    left = list(text.string)
    for place in text.places:
        left[place.span.start:place.span.end] = [""] * (place.span.end - place.span.start)
    assert set("".join(left)) <= {"\t", "\n"}


def test_an_empty_document_has_no_text() -> None:
    with pytest.raises(ReadError, match="没有文字"):
        files.load_bytes(saved(docx.Document()))


def plain_document() -> bytes:
    document = docx.Document()
    document.add_paragraph("全年新增企业6家。")
    return saved(document)


def repacked(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if (part := change(name, old.read(name))) is not None:
                new.writestr(name, part)
    return out.getvalue()


def test_a_password_is_named() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    with pytest.raises(LockedFile, match="密码"):
        files.load_bytes(ole, name="计划.docx")


def test_an_encrypted_zip_is_locked() -> None:
    data = bytearray(plain_document())
    at = data.index(b"PK\x01\x02")
    data[at + 8:at + 10] = struct.pack("<H", struct.unpack("<H", data[at + 8:at + 10])[0] | 1)
    with pytest.raises(LockedFile):
        files.load_bytes(bytes(data))


@pytest.mark.parametrize("spoiled", [
    lambda data: data[:len(data) // 2], lambda data: data[:-30],
    lambda data: repacked(data, lambda name, part: None if name == "[Content_Types].xml" else part),
    lambda data: repacked(data, lambda name, part: None if name == "word/styles.xml" else part),
    lambda data: repacked(data, lambda name, part: part[:-20] if name == "word/document.xml" else part),
    lambda data: repacked(data, lambda name, part: b"" if name == "word/document.xml" else part),
    lambda data: repacked(data, lambda name, part: b"<a/>" if name == "word/document.xml" else part),
    lambda data: repacked(data, lambda name, part: b"<a/>" if name == "_rels/.rels" else part),
    lambda data: data.replace(b"PK\x03\x04", b"PK\x03\x04" + bytes(3), 1),
], ids=["half", "tail", "no types", "no styles", "cut xml", "empty", "other root", "no relations", "shifted"])
def test_a_broken_document_is_named(spoiled: Callable[[bytes], bytes]) -> None:
    with pytest.raises((BrokenFile, UnsupportedFile)) as caught:
        files.load_bytes(spoiled(plain_document()), name="计划.docx")
    assert "另存为" in str(caught.value)


def test_a_document_type_definition_is_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaa">]><w>&a;</w>'
    with pytest.raises(BrokenFile, match="DOCTYPE"):
        files.load_bytes(repacked(plain_document(), lambda name, part: bomb if name == "docProps/core.xml" else part))


def test_zip_bombs_are_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BrokenFile, match="压缩比"):
        files.load_bytes(repacked(plain_document(), lambda name, part: bytes(20_000_000) if name.endswith("thumbnail.jpeg") else part))
    monkeypatch.setattr(container, "MAX_ENTRIES", 3)
    with pytest.raises(BrokenFile, match="过大"):
        files.load_bytes(plain_document())


def test_templates_workbooks_and_archives() -> None:
    main, other = b"wordprocessingml.document.main", b"wordprocessingml.template.main"
    template = repacked(plain_document(), lambda name, part: part.replace(main, other))
    with pytest.raises(UnsupportedFile, match="模板"):
        files.load_bytes(template)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("计划.txt", "全年新增企业6家。")
    with pytest.raises(UnsupportedFile, match="压缩包"):
        files.load_bytes(out.getvalue(), name="计划.zip")
    with pytest.raises(BrokenFile):
        files.load_bytes(out.getvalue(), name="计划.docx")


def test_a_comment_between_runs_is_no_text() -> None:
    document = docx.Document()
    raw(document, "<!-- 草稿 --><w:r><w:t>甲</w:t></w:r>")
    assert lines(document) == ["甲"]
    assert document.element.body.tag == qn("w:body")


def test_footnotes_stand_behind_their_paragraph() -> None:
    document = docx.Document()
    raw(document, '<w:r><w:t>全年新增绿道5公里。</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>')
    document.add_paragraph("下一段。")
    notes = (f'<w:footnotes {nsdecls("w")}><w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>线</w:t></w:r></w:p></w:footnote>'
             '<w:footnote w:id="2"><w:p><w:r><w:t>含续建2公里。</w:t></w:r></w:p></w:footnote></w:footnotes>')
    part = Part(PackURI("/word/footnotes.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
                notes.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    assert [line for line in lines(document) if line] == ["全年新增绿道5公里。", "含续建2公里。", "下一段。"]
