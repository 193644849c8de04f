"""What an amount measures: the noun before it or the thing behind it, by small named rules."""

import re

from engine import indicators
from engine.contexts import is_removed
from engine.elisions import completed, depends, staged
from engine.lexicon import any_of
from engine.measured import (
    LIMIT_SET,
    LOOK_BACK,
    SET,
    Figure,
    Place,
    as_set,
    named,
    own_noun,
    points_against,
    set_after,
    set_apart,
    signed,
    stood_at,
    task_of,
)
from engine.parts import PART_RULES, alike
from engine.quantities import convert
from engine.tails import TAIL_RULES, behind, served, spent_for
from engine.units import TIMES, is_counter
from engine.wordlines import table

# 死亡人数减少2人: what is counted is named before the verb, so the figure says by how much.
_BY = re.compile(
    "(?<!净)(?<!新)(?:[多少](?:收|支|增|缴)|超收|短收|增收|减收|增支|减支|增产|减产|增加|减少|下降|上升|提高|增长|降低|多|少)了?[约近]?$")
_COUNT_NOUN = re.compile("(?:人数|起数|件数|户数|数量|总量|总数|次数|批次|案件|事故)$")
# 追回资金392万元,比上年多追回68万元
_MORE_DONE = re.compile("(?:[比较](?:去年|上年|上一年|年初预算|预算|计划)(?:同期|数)?|同比)(?:[多超增]|(?P<less>[少短减]))[一-鿿]{1,4}")
# 在去年2.1亿元的基础上再增3000万元
_ON_BASIS = re.compile("的?基[础数]之?上")
_OVER_PLAN = re.compile(f"{SET}$")
# 完成年初预算数6亿元的40%: what was set is that of the thing before.
_SET_NAME = re.compile(f"(?:完成|达到?|占|为|是)?了?(?:年初|年度|全年|调整|年|本级)?{SET}")
# 低于全省平均水平0.5人 stands against a mean, in whatever unit.
_MEAN = re.compile("(?:平均|水平|均值|平均数)$")
_HEADS = table("nouns")["heads"]


def amount(place: Place) -> Figure:
    """An amount, or the difference by which one changed; the first rule that fits names the thing."""
    token, words = place.token, place.context
    if (against := points_against(place)) and (_OVER_PLAN.search(place.words) or _MEAN.search(place.words) or not is_counter(token.unit)):
        return against
    if (more := _MORE_DONE.fullmatch(place.words)) and place.before:
        return named(place, "", "change", signed(token.value, -1 if more["less"] else 1), "change")
    if _is_change(place):
        return named(place, words.noun, "change", signed(token.value, words.direction), "change")
    if was_set := _set(place):
        return was_set
    if stood_at(place):
        return place.figure(place.before, "amount", token.value, "stood-at", own=False)
    if whole := served(place) or spent_for(place):
        return whole
    own, tail = own_noun(words), behind(place)
    for rule in TAIL_RULES if tail else ():
        if found := rule(place, own, tail):
            return found
    return _headed(place, own)


# 距“过半”目标尚差6000万元
_FROM_SET = ("距", "离", "与", "比", "较")
_SHORT_BY = re.compile(
    "[距离与比较][^,;。\\d]{0,10}(?:目标|任务|计划|要求|指标)(?:值|数)?(?:相比)?,?(?:还|尚|仍)?(?:相?差|缺|欠|短|少)(?:了|近|约)?")


def _set(place: Place) -> Figure | None:
    """What was set for the thing before or beside, in place of what was reached; None for any other figure."""
    value, before = place.token.value, place.before
    if before and place.following.startswith("的") and _SET_NAME.fullmatch(place.words):
        return place.figure(before, "amount", value, "set-of", own=False)
    if apart := set_apart(place):
        return as_set(named(place, apart, "amount", value, "set-after"))
    if task_of(place) and (whose := indicators.noun(place.words) or before):
        return as_set(place.figure(whose, "amount", value, "set-of"))
    if _is_set_level(place):
        return as_set(place.figure(before, "amount", value, "set-of", own=False))
    if before and place.words[:1] in _FROM_SET and _SHORT_BY.fullmatch(place.words):
        return place.figure(f"{before}缺口", "amount", value, "short-by", own=False)
    return as_set(place.figure(before, "amount", value, "set-after", own=False)) if set_after(place) else None

# 用水总量9830万立方米,低于市定控制指标1.05亿立方米
_BESIDE_SET = re.compile(
    "(?:低于|高于|优于|好于|少于|超过|超出|超)了?(?:[国省市县区州]定|年度|全年|年初|下达|上级)*的?(?:控制|考核|约束性?|规划|预期)?(?:指标|目标|红线|控制数|上限|任务|计划)[值数]?")


# 多于民生工程下达的27个
_THAN_SET = re.compile("(?:多于|少于|高于|低于|超出|超过|超|比)了?[^,;。\\d]{0,12}(?:下达|要求|规定|计划|确定|安排|核定)的")


