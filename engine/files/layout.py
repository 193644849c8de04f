"""From what stands where on pages to lines in reading order: columns, running heads, paragraphs that wrap over lines and pages.

Serves text PDFs and recognised pictures alike. Lengths are in points (or pixels, for a picture), from the top left corner.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from engine.files import continued
from engine.files.pages import Block, Glyph, Line, Page
from engine.files.writing import Writer, Written
from engine.text import Text

_PAGE_NUMBER = re.compile(
    r"""[-—–·•\s]* (?:第\s*)? (?:\d{1,4}|[ivxIVX]{1,5}|[一二三四五六七八九十]{1,4}) (?:\s*页)?
        (?:\s*[/,，]?\s*共?\s*\d{1,4}\s*页?)? [-—–·•\s]*""", re.VERBOSE)
_STOPS = tuple("。！？!?；;：:…")
# No line that begins so goes on with the one before it.
_OPENING = re.compile(
    r"\s*(?:第[一二三四五六七八九十百\d]{1,4}[章节条部编]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.、．](?!\d)|[①-⑳])")
_TOKEN = re.compile(r"[“‘《（(【]*(?:[A-Za-z0-9.,%\-]+|.)[,，。.;；:：、）)%”’》】!！?？]*", re.DOTALL)
_MARGIN = 0.12
"""The part of a page's height, above and below, in which running heads and page numbers stand."""
_GAP = 1.6
"""A gap wider than so many character heights parts a row into runs."""
_COLUMN_ROWS = 6


def compose(pages: Sequence[Page], kind: str) -> Text:
    """The text of pages in reading order."""
    by_number = {page.number: page for page in pages}
    blocks = list(_without_heads(pages, [(page.number, block) for page in pages for block in _blocks(page)]))
    writer = Writer()
    for paragraph in _paragraphs(blocks):
        _write(writer, paragraph, by_number)
    return writer.text(kind)


def _write(writer: Writer, paragraph: list[tuple[int, Block]], pages: dict[int, Page]) -> None:
    if isinstance(paragraph[0][1], list):
        writer.tables += 1
        for row, cells in enumerate(continued.joined(paragraph), start=1):
            writer.row([(cell.column, Written(cell.string, number, pages[number].share(cell.box))) for number, cell in cells], row=row)
        return
    pieces: list[Written] = []
    for place, (page, block) in enumerate(paragraph):
        assert isinstance(block, Line)
        space = " " if place and _is_latin(pieces[-1].string[-1]) and _is_latin(block.string[0]) else ""
        pieces.append(Written(space + block.string, page, pages[page].share((block.x0, block.top, block.x1, block.bottom))))
    writer.line(*pieces)


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


# --- one page: rows, columns, blocks ---------------------------------------------------------------------------------------


def _blocks(page: Page) -> list[Block]:
    """Lines and tables of a page in reading order."""
    lines: list[Line] = _ordered([run for row in rows(page.glyphs) for run in runs_of(row, page.number)], page)
    found: list[Block] = list(lines)
    for top, cells in sorted(page.tables, key=lambda each: each[0], reverse=True):
        below = next((place for place, each in enumerate(found) if isinstance(each, list) or each.top >= top), len(found))
        found.insert(below, cells)
    return found


def rows(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    """Glyphs that stand on one line, from left to right, the highest line first."""
    row: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda each: (each.middle, each.x0)):
        if row and glyph.middle - row[0].middle > 0.5 * max(row[0].size, glyph.size):
            yield sorted(row, key=lambda each: each.x0)
            row = []
        row.append(glyph)
    if row:
        yield sorted(row, key=lambda each: each.x0)


def runs_of(row: list[Glyph], page: int) -> Iterator[Line]:
    """The parts of a row between wide gaps."""
    begin = 0
    for place, (left, right) in enumerate(pairwise(row), start=1):
        if right.x0 - left.x1 > _GAP * max(left.size, right.size):
            yield _line(row[begin:place], page)
            begin = place
    yield _line(row[begin:], page)


