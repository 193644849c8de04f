"""What a percentage or percentage points measure: growth, share, rate, completion, difference, by small named rules."""

import re
from decimal import Decimal

from engine import counted, holders, indicators
from engine.elisions import SHARE_END, completed
from engine.lexicon import either
from engine.measured import (
    CLAUSE_END,
    KIND,
    LIMIT_SET,
    MEASURED,
    RATE_END,
    REACH,
    SET,
    SHORT_PART,
    Figure,
    Place,
    as_set,
    named,
    points_against,
    set_after,
    set_apart,
    signed,
    stood_at,
)
from engine.values import Comparator
from engine.wordlines import table

_GROWTH_NOUN = re.compile(
    rf"(?P<noun>.*?)的?(?:(?:同比|年均|平均|名义|实际)?{either(KIND['rate_up'])}|(?P<fall>{either(KIND['rate_down'])}))$")
_RATE_NAMED = re.compile("增速|增幅|增长率|涨幅")
_GROWTH_AFTER = re.compile(r"(?:以上|左右|以内)?的?(?:速度)?(?:同比|年均)?(?:增长|增速|增幅)|(?P<fall>(?:以上|左右)?的?(?:下降|降幅))")
_CUT_FIRST = re.compile(rf"{either(KIND['cut'])}(?P<noun>.+)")
_TASK = (r"(?:任务|目标|计划|预算|指标|预期|进度|总任务|投资额|工程量|总量|(?:年度?|当年|全年)投资)"
         r"(?:数|量|值|额|任务|总额|投资额?|总投资额?|计划|投资|开工|竣工|投产)?")
_COMPLETION = re.compile(
    r"(?P<noun>.*?)(?P<how>(?:任务|计划|目标|投资)完成率|(?<!整改)完成率|完成进度|完成比例"
    rf"|(?!占[^,;。]{{0,14}}(?:总量|工程量|投资额)的?$)(?:已)?(?:超额|提前|累计|实际)?(?:完成|达到?|占|为|实现|是|相当于)了?(?:本|其|的)?[^,;。、]{{0,14}}?{_TASK}"
    r"(?:\([^)]*\)|[\d.,]+[百千万亿]*(?:\w{1,3}))?的?)的?$")
_SHARE_OF = re.compile(r"(?P<part>.*?)所?占(?P<whole>[^,;。]*?)的?(?:比重|比例|比值|份额|比|的)?$")
_DATED = re.compile(r"(?:到|至)?20\d{2}年(?:底|末)?$")
_SHARE_COPULA = re.compile(f"{either(table('around')['between']['share'])}+$")


def share(place: Place) -> Figure:
    """The first rule of the list that fits says what a percentage measures."""
    if stood_at(place):
        return place.figure(place.before, place.done[-1].measure if place.done[-1].token.unit == place.token.unit else "ratio",
                            place.token.value, "stood-at", own=False)
    if place.before and LIMIT_SET.fullmatch(place.words):  # 控制在市公司下达的年度指标4%以内
        return place.figure(place.before, "ratio", place.token.value, "set-of", own=False)
    if apart := set_apart(place):
        opened = not place.words and place.done and place.done[-1].measure == "growth"  # 增长6.4%,快于年度目标(6%左右)
        grows = opened or _RATE_NAMED.search(place.words) or place.words.endswith("增长")
        return as_set(named(place, apart, "growth" if grows else "ratio", place.token.value, "set-after"))
    if set_after(place):
        grown = place.done and (place.done[-1].measure == "growth" or "增速" in place.done[-1].words)
        value = signed(place.token.value, place.context.direction)
        return as_set(place.figure(place.before, "growth" if grown else "ratio", value, "set-after", own=False))
    return next(found for rule in _SHARE_RULES if (found := rule(place)))


def _multiplied(place: Place) -> Figure | None:
    if place.token.rule not in ("doubling", "halving"):
        return None
    return named(place, place.context.noun, "growth", place.token.value, place.token.rule)


_BY_WHEN = r"(?:上半年|前三季度|前?[一二三四]季度末?前?|年底前?|年内|全年|\d{1,2}月底前?)"
_DONE = re.compile(f"(?:(?:{_BY_WHEN}|目前|现|共|已|累计|须|要|应|力争|确保|预计),?)*完成了?")
# 上半年完成50%,三季度末达到75%: the same share, further on.
_DONE_LATER = re.compile(f"(?:{_BY_WHEN},?)+(?:力争|确保|要|须)?(?:达到?|过|超过|完成)?")


