"""Figures whose own words name only a part of what they measure, made whole from what stands before them, by small named rules."""

import re
from collections.abc import Iterator

from engine import counted, holders, indicators, spoken
from engine.elisions import depends
from engine.lexicon import either
from engine.measured import LONGEST_PART, LOOK_BACK, Figure, Place, owner_of, shared_measure
from engine.units import is_counter, same_unit
from engine.wordlines import table

_HEADS = table("nouns")["heads"]

_EARNINGS = frozenset(_HEADS["earnings"])
_PARTED = re.compile("其中|(?:完成|实现|达到?|为)了?(?:约|近|超过?)?$")
# ;城东泵站工程,投资480万元
_TITLE = re.compile(rf"[;。:](?P<name>[^,;。:\d]{{3,30}}{either([*_HEADS['counted'], *_HEADS['works']])}),$")
_LABEL = re.compile(r"(?:^|(?<=[。;\d.、)]))(?P<name>[^,;。:\d.、)]{3,20}):$")


def alike(place: Place) -> Iterator[Figure]:
    """The amounts before in the unit of this one, at whatever scale (万株 and 株), the nearest first."""
    unit = place.token.unit
    return (each for each in reversed(place.done[-LOOK_BACK:]) if each.measure == "amount" and same_unit(each.token.unit, unit))


def _titled(place: Place, own: str) -> str:
    """…完成35%;城东泵站工程,投资480万元: what a clause of its own names behind a semicolon; '' for anything else."""
    if not place.done or not depends(own):
        return ""
    between = place.string[place.done[-1].token.end:place.head]
    found = _TITLE.search(between) if between.endswith(",") else None
    return found["name"] + own if found and not indicators.begins_with_verb(found["name"]) else ""


def _labelled(place: Place, own: str) -> str:
    """加装电梯:计划加装50部: a label that names the deed of its figure with its thing; '' for anything else."""
    label = _LABEL.search(place.string, 0, place.head) if own and place.string[place.head - 1:place.head] == ":" else None
    return label["name"] if label and own in label["name"] and indicators.open_verb(own) else ""


def _of_office(place: Place, own: str) -> str:
    """城关镇完成造林2万亩,河口镇完成1.6万亩: an office alone did of the thing what the one before did; '' for anything else."""
    if not holders.is_office(own):
        return ""
    thing = next((holders.without_office(each.indicator) for each in alike(place)), "")
    return own + thing if thing and not holders.is_office(thing) else ""


def _part_measured(place: Place, own: str) -> str:
    """货运量1.2亿吨,其中水路完成0.7亿吨: a part in the same unit takes the measure of the whole; '' for anything else."""
    if not place.done:
        return ""
    last = place.done[-1]
    whole = last if last.measure == "amount" else next((each for each in reversed(place.done[-4:]) if each.measure == "amount"), last)
    if whole.token.unit[-1:] != place.token.unit[-1:] or not _is_part(place, whole):
        return ""
    measure = shared_measure(own, whole.indicator)
    return own + measure if measure else ""


_NAMED_INDUSTRIES = ("商贸", "批零", "住餐", "批零住餐", "房地产", "外贸", "文旅", "科技", "数字经济")
_INDUSTRY = re.compile(f"(?P<size>规上|限上|规模以上|限额以上)?(?:[一-鿿]{{0,4}}(?<![企行专事])业|{either(_NAMED_INDUSTRIES)})")
_INDUSTRY_ENDS = frozenset("业") | {name[-1] for name in _NAMED_INDUSTRIES}
_OF_INDUSTRIES = re.compile("(?:企业|法人单位|市场主体|经营主体|单位)$")


def _industry(place: Place, own: str) -> str:
    """规上企业42家(工业19家、服务业23家): an industry in a bracket says which of those before it are counted; '' for anything else."""
    named = _INDUSTRY.fullmatch(own) if own[-1:] in _INDUSTRY_ENDS else None
    opened = place.string.rfind("(", 0, place.token.start) if named else -1
    if opened < 0 or ")" in place.string[opened:place.token.start]:
        return ""
    whole = next((each for each in reversed(place.done) if each.token.end <= opened), None)
    thing = _OF_INDUSTRIES.search(whole.indicator) if whole and whole.token.unit == place.token.unit else None
    if not named or not whole or not thing:
        return ""
    # 规上工业 names its class itself, whatever the whole was called.
    return ("" if named["size"] else whole.indicator[:thing.start()]) + own + thing.group()


def _deed_of_part(place: Place, own: str) -> str:
    """收购住房800套,其中上半年完成收购300套; 清理疫木1万株,再清理3000株: the deed again is no other thing; '' for anything else."""
    if not indicators.open_verb(own):
        return ""
    whole = next(alike(place), None)
    return whole.indicator if whole and own in whole.words else ""


_ATTRIBUTES = frozenset(_HEADS["attributes"])


def _kind_of(place: Place, own: str) -> str:
    """航线6条(外贸2条), 隐患120处,其中重大3处: a kind of the things counted before; '' for anything else."""
    if own not in _ATTRIBUTES:
        return ""
    whole = next((each for each in reversed(place.done[-LOOK_BACK:]) if each.token.unit == place.token.unit and each.own), None)
    parted = whole and any(mark in place.string[whole.token.end:place.token.start] for mark in ("(", "其中"))
    if not whole or not ((parted and is_counter(place.token.unit)) or "measured-part" in whole.rules):
        return ""
    thing = next((whole.indicator.removeprefix(each) for each in _ATTRIBUTES if whole.indicator.startswith(each)), whole.indicator)
    return own + (thing if "measured-part" in whole.rules else whole.indicator)


