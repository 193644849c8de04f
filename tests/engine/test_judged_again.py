"""A verdict can be given again from its basis alone, and under other rules it is the one that a whole new matching would give."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from engine import read, track
from engine.values import Outcome, Rules
from engine.verdict import judge_again

SETS = Path(__file__).parents[1] / "sets"
SETTLED = Rules()
OTHERS = Rules(curve=tuple(Decimal(each) for each in (1, 3, 6, 10, 15, 22, 30, 40, 52, 66, 82, 100)), red_points_behind=Decimal(2),
               red_rate_points=Decimal("0.1"), about_percent=Decimal(50), about_points=Decimal(5))


def outcomes(folder: Path, rules: Rules) -> list[Outcome]:
    plan = read(folder / "plan.txt")
    reports = [read(path) for path in sorted(folder.glob("report-*.txt"))]
    return track(plan, reports, rules=rules)


@pytest.mark.parametrize("name", sorted(path.name for path in SETS.iterdir() if (path / "plan.txt").is_file()))
def test_from_its_basis_alone(name: str) -> None:
    found, moved = outcomes(SETS / name, SETTLED), outcomes(SETS / name, OTHERS)
    assert found
    for one, other in zip(found, moved, strict=True):
        assert judge_again(one.verdict.basis, SETTLED) == replace(one.verdict, basis="")
        assert judge_again(one.verdict.basis, OTHERS) == replace(other.verdict, basis="")
