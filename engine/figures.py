"""What each figure of a sentence measures: indicator, measure, sign and comparator, by small named rules.

Offsets are into the compact string of a paragraph. Every Figure names the rules that made it.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from engine import indicators
from engine.contexts import AFTER, Context, comparator, context, is_removed
from engine.elisions import SHARE_END, completed
from engine.lexicon import either, words
from engine.tokens import Token
from engine.units import SHARES, is_counter
from engine.values import Comparator, Measure
from engine.wordlines import table

_KIND = table("changes")["kind"]
_GROWTH_NOUN = re.compile(
    rf"(?P<noun>.*?)的?(?:(?:同比|年均|平均|名义|实际)?{either(_KIND['rate_up'])}|(?P<fall>{either(_KIND['rate_down'])}))$")
_RATE_NAMED = re.compile("增速|增幅|增长率|涨幅")
_GROWTH_AFTER = re.compile(r"(?:以上|左右|以内)?的?(?:速度)?(?:同比|年均)?(?:增长|增速|增幅)|(?P<fall>(?:以上|左右)?的?(?:下降|降幅))")
_CUT_FIRST = re.compile(rf"{either(_KIND['cut'])}(?P<noun>.+)")
_RATE_END = re.compile("[率度]$|占比$|比重$|比例$")
_COUNT_ENDS = "数率额量值度比"
_MEASURE_END = re.compile(f"[数率额量值度比]$|{either(table('nouns')['heads']['measured'])}$|面积$")
# 养老、失业、工伤参保人数: what is counted of the last one is counted of all.
_SHARED_MEASURE = re.compile(
    "(?:(?<=..)(?:参保|缴费|就业|播种|种植|销售|从业|在校|投保|住院|出院))?(?:人数|面积|产量|总量|数量|金额|余额|起数|件数|户数|排放量|使用量|消费量)$")
# 死亡人数减少2人: what is counted is named before the verb, so the figure says by how much.
_BY = re.compile("(?<!净)(?<!新)(?:增加|减少|下降|上升|提高|增长|降低|多|少)了?[约近]?$")
_COUNT_NOUN = re.compile("(?:人数|起数|件数|户数|数量|总量|总数|次数|批次|案件|事故)$")
_SHARED_RATE = re.compile("[一-鿿]{2}[率度]$|占比$|比重$|比例$")
_TASK = r"(?:任务|目标|计划|预算|指标|预期|进度|总任务|投资额|工程量|总量)(?:数|量|值|额|任务|总额|投资额?|总投资额?|计划|投资)?"
_COMPLETION = re.compile(
    r"(?P<noun>.*?)(?P<how>(?:任务|计划|目标|投资)完成率|(?<!整改)完成率|完成进度|完成比例"
    rf"|(?!占[^,;。]{{0,14}}(?:总量|工程量|投资额)的?$)(?:已)?(?:超额|提前|累计|实际)?(?:完成|达到?|占|为|实现|是|相当于)了?(?:本|其|的)?[^,;。、]{{0,14}}?{_TASK}"
    r"(?:\([^)]*\)|[\d.,]+[百千万亿]*(?:\w{1,3}))?的?)的?$")
_SHARE_OF = re.compile(r"(?P<part>.*?)所?占(?P<whole>[^,;。]*?)的?(?:比重|比例|比值|份额|比|的)?$")
_DATED = re.compile(r"(?:到|至)?20\d{2}年(?:底|末)?$")
_SHARE_COPULA = re.compile(f"{either(table('around')['between']['share'])}+$")
_STRETCH = re.compile(
    r"^[,、;。(]*(?:[^,;。]{0,14}更好结果、)?(?:并|且|努力|全力|同时)?"
    rf"{either(table('around')['between']['stretch'])}(?:目标)?(?:实现|完成|达到|突破|冲刺|达|为|超过|超|到|增长|在)*$")
_MONEY_VERBS = frozenset("投资 投入 总投资 计划投资 投资额 安排资金".split())
_CLAUSE_MARK = re.compile(r"[,;:。!?]")
# The thing counted behind a figure, up to the mark that opens the next one: 开工29个小区、完工21个小区.
_COUNTED = re.compile(r"[一-鿿“”]{2,8}、")
_COUNT_END = re.compile("(?:起数|件数|次数|数量)$")
_LINK = re.compile(r"^(?:以上|以内|左右|以下)?[、和及与,]?(?:以及)?$")
# The clause that ends at a place; the comma of 1,000 parts no clauses.
_CLAUSE_END = re.compile(r"(?:[^,;。]|,(?=\d))+\Z")
_REACH = 60
# A part of a whole stands within so many figures of it.
_LOOK_BACK = 12
_CLAUSE_LENGTH = 8
_SHORT_LIST = 8
_SEVERAL = 3
_KEEPS = re.compile("[建设配办留存共拥现]?有$")
# What grows by a rate: a clause that ends so names another indicator than the one before it.
_MEASURED = re.compile(f"{either(table('nouns')['heads']['measured'])}$")
_RATE_WORD = re.compile(f"(?:{either(_KIND['rate_up'])}|{either(_KIND['rate_down'])})$")
_NAMES = re.compile("[、和及与]")
_SHORT_PART = 4
# 孵化企业20家, 检查企业80家次: a thing without a name is known by what was done to it.
_LABEL = re.compile(r"(?:^|[,;。—\-●·)、\d.])(?P<label>[^,;。:—\-●·\d]{2,20}):$")
_NO_LABEL = re.compile("其中|目标|任务|情况|方面|包括|如下|分别|主要|要求|措施|指标|看$|计$")
_DEED_OF = re.compile(
    "(?:检查|走访|服务|孵化|帮扶|联系|对接|巡查|督查|抽查|排查|解决|整改|发现|受理|化解)(?:企业|项目|问题|任务|工单)(?=[达约近超到为共]*$)")
_INVESTMENTS = frozenset("完成投资 投资 总投资 累计完成投资 计划投资".split())
_SHORT_RATES = frozenset(word + "率" for word in words("bare_rates"))
_DEALT = re.compile("分别|依次")
_BASIS_AFTER = re.compile(r".{0,6}基[础数]")


@dataclass(frozen=True, slots=True)
class Figure:
    """A token with what it measures. `head` is where the words about it begin, `own` is False for a restored indicator."""

    token: Token
    indicator: str
    measure: Measure
    comparator: Comparator
    value: Decimal
    head: int
    words: str = ""
    stretch: bool = False
    own: bool = True
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """A figure's surroundings while it is read: its words, what follows (`limit` is 以上, 以内 …), the figures before it."""

    string: str
    token: Token
    head: int
    words: str
    context: Context
    after: str
    limit: re.Match[str] | None
    before: str
    done: list[Figure]

    @property
    def following(self) -> str:
        """The text behind the figure and its comparator."""
        return self.after[self.limit.end():] if self.limit else self.after

    def figure(self, indicator: str, measure: Measure, value: Decimal, *rules: str, own: bool = True, stretch: bool = False) -> Figure:
        """The figure at this place, made by the rules named."""
        sign = comparator(self.context, self.limit, more=self.token.more)
        return Figure(self.token, indicator, measure, sign, value, self.head, self.words, stretch, own, (self.token.rule, *rules))


