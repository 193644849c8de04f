"""A .zip of several files: what is inside is taken in one by one, as if each had been chosen by itself.

Nothing is ever written under a name from inside; of a path only its last part is shown.
"""

import zipfile
import zlib
from collections.abc import Iterator

from django.conf import settings
from django.core.files.base import ContentFile, File

from documents.intake import Refused
from engine.files.types import content_type

MOST_FILES = 100
MOST_BYTES = 200 * 1024 * 1024
MOST_RATIO = 200
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_SKIPPED = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_HEAD = 4
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError, RuntimeError)


def is_archive(upload: "File[bytes]") -> bool:
    """True for a .zip that is no Office file: told by its content."""
    upload.seek(0)
    begins = upload.read(_HEAD)
    upload.seek(0)
    if not begins.startswith(b"PK") or (upload.size or 0) > settings.UPLOAD_LIMIT:
        return False
    whole = upload.read()
    upload.seek(0)
    return content_type(whole) == "archive"


def members(upload: "File[bytes]") -> Iterator[tuple[str, "File[bytes]"]]:
    """The files inside with their names. Raises `Refused` before the first one where the archive as a whole will not do."""
    try:
        with zipfile.ZipFile(upload) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_clutter(entry.filename)]
            _check(entries)
            for entry in entries:
                yield _name(entry), _unpacked(archive, entry)
    except _BROKEN as error:
        raise Refused("压缩包已损坏或无法解压,请解压后逐个上传其中的文件。") from error


def _is_clutter(name: str) -> bool:
    last = name.replace("\\", "/").rpartition("/")[2]
    return name.startswith(_SKIPPED) or name.endswith(_SKIPPED) or last.startswith((".", "~$"))


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if not entries:
        raise Refused("压缩包里没有文件。")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise Refused("压缩包设有密码,请解压后逐个上传其中的文件。")
    if len(entries) > MOST_FILES:
        raise Refused(f"压缩包里超过{MOST_FILES}个文件,请分几次上传。")
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if unpacked > MOST_BYTES or unpacked > MOST_RATIO * max(packed, 1024):
        raise Refused("压缩包解压后过大,请解压后逐个上传其中的文件。")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> "File[bytes]":
    """No more than the limit and one byte, whatever the directory says: `store` refuses what is larger."""
    with archive.open(entry) as part:
        return ContentFile(part.read(settings.UPLOAD_LIMIT + 1))


def _name(entry: zipfile.ZipInfo) -> str:
    """Chinese Windows writes names in GBK without saying so."""
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename
