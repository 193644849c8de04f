"""How well a result fits a target: a score that is a sum of named parts, or a refusal with its reason.

`compare` puts two profiles (profiles.py) side by side, on the scale (scale.py) of the documents they stand in. Whatever cannot be the
same thing scores zero.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from engine import progress, qualifiers
from engine.aliases import bare, canonical
from engine.caveats import lesser_deed, named_place
from engine.directions import direction_of, eliminates, is_unwanted
from engine.lexicon import words
from engine.profiles import NOT_SAID_TO_BE_DONE, Profile
from engine.qualifiers import Group, Members, Mode, groups
from engine.quantities import as_water, comparable, counts_pieces
from engine.scale import LEAST_COMMON, Apart, Scale, grams, other_words, same_head
from engine.values import Part, Statement

Slot = Literal["actual", "claim", "level"]
"""How a result may speak for a target: `actual` the same measure, `claim` its completion rate, `level` an amount for a rate of change."""

# What the two sides say of one thing: below FLOOR it is another thing, at TAKE a careful reader would take it.
FLOOR, TAKE = 0.52, 0.68
WEIGHTS = {"indicator": 0.5, "qualifiers": 0.3, "unit": 0.1, "period": 0.05, "place": 0.05}
# Likeness under which no context helps; what an explained pair has above the floor; twice the most that may stay
# unexplained, in characters.
_HOPELESS, _MARGIN, _LONGEST = 0.25, 0.02, 8
# Likeness from which a few other characters make no difference.
_SAME = 0.97
# What is left of the qualifiers where only a word for a part stands between two names that are not the same anyway.
_A_PART, _NEARLY = 0.3, 0.8
# Rates that name nothing of their own, and how long such a name is: 覆盖率.
_BARE, _BARE_LENGTH = frozenset(words("bare_rates")), 3
_LEVELS = {"growth": frozenset({"amount"}), "change": frozenset({"amount", "ratio"})}
_SCALES = "十百千万亿"
_NONE: Members = frozenset()
_SAID_BY_UNIT = frozenset({"面积", "里程", "产量", "业务量"})


@dataclass(frozen=True, slots=True)
class Likeness:
    """A score from 0 to 1 with its parts; `refused` says in Chinese why a close figure is not the one.

    `raw` is how far the indicators alone agree; `narrower` is true where the result counts only a part of what the target counts;
    `explained` where one name is the other made longer or shorter by words that the text around gives, so that it may be taken
    if nothing else competes for it.
    """

    score: float
    parts: tuple[Part, ...] = ()
    refused: str = ""
    raw: float = 0.0
    narrower: bool = False
    explained: bool = False


# — two figures side by side —

def slot_of(target: Statement, result: Statement) -> Slot | None:
    """How a result may speak for a target by what it measures; None where it cannot.

    A rate that is called a completion (整改完成率) is one with a ratio, and completion of a task speaks for amounts.
    """
    wanted, given = target.measure, result.measure
    if given == wanted or {wanted, given} == {"ratio", "completion"}:
        return "actual" if comparable(target.unit, unit_beside(target, result)) else None
    if given == "completion" and wanted == "amount":
        return "claim"
    if given in _LEVELS.get(wanted, ()):
        return "level"
    return None


def unit_beside(target: Statement, result: Statement) -> str:
    """The result's unit as it may be compared with the target's: where both speak of water, 立方米 are 吨."""
    return as_water(result.unit, target.unit) if "水" in target.indicator and "水" in result.indicator else result.unit


def compare(target: Profile, result: Profile, scale: Scale, slot: Slot) -> Likeness:
    """The score of a result for a target. Year and period are not judged here."""
    raw = max(scale.alike(wanted, given) for wanted in target.names for given in result.names)
    explained = _HOPELESS <= raw < TAKE and _explained(target, result, scale)
    if explained:
        raw = max(raw, FLOOR + _MARGIN)
    if raw < FLOOR or _bare_rate(target, result):
        return Likeness(0.0, raw=raw)
    found = _qualify(target, result, slot)
    if TAKE <= raw < _SAME:
        _other_words(target, result, scale, found)
    if found.refused:
        return Likeness(0.0, refused=found.refused, raw=raw)
    qualified = _qualified(found, raw)
    parts = (
        Part("indicator", WEIGHTS["indicator"], _fit(raw), _alike_words(target, result, raw)),
        Part("qualifiers", WEIGHTS["qualifiers"], qualified, ",".join(found.asked or found.mild or found.agreed)),
        _unit_part(target.statement, result.statement, slot),
        _period_part(result.statement),
        _place_part(target.statement, result.statement),
    )
    narrower = bool(found.asked) and found.narrower
    return Likeness(sum(part.weight * part.score for part in parts), parts, raw=raw, narrower=narrower,
                    explained=not found.asked and (raw >= TAKE or explained))


def _qualified(found: "_Qualified", raw: float) -> float:
    """1 where all qualifiers agree, 0 where one has to be asked for; a part for the whole keeps a little, so that a person sees it."""
    if found.asked:
        return _A_PART if found.parts_only == len(found.asked) and raw < _NEARLY else 0.0
    return max(0.0, 1 - 0.4 * len(found.mild))


def _other_words(target: Profile, result: Profile, scale: Scale, found: "_Qualified") -> None:
    """A long name in common makes no one thing of two that begin differently (移民人均可支配收入, 农村居民人均可支配收入).

    Nor does it of a thing and a much wider one (家庭养老照护床位, 床位).
    """
    apart = [scale.apart(wanted, given) for wanted in target.names for given in result.names]
    if all(each.swapped or (each.missing and each.added) for each in apart):
        found.differ("ask", f"名称有别:{'、'.join(apart[0].missing) or '无'}与{'、'.join(apart[0].added) or '无'}")
    elif all(_unexplained(each.missing, result.context, scale) > each.common for each in apart):
        found.differ("ask", f"总结口径较宽,未提{'、'.join(apart[0].missing)}")


def _unexplained(runs: tuple[str, ...], context: str, scale: Scale) -> int:
    """How many characters of the words that only one side has are given neither by the other's text nor by the field of the documents."""
    return sum(len(run) for run in runs if run not in context and not scale.commonplace(run))