def _completed(place: Place) -> Figure | None:
    """完成率350%, 完成年度任务的159%, 占年度任务1,000个的61%."""
    place = place._replace(before=_UNDER_WAY.sub("", place.before))
    if "工程量" in place.words and (work := _WORK.match(place.before)):  # 水库扩容工程大坝填筑至高程412米,完成总工程量的65%
        place = place._replace(before=work.group())
    if "完成" in place.words and _WORKED.search(place.words) and not place.context.direction:
        return _of_some_task(named(place, _COMPLETED_END.sub("", place.words), "completion", place.token.value, "completion"))
    rated = _RATE_DONE.fullmatch(place.context.noun) if place.context.noun.endswith("完成率") else None
    if rated:
        own = indicators.noun(rated["noun"])
        own = place.before or "目标任务" if not own or own in _TASK_WORDS else own
        return place.figure(own, "completion", place.token.value, "completion", own=own != place.before)
    # 产业项目占年度计划的82%;民生项目34亿元,占68%
    if place.words == "占" and any(each.measure == "completion" and "占" in each.words for each in place.done[-_NEAR_SHARES:]):
        return place.figure(place.before, "completion", place.token.value, "completion", own=False)
    if place.words.endswith("完成") and (offices := _OFFICES_DONE.fullmatch(place.words)) and holders.are_offices(offices["who"]) and (
            any(each.measure == "completion" for each in place.done[-_NEAR_SHARES:])):  # 县教育局、县林业局分别完成46.5%和38%
        return named(place, offices["who"], "completion", place.token.value, "completion")
    if place.words.endswith("的") and (short := _SHORT_OF_TASK.fullmatch(place.words)):
        return _short_of_task(place, short)
    if _is_share_of_set(place):
        return place.figure(place.before, "completion", place.token.value, "completion", "share-of-set", own=False)
    goes_on = place.done and place.done[-1].measure == "completion" and _DONE_LATER.fullmatch(place.words)
    if goes_on or _DONE.fullmatch(place.words):
        return place.figure(place.before, "completion", place.token.value, "completion", own=False)
    if place.context.direction or not (found := _COMPLETION.match(indicators.after_list_mark(_task_words(place)))):
        return None
    if not indicators.noun(found["noun"]) and (inner := _TASK_NAMED.fullmatch(found["how"])) and not (
            _NO_THING.search(inner["thing"])):
        return named(place, inner["thing"], "completion", place.token.value, "completion")
    whose = _WILL_END.sub("", found["noun"])
    if whose and whose != found["noun"]:
        return named(place, whose, "completion", place.token.value, "completion")
    task = "" if not found["noun"] and place.before.endswith(("投资", "投资额")) else _task_name(found)
    return named(place, found["noun"] + task, "completion", place.token.value, "completion")


# 环城北线上半年要完成路基工程量的60%
_WILL_END = re.compile(f"{_BY_WHEN}?(?:要|须|应|将|必须)$")
# 完成年度人工造林任务的90%
_TASK_NAMED = re.compile(
    "(?:已|超额|提前|累计|实际)*完成了?(?:全年|年度|今年)?(?P<thing>[一-鿿]{2,8}?)(?:任务|计划|目标)的?")
_NO_THING = re.compile("下达|[国省市县区]定|上级|年|目标|总|阶段|既定|预期|考核|投资|计划|预算|任务|责任|规划|约定|分解|本级|[市县区]$")
def _of_some_task(figure: Figure) -> Figure:
    """全年目标任务完成120%: of the tasks, where no other thing is named."""
    return figure if figure.indicator else figure._replace(indicator="目标任务")


