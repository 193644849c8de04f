"""What a letter is drafted from: the words a person fills in, and the names that a template must hold."""

import datetime
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from docx import Document

Kind = Literal["bulletin", "feedback", "order"]
NOBODY = "(无)"
NAME = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")
NEEDED: Mapping[Kind, set[str]] = {
    "bulletin": {"总体情况", "未达序时", "未提及", "口径"}, "feedback": {"责任单位", "核对表", "期限"}, "order": {"督办表", "编号"}}
"""The names without which a letter of this kind would say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What a drafter fills in: 期号, 主送, 报, 送, 签发人, 落款, 日期; for 核对反馈 the working days to object and the last of them."""

    date: datetime.date
    issue: str = ""
    to: str = "各科室、各责任单位"
    report: str = ""
    copies: str = ""
    signer: str = ""
    signature: str = ""
    days: int = 3
    until: datetime.date | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A table in a letter: its heads, the widths of its columns in mm, and what its cells say; `prose` are the columns of longer texts,
    which stand at the left.
    """

    heads: Sequence[str]
    widths: Sequence[float]
    lines: Sequence[Sequence[str]]
    prose: Sequence[int] = (1,)
    size: float = 10.5
    number: str = ""
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


def names_in(template: bytes) -> set[str]:
    """The names that a template uses; raises ValueError for what is no Word file."""
    try:
        document = Document(io.BytesIO(template))
    except Exception as error:
        raise ValueError("这不是 .docx 文件,或文件已损坏。") from error
    return {name for paragraph in paragraphs_of(document) for name in NAME.findall(paragraph.text)}


def paragraphs_of(document: Any) -> list[Any]:
    found = list(document.paragraphs)
    for table in document.tables:
        found += [paragraph for row in table.rows for cell in row.cells for paragraph in cell.paragraphs]
    for section in document.sections:
        found += [*section.header.paragraphs, *section.footer.paragraphs]
    return found
