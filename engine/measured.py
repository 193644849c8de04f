"""A figure with what it measures, its surroundings while it is read, and the words that name a measure."""

import re
from decimal import Decimal
from typing import NamedTuple

from engine import holders, indicators
from engine.contexts import Context, comparator
from engine.elisions import MEASURE_END, SHARE_END, completed
from engine.lexicon import either
from engine.tokens import Token
from engine.units import SHARES, same_unit
from engine.values import Comparator, Measure
from engine.wordlines import table

KIND, _OTHERS, _HEADS = table("changes")["kind"], table("changes")["against"], table("nouns")["heads"]
RATE_END = re.compile("[率度]$|占比$|比重$|比例$")
# The clause that ends at a place; the comma of 1,000 parts no clauses.
CLAUSE_END = re.compile(r"(?:[^,;。]|(?<=\d),(?=\d{3}))+\Z")
REACH = 60
# A part of a whole stands within so many figures of it.
LOOK_BACK = 12
# What grows by a rate: a clause that ends so names another indicator than the one before it.
MEASURED = re.compile(f"{either(_HEADS['measured'])}$")
# 控制在省核定限额58.2亿元以内, 控制在市下达的年度指标4%以内: the limit is no name, and what it limits to was set.
LIMIT_SET = re.compile("(?:控制|保持|稳定)在[^,;。]{0,12}(?:限额|额度|指标|目标|计划|控制数|任务)[值数]?")
# The measure at the end of an indicator, which its parts share: 客运总量, 进出口总额, 合同额.
MEASURE_OF = re.compile(f"(?:(?:{either(_HEADS['measured'])})+|[一-鿿]{{2}}(?:总?[量额]|面积))$")
# What is set for a thing (年度目标任务), as a part of other patterns.
SET = f"(?:{either(_HEADS['set'])})+[数额值]?"
# Names joined in one indicator.
NAMES = re.compile("、|(?<![饱缓平温共柔])和(?![谐解睦缓])|(?<![惠普波涉推企])及(?!时|格)|(?<![参赠授给])与(?!会)")
# 按经营单位所在地分,城镇… · 从城乡看,城镇…: what follows breaks down what the sentence before told.
PARTS = re.compile("其中|[按分从][^,;。]{1,12}(?:分|看|划分),")
# How long or large the thing behind a figure is: 4条总长36公里的产业路.
EXTENT = re.compile(f"{either(_HEADS['extents'])}(?:约|达|为|共)*$")
SHORT_PART, LONGEST_PART = 4, 6


class Figure(NamedTuple):
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


class Place(NamedTuple):
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


def signed(value: Decimal, like: Decimal | int) -> Decimal:
    """`value` with the sign of a fall where `like` is below zero."""
    return value.copy_negate() if like < 0 < value else value


def named(place: Place, noun: str, measure: Measure, value: Decimal, rule: str) -> Figure:
    """A figure of a rule that found `noun` as its head; an elided head is completed."""
    own = indicators.noun(noun)
    # 药占比30%,高于目标2个百分点 is told of the share, 占全省6%,增速高于全省2个百分点 of the thing.
    of_thing = measure == "growth" or rule == "recovered" or (rule == "points-against" and "增" in place.words)
    before = SHARE_END.sub("", place.before) or place.before if of_thing else place.before
    if not own and measure == "change" and place.token.unit not in SHARES:
        before = _same_unit(place) or before
    owner = owner_of(place, own)
    if not owner and before and holders.are_offices(own) and not (indicators.is_bare_verb(before) or holders.are_offices(before)):
        owner, own = own, holders.without_office(before)  # 南岭区仅增长0.6%: of the thing before, there
    whole = owner + own if owner else completed(own, before) if own else before
    return place.figure(whole, measure, value, rule, *(() if own == whole else ("elided",)), own=bool(own))


# What a rate is told of: 38个行政村污水治理率.
_ASIDE = re.compile(r"^\([^()]*\)")
_OWN_RATE = re.compile("率$|^(?:比例|比重|占比)$|^(?:平均|[人户亩校村床]均)")


def owner_of(place: Place, own: str) -> str:
    """38个行政村污水治理率达80%: the things counted right before a rate, with no mark between, are whose it is; '' for anything else."""
    last = place.done[-1] if place.done else None
    if not last or "tail" not in last.rules or not _OWN_RATE.search(own) or not _ASIDE.sub("", place.words).startswith(own):
        return ""
    return last.indicator if place.string.endswith(last.indicator, last.token.end, place.head) else ""


def _same_unit(place: Place) -> str:
    """事故3起、死亡1人,同比减少2起: a change is that of the last thing counted in its unit."""
    return next((each.indicator for each in reversed(place.done[-LOOK_BACK:]) if same_unit(each.token.unit, place.token.unit)), "")


