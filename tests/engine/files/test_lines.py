"""What is drawn on the picture of a page: its turn, and the lines of its tables."""

from math import degrees

import pytest
from PIL import Image, ImageDraw

from engine.files import lines
from engine.files.pages import Glyph, Page

pytestmark = pytest.mark.needs("ocr")
ACROSS, DOWN = (200, 500, 900, 1400), (300, 360, 420, 480)


def sheet(turn: float = 0.0) -> Image.Image:
    """A ruled table of three by three cells on a page, with strokes in its cells that touch no line."""
    image = Image.new("RGB", (1654, 1200), "white")
    pen = ImageDraw.Draw(image)
    for y in DOWN:
        pen.line((ACROSS[0], y, ACROSS[-1], y), fill="black", width=2)
    for x in ACROSS:
        pen.line((x, DOWN[0], x, DOWN[-1]), fill="black", width=2)
    for x in ACROSS[:-1]:
        for y in DOWN[:-1]:
            pen.rectangle((x + 40, y + 14, x + 70, y + 46), outline="black", width=3)
    return image.rotate(turn, resample=Image.Resampling.BICUBIC, fillcolor="white") if turn else image


@pytest.mark.parametrize("turn", [0.0, 0.8, -2.3])
def test_a_page_is_set_upright(turn: float) -> None:
    _, tilt = lines.upright(sheet(turn))
    assert abs(degrees(tilt) + turn) < 0.1


@pytest.mark.parametrize("turn", [0.0, 0.8])
def test_the_lines_of_a_table_and_no_strokes(turn: float) -> None:
    grey, _ = lines.upright(sheet(turn))
    upright = {round(x0 / 10) for x0, top, x1, bottom in lines.ruled(grey) if bottom - top > x1 - x0}
    assert upright == {20, 50, 90, 140}


def test_a_line_of_text_over_two_cells_is_cut() -> None:
    parts = list(lines.cut(Glyph("绿道5公里", 0, 0, 90, 20), [(42.0, 0.0, 42.0, 60.0), (0.0, 0.0, 90.0, 0.0)]))
    assert [each.string for each in parts] == ["绿道", "5公里"]


def test_places_are_told_on_the_picture_as_it_is() -> None:
    grey, tilt = lines.upright(sheet(2.0))
    page = Page(1, float(grey.shape[1]), float(grey.shape[0]), tilt=tilt)
    left, top, right, bottom = page.share((200, 300, 210, 310))
    assert (left * page.width, top * page.height) != (200, 300)
    x, y = page.turned(205, 305, tilt)
    assert abs((left + right) / 2 * page.width - x) < 1
    assert abs((top + bottom) / 2 * page.height - y) < 1
    # Turned to the left: what stands on the left of the middle is lower on the picture.
    assert y > 305
