"""What the engine reads and matches on real documents, by the scorers that stand beside them. Runs where CORPUS names the folder."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import engine

WHOLE_F1 = 0.95
TARGET_WHOLE_F1 = 0.96
EVIDENCE = 0.95
STATUS = 0.95


def _scorer(folder: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"corpus_{name}", folder / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _read(path: Path) -> list[dict[str, Any]]:
    """The rows that `manage.py read` prints, through JSON and back as the scorer would get them."""
    rows: list[dict[str, Any]] = json.loads(json.dumps([each.row() for each in engine.read(path).statements]))
    return rows


def _track(plan: Path, report: Path) -> list[dict[str, Any]]:
    outcomes = engine.track(engine.read(plan), [engine.read(report)])
    rows: list[dict[str, Any]] = json.loads(json.dumps([each.row() for each in outcomes]))
    return rows


def test_reading(corpus: Path) -> None:
    scorer = _scorer(corpus, "score")
    every, targets = scorer.Tally(), scorer.Tally()
    for gold_path in sorted(corpus.rglob("*.gold.jsonl")):
        gold = _rows(gold_path)
        found = [row for row in _read(gold_path.with_name(gold_path.name.replace(".gold.jsonl", ".txt"))) if row["measure"] != "milestone"]
        every.add(scorer.score(gold, found))
        targets.add(scorer.score(gold, found, only="target"))
    whole, whole_targets = (scorer.f1(tally.whole, tally.asked, tally.given)[2] for tally in (every, targets))
    assert whole >= WHOLE_F1, every.row("ALL")
    assert whole_targets >= TARGET_WHOLE_F1, targets.row("ALL targets")


@pytest.mark.parametrize(
    ("report", "evidence", "status"),
    [("report-2023-q3", EVIDENCE, STATUS), ("report-2023", EVIDENCE, STATUS), ("report-2022", 1.0, 1.0)],
)
def test_matching(corpus: Path, report: str, evidence: float, status: float) -> None:
    scorer = _scorer(corpus, "score_links")
    folder = corpus / "set-dev"
    rows = _track(folder / "plan.txt", folder / f"{report}.txt")
    gold_plan = {each["start"]: each for each in _rows(folder / "plan.gold.jsonl")}
    misses: list[str] = []
    tally = scorer.score(_rows(folder / f"links-{report}.jsonl"), rows, gold_plan, misses)
    said = "\n".join([tally.row(report), *misses])
    assert tally.right["evidence"] / tally.targets >= evidence, said
    assert tally.right["status"] / tally.targets >= status, said
    assert tally.false_met == 0, said


def test_spans_lead_back_to_the_text(corpus: Path) -> None:
    for path in sorted(corpus.rglob("*.txt")):
        reading = engine.read(path)
        wrong = [each.figure for each in reading.statements if reading.text[each.start:each.end] != each.figure]
        assert not wrong, f"{path.name}: {wrong}"


def test_another_year_never_meets_a_target(corpus: Path) -> None:
    folder = corpus / "set-dev"
    outcomes = engine.track(engine.read(folder / "plan.txt"), [engine.read(folder / "report-2022.txt")])
    assert {each.verdict.status for each in outcomes} <= {"not_due", "unreported"}
    assert any(each.base for each in outcomes), "the figures of the year before stand beside the targets as their base"
    assert not any(each.evidence for each in outcomes)
