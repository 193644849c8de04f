"""Tables: row label + column head + cell make the figure. A row is a paragraph whose cells are parted by tabs.

Cells that hold sentences (目标任务, 进展情况) are read as sentences; the row then tells who is responsible and until when.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from engine import indicators, progress
from engine.cells import Value, triangles_rise, values
from engine.columns import AMOUNT, TOTAL, UNIT_IN_HEAD, Column, Head, fits, head_of, is_head, is_new_head
from engine.departments import names
from engine.headings import Frame
from engine.lexicon import either
from engine.numerals import ARABIC
from engine.outline import HEADING_LENGTH, Paragraph, Piece, pieces
from engine.periods import PERIOD, due_of, months_of
from engine.statements import read_paragraph
from engine.text import fold
from engine.units import UNIT
from engine.values import Department, Found, Kind, Measure, Statement, Unplaced
from engine.wordlines import table

_BRACKET = re.compile(rf"\((?:单位:)?(?:[十百千万亿]*(?:{UNIT})|%|‰)\)$|(?<=[^\d(])/(?:[十百千万亿]*(?:{UNIT}))$")
_UNIT_LINE = re.compile(rf"(?:^|[^一-鿿])(?:计量|金额)?单位:(?P<units>(?:[十百千万亿]*(?:{UNIT}|%|‰)[、,;/]?)+)")
_DUE_MONTH = re.compile(r"(?P<year>20\d{2})[年.-](?P<month>\d{1,2})", re.ASCII)
_RATE = re.compile("(?:增速|增幅|增长率|增长)$|(?P<fall>降幅|下降率|下降)$")
# What is an amount by nature has a rate of growth where its unit is %: 规上工业增加值 7.5%.
_LEVEL = re.compile("(?:增加值|生产总值|总产值|产值|投资|收入|支出|零售总?额|销售总?额|进出口(?:总[额值])?|(?<![年月])GDP|税收)$")
_ROWS = table("columns")["rows"]
_SHARED = ("lead", "support", "due")
# A figure of a sentence that leaves its thing to the task of the row: 已完成3家.
_BARE = re.compile(rf"(?P<value>{ARABIC})(?P<unit>[万亿]?(?:{UNIT}))")
# What is left where a sentence in a cell does not name its thing: the row does.
_DEEDS = frozenset(["", *_ROWS["deeds"]])
_STAGES, _PARTS = frozenset(_ROWS["stages"]), frozenset(_ROWS["parts"])
_DEED = re.compile(f"(?:已|全部)*(?P<deed>{either([*_ROWS['deeds'], *_ROWS['stages']])})")
_LEAST_SENTENCE = 4
_NO_FIGURE = re.compile(r"\d(?:[\d.]*)(?=[年月日号期层届])|20\d{2}(?=[.\-/])|[A-Za-z]+[\d.]+")
# 奋斗目标 in 备注 says of the whole row what 力争 says of a figure.
_WISHED = re.compile(rf"(?:{either(table('columns')['sides']['stretch'])})(?:$|[、,;。])")
_TURN = {"name": 1, "content": 1, "progress": 2}
"""Promises are read before what came of them, so that the thing of a row has a name."""
_INTERLUDE = 2
"""So many short lines may part the rows of a table: a section's name that runs across it, a page's edge."""


class Cell(NamedTuple):
    """One cell of a row: its text and where it begins in the compact string of the row."""

    string: str
    start: int


class Row(NamedTuple):
    """A row with what its columns say: `told` are the words of each role, `aspect` the column that its own cell makes of it."""

    paragraph: Paragraph
    cells: Sequence[Cell]
    told: Mapping[str, str]
    indicator: str
    unit: str
    aspect: Column | None = None

    @property
    def whole(self) -> tuple[int, int]:
        span = self.paragraph.span(0, len(self.paragraph.string.rstrip("\r\n")))
        return span.start, span.end

    @property
    def section(self) -> tuple[str, ...]:
        return (self.told["category"],) if self.told.get("category") else ()


def cells(paragraph: Paragraph) -> list[Cell]:
    """The cells of a row in order."""
    found, start = [], 0
    for part in paragraph.string.rstrip("\r\n").split("\t"):
        found.append(Cell(part.strip(), start + len(part) - len(part.lstrip())))
        start += len(part) + 1
    return found


class Tables:
    """Reads the tables of one document in order; a table goes on behind a line or two that part its rows."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._head: Head | None = None
        self._carried: dict[str, str] = {}
        self._unit = ""
        self._passed = 0
        self._rise = False

    def passed(self, paragraph: Paragraph) -> None:
        """A paragraph between rows: the name of a section, the unit of the table below, or the end of the table above."""
        string = paragraph.string.strip()
        if unit := _unit_line(string):
            self._unit = unit
        self._passed += 1
        if self._passed > _INTERLUDE or len(string) > HEADING_LENGTH or string.endswith("。"):
            self._head = None
        self._carried.clear()

    def read(self, rows: list[Paragraph]) -> Found:
        """What stands in rows that follow each other; a row that names columns begins a table."""
        parted = [cells(row) for row in rows]
        said = [[cell.string for cell in row] for row in parted]
        self._rise = triangles_rise(cell for row in said for cell in row)
        found, place = Found(), 0
        if self._head is not None and not fits(said, self._head):
            self._head = None
        while place < len(rows):
            place = self._row(rows, parted, said, place, found)
        self._passed = 0
        return found

    def _row(self, rows: list[Paragraph], parted: list[list[Cell]], said: list[list[str]], place: int, found: Found) -> int:
        """Takes the head or the row at a place; where the next one is."""
        if self._begins(said[place]):
            self._head = head_of(said, place, self._frame.section_year)
            self._carried.clear()
            return place + self._head.rows
        if self._head is None:
            self._unit = next((unit for cell in said[place] if (unit := _unit_line(cell))), self._unit)
            found.unplaced += _strays(rows[place], parted[place])
        elif self._head.labels:
            self._take(_Reader(self._frame, self._head, self._unit, self._rise), rows[place], parted[place], found)
        return place + 1

    def _begins(self, row: Sequence[str]) -> bool:
        return is_head(row) if self._head is None else is_new_head(row, self._head)

    def _take(self, reader: "_Reader", paragraph: Paragraph, parted: list[Cell], found: Found) -> None:
        row = reader.row(paragraph, parted, self._carried)
        if row.indicator:
            found.take(reader.read(row))