# 主体工程完成90%, 路基已完成70%
_COMPLETED_END = re.compile("(?:已|已经|累计|总体|形象进度)*完成了?(?:约|近|超过?)?$")
_WORKED = re.compile(f"(?:{either(table('nouns')['verbs']['worked'])}){_COMPLETED_END.pattern}")
_WORK = re.compile("[^,;。:]{2,24}?(?:项目|工程)(?=..)")
# 完成32部,在建15部,完成年度任务的64%: those under way are none that the task is measured by.
_UNDER_WAY = re.compile("^(?:在建|续建|滞后|未开工|停工|未启动|序时进度|剩余)(?=..)")
# 完成全年5万人目标的84%: the figure before says how much was set.
_SET_BEFORE = re.compile(f"总?{SET}的")


# 云埠县投资完成率为91.6%, 农村改厕11月底完成率不低于85%
_RATE_DONE = re.compile(r"(?P<noun>.*?)(?:\d{1,2}月(?:底|末)?前?|年底前?)?(?:按期|按时|及时)?(?<!整改)完成率")
_NEAR_SHARES, _TASK_WORDS = 4, ("任务", "计划", "目标", "总", "总体", "工作", "指标")
_OFFICES_DONE = re.compile("(?P<who>[^,;。]{3,40}?)(?:分别|均|都|仅|已|只)*完成")
# 完成投资不足年度计划的四成
_SHORT_OF_TASK = re.compile(
    "(?P<noun>.*?)(?P<sign>不足|不到|未到|未达|超过|已超|已过)了?(?:全年|年度|全部|总)?(?:计划|任务|目标|预算)(?:投资|任务|数|量|值)?的")


def _short_of_task(place: Place, found: re.Match[str]) -> Figure:
    sign: Comparator = ">" if "超" in found["sign"] or "过" in found["sign"] else "<"
    return named(place, found["noun"], "completion", place.token.value, "completion")._replace(comparator=sign)


# 目标900件,办理611件(67.9%); 对照全年12500人的任务,进度为98.5%
_PROGRESS = re.compile("(?:目前|总体|完成|任务|已|整体)*(?:进度|比例)(?:为|达到?|是|约)*")
_CLOSE = Decimal("0.6")


def _is_share_of_set(place: Place) -> bool:
    """True for how much of what was set right before was done: told as progress, or beside both figures in a bracket."""
    pair = place.done[-2:] if "进度" in place.words or "比例" in place.words or not place.words else []
    if len(pair) < 2 or ";" in place.string[pair[0].token.end:place.token.start]:
        return False
    if _PROGRESS.fullmatch(place.words):
        return any("set-of" in each.rules or "set-after" in each.rules for each in pair)
    alone = not place.words and place.string.endswith("(", 0, place.token.start) and place.string.startswith(")", place.token.end)
    if not alone or pair[0].token.unit != pair[1].token.unit or not pair[0].value:
        return False
    return abs(100 * pair[1].value / pair[0].value - place.token.value) < _CLOSE


# 完成投资0.9亿元,不到总投资的三分之一
_SHORT_OF_WHOLE = re.compile(
    "(?P<sign>不足|不到|未到|超过|已超|已过|近|约)了?(?P<whole>总(?:投资|量|数|额|人数|户数|面积|产量)|全部|全年)的")


def _short_of_whole(place: Place) -> Figure | None:
    """How much of a whole the figure before is, told with a limit."""
    found = _SHORT_OF_WHOLE.fullmatch(place.words) if place.words.endswith("的") and place.before else None
    if not found:
        return None
    figure = place.figure(f"{place.before}占{found['whole']}比重", "ratio", place.token.value, "share-of", own=False)
    sign: Comparator = "<" if found["sign"] in ("不足", "不到", "未到") else "~" if found["sign"] in ("近", "约") else ">"
    return figure._replace(comparator=sign)


def _task_words(place: Place) -> str:
    words = place.context.words
    if words not in ("的", "") and not _SET_BEFORE.fullmatch(words):
        return words
    clause = CLAUSE_END.search(place.string, max(0, place.token.start - REACH), place.token.start)
    return clause.group() if clause and clause.group().endswith("的") else words


def _task_name(found: re.Match[str]) -> str:
    """拆违任务完成率 measures the 拆违任务, 完成计划投资额110% the 计划投资额."""
    if not found["noun"] and "投资" in found["how"]:
        return "计划投资额"
    return found["how"][:2] if found["noun"] and found["how"].endswith("完成率") and len(found["how"]) > 3 else ""


