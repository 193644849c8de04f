"""The same figures whatever the format: each text of the corpus poured into others gives what its .txt gives."""

import importlib.util
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import read_text
from engine.files import load_bytes
from engine.text import Text
from tests.poured import pouring

WITHIN = 0.01
RECOGNISED = 0.90


def scorer(corpus: Path) -> Any:
    spec = importlib.util.spec_from_file_location("score", corpus / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def figures(text: Text, back: list[int] | None = None) -> list[dict[str, Any]]:
    """What is read, as the command prints it, at the places of the plain text."""
    rows = [json.loads(json.dumps(each.row())) for each in read_text(text, doc="poured").statements if each.measure != "milestone"]
    if back:
        for row in rows:
            row["start"], row["end"] = back[row["start"]], back[row["end"] - 1] + 1
    return rows


def whole(tally: Any) -> float:
    """F1 of whole figures, the last number of the scorer's own line."""
    return float(tally.row("").rsplit(" ", 1)[-1])


def scores(corpus: Path, pour: Callable[[str], bytes], *, most: int | None = None) -> tuple[float, float]:
    """Whole F1 of the plain texts and of the poured ones."""
    score = scorer(corpus)
    plain, poured = score.Tally(), score.Tally()
    for gold_file in sorted(corpus.rglob("*.gold.jsonl"))[:most]:
        gold = score.read_jsonl(gold_file.read_text(encoding="utf-8").splitlines())
        text = load_bytes(gold_file.with_name(gold_file.name.replace(".gold.jsonl", ".txt")).read_bytes())
        other = load_bytes(pour(text.string))
        plain.add(score.score(gold, figures(text)))
        poured.add(score.score(gold, figures(other, pouring.carried(other.string, text.string))))
    return whole(plain), whole(poured)


@pytest.mark.parametrize("pour", [pouring.as_docx, pouring.as_html, pouring.as_xlsx])
def test_files_made_here(corpus: Path, pour: Callable[[str], bytes]) -> None:
    plain, poured = scores(corpus, pour)
    assert abs(plain - poured) <= WITHIN, f"{poured:.4f} against {plain:.4f}"


@pytest.mark.needs("libreoffice")
@pytest.mark.parametrize("pour", [pouring.as_pdf, pouring.as_columns])
def test_printed_files(corpus: Path, pour: Callable[[str], bytes]) -> None:
    """Also in two columns with running heads and page numbers."""
    plain, poured = scores(corpus, pour)
    assert abs(plain - poured) <= WITHIN, f"{poured:.4f} against {plain:.4f}"


@pytest.mark.needs("libreoffice", "ocr")
@pytest.mark.parametrize(("pour", "most"), [(pouring.as_scan, 2), (pouring.as_skewed_scan, 1)])
def test_recognised_pages(corpus: Path, pour: Callable[[str], bytes], most: int) -> None:
    """All documents only where POURED_SCANS=all: a page takes seconds."""
    _, poured = scores(corpus, pour, most=None if os.environ.get("POURED_SCANS") == "all" else most)
    assert poured >= RECOGNISED


def test_a_harness_that_can_fail(corpus: Path) -> None:
    """Text torn apart every seventeen characters does not score like the whole one."""

    def torn(text: str) -> bytes:
        solid = text.replace("\n", "")
        return "\n".join(solid[place:place + 17] + "。" for place in range(0, len(solid), 17)).encode()

    plain, poured = scores(corpus, torn, most=2)
    assert plain - poured > 0.2
