"""`python -m engine.files.child MEMORY WORK KIND`: reads a file from stdin and prints what became of it; see `confine.py`."""

import io
import json
import resource
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from engine.errors import BrokenFile, ReadError
from engine.files import part, pdf, scan
from engine.files.confine import Progress
from engine.text import Place, Text

LOADERS: Mapping[str, Callable[[bytes, Progress], Text]] = {
    "pdf": pdf.load,
    "scan": lambda data, progress: pdf.load(data, progress, recognise=True),
    "image": lambda data, _: scan.load(data),
    "xlsx": lambda data, _: part("xlsx").load(data),
    "xls": lambda data, _: part("xlsx").load(data),
    "docx": lambda data, _: part("docx").load(data),
    "html": lambda data, _: part("html").load(data),
}
_HEAVY = "文件内容过大,读取时超出内存限制;请拆分后再试。"


def main(memory: int, work: int, kind: str, *words: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _allow(work)
    # What a library prints must not come between our lines.
    out, sys.stdout = sys.stdout, sys.stderr

    def say(answer: dict[str, Any]) -> None:
        out.write(json.dumps(answer) + "\n")
        out.flush()

    def progress(page: int, pages: int) -> None:
        _allow(work)
        say({"page": page, "pages": pages})

    try:
        say(_answer(sys.stdin.buffer.read(), kind, words, progress))
    except pdf.NeedsRecognition:
        say({"again": "scan"})
    except MemoryError:
        say(_error(BrokenFile(_HEAVY)))
    except ReadError as error:
        say(_error(error))


def _allow(work: int) -> None:
    """So many more seconds of the processor, then the system ends this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + work, most))


def _error(error: ReadError) -> dict[str, Any]:
    return {"error": type(error).__name__, "sentence": str(error)}


def _answer(data: bytes, kind: str, words: tuple[str, ...], progress: Progress) -> dict[str, Any]:
    if kind == "draw":
        return {"picture": b64encode(_drawn(data, int(words[0]), int(words[1]))).decode()}
    text = LOADERS[kind](data, progress)
    return {"string": text.string, "places": [_row(place) for place in text.places], "format": text.format}


def _drawn(data: bytes, page: int, width: int) -> bytes:
    if data.startswith(b"%PDF-") or b"%PDF-" in data[:1024]:
        with closing(pdf.opened(data)) as document:
            if not 1 <= page <= len(document):
                raise BrokenFile("没有这一页。")
            image = pdf.picture(document, page, width)
    else:
        image = scan.opened(data)
    buffer = io.BytesIO()
    image.quantize(16).save(buffer, "PNG")
    return buffer.getvalue()


def _row(place: Place) -> list[Any]:
    return [place.span.start, place.span.end, place.kind, place.page, place.table, place.row, place.column, place.box]


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
