"""The checks on an Office container before any library opens it: bombs, passwords, document type definitions."""

import io
import zipfile
import zlib
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException, sax

from engine.errors import BrokenFile
from engine.files.types import refusal

MAX_ENTRIES = 5000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_PART = 60 * 1024 * 1024
MAX_RATIO = 200
"""Unpacked ÷ packed size; text rarely passes 30. Judged only above `RATIO_FROM` bytes, below which nothing can blow up."""
RATIO_FROM = 5 * 1024 * 1024
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf")
_ENCRYPTED = 0x1
_UNPACKING = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError)


def check(data: bytes) -> None:
    """Raises `LockedFile` or `BrokenFile`; afterwards every XML part is known to be well-formed and without DOCTYPE."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_directory(archive.infolist())
            for entry in archive.infolist():
                if _is_markup(archive, entry):
                    _check_markup(archive.read(entry))
    except _UNPACKING as error:
        raise refusal("broken") from error


def _is_markup(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """By its name, or by its first characters: a relation may lead to a part of any name."""
    if entry.filename.lower().endswith((".xml", ".rels")):
        return True
    with archive.open(entry) as part:
        return part.read(64).lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")


def _check_directory(entries: list[zipfile.ZipInfo]) -> None:
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise refusal("locked")
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or any(map(_is_huge_part, entries)):
        raise BrokenFile("文件解压后过大,已停止读取,请删去其中的图片和附件,另存后再试。")
    if unpacked > RATIO_FROM and unpacked > MAX_RATIO * sum(entry.compress_size for entry in entries):
        raise BrokenFile("文件压缩比异常,可能是恶意文件,已停止读取;请用 Word 或 WPS 另存为新的文件后再试。")


def _is_huge_part(entry: zipfile.ZipInfo) -> bool:
    return not entry.filename.lower().endswith(_PICTURES) and entry.file_size > MAX_PART


def _check_markup(part: bytes) -> None:
    try:
        sax.parseString(part, ContentHandler(), forbid_dtd=True)
    except DefusedXmlException as error:
        raise BrokenFile("文件含有不安全的内容(DOCTYPE),已停止读取,请用 Word 或 WPS 另存为新的 .docx 后再试。") from error
    except SAXParseException as error:
        raise refusal("broken") from error