def _line(glyphs: Sequence[Glyph], page: int, column: int = 0) -> Line:
    return Line(spelled(glyphs), glyphs[0].x0, min(each.top for each in glyphs), max(each.x1 for each in glyphs),
                max(each.bottom for each in glyphs), page, column)


def spelled(glyphs: Sequence[Glyph]) -> str:
    """What glyphs of one line say: a gap is a space, what is printed twice for weight is written once."""
    said = glyphs[0].string
    for left, right in pairwise(glyphs):
        if right.string == left.string and right.x0 - left.x0 < 0.3 * (left.x1 - left.x0):
            continue
        gap = right.x0 - left.x1
        wide = gap > 0.5 * right.size or (gap > 0.2 * right.size and left.string[-1].isascii() and right.string[0].isascii())
        said += (" " if wide else "") + right.string
    return said


def _ordered(runs: list[Line], page: Page) -> list[Line]:
    """Runs in reading order: two columns one after the other, everything else from the top."""
    gutter = _gutter(runs, page.width)
    if gutter is None:
        return list(_sewn(runs, 0))
    ordered: list[Line] = []
    band: list[Line] = []
    for run in sorted(runs, key=lambda each: (each.top, each.x0)):
        if run.x0 < gutter < run.x1:
            ordered += [*_band(band, gutter), *_sewn([run], 0)]
            band = []
        else:
            band.append(run)
    return [*ordered, *_band(band, gutter)]


def _band(band: list[Line], gutter: float) -> list[Line]:
    left, right = [run for run in band if run.x1 <= gutter], [run for run in band if run.x0 >= gutter]
    return [*_sewn(left, 1), *_sewn(right, 2)]


def _sewn(runs: list[Line], column: int) -> Iterator[Line]:
    """The runs of each row of a column as one line."""
    for row in rows(runs):
        page = next((each.page for each in row if isinstance(each, Line)), 0)
        line = _line(row, page, column)
        yield replace(line, parted=len(row) > 1 and not _OPENING.match(line.string))


def _gutter(runs: list[Line], width: float) -> float | None:
    """Where the white strip between two columns runs; None for a page of one column.

    Both sides must be filled with lines of text: a list of names and numbers side by side is no pair of columns.
    """
    found: dict[int, list[float]] = {}
    for step in range(60, 141):
        place = width * step / 200
        left, right = [run for run in runs if run.x1 <= place], [run for run in runs if run.x0 >= place]
        crossing = len(runs) - len(left) - len(right)
        if min(len(left), len(right)) < _COLUMN_ROWS or 4 * crossing > len(runs):
            continue
        if _is_filled(left, width) and _is_filled(right, width):
            found.setdefault(crossing, []).append(place)
    # Punctuation hangs over the edge of a column: only the places that the fewest lines cross are the strip itself.
    return median(found[min(found)]) if found else None


def _is_filled(runs: list[Line], width: float) -> bool:
    whole = max(run.x1 for run in runs) - min(run.x0 for run in runs)
    return whole > 0.2 * width and sum(1 for run in runs if run.x1 - run.x0 >= 0.7 * whole) * 2 >= len(runs)


# --- all pages: running heads, paragraphs ----------------------------------------------------------------------------------


