"""What is drawn on the picture of a page: by how much it is turned, and the ruled lines of its tables.

Works on arrays of grey values with OpenCV, which comes with the optional package that recognises text.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import radians
from typing import Any

from engine.files.pages import Glyph
from engine.files.ruling import Edge

_STEPS = ((4.0, 0.5), (0.5, 0.1), (0.1, 0.02))
"""Degrees: how far to either side, and in what steps, a turn is looked for, ever finer. What is turned further lies on its side."""
_STRAIGHT = 0.1
_SMALL = 800
"""Pixels across: enough to see how lines of text lie."""
_LEAST = 100
"""Pixels at 200 dpi: the lines of a table are longer, strokes of letters are not."""
_DRAWN = 0.88
"""An upright line has ink on so much of its length."""
_THICKEST = 14
_MOST_LINES = 600


def upright(image: Any) -> tuple[Any, float]:
    """The grey picture of a page set upright, and by how much it was turned, in radians."""
    import cv2  # noqa: PLC0415
    import numpy  # noqa: PLC0415

    grey = cv2.cvtColor(numpy.asarray(image), cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_SMALL, max(1, round(grey.shape[0] * _SMALL / grey.shape[1]))), interpolation=cv2.INTER_AREA)
    ink = (255 - small).astype("float32")
    best = 0.0
    for reach, step in _STEPS:
        turns = [best + step * number for number in range(-round(reach / step), round(reach / step) + 1)]
        best = max(turns, key=lambda turn: float(_turned(cv2, ink, turn, 0).sum(axis=1).var()))
    if abs(best) < _STRAIGHT:
        return grey, 0.0
    return _turned(cv2, grey, best, 255), radians(best)


def _turned(cv2: Any, image: Any, angle: float, around: int) -> Any:
    """Turned by degrees about its middle; `around` is the grey of what comes into sight."""
    height, width = image.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return cv2.warpAffine(image, turn, (width, height), borderValue=around)


def ruled(grey: Any) -> list[Edge]:
    """The straight lines on an upright picture, in pixels; none where there are more than any table has."""
    import cv2  # noqa: PLC0415
    import numpy  # noqa: PLC0415

    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15)
    # Closed first: a scan leaves gaps in thin lines.
    whole = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, numpy.ones((3, 5), numpy.uint8))
    drawn = cv2.morphologyEx(whole, cv2.MORPH_OPEN, numpy.ones((1, _LEAST), numpy.uint8))
    _, _, found, _ = cv2.connectedComponentsWithStats(drawn)
    flat = [_flat(*(float(each) for each in row[:4])) for row in found[1:] if row[3] <= _THICKEST]
    thick = cv2.dilate(ink, numpy.ones((1, 3), numpy.uint8))
    upright = [edge for top, bottom in _bands(flat) for edge in _upright(numpy, thick, top, bottom) if _ends_on(edge, flat)]
    long = cv2.morphologyEx(thick, cv2.MORPH_OPEN, numpy.ones((_LEAST, 1), numpy.uint8))
    _, _, found, _ = cv2.connectedComponentsWithStats(long)
    upright += [_down(*(float(each) for each in row[:4])) for row in found[1:] if row[2] <= _THICKEST]
    edges = [*flat, *upright]
    return edges if len(edges) <= _MOST_LINES else []


def _flat(x: float, y: float, width: float, height: float) -> Edge:
    return x, y + height / 2, x + width, y + height / 2


def _down(x: float, y: float, width: float, height: float) -> Edge:
    return x + width / 2, y, x + width / 2, y + height


def _ends_on(edge: Edge, flat: Sequence[Edge]) -> bool:
    """True for an upright line between two flat ones that reach as far as it stands."""
    x, top, _, bottom = edge
    reaching = [each[1] for each in flat if each[0] - _THICKEST <= x <= each[2] + _THICKEST]
    return all(any(abs(each - y) <= _THICKEST for each in reaching) for y in (top, bottom))


def _bands(flat: Sequence[Edge]) -> Iterator[tuple[int, int]]:
    """From one flat line to the next one below it."""
    levels: list[int] = []
    for level in sorted(round(edge[1]) for edge in flat):
        if not levels or level - levels[-1] > _THICKEST:
            levels.append(level)
    yield from pairwise(levels)


def _upright(numpy: Any, ink: Any, top: int, bottom: int) -> Iterator[Edge]:
    """The upright lines that run from one flat line to the next: no stroke of a letter does, it leaves the margin of its row white."""
    share = ink[top:bottom].mean(axis=0) / 255
    places = numpy.flatnonzero(share >= _DRAWN)
    for run in numpy.split(places, numpy.flatnonzero(numpy.diff(places) > 1) + 1):
        if 0 < len(run) <= _THICKEST:
            x = float(run[0] + run[-1]) / 2
            yield x, float(top), x, float(bottom)


def cut(glyph: Glyph, edges: Sequence[Edge]) -> Iterator[Glyph]:
    """A recognised line in its parts where an upright line of a table runs through it: it stands in two cells."""
    inner = glyph.x0 + glyph.size / 2, glyph.x1 - glyph.size / 2
    upright = [each for each in edges if each[3] - each[1] > each[2] - each[0] and each[1] < glyph.middle < each[3]]
    places = sorted({each[0] for each in upright if inner[0] < each[0] < inner[1]})
    begin, left = 0, glyph.x0
    for place in places:
        end = _character(glyph, place)
        if end > begin:
            yield Glyph(glyph.string[begin:end], left, glyph.top, place, glyph.bottom)
            begin, left = end, place
    if begin < len(glyph.string):
        yield Glyph(glyph.string[begin:], left, glyph.top, glyph.x1, glyph.bottom)


def _character(glyph: Glyph, x: float) -> int:
    """How many characters of a line stand left of a place: half-width ones are half as wide."""
    widths = [1 if character.isascii() else 2 for character in glyph.string]
    share, passed = (x - glyph.x0) / (glyph.x1 - glyph.x0) * sum(widths), 0.0
    for number, width in enumerate(widths):
        if passed + width / 2 > share:
            return number
        passed += width
    return len(widths)
