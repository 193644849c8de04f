"""All results of one report against all targets: candidates found by shared rare words, one assignment, what waits for a person.

Targets of one thing (both tiers of a pair, a figure that stands twice in a plan) are one group and share their result; a result serves
one group. Weak or tied scores are candidates. A decision by a person comes before everything.
"""

import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import nsmallest
from itertools import pairwise

from engine.likeness import Likeness, Slot, compare, slot_of
from engine.profiles import Profile
from engine.quantities import comparable, convert, counts_pieces
from engine.scale import Scale, pairs
from engine.values import Decisions, Evidence, Key, Part, Rules, Statement

_NEARBY = 48
_COMMON = 400
_LITTLE, _NEARLY_ALL = 0.3, 0.95
_TIE = 0.015
_RIVAL = 0.03
# How far the next best pair must be behind one that is taken below the threshold.
_CLEAR = 0.03
# How far below the threshold a pair may be that is taken since it is clear.
_LENIENT = 0.25
# Another figure for the same thing may be this much weaker (累计 for 新增) and still has to be explained.
_WORTH = 0.15
_SHOWN = 3
# What is told as close but refused: indicators that agree this far.
_NEAR = 0.8
_YEAR_END = 12


@dataclass(frozen=True, slots=True)
class Found:
    """A result that may speak for a target: how, and how well."""

    profile: Profile
    score: float
    likeness: Likeness
    slot: Slot
    last: int = _YEAR_END

    @property
    def statement(self) -> Statement:
        return self.profile.statement

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.statement, self.score, self.likeness.parts)


@dataclass(slots=True)
class Reply:
    """What one report says of one group of targets.

    `best` is the figure that is judged and `rivals` are others for the same thing and period; `claim`, `forecast` and `levels` speak in
    their own way; `candidates` wait for a person; `refused` are close ones with the reason; `base` are figures of other years,
    `pieces` those of a part of the year that begins later (下半年), which may be added up.
    """

    best: Found | None = None
    rivals: list[Found] = field(default_factory=list)
    claim: Found | None = None
    forecast: Found | None = None
    levels: list[Found] = field(default_factory=list)
    candidates: list[Found] = field(default_factory=list)
    refused: list[Found] = field(default_factory=list)
    base: list[Found] = field(default_factory=list)
    pieces: list[Found] = field(default_factory=list)
    decided: bool = False

    @property
    def speaks(self) -> bool:
        return bool(self.best or self.claim or self.forecast or self.levels or self.candidates)


class Index:
    """Results by the pairs of characters in their indicators, so that a target meets only those it shares rare pairs with."""

    def __init__(self, results: Sequence[Profile], scale: Scale) -> None:
        self._results = results
        self._scale = scale
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, result in enumerate(results):
            for pair in {pair for name in result.names for pair in pairs(name)}:
                self._places[pair].append(place)

    def nearby(self, target: Profile) -> list[Profile]:
        """The results that share most of the weight of a target's names, best first; an empty list where nothing is shared."""
        weights = {gram: weight for name in reversed(target.names) for gram, weight in self._scale.weigh(name)[0].items()}
        shared: dict[int, float] = defaultdict(float)
        wanted = {pair for name in target.names for pair in pairs(name)}
        for pair in sorted(wanted, key=lambda each: (len(self._places.get(each, ())), each)):
            places = self._places.get(pair, ())
            # A pair that stands nearly everywhere tells nothing once rarer ones have named enough results.
            if len(places) > _COMMON and shared:
                break
            weight = weights.get(pair, 0.0)
            for place in places:
                shared[place] += weight
        best = nsmallest(_NEARBY, shared.items(), key=lambda each: (-each[1], each[0]))
        # Beside one that shares nearly all, those that share little have no say.
        least = _LITTLE * best[0][1] if best and best[0][1] >= _NEARLY_ALL * sum(weights.get(pair, 0.0) for pair in wanted) else 0.0
        return [self._results[place] for place, weight in best if weight >= least]


