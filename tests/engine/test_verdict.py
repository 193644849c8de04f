"""The one rule: every line of the table of verdicts, by cases that are data (tests/cases/verdict.jsonl), and its laws."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import Rules, Statement, Verdict
from engine.verdict import Facts, judge

CASES = [json.loads(line) for line in (Path(__file__).parents[1] / "cases" / "verdict.jsonl").read_text(encoding="utf-8").splitlines()]
NUMBERS = ("actual", "base", "firm")


def target(**given: Any) -> Statement:
    numbers = {name: None if given.get(name) is None else Decimal(given[name]) for name in ("value", "high")}
    months = tuple(given["months"]) if given.get("months") else None
    plain: dict[str, Any] = {"doc": "plan", "start": 0, "end": 2, "figure": "", "kind": "target", "indicator": "指标", "year": 2031}
    return Statement(**{**plain, **given, **numbers, "months": months})


def facts(**given: Any) -> Facts:
    numbers = {name: None if given.get(name) is None else Decimal(given[name]) for name in NUMBERS}
    return Facts(**{"basis": "actual", **given, **numbers})


def printed(verdict: Verdict, name: str) -> str | None:
    value = getattr(verdict, name)
    return str(value) if isinstance(value, Decimal) else value


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 200
    assert len({case["id"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_table(case: dict[str, Any]) -> None:
    verdict = judge(target(**case["target"]), facts(**case["facts"]))
    assert {name: printed(verdict, name) for name in case["want"]} == case["want"], verdict.rule


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_every_verdict_says_its_rule_in_words(case: dict[str, Any]) -> None:
    verdict = judge(target(**case["target"]), facts(**case["facts"]))
    assert verdict.rule
    assert (verdict.light == "green") == (verdict.status in {"met", "on_track"})
    assert (verdict.light == "grey") == (verdict.status in {"unclear", "unreported", "not_due"})


def test_curve_of_the_office_takes_the_place_of_twelfths() -> None:
    curve = tuple(map(Decimal, (5, 12, 30, 38, 44, 50, 58, 66, 75, 84, 92, 100)))
    said = judge(target(measure="amount", comparator="=", value="100", unit="万元"), facts(actual="30", last=3), Rules(curve=curve))
    assert (said.status, said.expected, said.behind) == ("on_track", Decimal("30.0"), Decimal("0.0"))
    assert "按单位设定" in said.rule


def test_thresholds_are_settings() -> None:
    rules = Rules(red_points_behind=Decimal(10), red_rate_points=Decimal(1), about_points=Decimal("0.5"))
    assert judge(target(measure="amount", comparator="=", value="100", unit="万元"), facts(actual="30", last=6), rules).light == "red"
    assert judge(target(measure="growth", comparator="=", value="8", unit="%"), facts(actual="6.5", last=6), rules).light == "red"
    assert judge(target(measure="growth", comparator="~", value="8", unit="%"), facts(actual="7.5", last=12), rules).status == "unclear"


def test_rule_names_the_elapsed_share() -> None:
    assert "序时=10/12=83.3%" in judge(target(measure="amount", comparator="=", value="10", unit="亿元"), facts(actual="8", last=10)).rule


AMOUNTS = st.decimals(min_value="0.01", max_value="99999", places=2)


@given(value=AMOUNTS, actual=AMOUNTS, last=st.integers(1, 12))
def test_met_means_reached_and_print_never_contradicts(value: Decimal, actual: Decimal, last: int) -> None:
    said = judge(target(measure="amount", comparator=">=", value=value, unit="亿元"), facts(actual=actual, last=last))
    assert (said.status == "met") == (actual >= value)
    assert said.percent is not None
    assert (said.percent >= 100) == (said.status == "met")
    if said.status == "lagging":
        assert said.expected is not None
        assert said.percent < said.expected
    if last < 12:
        assert said.status != "missed"


@given(value=AMOUNTS, actual=AMOUNTS, last=st.integers(1, 12), better=st.decimals(min_value="0.01", max_value="100", places=2))
def test_more_is_never_worse(value: Decimal, actual: Decimal, last: int, better: Decimal) -> None:
    order = ["missed", "lagging", "on_track", "met"]
    plan = target(measure="amount", comparator="=", value=value, unit="亿元")
    one, other = (judge(plan, facts(actual=each, last=last)) for each in (actual, actual + better))
    assert order.index(one.status) <= order.index(other.status)
