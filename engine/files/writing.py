"""Writes a text down line by line and remembers where each part of it stood."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.text import Place, Span, Text

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of a line: what it says, and the page and the box it stood in."""

    string: str
    page: int = 0
    box: Box | None = None


class Writer:
    """Collects lines and table rows of one file. A row is one line whose cells are parted by tabs."""

    def __init__(self) -> None:
        self.tables = 0
        self._pieces: list[str] = []
        self._places: list[Place] = []
        self._length = 0

    def text(self, kind: str) -> Text:
        return Text("".join(self._pieces), tuple(self._places), kind)

    def line(self, *pieces: Written, kind: str = "paragraph") -> None:
        """One paragraph, put together from the pieces it was broken into."""
        for piece in pieces:
            self._place(piece, kind)
        self._write("\n")

    def row(self, cells: Sequence[tuple[int, Written]], *, row: int) -> None:
        """A row of the table at hand: each cell with its column, counted from 1, in order."""
        at = 1
        for column, cell in cells:
            self._write("\t" * (column - at))
            at = column
            self._place(cell, "cell", table=self.tables, row=row, column=column)
        self._write("\n")

    def _place(self, piece: Written, kind: str, *, table: int = 0, row: int = 0, column: int = 0) -> None:
        if piece.string:
            self._places.append(Place(self._write(piece.string), kind, piece.page, table, row, column, piece.box))

    def _write(self, string: str) -> Span:
        span = Span(self._length, self._length + len(string))
        self._pieces.append(string)
        self._length = span.end
        return span


def one_line(string: str) -> str:
    """All of a cell on one line. Lines that were broken inside Chinese go together without a space.

    >>> one_line("规上工业\\n增加值 GDP\\tper head")
    '规上工业增加值 GDP per head'
    """
    joined = ""
    for part in string.split():
        joined += (" " if joined and _is_latin(joined[-1]) and _is_latin(part[0]) else "") + part
    return joined if "\n" in string else " ".join(string.split())


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