def figures(string: str, found: list[Token], start: int, end: int, former: Figure | None = None) -> list[Figure]:
    """What the tokens of one sentence (`start` to `end` of the paragraph) measure, in order.

    `former` is the last figure of the sentence before: one that names nothing of its own goes on from it.
    """
    done: list[Figure] = []
    limit = start
    for number, token in enumerate(found):
        stop = found[number + 1].start if number + 1 < len(found) else end
        figure = _with_subject(string, start, limit, _figure(string, token, limit, stop, done))
        if former and not done:
            figure = _going_on(figure, former)
        done.append(figure)
        limit = _words_end(string, figure)
    return _dealt_out(string, _from_behind(string, done))


def _going_on(figure: Figure, former: Figure) -> Figure:
    """税收3.2亿元。同比增长5%。 隐患120处。整改率98%。: the thing was named in the sentence before."""
    changes = figure.measure in ("growth", "change", "completion") or figure.token.unit == former.token.unit
    own = figure.indicator
    if "tail" in figure.rules or (not own and not changes) or own in _INVESTMENTS or indicators.open_verb(own):
        return figure
    if own and not is_counter(former.token.unit):  # 固定资产投资33亿元。产值113亿元。
        return figure
    whole = completed(own, former.indicator)
    if whole == own:
        return figure
    return replace(figure, indicator=whole, own=bool(own), rules=(*figure.rules, "former"))


def _words_end(string: str, figure: Figure) -> int:
    """Where the words of the next figure may begin: behind the comparator, and behind the thing that follows this one."""
    found = AFTER.match(string, figure.token.end)
    end = found.end() if found else figure.token.end
    if "tail" in figure.rules and (place := string.find(figure.indicator[-2:], end, end + 24)) >= 0:
        return place + len(figure.indicator[-2:])
    counted = _COUNTED.match(string, end)
    return counted.end() if counted else end


def _head_start(string: str, limit: int, position: int) -> int:
    """The words about a figure begin after the last mark or bracket, or after the figure before."""
    begin = max(limit, max(string.rfind(mark, limit, position) for mark in ",;:。!?") + 1)
    opened = string.rfind("(", begin, position)
    return opened + 1 if opened >= 0 and ")" not in string[opened:position] else begin


def _figure(string: str, token: Token, limit: int, stop: int, done: list[Figure]) -> Figure:
    begin = _head_start(string, limit, token.start)
    head = _over_bracket(string, begin, token, done)
    after = string[token.end:stop if stop > token.end else token.end + 40]
    previous = _leans_on(string, done, token, begin)
    place = _Place(string, token, begin, head, context(head), after, AFTER.match(after), previous.indicator if previous else "", done)
    if previous and _is_stretch(place, previous):
        value = _signed(token.value, previous.value)
        return place.figure(previous.indicator, previous.measure, value, "stretch", own=False, stretch=True)
    if token.rule == "zero":
        return _zero(place)
    if token.unit in ("%", "‰", "倍"):
        return _share(place)
    return _points(place) if token.unit in SHARES else _amount(place)


def _over_bracket(string: str, begin: int, token: Token, done: list[Figure]) -> str:
    """公办中心(含4个分园)达到16所: the words about a figure, joined over a bracket with figures of its own."""
    head = string[begin:token.start]
    if head.startswith("("):
        head = head.rpartition(")")[2] if ")" in head else head
    closed = head.find(")") + token.start - len(head)
    if ")" not in head or "(" in head or (opened := string.rfind("(", 0, closed)) < 0:
        return head
    start = _head_start(string, max((each.token.end for each in done if each.token.start < opened), default=0), opened)
    joined = string[start:opened] + string[closed + 1:token.start]
    return joined if any(each.token.start > opened for each in done) and opened - start > 1 else head