def _explained(target: Profile, result: Profile, scale: Scale) -> bool:
    alike = _same_counter(target.statement.unit, result.statement.unit)
    return any((alike or same_head(wanted, given)) and _only_longer(scale.apart(wanted, given), target, result, scale)
               for wanted in target.names for given in result.names)


def _same_counter(one: str, other: str) -> bool:
    """False where pieces are counted by different words (所, 个), which may be pieces of different things."""
    return one.lstrip(_SCALES) == other.lstrip(_SCALES) or not (counts_pieces(one) and counts_pieces(other))


def _only_longer(apart: Apart, target: Profile, result: Profile, scale: Scale) -> bool:
    """True where one name holds the other, but for words that its own text or the field of the documents gives.

    What stays unexplained is short beside what both say, and stands on one side only: 基层诊疗占比 for 基层医疗卫生机构诊疗占比.
    """
    if apart.common < LEAST_COMMON or apart.swapped or (apart.missing and apart.added):
        return False
    missing, added = _unexplained(apart.missing, result.context, scale), _unexplained(apart.added, target.context, scale)
    return 2 * missing <= min(apart.common, _LONGEST) and 2 * added <= min(apart.common, _LONGEST)


def _bare_rate(target: Profile, result: Profile) -> bool:
    """True where a result is called a rate and nothing else (覆盖率), and its text does not say of what."""
    bare = result.rate in _BARE and result.content.startswith(result.rate) and len(result.content) <= _BARE_LENGTH
    if not bare or len(target.content) <= _BARE_LENGTH:
        return False
    rest = target.content.replace(result.content, "")
    return rest[:2] not in result.context and rest[-2:] not in result.context


def _fit(raw: float) -> float:
    """Likeness as a score: 0 at the floor, enough to be taken at TAKE where everything else agrees."""
    if raw <= TAKE:
        return 0.44 * (raw - FLOOR) / (TAKE - FLOOR)
    return 0.44 + 0.56 * (raw - TAKE) / (1 - TAKE)


