"""Each hostile file ends in bounds of time and memory: read, or refused with one sentence that says what to do."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hostile import making

ROOT = Path(__file__).parents[2]
SECONDS, MEGABYTES = 10, 500
# A small process between: a started program begins with the peak of the one that started it, and tests have grown large.
# Seconds of the processor, of the program and those it started: what else runs on the machine must not count.
MEASURE = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(child.pid, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=sys.stderr)
"""
PAGE = "<p>全年新增规上工业企业5家以上。</p>"
IDLE = "<p>继续抓好各项日常工作。</p>"


@dataclass(frozen=True)
class End:
    status: int
    printed: str
    said: str
    seconds: float
    megabytes: float


def read(data: bytes, name: str, folder: Path) -> End:
    """What became of a file in a process of its own, with the memory of the largest process that took part."""
    path = folder / name
    path.write_bytes(data)
    done = subprocess.run([sys.executable, "-c", MEASURE, sys.executable, "-m", "engine", str(path)], cwd=ROOT, capture_output=True,
                          text=True, check=True, timeout=120)
    said, _, measured = done.stderr.rstrip("\n").rpartition("\n")
    status, seconds, kilobytes = measured.split()
    return End(int(status), done.stdout, said, float(seconds), int(kilobytes) / 1024)


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "bomb in .docx": ("计划.docx", lambda: making.with_part(making.word(), "word/document.xml", b" " * 50_000_000), "压缩比异常"),
    "huge part in .docx": ("计划.docx", lambda: making.with_part(making.word(), "word/document.xml", b" " * 70_000_000), "过大"),
    "bomb in .xlsx": ("指标.xlsx", lambda: making.with_part(making.excel(), "xl/worksheets/sheet1.xml", b" " * 50_000_000), "压缩比异常"),
    "huge part of another name": ("指标.xlsx", lambda: making.with_part(making.excel(), "xl/sheet.dat", b" " * 70_000_000), "过大"),
    "too many parts": ("计划.docx", lambda: making.crowded(making.word()), "过大"),
    **{f"doctype in {part} of .docx": ("计划.docx", lambda part=part: making.with_doctype(making.word(), part), "不安全")  # type: ignore[misc]
       for part in making.parts(making.word())},
    **{f"doctype in {part} of .xlsx": ("指标.xlsx", lambda part=part: making.with_doctype(making.excel(), part), "不安全")  # type: ignore[misc]
       for part in making.parts(making.excel())},
    "doctype in a part of another name": (
        "计划.docx", lambda: making.with_part(making.word(), "word/other.dat", making.BOMB + b"<a/>"), "不安全"),
    "entities in .html": ("网页.html", lambda: b"<!DOCTYPE html [<!ENTITY x 'ha'>]><html><body>&x;</body></html>", "不安全"),
    "an outside entity in .html": (
        "网页.html", lambda: b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body>&x;</body></html>', "不安全"),
    "an outside entity in a page saved with its pictures": (
        "网页.mht", lambda: b'MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b"<html><body>&x;</body></html>", "不安全"),
    "encrypted entry": ("计划.docx", lambda: making.locked(making.word()), "密码"),
    "password on .docx": ("计划.docx", lambda: making.ole("EncryptedPackage", "EncryptionInfo"), "密码"),
    "password on .pdf": ("计划.pdf", making.locked_pdf, "密码"),
    "bytes named .pdf": ("计划.pdf", lambda: bytes(range(256)) * 40, "另存为"),
    "truncated .docx": ("计划.docx", lambda: making.word()[:5000], "损坏"),
    "truncated .xlsx": ("指标.xlsx", lambda: making.excel()[:3000], "损坏"),
    "truncated .pdf": ("计划.pdf", lambda: making.one_page()[:40], "损坏"),
    "macros": ("计划.docm", making.with_macros, "宏"),
    "macros in a file called .docx": ("计划.docx", making.with_macros, "宏"),
    "a hundred thousand pages": ("计划.pdf", making.many_pages, "拆分"),
    "pages in a circle": ("计划.pdf", making.page_tree_in_a_circle, "。"),
    "unpacks to half a gigabyte": ("计划.pdf", making.packed_page, "拆分"),
    # Its cells are counted, or its share of work is used up first: a machine decides which.
    "a sheet of a million cells and more": ("指标.xlsx", making.million_cells, "已停止"),
    "picture of 10⁵ × 10⁵": ("扫描.png", lambda: making.png(100_000, 100_000), "。"),
    "cut picture": ("扫描.png", lambda: making.png(1000, 1000)[:60], "。"),
    "nothing": ("空.txt", lambda: b"", "空的"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_in_bounds(case: str, tmp_path: Path) -> None:
    name, made, word = REFUSED[case]
    end = read(made(), name, tmp_path)
    assert end.status == 2, end.said
    assert word in end.said
    assert "\n" not in end.said
    assert "Traceback" not in end.said
    assert end.seconds < SECONDS
    assert end.megabytes < MEGABYTES


READ: dict[str, tuple[str, Callable[[], bytes]]] = {
    "wrong extension": ("计划.pdf", making.word),
    "text named .docx": ("计划.docx", "青禾街道2025年工作计划\n全年新增规上工业企业5家以上。".encode),
    "JavaScript in .pdf": ("计划.pdf", making.with_javascript),
    "forms in a circle": ("计划.pdf", making.forms_in_a_circle),
    "a page of ten thousand kilometres": ("计划.pdf", lambda: making.one_page(box=b"0 0 99999999 99999999")),
    "a sheet that claims to be endless": ("指标.xlsx", making.far_cell),
    "deep .html": ("网页.html", f"<html><body>{'<div>' * 50_000}{PAGE}</body></html>".encode),
    # What the bound is for is the markup: a figure takes half a millisecond to read on a slow machine, whatever holds it.
    "long .html": ("网页.html", f"<html><body>{(PAGE + IDLE * 9) * 1_000}</body></html>".encode),
}


@pytest.mark.parametrize("case", READ)
def test_read_or_refused_in_bounds(case: str, tmp_path: Path) -> None:
    name, made = READ[case]
    end = read(made(), name, tmp_path)
    assert end.status in (0, 2)
    assert "Traceback" not in end.said
    assert end.seconds < SECONDS
    assert end.megabytes < MEGABYTES
