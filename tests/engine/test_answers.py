"""One promise and one sentence of a report, alone with other things: is the one answered by the other (tests/cases/answers.txt)?"""

from pathlib import Path

import pytest

from engine.tracking import answer
from engine.values import Outcome, Reading
from tests.engine.pairs import reading

FILE = Path(__file__).parents[1] / "cases" / "answers.txt"
CASES = [
    tuple(part.strip() for part in line.split("|"))
    for line in FILE.read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]
# What else two such documents speak of, so that words have a rarity.
OTHER_PROMISES = [("新建农家书屋【8个】", "农家书屋"), ("一般公共预算收入【5.2亿元】", "一般公共预算收入"), ("发展党员【24名】", "党员")]
OTHER_RESULTS = [("新建农家书屋【9个】", "农家书屋"), ("放映公益电影【300场】", "公益电影"), ("改造户厕【120户】", "户厕")]


def documents(promise: tuple[str, str], report: tuple[str, str]) -> tuple[Reading, Reading]:
    return reading(promise, *OTHER_PROMISES, kind="target", doc="plan"), reading(report, *OTHER_RESULTS)


def outcome_of(promise: tuple[str, str], report: tuple[str, str]) -> Outcome:
    plan, results = documents(promise, report)
    return answer(plan.targets, [results], plans=[plan])[0]


@pytest.mark.parametrize("case", CASES, ids=[f"{case[1]} — {case[3]}" for case in CASES])
def test_answers(case: tuple[str, ...]) -> None:
    wanted, promise, promised, report, reported = case
    found = outcome_of((promise, promised), (report, reported))
    assert ("take" if found.evidence else "leave") == wanted, (found.verdict, found.candidates, found.notes)


def test_two_that_compete_wait_for_a_person() -> None:
    plan = reading(("盘活低效工业用地【500亩】", "低效工业用地"), kind="target", doc="plan")
    report = reading(("盘活存量低效用地【40公顷】", "存量低效用地"), ("盘活闲置低效用地【12公顷】", "闲置低效用地"), *OTHER_RESULTS)
    assert answer(plan.targets, [report], plans=[plan])[0].evidence == ()


def test_the_same_documents_give_the_same_answers() -> None:
    cases = [(case[1], case[2]) for case in CASES], [(case[3], case[4]) for case in CASES]
    plan, report = reading(*cases[0], kind="target", doc="plan"), reading(*cases[1])
    first = [each.row() for each in answer(plan.targets, [report], plans=[plan])]
    assert first == [each.row() for each in answer(plan.targets, [report], plans=[plan])]
    backwards = answer(tuple(reversed(plan.targets)), [report], plans=[plan])
    assert sorted(str(each) for each in first) == sorted(str(each.row()) for each in backwards)
