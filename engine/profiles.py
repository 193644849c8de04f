"""Everything about one figure that is compared, made once: its words in the one spelling, its qualifiers, its size classes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

from engine import progress
from engine.aliases import bare, canonical
from engine.caveats import NOBODY, Frame, caveat, without_own_place
from engine.lexicon import any_of
from engine.qualifiers import Group, Members, codes, groups, sizes
from engine.quantities import comparable, counts_pieces, quantity
from engine.scale import SIZED
from engine.values import Rules, Statement
from engine.wording import Around

_REACHED = re.compile("达到?")
_REACHES = re.compile("达到?.{0,2}$")
_ALL_OF_IT = re.compile("(?:已?全部|均已?|悉数|现?已)")
Facets = Mapping[str, Members]
_RATE = re.compile(r"([一-龥]{2})(?:率|度)$")
_PREFIX = 12
# Words at the end of the phrase before a figure that say nothing of its thing.
_LEADS_IN = re.compile(
    "(?:达到|达|完成|实现|控制在|不少于|不低于|不超过|为|约|至|到|占?(?:全年|年度|年初)(?:预算|任务|目标|计划)(?:任务|目标|数)?的)+$")


@dataclass(frozen=True, slots=True)
class Profile:
    """What is compared of one figure. `content` is the indicator in the one spelling, without what the facets say.

    `wider` is the same of the whole phrase before the figure, where the indicator is only its end (利用外资 of 实际利用外资), or of what
    the things have become (示范村 of 村通过示范村验收).
    `narrow` are its words that single out a part (过夜 of 过夜游客); `office` is whose document it stands in,
    `part` what of the thing is told (其中龙头企业实现产值),
    `base` what a share is taken of (占示范村总数的).
    `void` says why a figure is no result by itself (the 十 of 十件实事办结六件), `doubt` why a person must look at it first.
    """

    statement: Statement
    spelled: str
    content: str
    facets: Facets
    sizes: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    rate: str = ""
    around: Around = field(default_factory=Around)
    void: str = ""
    doubt: str = ""
    wider: str = ""
    narrow: frozenset[str] = frozenset()
    office: str = ""
    part: str = ""
    base: str = ""

    @property
    def signature(self) -> tuple[object, ...]:
        """Equal for figures of one thing: both tiers of a pair, or a target that stands twice in a plan."""
        # 达到50亿元,力争55亿元: the word before the first figure says nothing of its own.
        own = tuple(sorted((name, tuple(sorted(rest))) for name, members in self.facets.items() if (rest := members - {"达到"})))
        counted = quantity(self.statement.unit)
        # 12期 and 600人次 of one training are two promises.
        return self.content, own, self.sizes, self.statement.measure, self.statement.year, counted.dimension if counted else ""

    @property
    def names(self) -> tuple[str, ...]:
        """What the figure may be called: its content, and the wider phrase where there is one."""
        return (self.content, self.wider) if self.wider else (self.content,)

    @property
    def context(self) -> str:
        """The words that lead to the figure: headings and its sentence."""
        return "".join(self.statement.section) + self.around.before

    @property
    def thing(self) -> tuple[object, ...]:
        """Equal for figures of one indicator, whatever is measured of it."""
        return self.content, self.sizes, tuple(sorted(self.facets.get("级别", ())))


def profile(statement: Statement, around: Around, rules: Rules, frame: Frame = NOBODY) -> Profile:
    """The profile of a figure; `frame` says whose report it stands in."""
    spelled = canonical(rules.aliases)(statement.indicator)
    found_sizes, plain = sizes(spelled)
    if found_sizes and not _without_qualifiers(plain):
        # 签约亿元以上6个: the thing stands before, in the same sentence.
        plain += _elided(around)
    phrase = _phrase(statement.indicator, around)
    whole = sizes(canonical(rules.aliases)(phrase))[1] if phrase else plain
    restored = _own_deed(statement.indicator, around)
    part = canonical(rules.aliases)(_singled_out(statement.indicator, around))
    whole += part
    facets = {each.name: members for each in groups() if (members := _members(each, plain, whole, around, restored=restored))}
    if statement.measure in {"ratio", "growth", "change"}:
        facets.pop("存流", None)
    rate = _RATE.search(plain) if statement.measure in {"ratio", "completion"} else None
    content = SIZED.join((_content(plain), *sorted(found_sizes)))
    longer = whole if phrase else _honour(plain)
    wider = SIZED.join((_content(longer), *sorted(found_sizes))) if longer else ""
    void, doubt = _announced(statement, spelled, around)
    against = caveat(statement, around, frame)
    return Profile(
        statement, spelled, content, facets, found_sizes, codes(plain), rate.group(1) if rate else "", around, void or against.void,
        doubt or against.doubt, "" if wider == content else wider, narrowing(spelled + part), frame.office, part, _base(spelled, frame))


@cache
def _narrowing() -> re.Pattern[str]:
    return re.compile(any_of("narrowing"))


def narrowing(text: str) -> frozenset[str]:
    """The words of a text that single out a part (words/narrowing.txt)."""
    return frozenset(_narrowing().findall(text))


_SIZED_THING = re.compile("项目|企业|单位|法人|村(?!级)|产品|工程|大户|农户")


def _elided(around: Around) -> str:
    """The thing that a size class stands for alone: the one named last in its sentence."""
    named = _SIZED_THING.findall(around.before)
    return named[-1] if named else ""


def _phrase(indicator: str, around: Around) -> str:
    """The words before a figure where they end with its indicator and are little longer; '' where they say no more."""
    own, plain = _LEADS_IN.sub("", bare(around.own)), bare(indicator)
    at = own.find(plain)
    return own if 0 < at <= _PREFIX and len(own) - at - len(plain) <= 1 else ""


_BASE = re.compile("占(?:全部|所有|总)?(.+?)(?:总数|总量|总额)?的?占比$")


def _base(text: str, frame: Frame) -> str:
    """What a share is taken of, but for the place of the office itself; '' where a text does not say."""
    hit = _BASE.search(without_own_place(text, frame))
    return hit.group(1) if hit else ""


_HONOURED = re.compile(
    "(?P<who>[一-鿿]{1,4}?)(?:已|均|全部|成功|顺利)*(?:(?:通过|获得)(?P<passed>[^,]+?)(?:验收|认定|评定|命名|称号)|(?:获评|入选|创成)(?P<named>[^,]+?)(?:称号)?)")


def _honour(text: str) -> str:
    """What things have become: 5个村通过省级示范村验收 are 省级示范村; '' where a text says nothing of the kind."""
    hit = _HONOURED.fullmatch(text)
    honour = (hit["passed"] or hit["named"]) if hit else ""
    return honour if hit and honour.endswith(hit["who"]) else ""


NOT_SAID_TO_BE_DONE = "数字在前,未见完成表述"
# What may stand before a count that stands before its thing: 全区126家规上企业, 年初确定的10件民生实事.
_SCOPE = re.compile(
    "(?:(?:20..年)?(?:[0-9一1]+[-—至~][0-9]+月)?[,]?)(?:全[年省市县区州镇乡院校局系统域社会街道]*|我[省市县区镇乡院校局司]|年初|年度|今年|共|其中|已|现有|辖区"
    "|确定|安排|承诺|列入|部署|实施|[省市县区]级|的)*")


def _announced(statement: Statement, indicator: str, around: Around) -> tuple[str, str]:
    """Why a figure is none of its own, or must be looked at first.

    A count that stands before its thing is a title, not a result, unless words after it say that it was done.
    """
    if statement.kind == "result" and around.ahead:
        return "", "前文为预计,可能尚未实现"
    counted = statement.kind == "result" and statement.measure == "amount" and counts_pieces(statement.unit)
    if not counted or not _SCOPE.fullmatch(bare(around.own)):
        return "", ""
    if indicator[-2:] not in bare(around.after):
        return "", ""
    if around.next_unit is not None and comparable(around.next_unit, statement.unit) and progress.stage(around.after) is not None:
        return "只是任务总数", ""
    return "", "" if progress.closes(bare(around.after), indicator) else NOT_SAID_TO_BE_DONE


def _own_deed(indicator: str, around: Around) -> bool:
    """True where the indicator was restored from before and the figure has a verb of its own: 申报高企26家,预计净增13家."""
    here = bare(around.clause + around.after)
    return bool(around.own) and bare(indicator)[-2:] not in here and any(
        each.found(around.own) for each in groups() if "inherit" in each.flags)


def _members(each: Group, indicator: str, phrase: str, around: Around, *, restored: bool) -> Members:
    """The members a figure has: named in its indicator, else beside it, else by the verb that its enumeration shares."""
    if "clause" in each.flags:
        return each.found(indicator) | each.found(bare(around.clause + around.after.partition("(")[0]))
    named = each.found(indicator if each.name != "存流" else _own_flow(indicator))
    if "inherit" not in each.flags:
        return named | each.found(phrase) if each.name in {"专利", "规模"} else named or each.found(phrase)
    if restored:
        return each.found(around.own)
    if stage := _said_after(each, around):
        return stage
    beside = each.found(around.own if each.name != "存流" else _own_flow(around.own)) or (
        each.found(_REACHED.sub("", around.after)) if _follows(indicator, around) else frozenset())
    if beside and bare(indicator) not in bare(around.own):
        # 认缴8亿元、实缴1.2亿元: the word right before the figure is its own, that in a restored name another's.
        return beside
    if named or beside:
        return named | beside
    # 新增达到基本标准的5家、推荐标准的3家 adds both.
    return each.last((_REACHED.sub("", around.lead) if each.name == "存流" else "") or around.lead)


def _singled_out(indicator: str, around: Around) -> str:
    """The words before a part whose name was restored from before: 加工业产值增长8%,其中规上企业实现产值31亿元; else ''."""
    return around.own if around.own.startswith("其中") and bare(indicator) not in bare(around.own) else ""


def _said_after(each: Group, around: Around) -> Members:
    """The stage that follows a figure at once: 除险加固14座全部开工."""
    hit = _ALL_OF_IT.match(around.after)
    return each.found(around.after[hit.end():hit.end() + 4]) if hit and each.name == "环节" else frozenset()


def _own_flow(own: str) -> str:
    """The words before a figure without a 达到 that says a standard is met: 3家卫生院达到国家标准 counts nothing up to 3."""
    return own if _REACHES.search(own) else _REACHED.sub("", own)


def _follows(indicator: str, around: Around) -> bool:
    """True where the thing stands after its figure: 4个老旧小区完成改造; also for 其中34个已开工."""
    return around.own.strip("其中") == "" or indicator[-2:] in around.after


def _without_qualifiers(text: str) -> str:
    for each in groups():
        text = each.without(text) if "drop" in each.flags else text
    return text


@lru_cache(maxsize=32768)
def _content(text: str) -> str:
    for each in groups():
        if "drop" in each.flags:
            shorter = each.without(text)
            text = shorter if len(shorter) > 1 else text
    return text
