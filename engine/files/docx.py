"""Word: paragraphs and tables in reading order, with their automatic numbers and without what a tracked change deleted.

A paragraph is one line; a table row is one line, its cells separated by a tab. A cell that is spanned or merged with the one
above stays empty, so that the cells of every row of a table stand in the same columns.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from lxml import etree

from engine.errors import UnsupportedFile
from engine.files import container
from engine.files.numbering import Numbering, W, attribute, found, is_on, number
from engine.files.types import refusal
from engine.text import Place, Span, Text

_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MAX_SPAN = 64
_OUTLINE_LEVELS = 9
_HEADING_NAMES = ("heading", "title", "subtitle", "标题")
_BROKEN = (OpcError, KeyError, AttributeError, TypeError, zipfile.BadZipFile, zlib.error, etree.LxmlError, EOFError, OSError)
_SIGNS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
# Deleted or moved away, settings, field codes, the small reading aid above a character.
_UNSEEN = frozenset({W + name for name in ("del", "moveFrom", "delText", "pPr", "rPr", "instrText", "rt", "sdtPr")})
_WRAPPERS = frozenset({W + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")})


def load(data: bytes) -> Text:
    """Raises `LockedFile`, `BrokenFile` or, for a document that only looks like .docx, `UnsupportedFile`."""
    container.check(data)
    document = _opened(data)
    body = found(document.part.element, "body")
    if body is None:
        raise refusal("broken")
    numbering = Numbering(_part(document, RELATIONSHIP_TYPE.NUMBERING), _part(document, RELATIONSHIP_TYPE.STYLES))
    writer = _Writer(numbering, {**_notes(document, "footnote"), **_notes(document, "endnote")})
    writer.blocks(body)
    return Text(writer.string, tuple(writer.places), "docx")


def _opened(data: bytes) -> Any:
    try:
        return docx.Document(io.BytesIO(data))
    except ValueError as error:
        raise UnsupportedFile("这是模板或启用宏的 Word 文件,请用 Word 或 WPS 打开,另存为 .docx 后再试。") from error
    except _BROKEN as error:
        raise refusal("broken") from error


def _part(document: Any, relation: str) -> etree._Element | None:
    """The root of numbering.xml or styles.xml; None where the document has none, or has something else in its place."""
    related = (each.target_part for each in document.part.rels.values() if each.reltype == relation and not each.is_external)
    return next((part.element for part in related if hasattr(part, "element")), None)


Notes = dict[tuple[str, str], Any]
"""Footnotes and endnotes by the tag and the number that a reference to them has."""


def _notes(document: Any, kind: str) -> Notes:
    """The notes of a kind; none where the part is missing or is no note part."""
    relation = f"{RELATIONSHIP_TYPE.FOOTNOTES.rpartition('/')[0]}/{kind}s"
    parts = [each.target_part for each in document.part.rels.values() if each.reltype == relation and not each.is_external]
    try:
        root = etree.fromstring(parts[0].blob, etree.XMLParser(resolve_entities=False, no_network=True)) if parts else None
    except etree.LxmlError:
        return {}
    found = root.iterchildren(f"{W}{kind}") if root is not None else ()
    return {(f"{W}{kind}Reference", attribute(each, "id")): each for each in found if not attribute(each, "type")}


class _Writer:
    """Writes one document down, block by block, and remembers where each block came to stand."""

    def __init__(self, numbering: Numbering, notes: Notes) -> None:
        self.places: list[Place] = []
        self._notes = notes
        self._numbering = numbering
        self._pieces: list[str] = []
        self._length = 0
        self._table = 0
        self._carried = ""

    @property
    def string(self) -> str:
        return "".join(self._pieces)

    def blocks(self, parent: etree._Element) -> None:
        for block in _blocks(parent):
            if block.tag == W + "tbl":
                self._flush()
                self._write_table(block)
            else:
                self._write_paragraph(block)
        self._flush()

    def _write(self, piece: str) -> Span:
        self._pieces.append(piece)
        span = Span(self._length, self._length + len(piece))
        self._length = span.end
        return span

    def _write_paragraph(self, paragraph: etree._Element) -> None:
        string = self._carried + _string(paragraph)
        self._carried = ""
        if _has_lost_its_end(paragraph):
            # The next paragraph joins on, and its numbering and style are the ones that hold.
            self._carried = string
        elif not _is_contents(self._numbering, paragraph):
            label = self._numbering.label(paragraph)
            self._write_line(label + string if string.strip() else "", "heading" if self._is_heading(paragraph) else "paragraph")
        for box in _boxes(paragraph):
            self.blocks(box)
        self._write_notes(paragraph)

    def _write_notes(self, paragraph: etree._Element) -> None:
        """The notes of a paragraph stand behind it, each once."""
        for reference in paragraph.iter(W + "footnoteReference", W + "endnoteReference"):
            note = self._notes.pop((reference.tag, attribute(reference, "id")), None)
            if note is not None:
                self.blocks(note)

    def _flush(self) -> None:
        """What waits for a paragraph to join on, where none comes."""
        string, self._carried = self._carried, ""
        if string.strip():
            self._write_line(string, "paragraph")

    def _write_line(self, string: str, kind: str) -> None:
        if string:
            self.places.append(Place(self._write(string), kind))
        self._write("\n")

    def _is_heading(self, paragraph: etree._Element) -> bool:
        own = found(paragraph, "pPr", "outlineLvl")
        if own is not None:
            return number(own, _OUTLINE_LEVELS) < _OUTLINE_LEVELS
        return any(_names_heading(style) for style in self._numbering.chain(paragraph))

    def _write_table(self, table: etree._Element) -> None:
        self._table += 1
        index = self._table
        for row, element in enumerate(_rows(table), start=1):
            cells = [(column, self._cell(cell)) for column, cell in _cells(element)]
            if any(string for _, string in cells):
                self._write_row(cells, index, row)

    def _write_row(self, cells: list[tuple[int, str]], table: int, row: int) -> None:
        at = 1
        for column, string in cells:
            self._write("\t" * (column - at))
            at = column
            if string:
                self.places.append(Place(self._write(string), "cell", table=table, row=row, column=column))
        self._write("\n")

    def _cell(self, cell: etree._Element) -> str:
        """All a cell says, on one line: its paragraphs, and the tables within it, separated by spaces."""
        if _goes_on_from_above(cell):
            return ""
        return " ".join(" ".join(each.split()) for each in self._cell_lines(cell) if each.strip())

    def _cell_lines(self, cell: etree._Element) -> Iterator[str]:
        for block in _blocks(cell):
            if block.tag == W + "tbl":
                for row in _rows(block):
                    yield from (self._cell(each) for _, each in _cells(row))
            elif string := _string(block):
                yield self._numbering.label(block) + string


def _blocks(parent: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables below `parent`, also those in content controls, which python-docx passes over."""
    for child in parent:
        if child.tag in (W + "p", W + "tbl"):
            yield child
        elif child.tag in _WRAPPERS:
            yield from _blocks(child)