# A quick look for what _AGAINST would find: few figures are compared.
_COMPARES, _NEAR = re.compile(f"[{''.join(sorted({word[0] for name in ('above', 'below') for word in _OTHERS[name]}))}]"), 15
_REFERENCE = f"(?:(?:全[国省市县区]|我[省市县区])的?)?{either(_OTHERS['reference'])}"
_AGAINST = re.compile(
    rf"^(?P<noun>.*?)(?:增速|增幅|涨幅|降幅|增长率)?(?:分别|均|都)?[比较]?(?:{either(_OTHERS['above'])}|(?<![清拖追陈])(?P<below>{either(_OTHERS['below'])}))[于了出]?"
    rf"(?:{_REFERENCE}(?:[、和]{_REFERENCE})*的?(?:(?:平均|同期|总体)?(?:水平|增速|增幅|平均水平|平均增速|值|数)?|平均(?:单产|亩产|价格|收入|工资))"
    # 高于全县农民收入增速: whatever it is, a rate or a mean to stand against
    r"|(?<=[高快慢低优好大小多少][于过出])[一-鿿]{2,14}?(?:增速|增幅|平均水平|平均值|均值|平均))$")
_AGAINST_FIRST = re.compile(
    rf"^(?P<noun>.*?)[较比与](?:{either(_OTHERS['reference'])})(?:相比)?的?"
    r"(?:平均|同期|总体|[一-鿿]{2,10}(?=增速|增幅))?(?:水平|增速|增幅|平均增幅|人均[一-鿿]{2,4}|平均水平|平均增速|值|数)?"
    rf"(?:{either(_OTHERS['above'])}|(?P<below>{either(_OTHERS['below'])}))[出了]?$")


# 增幅居全省第7位、高于全省1.4个百分点
_RANKED = re.compile("(?:增幅|增速|总量)?(?:居|列|排|位居|位列)[^,;。]{0,8}第[\\d一二三四五六七八九十]{1,3}位?、?$")


def points_against(place: Place) -> Figure | None:
    """增速高于全省1.2个百分点, 低于控制目标1.3个百分点: how far the thing named before stands from a measure."""
    if not _COMPARES.search(place.words[-_NEAR:]):
        return None
    found = _AGAINST.match(place.words) or _AGAINST_FIRST.match(place.words)
    if not found:
        return None
    value = signed(place.token.value, -1 if found["below"] else 1)
    figure = named(place, _RANKED.sub("", found["noun"]), "change", value, "points-against")
    return figure._replace(comparator="=") if figure.comparator in (">", "<") else figure  # 高于目标2个百分点 says by how much


# 下达的92亿元年度目标, 与全年6.5%左右的预期目标相比, 国资委下达的65%管控线: what was set, by whom and for when.
_SET_AFTER = re.compile(
    f"(?:、\\d+(?:\\.\\d+)?[%‰])?(?:左右|以上|以内)?的?(?:年度|全年|年初|预期|既定|考核|控制|调控|管控|约束性)*(?:{either(_HEADS['set'])}|管控线|控制线|红线)(?:任务|目标|值|数|要求)?(?=[,;。)]|相比|相差|尚|还|仍|有|存|差距|的|以内|$)")
_SET_BY = re.compile("、?"
    "(?:[^,;。]*?(?:下达|确定|提出|制定|核定|批复|设定|签订|分解)的?|[^,;。]{0,6}(?:与|距|离|比|对照|对比|比照|按照?|完成|实现|达到|超过|高于|低于|优于|好于)了?|(?:继续|仍|始终|均|都)*(?:控制|保持|稳定|维持)在|(?:均|都)?(?:超过|高于|低于|优于|达到|完成)了?[国省市县区州]定)?(?:全年|年度|年初|年底|年末|今年|当年)?(?:增长|下降)?")


# 固定资产投资增速与年初确定的9%目标仍有差距: what is told of it stands before what was set.
_SET_APART = re.compile(
    "(?P<noun>[^,;。]{2,20}?)(?:增速|增幅|增长率)?(?:[与距离较比]|未能?(?:达到?|完成|实现))(?:[^,;。]{0,8}(?:下达|确定|提出|制定|核定|批复|设定|签订|分解)的?)?(?:全年|年度|年初|今年|当年)?(?:增长)?")


# 产妇死亡率优于年度控制目标(9‰以内)
_SET_OPENED = re.compile(
    "(?P<noun>[^,;。()]{2,20}?|(?<=[,;]))(?:优于|低于|高于|好于|快于|慢于|多于|少于|达到|完成|超过|控制在)了?(?:全年|年度|年初|当年|本年|[国省市县区州]定)*(?:控制|考核|预期|约束性|规划)?(?:计划|任务|目标|指标){1,2}[数值]?\\($")


