"""The number of a cell: ≥85, 6.5%以上, 3-5家, 下降3%, ▲4.5, 85(力争90)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from engine.lexicon import either
from engine.numerals import ARABIC, number
from engine.units import UNIT
from engine.values import Comparator
from engine.wordlines import table

_WORDS = table("columns")["cells"]
_TRIANGLES = "▲△"
_COMPARATORS: dict[str, Comparator] = {
    "over": ">=", "above": ">", "under": "<=", "below": "<", "about": "~", "behind over": ">=", "behind under": "<=", "behind about": "~"}
_SIGNS = {word: sign for name, sign in _COMPARATORS.items() for word in _WORDS[name]}
_UP, _DOWN = frozenset(_WORDS["up"]), frozenset(_WORDS["down"])
_BEFORE = re.compile(either([word for name in ("over", "above", "under", "below", "about", "up", "down", "plain") for word in _WORDS[name]]
                            + list(_TRIANGLES)))
_BEHIND = either([word for name in ("over", "under", "about", "plain") for word in _WORDS[f"behind {name}"]])
_VALUE = re.compile(
    rf"""(?P<before>(?:{_BEFORE.pattern})*) (?P<value>{ARABIC}) (?: %? [-~—至] (?P<high>{ARABIC}))?
         (?P<scale>[万亿]?) (?P<unit>{UNIT})? (?P<behind>(?:{_BEHIND})*)""", re.VERBOSE)
_TIER = re.compile(rf"[(,;、]?(?:{either(_WORDS['tiers'])}):?(?P<value>(?:{_BEFORE.pattern}|\d).+?)\)?$")


@dataclass(frozen=True, slots=True)
class Value:
    """A number as a cell has it. `start` and `end` are the place of numeral and unit in the cell's string; `amount` is signed.

    `grows` is true where the cell itself says that something rises or falls by so much. `unit` is empty where none is written.
    """

    start: int
    end: int
    amount: Decimal
    high: Decimal | None
    unit: str
    comparator: Comparator
    grows: bool
    tries: bool
    stretch: bool = False


def values(string: str, *, up: bool = False) -> tuple[Value, ...]:
    """The number of a cell, and the stretch figure behind it; nothing where the cell holds more than that.

    `up` tells that ▲ means a rise: official tables mark a fall with it, unless they have another mark for falls.

    >>> [(each.amount, each.unit, each.comparator, each.stretch) for each in values("85亿元以上(力争90亿元)")]
    [(Decimal('85'), '亿元', '>=', False), (Decimal('90'), '亿元', '=', True)]
    >>> values("▲4.5")[0].amount, values("主体完工3层")
    (Decimal('-4.5'), ())
    """
    if found := _VALUE.fullmatch(string):
        return (_value(found, 0, up=up),)
    tier = _TIER.search(string, 1)
    firm = _VALUE.fullmatch(string, 0, tier.start()) if tier else None
    second = _VALUE.fullmatch(tier["value"]) if tier else None
    if not (tier and firm and second):
        return ()
    return _value(firm, 0, up=up), _value(second, tier.start("value"), up=up, stretch=True)


def _value(found: re.Match[str], shift: int, *, up: bool, stretch: bool = False) -> Value:
    before = _BEFORE.findall(found["before"])
    behind = found["behind"]
    down = bool(_DOWN & {*before, behind}) or (not up and bool(set(_TRIANGLES) & set(before)))
    grows = down or bool(_UP & {*before, behind}) or bool(set(_TRIANGLES) & set(before))
    amount, high = number(found["value"]) or Decimal(0), number(found["high"]) if found["high"] else None
    sign: Comparator = next((_SIGNS[each] for each in (*before, behind) if each in _SIGNS), "=")
    end = max(found.end(name) for name in ("value", "high", "scale", "unit"))
    return Value(found.start("value") + shift, end + shift, -amount if down else amount, high, found["scale"] + (found["unit"] or ""), sign,
                 grows, "力争" in before, stretch)


def triangles_rise(cells: Iterable[str]) -> bool:
    """True for a table that marks its falls otherwise than with ▲."""
    return any("▼" in cell or "▽" in cell or "↓" in cell for cell in cells)