def _string(paragraph: etree._Element) -> str:
    return "".join(_inline(paragraph))


def _inline(element: etree._Element) -> Iterator[str]:
    for child in _visible(element):
        if child.tag in (W + "t", _MATH + "t"):
            yield (child.text or "").replace("\n", " ").replace("\r", " ")
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag != W + "txbxContent":
            yield from _inline(child)


def _visible(element: etree._Element) -> Iterator[etree._Element]:
    """The children a reader sees; of alternatives only the first, or text boxes would stand there twice."""
    if element.tag == _COMPATIBLE + "AlternateContent":
        yield from list(element)[:1]
        return
    for child in element:
        if child.tag not in _UNSEEN and not (child.tag == W + "r" and is_on(found(child, "rPr", "vanish"))):
            yield child


def _boxes(element: etree._Element) -> Iterator[etree._Element]:
    """The text boxes anchored in a paragraph."""
    for child in _visible(element):
        if child.tag == W + "txbxContent":
            yield child
        else:
            yield from _boxes(child)


def _has_lost_its_end(paragraph: etree._Element) -> bool:
    mark = found(paragraph, "pPr", "rPr")
    return found(mark, "del") is not None or found(mark, "moveFrom") is not None


def _names_heading(style: etree._Element) -> bool:
    level = found(style, "pPr", "outlineLvl")
    return (level is not None and number(level, _OUTLINE_LEVELS) < _OUTLINE_LEVELS) or _name(style).startswith(_HEADING_NAMES)


def _is_contents(numbering: Numbering, paragraph: etree._Element) -> bool:
    """A line of the table of contents: its headings come again below, and its page numbers are no figures."""
    style = next(numbering.chain(paragraph), None)
    return style is not None and _name(style).startswith("toc ")


def _name(style: etree._Element) -> str:
    return attribute(found(style, "name")).lower()


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == W + "tr" and found(child, "trPr", "del") is None:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _rows(child)


def _cells(row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    """The cells of a row, each with its column, counted from 1 over the grid of the table."""
    column = 1 + min(number(found(row, "trPr", "gridBefore")), _MAX_SPAN)
    for cell in _plain_cells(row):
        yield column, cell
        column += min(max(number(found(cell, "tcPr", "gridSpan"), 1), 1), _MAX_SPAN)


def _plain_cells(row: etree._Element) -> Iterator[etree._Element]:
    for child in row:
        if child.tag == W + "tc":
            yield child
        elif child.tag in _WRAPPERS:
            yield from _plain_cells(child)


def _goes_on_from_above(cell: etree._Element) -> bool:
    merged = found(cell, "tcPr", "vMerge")
    return merged is not None and attribute(merged) != "restart"
