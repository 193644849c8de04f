"""From a file to its text: the type is told by the content, never by the name.

A new format is a module here and one line in `LOADERS`; its type is one line in `engine/files/types.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from os import PathLike
from pathlib import Path
from types import ModuleType

from engine.errors import BrokenFile, MissingTool, NoText, ReadError, UnsupportedFile
from engine.files import confine, extras, office, plain, types
from engine.files.confine import Progress
from engine.text import Text

MAX_BYTES = 50 * 1024 * 1024
"""Files above this size, in bytes, are refused before anything is unpacked."""

Loader = Callable[[bytes, Progress | None], Text]
LARGE = 4 * 1024 * 1024
"""What is larger, in bytes, is read in a process of its own even where its loader is harmless: it may want too much memory."""
_NO_TEXT = "文件里没有文字,请检查是否选错了文件;若是图片或扫描件,请换清晰的扫描件或 Word 原稿。"


def load(path: str | PathLike[str], *, name: str | None = None, progress: Progress | None = None) -> Text:
    """The text of the file at `path`. `name` is the user's own name for it where `path` is a storage name; it only serves as a hint.

    `progress` is told how many pages are done, where a file has pages. Raises a `ReadError` whose sentence says what to do next.
    """
    return load_bytes(_content(Path(path)), name=name or Path(path).name, progress=progress)


def load_bytes(data: bytes, *, name: str = "", progress: Progress | None = None) -> Text:
    """The same for content that is already in memory."""
    kind = known_type(data, name=name)
    text = LOADERS[kind](data, progress)
    if not text.string.strip():
        raise NoText(_NO_TEXT)
    return text


def known_type(data: bytes, *, name: str = "") -> str:
    """A key of `LOADERS`, told by the content. Raises a `ReadError` where the file is empty or of no type that can be read."""
    if not data:
        raise NoText("文件是空的,请检查后重新选择文件。")
    kind = types.content_type(data, name=name)
    if kind not in LOADERS:
        raise types.refusal(kind)
    return kind


def check(data: bytes, *, name: str = "") -> None:
    """Raises the `ReadError` that can be told at once: what takes long or is dangerous to open is only looked at from outside."""
    kind = known_type(data, name=name)
    if kind in _OFFICE and not extras.office():
        raise MissingTool(extras.NO_OFFICE)
    if kind == "image" and not extras.recognises():
        raise MissingTool(extras.NO_RECOGNITION)
    if kind in _QUICK and types.unpacked_size(data) <= LARGE:
        load_bytes(data, name=name)
    elif data.startswith(b"PK"):
        part("container").check(data)


def draw(path: str | PathLike[str], page: int, *, width: int) -> bytes:
    """A picture (PNG), `width` pixels across, of one page of a PDF or of a picture file. Raises `ReadError`."""
    return confine.draw(_content(Path(path)), page, width)


def _confined(kind: str) -> Loader:
    return lambda data, progress: confine.load(kind, data, progress)


def _here(kind: str) -> Loader:
    """Read in this process, unless it is large."""
    return lambda data, progress: part(kind).load(data) if types.unpacked_size(data) <= LARGE else confine.load(kind, data, progress)


def part(name: str) -> ModuleType:
    """A module beside this one, loaded when a file first needs it: what it builds on takes longer to load than a plain text to read."""
    return import_module(f"engine.files.{name}")


def _converted(suffix: str, to: str) -> Loader:
    return lambda data, progress: replace(LOADERS[to](office.convert(data, suffix, to), progress), format=suffix)


LOADERS: Mapping[str, Loader] = {
    "txt": lambda data, _: plain.load(data), "docx": _here("docx"), "html": _here("html"),
    "pdf": _confined("pdf"), "xlsx": _confined("xlsx"), "image": _confined("image"),
    "doc": _converted("doc", "docx"), "rtf": _converted("rtf", "docx"), "odt": _converted("odt", "docx"),
    "xls": _converted("xls", "xlsx"), "ods": _converted("ods", "xlsx"),
}
_OFFICE = frozenset({"doc", "rtf", "odt", "xls", "ods"})
_QUICK = frozenset({"txt", "docx", "html"})


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
        return UnsupportedFile("这不是普通文件,请选择 Word、PDF、Excel、网页或文本文件。")
    if path.stat().st_size > MAX_BYTES:
        return BrokenFile(f"文件超过 {MAX_BYTES // 1024 // 1024} MB,请拆分或删去其中的图片后重试。")
    return None