def _is_set_level(place: Place) -> bool:
    """True where a figure behind 低于控制指标 is too large to say by how much: it is what was set."""
    if place.before and place.words.endswith("的") and _THAN_SET.fullmatch(place.words):
        return True
    last = place.done[-1] if place.done and _BESIDE_SET.fullmatch(place.words) else None
    value = convert(place.token.value, place.token.unit, last.token.unit) if last and place.before else None
    return bool(last and value is not None and 2 * value > last.token.value)


# 失业人员再就业的年任务是6600人, 比年任务2200人略多
_TASK_END = re.compile(
    "(?:^[比较与])?的?(?:全年|年度|今年|当年|本年|(?:(?<=[的比较与])|^)年)(?:总|目标)?(?:任务|目标|指标)(?:任务|数|量|值)?$")
_TASK_LAST = frozenset("务标数量值")
_TASKS_DONE = ("完成任务", "办结任务", "落实任务", "销号任务")
_MONEY_NAMES = frozenset(_HEADS["invested"])
_OTHER_CLAUSE = re.compile(";[^,;]{4,},|\\)[^,;]{4,},")


def _headed(place: Place, own: str) -> Figure:
    """A figure named by the words before it, made whole from what came before."""
    value = place.token.value
    if place.token.unit == "分" and place.words.endswith("以"):  # 养护公司以96.1分位列第一
        return place.figure(indicators.noun(place.words[:-1]) + "得分", "amount", value, "head")
    own = _TASK_END.sub("", own) if own[-1:] in _TASK_LAST else own
    if not own and not place.before and place.words.endswith(_TASKS_DONE):  # 已完成任务14项
        own = "任务"
    if not own:
        return place.figure(completed("新增", _left_behind(place)) if place.before else "", "amount", value, "elided", own=False)
    if own[-2:] in _SET_ENDS and place.before and _SET_ALONE.fullmatch(own):
        return place.figure(place.before, "change" if "超" in place.words else "amount", value, "set", own=False)
    if LIMIT_SET.fullmatch(own):
        return place.figure(_whole(place), "amount", value, "set-of", own=False)
    for rule in PART_RULES:
        if part := rule(place, own):
            return place.figure(part, "amount", value, "head", "measured-part")
    # 通车里程412公里;过江通道主塔封顶,完成投资17亿元: behind a semicolon something else was invested in.
    anew = (own in _MONEY_NAMES or depends(own)) and place.done and _OTHER_CLAUSE.search(place.string, place.done[-1].token.end, place.head)
    whole = completed(own, _invested_in(place, own) or _staged_before(place, own) or ("" if anew else place.before))
    return place.figure(whole, "amount", value, "head", *(() if own == whole else ("elided",)))


# 城北水厂扩建工程完成管网12公里, G9改扩建项目:…: what a group of clauses opens with.
_PROJECT = re.compile(
    "(?:[A-Z]{1,2}\\d{1,4})?(?:[^,;。:\\d]{0,24}?(?:项目|工程)(?!部|量|款|建设|储备|推进|资金|[数个入])"
    "|[一-鿿]{2,8}?(?:快速路|高速公路|高速|铁路|大桥|隧道|水库|机场|码头|枢纽|航道|电站)(?![项工]))")
# 超额完成市下达任务0.1万亩: the task is that of the thing before.
_SET_ENDS = ("任务", "目标", "计划")
_SET_ALONE = re.compile(
    "(?:超额|提前|完成)*(?:[国省市县区州镇]|上级|年度|全年)?(?:里)?(?:定|下达|核定|确定|分解)?的?(?:年度|目标)?(?:任务|目标|计划)")
_WENT = re.compile("(?<=..)(?:注销|吊销|退出|关停|迁出|减少)$")
_IS_PROJECT = re.compile("(?:项目|工程|投资)$")
_RATED = re.compile(f"{any_of('stages')}率$")
_STOCK = ("实有", "现有", "在册", "在库", "共有")
_SHARE = re.compile("(?:率|比重|占比)$")


def _staged_before(place: Place, own: str) -> str:
    """已开工40个,开工率95%,未开工2个: a stage is one of the things counted, not of their rate; '' where no rate stands between."""
    last = place.done[-1] if place.done else None
    if not last or not indicators.is_stage(own) or (last.measure != "ratio" and last.token.unit == place.token.unit):
        return ""
    return min((each.indicator for each in alike(place)), key=len, default="")


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


def _whole(place: Place) -> str:
    """The thing that 其中 broke down before: 债务余额56亿元,其中一般债务21亿元,控制在核定限额58亿元以内."""
    broken = next((number for number, each in enumerate(place.done) if "其中" in each.words), 0)
    return place.done[broken - 1].indicator if broken else place.before


def _is_change(place: Place) -> bool:
    """比上年减少1起, PM2.5下降2微克: a difference, not what was reached; 新增 and 削减 count what was done."""
    words, token = place.context, place.token
    if words.direction and not words.level and token.unit in TIMES and indicators.noun(words.noun):  # 平均审理天数再压减5天
        return True
    if not words.direction or words.level or (is_removed(place.words) and not words.compared):
        return False
    alone = words.direction and not indicators.noun(words.noun)
    if alone and ((_BY.search(place.words) and _follows_level(place)) or _ON_BASIS.match(place.words)):
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