def _unit_line(string: str) -> str:
    """单位:万元 above a table, which holds for its amounts; where several units stand there none does."""
    found = _UNIT_LINE.search(string) if "单位:" in string else None
    units = [unit for unit in re.split("[、,;/]", found["units"]) if unit not in ("", "%", "‰")] if found else []
    return units[0] if len(units) == 1 else ""


def _strays(paragraph: Paragraph, parted: list[Cell]) -> Iterator[Unplaced]:
    """Numbers of a row that no head explains, where the row looks like one of a table."""
    if len(parted) < 3 or not any(re.search("[一-鿿]{2}", cell.string) for cell in parted):
        return
    for number, cell in enumerate(parted):
        for value in values(cell.string):
            if number or value.unit:
                yield _unplaced(paragraph, cell, value.start, value.end, "表头认不出")


def _unplaced(paragraph: Paragraph, cell: Cell, start: int, end: int, reason: str) -> Unplaced:
    span = paragraph.span(cell.start + start, cell.start + end)
    return Unplaced(span.start, span.end, cell.string[start:end], reason)


class _Reader:
    """Reads the rows below one head."""

    def __init__(self, frame: Frame, head: Head, unit: str, rise: bool) -> None:
        self.frame, self.head, self.unit, self.rise = frame, head, unit, rise
        self.cutoff = next((month for heading in reversed(frame.section) if (month := _until(fold(heading)))), frame.cutoff)

    def row(self, paragraph: Paragraph, found: list[Cell], carried: dict[str, str]) -> Row:
        """What the cells of a row say by their roles. What a merged cell says stands only in the first of its rows: `carried` keeps it."""
        columns = self.head.columns
        told = {columns[place].role: cell.string for place, cell in enumerate(found) if place < len(columns) and cell.string}
        label = next((found[place].string for place in reversed(self.head.labels) if place < len(found) and found[place].string), "")
        if any(role in told for role in _SHARED):
            for role in _SHARED:
                carried.pop(role, None)
        if label:
            carried.pop("unit", None)
            carried["label"] = label
        carried.update({role: told[role] for role in (*_SHARED, "unit", "category") if role in told})
        label = carried.get("label", "")
        named = UNIT_IN_HEAD.search(label)
        unit = carried.get("unit", "") or ((named["unit"] or named["slash"] or "") if named else "")
        aspect = self.head.aspect_of([cell.string for cell in found], self.frame.section_year)
        return Row(paragraph, found, {**carried, **told}, _indicator(label), unit.lstrip("±+-—–/"), aspect)

    def read(self, row: Row) -> Found:
        """Figures of the row's cells, then what its sentences say; a task in words counts where no column gives its figure."""
        made = Found()
        placed = [(cell, self._column(column, row)) for cell, column in zip(row.cells, self.head.columns, strict=False)]
        for cell, column in placed:
            if column.role == "figure" or (column.role == "progress" and not self._reports):
                made.statements += self._figures(row, cell, column)
            elif not column.role and column.head:
                made.unplaced += [_unplaced(row.paragraph, cell, each.start, each.end, f"列名“{column.head[:20]}”认不出")
                                  for each in values(cell.string)]
        for cell, column in sorted(placed, key=lambda each: _TURN.get(each[1].role, 0 if each[1].side == "target" else 2)):
            kind = self._sentence_kind(column, made=made)
            if kind and _says_something(cell.string, column) and not values(cell.string, up=self.rise):
                self._sentences(row, cell, column, kind, made)
        made.statements.sort(key=lambda each: each.start)
        return made

    @property
    def _reports(self) -> bool:
        return any(each.role == "figure" and each.side == "result" and not each.measure for each in self.head.columns)

    def _column(self, column: Column, row: Row) -> Column:
        """In a table whose rows take turns (目标, 进度, 完成比例) the row tells what a column of a place holds."""
        if row.aspect is None or column.role not in ("", "figure") or not (column.is_place or not column.role):
            return column
        own = row.aspect
        return replace(own, role="figure" if own.role else "", group=column.group or column.head, year=column.year or own.year,
                       head=column.head)

    def _figures(self, row: Row, cell: Cell, column: Column) -> Iterator[Statement]:
        for value in values(cell.string, up=self.rise):
            yield self._statement(row, cell, value, column)

    def _statement(self, row: Row, cell: Cell, value: Value, column: Column) -> Statement:
        span = row.paragraph.span(cell.start + value.start, cell.start + value.end)
        kind = self._kind(column)
        indicator = self._named(row, column)
        rate = _RATE.search(indicator)
        fall, indicator = bool(rate and rate["fall"]), _RATE.sub("", indicator) or indicator
        unit = value.unit or self._usual_unit(column, row)
        amount = value.amount * 100 if column.fraction else value.amount
        promised = kind == "target"
        stretch = promised and (value.stretch or column.stretch or _WISHED.match(row.told.get("note", "")) is not None)
        return Statement(
            doc=self.frame.doc, start=span.start, end=span.end, figure=self.frame.text[span.start:span.end], kind=kind, indicator=indicator,
            measure=_measure(column, unit, indicator, grows=bool(rate) or value.grows), comparator=value.comparator,
            value=-abs(amount) if fall else amount, high=value.high, unit=unit, year=column.year, months=self._months(column, kind),
            stretch=stretch, ambition=promised and value.tries and not stretch,
            due=self._due(row, column) if promised else None, section=(*self.frame.section, *row.section), sentence=row.whole,
            commitment=row.whole[0], departments=_departments(row.told) if promised else (), rules=("table", column.kind))

    def _named(self, row: Row, column: Column) -> str:
        """The indicator of a cell: in a matrix the head above names it, and the row says where; a head that names a place says where."""
        group = _indicator(column.group)
        if self.head.is_matrix and group:
            return ("" if TOTAL.search(row.indicator) else row.indicator) + group
        if column.is_place:
            return ("" if TOTAL.search(group) else column.group) + row.indicator
        return row.indicator + (column.thing if column.thing not in row.indicator else "")

    def _usual_unit(self, column: Column, row: Row) -> str:
        """A rate is in per cent, whatever the unit of the row's amounts."""
        return column.unit or ("%" if column.measure in ("growth", "completion") else row.unit or self.unit)

    def _kind(self, column: Column) -> Kind:
        if column.side in ("target", "forecast"):
            return column.side
        if column.side or column.role == "progress" or (column.year or 0) < (self.frame.section_year or 0):
            return "result"
        return self.frame.section_kind

    def _months(self, column: Column, kind: Kind) -> tuple[int, int] | None:
        if kind != "result" or column.side == "former":
            return None
        last = column.month or self.cutoff
        return (1, last) if last and last < 12 else None

    def _due(self, row: Row, column: Column) -> str | None:
        own = f"{column.year}-{column.month:02d}" if column.month and column.year and column.month < 12 else None
        return own or _due(row.told.get("due", ""), column.year)

    # --- cells that hold sentences -----------------------------------------------------------------------------------------

    def _sentence_kind(self, column: Column, *, made: Found) -> Kind | None:
        """A task is read where it is all that tells what was promised: it does not stand beside its own figures."""
        if column.role == "progress" or (column.role == "figure" and column.side == "result"):
            return "result"
        if column.role == "figure" and column.side == "target":
            return "target"
        told = any(each.kind == "target" or "table-sentence" not in each.rules for each in made.statements)
        return "target" if column.role in ("name", "content") and not told else None

    def _sentences(self, row: Row, cell: Cell, column: Column, kind: Kind, made: Found) -> None:
        paragraph = part(row.paragraph, cell.start, cell.start + len(cell.string))
        own = Frame(self.frame.doc, self.frame.text, column.year or self.frame.section_year, kind, column.month or self.cutoff)
        done = read_paragraph(paragraph, [_plain(piece) for piece in pieces(paragraph)], own)
        found = [each for each in done.statements if each.measure != "milestone" or not _names_nothing(each.indicator)]
        if not found:
            found = list(self._bare_figure(row, cell, column) if kind == "result" else self._end(row, cell, column))
        thing = next((each.indicator for each in made.statements if each.kind == "target"), row.indicator)
        made.statements += [self._of_row(each, row, thing) for each in found]
        if kind == "result":
            made.sentences += [each._replace(thing=row.indicator, section=(*self.frame.section, *row.section)) for each in done.sentences]
        if column.role == "figure" and not found:
            made.unplaced += done.unplaced or self._unread(row, cell)

    def _of_row(self, each: Statement, row: Row, thing: str) -> Statement:
        promised = each.kind == "target"
        return each._replace(
            indicator=_whole_thing(each.indicator, thing), section=(*self.frame.section, *row.section),
            commitment=row.whole[0] if promised else each.commitment, rules=(*each.rules, "table-sentence"),
            departments=each.departments or (_departments(row.told) if promised else ()),
            due=each.due or (_due(row.told.get("due", ""), each.year) if promised else None))

    def _bare_figure(self, row: Row, cell: Cell, column: Column) -> Iterator[Statement]:
        """已完成3家, whose thing the row names."""
        found = _BARE.search(_without_names(cell.string))
        value = values(found.group()) if found else ()
        if found and value:
            at = Cell(found.group(), cell.start + found.start())
            yield self._statement(row, at, value[0], replace(column, role="figure", side="result"))

    def _end(self, row: Row, cell: Cell, column: Column) -> Iterator[Statement]:
        """建成通车 under 年度目标: the end that the thing of the row is promised."""
        if column.role != "figure" or progress.stage(cell.string) is None or _numbered(cell.string):
            return
        span = row.paragraph.span(cell.start, cell.start + len(cell.string))
        yield Statement(
            doc=self.frame.doc, start=span.start, end=span.end, figure=self.frame.text[span.start:span.end], kind="target",
            indicator=row.indicator, measure="milestone", state=cell.string, year=column.year or self.frame.section_year,
            sentence=row.whole, commitment=row.whole[0], rules=("table", "milestone"))

    def _unread(self, row: Row, cell: Cell) -> Iterator[Unplaced]:
        if number := _numbered(cell.string):
            yield _unplaced(row.paragraph, cell, number.start(), number.end(), "单元格里的数字认不出")