def _alike_words(target: Profile, result: Profile, raw: float) -> str:
    left, right = target.statement.indicator, result.statement.indicator
    if left == right:
        return f"指标一致({left})"
    return f"指标{'一致' if raw > 0.95 else '相近'}({left}={right})" if raw >= TAKE else f"指标相近({left}≈{right})"


def _unit_part(target: Statement, result: Statement, slot: Slot) -> Part:
    if slot == "claim":
        said, score = "自报完成率", 0.8
    elif slot == "level":
        said, score = f"以水平值({result.unit})推算", 0.6
    elif target.unit == result.unit or not (target.unit and result.unit):
        said, score = f"单位一致({target.unit or result.unit})", 1.0
    else:
        said, score = f"单位可换算({result.unit}→{target.unit})", 1.0
    return Part("unit", WEIGHTS["unit"], score, said)


def _period_part(result: Statement) -> Part:
    if result.months:
        first, last = result.months
        return Part("period", WEIGHTS["period"], 1.0, f"期间为{result.year}年{first}-{last}月")
    return Part("period", WEIGHTS["period"], 1.0, f"年份一致({result.year}年)")


@lru_cache(maxsize=4096)
def _topic(section: tuple[str, ...]) -> frozenset[str]:
    return frozenset(gram for heading in section for gram in grams(heading) if len(gram) == 2)


def _place_part(target: Statement, result: Statement) -> Part:
    here, there = _topic(target.section), _topic(result.section)
    shared = len(here & there) / (min(len(here), len(there)) or 1)
    return Part("place", WEIGHTS["place"], min(1.0, 0.5 + shared), "所在章节相近" if shared > 0.3 else "")


# — qualifiers —

@dataclass(slots=True)
class _Qualified:
    """What the qualifiers of two figures say: why they cannot be one, what a person has to decide, what speaks against it, what agrees.

    `narrower` stays true while every difference makes the result a part of what the target counts; `parts_only` are the asked ones that
    only single out a part by a word.
    """

    refused: str = ""
    asked: list[str] = field(default_factory=list)
    mild: list[str] = field(default_factory=list)
    agreed: list[str] = field(default_factory=list)
    narrower: bool = True
    parts_only: int = 0

    def differ(self, mode: Mode, words: str, *, narrower: bool = False) -> None:
        (self.asked if mode == "ask" else self.mild).append(words)
        self.narrower = self.narrower and narrower


def _qualify(target: Profile, result: Profile, slot: Slot) -> _Qualified:
    found = _Qualified()
    for check in _CHECKS:
        check(target, result, found)
    if result.doubt and not _done_all_the_same(target, result):
        found.differ("ask", result.doubt)
    unasked = {"actual": "序时", "claim": "存流", "level": "存流序时"}[slot]
    for each in groups():
        if not found.refused and each.name not in unasked:
            _agree(each, target, result, found)
    for check in _LAST_CHECKS:
        if not found.refused:
            check(target, result, found)
    return found


def _done_all_the_same(target: Profile, result: Profile) -> bool:
    """12家危化企业完成安全整治提升: what was done to the things counted is what the target names."""
    return result.doubt == NOT_SAID_TO_BE_DONE and progress.closes(bare(result.around.after), target.spelled)


def _agree(each: Group, target: Profile, result: Profile, found: _Qualified) -> None:
    wanted, given = target.facets.get(each.name, _NONE), result.facets.get(each.name, _NONE)
    if each.name == "存流":
        _flow(wanted, given, found)
    elif wanted == given:
        found.agreed.extend([f"同为{'、'.join(sorted(given))}"] if given else [])
    elif given & each.weaker and not given & wanted:
        lacking = "、".join(sorted(wanted)) or {"认定": "认定", "外资": "实际到账"}.get(each.name, "全年完成情况")
        found.refused = f"总结只提{'、'.join(sorted(given & each.weaker))},未提{lacking}"
    elif wanted and given:
        _differ(each, wanted, given, found)
    elif each.mode != "free" and not any(excuse(each, wanted, given, target, result) for excuse in (_harmless, _from_context)):
        found.differ(each.mode, _one_sided(wanted, given), narrower=not wanted)


