"""What an amount counts where the thing stands behind it, by small named rules."""

import re

from engine import counted, holders, indicators
from engine.elisions import MEASURE_END
from engine.lexicon import any_of, either
from engine.measured import EXTENT, NAMES, Figure, Place, is_bare_head, own_noun
from engine.units import is_counter
from engine.wordlines import table

_MONEY_VERBS = frozenset("投资 投入 总投资 计划投资 投资额 安排资金 统筹资金 筹措资金 筹集资金 投入资金 落实资金 列支资金 专项资金".split())
_SHORT_LIST = 8
_SEVERAL = 3
_KEEPS = re.compile("[建设配办留存共拥现]?有$")
# 12个项目未落实用地: what is still to be done says which ones.
_STILL = re.compile("[一-鿿]{2,8}?(?=[,;。、]|$)")
# 3个社区: so short a thing has neither a 的 nor a verb behind it.
_PLAIN_TAIL = 3
# 组织19个村申报示范村, 为120家企业融资: what those who are helped do is no part of what is counted.
_HELPED = re.compile(
    f"(?:{either(table('nouns')['verbs']['helps'])}|为|帮|让)(?:了|全市|全县|全区|全镇|辖区|各地)?(?:近|约|超|超过)?$")
_TOLD = re.compile("(?:共|累计|已)[一-鿿]{2,4}$")
_LONGEST_OWNER = 6
_PARTS_DONE = ("主体", "主体结构", "主体工程", "基础")


def behind(place: Place) -> str:
    """The thing behind the figure; '' where there is none."""
    tail = counted.tail_noun(place.following)
    if tail in _PARTS_DONE and place.before:  # 已有4座主体完工
        return ""
    if tail.endswith("未") and (still := _STILL.match(place.following.removeprefix("的"), len(tail))):
        tail = f"未{still.group()}{tail[:-1].rstrip('尚仍还')}"
    if tail.startswith("未") and len(owner := own_noun(place.context)) > _PLAIN_TAIL:  # 东片区二期尚有7户未签约
        return owner + tail
    if len(tail) <= _PLAIN_TAIL or not is_counter(place.token.unit):
        return tail
    return counted.counted_in(tail, helped=bool(_HELPED.search(place.words)))


# 5个项目已建成投用: a thing that says nothing itself is known by the stage it has reached.
_REACHED_STAGE = re.compile(
    f"(?P<thing>项目|工程)(?:已经?|业已|均|都|已全部|陆续|相继|先后|如期|{any_of('adverbs')})*(?P<stage>{any_of('stages')}{{1,2}})(?:建设)?(?=[,;。、]|$)")
_EXAMPLE_OF = re.compile("(?:.*等)?(?:项目|工程)")


# 为118户困难家庭实施适老化改造, 对218家企业开展亩均税收评价: for whom and what was done.
_FOR_WHOM = re.compile("(?:为|给|对|帮|让|使|帮助|协助|支持|助力|推动)(?:全[县市区镇乡]|辖区)?(?:近|约|超过?|逾)?$")
_DONE_FOR = re.compile(
    r"(?P<who>(?:\d{1,2}(?:[-—~至到]\d{1,2})?周?岁(?:及?以[上下])?的?)?[一-鿿“”、]{2,16}?)"
    rf"(?:免费|集中|分批|统一|上门|全面)*(?:{either(table('nouns')['verbs']['done_for'])})了?"
    r"(?P<deed>[一-鿿“”()]{2,18}?)(?:服务|工作)?(?=[,。;]|$)")


def served(place: Place) -> Figure | None:
    """What was done for, to or by as many people or firms as are counted."""
    found = _DONE_FOR.match(place.string, _behind(place)) if is_counter(place.token.unit) and _FOR_WHOM.search(place.words) else None
    return place.figure(found["who"] + found["deed"], "amount", place.token.value, "served", "tail") if found else None