def _leans_on(string: str, done: list[Figure], token: Token, begin: int) -> Figure | None:
    """The figure that an elided head leans on: the one before, or the nearest that also counts pieces.

    Parts of a whole (in brackets, or behind 其中 up to the semicolon) are passed over once their row is closed.
    """
    done = done[-_LOOK_BACK:]
    while len(done) > 1 and _is_closed_part(string, done[-1], token.start, begin):
        done.pop()
    if done and is_counter(token.unit) and not is_counter(done[-1].token.unit) and done[-1].token.unit not in SHARES:
        return next((each for each in reversed(done) if is_counter(each.token.unit)), done[-1])
    return done[-1] if done else None


def _is_closed_part(string: str, figure: Figure, position: int, begin: int) -> bool:
    between = string[figure.token.end:position]
    opened = string.rfind("(", figure.head - 1, figure.token.start)
    in_bracket = opened >= 0 or string[max(0, figure.head - 1):figure.head] == "("
    if ")" in between and (in_bracket or "(" not in between):
        return True
    return "其中" in figure.words and ";" in string[figure.token.end:begin]


def _is_stretch(place: _Place, previous: Figure) -> bool:
    """达到25%以上,力争27%以上: the second figure of a pair, with no thing of its own."""
    return (previous.token.unit == place.token.unit and bool(_STRETCH.match(place.words))
            and not re.match("[一-鿿“]", place.following))


def _signed(value: Decimal, like: Decimal | int) -> Decimal:
    """`value` with the sign of a fall where `like` is below zero."""
    return value.copy_negate() if like < 0 < value else value


# What is said of a thing although its share was told before: 占全省的6%,增速高于全省1.9个百分点.
_OF_THE_THING = frozenset({"recovered", "points-against"})


def _named(place: _Place, noun: str, measure: Measure, value: Decimal, rule: str) -> Figure:
    """A figure of a rule that found `noun` as its head; an elided head is completed."""
    own = indicators.noun(noun)
    before = SHARE_END.sub("", place.before) or place.before if measure == "growth" or rule in _OF_THE_THING else place.before
    if not own and measure == "change" and place.token.unit not in SHARES:
        before = _same_unit(place) or before
    whole = completed(own, before) if own else before
    return place.figure(whole, measure, value, rule, *(() if own == whole else ("elided",)), own=bool(own))


def _same_unit(place: _Place) -> str:
    """事故3起、死亡1人,同比减少2起: a change is that of the last thing counted in its unit."""
    return next((each.indicator for each in reversed(place.done[-_LOOK_BACK:]) if each.token.unit == place.token.unit), "")


def _zero(place: _Place) -> Figure:
    head = re.sub(r"(?:动态|全部|基本|保持|实现|确保|清|[“\"‘])+$", "", place.words)
    return place.figure(indicators.noun(head) or place.before, "amount", place.token.value)


# --- shares -----------------------------------------------------------------------------------------------------------

def _share(place: _Place) -> Figure:
    """The first rule of the list that fits says what a percentage measures."""
    return next(found for rule in _SHARE_RULES if (found := rule(place)))


def _multiplied(place: _Place) -> Figure | None:
    if place.token.rule not in ("doubling", "halving"):
        return None
    return _named(place, place.context.noun, "growth", place.token.value, place.token.rule)


_DONE = frozenset("完成 完成了 已完成 累计完成 现已完成 目前完成 目前已完成 已累计完成 共完成".split())


def _completed(place: _Place) -> Figure | None:
    """完成率350%, 完成年度任务的159%, 占年度任务1,000个的61%."""
    if place.words in _DONE:
        return place.figure(place.before, "completion", place.token.value, "completion", own=False)
    if place.context.direction or not (found := _COMPLETION.match(_task_words(place))):
        return None
    return _named(place, found["noun"] + _task_name(found), "completion", place.token.value, "completion")


# 完成全年900万人目标的73%: the figure before says how much was set.
_SET_BEFORE = re.compile("(?:总?目标|任务|计划|指标)(?:任务|目标|数)?的")


def _task_words(place: _Place) -> str:
    words = place.context.words
    if words not in ("的", "") and not _SET_BEFORE.fullmatch(words):
        return words
    clause = _CLAUSE_END.search(place.string, max(0, place.token.start - _REACH), place.token.start)
    return clause.group() if clause and clause.group().endswith("的") else words


def _task_name(found: re.Match[str]) -> str:
    """拆违任务完成率 measures the 拆违任务, 完成计划投资额110% the 计划投资额."""
    if not found["noun"] and "投资" in found["how"]:
        return "计划投资额"
    return found["how"][:2] if found["noun"] and found["how"].endswith("完成率") and len(found["how"]) > 3 else ""


def _grown(place: _Place) -> Figure | None:
    """同比增长11%, 下降15%; 增速, 降幅 as a noun."""
    words, value = place.context, place.token.value
    found = _GROWTH_NOUN.match(words.noun)
    if words.level and "降幅" in words.between:
        return _named(place, words.noun, "growth", -value, "growth-narrowed")
    if words.level and _RATE_NAMED.search(words.between):
        return _named(place, words.noun, "growth", value, "growth-rate")
    if words.direction and not words.level:
        return _named(place, found["noun"] if found else words.noun, "growth", _signed(value, words.direction), "growth")
    if value < 0 and words.compared:
        return _named(place, words.noun, "growth", value, "growth-signed")
    if found and not words.noun.endswith(("占比", "自然增长率", "机械增长率")):
        return _named(place, found["noun"], "growth", _signed(value, -1 if found["fall"] else 1), "growth-noun")
    return None


