"""What an amount measures: the noun before it or the thing behind it, by small named rules."""

import re
from collections.abc import Iterator
from decimal import Decimal

from engine import indicators
from engine.contexts import Context, is_removed
from engine.elisions import MEASURE_END, completed, depends, staged
from engine.lexicon import any_of, either
from engine.measured import (
    EXTENT,
    LONGEST_PART,
    LOOK_BACK,
    NAMES,
    SET,
    Figure,
    Place,
    as_set,
    is_bare_head,
    named,
    owner_of,
    points_against,
    set_after,
    set_apart,
    shared_measure,
    signed,
    stood_at,
    task_of,
)
from engine.tokens import Token
from engine.units import TIMES, is_counter
from engine.wordlines import table

# 死亡人数减少2人: what is counted is named before the verb, so the figure says by how much.
_BY = re.compile("(?<!净)(?<!新)(?:增收|减收|增支|减支|增产|减产|增加|减少|下降|上升|提高|增长|降低|多|少)了?[约近]?$")
_COUNT_NOUN = re.compile("(?:人数|起数|件数|户数|数量|总量|总数|次数|批次|案件|事故)$")
_MONEY_VERBS = frozenset("投资 投入 总投资 计划投资 投资额 安排资金 统筹资金 筹措资金 筹集资金 投入资金 落实资金 列支资金 专项资金".split())
_SHORT_LIST = 8
_SEVERAL = 3
_KEEPS = re.compile("[建设配办留存共拥现]?有$")
_OVER_PLAN = re.compile(f"{SET}$")
# 完成年初预算数6亿元的40%: what was set is that of the thing before.
_SET_NAME = re.compile(f"(?:完成|达到?|占|为|是)?了?(?:年初|年度|全年|调整|年|本级)?{SET}")
# 低于全省平均水平0.5人 stands against a mean, in whatever unit.
_MEAN = re.compile("(?:平均|水平|均值|平均数)$")
# 12个项目未落实用地: what is still to be done says which ones.
_STILL = re.compile("[一-鿿]{2,8}?(?=[,;。、]|$)")
# 3个社区: so short a thing has neither a 的 nor a verb behind it.
_PLAIN_TAIL = 3
# 组织19个村申报示范村, 为120家企业融资: what those who are helped do is no part of what is counted.
_HELPED = re.compile(
    f"(?:{either(table('nouns')['verbs']['helps'])}|为|帮|让)(?:了|全市|全县|全区|全镇|辖区|各地)?(?:近|约|超|超过)?$")
_HEADS = table("nouns")["heads"]
_EARNINGS = frozenset(_HEADS["earnings"])
_PARTED = re.compile("其中|(?:完成|实现|达到?|为)了?(?:约|近|超过?)?$")
_TOLD = re.compile("(?:共|累计|已)[一-鿿]{2,4}$")
_LONGEST_OWNER = 6
_MERGED = ("整合", "合并", "调整", "撤并", "精简", "优化")
# 户均增收2100元 is a noun of its own.
_EARNED_MORE = "增收"
# ;城东泵站工程,投资480万元
_TITLE = re.compile(rf"[;。:](?P<name>[^,;。:\d]{{3,30}}{either([*_HEADS['counted'], *_HEADS['works']])}),$")


def amount(place: Place) -> Figure:
    """An amount, or the difference by which one changed; the first rule that fits names the thing."""
    token, words = place.token, place.context
    if (against := points_against(place)) and (_OVER_PLAN.search(place.words) or _MEAN.search(place.words) or not is_counter(token.unit)):
        return against
    if _is_change(place):
        return named(place, words.noun, "change", signed(token.value, words.direction), "change")
    if place.before and place.following.startswith("的") and _SET_NAME.fullmatch(place.words):
        return place.figure(place.before, "amount", token.value, "set-of", own=False)
    if apart := set_apart(place):
        return as_set(named(place, apart, "amount", token.value, "set-after"))
    if task_of(place) and (whose := indicators.noun(place.words) or place.before):
        return as_set(place.figure(whose, "amount", token.value, "set-of"))
    if _is_set_level(place):
        return as_set(place.figure(place.before, "amount", token.value, "set-of", own=False))
    if set_after(place):
        return as_set(place.figure(place.before, "amount", token.value, "set-after", own=False))
    if stood_at(place):
        return place.figure(place.before, "amount", token.value, "stood-at", own=False)
    own, tail = _own(words), _behind(place)
    for rule in _TAIL_RULES if tail else ():
        if found := rule(place, own, tail):
            return found
    return _headed(place, own)


# 用水总量9830万立方米,低于市定控制指标1.05亿立方米
_BESIDE_SET = re.compile(
    "(?:低于|高于|优于|好于|少于|超过|超出|超)了?(?:[国省市县区州]定|年度|全年|年初|下达|上级)*的?(?:控制|考核|约束性?|规划|预期)?(?:指标|目标|红线|控制数|上限|任务|计划)[值数]?")
