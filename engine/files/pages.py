"""Pages as they are found: characters and cells with their boxes, in points from the top left corner."""

from dataclasses import dataclass, field
from math import cos, sin

from engine.files.writing import Box


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character, or a recognised stretch of characters, and its box."""

    string: str
    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def size(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Line(Glyph):
    """What stands side by side in one column of a page."""

    page: int = 0
    column: int = 0
    parted: bool = False
    """Has a wide gap inside, and not behind a list number: words set side by side."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; `row` and `column` count from 1, one that spans several stands in its first."""

    row: int
    column: int
    string: str
    box: Box


@dataclass(slots=True)
class Page:
    """A page as it was found: its size, its glyphs outside of tables, and its tables, each a list of cells in order with its top.

    `tilt` is by how much, in radians, its picture is turned against what stands on it; the glyphs stand upright.
    """

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    tables: list[tuple[float, list[Cell]]] = field(default_factory=list)
    tilt: float = 0.0

    def share(self, box: Box) -> Box:
        """A box as shares of the page, rounded: that is all a picture needs."""
        left, top, right, bottom = self._tilted(box)
        return (round(left / self.width, 4), round(top / self.height, 4), round(right / self.width, 4), round(bottom / self.height, 4))

    def turned(self, x: float, y: float, by: float) -> tuple[float, float]:
        """A point turned about the middle of the page, `by` in radians."""
        across, down = x - self.width / 2, y - self.height / 2
        return (self.width / 2 + across * cos(by) - down * sin(by), self.height / 2 + across * sin(by) + down * cos(by))

    def _tilted(self, box: Box) -> Box:
        """The box on the picture as it is."""
        if not self.tilt:
            return box
        corners = [self.turned(x, y, self.tilt) for x in box[::2] for y in box[1::2]]
        # The corners of a long flat box stand far apart: its own height, about its turned middle.
        middle, half = sum(y for _, y in corners) / 4, (box[3] - box[1]) / 2
        return min(x for x, _ in corners), middle - half, max(x for x, _ in corners), middle + half


Block = Line | list[Cell]
"""A line, or a table as its cells in order."""