def match(targets: Sequence[Profile], results: Sequence[Profile], *, scale: Scale, rules: Rules, decisions: Decisions,
          cutoff: int | None) -> Mapping[Key, Reply]:
    """The reply of one report to each target. `cutoff` is the last month that figures without months of their own cover."""
    groups: dict[tuple[object, ...], list[Profile]] = defaultdict(list)
    for target in targets:
        groups[target.signature].append(target)
    members = list(groups.values())
    index = Index(results, scale)
    by_key = {each.statement.key: each for each in results}
    replies = [Reply() for _ in members]
    met: dict[str, list[tuple[int, Found]]] = defaultdict(list)
    for number, group in enumerate(members):
        _decide(group, by_key, replies[number], decisions, cutoff)
        for found in _meet(group, index.nearby(group[0]), scale, rules, decisions, cutoff):
            _sort_in(number, group, found, replies[number], met)
    taken = {reply.best.statement.key for reply in replies if reply.best}
    _assign(met["actual"], replies, members, rules, taken)
    told = [not _different_promises(group) for group in members]
    for name in ("claim", "forecast"):
        _single([pair for pair in met[name] if told[pair[0]]], replies, rules, name)
    _levels(met["level"], replies, rules)
    for reply in replies:
        _tidy(reply)
    return {target.statement.key: reply for group, reply in zip(members, replies, strict=True) for target in group}


# — pairs —

def _decide(group: list[Profile], by_key: Mapping[Key, Profile], reply: Reply, decisions: Decisions, cutoff: int | None) -> None:
    for target in group:
        chosen = by_key.get(decisions.confirmed.get(target.statement.key, ("", -1)))
        slot = slot_of(target.statement, chosen.statement) if chosen else None
        if chosen and slot:
            likeness = Likeness(1.0, (Part("person", 1.0, 1.0, "人工确认"),), raw=1.0)
            found = Found(chosen, 1.0, likeness, slot, _last(chosen.statement, cutoff))
            reply.decided = True
            if slot == "actual" and chosen.statement.kind == "forecast":
                reply.forecast = found  # who confirms a forecast says what it speaks of, not that it has come true
            elif slot == "actual":
                reply.best = found
            elif slot == "claim":
                reply.claim = found
            else:
                reply.levels.append(found)


def _meet(group: list[Profile], nearby: Iterable[Profile], scale: Scale, rules: Rules, decisions: Decisions,
          cutoff: int | None) -> Iterable[Found]:
    target = group[0]
    for result in nearby:
        slot = slot_of(target.statement, result.statement)
        if slot is None or any((each.statement.key, result.statement.key) in decisions.refused for each in group):
            continue
        likeness = compare(target, result, scale, slot)
        score = likeness.score
        if likeness.narrower and _breaks(target.statement, result.statement):
            # A part of what must not happen has happened: the whole is broken, whatever the rest says.
            score = max(score, rules.take_above)
        yield Found(result, score, likeness, slot, _last(result.statement, cutoff))


def _last(result: Statement, cutoff: int | None) -> int:
    return result.months[1] if result.months else (cutoff or _YEAR_END)


def _breaks(target: Statement, result: Statement) -> bool:
    """True where a result alone is more than a limit or a zero target allows."""
    if target.measure != "amount" or target.value is None or result.value is None:
        return False
    if target.comparator not in {"<=", "<"} and target.value != 0:
        return False
    actual = convert(result.value, result.unit, target.unit)
    return actual is not None and actual > (target.high or target.value)


def _sort_in(number: int, group: list[Profile], found: Found, reply: Reply, met: dict[str, list[tuple[int, Found]]]) -> None:
    """Another year is base, another period is refused, the rest are pairs of their slot."""
    target, result = group[0].statement, found.statement
    if result.year != target.year:
        if found.score > 0 and found.slot == "actual" and result.kind == "result" and not (result.months and result.months[0] != 1):
            reply.base.append(found)
        return
    later = _other_period(target, result)
    reason = found.likeness.refused or later
    if later and found.score > 0 and found.slot == "actual" and result.kind == "result" and result.measure == "amount":
        reply.pieces.append(found)
    if reason:
        if found.likeness.raw >= _NEAR and found.slot != "level":
            likeness = Likeness(0.0, found.likeness.parts, refused=reason, raw=found.likeness.raw)
            reply.refused.append(Found(found.profile, 0.0, likeness, found.slot, found.last))
    elif found.score > 0:
        forecast = result.kind == "forecast" and found.slot == "actual"
        if found.slot == "level" and result.kind == "forecast":
            return
        met["forecast" if forecast else found.slot].append((number, found))


