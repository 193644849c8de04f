"""How units are written: counters, measures, shares and their compounds (万元/亩, 微克每立方米), as regexes."""

from engine.lexicon import any_of, words
from engine.wordlines import table

_NOT_BEFORE = table("unit_guards")["not before"]
_PLAIN = any_of("counters", "measures", "times", "shares")

COUNTERS = frozenset(words("counters"))
TIMES = frozenset(words("times"))
SHARES = frozenset(words("shares"))
UNIT = rf"(?:{_PLAIN})(?:(?:/|(?<!年)每)(?:\d*[百千万亿]*(?:{_PLAIN})|人|日|年|月|天|次|床|户)){{0,2}}"
COUNTER = any_of("counters")


def is_counter(unit: str) -> bool:
    """True for a unit that counts pieces, with or without a scale (`家`, `万人次`)."""
    return unit.lstrip("十百千万亿") in COUNTERS


def same_unit(one: str, other: str) -> bool:
    """True for one unit at whatever scale.

    >>> same_unit("万元", "亿元"), same_unit("万株", "株"), same_unit("家", "户")
    (True, True, False)
    """
    return one.lstrip("万亿") == other.lstrip("万亿")


def broken_by(unit: str, after: str) -> bool:
    """True where `unit` with the following character is the start of another word (项 + 目, 本 + 级)."""
    if unit == "项":
        return after.startswith("目") and after != "目标"
    return after != "" and after.startswith(_NOT_BEFORE.get(unit, ()))
