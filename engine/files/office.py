"""Old Word and Excel files, WPS, RTF and OpenDocument: brought to .docx or .xlsx by LibreOffice where it is installed.

LibreOffice ends with status 0 even where it wrote nothing, and two that share a profile block each other: so each conversion has a folder
of its own, a limit of time, and only the written file counts.
"""

import os
import resource
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from engine.errors import BrokenFile, MissingTool
from engine.files import extras

# Any bytes behind the first eight of an OLE container would be "converted": its byte order is looked at first.
_OLE, _ORDER, _ORDER_AT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xfe\xff", 28
_SECONDS = 60
_MEMORY = 4 * 1024**3
_LARGEST_OUTPUT = 200 * 1024 * 1024
_FILTERS = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
_FAILED = "旧格式文件转换失败,可能已损坏或设有密码;请用 Word 或 WPS 打开,另存为 .docx 或 .xlsx 后再试。"
_SLOW = "旧格式文件转换超时,已停止;请用 Word 或 WPS 打开,另存为 .docx 或 .xlsx 后再试。"


def convert(data: bytes, suffix: str, to: str) -> bytes:
    """The file as .docx or .xlsx (`to`). `suffix` is the one its content calls for. Raises `MissingTool` or `BrokenFile`."""
    found = extras.office()
    if not found:
        raise MissingTool(extras.NO_OFFICE)
    if data.startswith(_OLE) and data[_ORDER_AT:_ORDER_AT + len(_ORDER)] != _ORDER:
        raise BrokenFile(_FAILED)
    with tempfile.TemporaryDirectory(prefix="office-") as name:
        folder = Path(name)
        source = folder / f"source.{suffix}"
        source.write_bytes(data)
        _run(found, source, folder, to)
        return _output(folder / "out" / f"source.{to}")


def _run(found: str, source: Path, folder: Path, to: str) -> None:
    command = [found, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
               "--convert-to", _FILTERS[to], "--outdir", str(folder / "out"), str(source)]
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder)}
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,  # noqa: S603
                          env=environment, cwd=folder, start_new_session=True) as child:
        resource.prlimit(child.pid, resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        try:
            child.wait(_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise BrokenFile(_SLOW) from error
        finally:
            _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """The whole group: `soffice` is a script that starts the program proper."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def _output(path: Path) -> bytes:
    if not path.is_file() or not 0 < path.stat().st_size <= _LARGEST_OUTPUT:
        raise BrokenFile(_FAILED)
    return path.read_bytes()
