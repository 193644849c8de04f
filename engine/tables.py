"""Tables: row label + column head + cell make the figure. A row is a paragraph whose cells are parted by tabs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine import indicators
from engine.lexicon import either
from engine.numerals import ARABIC, number
from engine.outline import Paragraph
from engine.periods import YEAR, due_of, year_of
from engine.statements import Frame
from engine.units import UNIT
from engine.values import Comparator, Department, Kind, Measure, Statement
from engine.wordlines import table

_COLUMNS = {kind: re.compile(either(entries)) for kind, entries in table("columns")["kinds"].items()}
_CELL = re.compile(
    rf"(?P<before>[≥≤><]|不低于|不少于|不超过|控制在|力争)?(?P<sign>-|下降|减少|降)?(?P<value>{ARABIC})(?P<scale>[万亿]?)(?P<unit>{UNIT})?"
    r"(?P<after>以上|及以上|以内|以下|左右)?")
_UNIT_IN_HEAD = re.compile(rf"\((?:单位:)?(?P<unit>[十百千万亿]*(?:{UNIT})|%)\)|(?P<percent>[±+]?%)")
_DUE_MONTH = re.compile(r"(?P<year>20\d{2})[年.-](?P<month>\d{1,2})")
_SIGNS: dict[str, Comparator] = {"≥": ">=", "≤": "<=", ">": ">", "<": "<", "不低于": ">=", "不少于": ">=", "不超过": "<=", "控制在": "<=",
                                 "以上": ">=", "及以上": ">=", "以内": "<=", "以下": "<=", "左右": "~"}
_RATE = re.compile("(?:增速|增幅|增长率|增长)$|(?P<fall>降幅|下降率|下降)$")
_MEASURES: dict[str, Measure] = {"completion": "completion", "growth": "growth"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row: its text and where it begins in the compact string of the row."""

    string: str
    start: int


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds: the kind its head names, with the year and the unit written there."""

    kind: str
    head: str
    year: int | None = None
    unit: str = ""


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
    first = next((place for place, row in enumerate(parted) if _is_head(row)), None)
    if first is None:
        return
    columns = [_column(cell.string, frame) for cell in parted[first]]
    names = [place for place, column in enumerate(columns) if column.kind == "name"]
    if not names:
        return
    for row, found in zip(rows[first + 1:], parted[first + 1:], strict=True):
        yield from _row(row, found, columns, names, frame)


def _is_head(row: list[Cell]) -> bool:
    kinds = [_kind_of(cell.string) for cell in row if cell.string]
    return len(kinds) >= 2 and "name" in kinds and not any(_CELL.fullmatch(cell.string) and not YEAR.match(cell.string) for cell in row)


def _kind_of(head: str) -> str:
    """The kind that a column's head names; a bare year is a column of figures of that year."""
    found = next((kind for kind, pattern in _COLUMNS.items() if pattern.search(head)), "")
    return "year" if YEAR.match(head) and found in ("", "name") else found


def _column(head: str, frame: Frame) -> Column:
    named, unit = YEAR.search(head), _UNIT_IN_HEAD.search(head)
    kind = _kind_of(head)
    year = year_of(named[1]) if named else frame.section_year
    if kind == "former" and not named and year:
        year -= 1
    return Column(kind, head, year, (unit["unit"] or "%") if unit else "")


def _row(row: Paragraph, found: list[Cell], columns: list[Column], names: list[int], frame: Frame) -> Iterator[Statement]:
    told = {columns[place].kind: cell.string for place, cell in enumerate(found) if place < len(columns)}
    label = next((found[place].string for place in reversed(names) if place < len(found) and found[place].string), "")
    indicator = _indicator(label)
    if not indicator:
        return
    named = _UNIT_IN_HEAD.search(label)
    usual = told.get("unit", "") or (named["unit"] if named else "") or ""
    for place, cell in enumerate(found[:len(columns)]):
        column, value = columns[place], _CELL.fullmatch(cell.string)
        if value and column.kind in ("target", "result", "former", "growth", "completion", "year"):
            unit = value["scale"] + (value["unit"] or "") or column.unit or usual
            yield _statement(row, cell, value, column, indicator, unit, told, frame)


def _indicator(label: str) -> str:
    bare = re.sub(r"\([^()]*(?:单位|元|%|家|个)[^()]*\)$", "", re.sub(r"^\d+[.、]", "", label))
    return indicators.noun(bare) or bare


def _statement(row: Paragraph, cell: Cell, value: re.Match[str], column: Column, indicator: str, unit: str,
               told: dict[str, str], frame: Frame) -> Statement:
    begin = cell.start + value.start("value")
    end = cell.start + max(value.end("value"), value.end("scale"), value.end("unit"))
    span, whole = row.span(begin, end), row.span(0, len(row.string.rstrip("\r\n")))
    kind = _statement_kind(column, frame)
    rate = _RATE.search(indicator)
    fall, indicator = bool(rate and rate["fall"]), _RATE.sub("", indicator) or indicator
    amount = number(value["value"])
    year = column.year
    cutoff = frame.cutoff if kind == "result" and frame.cutoff and frame.cutoff < 12 else None
    return Statement(
        doc=frame.doc, start=span.start, end=span.end, figure=frame.text[span.start:span.end], kind=kind, indicator=indicator,
        measure="growth" if rate else _measure(column, unit),
        comparator=_SIGNS.get(value["before"] or "", _SIGNS.get(value["after"] or "", "=")),
        value=-amount if amount is not None and (value["sign"] or fall) else amount, unit=unit, year=year,
        months=(1, cutoff) if cutoff else None,
        due=_due(told.get("due", ""), year) if kind == "target" else None, section=frame.section, sentence=(whole.start, whole.end),
        commitment=whole.start, departments=_departments(told) if kind == "target" else (), rules=("table", column.kind))


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


def _departments(told: dict[str, str]) -> tuple[Department, ...]:
    parted = {role: [name for name in re.split(r"[、,;\s]+", told.get(role, "")) if name] for role in ("lead", "support")}
    leads = [Department(name, "lead" if not place else "support") for place, name in enumerate(parted["lead"])]
    return (*leads, *(Department(name, "support") for name in parted["support"]))