def _grown_to(place: _Place) -> Figure | None:
    """增速由上年的6.3%提高到11.8%: what a rate of growth becomes is one too."""
    last = place.done[-1] if place.done else None
    if not last or last.measure != "growth" or last.token.end != place.head or not place.context.level or place.context.noun:
        return None
    return place.figure(place.before, "growth", place.token.value, "growth-becomes", own=False)


def _grown_after(place: _Place) -> Figure | None:
    """保持10%以上的增长."""
    found = None if place.words.endswith(("由", "从")) else _GROWTH_AFTER.match(place.after)
    if not found or place.context.noun.endswith("率"):
        return None
    return _named(place, place.context.noun, "growth", _signed(place.token.value, -1 if found["fall"] else 1), "growth-after")


def _cut_first(place: _Place) -> Figure | None:
    """压减一般性支出8.5%: the verb stands before the thing."""
    found = _CUT_FIRST.match(indicators.after_leads(place.context.noun))
    if not found or _RATE_END.search(place.context.noun):
        return None
    return _named(place, found["noun"], "growth", -place.token.value, "growth-verb-first")


_USED_FOR = re.compile("用于(?P<whom>[^,;。]+?)的?(?:比重|比例|占比)(?:为|达到?|在)*$")


def _used_for(place: _Place) -> Figure | None:
    """资金20亿元,用于民生的比重达80%."""
    found = _USED_FOR.match(place.words) if place.before else None
    return place.figure(f"{place.before}用于{found['whom']}比重", "ratio", place.token.value, "used-for") if found else None


_RECOVERED = re.compile(
    r"^(?P<noun>.*?)(?:已|全面|基本)?(?:恢复|达|相当于|为|是)(?:到|至|了)?(?:20\d{2}年|上年|去年)?(?:同期|上年|去年)(?:水平|总量)?的$")


def _recovered(place: _Place) -> Figure | None:
    """恢复至2019年同期水平的81%: a share of what the same thing was then."""
    found = _RECOVERED.match(place.words) if "同期" in place.words or "年" in place.words[-6:] else None
    return _named(place, found["noun"], "ratio", place.token.value, "recovered") if found else None


def _part_of(place: _Place) -> Figure | None:
    """A占B的比重 is called A占B比重; an elided A is the figure before."""
    head = _DATED.sub("", _SHARE_COPULA.sub("", place.context.words))
    found = _SHARE_OF.match(head)
    if not found:
        return None
    own = indicators.noun(found["part"].rstrip("约近"))
    part = completed(own, place.before) if own else SHARE_END.sub("", place.before) or place.before
    whole = found["whole"].removesuffix("的")
    if not part and not whole:
        return None
    named = f"{part}占{whole}比重" if whole and whole != "比重" else f"{part}占比"
    return place.figure(named, "ratio", place.token.value, "share-of")


_RATE_NOUN = re.compile("[率度比]$|占比$|比重$|比例$|水平$|面$|强度$|指数$|份额$|系数$")


def _rate_of_part(place: _Place, named: Figure) -> str:
    """患者满意度91%,其中门诊89%、住院94%: the parts take the rate of the whole; '' for anything else."""
    if not named.own or _RATE_NOUN.search(named.indicator) or not place.done or place.done[-1].measure != "ratio":
        return ""
    rates = [each.indicator for each in place.done[-4:] if _RATE_END.search(each.indicator) and place.before.endswith(each.indicator)]
    inside = "其中" in place.string[place.done[0].head:place.token.start]
    return named.indicator + min(rates, key=len) if rates and inside and len(named.indicator) <= _SHORT_PART else ""


def _ratio(place: _Place) -> Figure:
    named = _named(place, place.context.noun, "ratio", place.token.value, "ratio")
    if part := _rate_of_part(place, named):
        return replace(named, indicator=part, rules=(*named.rules, "part"))
    if not named.own and (tail := indicators.tail_noun(place.following)):
        return place.figure(tail, "ratio", place.token.value, "ratio", "tail")
    return named


_SHARE_RULES = (_multiplied, _used_for, _recovered, _completed, _grown_to, _grown, _grown_after, _cut_first, _part_of, _ratio)


_COMPARES, _NEAR = re.compile("[高低快慢于优过超]"), 15
_OTHERS = table("changes")["against"]
_AGAINST = re.compile(
    rf"^(?P<noun>.*?)(?:增速|增幅|涨幅|降幅|增长率)?[比较]?(?:{either(_OTHERS['above'])}|(?P<below>{either(_OTHERS['below'])}))[于了出]?"
    rf"{either(_OTHERS['reference'])}的?(?:平均|同期|总体)?(?:水平|增速|增幅|平均水平|平均增速|值|数)?$")
_OVER_PLAN = re.compile("(?:目标|计划|任务|预期)(?:任务|目标|数|值)?$")
_AGAINST_FIRST = re.compile(
    rf"^(?P<noun>.*?)[较比与](?:{either(_OTHERS['reference'])})(?:相比)?的?"
    r"(?:平均|同期|总体|[一-鿿]{2,10}(?=增速|增幅))?(?:水平|增速|增幅|平均增幅|人均[一-鿿]{2,4}|平均水平|平均增速|值|数)?"
    rf"(?:{either(_OTHERS['above'])}|(?P<below>{either(_OTHERS['below'])}))[出了]?$")


def _points_against(place: _Place) -> Figure | None:
    """增速高于全省1.2个百分点, 低于控制目标1.3个百分点: how far the thing named before stands from a measure."""
    if not _COMPARES.search(place.words[-_NEAR:]):
        return None
    found = _AGAINST.match(place.words) or _AGAINST_FIRST.match(place.words)
    if not found:
        return None
    return _named(place, found["noun"], "change", _signed(place.token.value, -1 if found["below"] else 1), "points-against")


