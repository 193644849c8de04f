"""Tables: row label + column head + cell make the figure. A row is a paragraph whose cells are parted by tabs.

Cells that hold sentences (目标任务, 进展情况) are read as sentences; the row then tells who is responsible and until when.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine import indicators
from engine.columns import FIGURES, UNIT_IN_HEAD, Column, Head, head_of, is_head
from engine.lexicon import either
from engine.numerals import ARABIC, number
from engine.outline import Paragraph, Piece, pieces
from engine.periods import due_of
from engine.statements import Frame, read_paragraph
from engine.units import UNIT
from engine.values import Comparator, Department, Kind, Measure, Statement
from engine.wordlines import table

_CELL = re.compile(
    rf"(?P<before>[≥≤><]|不低于|不少于|不超过|控制在|力争)?(?P<sign>-|下降|减少|降)?(?P<value>{ARABIC})(?:%?[-~—至](?P<high>{ARABIC}))?"
    rf"(?P<scale>[万亿]?)(?P<unit>{UNIT})?(?P<after>以上|及以上|以内|以下|左右)?")
_BRACKET = re.compile(rf"\((?:单位:)?(?:[十百千万亿]*(?:{UNIT})|%|‰)\)$")
_DUE_MONTH = re.compile(r"(?P<year>20\d{2})[年.-](?P<month>\d{1,2})", re.ASCII)
_SIGNS: dict[str, Comparator] = {"≥": ">=", "≤": "<=", ">": ">", "<": "<", "不低于": ">=", "不少于": ">=", "不超过": "<=", "控制在": "<=",
                                 "以上": ">=", "及以上": ">=", "以内": "<=", "以下": "<=", "左右": "~"}
_RATE = re.compile("(?:增速|增幅|增长率|增长)$|(?P<fall>降幅|下降率|下降)$")
_MEASURES: dict[str, Measure] = {"completion": "completion", "growth": "growth"}
_TOTAL = re.compile(either(table("columns")["rows"]["total"]))
_SHARED = ("lead", "support", "due")
# A figure of a sentence that leaves its thing to the task of the row: 已完成3家.
_BARE = re.compile(rf"(?P<value>{ARABIC})(?P<unit>[万亿]?(?:{UNIT}))")
# What is left where a sentence in a cell does not name its thing: the row does.
_DEEDS = frozenset(["", *table("columns")["rows"]["deeds"]])
_LEAST_SENTENCE = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row: its text and where it begins in the compact string of the row."""

    string: str
    start: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row with what its columns say: `told` are the words of each kind of column."""

    paragraph: Paragraph
    cells: Sequence[Cell]
    told: Mapping[str, str]
    indicator: str
    unit: str

    @property
    def whole(self) -> tuple[int, int]:
        span = self.paragraph.span(0, len(self.paragraph.string.rstrip("\r\n")))
        return span.start, span.end


def cells(paragraph: Paragraph) -> list[Cell]:
    """The cells of a row in order."""
    found, start = [], 0
    for part in paragraph.string.rstrip("\r\n").split("\t"):
        found.append(Cell(part.strip(), start + len(part) - len(part.lstrip())))
        start += len(part) + 1
    return found


def is_row(paragraph: Paragraph) -> bool:
    """True for a paragraph that is the row of a table."""
    return "\t" in paragraph.string


def read_table(rows: list[Paragraph], frame: Frame) -> Iterator[Statement]:
    """The figures of a table whose first row without numbers names its columns; nothing where no row does."""
    parted = [cells(row) for row in rows]
    said = [[cell.string for cell in row] for row in parted]
    first = next((place for place, row in enumerate(said) if is_head(row)), None)
    if first is None:
        return
    head = head_of(said, first, frame.section_year)
    if not head.labels:
        return
    shared: dict[str, str] = {}
    for paragraph, found in zip(rows[first + head.rows:], parted[first + head.rows:], strict=True):
        row = _row(paragraph, found, head, shared)
        if row.indicator:
            yield from _statements(row, head, frame)


def _row(paragraph: Paragraph, found: list[Cell], head: Head, shared: dict[str, str]) -> Row:
    told = {head.columns[place].kind: cell.string for place, cell in enumerate(found) if place < len(head.columns) and cell.string}
    if any(kind in told for kind in _SHARED):
        shared.clear()
        shared.update({kind: told[kind] for kind in _SHARED if kind in told})
    label = next((found[place].string for place in reversed(head.labels) if place < len(found) and found[place].string), "")
    named = UNIT_IN_HEAD.search(label)
    # Who is responsible is often one merged cell for several rows: only its first says it.
    return Row(paragraph, found, {**shared, **told}, _indicator(label), told.get("unit", "") or (named["unit"] if named else "") or "")


def _indicator(label: str) -> str:
    bare = _BRACKET.sub("", re.sub(r"\([^()]*(?:单位|元|%|家|个)[^()]*\)$", "", re.sub(r"^\d+[.、]", "", label)))
    return indicators.noun(bare) or bare


def _statements(row: Row, head: Head, frame: Frame) -> Iterator[Statement]:
    """Figures of the row's cells, then what its sentences say; a task in words counts where no column gives its figure."""
    made: list[Statement] = []
    for cell, column in zip(row.cells, head.columns, strict=False):
        value = _CELL.fullmatch(cell.string)
        if value and column.kind in FIGURES:
            made.append(_statement(row, cell, value, _named(row, column, head), frame))
    for cell, column in zip(row.cells, head.columns, strict=False):
        kind = _sentence_kind(column, bool(made))
        if kind and len(cell.string) >= _LEAST_SENTENCE and not _CELL.fullmatch(cell.string):
            made += _sentences(row, cell, column, kind, frame)
    thing = next((each.indicator for each in made if each.kind == "target"), row.indicator)
    yield from sorted((replace(each, indicator=thing) if each.indicator in _DEEDS else each for each in made), key=lambda each: each.start)