def _grown(place: Place) -> Figure | None:
    """同比增长11%, 下降15%; 增速, 降幅 as a noun."""
    words, value = place.context, place.token.value
    found = _GROWTH_NOUN.match(words.noun)
    if words.level and "降幅" in words.between:
        return named(place, words.noun, "growth", -value, "growth-narrowed")
    if words.level and _RATE_NAMED.search(words.between):
        return named(place, words.noun, "growth", value, "growth-rate")
    if words.direction and not words.level:
        return named(place, found["noun"] if found else words.noun, "growth", signed(value, words.direction), "growth")
    if value < 0 and words.compared:
        return named(place, words.noun, "growth", value, "growth-signed")
    if found and not words.noun.endswith(("占比", "自然增长率", "机械增长率", "人口增长率")):
        return named(place, found["noun"], "growth", signed(value, -1 if found["fall"] else 1), "growth-noun")
    return None


def _grown_to(place: Place) -> Figure | None:
    """增速由上年的6.3%提高到11.8%: what a rate of growth becomes is one too."""
    last = place.done[-1] if place.done else None
    if not last or last.measure != "growth" or last.token.end != place.head or not place.context.level or place.context.noun:
        return None
    return place.figure(place.before, "growth", place.token.value, "growth-becomes", own=False)


# 增长9%以上;一季度不低于8%,上半年不低于8.5%: the same growth at other times. 年底达到98% is what was reached by it.
_AT_ANOTHER_TIME = f"(?:{_BY_WHEN},?)+(?:力争|确保|要|须|为|不低于|不高于|不超过|超过?|增长)*"
# 增长7.4%,全省平均为6.1%: what it is elsewhere.
_ELSEWHERE = "(?:全[国省市州县区]|[省市州县区])(?:平均|平均水平|平均增速|增速|同期|同期增速)+(?:为|是|达到?)*"
_REACHES = re.compile(f"(?:{_BY_WHEN},?)+(?:力争|确保|要|须)*达到?")
_GROWN_AGAIN = re.compile(f"{_AT_ANOTHER_TIME}|{_ELSEWHERE}")


def _grown_again(place: Place) -> Figure | None:
    """What grew before, told of another time or of another place."""
    if not place.done or place.done[-1].measure != "growth":
        return None
    # 增速不低于5%,上半年达到5.5%: where the first was called a rate of growth
    reaches = _RATE_NAMED.search(place.done[-1].words) and _REACHES.fullmatch(place.words)
    if not reaches and not _GROWN_AGAIN.fullmatch(place.words):
        return None
    return place.figure(place.before, "growth", place.token.value, "growth-again", own=False)


# 固定资产投资全年增速由负转正、达到2%
_TURNED_UP = re.compile("(?P<noun>.*?)(?:全年)?(?:增速|增幅)(?:由负转正|由降转升|转正|回正)(?:、|并)?(?:力争|确保)?(?:达到?|为|至)*")


# 确保全年投资增速由负转正,力争达到5%
_TURNED_BEFORE = re.compile("(?P<noun>[^,;。]{2,20}?)(?:增速|增幅)(?:由负转正|由降转升|转正|回正|止跌回升),$")
_AND_REACHES = re.compile("(?:力争|确保|要|并)*(?:达到?|为|至)*")


def _grown_round(place: Place) -> Figure | None:
    before = _TURNED_BEFORE.search(place.string, max(0, place.head - REACH), place.head) if _AND_REACHES.fullmatch(place.words) else None
    if before:
        return named(place, before["noun"], "growth", place.token.value, "growth-turned")
    found = _TURNED_UP.fullmatch(place.words) if "转" in place.words or "回正" in place.words else None
    return named(place, found["noun"], "growth", place.token.value, "growth-turned") if found else None


def _grown_after(place: Place) -> Figure | None:
    """保持10%以上的增长."""
    found = None if place.words.endswith(("由", "从")) else _GROWTH_AFTER.match(place.after)
    if not found or place.context.noun.endswith("率"):
        return None
    return named(place, place.context.noun, "growth", signed(place.token.value, -1 if found["fall"] else 1), "growth-after")


def _cut_first(place: Place) -> Figure | None:
    """压减一般性支出8.5%: the verb stands before the thing."""
    found = _CUT_FIRST.match(indicators.after_leads(place.context.noun))
    if not found or RATE_END.search(place.context.noun):
        return None
    return named(place, found["noun"], "growth", -place.token.value, "growth-verb-first")


