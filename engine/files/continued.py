"""Tables that go on over pages: their heads come again, and a row may be cut in two."""

from collections.abc import Sequence
from dataclasses import replace

from engine.files.pages import Block, Cell
from engine.files.writing import one_line

_SNAP = 8.0
"""Points. Two sheets are never laid on the glass alike."""
_COUNTED = 0.6

Row = list[tuple[int, Cell]]
"""The cells of a row, each with the number of its page."""


def goes_on(table: Sequence[Cell], following: Sequence[Cell]) -> bool:
    """True where the columns of a table at the top of a page stand below those of the one before."""
    fewer, more = sorted((_edges(table), _edges(following)), key=len)
    near = all(any(abs(edge - each) <= _SNAP for each in more) for edge in fewer)
    return near and abs(min(fewer) - min(more)) <= _SNAP and abs(_right(table) - _right(following)) <= 2 * _SNAP


def joined(parts: Sequence[tuple[int, Block]]) -> list[Row]:
    """The rows of a table over all its pages; over several, columns are those of all of them."""
    tables = [(page, block) for page, block in parts if isinstance(block, list)]
    if len(tables) > 1:
        edges = _all_edges([cells for _, cells in tables])
        tables = [(page, [replace(cell, column=_column(cell, edges)) for cell in cells]) for page, cells in tables]
    rows: list[Row] = []
    for page, cells in tables:
        found = [[(page, cell) for cell in cells if cell.row == row] for row in sorted({cell.row for cell in cells})]
        rows = _extended(rows, found) if rows else found
    return rows


def _extended(rows: list[Row], found: list[Row]) -> list[Row]:
    repeated = 0
    while repeated < min(len(found), len(rows)) and _said(found[repeated]) == _said(rows[repeated]):
        repeated += 1
    found = found[repeated:]
    if found and _is_rest(found[0], rows):
        return [*rows[:-1], _together(rows[-1], found[0]), *found[1:]]
    return rows + found


def _said(row: Row) -> list[tuple[int, str]]:
    return [(cell.column, cell.string) for _, cell in row]


def _is_rest(row: Row, rows: list[Row]) -> bool:
    """A row without a number, in a table that numbers its rows: the page cut it in two."""
    first = [cell.string for each in rows for _, cell in each if cell.column == 1]
    numbered = sum(1 for string in first if string.isdecimal())
    return row[0][1].column > 1 and numbered > _COUNTED * len(rows) and all(cell.column in {each.column for _, each in rows[-1]}
                                                                            for _, cell in row)


def _together(row: Row, rest: Row) -> Row:
    more = {cell.column: cell.string for _, cell in rest}
    return [(page, replace(cell, string=one_line(f"{cell.string}\n{more[cell.column]}")) if cell.column in more else cell)
            for page, cell in row]


def _all_edges(tables: Sequence[Sequence[Cell]]) -> list[float]:
    edges: list[float] = []
    for edge in sorted(cell.box[0] for cells in tables for cell in cells):
        if not edges or edge - edges[-1] > _SNAP:
            edges.append(edge)
    return edges


def _column(cell: Cell, edges: Sequence[float]) -> int:
    return 1 + min(range(len(edges)), key=lambda place: abs(edges[place] - cell.box[0]))


def _edges(table: Sequence[Cell]) -> set[float]:
    return {round(cell.box[0], 1) for cell in table}


def _right(table: Sequence[Cell]) -> float:
    return max(cell.box[2] for cell in table)