def _earned(place: Place, own: str) -> str:
    """35家规上企业实现营业收入4亿元: those counted right before are who earned it; '' for anything else."""
    if owner := owner_of(place, own):
        return owner + own
    last = place.done[-1] if place.done else None
    if not last or own not in _EARNINGS or "tail" not in last.rules or not counted.ends_with_thing(last.indicator):
        return ""
    between = place.string[last.token.end:place.token.start]
    return "" if any(mark in between for mark in ",;。、") else last.indicator + own


def _is_part(place: Place, whole: Figure) -> bool:
    """True where 其中, a bracket or 完成 says that a figure is part of the whole before it."""
    between = place.string[whole.token.end:place.token.start]
    return ("(" in between and ")" not in between) or "measured-part" in whole.rules or bool(_PARTED.search(place.words))


_BENEFITS = f"(?:{either(_HEADS['benefits'])}|(?:辐射)?带动(?={either(_HEADS['brought'])}))"
_BENEFITED = re.compile(
    f"(?P<by>[^,;。:]*?)(?:直接|累计|共|预计|将|可)*(?P<verb>{_BENEFITS})(?P<who>[一-鿿“”]{{0,10}}?)(?:达到?|为|约|近|超过?|逾|共|总?计)*$")
_BENEFIT_CHARS = frozenset(word[0] for word in _HEADS["benefits"]) | {"带"}
_BENEFITED_COUNT = {"户": "户数", "人": "人数", "人次": "人次"}
_LONGEST_WORK = 14


def _benefited(place: Place, own: str) -> str:
    """改造老旧小区5个,惠及居民800户: whom it does good to is counted for the work named before; '' for anything else."""
    money = "涉及" in place.words and place.token.unit.endswith("元")  # 涉及总投资112亿元
    asked = any(char in place.words for char in _BENEFIT_CHARS) and not money
    found = _BENEFITED.fullmatch(place.words) if asked else None
    if not found:
        return _benefited_too(place, own)
    last = place.done[-1] if place.done else None
    besides = last and found["verb"].endswith("带动") and last.token.unit == place.token.unit  # 扶持创业60人,带动就业200人
    work = indicators.noun(found["by"]) or ("" if besides else _spoken_of(place))
    who = found["who"] or _BENEFITED_COUNT.get(place.token.unit.lstrip("万亿余多"), "")
    return (work if len(work) <= _LONGEST_WORK else "") + found["verb"] + who if who else ""


_BENEFITED_BEFORE = re.compile(f".*{_BENEFITS}")


def _benefited_too(place: Place, own: str) -> str:
    """惠及企业326家、劳动者5470人次: the second in the row."""
    last = place.done[-1] if place.done else None
    joined = last and place.string[last.token.end:place.head] in ("", "、", "和") and place.words.lstrip("、和").startswith(own)
    found = _BENEFITED_BEFORE.match(last.indicator) if last and joined else None
    return found.group() + own if found else ""


def _spoken_of(place: Place) -> str:
    """What the clause before speaks of where it has no figure, else what its figure measures."""
    last = place.done[-1] if place.done else None
    since = last.token.end if last else max(place.string.rfind(mark, 0, place.head) for mark in "。;") + 1
    between = place.string[since:place.head]
    return spoken.clause_subject(between) or (last.indicator if last else spoken.subject(place.string, since, place.head))


# 监测对象412户,其中已消除风险355户
_PREDICATED = re.compile("(?:其中,?(?P<what>(?:已|未|尚未|仍|正在)[一-鿿]{3,8})|(?P<not>[未尚]{1,2}[一-鿿]{2,4})的)")


def _predicated(place: Place, own: str) -> str:
    """What was done to a part of the things counted before says which ones they are; '' for anything else."""
    found = _PREDICATED.fullmatch(place.words) if is_counter(place.token.unit) else None
    whole = found and next(alike(place), None)
    if not found or not whole or indicators.is_stage(own) or counted.ends_with_thing(own):
        return ""
    return (found["what"] or found["not"]) + whole.indicator


# 固定资产投资7亿元;向上争取资金2亿元: money that is asked for is no part of another sum.
_RAISED = re.compile("(?P<deed>争取|筹措|筹集|募集|引进|撬动|吸引|融通)(?P<what>[一-鿿]{0,6}?资金)")


def _raised(place: Place, own: str) -> str:
    found = _RAISED.search(place.words) if own.endswith("资金") else None
    return found.group() if found and found["what"] == own else ""


_WHOM = frozenset(_HEADS["anyone"])
_DONE_TO = re.compile(f"{either(_HEADS['done_to'])}$")


def _done_to(place: Place, own: str) -> str:
    """提前转移群众1324户: of people in general the verb says which ones are counted; '' for anything else."""
    found = _DONE_TO.search(place.words[:place.words.rfind(own)]) if own in _WHOM else None
    return found.group() + own if found else ""


_QUALIFIED = re.compile("(?:新设立?|新登记|新注册|新发展|新认定|净增|实有|在册|存量|注销|退库)")


def _qualified(place: Place, own: str) -> str:
    """实有经营主体9万户,其中企业3万户: the part is of those too; '' for anything else."""
    whole = next(alike(place), None) if place.words.startswith("其中") else None
    found = _QUALIFIED.search(whole.words) if whole and len(own) <= LONGEST_PART and is_counter(place.token.unit) else None
    deed = indicators.open_verb(own) or indicators.is_stage(own)
    return found.group() + own if found and not deed and not _QUALIFIED.match(own) else ""


PART_RULES = (_benefited, _raised, _done_to, _predicated, _deed_of_part, _titled, _labelled, _of_office, _industry, _kind_of,
               _part_measured, _earned, _qualified)
"""Rules for a figure whose own words name a part of what it measures; each gives '' where it does not fit."""
