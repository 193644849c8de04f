"""Pours a plain text into other formats, and carries places of the poured text back to the plain one."""

import html
import io
import os
import subprocess
import tempfile
from contextlib import closing
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from PIL import Image, ImageChops, ImageFilter


def as_docx(text: str, *, columns: int = 1) -> bytes:
    """With a running head and, for more than one column, a smaller type."""
    document = docx.Document()
    if columns > 1:
        _set_columns(document.sections[0], columns)
    style: Any = document.styles["Normal"]
    style.font.size = Pt(14 if columns == 1 else 10.5)
    style.font.name = "Noto Serif CJK SC"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Noto Serif CJK SC")
    for line in text.splitlines():
        paragraph = document.add_paragraph(line.strip("\x0b\x0c"))
        paragraph.paragraph_format.first_line_indent = Pt(28 if columns == 1 else 21)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_columns(section: Any, columns: int) -> None:
    """Columns, a head that comes on every page, and page numbers below."""
    mark = section._sectPr.find(qn("w:cols"))
    mark.set(qn("w:num"), str(columns))
    mark.set(qn("w:space"), "425")
    section.header.paragraphs[0].text = "某某街道办事处文件汇编2031年第9期"
    number = section.footer.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    number.add_run("- ")
    number._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'))
    number.add_run(" -")


def as_html(text: str) -> bytes:
    paragraphs = "\n".join(f"<p>&emsp;&emsp;{html.escape(line)}</p>" for line in text.splitlines() if line.strip())
    links = "".join(f'<li><a href="#{number}">栏目导航{number}</a></li>' for number in range(9))
    page = (f'<!DOCTYPE html><html><head><meta charset="gb2312"><title>正文 - 某某网</title></head><body><ul class="nav">{links}</ul>'
            f'<div class="main"><div id="zoom">{paragraphs}</div></div><div class="footer">版权所有 备案号12345678号</div></body></html>')
    return page.encode("gb18030")


def as_xlsx(text: str) -> bytes:
    """One sentence a row."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for line in text.splitlines():
        for sentence in line.replace("。", "。\n").split("\n"):
            if sentence.strip():
                sheet.append([openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", sentence)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_columns(text: str) -> bytes:
    """A PDF of two columns with running heads and page numbers."""
    return as_pdf(text, columns=2)


def as_pdf(text: str, *, columns: int = 1) -> bytes:
    """Printed by LibreOffice: wrapped lines, page breaks."""
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "text.docx"
        source.write_bytes(as_docx(text, columns=columns))
        subprocess.run(["soffice", "--headless", f"-env:UserInstallation={(Path(name) / 'profile').as_uri()}", "--convert-to", "pdf",
                        "--outdir", name, str(source)], check=True, capture_output=True, timeout=120, env={**os.environ, "HOME": name})
        return source.with_suffix(".pdf").read_bytes()


def as_skewed_scan(text: str) -> bytes:
    """Pages laid askew on the glass, blurred and grainy."""
    return as_scan(text, turn=0.8)


def as_scan(text: str, *, dots: int = 200, turn: float = 0.0) -> bytes:
    """A PDF of pictures: pages without a text layer; with a `turn`, in degrees, also worn."""
    with closing(pypdfium2.PdfDocument(as_pdf(text))) as document:
        pages = [page.render(scale=dots / 72).to_pil().convert("L") for page in document]
    if turn:
        turned = [page.rotate(turn, resample=Image.Resampling.BICUBIC, fillcolor=255) for page in pages]
        grain = [Image.effect_noise(page.size, 24) for page in pages]
        pages = [ImageChops.add(page.filter(ImageFilter.GaussianBlur(0.6)), noise, scale=1, offset=-128)
                 for page, noise in zip(turned, grain, strict=True)]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=dots)
    return out.getvalue()


def carried(printed: str, plain: str) -> list[int]:
    """For each place in the printed text the place in the plain one that it came from; the next one where it has none."""
    left, at_left = _solid(printed)
    right, at_right = _solid(plain)
    back = [-1] * (len(printed) + 1)
    for block in SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks() if left != right else [(0, 0, len(left))]:
        for step in range(block[2]):
            back[at_left[block[0] + step]] = at_right[block[1] + step]
    following = len(plain)
    for place in range(len(printed), -1, -1):
        following = back[place] = back[place] if back[place] >= 0 else following
    return back


def _solid(text: str) -> tuple[str, list[int]]:
    """The characters that print, and where they stand."""
    places = [place for place, character in enumerate(text) if not character.isspace() and character not in "\ufeff\u200b"]
    return "".join(text[place] for place in places), places