def _says_something(said: str, column: Column) -> bool:
    """A sentence, or under 年度目标 the bare end of a task: 建成, 启用."""
    return len(said) >= _LEAST_SENTENCE or (column.role == "figure" and column.side == "target" and progress.stage(said) is not None)


def _names_nothing(indicator: str) -> bool:
    """主体 is a part of the row's thing, and the 建成 of 建成投用 a deed: neither is a thing of its own."""
    return indicator in _PARTS or _DEED.fullmatch(indicator) is not None


def _until(heading: str) -> int | None:
    """The last month of a heading that counts from January on: 1-9月, 截至9月底, 上半年."""
    months = [found for each in PERIOD.finditer(heading) if (found := months_of(each))]
    return next((last for first, last in months if first == 1), None)


def _indicator(label: str) -> str:
    bare = _BRACKET.sub("", re.sub(r"\([^()]*(?:单位|元|%|家|个)[^()]*\)$", "", re.sub(r"^\d+[.、](?!\d)", "", label)))
    return indicators.noun(bare) or bare


def _whole_thing(indicator: str, thing: str) -> str:
    """The thing of the row where a sentence names none, or only its end: 普及率 in the row of 农村自来水普及率, 开工 in the row of 改造."""
    if indicator in _DEEDS or _RATE.fullmatch(indicator) or (len(indicator) > 1 and thing.endswith(indicator)):
        return thing
    deed = _DEED.match(indicator)
    if deed is None:
        return indicator
    rest = indicator[deed.end():]
    if rest and AMOUNT.fullmatch(rest):
        return thing + rest
    return thing + (deed["deed"] if deed["deed"] in _STAGES else "") if not rest or thing.endswith(rest) else indicator