# What the words behind a figure that was set can begin with: few figures have one of them behind.
_SET_FIRST = frozenset("、左以的年全既考控调管约红预") | {word[0] for word in _HEADS["set"]}


def as_set(figure: Figure) -> Figure:
    """优于34微克的年度控制目标: how it stands to what was set is no limit of that."""
    return figure._replace(comparator="=") if figure.comparator in (">", "<") else figure


# 与全年31亿元的固定资产投资目标相比还有差距
_SET_NAMED = re.compile("的(?P<noun>[一-鿿]{2,14}?)(?:目标|任务|计划)(?:相比|还|仍|尚|有|,)")
_SET_NAMED_BY = re.compile("[与距离较比]?(?:全年|年度|年初)?(?:确定的?|下达的?)?")


def set_apart(place: Place) -> str:
    """What a figure was set for, where that stands in the words before it and before what names it as set; '' for anything else."""
    named_behind = place.words and place.string.startswith("的", place.token.end) and _SET_NAMED_BY.fullmatch(place.words)
    if named_behind and (behind := _SET_NAMED.match(place.string, place.token.end)):
        return behind["noun"]
    if not place.words and place.string.endswith("(", 0, place.head):
        found = _SET_OPENED.search(place.string, max(0, place.head - REACH), place.head)
    else:
        found = _SET_APART.fullmatch(place.words) if _is_set_behind(place) else None
    return found["noun"] or place.before if found else ""


_TASK_OF = re.compile("(?:年度|全年)?(?:任务|目标|计划)的(?=\\d)")


def task_of(place: Place) -> bool:
    """True for what was set, with the share that was done behind it: 完成民生实事1200个任务的112%."""
    return place.string[place.token.end:place.token.end + 1] in _SET_FIRST and bool(_TASK_OF.match(place.string, place.token.end))


def set_after(place: Place) -> bool:
    """True for a figure with its own name behind it as what was set for the thing before."""
    return bool(place.before and _is_set_behind(place) and _SET_BY.fullmatch(place.words))


def _is_set_behind(place: Place) -> bool:
    return place.string[place.token.end:place.token.end + 1] in _SET_FIRST and bool(_SET_AFTER.match(place.string, place.token.end))


# 新增64家,比去年同期的51家有明显增加; 败诉率6%,较2025年的9.2%下降: what it was then.
_STOOD_AT = re.compile("(?:较|比|与|同)(?:去年|上年|上一年|20\\d{2}年)(?:同期|底|末)?的")


def stood_at(place: Place) -> bool:
    """True for a figure that only says where the thing before stood."""
    return bool(place.done and place.before) and place.words.endswith("的") and bool(_STOOD_AT.fullmatch(place.words))


def is_bare_head(own: str) -> bool:
    """True for a head that names nothing of its own: none, a verb alone, a generic word (项目)."""
    return not own or indicators.open_verb(own) or indicators.is_bare_verb(own) or indicators.is_generic(own)


# 增值税, 劳务费: a sum of its own, no part that would take the name of another.
_SUM_END = re.compile("[税费款金债息]$")


def shared_measure(own: str, whole: str) -> str:
    """What `own`, the name of a part, takes from `whole`, the indicator it is part of; '' where it names its measure itself.

    >>> shared_measure("铁路", "客运量"), shared_measure("增值税", "税收")
    ('客运量', '')
    """
    if len(own) > LONGEST_PART or MEASURE_END.search(own) or MEASURE_OF.search(own) or _SUM_END.search(own) or is_bare_head(own):
        return ""
    found = MEASURE_OF.search(whole)
    if not found:
        return ""
    measure = found.group()
    # 农副产品购进 of 购进总额 says 购进 already.
    return next((measure[length:] for length in range(len(measure), 0, -1) if own.endswith(measure[:length])), measure)


# 户均增收2100元 is a noun of its own.
_EARNED_MORE = "增收"
_MERGED = tuple(table("nouns")["verbs"]["merges"])


def own_noun(words: Context) -> str:
    """The noun before the figure; 户均增收2100元 has one that ends with a verb."""
    if words.between.startswith(("为", "成", "至", "到")) and words.noun.endswith(_MERGED):  # 142个网格优化整合为118个
        counted = words.noun[:-2]  # 网格总数调整为145个
        return indicators.noun(counted) if counted.endswith(("总数", "数量", "总量", "个数")) else ""
    earned = words.noun.endswith("均") and words.between.startswith(_EARNED_MORE)
    return indicators.noun(words.noun + _EARNED_MORE if earned else words.noun)
