"""How well a result fits a target, by pairs of invented sentences (tests/cases/likeness.txt), and its laws."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.likeness import Likeness, compare, slot_of
from engine.profiles import Profile, profile
from engine.scale import Scale
from engine.values import Rules
from engine.wording import around
from tests.engine.pairs import reading

RULES = Rules()
FILE = Path(__file__).parents[1] / "cases" / "likeness.txt"
CASES = [
    tuple(part.strip() for part in line.split("|"))
    for line in FILE.read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]
# Other indicators of the same documents, so that words have a rarity.
OTHERS = [
    "规上工业企业",
    "老旧小区",
    "一般公共预算收入",
    "城镇新增就业",
    "粮食总产量",
    "高标准农田",
    "污水处理率",
    "亿元以上项目",
    "固定资产投资",
]


def made(sentence: str, indicator: str, *, kind: str) -> Profile:
    text = reading((sentence, indicator), kind="target" if kind == "target" else "result")
    return profile(text.statements[0], around(text.statements[0], text.text), RULES)


def likeness(target: Profile, result: Profile) -> Likeness | None:
    scale = Scale([target.content, result.content, *OTHERS])
    slot = slot_of(target.statement, result.statement)
    return compare(target, result, scale, slot) if slot == "actual" else None


def verdict(found: Likeness | None) -> str:
    if found is None or found.score < RULES.ask_above:
        return "none"
    return "take" if found.score >= RULES.take_above else "ask"


@pytest.mark.parametrize("case", CASES, ids=[f"{case[1]} — {case[3]}" for case in CASES])
def test_pairs(case: tuple[str, ...]) -> None:
    wanted, promise, promised, report, reported = case
    found = likeness(made(promise, promised, kind="target"), made(report, reported, kind="result"))
    assert verdict(found) == wanted, found


def test_there_are_enough_pairs_of_each_kind() -> None:
    kinds = [case[0] for case in CASES]
    assert len(CASES) >= 150
    assert min(kinds.count(each) for each in ("take", "ask", "none")) >= 10


def test_score_is_the_sum_of_its_named_parts() -> None:
    found = likeness(
        made("新增规上工业企业【6家】", "规上工业企业", kind="target"), made("新增规上工业企业【5户】", "规上工业企业", kind="result")
    )
    assert found
    assert found.score == pytest.approx(sum(part.weight * part.score for part in found.parts))
    assert {part.name for part in found.parts} == {"indicator", "qualifiers", "unit", "period", "place"}
    assert "单位可换算(户→家)" in [part.words for part in found.parts]


def test_no_evidence_is_no_match() -> None:
    scale = Scale(["老旧小区", ""])
    assert scale.alike("", "") == 0
    assert scale.alike("老旧小区", "") == 0
    assert scale.alike("老旧小区", "口袋公园") == 0


def test_units_that_cannot_be_compared_make_no_slot() -> None:
    target = made("完成技改投资【8亿元】", "技改投资", kind="target").statement
    assert slot_of(target, made("技改投资项目【36个】", "技改投资", kind="result").statement) is None
    assert slot_of(target, made("完成投资【9000万美元】", "技改投资", kind="result").statement) is None
    assert slot_of(target, made("完成年度任务的【82%】", "技改投资(completion)", kind="result").statement) == "claim"


def test_refusal_says_why() -> None:
    found = likeness(
        made("新认定国家高新技术企业【6家】", "国家高新技术企业", kind="target"),
        made("申报国家高新技术企业【9家】", "国家高新技术企业", kind="result"),
    )
    assert found
    assert found.refused == "总结只提申报,未提认定"


def test_own_aliases_of_an_office_count() -> None:
    rules = Rules(aliases=(("惠企直通车", "企业服务日"),))
    target, result = (
        reading((text, name)) for text, name in (("举办惠企直通车【6场】", "惠企直通车"), ("举办企业服务日【7场】", "企业服务日"))
    )
    here, there = (profile(each.statements[0], around(each.statements[0], each.text), rules) for each in (target, result))
    assert here.content == there.content


WORDS = st.text("省市级专精特新企业老旧小区新增改造投资收入率", min_size=1, max_size=12)


@given(one=WORDS, other=WORDS)
def test_likeness_stays_between_nought_and_one(one: str, other: str) -> None:
    scale = Scale([one, other])
    assert 0 <= scale.alike(one, other) <= 1
    assert scale.alike(one, one) == 1