def _points(place: _Place) -> Figure:
    if against := _points_against(place):
        return against
    words, found = place.context, _GROWTH_NOUN.match(place.context.noun)
    sign = words.direction or (-1 if found and found["fall"] else 1)
    if "降幅" in words.words and re.search("收窄|缩小", words.words):
        sign = 1
    return _named(place, found["noun"] if found else words.noun, "change", _signed(place.token.value, sign), "points")


# --- amounts ----------------------------------------------------------------------------------------------------------

def _amount(place: _Place) -> Figure:
    token, words = place.token, place.context
    if (against := _points_against(place)) and (_OVER_PLAN.search(place.words) or not is_counter(token.unit)):
        return against
    if _is_change(place):
        return _named(place, words.noun, "change", _signed(token.value, words.direction), "change")
    own = indicators.noun(words.noun)
    tail = indicators.tail_noun(place.following)
    if tail and is_counter(token.unit):
        tail = indicators.counted_in(tail, helped=bool(_HELPED.search(place.words)))
    for rule in _AMOUNT_RULES:
        if found := rule(place, own, tail):
            return found
    if part := _part_measured(place, own):
        return place.figure(part, "amount", token.value, "head", "measured-part")
    whole = completed(own, place.before)
    return place.figure(whole, "amount", token.value, "head", *(() if own == whole else ("elided",)))


_MEASURE_OF = re.compile(
    f"(?:(?:[客货]运|用电|发电|供水|用水|交易|销售|订单)?(?:总[量额]|量|额)"
    f"|(?:{either(table('nouns')['heads']['measured'])})+|[一-鿿]{{2}}量)$")


def _part_measured(place: _Place, own: str) -> str:
    """客运量83亿人次,其中铁路完成26亿人次: a part in the same unit takes the measure of the whole; '' for anything else."""
    last = place.done[-1] if place.done else None
    if not last or len(own) > _LONGEST_PART or _is_bare_head(own):
        return ""
    whole = next((each for each in reversed(place.done[-4:]) if each.measure == "amount"), last)
    between = place.string[whole.token.end:place.token.start]
    if not _PARTED.search(place.words) and ("(" not in between or ")" in between) and "measured-part" not in last.rules:
        return ""
    measure = _MEASURE_OF.search(whole.indicator)
    if not measure or whole.token.unit[-1:] != place.token.unit[-1:] or _MEASURE_OF.search(own) or _MEASURE_END.search(own):
        return ""
    return own + measure.group()


# 组织19个村申报示范村, 为120家企业融资: what those who are helped do is no part of what is counted.
_HELPED = re.compile(
    "(?:组织|协助|帮助|助力|引导|指导|支持|推动|带动|动员|发动|促成|推荐|选送|督促|吸引|邀请|为|帮|让)(?:了|全市|全县|全区|全镇|辖区|各地)?(?:近|约|超|超过)?$")
_PARTED = re.compile("其中|(?:完成|实现|达到?|为)了?(?:约|近|超过?)?$")
_LONGEST_PART = 6


def _is_bare_head(own: str) -> bool:
    """True for a head that names no part of a whole: nothing, a verb, a place or time alone."""
    return not own or indicators.open_verb(own) or indicators.is_bare_verb(own) or indicators.is_generic(own)


def _is_change(place: _Place) -> bool:
    """比上年减少1起, PM2.5下降2微克: a difference, not what was reached; 新增 and 削减 count what was done."""
    words, token = place.context, place.token
    if not words.direction or words.level or (is_removed(place.words) and not words.compared):
        return False
    if words.direction and not indicators.noun(words.noun) and _BY.search(place.words) and _follows_level(place):
        return True
    if words.compared or (_COUNT_NOUN.search(words.noun) and is_counter(token.unit)):
        return True
    falls = words.direction < 0 or bool(re.search("(?:提高|提升)$", place.words.rstrip("了约近")))
    return falls and not is_counter(token.unit)


def _follows_level(place: _Place) -> bool:
    """总收入达2.6亿元,增加0.2亿元: right behind a level in the same unit a change is one of it."""
    last = place.done[-1] if place.done else None
    level = next((each for each in reversed(place.done[-3:]) if each.measure == "amount"), None)
    if not last or not level or ";" in place.string[last.token.end:place.token.start]:
        return False
    units = level.token.unit, place.token.unit
    return units[0] == units[1] or all(unit.endswith("元") for unit in units)


def _tail(place: _Place, indicator: str, *rules: str) -> Figure:
    return place.figure(indicator, "amount", place.token.value, *rules, "tail")


def _staged_tail(place: _Place, own: str, tail: str) -> Figure | None:
    """开工29个小区; 新建 and 培育 are deeds, not stages, where their thing stands behind the figure."""
    if not tail or not indicators.is_stage(own):
        return None
    return _tail(place, own + tail if indicators.is_kept_stage(own) else tail, "stage")


def _invested_tail(place: _Place, own: str, tail: str) -> Figure | None:
    """投资6000万元编制…方案."""
    return _tail(place, tail + own, "investment") if tail and own in _MONEY_VERBS else None


def _verb_tail(place: _Place, own: str, tail: str) -> Figure | None:
    """建立46家企业…库: nothing but a verb stands before the figure, or a modal and a verb (区里将新建4个)."""
    if not tail or not own:
        return None
    if _KEEPS.search(place.context.words):
        return _tail(place, tail)
    deed = indicators.open_verb(own) or indicators.is_bare_verb(own) or indicators.ends_with_deed(place.context.noun)
    return _tail(place, tail) if deed else None


