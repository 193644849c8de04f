"""Letters as Word files, by a template with names in double braces that an office may replace.

A name within a line becomes a few words ({{期号}}), one that has a line to itself may become several lines or a table ({{未达序时}}).
"""

import io
import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from notices.drafts import NAME, NOBODY, Block, Draft, Kind, Table, paragraphs_of
from notices.sentences import official
from reports.ledgers.marks import clean
from reports.ledgers.sheets import BODY_FONT, HEAD_FONT, TITLE_FONT

WORDING = Path(__file__).parent / "wording"
NUMBERS = ("Times New Roman", "Times New Roman")
MAY_BE_EMPTY = {"期号", "主送", "报", "送", "签发人", "附件"}


def write_letters(drafts: Sequence[Draft], template: bytes | None = None) -> bytes:
    """One Word file with these letters, each on pages of its own; they share kind and template."""
    whole: Any = None
    for draft in drafts:
        document = Document(io.BytesIO(template or plain_template(draft.kind)))
        _fill(document, punctuated(draft) if writes_full_marks(document) else draft)
        whole = document if whole is None else _joined(whole, document)
    out = io.BytesIO()
    (whole or Document()).save(out)
    return out.getvalue()


def _joined(whole: Any, more: Any) -> Any:
    """Each letter is counted from page 1: it goes to a department of its own."""
    section = whole.add_section(WD_SECTION.NEW_PAGE)
    count = OxmlElement("w:pgNumType")
    count.set(qn("w:start"), "1")
    section._sectPr.append(count)  # noqa: SLF001
    body = whole.element.body
    for element in list(more.element.body):
        if not element.tag.endswith("}sectPr"):
            body.insert(len(body) - 1, deepcopy(element))
    return whole


def _fill(document: Any, draft: Draft) -> None:
    for paragraph in paragraphs_of(document):
        alone = NAME.fullmatch(paragraph.text.strip())
        if alone and alone[1] in draft.blocks:
            _expand(document, paragraph, draft.blocks[alone[1]])
        elif _says_nothing(paragraph.text, draft):
            paragraph._p.getparent().remove(paragraph._p)  # noqa: SLF001
        elif "{{" in paragraph.text:
            _replace(paragraph, draft)
    for annex in draft.annexes:
        _add_annex(document, annex)


def _says_nothing(line: str, draft: Draft) -> bool:
    """A line for words that were not filled in, like 送: of a letter that goes to nobody else."""
    names = NAME.findall(line)
    return bool(names) and all(name in MAY_BE_EMPTY and not draft.words.get(name) for name in names)


def _replace(paragraph: Any, draft: Draft) -> None:
    """Word cuts a line into runs anywhere: the whole line takes the looks of its first run."""
    def word(found: re.Match[str]) -> str:
        blocks = draft.blocks.get(found[1], ())
        return draft.words.get(found[1], "".join(each for each in blocks if isinstance(each, str)))

    text = clean(NAME.sub(word, paragraph.text))
    for run in paragraph.runs[1:]:
        run.text = ""
    paragraph.runs[0].text = text


def _expand(document: Any, anchor: Any, blocks: Sequence[Block]) -> None:
    """A line for each text, in the looks of the line that named them; tables stand where it stood."""
    for block in blocks:
        if isinstance(block, Table):
            anchor._p.addprevious(_table(document, block)._tbl)  # noqa: SLF001 (python-docx has no public way to move a table)
            continue
        copy = deepcopy(anchor._p)  # noqa: SLF001
        anchor._p.addprevious(copy)  # noqa: SLF001
        line = type(anchor)(copy, anchor._parent)  # noqa: SLF001
        for run in line.runs[1:]:
            run.text = ""
        line.runs[0].text = clean(block)
    anchor._p.getparent().remove(anchor._p)  # noqa: SLF001


def _add_annex(document: Any, annex: Table) -> None:
    """An annex has pages of its own, across, with heads on each."""
    section = document.add_section()
    section.orientation, (section.page_width, section.page_height) = WD_ORIENT.LANDSCAPE, (Mm(297), Mm(210))
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(22)
    _styled(document.add_paragraph(), annex.number, HEAD_FONT, 16)
    _styled(document.add_paragraph(), annex.title, TITLE_FONT, 18, align="center")
    if annex.lines:
        _table(document, annex)
    else:
        _styled(document.add_paragraph(), NOBODY, BODY_FONT, 14)


