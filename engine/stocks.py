"""Totals that stand at a moment: which targets are judged on their increase, and what the total was at the end of last year."""

import re
from collections.abc import Iterable
from decimal import Decimal

from engine.directions import is_standing
from engine.likeness import flow_of
from engine.profiles import Profile
from engine.quantities import convert, quantity
from engine.scale import Scale

_ADDED = frozenset({"新增", "净增"})
_SINCE = re.compile("(?:比|较)(?:今年)?(?:年初|上年末|上年底|去年末|去年底)[^,;。]{0,4}$")
_SAME = 0.9


def is_stock(target: Profile, level: Profile | None) -> bool:
    """True where a target promises a total: by its words, by its name, or since the report says 由132项扩大到140项."""
    flow = _flow(target)
    if flow == "存量":
        return True
    if flow in _ADDED:
        return False
    if is_standing(target.statement.indicator):
        return True
    found = quantity(target.statement.unit)
    return level is not None and flow == "达到" and _flow(level) == "存量" and not (found is not None and found.money)


def _flow(profile: Profile) -> str:
    return flow_of(profile.facets.get("存流", frozenset()))


def base_of(target: Profile, level: Profile | None, known: Iterable[Profile], scale: Scale) -> Decimal | None:
    """The total at the end of last year, in the target's unit: named by a document, or this year's less what was added since."""
    said = [each for each in known if _may_tell(each, target)]
    last_year = (target.statement.year or 0) - 1
    for each in said:
        if each.statement.year == last_year and each.statement.measure == "amount" and _same(each, target, level, scale):
            return _converted(each, target)
    for each in said:
        if each.statement.measure == "change" and _SINCE.search(each.around.before) and level and _same(each, target, level, scale):
            risen, now = _converted(each, target), _converted(level, target)
            return now - risen if risen is not None and now is not None else None
    return None


def _may_tell(each: Profile, target: Profile) -> bool:
    year, wanted = each.statement.year, target.statement.year or 0
    return year in {wanted, wanted - 1} and each.statement.measure in {"amount", "change"} and _flow(each) not in _ADDED \
        and each.statement.key != target.statement.key


def _same(each: Profile, target: Profile, level: Profile | None, scale: Scale) -> bool:
    """True where a figure is of the target's thing, or of the one that answers it: sizes and levels included."""
    return any(each.sizes == other.sizes and each.facets.get("级别") == other.facets.get("级别")
               and scale.alike(each.content, other.content) >= _SAME for other in (target, level) if other)


def _converted(each: Profile, target: Profile) -> Decimal | None:
    value = each.statement.value
    return convert(value, each.statement.unit, target.statement.unit) if value is not None else None
