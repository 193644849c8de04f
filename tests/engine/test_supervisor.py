"""What a careful supervisor would say of one promise and one report, from their text on (tests/cases/supervisor.txt).

Most cases try to make the machine say 已完成 where it is not so: the worst mistake it can make.
"""

from pathlib import Path

import pytest

from engine import Outcome, Text, read_text, track

FILE = Path(__file__).parents[1] / "cases" / "supervisor.txt"
LINES = [[part.strip() for part in line.split("|")] for line in FILE.read_text(encoding="utf-8").splitlines()
         if line.strip() and not line.startswith("#")]
TITLES = {"12": "云溪街道2031年工作总结", "9": "云溪街道2031年前三季度工作总结", "6": "云溪街道2031年上半年工作总结"}
# What else the two documents speak of, so that words have a rarity.
OTHER_PROMISES = "新建农家书屋8个。\n一般公共预算收入完成5.2亿元。\n发展党员24名。\n"
OTHER_RESULTS = "新建农家书屋9个。\n放映公益电影300场。\n改造户厕120户。\n"


def case(line: list[str]) -> object:
    wanted, promise, report, *rest = line
    marks = [pytest.mark.xfail(reason=rest[1], strict=True)] if wanted.startswith("?") else []
    return pytest.param(wanted.lstrip("?"), promise, report, rest[0] if rest else "12", id=f"{promise} — {report}", marks=marks)


def outcome(promise: str, report: str, last: str) -> Outcome:
    head = f"云溪街道2031年工作计划\n\n一、工作目标\n{promise}"
    plan = read_text(Text(f"{head}。\n{OTHER_PROMISES}"), doc="plan")
    said = read_text(Text(f"{TITLES[last]}\n\n一、工作完成情况\n{report}。\n{OTHER_RESULTS}"), doc="report")
    return next(each for each in track(plan, [said]) if each.target.start < len(head))


@pytest.mark.parametrize(("wanted", "promise", "report", "last"), [case(line) for line in LINES])
def test_said_as_a_supervisor_would(wanted: str, promise: str, report: str, last: str) -> None:
    found = outcome(promise, report, last)
    said = found.verdict.status
    right = said != "met" if wanted == "!" else said in wanted.split(",")
    assert right, (said, found.verdict.rule, [(each.statement.indicator, each.statement.figure) for each in found.evidence])


def test_there_are_many_of_both_kinds() -> None:
    assert len(LINES) >= 600
    assert sum(line[0].startswith("met") for line in LINES) >= 50
