"""Two levels of one thing: the value in the target's unit, last year's beside this year's, and the rate of change between them."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from engine.directions import is_falling_rate
from engine.likeness import unit_beside
from engine.profiles import Profile
from engine.quantities import convert
from engine.values import Statement
from engine.verdict import holds

_LEVEL_REACH = 160


def in_unit_of(target: Statement, result: Statement) -> Decimal | None:
    """The result's value in the target's unit, and with the target's sign where the indicator itself says that it falls."""
    value = result.value
    if value is None:
        return None
    if target.measure in {"growth", "change"}:
        if is_falling_rate(result) and not is_falling_rate(target):
            value = -abs(value)
        elif is_falling_rate(target) and not is_falling_rate(result) and (target.value or 0) > 0:
            value = -value
    return convert(value, unit_beside(target, result), target.unit)


def level_before(level: Profile, results: Sequence[Profile]) -> Profile | None:
    """Last year's level of the same thing, nearest in the text."""
    this = level.statement
    found = [
        each for each in results
        if each.statement.year == (this.year or 0) - 1 and each.statement.measure == this.measure and each.content == level.content
        and each.sizes == level.sizes and (each.statement.months or this.months) == (this.months or each.statement.months)
        and abs(each.statement.start - this.start) <= _LEVEL_REACH]
    return min(found, key=lambda each: abs(each.statement.start - this.start), default=None)


def change_between(target: Statement, now: Statement, before: Statement) -> Decimal | None:
    """The rate or the difference between two levels, to one decimal, or to more where that decides."""
    if now.value is None or before.value is None:
        return None
    last = convert(before.value, before.unit, now.unit)
    if last is None:
        return None
    if target.measure == "change":
        return now.value - last
    if last <= 0:
        return None
    exact = 100 * (now.value / last - 1)
    short = rounded(exact, 1)
    decided = [holds(target, each, "higher") for each in (exact, short)]
    return short if decided[0] == decided[1] else rounded(exact, 4)


def rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