_USED_FOR = re.compile("用于(?P<whom>[^,;。]+?)的?(?:比重|比例|占比)(?:为|达到?|在)*$")


# 财力的八成以上用于民生
_GOES_TO = re.compile("(?:左右|以上)?(?P<how>用于|投向|来自|集中在)(?P<whom>[一-鿿]{2,10}?)(?:领域|方面)?(?=[,;。、])")


def _of_it_goes(place: Place) -> Figure | None:
    """What share of the things named before goes where."""
    found = _GOES_TO.match(place.string, place.token.end) if place.words.endswith("的") else None
    own = indicators.noun(place.words[:-1]) if found else ""
    return place.figure(f"{own}{found['how']}{found['whom']}比重", "ratio", place.token.value, "used-for") if found and own else None


def _used_for(place: Place) -> Figure | None:
    """衔接资金1亿元,用于产业的比重达62%."""
    found = _USED_FOR.match(place.words) if place.before else None
    return place.figure(f"{place.before}用于{found['whom']}比重", "ratio", place.token.value, "used-for") if found else None


_RECOVERED = re.compile(
    r"^(?P<noun>.*?)(?:已|全面|基本|仅)?(?:恢复|达|相当于|为|是|(?P<less>不足|不到)|(?P<more>超过|超))(?:到|至|了)?(?:20\d{2}年|(?:20\d{2}年|上年|去年)?(?:同期|上年|去年))(?:水平|总量)?的$")


def _recovered(place: Place) -> Figure | None:
    """恢复至2019年同期水平的81%: a share of what the same thing was then."""
    found = _RECOVERED.match(place.words) if "同期" in place.words or "年" in place.words[-6:] else None
    if not found:
        return None
    figure = named(place, found["noun"], "ratio", place.token.value, "recovered")
    return figure._replace(comparator="<" if found["less"] else ">") if found["less"] or found["more"] else figure


def _part_of(place: Place) -> Figure | None:
    """A占B的比重 is called A占B比重; an elided A is the figure before."""
    head = _DATED.sub("", _SHARE_COPULA.sub("", place.context.words))
    found = _SHARE_OF.match(head)
    if not found:
        return None
    own = indicators.noun(found["part"].rstrip("约近")) or _fresh(place)
    part = completed(own, place.before) if own else SHARE_END.sub("", place.before) or place.before
    whole = found["whole"].removesuffix("的")
    if not whole and own in _TAXES and place.before.endswith(_REVENUES):  # 一般公共预算收入9亿元,税收占比82%
        part, whole = own, place.before
    if not part and not whole:
        return None
    indicator = f"{part}占{whole}比重" if whole and whole != "比重" else f"{part}占比"
    figure = place.figure(indicator, "ratio", place.token.value, "share-of")
    return figure._replace(comparator="~") if figure.comparator == "=" and found["part"].endswith(("约", "近")) else figure


_TAXES, _REVENUES = frozenset(("税收", "税收收入", "非税收入", "非税")), ("预算收入", "财政收入", "财政总收入")
# 技术人员不足,占比不到40%; 投诉多发,占四成: what is short or too many.
_SHORT_OF = re.compile(
    "(?P<thing>[^,;。:\\d]{2,14}?)(?:严重)?(?:多发|高发|频发|易发|增多|突出|集中|不足|偏少|短缺|较少|偏低|不够|缺乏|较多|偏高|偏多),$")


def _fresh(place: Place) -> str:
    """What the clause before a share speaks of, where a new one began since the last figure; '' for anything else."""
    since = place.done[-1].token.end if place.done else 0
    found = _SHORT_OF.search(place.string, since, place.head)
    return indicators.noun(found["thing"]) if found else ""


# 交流轮岗比例不低于应交流教师的15%: a rate with its limit, told of whom.
_LIMITED = re.compile(
    "(?P<noun>.*(?:比例|比率|占比|[^效速频功]率))(?P<sign>不低于|不少于|不高于|不超过|不大于|不小于)(?P<whole>[^,;。]{2,16})的$")