def _harmless(each: Group, wanted: Members, given: Members, target: Profile, result: Profile) -> bool:
    """Where one side alone names a member and yet the two agree.

    A thing that is finished answers a target that names no stage, and what was 新建 or 改造 by a report is finished. Money that has arrived
    answers a target that names no stage of it, or only promises to bring it in. Where both are areas, lengths or weights, 面积 says
    nothing more.
    """
    if each.name == "外资":
        return given == {"实际"}
    if each.name == "级别":
        return (wanted | given) <= _WHERE or _level_around(wanted, given, target, result)
    if each.name == "计量":
        return wanted | given <= _SAID_BY_UNIT and not counts_pieces(result.statement.unit)
    if each.name != "环节":
        return False
    if wanted == {"引进"} and ("外资" in result.facets or _brought_in(result, each)):
        return True
    return wanted | given == {"竣工"} and (bool(given) or "建改" in result.facets)


# Where a thing stands, not how high it is ranked: a 村级 station is a station.
_WHERE = frozenset({"村级", "镇级"})


def _level_around(wanted: Members, given: Members, target: Profile, result: Profile) -> bool:
    """A level that an enumeration shares (省级智能工厂2家、数字化车间6个), or that the sentence of a rate has named (市重点项目,开工率)."""
    level = qualifiers.group("级别")
    if given:
        return level.last(target.around.lead) == given
    return result.statement.measure == "ratio" and level.last(result.around.before) == wanted


def _brought_in(result: Profile, each: Group) -> bool:
    """新增人才58名, and 招聘147名,硕士14名: who is new, or part of those who came, was brought in."""
    return flow_of(result.facets.get("存流", _NONE)) == "新增" or "引进" in each.found(result.around.before)


def _from_context(each: Group, wanted: Members, given: Members, target: Profile, result: Profile) -> bool:
    """True where the side that names no member stands under one: 老年人健康管理率73%,免费体检5万人."""
    if "inherit" in each.flags or each.name == "级别":
        return False
    silent = target if given else result
    if not given and (_office_trade(each, wanted, result) or _of_the_four(each, wanted, result)):
        return True
    before = each.last(silent.around.before)
    return (before or each.found("".join(silent.statement.section[-1:]))) == (given or wanted)


def _office_trade(each: Group, wanted: Members, result: Profile) -> bool:
    """A bureau of agriculture that tells of 龙头企业 means those of agriculture."""
    return each.name == "行业" and each.found(result.office) == wanted


# What 四上企业 are made of: each is above its line by definition.
_LINES = frozenset({"规上", "限上"})


def _of_the_four(each: Group, wanted: Members, result: Profile) -> bool:
    """四上企业11家,其中服务业企业5家: these are 规上 or 限上 by what the four are."""
    here = result.around
    listed = here.own.startswith("其中") and each.last(bare(here.lead)) == {"四上"} and "后备" not in here.lead
    return each.name == "规模" and wanted <= _LINES and listed and flow_of(result.facets.get("存流", _NONE)) in {"新增", "净增"}


def _one_sided(wanted: Members, given: Members) -> str:
    return f"目标为{'、'.join(sorted(wanted))},总结未注明" if wanted else f"总结为{'、'.join(sorted(given))},目标未注明"


def _differ(each: Group, wanted: Members, given: Members, found: _Qualified) -> None:
    """Both sides have members: a part of the other side is for a person, members apart are another thing."""
    words = f"目标为{'、'.join(sorted(wanted))},总结为{'、'.join(sorted(given))}"
    if wanted & given:
        if each.mode != "free":
            found.differ("mild" if _part_of_it(each, wanted, given) else "ask", words, narrower=given < wanted)
    elif all(frozenset({one, other}) in each.kin for one in wanted for other in given):
        found.differ("mild" if all(member.endswith("以上") for member in wanted) else each.mode, words)
    else:
        found.refused = f"{each.name}不同:{words}"


def flow_of(members: Members) -> str:
    """What a figure counts: 新增 or 净增 (this year's), 存量 (a total), 累计 or 达到 (one or the other), or nobody says."""
    return next((each for each in ("净增", "新增", "存量", "累计", "达到") if each in members), "")


