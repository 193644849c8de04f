"""Tables without ruled lines: rows whose words stand one below the other in at least three columns.

A list of names or two columns of running text are none: their rows have fewer parts, or parts that do not keep to columns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.files.layout import rows, runs_of, spelled
from engine.files.pages import Cell, Glyph, Line, Page
from engine.files.writing import Box, one_line

_LEAST_ROWS, _LEAST_COLUMNS = 3, 3
_PITCH = 4.0
"""Rows of one table are no further apart than so many character heights."""
_CROSSING = 0.1
"""The share of rows, or one row, that may cross the strip between two columns: heads that span several."""
_KEPT = 0.8
_CLOSE = 0.75
"""Lines nearer to a row than this share of the usual distance of rows are a part of it: cells that take two lines."""


@dataclass(frozen=True, slots=True)
class _Band:
    """What stands on one line of a page, in its parts."""

    runs: tuple[Line, ...]

    @property
    def middle(self) -> float:
        return sum(run.middle for run in self.runs) / len(self.runs)

    @property
    def size(self) -> float:
        return max(run.size for run in self.runs)


def take_tables(page: Page) -> None:
    """Moves what stands in aligned columns out of the glyphs of a page and into its tables."""
    parted = [(row, _Band(tuple(runs_of(row, page.number)))) for row in rows(page.glyphs)]
    for block in _blocks([band for _, band in parted]):
        columns = _columns(block)
        if columns is None:
            continue
        cells = list(_cells(block, columns))
        page.tables.append((min(run.top for band in block for run in band.runs), cells))
        inside = {id(band) for band in block}
        taken = {id(glyph) for row, band in parted if id(band) in inside for glyph in row}
        page.glyphs = [glyph for glyph in page.glyphs if id(glyph) not in taken]


def _blocks(bands: Sequence[_Band]) -> Iterator[list[_Band]]:
    """Lines that follow each other closely, from the first to the last one of at least three parts."""
    begin = 0
    for place in range(1, len(bands) + 1):
        if place < len(bands) and bands[place].middle - bands[place - 1].middle <= _PITCH * max(bands[place].size, bands[place - 1].size):
            continue
        wide = [at for at in range(begin, place) if len(bands[at].runs) >= _LEAST_COLUMNS]
        if len(wide) >= _LEAST_ROWS and 2 * len(wide) >= wide[-1] + 1 - wide[0]:
            yield list(bands[_with_heads(bands, begin, wide[0]):wide[-1] + 1])
        begin = place


def _with_heads(bands: Sequence[_Band], begin: int, first: int) -> int:
    """Where a block begins with its wide heads: two of them on a line, and between that and the first row perhaps one that spans rows."""
    if first - 1 >= begin and len(bands[first - 1].runs) == 2:
        return first - 1
    if first - 2 >= begin and len(bands[first - 1].runs) == 1 and len(bands[first - 2].runs) == 2:
        return first - 2
    return first


def _columns(block: Sequence[_Band]) -> list[tuple[float, float]] | None:
    """Where the columns begin and end: between white strips that hardly a row crosses. None where rows do not keep to them."""
    wide = [band for band in block if len(band.runs) >= _LEAST_COLUMNS]
    columns = list(_between_strips(wide, allowed=max(1, int(_CROSSING * len(wide)))))
    if len(columns) < _LEAST_COLUMNS:
        return None
    edges = [(left[1] + right[0]) / 2 for left, right in pairwise(columns)]
    kept = sum(1 for band in wide if len({_column(run, columns, edges) for run in band.runs}) == len(band.runs))
    return columns if kept >= _KEPT * len(wide) else None


def _between_strips(bands: Sequence[_Band], *, allowed: int) -> Iterator[tuple[float, float]]:
    """The stretches from left to right that more rows than `allowed` have words in."""
    turns = sorted([(run.x0, 1) for band in bands for run in band.runs] + [(run.x1, -1) for band in bands for run in band.runs])
    inside, begin = 0, 0.0
    for x, step in turns:
        if inside <= allowed < inside + step:
            begin = x
        elif inside + step <= allowed < inside:
            yield begin, x
        inside += step


def _cells(block: Sequence[_Band], columns: Sequence[tuple[float, float]]) -> Iterator[Cell]:
    edges = [(left[1] + right[0]) / 2 for left, right in pairwise(columns)]
    for number, bands in enumerate(_logical(block, len(columns)), start=1):
        inside: dict[int, list[Line]] = {}
        for band in bands:
            for run in band.runs:
                inside.setdefault(_column(run, columns, edges), []).append(run)
        for column in sorted(inside):
            yield Cell(number, column + 1, one_line("\n".join(spelled(row) for row in rows(inside[column]))), _box(inside[column]))


def _column(run: Line, columns: Sequence[tuple[float, float]], edges: Sequence[float]) -> int:
    """The column of a part: the first of those it reaches over, as a head that spans several."""
    reached = [place for place, (left, right) in enumerate(columns) if run.x0 < right and run.x1 > left]
    middle = sum(1 for edge in edges if (run.x0 + run.x1) / 2 > edge)
    return reached[0] if len(reached) > 1 else middle


def _logical(block: Sequence[_Band], width: int) -> Iterator[list[_Band]]:
    """Lines of a block as rows: one with few parts belongs to the full row that is near, a single word in the head to the row below it."""
    full = [band for band in block if 2 * len(band.runs) > width] or list(block)
    pitch = min((right.middle - left.middle for left, right in pairwise(full)), default=0.0)
    held: dict[int, list[_Band]] = {}
    for band in block:
        nearest = _nearest(band, full)
        near = abs(nearest.middle - band.middle) <= _CLOSE * pitch or (len(band.runs) == 1 and band.middle < full[0].middle)
        held.setdefault(id(nearest if near else band), []).append(band)
    yield from held.values()


def _nearest(band: _Band, full: Sequence[_Band]) -> _Band:
    return min(full, key=lambda each: abs(each.middle - band.middle))


def _box(runs: Sequence[Glyph]) -> Box:
    return min(run.x0 for run in runs), min(run.top for run in runs), max(run.x1 for run in runs), max(run.bottom for run in runs)