_TOLD = re.compile("(?:共|累计|已)[一-鿿]{2,4}$")


def _given_tail(place: _Place, own: str, tail: str) -> Figure | None:
    """省委巡视反馈68个问题, 上级交办14件积案: who gave the things says which they are; 全镇共上报13个村 says it of nobody."""
    if not tail or not indicators.is_given(own):
        return None
    return _tail(place, tail if _TOLD.search(own) else own + tail, "given")


def _subject_tail(place: _Place, own: str, tail: str) -> Figure | None:
    """县工信局组织25家企业: a short subject and its verb before the figure, the thing behind it."""
    if not tail or place.token.unit.endswith("元"):
        return None
    if not is_counter(place.token.unit) and not place.context.between:
        return None
    return _tail(place, tail, "subject-verb") if indicators.ends_with_verb(own) or indicators.ends_with_verb(place.context.noun) else None


def _joined_tail(place: _Place, own: str, tail: str) -> Figure | None:
    """保障饮水安全和3万亩秋粮灌溉: what stands before a link is another thing."""
    joined = tail and place.words.endswith(("和", "及", "与", "以及")) and not indicators.begins_with_verb(tail)
    return _tail(place, tail, "joined") if joined and own else None


def _described_tail(place: _Place, own: str, tail: str) -> Figure | None:
    """新落成的3座泵站, 沿线区县5座泵站: what describes the things or says where they stand is not what is counted."""
    if not tail or not (place.words.endswith("的") or indicators.is_place(own)):
        return None
    described = is_counter(place.token.unit) or own.endswith("内") or (place.words.endswith("的") and not place.token.unit.endswith("元"))
    return _tail(place, tail, "described") if described and place.words != "的" else None


def _are_names(own: str, place: _Place) -> bool:
    """True for as many names as are counted, or for several short ones: 甲小区、乙小区、丙小区12个小区."""
    names = _NAMES.split(own)
    return len(names) == place.token.value > 1 or (len(names) >= _SEVERAL and own[-2:] == place.following[:2])


def _listed_tail(place: _Place, own: str, tail: str) -> Figure | None:
    """南车港等6条河道; a long list of examples, or as many names as are counted, leaves the thing alone."""
    if not tail or not place.context.noun.endswith("等"):
        return _tail(place, tail, "named") if tail and _are_names(own, place) else None
    if len(own) > _SHORT_LIST:
        return _tail(place, tail, "listed")
    return _tail(place, own.removesuffix("等") + "等" + tail, "listed")


def _second_measure(place: _Place, own: str, tail: str) -> Figure | None:
    """6条河道6.1公里综合整治: a second quantity right behind the thing counted."""
    if own or not tail or not place.done or place.words or "tail" not in place.done[-1].rules or is_counter(place.token.unit):
        return None
    return place.figure(place.done[-1].indicator + tail, "amount", place.token.value, "second-measure")


_EXTENT = re.compile("(?:总长度?|全长|长度?|总面积|建筑面积|占地面积|占地|总投资额?|计划总投资|总里程|总装机容量?)(?:约|达|为|共)*$")


def _extent_of(place: _Place, own: str, tail: str) -> Figure | None:
    """5条总长51公里的山区道路: how long or large the thing behind the figure is."""
    extent = _EXTENT.search(place.words)
    if not tail or not extent or not place.following.startswith("的") or is_counter(place.token.unit):
        return None
    alone = _is_bare_head(indicators.noun(place.words[:extent.start()]))
    return _tail(place, tail + extent.group().rstrip("约达为共"), "extent") if alone else None


def _bare_tail(place: _Place, own: str, tail: str) -> Figure | None:
    """救助困难家庭60户140人发放…: a second count right behind the first, which names its thing, counts the same."""
    last = place.done[-1] if place.done else None
    paired = last and not place.words and last.token.end == place.token.start and last.own and last.indicator and "tail" not in last.rules
    return _tail(place, tail) if tail and not own and not paired else None


def _nothing(place: _Place, own: str, tail: str) -> Figure | None:
    if own:
        return None
    return place.figure(completed("新增", place.before) if place.before else "", "amount", place.token.value, "elided", own=False)


_AMOUNT_RULES = (_extent_of, _staged_tail, _invested_tail, _verb_tail, _listed_tail, _given_tail, _subject_tail, _described_tail,
                 _joined_tail, _second_measure, _bare_tail, _nothing)


# --- what other clauses say -------------------------------------------------------------------------------------------

def _with_subject(string: str, start: int, limit: int, figure: Figure) -> Figure:
    """What another clause says of a figure that does not name its thing: the first rule of the list that finds something."""
    if figure.own and figure.indicator not in _SHORT_RATES and not _says_nothing(figure.indicator):
        return figure
    gap = _Gap(string, start, limit)
    for rule in _SUBJECT_RULES:
        if subject := rule(gap, figure):
            return replace(figure, indicator=subject, own=True, rules=(*figure.rules, "subject"))
    return figure


@dataclass(frozen=True, slots=True)
class _Gap:
    """The text between the beginning of a sentence (`start`), the figure before (`limit`) and the words of this one."""

    string: str
    start: int
    limit: int

    def before(self, figure: Figure) -> str:
        """The clauses that stand between the words of the figure before and its own."""
        return self.string[max(self.limit, self.start, figure.head - _REACH):figure.head]