# 紧急安排120万元用于排涝和烘干补助
_SPENT_FOR = re.compile("(?P<what>[一-鿿、“”]{2,16}?)(?:等(?:方面|项目|工作)?|方面|领域)?(?=[,。;])")
_FUNDS = ("资金", "补助", "补贴", "奖励", "经费", "贷款", "费用", "支出", "建设")
_SPENDS = re.compile("(?:安排|投入|拨付|下达|统筹|筹集|争取|列支|落实|整合|划拨)(?:资金)?(?:近|约|超)?$")


def spent_for(place: Place) -> Figure | None:
    """What money was set aside for, where that is told behind it and nothing else names it."""
    goes = place.token.unit.endswith("元") and place.following.startswith("用于") and _SPENDS.search(place.words)
    found = _SPENT_FOR.match(place.string, _behind(place) + 2) if goes else None
    if not found:
        return None
    what = found["what"] if found["what"].endswith(_FUNDS) else found["what"] + "资金"
    return place.figure(what, "amount", place.token.value, "spent-for", "tail")


def _behind(place: Place) -> int:
    """Where the text behind a figure and its comparator begins, of which `following` holds no more than up to the next figure."""
    return place.token.end + (place.limit.end() if place.limit else 0)


def _tail(place: Place, indicator: str, *rules: str) -> Figure:
    if _EXAMPLE_OF.fullmatch(indicator) and (found := _REACHED_STAGE.match(place.string, _behind(place))):
        indicator, rules = found["stage"] + found["thing"], (*rules, "stage-reached")
    return place.figure(indicator, "amount", place.token.value, *rules, "tail")


def _staged_tail(place: Place, own: str, tail: str) -> Figure | None:
    """开工29个小区; 新建 and 培育 are deeds, not stages, where their thing stands behind the figure."""
    if not indicators.is_stage(own):
        return None
    return _tail(place, own + tail if indicators.is_kept_stage(own) else tail, "stage")


def _invested_tail(place: Place, own: str, tail: str) -> Figure | None:
    """投资6000万元编制…方案."""
    return _tail(place, tail + own, "investment") if own in _MONEY_VERBS else None


def _verb_tail(place: Place, own: str, tail: str) -> Figure | None:
    """建立46家企业…库: nothing but a verb stands before the figure, or a modal and a verb (区里将新建4个)."""
    if not own:
        return None
    if _KEEPS.search(place.context.words):
        return _tail(place, tail)
    deed = indicators.open_verb(own) or indicators.is_bare_verb(own) or indicators.ends_with_deed(place.context.noun)
    return _tail(place, tail) if deed else None


def _given_tail(place: Place, own: str, tail: str) -> Figure | None:
    """省委巡视反馈68个问题, 上级交办14件积案: who gave the things says which they are; 全镇共上报13个村 says it of nobody."""
    if not indicators.is_given(own):
        return None
    return _tail(place, tail if _TOLD.search(own) or "对" in own else own + tail, "given")


def _subject_tail(place: Place, own: str, tail: str) -> Figure | None:
    """县工信局组织25家企业: a short subject and its verb before the figure, the thing behind it."""
    if place.token.unit.endswith("元"):
        return None
    if not is_counter(place.token.unit) and not place.context.between:
        return None
    if indicators.ends_with_addition(own):
        return _tail(place, tail, "subject-verb")
    return _tail(place, tail, "subject-verb") if indicators.ends_with_verb(own) or indicators.ends_with_verb(place.context.noun) else None


def _joined_tail(place: Place, own: str, tail: str) -> Figure | None:
    """保障饮水安全和3万亩秋粮灌溉: what stands before a link is another thing."""
    joined = place.words.endswith(("和", "及", "与", "以及")) and not indicators.begins_with_verb(tail)
    return _tail(place, tail, "joined") if joined and own else None


def _described_tail(place: Place, own: str, tail: str) -> Figure | None:
    """新落成的3座泵站, 沿线区县5座泵站: what describes the things or says where they stand is not what is counted."""
    if not (place.words.endswith("的") or holders.is_place(own)):
        return None
    described = is_counter(place.token.unit) or own.endswith("内") or (
        place.words.endswith(("的", "等处", "等地")) and not place.token.unit.endswith("元"))
    return _tail(place, tail, "described") if described and place.words != "的" else None