def _measure(column: Column, unit: str, indicator: str, *, grows: bool) -> Measure:
    if column.measure == "completion":
        return "completion"
    if "百分点" in unit:
        return "change"
    if column.measure in ("growth", "change"):
        return "change" if column.measure == "change" else "growth"
    if unit in ("%", "‰"):
        return "growth" if grows or _LEVEL.search(indicator) else "ratio"
    return "amount"


def _numbered(string: str) -> re.Match[str] | None:
    """The first number of a cell that is no date and no part of a name."""
    return re.search(ARABIC, _without_names(string))


def _without_names(string: str) -> str:
    """The same length, dates and names blanked out."""
    return _NO_FIGURE.sub(lambda found: "　" * len(found.group()), string)


def _due(written: str, year: int | None) -> str | None:
    found = _DUE_MONTH.search(written)
    if found and 1 <= int(found["month"]) <= 12:
        return f"{found['year']}-{int(found['month']):02d}"
    return due_of(written + "底前" if written.endswith("月") else written, year)


def _departments(told: Mapping[str, str]) -> tuple[Department, ...]:
    """牵头 is the first one named, or who is marked so: 财政局、发改局(牵头)."""
    leads, supports = (names(told.get(role, "")) for role in ("lead", "support"))
    first = next((name for name in leads if "(牵头)" in name), leads[0] if leads else "")
    ordered = [first, *(name for name in leads if name != first)] if first else []
    named = [*((name, "lead" if not place else "support") for place, name in enumerate(ordered)), *((name, "support") for name in supports)]
    return tuple(Department(re.sub(r"\((?:牵头|配合|协助|主办|协办)\)$", "", name), role) for name, role in named)  # type: ignore[arg-type]


def _plain(piece: Piece) -> Piece:
    """In a cell nothing is a heading."""
    return piece._replace(level=None) if piece.level is not None and not piece.level else piece


def part(paragraph: Paragraph, begin: int, end: int) -> Paragraph:
    """A part of a paragraph as one of its own, its places still those of the text."""
    source, before = paragraph.source(begin), bisect_right(paragraph.at, begin)
    gone = paragraph.lost[before - 1] if before else 0
    kept = [(at - begin, lost - gone) for at, lost in zip(paragraph.at[before:], paragraph.lost[before:], strict=True) if at < end]
    return Paragraph(paragraph.string[begin:end], source, paragraph.written[begin:end], tuple(at for at, _ in kept),
                     tuple(lost for _, lost in kept))