def _table(document: Any, said: Table) -> Any:
    table = document.add_table(rows=1, cols=len(said.heads), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, said.widths, strict=True):
        column.width = Mm(width)
    for line in ((None, said.heads), *((table, cells) for cells in said.lines)):
        row = table.rows[0] if line[0] is None else table.add_row()
        for place, (cell, text) in enumerate(zip(row.cells, line[1], strict=True)):
            cell.width, cell.vertical_alignment = Mm(said.widths[place]), WD_CELL_VERTICAL_ALIGNMENT.CENTER
            _styled(cell.paragraphs[0], text, HEAD_FONT if line[0] is None else BODY_FONT, said.size, tight=True,
                    align="left" if line[0] is not None and place in said.prose else "center")
        row.height, row.height_rule = Mm(8), WD_ROW_HEIGHT_RULE.AT_LEAST
        _keep_whole(row, repeated=line[0] is None)
    return table


def _keep_whole(row: Any, *, repeated: bool) -> None:
    """A row is not cut by the end of a page; the heads stand on every page."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001
    for name in ("w:cantSplit", *["w:tblHeader"] * repeated):
        element = OxmlElement(name)
        element.set(qn("w:val"), "true")
        properties.append(element)


_ALIGN = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT,
          "both": WD_ALIGN_PARAGRAPH.JUSTIFY}


def _styled(paragraph: Any, text: str, font: str, size: float, *, align: str = "left", indent: bool = False, tight: bool = False) -> None:
    run = paragraph.add_run(clean(text))
    run.font.name, run.font.size = NUMBERS[0], Pt(size)
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)  # noqa: SLF001
    form = paragraph.paragraph_format
    form.alignment, form.space_before, form.space_after = _ALIGN[align], Pt(2 * tight), Pt(2 * tight)
    form.keep_with_next = font == HEAD_FONT  # a heading does not stay behind alone
    form.line_spacing_rule = WD_LINE_SPACING.SINGLE if tight else WD_LINE_SPACING.EXACTLY
    if not tight:
        form.line_spacing = Pt(max(28, size * 1.5))
    if indent:
        form.first_line_indent = Pt(size * 2)


def plain_template(kind: Kind) -> bytes:
    """The template that is shipped, made from its wording; offices take it as the start of their own."""
    document = Document()
    _page(document)
    looks: dict[str, Callable[[str], None]] = {
        "#": lambda text: _styled(document.add_paragraph(), text, TITLE_FONT, 22, align="center"),
        "~": lambda text: _styled(document.add_paragraph(), text, BODY_FONT, 16, align="center"),
        "=": lambda text: _styled(document.add_paragraph(), text, HEAD_FONT, 16, indent=True),
        ">": lambda text: _styled(document.add_paragraph(), text, BODY_FONT, 16, align="right"),
        "_": lambda text: _styled(document.add_paragraph(), text, BODY_FONT, 16),
    }
    for line in (WORDING / f"{kind}.txt").read_text(encoding="utf-8").splitlines():
        mark, _, text = line.partition(" ")
        if mark in looks:
            looks[mark](text)
        elif line.strip():
            addressed = line.endswith("}}：")
            _styled(document.add_paragraph(), line, BODY_FONT, 16, align="left" if addressed else "both", indent=not addressed)
    _keep_signed(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _keep_signed(document: Any) -> None:
    """A signature does not stand on a page of its own: the last words of the text go with it."""
    lines = document.paragraphs
    signed = [place for place, line in enumerate(lines) if line.alignment == WD_ALIGN_PARAGRAPH.RIGHT]
    text = max((place for place in range(signed[0]) if lines[place].text), default=0)
    for line in lines[text:signed[-1]]:
        line.paragraph_format.keep_with_next = True


def _page(document: Any) -> None:
    """A4 with the margins of an official letter, and its page number at the foot."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    foot = section.footer.paragraphs[0]
    _styled(foot, "— ", BODY_FONT, 14, align="center", tight=True)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = foot.add_run()
        run.font.size = Pt(14)
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)  # noqa: SLF001
    foot.add_run(" —").font.size = Pt(14)


def writes_full_marks(document: Any) -> bool:
    """Whether a template punctuates as official letters do (，：；): what is put into it follows."""
    return any(mark in paragraph.text for paragraph in paragraphs_of(document) for mark in "，：；（")


def punctuated(draft: Draft) -> Draft:
    def block(said: Block) -> Block:
        return official(said) if isinstance(said, str) else table(said)

    def table(said: Table) -> Table:
        lines = [[official(each) for each in line] for line in said.lines]
        return replace(said, heads=[official(each) for each in said.heads], lines=lines)

    blocks = {name: [block(each) for each in said] for name, said in draft.blocks.items()}
    words = {name: official(word) for name, word in draft.words.items()}
    return replace(draft, words=words, blocks=blocks, annexes=[table(each) for each in draft.annexes])
