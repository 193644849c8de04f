"""The text of a document cut into segments, so that each figure can be coloured where it stands."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from engine.values import Reading, Statement, Unplaced

WORDS = {"target": "目标", "milestone": "节点任务", "result": "完成数", "forecast": "预计数", "unplaced": "未能归位"}
"""The kinds of segments in the order of the legend."""

Mark = Statement | Unplaced


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text; `kind` is a key of `WORDS`, or empty for plain text.

    `start` is where its figure starts. A figure cut in two has its `first` piece, which carries the anchor.
    """

    text: str
    kind: str = ""
    start: int = 0
    first: bool = False
    hint: str = ""


def segments(reading: Reading, where: Callable[[int], str] = lambda _: "") -> list[Segment]:
    """The whole text in order, nothing left out and nothing twice. `where` says in words where an offset stood in the file.

    A figure inside the clause of a milestone is painted over it: of two that cover a place the shorter one shows.
    """
    marks: list[Mark] = [*reading.statements, *reading.unplaced]
    marks.sort(key=lambda each: each.start - each.end)
    owner = [-1] * len(reading.text)
    for number, mark in enumerate(marks):
        owner[mark.start:mark.end] = [number] * (min(mark.end, len(owner)) - mark.start)
    return list(_pieces(reading.text, owner, marks, where))


def _pieces(text: str, owner: list[int], marks: list[Mark], where: Callable[[int], str]) -> Iterator[Segment]:
    seen = set()
    for number, places in groupby(range(len(text)), key=owner.__getitem__):
        place = list(places)
        piece = text[place[0]:place[-1] + 1]
        if number < 0:
            yield Segment(piece)
            continue
        mark = marks[number]
        hint = " · ".join(filter(None, (hint_of(mark), where(mark.start))))
        yield Segment(piece, kind=kind_of(mark), start=mark.start, first=number not in seen, hint=hint)
        seen.add(number)


@dataclass(slots=True)
class Row:
    """A row of a table as its cells; the name of a section between rows has one cell over the whole width."""

    cells: list[list[Segment]]
    over: int = 1


@dataclass(slots=True)
class Block:
    """Running text, or the rows of a table."""

    text: list[Segment] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


_SECTION = 42
"""A line no longer than this between two rows is the name of a section."""


def blocks(found: Iterable[Segment]) -> list[Block]:
    """The segments as a page shows them: lines whose cells are parted by tabs as tables."""
    lines = list(_lines(found))
    shown: list[Block] = []
    for place, line in enumerate(lines):
        is_row = len(line) > 1
        between = 0 < place < len(lines) - 1 and len(lines[place - 1]) > 1 and len(lines[place + 1]) > 1
        is_row |= between and 0 < sum(len(each.text) for each in line[0]) <= _SECTION
        if not shown or is_row != bool(shown[-1].rows):
            shown.append(Block())
        if is_row:
            shown[-1].rows.append(Row(line))
        else:
            shown[-1].text += [*line[0], Segment("\n")]
    for block in shown:
        width = max((len(row.cells) for row in block.rows), default=1)
        for row in block.rows:
            row.over = width + 1 - len(row.cells)
    return shown


def _lines(found: Iterable[Segment]) -> Iterator[list[list[Segment]]]:
    """Line by line, each as its cells; an anchor stays with the first part of a figure that is cut."""
    line: list[list[Segment]] = [[]]
    for each in found:
        first = each.first
        for number, part in enumerate(each.text.split("\n")):
            if number:
                yield line
                line = [[]]
            for cell, string in enumerate(part.rstrip("\r").split("\t")):
                if cell:
                    line.append([])
                if string:
                    line[-1].append(replace(each, text=string, first=first))
                    first = False
    if line != [[]]:
        yield line


def kind_of(mark: Mark) -> str:
    if isinstance(mark, Unplaced):
        return "unplaced"
    return "milestone" if mark.measure == "milestone" else mark.kind


def hint_of(mark: Mark) -> str:
    """What the pointer shows: 目标 · 专精特新企业 · 2025年 · 不少于4家."""
    if isinstance(mark, Unplaced):
        return f"{WORDS['unplaced']} · {mark.reason}"
    parts = [WORDS[kind_of(mark)], mark.indicator, f"{mark.year}年" if mark.year else "", _value(mark)]
    return " · ".join(part for part in parts if part)


def _value(mark: Statement) -> str:
    if mark.value is None:
        return mark.state or ""
    sign = {">=": "≥", "<=": "≤", "~": "约", "=": ""}.get(mark.comparator, mark.comparator)
    high = f"-{mark.high}" if mark.high is not None else ""
    return f"{sign}{mark.value}{high}{mark.unit}"


def counts(found: Iterable[Segment]) -> list[tuple[str, str, int]]:
    """The legend: kind, its word, how many; kinds without any are left out."""
    first = [each.kind for each in found if each.first]
    return [(kind, word, first.count(kind)) for kind, word in WORDS.items() if kind in first]
