"""From a file to its text: the type is told by the content, never by the name.

A new format is a module here and one line in `LOADERS`; its type is one line in `engine/files/types.py`.
"""

from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path

from engine.errors import BrokenFile, NoText, ReadError, UnsupportedFile
from engine.files import docx, plain, types
from engine.text import Text

MAX_BYTES = 50 * 1024 * 1024
"""Files above this size, in bytes, are refused before anything is unpacked."""

Loader = Callable[[bytes], Text]
LOADERS: Mapping[str, Loader] = {"txt": plain.load, "docx": docx.load}


def load(path: str | PathLike[str], *, name: str | None = None) -> Text:
    """The text of the file at `path`. `name` is the user's own name for it where `path` is a storage name; it only serves as a hint.

    Raises a `ReadError` whose sentence says what to do next: `UnsupportedFile`, `LockedFile`, `BrokenFile` or `NoText`.
    """
    return load_bytes(_content(Path(path)), name=name or Path(path).name)


def load_bytes(data: bytes, *, name: str = "") -> Text:
    """The same for content that is already in memory."""
    if not data:
        raise NoText("文件是空的,请检查后重新选择文件。")
    text = _loader(data, name)(data)
    if not text.string.strip():
        raise NoText("文件里没有文字,请检查是否选错了文件;扫描件请先转成文字,再另存为 .docx 或 .txt。")
    return text


def _loader(data: bytes, name: str) -> Loader:
    kind = types.content_type(data, name=name)
    if kind not in LOADERS:
        raise types.refusal(kind)
    return LOADERS[kind]


def _content(path: Path) -> bytes:
    if refused := _refused(path):
        raise refused
    try:
        return path.read_bytes()
    except OSError as error:
        raise BrokenFile("文件打不开,请检查是否有读取权限。") from error


def _refused(path: Path) -> ReadError | None:
    """Why the file is not even opened: reading a device or a pipe could wait for ever."""
    if path.is_dir():
        return UnsupportedFile("这是一个文件夹,请选择其中的文件。")
    if not path.exists():
        return BrokenFile("找不到这个文件,请检查路径和文件名。")
    if not path.is_file():
        return UnsupportedFile("这不是普通文件,请选择 .docx 或 .txt 文件。")
    if path.stat().st_size > MAX_BYTES:
        return BrokenFile(f"文件超过 {MAX_BYTES // 1024 // 1024} MB,请拆分或删去其中的图片后重试。")
    return None
