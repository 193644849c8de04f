"""Why a figure that fits a target cannot be right, in one sentence: its size, what it sums up, or another figure beside it."""

import re
from decimal import Decimal

from engine.levels import in_unit_of, rounded
from engine.likeness import flow_of
from engine.matching import Found, Reply
from engine.profiles import Profile
from engine.values import Statement
from engine.verdict import Facts, bound, holds

_HUGE, _LARGE, _MANY, _HEAP, _SUMMED, _HEAPED = 100, 10, 4, 20, Decimal("1.5"), Decimal("2.5")
_TOTALS = frozenset({"累计", "达到", "存量"})


_BELOW, _AROUND = re.compile("(?:将近|接近|近|临近|不足|不到|低于|少于)$"), re.compile("(?:大约|大概|约|约为)$")
_ABOVE = re.compile("余|多")
_NARROWLY = Decimal("0.01")


def vagueness(result: Profile) -> str:
    """What a figure that is not exact says of the true one: `<` less (近50亿元), `>` more (50余家), `~` about so much; else ''."""
    said, before, after = result.statement, result.around.own, result.around.after
    if said.comparator in {"<", "<="} or _BELOW.search(before):
        return "<"
    if said.comparator in {">", ">="}:
        return ">"
    if _ABOVE.search(said.figure) or after.startswith(("余", "多")):
        return ">"
    return "~" if said.comparator == "~" or _AROUND.search(before) or after.startswith(("左右", "上下")) else ""


def vague_doubt(target: Statement, best: Found, actual: Decimal | None, facts: Facts) -> str:
    """Why a figure that is not exact does not tell whether the target is reached: 近50亿元 for 50亿元; '' where it does."""
    limit, said = bound(target, facts.direction), vagueness(best.profile)
    if not said or actual is None or not holds(target, actual, facts.direction):
        return ""
    ceiling = holds(target, limit - abs(limit) - 1, facts.direction)
    narrow = abs(actual - limit) <= abs(limit) * _NARROWLY
    decides = (said == "~" and narrow) or (said == ("<" if not ceiling else ">") and actual == limit)
    words = f"{best.profile.around.own[-2:]}{best.statement.figure}{best.profile.around.after[:2]}"
    return f"总结说“{words}”,是否达到目标需核实" if decides else ""


_OF_THE_YEAR = re.compile("年|目标|任务|计划")


def of_the_year(claim: Profile) -> bool:
    """True where a completion rate says of what it is one (完成年度任务的110%); a bare one may be of the quarter."""
    return _OF_THE_YEAR.search(claim.around.clause + claim.around.after) is not None


def doubt_of(target: Profile, best: Found, actual: Decimal | None, facts: Facts) -> str:
    """Why a size cannot be right, in one sentence; '' where it can."""
    statement = target.statement
    limit = bound(statement, facts.direction)
    if actual is None or any(part.name == "person" for part in best.likeness.parts):
        return ""
    if statement.measure == "ratio" and actual > 100 >= limit:
        return f"{statement.indicator}为{best.statement.said},超过100%"
    if statement.measure != "amount" or limit <= 0 or actual <= 0:
        return ""
    times = actual / limit
    if times >= _HUGE or (times * _HUGE <= 1 and not facts.counts):
        return f"实际{best.statement.said}与目标{statement.said}相差百倍以上,疑为单位或数字有误"
    if not facts.counts and times >= _LARGE:
        return f"实际{best.statement.said}是目标{statement.said}的{rounded(times, 1)}倍,疑为口径不同"
    return _heaped(target, best, times, actual - limit, facts)


def _heaped(target: Profile, best: Found, times: Decimal, over: Decimal, facts: Facts) -> str:
    """Why a figure far above its target may be the sum of years."""
    here, there = (flow_of(each.facets.get("存流", frozenset())) for each in (target, best.profile))
    summed = there in _TOTALS and here not in _TOTALS and times >= (_HEAPED if there == "累计" else _SUMMED)
    heap = facts.counts and (here != there or not here) and times >= _MANY and over >= _HEAP
    if summed or heap:
        return f"实际{best.statement.said}远多于目标{target.statement.said},疑为历年累计或总数"
    return ""


def disagreement(target: Statement, best: Found, reply: Reply, facts: Facts) -> str:
    """Two figures for one thing that do not agree on the target leave it to a person."""
    for each in reply.rivals:
        other = in_unit_of(target, each.statement)
        if facts.actual is not None and other is not None and \
                holds(target, facts.actual, facts.direction) != holds(target, other, facts.direction):
            return f"总结有两个数:{best.statement.said}、{each.statement.said},结论不一致"
    return ""