def _limited(place: Place) -> Figure | None:
    found = _LIMITED.fullmatch(place.words) if place.words.endswith("的") else None
    if not found:
        return None
    sign: Comparator = "<=" if found["sign"] in ("不高于", "不超过", "不大于") else ">="
    return named(place, found["noun"], "ratio", place.token.value, "ratio")._replace(comparator=sign)


_RATE_NOUN = re.compile("[率度比]$|占比$|比重$|比例$|水平$|面$|强度$|指数$|份额$|系数$")


def _rate_of_part(place: Place, figure: Figure) -> str:
    """患者满意度91%,其中门诊89%、住院94%: the parts take the rate of the whole; '' for anything else."""
    if not figure.own or _RATE_NOUN.search(figure.indicator) or not place.done or place.done[-1].measure != "ratio":
        return ""
    rates = [each.indicator for each in place.done[-4:] if RATE_END.search(each.indicator) and place.before.endswith(each.indicator)]
    inside = "其中" in place.string[place.done[0].head:place.token.start]
    return figure.indicator + min(rates, key=len) if rates and inside and len(figure.indicator) <= SHORT_PART else ""


_CONTRIBUTION = re.compile(r"(?P<part>.*?)(?P<how>对[^,;。]{2,16}?(?:的)?(?:贡献率|贡献度|拉动率|带动率))(?:达到?|为|是|超过?|约|近|在)*$")


def _contributed(place: Place) -> Figure | None:
    """服务业增加值增长7.8%,对经济增长的贡献率达58%: whose contribution it is belongs to the name."""
    found = _CONTRIBUTION.match(place.words) if "对" in place.words else None
    part = found and (indicators.noun(found["part"]) or place.before)
    return place.figure(f"{part}{found['how']}", "ratio", place.token.value, "contributed") if found and part else None


def _grows_too(place: Place, figure: Figure) -> bool:
    """生产总值增速不低于5.8%、固定资产投资不低于10%: a sum beside a growth, with no whole it would be a share of."""
    last = place.done[-1] if place.done else None
    joined = last and place.string[last.token.end:place.head].strip("以上左右内") in ("、", ",")
    return bool(last and joined and last.measure == "growth" and figure.own and MEASURED.search(figure.indicator))


# What is told right behind a share of all: 营运车辆100%覆盖.
_RATED_AFTER = re.compile("(?P<deed>覆盖|达标|整改|办结|落实|合格|签约|入库|到位|参保)(?:到位)?(?=[,;。、]|$)")


def _ratio(place: Place) -> Figure:
    if (rated := _RATED_AFTER.match(place.following)) and (own := indicators.noun(place.context.noun)):
        return place.figure(f"{own}{rated['deed']}率", "ratio", place.token.value, "ratio", "rated-after")
    figure = named(place, place.context.noun, "ratio", place.token.value, "ratio")
    if _grows_too(place, figure):
        return figure._replace(measure="growth", rules=(*figure.rules, "growth-beside"))
    if part := _rate_of_part(place, figure):
        return figure._replace(indicator=part, rules=(*figure.rules, "part"))
    if not figure.own and (tail := counted.tail_noun(place.following)):
        return place.figure(tail, "ratio", place.token.value, "ratio", "tail")
    return figure


_SHARE_RULES = (_multiplied, _short_of_whole, _of_it_goes, _used_for, _recovered, _completed, _limited, _grown_to, _grown_round,
                _grown_again, _grown, _grown_after, _cut_first, _part_of, _contributed, _ratio)


# 超额完成市定任务5个百分点: the task is that of the thing before.
_TASK_ALONE = re.compile(f"(?:均|已|超额|提前)*(?:完成|超)?了?(?:[国省市县区州]|上级|年度|全年)?(?:定|里|下达|核定|确定)?的?(?:{_TASK})")


def points(place: Place) -> Figure:
    """Percentage points: how far a rate has changed, or stands from what others reach."""
    if against := points_against(place):
        return against
    words, found = place.context, _GROWTH_NOUN.match(place.context.noun)
    sign = words.direction or (-1 if found and found["fall"] else 1)
    if "降幅" in words.words and re.search("收窄|缩小", words.words):
        sign = 1
    noun = found["noun"] if found else words.noun
    return named(place, "" if _TASK_ALONE.fullmatch(noun) else noun, "change", signed(place.token.value, sign), "points")
