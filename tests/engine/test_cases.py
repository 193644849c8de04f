"""Every line of tests/cases/*.jsonl: a text of our own and what must, or must not, be read from it.

A line is an object: `id`, `text`, perhaps `year` (for texts that name none), and either `expect`, the figures in order of appearance
with whichever fields the case is about, or `nothing: true`. `also` in an expected figure names other values that are just as right;
`optional` says that a reader could go either way: it is neither asked for nor punished. `known_gap` gives the reason why a case
fails today; it is strict, so that a closed gap is noticed.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

from engine import read_text
from engine.text import Text
from engine.values import Statement

Case = dict[str, Any]
FOLDER = Path(__file__).parents[1] / "cases"
SAYS_HOW = {"also", "optional"}
KEYS = {"id", "text", "year", "expect", "nothing", "known_gap"}
UNSAID = {"doc", "start", "end", "sentence", "section", "commitment", "rules"}
LIKE_ENOUGH = 0.6
MARKS = set(" \t\r\n　“”\"'‘’《》〈〉「」『』()()、,,。.;;::·•—-的")


def _cases() -> Iterator[tuple[str, Case]]:
    for path in sorted(set(FOLDER.glob("*.jsonl")) - {FOLDER / "verdict.jsonl"}):  # the verdict has its own (test_verdict.py)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                yield f"{path.name}:{number}", json.loads(line)


CASES = list(_cases())


def _param(where: str, case: Case) -> Any:
    gap = case.get("known_gap")
    marks = [pytest.mark.xfail(reason=gap, strict=True)] if gap else []
    return pytest.param(case, id=f"{where.partition('.')[0]}-{case['id']}", marks=marks)


def likeness(left: str, right: str) -> float:
    """Dice over characters, marks left aside: boundaries of an indicator may differ a little."""
    one, other = (Counter(char for char in text if char not in MARKS) for text in (left, right))
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def agrees(field: str, want: Any, have: Any) -> bool:
    if field == "indicator":
        return likeness(want, have) >= LIKE_ENOUGH
    if field in ("value", "high"):
        return bool((None if want is None else Decimal(want)) == have)
    if isinstance(have, tuple):
        return list(have) == list(want or ())
    if field == "months" and have is None:
        return want is None or list(want) == [1, 12]
    return bool(want == have)


def wrong_fields(expected: Mapping[str, Any], found: Statement) -> list[str]:
    """The fields of one figure that are not as expected, each with both values."""
    wrong = []
    for field, want in expected.items():
        if field in SAYS_HOW:
            continue
        have = getattr(found, field)
        if not any(agrees(field, each, have) for each in (want, *expected.get("also", {}).get(field, ()))):
            wrong.append(f"{field} {have!r}, expected {want!r}")
    return wrong


def compared(case: Case, statements: Sequence[Statement]) -> list[Statement]:
    """What was read, without milestones unless the case speaks of one."""
    with_milestones = any(each.get("measure") == "milestone" for each in case.get("expect", ()))
    return [each for each in statements if with_milestones or each.measure != "milestone"]


def complaints(case: Case, found: Sequence[Statement]) -> list[str]:
    """What differs: figures are brought together in their order, by the text of the figure."""
    expected = case.get("expect", [])
    wanted, had = [each["figure"] for each in expected], [each.figure for each in found]
    blocks = SequenceMatcher(None, wanted, had, autojunk=False).get_matching_blocks()
    pairs = [(block.a + step, block.b + step) for block in blocks for step in range(block.size)]
    met, read = ({pair[side] for pair in pairs} for side in (0, 1))
    open_ends = [each["figure"] for number, each in enumerate(expected) if number not in met and each.get("optional")]
    said = [f"{each['figure']}: not read" for number, each in enumerate(expected) if number not in met and not each.get("optional")]
    said += [f"{each.figure}: read, not expected" for number, each in enumerate(found)
             if number not in read and not any(each.figure in figure or figure in each.figure for figure in open_ends)]
    for number, other in pairs:
        if not expected[number].get("optional"):
            said += [f"{found[other].figure}: {each}" for each in wrong_fields(expected[number], found[other])]
    return said


def in_words(found: Statement) -> str:
    shown = {name: value for name, value in found.row().items() if name not in UNSAID}
    return f"    {found.start}-{found.end} {shown}\n      rules: {', '.join(found.rules)}"


@pytest.mark.parametrize("case", [_param(where, case) for where, case in CASES])
def test_case(case: Case) -> None:
    text = Text(case["text"])
    found = compared(case, read_text(text, doc=case["id"], year=case.get("year")).statements)
    wrong = complaints(case, found)
    if wrong:
        read = "\n".join(in_words(each) for each in found) or "    nothing"
        pytest.fail(f"{case['id']}: {case['text']}\n  " + "\n  ".join(wrong) + f"\n  read:\n{read}", pytrace=False)


def test_cases_are_well_formed() -> None:
    fields = {*Statement._fields, *SAYS_HOW}
    twice = [name for name, number in Counter(case["id"] for _, case in CASES).items() if number > 1]
    assert not twice, f"ids used twice: {twice}"
    for where, case in CASES:
        assert not set(case) - KEYS, f"{where} has unknown keys {set(case) - KEYS}"
        assert ("expect" in case) != case.get("nothing", False), f"{where} needs either expect or nothing"
        for each in case.get("expect", ()):
            assert not set(each) - fields, f"{where} expects unknown fields {set(each) - fields}"
            assert each["figure"] in case["text"], f"{where}: {each['figure']} does not stand in the text"