def _owned_tail(place: Place, own: str, tail: str) -> Figure | None:
    """科创园2幢商务楼宇: whose things are counted."""
    if len(own) > _LONGEST_OWNER or not is_counter(place.token.unit) or not counted.ends_with_thing(tail):
        return None
    if is_bare_head(own) or counted.ends_with_thing(own) or MEASURE_END.search(own):
        return None
    if place.context.between or not place.words.endswith(own):
        return None
    return _tail(place, own + tail, "owned")


def _are_names(own: str, place: Place) -> bool:
    """True for as many names as are counted, or for several short ones: 甲小区、乙小区、丙小区12个小区."""
    names = NAMES.split(own)
    return len(names) == place.token.value > 1 or (len(names) >= _SEVERAL and own[-2:] == place.following[:2])


def _listed_tail(place: Place, own: str, tail: str) -> Figure | None:
    """南车港等6条河道; a long list of examples, or as many names as are counted, leaves the thing alone."""
    if not place.context.noun.endswith("等"):
        return _tail(place, tail, "named") if _are_names(own, place) else None
    if len(own) > _SHORT_LIST:
        return _tail(place, tail, "listed")
    return _tail(place, own.removesuffix("等") + "等" + tail, "listed")


def _second_measure(place: Place, own: str, tail: str) -> Figure | None:
    """6条河道6.1公里综合整治: a second quantity right behind the thing counted."""
    if own or not place.done or place.words or "tail" not in place.done[-1].rules or is_counter(place.token.unit):
        return None
    return place.figure(place.done[-1].indicator + tail, "amount", place.token.value, "second-measure")


def _extent_of(place: Place, own: str, tail: str) -> Figure | None:
    """4条总长36公里的产业路: how long or large the thing behind the figure is."""
    if not place.following.startswith("的") or is_counter(place.token.unit) or not (extent := EXTENT.search(place.words)):
        return None
    alone = is_bare_head(indicators.noun(place.words[:extent.start()]))
    return _tail(place, tail + extent.group().rstrip("约达为共"), "extent") if alone else None


_GOES_TO = re.compile("(?:,|、)?(?P<how>投向|用于|投入到|投放到)(?:了)?(?:近|约)?")


def _spent_on_tail(place: Place, own: str, tail: str) -> Figure | None:
    """专项债券到账2亿元,投向6个项目: what the money before goes to."""
    last = place.done[-1] if place.done else None
    found = _GOES_TO.fullmatch(place.string, last.token.end, place.token.start) if last and last.token.unit.endswith("元") else None
    return _tail(place, f"{last.indicator}{found['how']}{tail}", "spent-on") if last and found else None


_BENEFIT = re.compile("的?(?P<who>[一-鿿]{2,6}?)(?:直接|从中)?(?P<how>受益|受惠)(?=[,;。、]|$)")


def _benefiting_tail(place: Place, own: str, tail: str) -> Figure | None:
    """31个小区完工,4486户居民受益: whom the thing before does good to."""
    found = _BENEFIT.match(place.following) if "受" in place.following[:9] and not own else None
    return _tail(place, f"{place.before}{found['how']}{found['who']}", "benefit") if found else None


def _bare_tail(place: Place, own: str, tail: str) -> Figure | None:
    """救助困难家庭60户140人发放…: a second count right behind the first, which names its thing, counts the same."""
    last = place.done[-1] if place.done else None
    paired = last and not place.words and last.token.end == place.token.start and last.own and last.indicator and "tail" not in last.rules
    return _tail(place, tail) if not own and not paired else None


TAIL_RULES = (_extent_of, _benefiting_tail, _spent_on_tail, _staged_tail, _invested_tail, _verb_tail, _listed_tail, _given_tail,
              _subject_tail, _described_tail, _joined_tail, _owned_tail, _second_measure, _bare_tail)
"""Rules for a figure with a thing behind it."""
