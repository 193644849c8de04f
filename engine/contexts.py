"""What the words before a figure say of it: the noun they name, the direction of a change, the comparator."""

import re
from typing import NamedTuple, get_args

from engine.lexicon import either, opens
from engine.values import Comparator
from engine.wordlines import table

_COMPARATORS, _CHANGES, _BETWEEN = table("comparators"), table("changes"), table("around")["between"]
_BEFORE: dict[str, Comparator] = {word: sign for sign in get_args(Comparator) for word in _COMPARATORS["before"].get(sign, ())}
_SIGNS = {word: sign for name, sign in (("up", 1), ("down", -1)) for word in _CHANGES["direction"][name]}
_KIND = {name: frozenset(entries) for name, entries in _CHANGES["kind"].items()}
_INSIDE = _COMPARATORS["inside"]

AFTER = re.compile(
    "|".join(f"(?P<{name}>{either(_COMPARATORS['after'][sign])})" for name, sign in (("ge", ">="), ("le", "<="), ("about", "~")))
    + r"|(?P<more>余|多(?![收支缴增出拨投产销办]))(?![个种样])")
_MONTHS = r"(?:20\d{2}年)?\d{1,2}(?:[-—~至到]\d{1,2})?月份?"
_THAN = (rf"(?:与|同)(?:上年|去年)同期的?[一-鿿]{{2,14}}相比"
         rf"|(?:与|比|较|相比|相较于?)(?:{either(_BETWEEN['than'])}|“?十[一二三四五六]五”?(?:末|期间|时期)?|{_MONTHS}|20\d{{2}}年|今年"
         r"|[近前过][一二两三四五六七八九十\d]{1,2}年|上一?个?(?:供暖季|采暖季|采暖期|供热季|学年|榨季|产季|年度|周期))"
         r"(?:度|同期|年底|底|末|初|水平|(?:预计|快报|实际|完成|决算|执行|统计|预算)数|同期平均|同期均值|平均水平|平均值|均值|平均|(?:通报|考核|检查|调度|督查)时)?(?:相比|比|的)?|(?:剔除|扣除|不含|考虑)\w{1,12}(?:后|因素),?"
         r"|在(?:去年|上年|上一年|现有|原有|20\d{2}年)的?(?:基础|水平)上")
# 两年平均增长4.9%
_OVER_YEARS = "[一二两三四五六七八九十]年(?:平均|年均)"
# 饮水安全: no 全 of its own; 下达, 送达: no 达.
_COPULA = f"(?!(?<=[下送抵转传表发直])达){either(_BETWEEN['copula'])}|(?<![安健齐完保])全"
_OPENS = opens([*_BETWEEN["relation"], *_BETWEEN["copula"], *_SIGNS, *_BEFORE], "与比较相剔扣不含考在一二两三四五六七八九十")
_OTHER = _OPENS.replace("(?=[", "[^").replace("])", "]")
_CONTEXT = re.compile(
    rf"(?P<noun>{_OTHER}*+(?:.{_OTHER}*+)*?)(?:$|{_OPENS})(?P<relation>(?:{_THAN}|{_OVER_YEARS}|{either(_BETWEEN['relation'])})*)"
    rf"(?:(?<![新净])(?<!改造|巩固|整治|提质)(?P<direction>{either(_SIGNS)})(?:了|(?P<rate>率)|幅度?|速度?)?)?"
    rf"(?P<copula>(?:{_COPULA})*)(?P<pre>{either(_BEFORE)})?(?P<copula2>(?:{_COPULA})*)$", re.DOTALL)
_COMPARED = re.compile(r"比|较|同口径")
# 同比事故起数减少4起: the comparison stands before the thing compared.
_LED_OPENS = frozenset("同环与比较相剔扣不含考在")
_LED = re.compile(rf"(?:同比|环比|{_THAN})[,、]?(?=..)")
# 生均图书, 亩均税收: 均 after one of these is no adverb.
_PER = tuple("生人户亩地校")
_LEVEL = re.compile("[到至]")
# 至少新增企业3家: the limit stands before the verb. 最多 is left out, since 最多跑一次 names a reform.
_LED_LIMIT = re.compile("(?P<least>至少|最少|起码)|至多(?=[一-鿿]{2})")
_ENDING_YEAR = re.compile(
    r"(?:在?20\d{2}年(?:度|底|末)?的?(?:基础|水平)上|[由从]?20\d{2}年(?:度|底|末)?的?|[由从](?:去年|上年|年初|月初|原来|原先|原有|过去|此前|之前|期初|目前|当前|现在|现有|现阶段|如今)?(?:同期|末|底)?的?)$")
