"""Where the figures of a document stand on the pictures of its pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.spans import WORDS, hint_of, kind_of
from engine.values import Reading, Statement

WIDTH = 1100
"""Pixels: readable on a desktop, half a second to draw."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A place as a document keeps it."""

    start: int
    end: int
    page: int
    table: int
    row: int
    column: int
    box: Sequence[float] | None

    @property
    def words(self) -> str:
        """第3页第2表第5行第4列"""
        said = ((self.page, "页"), (self.table, "表"), (self.row, "行"), (self.column, "列"))
        return "".join(f"第{number}{unit}" for number, unit in said if number)


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure on a page: its kind, where its statement starts, what the pointer shows, and a box in shares of the page."""

    kind: str
    start: int
    hint: str
    figure: str
    x: float
    y: float
    width: float
    height: float

    @property
    def word(self) -> str:
        return WORDS[self.kind]


def stored(places: Sequence[Sequence[object]]) -> list[Stored]:
    return [Stored(*each) for each in places]  # type: ignore[arg-type]


def marks_on(page: int, reading: Reading, places: Sequence[Stored]) -> list[Mark]:
    """The figures of a page, in order."""
    here = [place for place in places if place.page == page and place.box]
    return [mark for each in sorted(reading.statements, key=lambda each: (each.start, each.end)) for mark in _marks(each, here)]


def _marks(statement: Statement, places: Sequence[Stored]) -> Iterator[Mark]:
    """A figure that wraps has a mark on each line."""
    for place in places:
        begin, end = max(statement.start, place.start), min(statement.end, place.end)
        if begin >= end or place.box is None:
            continue
        left, top, right, bottom = place.box
        whole = 1 if place.table else place.end - place.start
        first, last = (0, 1) if place.table else (begin - place.start, end - place.start)
        x = left + (right - left) * first / whole
        yield Mark(kind_of(statement), statement.start, hint_of(statement), statement.figure, round(x, 4), round(top, 4),
                   round((right - left) * (last - first) / whole, 4), round(bottom - top, 4))


def place_of(start: int, places: Sequence[Stored]) -> Stored | None:
    return next((place for place in places if place.start <= start < place.end), None)
