"""PDF: the text layer page by page, with columns, tables and wrapped lines; pages without one by recognition (`scan.py`).

Runs in a process of its own, see `confine.py`.
"""

import ctypes
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pypdfium2
from pypdfium2 import raw

from engine.errors import BrokenFile, LockedFile, MissingTool, ReadError
from engine.files import aligned, extras, layout, ruling, scan
from engine.files.confine import Progress
from engine.files.pages import Glyph, Page
from engine.files.ruling import Edge
from engine.text import Text

MAX_PAGES = 2000
_BROKEN = "PDF 已损坏,打不开;请用 PDF 阅读器打开检查,重新导出后再试。"
_LOCKED = "PDF 设有打开密码,请取消密码后重新保存再试。"
_MANY = f"PDF 超过 {MAX_PAGES} 页,请拆分后再试。"
_WIDEST = 14400
"""Points. The standard allows no larger page; a larger one would only serve to exhaust memory."""
_LEAST_GLYPHS = 8
_THIN = 3.0
_MOST_PATHS = 20_000


class NeedsRecognition(Exception):
    """Some pages are pictures, and this process may not recognise them: its limits are too tight."""


def load(data: bytes, progress: Progress, *, recognise: bool = False) -> Text:
    """Raises `LockedFile`, `BrokenFile`, `MissingTool` or, where pages are pictures and `recognise` is not set, `NeedsRecognition`."""
    with closing(opened(data)) as document:
        pages, pictures = [], 0
        for number in range(1, len(document) + 1):
            page, is_picture = _page(document, number)
            if is_picture and recognise:
                scan.take(page, picture(document, number, scan.WIDTH))
            pictures += is_picture
            pages.append(page)
            progress(number, len(document))
            if is_picture and not recognise and extras.recognises():
                raise NeedsRecognition
    if pictures and not recognise:
        _tell_missing(pages, pictures)
    return layout.compose(pages, "pdf")


def opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _refusal(error) from error
    if len(document) > MAX_PAGES:
        raise BrokenFile(_MANY)
    if not len(document):
        raise BrokenFile(_BROKEN)
    return document


def _refusal(error: pypdfium2.PdfiumError) -> ReadError:
    locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
    return LockedFile(_LOCKED) if locked else BrokenFile(_BROKEN)


def picture(document: pypdfium2.PdfDocument, number: int, width: int) -> Any:
    """A picture of a page, `width` pixels wide, as Pillow has it."""
    with closing(document[number - 1]) as page:
        across, down = page.get_size()
        if not (0 < across <= _WIDEST and 0 < down <= _WIDEST) or down > 6 * across:
            raise BrokenFile(_BROKEN)
        with closing(page.render(scale=width / across)) as bitmap:
            return bitmap.to_pil().convert("RGB")


def _tell_missing(pages: list[Page], pictures: int) -> None:
    """A scan is refused; a picture among pages of text leaves a line that says so, and the rest is read."""
    if 2 * pictures >= len(pages):
        raise MissingTool(extras.NO_RECOGNITION)
    for page in pages:
        if not page.glyphs and not page.tables:
            page.glyphs.append(Glyph(f"(第{page.number}页为图片,未作文字识别)", 0.2 * page.width, 0.45 * page.height,
                                     0.8 * page.width, 0.47 * page.height))


def _page(document: pypdfium2.PdfDocument, number: int) -> tuple[Page, bool]:
    """What stands on a page, and whether it is a picture without readable text."""
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError as error:
        raise BrokenFile(_BROKEN) from error
    with closing(page):
        width, height = page.get_size()
        found = Page(number, max(width, 1), max(height, 1), list(_glyphs(page)))
        if _is_picture(page, found):
            found.glyphs = []
            return found, True
        ruling.take_tables(found, list(_edges(page)))
        aligned.take_tables(found)
        return found, False


def _is_picture(page: pypdfium2.PdfPage, found: Page) -> bool:
    """True where nothing can be read, or only signs without a meaning, and an image covers the page."""
    strange = sum(1 for each in found.glyphs if each.string == "\ufffd" or "\ue000" <= each.string <= "\uf8ff" or each.string < " ")
    if len(found.glyphs) >= _LEAST_GLYPHS and 3 * strange < len(found.glyphs):
        return False
    return 3 * strange >= len(found.glyphs) > 0 or any(_area(each.get_bounds()) * 3 > found.width * found.height for each in
                                                       page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]))


def _area(bounds: tuple[float, float, float, float]) -> float:
    left, bottom, right, top = bounds
    return (right - left) * (top - bottom)


def _glyphs(page: pypdfium2.PdfPage) -> Iterator[Glyph]:
    """The characters of the text layer with their boxes; blanks and what the library made up itself are left out."""
    height = page.get_height()
    left, bottom = page.get_bbox()[:2]
    with closing(page.get_textpage()) as text:
        box = raw.FS_RECTF()
        for index in range(text.count_chars()):
            code = raw.FPDFText_GetUnicode(text, index)
            if code <= 32 or code in (0xA0, 0x3000, 0xAD, 0xFFFE) or raw.FPDFText_IsGenerated(text, index) == 1:
                continue
            if raw.FPDFText_GetLooseCharBox(text, index, ctypes.byref(box)):
                yield Glyph(chr(code), box.left - left, height - box.top + bottom, box.right - left, height - box.bottom + bottom)


def _edges(page: pypdfium2.PdfPage) -> Iterator[Edge]:
    """The straight lines and the sides of boxes that are drawn on a page."""
    height = page.get_height()
    left, bottom = page.get_bbox()[:2]
    for count, each in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH])):
        if count > _MOST_PATHS:
            return
        matrix = each.get_matrix()
        for (x0, y0), (x1, y1) in _strokes(each):
            (a, b), (c, d) = matrix.on_point(x0, y0), matrix.on_point(x1, y1)
            edge = (min(a, c) - left, height - max(b, d) + bottom, max(a, c) - left, height - min(b, d) + bottom)
            if min(edge[2] - edge[0], edge[3] - edge[1]) < 1 and max(edge[2] - edge[0], edge[3] - edge[1]) > _THIN:
                yield edge


Point = tuple[float, float]


def _strokes(path: pypdfium2.PdfObject) -> Iterator[tuple[Point, Point]]:
    """The straight strokes of a path, also those that close it."""
    x, y = ctypes.c_float(), ctypes.c_float()
    begun = at = (0.0, 0.0)
    for index in range(min(raw.FPDFPath_CountSegments(path), _MOST_PATHS)):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        last, at = at, (x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            begun = at
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield last, at
        if raw.FPDFPathSegment_GetClose(segment):
            yield at, begun
            at = begun