_SCALES = {"万": 4, "亿": 8}


def _is_set_level(place: Place) -> bool:
    """True where a figure behind 低于控制指标 is too large to say by how much: it is what was set."""
    last = place.done[-1] if place.done and _BESIDE_SET.fullmatch(place.words) else None
    if not last or not place.before or place.token.unit.lstrip("万亿") != last.token.unit.lstrip("万亿"):
        return False
    return 2 * _plain(place.token) > _plain(last.token)


def _plain(token: Token) -> Decimal:
    return token.value.scaleb(sum(_SCALES.get(char, 0) for char in token.unit[:2]))


def _own(words: Context) -> str:
    """The noun before the figure; 户均增收2100元 has one that ends with a verb."""
    if words.between.startswith(("为", "成", "至", "到")) and words.noun.endswith(_MERGED):  # 142个网格优化整合为118个
        return ""
    earned = words.noun.endswith("均") and words.between.startswith(_EARNED_MORE)
    return indicators.noun(words.noun + _EARNED_MORE if earned else words.noun)


def _behind(place: Place) -> str:
    """The thing behind the figure; '' where there is none."""
    tail = indicators.tail_noun(place.following)
    if tail.endswith("未") and (still := _STILL.match(place.following.removeprefix("的"), len(tail))):
        tail = f"未{still.group()}{tail[:-1].rstrip('尚仍还')}"
    if tail.startswith("未") and len(owner := _own(place.context)) > _PLAIN_TAIL:  # 东片区二期尚有7户未签约
        return owner + tail
    if len(tail) <= _PLAIN_TAIL or not is_counter(place.token.unit):
        return tail
    return indicators.counted_in(tail, helped=bool(_HELPED.search(place.words)))


_MONEY_NAMES = frozenset(_HEADS["invested"])
_OTHER_CLAUSE = re.compile(";[^,;]{4,},|\\)[^,;]{4,},")


def _headed(place: Place, own: str) -> Figure:
    """A figure named by the words before it, made whole from what came before."""
    value = place.token.value
    if not own:
        return place.figure(completed("新增", _left_behind(place)) if place.before else "", "amount", value, "elided", own=False)
    if own[-2:] in _SET_ENDS and place.before and _SET_ALONE.fullmatch(own):
        return place.figure(place.before, "change" if "超" in place.words else "amount", value, "set", own=False)
    if own[:2] in _KEEPING and _LIMIT_SET.fullmatch(own):
        return place.figure(_whole(place), "amount", value, "set", own=False)
    for rule in _PART_RULES:
        if part := rule(place, own):
            return place.figure(part, "amount", value, "head", "measured-part")
    # 通车里程412公里;过江通道主塔封顶,完成投资17亿元: behind a semicolon something else was invested in.
    anew = (own in _MONEY_NAMES or depends(own)) and place.done and _OTHER_CLAUSE.search(place.string, place.done[-1].token.end, place.head)
    whole = completed(own, _invested_in(place, own) or _staged_before(place, own) or ("" if anew else place.before))
    return place.figure(whole, "amount", value, "head", *(() if own == whole else ("elided",)))


# 城北水厂扩建工程完成管网12公里, G9改扩建项目:…: what a group of clauses opens with.
_PROJECT = re.compile("(?:[A-Z]{1,2}\\d{1,4})?[^,;。:\\d]{0,24}?(?:项目|工程)(?!部|量|款|建设|储备|推进|资金|[数个入])")
_LABEL = re.compile(r"(?:^|(?<=[。;\d.、)]))(?P<name>[^,;。:\d.、)]{3,20}):$")
# 控制在省核定限额58.2亿元以内: the limit is no name.
# 超额完成市下达任务0.1万亩: the task is that of the thing before.
_SET_ENDS = ("任务", "目标", "计划")
_SET_ALONE = re.compile(
    "(?:超额|提前|完成)*(?:[国省市县区州镇]|上级|年度|全年)?(?:里)?(?:定|下达|核定|确定|分解)?的?(?:年度|目标)?(?:任务|目标|计划)")
_KEEPING = ("控制", "保持", "稳定")
_LIMIT_SET = re.compile("(?:控制|保持|稳定)在.{0,8}(?:限额|额度|指标|目标|计划|控制数)")
_WENT = re.compile("(?<=..)(?:注销|吊销|退出|关停|迁出|减少)$")
_IS_PROJECT = re.compile("(?:项目|工程|投资)$")
_RATED = re.compile(f"{any_of('stages')}率$")
_STOCK = ("实有", "现有", "在册", "在库", "共有")
_SHARE = re.compile("(?:率|比重|占比)$")


