"""A module compiled by `make fast` runs only while it is what its source says."""

import os
from pathlib import Path

import pytest

from engine import refuse_stale


def place(folder: Path, *, compiled_later_by: int) -> Path:
    source, compiled = folder / "figures.py", folder / "figures.cpython-311-x86_64-linux-gnu.so"
    for path, when in ((source, 1_000_000), (compiled, 1_000_000 + compiled_later_by)):
        path.touch()
        os.utime(path, (when, when))
    return folder


def test_a_source_changed_since_is_told_until_it_is_compiled_anew(tmp_path: Path) -> None:
    with pytest.raises(ImportError, match=r"figures\.py 在编译之后改过:请运行 make fast"):
        refuse_stale(place(tmp_path, compiled_later_by=-5))
    refuse_stale(place(tmp_path, compiled_later_by=5))


def test_a_compiled_module_without_its_source_is_told(tmp_path: Path) -> None:
    (place(tmp_path, compiled_later_by=5) / "figures.py").unlink()
    with pytest.raises(ImportError, match=r"figures\.py"):
        refuse_stale(tmp_path)