def _other_period(target: Statement, result: Statement) -> str:
    """Figures of a single month, quarter or half-year do not speak for the year; a target's own months must be met."""
    if result.months is None:
        return "期间不同" if target.months and target.months[0] != 1 else ""
    first, last = result.months
    if first != (target.months[0] if target.months else 1):
        return f"只是{first}-{last}月的数"
    return ""


# — the assignment —

def _order(pair: tuple[int, Found]) -> tuple[float, int, int, float, int]:
    """Best score first; of equal ones the later period, then the whole year, then the finer score, then the earlier place."""
    found = pair[1]
    return -round(found.score / _RIVAL), -found.last, 0 if found.statement.months is None else 1, -found.score, found.statement.start


def _assign(met: list[tuple[int, Found]], replies: list[Reply], members: list[list[Profile]], rules: Rules, taken: set[Key]) -> None:
    """The best pair first; a result once used serves nobody else, a group takes one."""
    used: dict[Key, int] = dict.fromkeys(taken, -1)
    waiting: dict[int, list[Found]] = defaultdict(list)
    claims: dict[Key, list[tuple[int, float]]] = defaultdict(list)
    for number, found in sorted(met, key=_order):
        reply = replies[number]
        if found.score < rules.ask_above or reply.decided:
            continue
        claims[found.statement.key].append((number, found.score))
        if found.statement.key in used:
            if used[found.statement.key] == number or _also_serves(number, found, used, replies):
                waiting[number].append(found)
        elif reply.best is None and found.score >= rules.take_above:
            reply.best = found
            used[found.statement.key] = number
        elif reply.best and _rivals(reply.best, found):
            reply.rivals.append(found)
            used.setdefault(found.statement.key, number)
        else:
            waiting[number].append(found)
    _settle(waiting, replies, used, rules)
    for number, reply in enumerate(replies):
        _ask_where_tied(number, reply, replies, claims, members)
        if reply.best is None:
            free = [each for each in waiting[number] if used.get(each.statement.key, number) == number]
            reply.candidates.extend(free)


def _settle(waiting: Mapping[int, list[Found]], replies: list[Reply], used: dict[Key, int], rules: Rules) -> None:
    """What is explained, and the best for each other by a clear margin, needs no person."""
    free = [(number, found) for number, each in waiting.items() if replies[number].best is None
            for found in each if found.statement.key not in used]
    for number, found in _clear(free, rules):
        replies[number].best = replace(found, score=rules.take_above)
        used[found.statement.key] = number


def _clear(pairs_left: Sequence[tuple[int, Found]], rules: Rules) -> list[tuple[int, Found]]:
    """The explained pairs whose target and result have no other explained one, and no other that is nearly as good."""
    # An office that wants to see every match asks for more than there is.
    least = rules.take_above - _LENIENT if rules.take_above <= 1 else math.inf
    of_group: dict[int, list[Found]] = defaultdict(list)
    of_result: dict[Key, list[Found]] = defaultdict(list)
    for number, found in pairs_left:
        of_group[number].append(found)
        of_result[found.statement.key].append(found)
    return [(number, found) for number, found in pairs_left if found.likeness.explained and found.score >= least
            and all(sum(each.likeness.explained or each.score > found.score - _CLEAR for each in others) == 1
                    for others in (of_group[number], of_result[found.statement.key]))]


def _also_serves(number: int, found: Found, used: Mapping[Key, int], replies: list[Reply]) -> bool:
    owner = used[found.statement.key]
    return owner >= 0 and owner != number and (best := replies[owner].best) is not None and found.score >= best.score - _TIE


def _rivals(best: Found, other: Found) -> bool:
    """Two figures for one thing and one period in one report."""
    stages = [each.profile.facets.get("环节", frozenset()) for each in (best, other)]
    if _is_part(other) and not _is_part(best):
        return False
    return best.score - other.score <= _WORTH and best.last == other.last and best.profile.content == other.profile.content \
        and (stages[0] == stages[1] or not all(stages))


def _is_part(found: Found) -> bool:
    """46所,其中新建21所、改造25所: a part of a figure is no second one for the whole."""
    return "其中" in found.profile.around.clause


