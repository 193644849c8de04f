"""Pictures, and pages that are pictures: their text by OCR, offline. The package is an extra (requirements-ocr.txt)."""

import io
import warnings
from functools import cache
from typing import Any

import PIL.Image

from engine.errors import BrokenFile, MissingTool
from engine.files import extras, layout
from engine.files.layout import Glyph, Page
from engine.text import Text

WIDTH = 1654
"""Pixels across: A4 at 200 dpi. Less loses small print, more takes time and finds nothing new."""
_BROKEN = "图片已损坏,打不开;请重新扫描或另存后再试。"
_HUGE = "图片尺寸过大,已停止读取;请缩小到一亿像素以内再试。"
_MOST_PIXELS = 100_000_000
_LEAST_SCORE = 0.5
_UNSEEN = frozenset("\ufeff\u200b")


def load(data: bytes) -> Text:
    """The text of a picture file. Raises `BrokenFile` or `MissingTool`."""
    image = opened(data)
    page = Page(1, image.width, image.height)
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
    """Puts what is recognised on the picture of a page into the page."""
    found = _engine()(image)
    across, down = page.width / image.width, page.height / image.height
    if found.txts is None:
        return
    for box, string, score in zip(found.boxes, found.txts, found.scores, strict=True):
        if score >= _LEAST_SCORE and string.strip():
            xs, ys = [point[0] * across for point in box], [point[1] * down for point in box]
            page.glyphs.append(Glyph(string.strip(), float(min(xs)), float(min(ys)), float(max(xs)), float(max(ys))))


@cache
def _engine() -> Any:
    """Models are in the package: nothing is fetched. Turning lines upside down (`use_cls`) costs whole lines on clean pages."""
    if not extras.recognises():
        raise MissingTool(extras.NO_RECOGNITION)
    from rapidocr import RapidOCR  # noqa: PLC0415  an optional package

    return RapidOCR(params={"Global.use_cls": False, "Global.log_level": "critical", "Det.limit_side_len": 1440, "Det.limit_type": "max"})