# What a target of the first kind makes of a result of the second; a pair that is not here agrees.
_FLOW_TABLE: Mapping[tuple[str, str], Literal["refuse", "ask", "mild"]] = MappingProxyType({
    ("新增", "存量"): "refuse", ("净增", "存量"): "refuse", ("存量", "新增"): "refuse", ("存量", "净增"): "refuse",
    ("净增", "新增"): "ask", ("新增", "达到"): "ask", ("净增", "达到"): "ask", ("净增", "累计"): "ask", ("净增", ""): "mild",
    ("达到", "新增"): "ask", ("达到", "净增"): "ask", ("累计", "新增"): "ask", ("累计", "净增"): "ask",
    ("新增", "累计"): "mild", ("", "存量"): "ask", ("", "累计"): "mild", ("", "达到"): "mild"})


def _flow(wanted: Members, given: Members, found: _Qualified) -> None:
    """A total never answers what is to be added, and what was added net is less than what was added, never more."""
    here, there = flow_of(wanted), flow_of(given)
    words = f"目标为{here or '未注明'},总结为{there or '未注明'}"
    deed = _FLOW_TABLE.get((here, there))
    if deed == "refuse":
        found.refused = f"增量与总量不同:{words}"
    elif deed is not None:
        found.differ(deed, words)
    elif here and here == there:
        found.agreed.append(f"同为{here}")


def _part_of_it(each: Group, wanted: Members, given: Members) -> bool:
    """竣工投产 for 竣工, 整治 for 整治提升: the later stage, or one of two deeds, is still the thing; two deeds for one are more.

    But 改扩建 beside 新建改扩建 says no more than that.
    """
    if wanted < given and all(frozenset({one, other}) in each.kin for one in given - wanted for other in wanted):
        return True
    return "竣工" in wanted & given if each.name == "环节" else "inherit" in each.flags and given < wanted


def _other_size(target: Profile, result: Profile, found: _Qualified) -> None:
    if target.sizes == result.sizes or _size_around(target, result):
        return
    if target.sizes and result.sizes and not target.sizes & result.sizes:
        found.refused = "规模档次不同"
    found.differ("ask", "规模档次只有一方注明")


def _size_around(target: Profile, result: Profile) -> bool:
    """True where the side that names no size stands under the same (每千人口医师3人、护士4人), or it is an age that the name implies."""
    if target.sizes and result.sizes:
        return False
    silent, said = (result, target.sizes) if target.sizes else (target, result.sizes)
    return said <= qualifiers.sizes(canonical()(silent.around.lead))[0] or (
        all(each.endswith("岁") for each in said) and target.facets.get("人群", _NONE) == result.facets.get("人群", _NONE) != _NONE)


def _other_name(target: Profile, result: Profile, found: _Qualified) -> None:
    if target.codes and result.codes and not target.codes & result.codes:
        found.refused = f"名称不同:{'、'.join(sorted(target.codes))}与{'、'.join(sorted(result.codes))}"


def _other_rate(target: Profile, result: Profile, found: _Qualified) -> None:
    if target.rate and result.rate and target.rate != result.rate:
        found.refused = f"比率不同:{target.rate}率与{result.rate}率"


def _not_itself(target: Profile, result: Profile, found: _Qualified) -> None:  # the target has no part in it
    found.refused = found.refused or result.void


def _lesser_deed(target: Profile, result: Profile, found: _Qualified) -> None:
    """走访规上企业26家 answers no promise to add some: another deed with the same thing. What must stay few is counted as it comes."""
    statement, here = target.statement, bare(target.around.clause + target.statement.indicator)
    if statement.measure != "amount" or direction_of(statement, target.around.clause) == "lower" or statement.comparator in {"<=", "<"}:
        return
    deed = lesser_deed(result.statement, result.around)
    if deed is not None and deed.words not in here:
        words = f"总结只说“{deed.words}”"
        if deed.serves or not target.around.own:
            found.differ("ask", words)
        else:
            found.refused = found.refused or f"{words},不是目标所说的完成"
    elif eliminates(here) and not eliminates(there := bare(result.around.clause + result.statement.indicator)) and _ARISES.search(there):
        found.refused = found.refused or "总结说的是新发生的,不是已消除的"