def _labelled(gap: _Gap, figure: Figure) -> str:
    """——农民人均纯收入:年均增长14%: the label before a colon names what its figures measure."""
    if figure.own or figure.head < 1 or gap.string[figure.head - 1] != ":":
        return ""
    found = _LABEL.search(gap.string, max(gap.start, figure.head - _REACH), figure.head)
    return indicators.noun(found["label"]) if found and not _NO_LABEL.search(found["label"]) else ""


def _grown_in_clause(gap: _Gap, figure: Figure) -> str:
    """城乡居民收入增速持续高于经济增速,分别增长4.8%、7.8%: a whole clause names what grows."""
    if figure.own or figure.measure != "growth" or figure.head - gap.limit <= _CLAUSE_LENGTH:
        return ""
    subject = _RATE_WORD.sub("", indicators.subject(gap.string, gap.limit, figure.token.start))
    return subject if _MEASURED.search(subject) else ""


def _counted_in_clause(gap: _Gap, figure: Figure) -> str:
    """A whole clause before an elided head names a new subject (小巨人企业实现“零的突破”,达到1家)."""
    if figure.own or figure.measure != "amount" or figure.head - gap.limit <= _CLAUSE_LENGTH:
        return ""
    return indicators.subject(gap.string, gap.limit, figure.token.start) or indicators.clause_subject(gap.before(figure))


def _rate_of_clause(gap: _Gap, figure: Figure) -> str:
    """加快村级文化中心建设,确保覆盖率达到95%."""
    if not figure.own or figure.indicator not in _SHORT_RATES:
        return ""
    thing = indicators.clause_subject(gap.before(figure))
    return thing and thing + figure.indicator


def _of_the_sentence(gap: _Gap, figure: Figure) -> str:
    """A generic head (产值, 项目), or none at all, takes the subject of the sentence."""
    if not _says_nothing(figure.indicator):
        return ""
    if deed := _DEED_OF.search(figure.words):
        return deed.group()
    subject = indicators.subject(gap.string, gap.start, figure.token.start)
    bare = indicators.is_bare_verb(figure.indicator)
    if not subject and (bare or figure.indicator in _INVESTMENTS or not (figure.indicator or figure.own)):
        subject = indicators.clause_subject(gap.before(figure))
    if not subject or subject in figure.indicator:
        return ""
    if _MEASURED.search(figure.indicator):  # 企业资产总额达9亿元;营业收入4亿元
        subject = _MEASURE_OF.sub("", subject)
    return subject if bare else subject + figure.indicator


def _says_nothing(indicator: str) -> bool:
    """True for no head at all, a generic one (产值, 项目) or nothing but a verb (完成)."""
    return not indicator or indicators.is_generic(indicator) or indicators.is_bare_verb(indicator)


_SUBJECT_RULES = (_labelled, _grown_in_clause, _counted_in_clause, _rate_of_clause, _of_the_sentence)


def _from_behind(string: str, done: list[Figure]) -> list[Figure]:
    """在上年完成3.98亿元的基础上,一般公共预算收入达到…: such a base takes what the next figure names."""
    for number in reversed(range(len(done) - 1)):
        figure, following = done[number], done[number + 1]
        waits = "elided" in figure.rules and "tail" in following.rules and not figure.words.strip("、,")
        if following.token.start == figure.token.end and (not figure.indicator or waits):
            # 1200户2600人享受低保: both count the same.
            done[number] = replace(figure, indicator=following.indicator, rules=(figure.token.rule, "pair"))
        if "extent" in following.rules and _EXTENT.fullmatch(string, figure.token.end, following.token.start):
            extent = _EXTENT.search(following.indicator)
            thing = following.indicator[:extent.start()] if extent else following.indicator
            done[number] = replace(figure, indicator=thing, rules=(figure.token.rule, "shared-tail"))
        elif thing := _awaited(string, figure, following):
            done[number] = replace(figure, indicator=thing, rules=(figure.token.rule, "shared-tail"))
        elif ("elided" in figure.rules or indicators.is_bare_verb(figure.indicator)) and _BASIS_AFTER.match(string, figure.token.end):
            done[number] = replace(figure, indicator=done[number + 1].indicator, rules=(figure.token.rule, "basis"))
    return done


_VERB_BETWEEN = re.compile("[、和及,](?P<verb>[一-鿿]{0,4})")


def _awaited(string: str, figure: Figure, following: Figure) -> str:
    """新建3座、改造5座泵站: a verb alone before the first figure waits for the thing behind the second; '' where it does not."""
    between = _VERB_BETWEEN.fullmatch(string, figure.token.end, following.token.start)
    if figure.measure != "amount" or figure.token.unit != following.token.unit or "tail" not in following.rules or not between:
        return ""
    own, verb = indicators.noun(figure.words), between["verb"]
    if verb and not indicators.open_verb(verb) and not indicators.is_stage(verb):
        return ""
    if indicators.is_stage(own):
        return completed(own, following.indicator)
    return following.indicator if indicators.open_verb(own) else ""


def _dealt_out(string: str, done: list[Figure]) -> list[Figure]:
    """A、B分别增长5%、6%: the named things are dealt out to the figures that follow."""
    first, last = 0, list[int]()
    while first < len(done):
        row = _row(string, done, first)
        if len(row) > 1 and (_DEALT.search(done[first].words) or done[first].measure in ("growth", "change") or _repeats(done, row, last)):
            _deal(done, row, _row_names(done, row))
        first, last = row[-1] + 1, row
    return done