def _without_heads(pages: Sequence[Page], blocks: list[tuple[int, Block]]) -> Iterator[tuple[int, Block]]:
    """Leaves out page numbers and what comes again and again at the edge of pages."""
    heights = {page.number: page.height for page in pages}
    edges = _all_edges(blocks, heights)
    seen = Counter(said for lines in edges.values() for said in {_bare(line) for line in lines})
    often = max(2, len(pages) // 4)
    for number, block in blocks:
        if isinstance(block, Line) and any(block is edge for edge in edges[number]) and (
                _PAGE_NUMBER.fullmatch(block.string) or seen[_bare(block)] >= often):
            continue
        yield number, block


def _all_edges(blocks: list[tuple[int, Block]], heights: dict[int, float]) -> dict[int, list[Line]]:
    lines: dict[int, list[Line]] = {number: [] for number in heights}
    for number, block in blocks:
        if isinstance(block, Line):
            lines[number].append(block)
    return {number: _edges(found, heights[number]) for number, found in lines.items()}


def _edges(lines: list[Line], height: float) -> list[Line]:
    """The outermost lines of a page, at most two above and two below."""
    ordered = sorted(lines, key=lambda each: each.middle)
    above = [each for each in ordered[:2] if each.middle < _MARGIN * height]
    return above + [each for each in ordered[-2:] if each.middle > (1 - _MARGIN) * height]


def _bare(line: Line) -> str:
    return re.sub(r"[\d\s]+", "#", line.string)


def _paragraphs(blocks: list[tuple[int, Block]]) -> Iterator[list[tuple[int, Block]]]:
    """Lines that go on in the next one, put together."""
    margins = _Margins([block for _, block in blocks if isinstance(block, Line)])
    open_: list[tuple[int, Block]] = []
    for number, block in blocks:
        if open_ and not _belongs(open_, number, block, margins):
            yield open_
            open_ = []
        open_.append((number, block))
    if open_:
        yield open_


def _belongs(open_: list[tuple[int, Block]], number: int, block: Block, margins: "_Margins") -> bool:
    page, last = open_[-1]
    if isinstance(last, Line):
        return isinstance(block, Line) and margins.goes_on(last, block)
    return not isinstance(block, Line) and number == page + 1 and continued.goes_on(last, block)


class _Margins:
    """Where the lines of each column usually begin and end, and what follows for two lines that stand one after the other."""

    def __init__(self, lines: list[Line]) -> None:
        self._size = median(line.size for line in lines) if lines else 1
        self._sides = {column: self._of([line for line in lines if line.column == column]) for column in {line.column for line in lines}}

    def _of(self, lines: list[Line]) -> tuple[float, float, bool]:
        """Left and right edge, and whether paragraphs begin with an indent."""
        long = [line for line in lines if len(line.string) >= 12] or lines
        left, right = sorted(line.x0 for line in long), sorted(line.x1 for line in long)
        edge, end = left[len(left) // 20], right[-1 - len(right) // 20]
        # Behind a line that stops far from the edge a paragraph begins for sure.
        starts = [following for line, following in pairwise(lines) if end - line.x1 > 3 * self._size and len(following.string) >= 12]
        indented = sum(1 for line in starts if self._is_indented(line, edge))
        return edge, end, indented * 2 > len(starts)

    def _is_indented(self, line: Line, edge: float) -> bool:
        return 1.2 * self._size < line.x0 - edge < 3.5 * self._size

    def goes_on(self, line: Line, following: Line) -> bool:
        if line.parted or following.parted or abs(line.size - following.size) > 0.2 * self._size or _OPENING.match(following.string):
            return False
        if self._is_title(line) and self._is_title(following) and line.page == following.page:
            return True
        left, right, indents = self._sides[line.column]
        own_left = self._sides[following.column][0]
        # Neither behind a line in the middle of the page nor where the next one is set in.
        starts_new = following.x0 - own_left > 1.2 * self._size or line.x0 - left > 4 * self._size
        ends = line.string.endswith(_STOPS) and not indents
        return not starts_new and not ends and right - line.x1 < self._first_token(following) + 0.8 * self._size and line.x1 > left

    def _is_title(self, line: Line) -> bool:
        """Large and set in from both sides."""
        left, right, _ = self._sides[line.column]
        return line.size > 1.25 * self._size and line.x0 - left > self._size and right - line.x1 > self._size

    def _first_token(self, line: Line) -> float:
        """How wide the first part of a line is that could not be broken: that much the line before had to leave free."""
        found = _TOKEN.match(line.string)
        return (line.x1 - line.x0) * (len(found.group()) if found else 1) / len(line.string)