def _alike(place: Place) -> Iterator[Figure]:
    """The amounts before in the unit of this one, at whatever scale (万株 and 株), the nearest first."""
    unit = place.token.unit.lstrip("万亿")
    return (each for each in reversed(place.done[-LOOK_BACK:]) if each.measure == "amount" and each.token.unit.lstrip("万亿") == unit)


def _staged_before(place: Place, own: str) -> str:
    """已开工40个,开工率95%,未开工2个: a stage is one of the things counted, not of their rate; '' where no rate stands between."""
    last = place.done[-1] if place.done else None
    if not last or not indicators.is_stage(own) or (last.measure != "ratio" and last.token.unit == place.token.unit):
        return ""
    return min((each.indicator for each in _alike(place)), key=len, default="")


def _left_behind(place: Place) -> str:
    """注销120户,净增80户: what is left is counted of the things themselves, not of those that went."""
    return _WENT.sub("", place.before) if "净" in place.words or place.words.endswith(_STOCK) else place.before


def _invested_in(place: Place, own: str) -> str:
    """…工程完成管网12公里,完成投资2亿元: what was built is not what was invested in; '' where the figure before says what is."""
    if not own.endswith("投资"):
        return ""
    last = indicators.noun(place.done[-1].words.removeprefix("其中")) if place.done else ""
    if whole := staged(last, place.before):  # 已开工71个,完成投资36亿元
        return whole
    if place.before and _IS_PROJECT.search(place.before):
        return ""
    if place.done and place.done[-1].measure == "ratio" and (whose := _IS_PROJECT.search(_RATED.sub("", place.before))):
        return whose.string  # 重点项目开工率达到100%、完成投资110亿元
    since = max(place.string.rfind(mark, 0, place.head) for mark in "。;") + 1
    named = _PROJECT.match(indicators.after_leads(indicators.after_list_mark(place.string[since:place.head])))
    if named and not indicators.begins_with_verb(named.group()):
        return named.group()
    things = [each.indicator for each in place.done[-LOOK_BACK:] if each.token.start >= since and not _SHARE.search(each.indicator)]
    return things[-1] if things and _SHARE.search(place.before) else ""


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


def _whole(place: Place) -> str:
    """The thing that 其中 broke down before: 债务余额56亿元,其中一般债务21亿元,控制在核定限额58亿元以内."""
    broken = next((number for number, each in enumerate(place.done) if "其中" in each.words), 0)
    return place.done[broken - 1].indicator if broken else place.before


def _of_office(place: Place, own: str) -> str:
    """城关镇完成造林2万亩,河口镇完成1.6万亩: an office alone did of the thing what the one before did; '' for anything else."""
    if not indicators.is_office(own):
        return ""
    thing = next((indicators.without_office(each.indicator) for each in _alike(place)), "")
    return own + thing if thing and not indicators.is_office(thing) else ""


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


_INDUSTRY = re.compile(
    "(?P<size>规上|限上|规模以上|限额以上)?(?:[一-鿿]{0,4}(?<![企行专事])业|商贸|批零|住餐|批零住餐|房地产|外贸|文旅|科技|数字经济)")
_OF_INDUSTRIES = re.compile("(?:企业|法人单位|市场主体|经营主体|单位)$")


def _industry(place: Place, own: str) -> str:
    """规上企业42家(工业19家、服务业23家): an industry in a bracket says which of those before it are counted; '' for anything else."""
    named = _INDUSTRY.fullmatch(own)
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
    whole = next(_alike(place), None)
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
    if not last or own not in _EARNINGS or "tail" not in last.rules or not indicators.ends_with_thing(last.indicator):
        return ""
    between = place.string[last.token.end:place.token.start]
    return "" if any(mark in between for mark in ",;。、") else last.indicator + own


def _is_part(place: Place, whole: Figure) -> bool:
    """True where 其中, a bracket or 完成 says that a figure is part of the whole before it."""
    between = place.string[whole.token.end:place.token.start]
    return ("(" in between and ")" not in between) or "measured-part" in whole.rules or bool(_PARTED.search(place.words))


def _is_change(place: Place) -> bool:
    """比上年减少1起, PM2.5下降2微克: a difference, not what was reached; 新增 and 削减 count what was done."""
    words, token = place.context, place.token
    if words.direction and not words.level and token.unit in TIMES and indicators.noun(words.noun):  # 平均审理天数再压减5天
        return True
    if not words.direction or words.level or (is_removed(place.words) and not words.compared):
        return False
    if words.direction and not indicators.noun(words.noun) and _BY.search(place.words) and _follows_level(place):
        return True
    if words.compared or (_COUNT_NOUN.search(words.noun) and is_counter(token.unit)):
        return True
    falls = words.direction < 0 or place.words.rstrip("了约近").endswith(("提高", "提升"))
    return falls and not is_counter(token.unit)