_GROWS = re.compile("增速|增幅|涨幅|增长率|增长速度")
_REACH = 80


class Context(NamedTuple):
    """`direction` is +1, -1 or 0; `level` is True where 到 or 至 turns a change into what was reached by it.

    `compared` is True after 比, 较, 同比; `between` are the words between the noun and the figure.
    """

    noun: str
    direction: int
    level: bool
    compared: bool
    comparator: Comparator
    between: str

    @property
    def words(self) -> str:
        """All words before the figure."""
        return self.noun + self.between


def context(head: str) -> Context:
    """What `head`, the words of a clause before a figure, says.

    >>> context("一般公共预算收入同比增长").noun
    '一般公共预算收入'
    """
    head = _ENDING_YEAR.sub("", head[-_REACH:])
    found = _CONTEXT.match(head)
    assert found is not None
    noun, relation, direction, pre = found["noun"], found["relation"], found["direction"] or "", found["pre"] or ""
    if found["rate"] and direction in _KIND["removed"]:  # 压减率达95%: how much of it is gone, a share and no fall
        noun, direction = noun + direction + "率", ""
    if pre in _INSIDE and noun.endswith(_INSIDE[pre]):
        noun, pre = noun + pre, ""
    bare = direction in _KIND["compared"] and not _COMPARED.search(relation)
    if bare or (direction in "减压降" and noun.endswith(tuple(_KIND["nouns"]))):
        reached = bare and found["copula"].startswith("达")  # 高达36万元
        noun, direction = noun + relation + ("" if reached else direction), ""
    if relation.startswith("均") and noun.endswith(_PER):
        noun, relation = noun + "均", relation[1:]
    if relation.startswith("增长率") and noun.endswith(("自然", "机械", "人口")):
        noun, relation = noun + "增长率", relation[3:]
    led = _LED.match(noun) if noun[:1] in _LED_OPENS else None
    if led and noun[led.end():] in ("新增", "净新增"):  # 比上年新增3万亩
        noun, relation, direction = "", noun, "增加"
    if led and direction:
        noun, relation = noun[led.end():], led.group() + relation
    sign = _SIGNS.get(direction, 0) or _named_direction(relation)
    becomes = found["copula"].startswith("为") and len(direction) == 1  # 降为199起
    level = bool(sign and (becomes or _LEVEL.search(found["copula"] + found["copula2"]))) and "率" not in direction
    limit = _BEFORE[pre] if pre else _led_limit(noun)
    return Context(noun, sign, level, bool(relation and _COMPARED.search(relation)), limit, head[len(noun):])


def _led_limit(noun: str) -> Comparator:
    found = _LED_LIMIT.search(noun) if "至" in noun or "少" in noun or "起码" in noun else None
    return "=" if not found else ">=" if found["least"] else "<="


def _named_direction(relation: str) -> int:
    """增速, 涨幅 and 降幅 name a change without a verb."""
    if not relation:
        return 0
    return -1 if "降幅" in relation else 1 if _GROWS.search(relation) else 0


def comparator(found: Context, after: re.Match[str] | None, *, more: bool) -> Comparator:
    """The comparator of a figure from the words before it and behind it; 余 and 多 inside it make it approximate."""
    if after and not (found.comparator == ">" and after["ge"]):
        return ">=" if after["ge"] else "<=" if after["le"] else "~"
    return "~" if more and found.comparator == "=" else found.comparator


def is_removed(head: str) -> bool:
    """True where the verb before a quantity takes it away (化学需氧量削减1.9万吨): the quantity itself is what was done."""
    return head.rstrip("了约近").endswith(tuple(_KIND["removed"]))