def _ask_where_tied(number: int, reply: Reply, replies: list[Reply], claims: Mapping[Key, list[tuple[int, float]]],
                    members: list[list[Profile]]) -> None:
    """A result that fits two targets equally well, or a group that holds different promises, is for a person."""
    if reply.best is None or reply.decided:
        return
    tied = [other for other, score in claims[reply.best.statement.key]
            if other != number and score >= reply.best.score - _TIE and replies[other].best is None]
    if tied or _different_promises(members[number]):
        reply.candidates.append(reply.best)
        for other in tied:
            replies[other].candidates.append(reply.best)
        reply.best = None


def _different_promises(group: list[Profile]) -> bool:
    """True where figures of one plan that read alike promise different amounts, and are not two tiers of one promise.

    Two plans may well promise different amounts of one thing (上级考核, 年度计划): one result answers both.
    """
    firm = [each.statement for each in group if not each.statement.stretch]
    return any(one.doc == other.doc and one.value != other.value and one.unit == other.unit and one.months == other.months
               and one.due == other.due and one.sentence != other.sentence for one, other in pairwise(firm))


def _single(met: list[tuple[int, Found]], replies: list[Reply], rules: Rules, name: str) -> None:
    used: set[Key] = set()
    strong = sorted(_strong(met, rules), key=lambda pair: (-round(pair[1].score / _RIVAL), _behind(replies[pair[0]].best, pair[1])))
    for number, found in [*strong, *_clear_of_weak(met, rules)]:
        if getattr(replies[number], name) is None and found.statement.key not in used:
            setattr(replies[number], name, found)
            used.add(found.statement.key)


def _behind(best: Found | None, claim: Found) -> int:
    """How far a claim stands behind the figure that answers a target: of 12期、612人次,完成98% it speaks of the nearer one."""
    if best is None or best.statement.sentence != claim.statement.sentence or best.statement.end > claim.statement.start:
        return sys.maxsize
    return claim.statement.start - best.statement.end


def _levels(met: list[tuple[int, Found]], replies: list[Reply], rules: Rules) -> None:
    for number, found in _strong(met, rules):
        replies[number].levels.append(found)


def _strong(met: list[tuple[int, Found]], rules: Rules) -> list[tuple[int, Found]]:
    return [pair for pair in sorted(met, key=_order) if pair[1].score >= rules.take_above]


def _clear_of_weak(met: list[tuple[int, Found]], rules: Rules) -> list[tuple[int, Found]]:
    """The clear ones among the pairs below the threshold, of targets and results that no stronger pair names."""
    strong = _strong(met, rules)
    numbers, keys = {number for number, _ in strong}, {found.statement.key for _, found in strong}
    return _clear([(number, found) for number, found in met if found.score >= rules.ask_above
                   and number not in numbers and found.statement.key not in keys], rules)


def _tidy(reply: Reply) -> None:
    """The best few of each kind."""
    reply.base = sorted((each for each in reply.base if each.likeness.raw >= _NEAR),
                        key=lambda each: (-(each.statement.year or 0), -each.score))[:_SHOWN]
    distinct = {each.statement.key: each for each in sorted(reply.candidates, key=lambda each: each.score)}
    reply.candidates = sorted(distinct.values(), key=lambda each: (-each.score, each.statement.start))[:_SHOWN]
    reply.refused = sorted(reply.refused, key=lambda each: (-each.likeness.raw, each.statement.start))[:_SHOWN]


def tiles(best: Found, pieces: Sequence[Found], rules: Rules) -> list[Found]:
    """The figures of later parts of the year that follow one another from the end of the one that is judged; empty where there are none."""
    at, found = best.statement.months, list[Found]()
    while at is not None and best.statement.measure == "amount":
        end = at[1]
        following = [each for each in pieces if each.statement.months and each.statement.months[0] == end + 1
                     and each.score >= rules.take_above and each.profile.content == best.profile.content]
        if not following:
            break
        found.append(max(following, key=lambda each: (each.score, -each.statement.start)))
        at = found[-1].statement.months
    return found


def same_value(one: Statement, other: Statement) -> bool:
    if one.value is None or other.value is None or not comparable(one.unit, other.unit):
        return False
    return convert(other.value, other.unit, one.unit) == one.value


def is_count(statement: Statement) -> bool:
    return statement.measure == "amount" and (statement.unit == "" or counts_pieces(statement.unit))
