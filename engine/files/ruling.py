"""Tables from their ruled lines: which cells there are, and what stands in each."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from engine.files.layout import rows, spelled
from engine.files.pages import Cell, Glyph, Page
from engine.files.writing import Box, one_line

SNAP = 3.0
_MOST_EDGES = 4000
"""A drawing has more; crossing all of them with each other would take for ever."""

Edge = tuple[float, float, float, float]
"""A line from left and top to right and bottom; one of its sides is nearly zero."""


def take_tables(page: Page, edges: Sequence[Edge]) -> None:
    """Moves what stands in ruled tables of the page out of its glyphs and into its tables."""
    for boxes in _grids(edges):
        inside = _by_cell(page.glyphs, boxes)
        cells = list(_cells(boxes, inside))
        if not _is_table(cells):
            continue
        page.tables.append((min(box[1] for box in boxes), cells))
        taken = {id(glyph) for glyphs in inside.values() for glyph in glyphs}
        page.glyphs = [glyph for glyph in page.glyphs if id(glyph) not in taken]


def _is_table(cells: Sequence[Cell]) -> bool:
    """Two rows and two columns with words in them; or one row of several cells, the foot of a page's head or its last line."""
    columns = len({cell.column for cell in cells})
    return columns > 1 and (len({cell.row for cell in cells}) > 1 or columns > 2)


def _grids(edges: Sequence[Edge]) -> Iterable[list[Box]]:
    if not 4 <= len(edges) <= _MOST_EDGES:
        return []
    merged = merge_edges([_as_edge(each) for each in edges], SNAP, SNAP, SNAP, SNAP)
    found: list[list[Box]] = cells_to_tables(intersections_to_cells(edges_to_intersections(merged, SNAP, SNAP)))
    return found


def _as_edge(edge: Edge) -> dict[str, Any]:
    x0, top, x1, bottom = edge
    flat = x1 - x0 >= bottom - top
    return {"x0": x0, "x1": x1, "top": top, "bottom": top if flat else bottom, "width": x1 - x0, "height": bottom - top,
            "orientation": "h" if flat else "v", "object_type": "line"}


def _by_cell(glyphs: Iterable[Glyph], boxes: list[Box]) -> dict[Box, list[Glyph]]:
    inside: dict[Box, list[Glyph]] = {box: [] for box in boxes}
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    for glyph in glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, glyph.middle
        if left <= x <= right and top <= y <= bottom:
            home = next((box for box in boxes if box[0] <= x < box[2] and box[1] <= y < box[3]), None)
            if home:
                inside[home].append(glyph)
    return inside


def _cells(boxes: list[Box], inside: dict[Box, list[Glyph]]) -> Iterable[Cell]:
    """The cells with words in them, row by row. On a scan the sides of neighbours differ by a hair."""
    columns, lines = _apart(box[0] for box in boxes), _apart(box[1] for box in boxes)
    placed = sorted((bisect_right(lines, box[1] + SNAP), bisect_right(columns, box[0] + SNAP), box) for box in boxes)
    for row, column, box in placed:
        if string := cell_string(inside[box]):
            yield Cell(row, column, string, box)


def _apart(sides: Iterable[float]) -> list[float]:
    found: list[float] = []
    for side in sorted(sides):
        if not found or side - found[-1] > SNAP:
            found.append(side)
    return found


def cell_string(glyphs: Iterable[Glyph]) -> str:
    return one_line("\n".join(spelled(row) for row in rows(glyphs)))