def _row(string: str, done: list[Figure], first: int) -> list[int]:
    """The figures from `first` on that stand in one row, joined by 、 or 和 alone."""
    row = [first]
    while row[-1] + 1 < len(done) and _follows(string, done[row[-1]], done[row[-1] + 1]):
        row.append(row[-1] + 1)
    return row


def _repeats(done: list[Figure], row: list[int], before: list[int]) -> bool:
    """A、B分别增长5%、6%,达12亿元、3亿元: a row as long as the one before it, without a thing of its own."""
    return len(row) == len(before) and not done[row[0]].own and len({done[place].indicator for place in before}) == len(row)


def _follows(string: str, figure: Figure, following: Figure) -> bool:
    """True where nothing but 、 or 和 stands between two figures; a comma joins them only in one unit."""
    between = string[figure.token.end:following.token.start]
    return bool(_LINK.match(between)) and ("," not in between or figure.token.unit == following.token.unit)


def _row_names(done: list[Figure], row: list[int]) -> list[str]:
    """What the figures of a row measure: the things named before it, or those of the figures before it; [] for one thing."""
    figure = done[row[0]]
    parts = [part for part in re.split(r"[、和及与]", figure.indicator) if part]
    if len(parts) > len(row) and len(parts[0]) <= _SHORT_PART:
        # 全资、控股企业营收: the first name is itself a list.
        spare = len(parts) - len(row) + 1
        parts = ["、".join(parts[:spare]), *parts[spare:]]
    named = _shared_opening(_shared_ending(_both_sides(parts, len(row))))
    if len(named) == len(row):
        return named
    before = list(dict.fromkeys(each.indicator for each in done[:row[0]]))
    if "share-of" in figure.rules and before and len(before) >= len(row) and figure.indicator.startswith(before[-1]):
        return [name + figure.indicator[len(before[-1]):] for name in before[-len(row):]]
    if not figure.own and len(before) >= len(row):
        return before[-len(row):]
    return [] if figure.own else _both_sides([figure.indicator], len(row)) if len(row) == 2 and _BOTH_SIDES.search(figure.indicator) else []


_BOTH_SIDES = re.compile("城[、和]?乡(?:常住)?(?=居民|人均|低保|居|最低|基本|医)")


def _both_sides(parts: list[str], count: int) -> list[str]:
    """城乡居民人均可支配收入 of two figures is that of town and that of country."""
    if count == 3 and len(parts) == 1 and parts[0].startswith("三次产业"):
        return [f"第{number}产业" + parts[0].removeprefix("三次产业") for number in "一二三"]
    if count == 2 and len(parts) == 1 and _BOTH_SIDES.search(parts[0]):
        return [_BOTH_SIDES.sub(side, parts[0], count=1) for side in ("城镇", "农村")]
    return parts


def _shared_opening(names: list[str]) -> list[str]:
    """生产安全事故起数、死亡人数: the second name counts what befell in the first."""
    if names[0].endswith("人次") or (_MEASURE_END.search(names[0]) and not _COUNT_END.search(names[0])):
        return names
    return names[:1] + [completed(name, _COUNT_END.sub("", names[0])) for name in names[1:]]


def _shared_ending(names: list[str]) -> list[str]:
    """城市、县城建成区收集率 → 城市建成区收集率 and 县城建成区收集率: what the last name ends with belongs to all."""
    if len(names) > 1 and (rate := _SHARED_RATE.search(names[-1])) and not any(_RATE_END.search(name) for name in names[:-1]):
        return [name + rate.group() for name in names[:-1]] + names[-1:]
    if len(names) > 1 and names[-1].endswith("排放量") and not names[0].endswith("排放量"):
        return [name + "排放量" for name in names[:-1]] + names[-1:]
    if len(names) > 1 and (measure := _SHARED_MEASURE.search(names[-1])) and not any(_MEASURE_END.search(name) for name in names[:-1]):
        return [name + measure.group() for name in names[:-1]] + names[-1:]
    if len(names) < 2 or not len(names[0]) <= 4 < len(names[-1]) or names[0][-1] in _COUNT_ENDS:
        return names
    if _MEASURED.search(names[0]) and _MEASURED.search(names[-1]):
        return names
    shared = names[-1][min(len(name) for name in names[:-1]):]
    return [name if len(name) > 4 else name + shared for name in names[:-1]] + names[-1:]


def _is_same_deed(first: Figure, figure: Figure) -> bool:
    """同比增加11起、13人: a bare second figure changes as the first one does."""
    return first.measure == "change" and figure.measure == "amount" and not figure.own


def _deal(done: list[Figure], row: list[int], names: list[str]) -> None:
    first = done[row[0]]
    dealt = bool(_DEALT.search(first.words))
    signs = [done[place].comparator for place in row if done[place].comparator != "="]
    # 90%、98%以上 shares the sign; 95%、60%以上和15年以上 says each its own.
    told = len(signs) == 1 or done[row[0]].comparator != "="
    apart = len({done[place].token.value for place in row}) == 1  # 8%和8%以上
    sign: Comparator = signs[0] if dealt and signs and told and not apart else "="
    for number, place in enumerate(row):
        figure = done[place]
        if number and figure.own and "head" in figure.rules and figure.indicator != first.indicator:
            continue
        done[place] = replace(
            figure, indicator=names[number] if names else figure.indicator or first.indicator,
            measure=first.measure if figure.token.unit == first.token.unit or _is_same_deed(first, figure) else figure.measure,
            comparator=sign if figure.comparator == "=" else figure.comparator, own=figure.own or bool(names),
            value=_signed(figure.token.value, 0 if first.token.value < 0 else first.value), rules=(*figure.rules, "dealt-out"))
