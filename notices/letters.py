"""督查通报, 核对反馈 and 督办通知单 as Word. Wording stands in a template that an office may replace; numbers come from the ledger's rows.

A template is a Word file with names in double braces. A name within a line becomes a few words ({{期号}}), one that has a line to itself
may become several lines or a table ({{未达序时}}).
"""

import datetime
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from notices.drafts import NAME, Fields, Kind, paragraphs_of
from notices.sentences import flips, sentence, told
from reports.ledgers import LedgerHead, LedgerRow, by_department, summary, worst_first
from reports.ledgers.marks import clean
from reports.ledgers.rows import GOOD, UNASSIGNED
from reports.ledgers.sheets import BODY_FONT, HEAD_FONT, TITLE_FONT
from targets.models import Status

WORDING = Path(__file__).parent / "wording"
NUMBERS = ("Times New Roman", "Times New Roman")
NOBODY = "(无)"


@dataclass(frozen=True, slots=True)
class Table:
    """A table in a letter: its heads, the widths of its columns in mm, and what its cells say."""

    heads: Sequence[str]
    widths: Sequence[float]
    lines: Sequence[Sequence[str]]
    title: str = ""


Block = str | Table
Blocks = Mapping[str, Sequence[Block]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A letter before it is written: short words and blocks by the names of the template, and what was left out of it and why."""

    kind: Kind
    words: Mapping[str, str]
    blocks: Blocks
    annexes: Sequence[Table] = ()
    left_out: Sequence[str] = ()


# --- what the letters say ---------------------------------------------------------------------------------------------------


def bulletin(rows: Sequence[LedgerRow], head: LedgerHead, said: Fields) -> Draft:
    """督查通报. Only firm targets that a person confirmed are told; the others are left out by name, for the drafter."""
    sure = [row for row in rows if row.confirmed and not row.stretch]
    doubtful = [row for row in sure if flips(row) or row.status == Status.UNCLEAR]
    clear = [row for row in sure if row not in doubtful]
    worst, good = worst_first(clear), [row for row in clear if row.status in GOOD]
    silent = [row for row in clear if row.status == Status.UNREPORTED]
    blocks: dict[str, Sequence[Block]] = {
        "总体情况": [summary(rows)], "口径": _rules(head),
        "未达序时": _numbered(f"{sentence(row)}(责任单位:{row.answerable})" for row in worst),
        "达到序时": [f"经核实达到序时进度及已完成的目标任务{len(good)}个,见附件2。" if good else NOBODY],
        "待核实": _numbered(_doubt(row) for row in doubtful), "未提及": questions(silent),
    }
    annexes = [_annex("附件1 慢序时目标任务", worst), _annex("附件2 按序时及已完成目标任务", good)]
    left = [f"{row.indicator}({row.cited}):{row.word or '待研判'},未经人工确认"
            for row in rows if not row.confirmed and not row.stretch]
    return Draft(kind="bulletin", words=_words(head, said) | {"附件": "1.慢序时目标任务;2.按序时及已完成目标任务"}, blocks=blocks,
                 annexes=annexes, left_out=left)


def feedback(rows: Sequence[LedgerRow], head: LedgerHead, said: Fields) -> list[Draft]:
    """核对反馈: for each department its own rows, confirmed or not, with room to object. Rows of nobody go to nobody."""
    groups = by_department(row for row in rows if row.lead)
    return [
        Draft(kind="feedback", words=_words(head, said) | {"责任单位": name}, blocks={"核对表": [_asked(group)], "口径": _rules(head)})
        for name, group in groups.items()
    ]


def order(head: LedgerHead, said: Fields, *, number: str, matter: str, basis: str, instruction: str, department: str,
          until: datetime.date | None) -> Draft:
    """督办通知单."""
    lines = [("督办事项", matter), ("督办依据", basis), ("领导批示", instruction or "—"), ("承办单位", department or UNASSIGNED),
             ("反馈时限", _day(until) if until else "—"), ("签收", "签收人:            签收时间:")]
    return Draft(kind="order", words=_words(head, said) | {"编号": number, "承办单位": department or UNASSIGNED},
                 blocks={"督办表": [Table(("项目", "内容"), (32, 124), lines)]})


def questions(rows: Iterable[LedgerRow]) -> list[Block]:
    """What was not mentioned, as questions to each department."""
    lines: list[Block] = []
    for name, group in by_department(rows).items():
        asked = ";".join(f"{row.indicator}({row.cited},目标{row.promise})" for row in group)
        lines.append(f"请{name}说明以下{len(group)}项截至目前的进展、完成数和预计完成时间:{asked}。")
    return lines or [NOBODY]


def _doubt(row: LedgerRow) -> str:
    return f"{sentence(row)}{row.contradicted + '。' if row.contradicted else ''}请{row.answerable}核实。"


def _numbered(lines: Iterable[str]) -> list[Block]:
    return [f"{place}.{line}" for place, line in enumerate(lines, start=1)] or [NOBODY]


def _rules(head: LedgerHead) -> list[Block]:
    """The rule in force, so that a number can be checked by whoever reads it."""
    pace = head.timing or "序时进度按各项数据所含最后一个月计算"
    return [f"口径:{head.period};{pace};总量指标比序时进度,增速、比率指标比目标值;{';'.join(head.rules)}".rstrip("。;") + "。"]


def _annex(title: str, rows: Sequence[LedgerRow]) -> Table:
    return Table(("序号", "目标任务", "年度目标", "完成情况", "完成率(%)", "较序时(较目标)", "状态", "责任单位"),
                 (14, 52, 32, 36, 18, 22, 30, 40), [_annex_line(row) for row in rows], title)


def _annex_line(row: LedgerRow) -> tuple[str, ...]:
    percent = "—" if row.percent is None or row.measure in ("growth", "change", "ratio") or not row.value else str(row.percent)
    return (row.number, row.indicator, row.promise, row.achievement or "—", percent, _signed(row), row.word, row.answerable)


def _signed(row: LedgerRow) -> str:
    return "—" if row.difference is None else f"{row.difference:+f}" if row.difference else f"{row.difference:f}"


def _asked(rows: Sequence[LedgerRow]) -> Table:
    lines = [(row.number, row.indicator, row.promise, told(row), row.word, "") for row in rows]
    return Table(("序号", "目标任务", "年度目标", "初步核对情况", "初步结论", "意见及说明"), (14, 36, 24, 44, 18, 20), lines)


def _words(head: LedgerHead, said: Fields) -> dict[str, str]:
    return {
        "单位": head.office, "年度": f"{head.year}年" if head.year else "", "截至": head.period, "期号": said.issue, "主送": said.to,
        "报": said.report or "—", "送": said.copies or "—", "签发人": said.signer or "—", "落款": said.signature or head.office,
        "日期": _day(said.date), "天数": str(said.days), "期限": _day(said.until or said.date), **said.extra,
    }


def _day(date: datetime.date) -> str:
    return f"{date.year}年{date.month}月{date.day}日"


# --- Word -------------------------------------------------------------------------------------------------------------------


def write_letters(drafts: Sequence[Draft], template: bytes | None = None) -> bytes:
    """One Word file with these letters, each on a page of its own; they share kind and template."""
    whole: Any = None
    for draft in drafts:
        document = Document(io.BytesIO(template or plain_template(draft.kind)))
        _fill(document, draft)
        for annex in draft.annexes:
            _add_annex(document, annex)
        whole = document if whole is None else _joined(whole, document)
    out = io.BytesIO()
    (whole or Document()).save(out)
    return out.getvalue()


def _joined(whole: Any, more: Any) -> Any:
    whole.add_page_break()
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
        elif "{{" in paragraph.text:
            _replace(paragraph, draft)


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
    _styled(document.add_paragraph(), annex.title, HEAD_FONT, 16)
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
            _styled(cell.paragraphs[0], text, HEAD_FONT if line[0] is None else BODY_FONT, 10.5, tight=True,
                    align="center" if line[0] is None or len(text) < 8 else "left")
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
    }
    for line in (WORDING / f"{kind}.txt").read_text(encoding="utf-8").splitlines():
        mark, _, text = line.partition(" ")
        if mark in looks:
            looks[mark](text)
        elif line.strip():
            addressed = line.endswith("}}:")
            _styled(document.add_paragraph(), line, BODY_FONT, 16, align="left" if addressed else "both", indent=not addressed)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


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
