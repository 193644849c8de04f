"""How long files take, and how much memory: a long PDF, a long task table, one recognised page."""

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2

from bench.clock import ROOT, Row
from engine.files import extras

PAGES, ROWS = 300, 2000
# Reports of itself: the peak of the loader is the one of its child.
LOAD = """
import json, resource, sys, time
from engine.files import load
begun = time.monotonic()
text = load(sys.argv[1])
print(json.dumps([time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, len(text.string)]))
"""


def long_pdf() -> bytes:
    """The printed sample of the documentation, if LibreOffice is there, page after page until there are 300."""
    said = "<p>{0}.全年新增规上工业企业{0}家以上,完成一般公共预算收入{0}.4亿元,同比增长8%以上,新建口袋公园{0}个。</p>"
    lines = "".join(said.format(number) for number in range(1, 60))
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "page.html"
        source.write_text(f'<html><head><meta charset="utf-8"></head><body>{lines}</body></html>', encoding="utf-8")
        subprocess.run([str(extras.office()), "--headless", f"-env:UserInstallation={(Path(name) / 'profile').as_uri()}", "--convert-to",
                        "pdf:writer_web_pdf_Export", "--outdir", name, str(source)],
                       check=True, capture_output=True, env={**os.environ, "HOME": name})
        part = pypdfium2.PdfDocument(source.with_suffix(".pdf").read_bytes())
    whole = pypdfium2.PdfDocument.new()
    while len(whole) < PAGES:
        whole.import_pages(part, list(range(min(len(part), PAGES - len(whole)))))
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def task_table() -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["序号", "指标名称", "计量单位", "2025年目标", "牵头单位", "配合单位", "完成时限"])
    for number in range(1, ROWS + 1):
        sheet.append([number, f"第{number}类绿道", "公里", number / 10, "城管办", "经发办、财政所", "12月底"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def scanned_page() -> bytes:
    """The first page of the long PDF as a picture at 200 dpi."""
    page = pypdfium2.PdfDocument(long_pdf())[0].render(scale=200 / 72).to_pil().convert("L")
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def measured(data: bytes) -> tuple[float, float, int]:
    """Seconds, megabytes of the loader at its peak, characters."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        done = subprocess.run([sys.executable, "-c", LOAD, file.name], cwd=ROOT, check=True, capture_output=True, text=True)
    seconds, megabytes, characters = json.loads(done.stdout)
    return seconds, megabytes, characters


def file_rows(_times: int) -> list[Row]:
    """Lines for the table of `make bench`, one run each; what this machine has no program for is left out."""
    made: list[tuple[str, Callable[[], bytes]]] = [(f".xlsx of {ROWS:,} rows", task_table)]
    if extras.office():
        made.append((f"PDF of {PAGES} pages", long_pdf))
        made += [("a page by OCR, 200 dpi", scanned_page)] if extras.recognises() else []
    found = []
    for name, make in made:
        seconds, megabytes, characters = measured(make())
        found.append((name, f"{seconds:.1f} s", f"{megabytes:,.0f} MB at the peak, {characters:,} characters"))
    return found
