"""Pictures, and pages that are pictures: their text by OCR, offline. The package is an extra (requirements-ocr.txt)."""

import io
import warnings
from functools import cache
from typing import Any

import PIL.Image

from engine.errors import BrokenFile, MissingTool
from engine.files import aligned, extras, layout, lines, ruling
from engine.files.pages import Glyph, Page
from engine.text import Text

WIDTH = 1654
"""Pixels across: A4 at 200 dpi. Less loses small print, more takes time and finds nothing new."""
_PAPER = 595.0
"""Points across: A4."""
_BROKEN = "图片已损坏,打不开;请重新扫描或另存后再试。"
_HUGE = "图片尺寸过大,已停止读取;请缩小到一亿像素以内再试。"
_MOST_PIXELS = 100_000_000
_LEAST_SCORE = 0.5
_UNSEEN = frozenset("\ufeff\u200b")


def load(data: bytes) -> Text:
    """The text of a picture file. Raises `BrokenFile` or `MissingTool`."""
    image = opened(data)
    # As large as a sheet of paper, so that lengths mean the same as on a page.
    page = Page(1, _PAPER, _PAPER * image.height / image.width)
    take(page, image)
    return layout.compose([page], "image")


def opened(data: bytes) -> Any:
    """The first picture of a file, no wider than recognition needs. Its size is looked at before it is unpacked."""
    try:
        image = _header(data)
        if image.width * image.height > _MOST_PIXELS:
            raise BrokenFile(_HUGE)
        image.draft("RGB", (WIDTH, WIDTH * 2))
        image.thumbnail((2 * WIDTH, 4 * WIDTH))
        return image.convert("RGB")
    except (OSError, SyntaxError, ValueError, PIL.Image.DecompressionBombError) as error:
        raise BrokenFile(_BROKEN) from error


def _header(data: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PIL.Image.DecompressionBombWarning)
        return PIL.Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP"))


def take(page: Page, image: Any) -> None:
    """Puts what is recognised on the picture of a page into the page, upright: lines, and what stands in tables."""
    engine = _engine()
    grey, page.tilt = lines.upright(image)
    found = engine(grey)
    if found.txts is None:
        return
    scale = page.width / image.width
    for box, string, score in zip(found.boxes, found.txts, found.scores, strict=True):
        if score >= _LEAST_SCORE and string.strip():
            xs, ys = [float(x) * scale for x, _ in box], [float(y) * scale for _, y in box]
            page.glyphs.append(Glyph(string.strip(), min(xs), min(ys), max(xs), max(ys)))
    edges = [(x0 * scale, top * scale, x1 * scale, bottom * scale) for x0, top, x1, bottom in lines.ruled(grey)]
    if edges:
        page.glyphs = [part for glyph in page.glyphs for part in lines.cut(glyph, edges)]
        ruling.take_tables(page, edges)
    aligned.take_tables(page)


@cache
def _engine() -> Any:
    """Models are in the package: nothing is fetched. Turning lines upside down (`use_cls`) costs whole lines on clean pages."""
    if not extras.recognises():
        raise MissingTool(extras.NO_RECOGNITION)
    from rapidocr import RapidOCR  # noqa: PLC0415  an optional package

    return RapidOCR(params={"Global.use_cls": False, "Global.log_level": "critical", "Det.limit_side_len": 1440, "Det.limit_type": "max"})