def _still_there(target: Profile, result: Profile, found: _Qualified) -> None:
    """撂荒地1100亩 tells how much there is, not what was done away with."""
    here, there = target.around.clause + target.statement.indicator, result.around.clause + result.statement.indicator + result.around.after
    if target.statement.measure == result.statement.measure == "amount" and eliminates(bare(here)) and not eliminates(bare(there)) \
            and is_unwanted(result.spelled) and direction_of(target.statement, bare(target.around.clause)) == "higher":
        found.differ("ask", "总结未说已消除")


def _one_part(target: Profile, result: Profile, found: _Qualified) -> None:
    """加工业产值增长8%,其中园区企业实现产值21亿元: a sum of a part of the things."""
    if result.part and not counts_pieces(result.statement.unit):
        words = other_words(result.part.removeprefix("其中"), target.spelled + bare(target.around.clause))
        if words:
            found.differ("ask", f"总结只说其中的{'、'.join(words)}", narrower=True)


def _other_base(target: Profile, result: Profile, found: _Qualified) -> None:
    """强村占示范村总数的31%: a share of something that the target does not name."""
    if result.base and not target.base and result.base not in target.spelled + "|" + result.spelled.partition("占")[0]:
        found.differ("ask", f"总结的占比以{result.base}为基数,目标未注明")


_ARISES = re.compile("新增|新发|发生|出现|认定|产生")


_KEPT_UP = frozenset({"维修", "拆除", "盘活", "出让", "流转"})


def _kept_up(target: Profile, result: Profile, found: _Qualified) -> None:
    """维修路灯210盏 adds none."""
    added = flow_of(target.facets.get("存流", _NONE)) in {"新增", "净增"} or target.facets.get("建改", _NONE) == {"新建"}
    given = result.facets.get("建改", _NONE)
    if added and given and given <= _KEPT_UP and not given & target.facets.get("建改", _NONE):
        found.refused = f"总结说的是{'、'.join(sorted(given))},不是新增"


_OPEN_STAGES = frozenset({"竣工"})


def _early_stage(target: Profile, result: Profile, found: _Qualified) -> None:
    """幼儿园4所正在办理前期手续: what is said behind a count is a stage before the end that the target means."""
    if target.statement.measure != "amount" or not target.facets.get("环节", _NONE) <= _OPEN_STAGES:
        return
    stage = progress.stage(result.around.after)
    if stage is not None and stage < progress.DONE and progress.promised("", bare(target.around.clause)) >= progress.DONE:
        found.differ("ask", f"数字之后为“{progress.STAGES[stage]}”阶段")


def _one_place(target: Profile, result: Profile, found: _Qualified) -> None:
    place = named_place(result.around)
    if place and place not in target.around.clause + target.statement.indicator:
        found.differ("ask", f"只说{place}", narrower=True)


# What a report may add to a name of things without making others of them: 新增城市绿地, 盘活国有资产.
_OF_COURSE = frozenset({"城市", "国有"})


def _narrower(target: Profile, result: Profile, found: _Qualified) -> None:
    """过夜游客 are not all 游客, and 游客 not all 过夜: a word that singles out a part stands on one side alone."""
    missing = [word for word in target.narrow - result.narrow if word not in result.spelled and word not in result.context]
    harmless = _OF_COURSE if target.statement.measure == "amount" else _NONE
    added = [word for word in result.narrow - target.narrow - harmless if word not in target.spelled and word not in target.context]
    if missing or added:
        words = "、".join(sorted(missing or added))
        found.differ("ask", f"目标限定{words},总结未注明" if missing else f"总结只说{words}", narrower=not missing)
        found.parts_only += 1


_CHECKS: tuple[Callable[[Profile, Profile, _Qualified], None], ...] = (_not_itself, _other_size, _other_name, _other_rate)
_LAST_CHECKS: tuple[Callable[[Profile, Profile, _Qualified], None], ...] = (
    _lesser_deed, _still_there, _kept_up, _early_stage, _one_place, _narrower, _one_part, _other_base)