def _named(row: Row, column: Column, head: Head) -> tuple[Column, str]:
    """The column with the indicator of its cell: in a matrix the head above names it, and the row says where."""
    if not head.is_matrix or not column.group:
        return column, row.indicator
    return column, ("" if _TOTAL.search(row.indicator) else row.indicator) + _indicator(column.group)


def _statement(row: Row, cell: Cell, value: re.Match[str], named: tuple[Column, str], frame: Frame) -> Statement:
    column, indicator = named
    begin = cell.start + value.start("value")
    end = cell.start + max(value.end(name) for name in ("value", "high", "scale", "unit"))
    span = row.paragraph.span(begin, end)
    unit = value["scale"] + (value["unit"] or "") or _usual_unit(column, row)
    kind = _statement_kind(column, frame)
    rate = _RATE.search(indicator)
    fall, indicator = bool(rate and rate["fall"]), _RATE.sub("", indicator) or indicator
    amount = number(value["value"])
    return Statement(
        doc=frame.doc, start=span.start, end=span.end, figure=frame.text[span.start:span.end], kind=kind, indicator=indicator,
        measure="growth" if rate and column.kind != "completion" else _measure(column, unit),
        comparator=_SIGNS.get(value["before"] or "", _SIGNS.get(value["after"] or "", "=")),
        value=-amount if amount is not None and (value["sign"] or fall) else amount, high=number(value["high"]) if value["high"] else None,
        unit=unit, year=column.year, months=_months(column, kind, frame),
        due=_due(row.told.get("due", ""), column.year) if kind == "target" else None, section=frame.section, sentence=row.whole,
        commitment=row.whole[0], departments=_departments(row.told) if kind == "target" else (), rules=("table", column.kind))


def _usual_unit(column: Column, row: Row) -> str:
    """A rate is in per cent, whatever the unit of the row's amounts."""
    return column.unit or ("%" if column.kind in _MEASURES else row.unit)


def _months(column: Column, kind: Kind, frame: Frame) -> tuple[int, int] | None:
    if kind != "result" or column.kind == "former":
        return None
    last = column.month or frame.cutoff
    return (1, last) if last and last < 12 else None


def _statement_kind(column: Column, frame: Frame) -> Kind:
    if column.kind == "target":
        return "target"
    if column.kind in ("result", "former", "completion") or (column.year or 0) < (frame.section_year or 0):
        return "result"
    return frame.section_kind


def _measure(column: Column, unit: str) -> Measure:
    if column.kind in _MEASURES:
        return _MEASURES[column.kind]
    return "ratio" if unit in ("%", "‰") else "amount"


def _due(written: str, year: int | None) -> str | None:
    found = _DUE_MONTH.search(written)
    return f"{found['year']}-{int(found['month']):02d}" if found else due_of(written + "底前" if written.endswith("月") else written, year)


def _departments(told: Mapping[str, str]) -> tuple[Department, ...]:
    parted = {role: [name for name in re.split(r"[、,;\s]+", told.get(role, "")) if name] for role in ("lead", "support")}
    leads = [Department(name, "lead" if not place else "support") for place, name in enumerate(parted["lead"])]
    return (*leads, *(Department(name, "support") for name in parted["support"]))


# --- cells that hold sentences ---------------------------------------------------------------------------------------------


def _sentence_kind(column: Column, has_figures: bool) -> Kind | None:
    if column.kind in ("progress", "result"):
        return "result"
    return "target" if column.kind == "target" or (column.kind == "name" and not has_figures) else None


def _sentences(row: Row, cell: Cell, column: Column, kind: Kind, frame: Frame) -> Iterator[Statement]:
    paragraph = part(row.paragraph, cell.start, cell.start + len(cell.string))
    own = Frame(frame.doc, frame.text, column.year or frame.section_year, kind, frame.cutoff)
    found = read_paragraph(paragraph, [_plain(piece) for piece in pieces(paragraph)], own).statements
    if not found and kind == "result":
        found = tuple(_bare_figure(row, cell, column, frame))
    for each in found:
        promised = each.kind == "target"
        yield replace(
            each, section=frame.section, commitment=row.whole[0] if promised else each.commitment, rules=(*each.rules, "table-sentence"),
            departments=each.departments or (_departments(row.told) if promised else ()),
            due=each.due or (_due(row.told.get("due", ""), each.year) if promised else None))


def _bare_figure(row: Row, cell: Cell, column: Column, frame: Frame) -> Iterator[Statement]:
    """已完成3家, whose thing the row names."""
    found = _BARE.search(cell.string)
    value = _CELL.fullmatch(found.group()) if found else None
    if found and value:
        named = replace(column, kind="result"), row.indicator
        yield _statement(row, Cell(found.group(), cell.start + found.start()), value, named, frame)


def _plain(piece: Piece) -> Piece:
    """In a cell nothing is a heading."""
    return replace(piece, level=None) if piece.level is not None and not piece.level else piece


def part(paragraph: Paragraph, begin: int, end: int) -> Paragraph:
    """A part of a paragraph as one of its own, its places still those of the text."""
    source, before = paragraph.source(begin), bisect_right(paragraph.at, begin)
    gone = paragraph.lost[before - 1] if before else 0
    kept = [(at - begin, lost - gone) for at, lost in zip(paragraph.at[before:], paragraph.lost[before:], strict=True) if at < end]
    return Paragraph(paragraph.string[begin:end], source, paragraph.written[begin:end], tuple(at for at, _ in kept),
                     tuple(lost for _, lost in kept))