def _follows_level(place: Place) -> bool:
    """总收入达2.6亿元,增加0.2亿元: right behind a level in the same unit a change is one of it."""
    last = place.done[-1] if place.done else None
    level = next((each for each in reversed(place.done[-3:]) if each.measure == "amount"), None)
    if not last or not level or ";" in place.string[last.token.end:place.token.start]:
        return False
    units = level.token.unit, place.token.unit
    return units[0] == units[1] or all(unit.endswith("元") for unit in units)


# 5个项目已建成投用: a thing that says nothing itself is known by the stage it has reached.
_REACHED_STAGE = re.compile(
    f"(?P<thing>项目|工程)(?:已经?|业已|均|都|已全部|陆续|相继|先后|如期|{any_of('adverbs')})*(?P<stage>{any_of('stages')}{{1,2}})(?:建设)?(?=[,;。、]|$)")
_EXAMPLE_OF = re.compile("(?:.*等)?(?:项目|工程)")


def _tail(place: Place, indicator: str, *rules: str) -> Figure:
    if _EXAMPLE_OF.fullmatch(indicator) and (found := _REACHED_STAGE.match(place.following)):
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
    if not (place.words.endswith("的") or indicators.is_place(own)):
        return None
    described = is_counter(place.token.unit) or own.endswith("内") or (
        place.words.endswith(("的", "等处", "等地")) and not place.token.unit.endswith("元"))
    return _tail(place, tail, "described") if described and place.words != "的" else None


def _owned_tail(place: Place, own: str, tail: str) -> Figure | None:
    """科创园2幢商务楼宇: whose things are counted."""
    if len(own) > _LONGEST_OWNER or not is_counter(place.token.unit) or not indicators.ends_with_thing(tail):
        return None
    if is_bare_head(own) or indicators.ends_with_thing(own) or MEASURE_END.search(own):
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


def _bare_tail(place: Place, own: str, tail: str) -> Figure | None:
    """救助困难家庭60户140人发放…: a second count right behind the first, which names its thing, counts the same."""
    last = place.done[-1] if place.done else None
    paired = last and not place.words and last.token.end == place.token.start and last.own and last.indicator and "tail" not in last.rules
    return _tail(place, tail) if not own and not paired else None


_BENEFITS = f"(?:{either(_HEADS['benefits'])}|(?:辐射)?带动(?={either(_HEADS['brought'])}))"
_BENEFITED = re.compile(
    f"(?P<by>[^,;。:]*?)(?:直接|累计|共|预计|将|可)*(?P<verb>{_BENEFITS})(?P<who>[一-鿿“”]{{0,10}}?)(?:达到?|为|约|近|超过?|逾|共|总?计)*$")
_BENEFITED_COUNT = {"户": "户数", "人": "人数", "人次": "人次"}
_LONGEST_WORK = 14


def _benefited(place: Place, own: str) -> str:
    """改造老旧小区5个,惠及居民800户: whom it does good to is counted for the work named before; '' for anything else."""
    found = _BENEFITED.fullmatch(place.words)
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
    return indicators.clause_subject(between) or (last.indicator if last else indicators.subject(place.string, since, place.head))


# 监测对象412户,其中已消除风险355户
_PREDICATED = re.compile("其中,?(?P<what>(?:已|未|尚未|仍|正在)[一-鿿]{3,8})")


def _predicated(place: Place, own: str) -> str:
    """What was done to a part of the things counted before says which ones they are; '' for anything else."""
    found = _PREDICATED.fullmatch(place.words) if is_counter(place.token.unit) else None
    whole = found and next(_alike(place), None)
    if not found or not whole or indicators.is_stage(own) or indicators.ends_with_thing(own):
        return ""
    return found["what"] + whole.indicator


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
    whole = next(_alike(place), None) if place.words.startswith("其中") else None
    found = _QUALIFIED.search(whole.words) if whole and len(own) <= LONGEST_PART and is_counter(place.token.unit) else None
    deed = indicators.open_verb(own) or indicators.is_stage(own)
    return found.group() + own if found and not deed and not _QUALIFIED.match(own) else ""


_PART_RULES = (_benefited, _raised, _done_to, _predicated, _deed_of_part, _titled, _labelled, _of_office, _industry, _kind_of,
               _part_measured, _earned, _qualified)
"""Rules for a figure whose own words name a part of what it measures; each gives '' where it does not fit."""
_TAIL_RULES = (_extent_of, _staged_tail, _invested_tail, _verb_tail, _listed_tail, _given_tail, _subject_tail, _described_tail,
               _joined_tail, _owned_tail, _second_measure, _bare_tail)
"""Rules for a figure with a thing behind it."""
