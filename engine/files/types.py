"""What a file is, by its first bytes and by the parts inside a container, and the sentence for what is not read."""

import io
import re
import zipfile
from collections.abc import Mapping

from engine.errors import BrokenFile, LockedFile, ReadError, UnsupportedFile

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"), (b"{\\rtf", "rtf"), (b"Rar!\x1a\x07", "archive"), (b"7z\xbc\xaf\x27\x1c", "archive"), (b"\x1f\x8b", "archive"),
    (b"\x89PNG\r\n\x1a\n", "image"), (b"\xff\xd8\xff", "image"), (b"GIF87a", "image"), (b"GIF89a", "image"),
    (b"II*\x00", "image"), (b"MM\x00*", "image"), (b"SQLite format 3\x00", "binary"), (b"\x7fELF", "binary"),
)
_ZIP_PARTS: tuple[tuple[str, str], ...] = (
    ("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("xl/workbook.bin", "xlsb"), ("ppt/presentation.xml", "slides"),
    ("OFD.xml", "ofd"),
)
_OPEN_DOCUMENTS = (("opendocument.text", "odt"), ("opendocument.spreadsheet", "ods"))
# The directory of an OLE container names its streams in UTF-16; a password turns any Office file into such a container.
_OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "locked"), ("WordDocument", "doc"), ("Workbook", "xls"), ("PowerPoint Document", "slides"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_UNREADABLE = (zipfile.BadZipFile, ValueError, NotImplementedError, OSError)
_PDF_WITHIN = 1024
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?P<tag>!doctype\s+html|html|head|body|\?xml)\b", re.IGNORECASE | re.DOTALL)
_HTML_WITHIN = 4096

_SAVE_AS = "请用 Word 或 WPS 打开,另存为 .docx 后再试。"
REFUSALS: Mapping[str, tuple[type[ReadError], str]] = {
    "xlsb": (UnsupportedFile, "暂不能读取二进制 Excel 文件(.xlsb),请用 Excel 或 WPS 打开,另存为 .xlsx 后再试。"),
    "opendocument": (UnsupportedFile, f"暂不能读取这种 OpenDocument 文件,{_SAVE_AS}"),
    "ofd": (UnsupportedFile, "暂不能读取 OFD 版式文件,请找 Word 原稿(.docx),或用阅读器导出 PDF 后再试。"),
    "slides": (UnsupportedFile, "暂不能读取演示文稿,请把文字复制到 .docx 或 .txt 文件后再试。"),
    "xml": (UnsupportedFile, f"暂不能读取 XML 文件,{_SAVE_AS}"),
    "archive": (UnsupportedFile, "这是压缩包,请先解压,再逐个选择其中的文件;.zip 可在上传页直接上传。"),
    "binary": (UnsupportedFile, "认不出这种文件,请另存为 .docx、.xlsx、PDF 或 .txt 后再试。"),
    "locked": (LockedFile, "文件设有打开密码,请用 Word 或 WPS 打开,取消密码后另存再试。"),
    "broken": (BrokenFile, "文件已损坏,请用 Word 或 WPS 打开检查,另存为新的文件后再试。"),
}


def content_type(data: bytes, *, name: str = "") -> str:
    """A key of `LOADERS`, or of `REFUSALS`. `name` only decides whether a container without known parts was meant as a document."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data.startswith(_OLE):
        return _ole_type(data)
    if data.startswith(_ZIP):
        return _zip_type(data, name)
    return _text_type(data)


def refusal(kind: str) -> ReadError:
    error, sentence = REFUSALS[kind]
    return error(sentence)


def _ole_type(data: bytes) -> str:
    return next((kind for stream, kind in _OLE_STREAMS if stream.encode("utf-16-le") in data), "binary")


def _zip_type(data: bytes, name: str) -> str:
    parts = _parts(data)
    if parts is None:
        return "broken"
    if "content.xml" in parts:
        return next((kind for said, kind in _OPEN_DOCUMENTS if said.encode() in data[:200]), "opendocument")
    known = next((kind for part, kind in _ZIP_PARTS if part in parts), None)
    return known or ("broken" if name.lower().endswith((".docx", ".xlsx")) else "archive")


def unpacked_size(data: bytes) -> int:
    """How many bytes a file, or what is in its container, takes up unpacked, as the container says."""
    if not data.startswith(_ZIP):
        return len(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(entry.file_size for entry in archive.infolist() if entry.filename.lower().endswith((".xml", ".rels")))
    except _UNREADABLE:
        return len(data)


def _parts(data: bytes) -> frozenset[str] | None:
    """The names inside a ZIP container, or None where its directory can't be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return frozenset(archive.namelist())
    except _UNREADABLE:
        return None


def _text_type(data: bytes) -> str:
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return "pdf"
    if (data.startswith(b"BM") and b"\x00" in data[:32]) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
        return "image"
    markup = _MARKUP.match(data[:_HTML_WITHIN])
    if markup is None:
        return "html" if data.startswith(b"MIME-Version:") else "txt"
    return "html" if markup["tag"] != b"?xml" or b"<html" in data[:_HTML_WITHIN].lower() else "xml"
