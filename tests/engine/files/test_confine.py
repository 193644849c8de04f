"""A loader in a process of its own ends by itself, whatever the file wants."""

import subprocess
import sys
import time

import pytest

from engine.errors import BrokenFile
from engine.files import confine
from engine.files.confine import MEGABYTE, Limits
from tests.hostile import making


def test_too_much_work_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confine, "PARSING", Limits(memory=600 * MEGABYTE, work=1, silence=100))
    begun = time.monotonic()
    with pytest.raises(BrokenFile, match="时间或内存"):
        confine.load("xlsx", making.million_cells())
    assert time.monotonic() - begun < 100


def test_too_much_memory_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confine, "PARSING", Limits(memory=100 * MEGABYTE, work=60, silence=100))
    with pytest.raises(BrokenFile, match="内存"):
        confine.load("xlsx", making.million_cells())


def test_pages_done_are_told() -> None:
    told: list[tuple[int, int]] = []
    assert confine.load("pdf", making.one_page(), lambda done, pages: told.append((done, pages))).string.strip() == "Plan 2025: 5 parks"
    assert told == [(1, 1)]


@pytest.mark.parametrize(("module", "never"), [
    ("engine.files.child", ("engine.statements", "engine.lexicon", "docx", "openpyxl")),
    ("engine.reading", ("engine.tracking", "docx", "openpyxl")),
])
def test_what_a_process_does_not_need_is_not_loaded(module: str, never: tuple[str, ...]) -> None:
    told = subprocess.run([sys.executable, "-c", f"import sys, {module}; print(*sys.modules)"], capture_output=True, text=True, check=True)
    assert not set(never) & set(told.stdout.split())
