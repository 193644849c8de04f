"""Numerals with their units, and why the other numerals of a text are none: dates, codes, ordinals, names, size classes.

Offsets are into the compact string of a paragraph.
"""

import re
from bisect import bisect_left
from decimal import Decimal
from itertools import accumulate
from string import ascii_letters, digits
from typing import NamedTuple

from engine import indicators
from engine.lexicon import any_of, either
from engine.numerals import ARABIC, HAN_NUMERAL, chinese, number
from engine.periods import PERIOD
from engine.units import SHARES, TIMES, UNIT, broken_by, is_counter
from engine.wordlines import table

_MORE = "[余多来几]"
# 千瓦, 百分 are units and shares: their first character is no scale.
_SCALE = r"(?:[十百千]?万亿?|[十百千]?亿|千(?![瓦克米伏帕焦卡升])|百(?!分)|十(?!分))"
_NUMERAL = re.compile(
    rf"(?P<a>{ARABIC})(?P<am>{_MORE})?(?P<scale>{_SCALE})?(?P<am2>{_MORE})?"
    rf"(?:(?P<au>{UNIT})?(?:[-—~]{{1,2}}|[至到])(?P<b>{ARABIC})(?P<bm>{_MORE})?(?P<bs>{_SCALE})?(?P<bm2>{_MORE})?)?"
    rf"(?P<per>/(?:1?0?[百千万]|10万|十万|百万|1万|1000))?(?P<unit>{UNIT})?"
)
# A dash behind one of these joins a range or a code; elsewhere it is a minus (增幅-11.9%).
_NOT_BEFORE_SIGN = re.compile(r"[\dA-Za-z%)\]月日年季度]-")
# 新增公共停车泊位(个):1200
_UNIT_BEFORE, _UNIT_REACH = re.compile(rf"(?<=[一-鿿])\((?:单位:)?(?P<unit>[百千万亿]*(?:{UNIT}|%|‰))\)(?:为|达到?)?:?$"), 16
# 净利润负0.4亿元
_SAID_NEGATIVE = re.compile("(?:[润率幅长额益]|[为到达是])负$")
_HAN_COUNT = re.compile(
    rf"(?P<a>{HAN_NUMERAL})(?P<am>{_MORE})?(?P<scale>[万亿]+)?(?P<am2>{_MORE})?(?:[至到](?P<b>{HAN_NUMERAL})(?P<bs>[万亿]+)?)?(?P<unit>{UNIT})")
_HAN_SHARE = re.compile(
    rf"百分之(?P<percent>{HAN_NUMERAL}(?:点{HAN_NUMERAL})?|{ARABIC})"
    rf"|(?P<whole>{HAN_NUMERAL}|[0-9]{{1,9}})分之(?P<part>{HAN_NUMERAL}|[0-9]{{1,9}})"
    r"|(?<![一二三四五六七八九十\d])(?P<tenth>[一二两三四五六七八九])成(?P<more>[一二三四五六七八九半])?"
    r"(?=以|左右|的|多|,|。|;|、|\)|$|为|是|在|企业|居民|群众|农|村|户|学|(?<=[超近逾过][一二两三四五六七八九]成)(?![立果效本长员就功])|(?<=[超近逾][一二两三四五六七八九]成[一二三四五六七八九半]))"
    r"|翻(?:了|上)?(?P<times>[一二两三四1234])?番|翻(?:了|上)?[一1]?倍(?!增)|(?P<half>减半)|(?:(?<=[的占近超过足])|(?<=达到))(?P<halved>一半)(?![时路是途])")
_TENTHS = re.compile("[一二两三四五六七八九半]成")
_ZERO = re.compile(r"零(?=发生|登记|事故|死亡|伤亡|上访|案件|非访|进京|报告)|清零(?!行动|攻坚|专项|计划|工程|政策)")
_ZERO_COUNTED = re.compile(r"零就业|家庭|事故|上访|案件|积案|户(?:动态|全部)?$")
_DOUBLED = {"一": 100, "两": 300, "二": 300, "三": 700, "四": 1500, "1": 100, "2": 300, "3": 700, "4": 1500}
_NOT_BEFORE_HAN = frozenset("一二三四五六七八九十第每另某同唯统万百千")
_NOT_BEFORE_COUNT = ("其中", "这", "那", "任何", "哪")
_ONES = frozenset("家 座 所 处 名 条 个 支 部".split())
_UNCOUNTED_IN_HAN = frozenset("分 度 方 面 种 类 层 段 期 届 安 次 路".split())

_AROUND = table("around")
_DATE_AFTER = re.compile(r"年(?!均)|月|日(?!均)|号|时(?!长)|世纪|年代|届|版|:\d|/\d|-\d{1,2}-")
_DEVICE = re.compile(r"(?<![A-Za-z])(?:CT|DR|MRI|AED|LED|ATM|ETC|PCR|ICU|UPS|GPS|LNG|CNG|VR|AI|B超|5G)$")
# 全省8个县区之一
_ONE_OF = re.compile("[一-鿿]{0,8}之一")
# 在21个县区排名第六
_RANKED = re.compile(r"[一-鿿]{1,16}?(?:\([一-鿿、]{1,8}\))?(?:中|里|内)?(?:综合)?(?:排(?=第)|列(?=第)|排名|位列|位居|排在|名列|居)")
_AMONG, _AMONG_ENDS = re.compile("在(?:全[国省市县区州])?$"), frozenset("在国省市县区州")
_CODE_BEFORE = re.compile(r"(?:[A-Za-z0-9_.#]|[A-Za-z]-|\+|第|〔\d*〕|\[\d*\]|×|x)$")
_CODE_ENDS = frozenset(f"{ascii_letters}{digits}_.#-+第〕]×")
_FURNITURE = re.compile(rf"{either(_AROUND['page']['furniture'])}[::]?\s*$")
# 到期后再延长30年: the term of a contract.
_CONTRACTED = re.compile("到期后?(?:再|继续)?延长$")
_TIME_BEFORE = re.compile(
    rf"{either(_AROUND['spans of time']['asked'])}"
    rf"(?:{either(_AROUND['spans of time']['linked'])}|\d[\d.]*(?:小时|天|年|分钟|日|%)(?:以上|以内)?[和、])*$")
_AGE_BEFORE = re.compile(rf"{either(_AROUND['ages']['asked'])}(?:为|达到?|提高到|提高至|下降至|降至|由|从|约)*$")
_AGE_PERSON = re.compile(rf"(?:及?以上|及?以下)?的?{either(_AROUND['ages']['people'])}")
# 3-6岁近视防控: whatever an age stands before, it says for whom that is; a mark or a change ends a statement of age.
_AGE_NOUN = re.compile("(?!以|左右|提高|提升|延长|增加|下降|上升|同比|比|较|和|及|与)[一-鿿]{2}")
_AGE_MINIMUM = (*_AROUND["ages"]["minimum"], "今年", "现年", "时年")
_SCORE_BEFORE = re.compile(f"{either(_AROUND['scores']['asked'])}$")
# 中考总均分较上年提高7.3分
_SCORE_GROWN = re.compile("(?:[均总]分|得分|成绩|分数)(?:同比|[较比][^,;。]{2,6}?)(?:提高|提升|上升|增加|增长|下降|降低|回落|多|少)了?$")
# 养护公司以96.1分位列第一
_SCORED = re.compile("(?:的(?:成绩|得分|总分|高分))?,?(?:排|位|居|列|名列|并列|获|夺|领先|垫底|暂列)")
# 得分87.6分,较上年提高1.05分
_SCORE_MOVED = re.compile("\\d分[^;。]{0,10}(?:提高|提升|上升|增加|下降|降低|回升|回落|高|低)了?出?$")
_RANK_BEFORE = re.compile(r"(?:第|前|末|倒数|后|位居|排名|列)$")
# 居全省第4位、较上年前移2位: a rank and what became of it.
_RANK_MOVED = re.compile(
    "(?:第[\\d一二三四五六七八九十]{1,3}[位名]?|排名|位次|名次)[^,;。]{0,10}(?:前移|前进|提升|上升|跃升|进位|后移|下降|退后|下滑)了?$")
# 明确1名分管负责同志和1名联络员: who has to answer, no thing that is counted.
_NAMED_TO_ANSWER = re.compile(
    "(?:明确|指定|确定|安排|选派|和|、)#[一-鿿]{0,6}(?:负责同志|负责人|联络员|联系人|信息员|专人|工作人员|责任人)")
_ADDRESS_AFTER = re.compile(r"\d+(?:室|号|单元|层)")
_ADDRESS_BEFORE = re.compile(r"(?:第|共|号|路)$")
# Coefficients and ratios of two amounts have no unit (农田灌溉水有效利用系数0.59).
_COEFFICIENT = re.compile(
    r"(?:系数|收入比|之比|容积率|死亡率|倍率|比值|生育率|指数)(?:达到?|为|至|在|到|提高|提升|缩小|扩大|降|控制|稳定|约|不低于|不高于|由|从|(?<=[由从])[\d.]+)*$")
# An index or a score is a whole number as often (指数达87): it counts where it is said to be reached and a limit or a mark ends it.
_INDEX = re.compile(
    r"(?:指数|系数|得分|评分|总分|均分|分数|满意度|安全感)(?:同比|比上年)?(?:达到?|为|至|到|提升到|提升至|提高到|提高至|上升到|上升至|降至|降到|稳定在|保持在|不低于|突破|超过?)+$")
_INDEX_AFTER = re.compile("以上|左右|[,;。、)]|$")
# 孕产妇死亡率0
_RATE_BEFORE = re.compile("率(?:为|是|保持|继续保持)?$")
_SAID_BEFORE = re.compile(r"(?:达到?|为|至|到|在|完成|实现|超过?|突破|不低于|不超过|增加|减少)$")
_QUOTED = re.compile(r"“[^”]{1,24}”|《[^》]{1,60}》|‘[^’]{1,16}’|\"[^\"]{1,16}\"|「[^」]{1,24}」|〈[^〉]{1,24}〉")

_STRONG = any_of("strong_verbs", "count_verbs")
_PROMISED = re.compile(rf"(?:{_STRONG})(?:了|出)?(?:其中)?$|(?:→|突破|超过|达到?|不低于|不少于|至少|扩至|增至|增加到|扩大到|发展到)$")
# 十件民生实事全部兑现 reports all ten.
_ALL_DONE = re.compile(r"[^,。;0-9]{2,14}?(?:全部|均已?|已全部|全面|悉数)(?:完成|兑现|办结|落实|建成|交付|见效|到位)")
_ANY_STRONG = re.compile(_STRONG)
_NOUN_AFTER = re.compile(r"(?:的)?(?:[一-鿿“A-Za-z]|\((?![^()]*\d))")
_NO_NOUN = re.compile(
    r"\((?:预期|约束)性?\)|(?:的)?(?:和|及|与|或|并|再|又|继续|同比|较|比|增|下降|[,;。、]|为|是|用于|支持|资金|左右|的?(?:投资|资金|补助|奖励|贷款|融资)[,;。])")
_CLASS_AFTER = re.compile(
    r"(?:(?:\([^()]{1,14})?\)(?=\(含\)|及?以[上下]))?(?P<limit>\(含\)以上|及以上|以上|及以下|以下|以内)?(?P<of>的|级|量级|元级)?")
# 20亿元企业、10亿元企业分别不少于…: money right before one of these is the size of it.
_SIZED_NOUN = re.compile(r"级?(?:企业|项目|产业集群|产业|园区|集群|强镇|强村|镇|村|单体)(?=、|和|及|以上|分别|数量|总数|个数)")
# 4个产值超50亿元产业集群
_COUNTED_BY_SIZE = re.compile(r"\d(?:个|家|户|名|条|项|所)[一-鿿]{0,6}(?:产值|营收|收入|投资|税收|规模|资产)(?:超过?|达到?|过|突破)$")
# 年产7万吨铝材项目, 20万吨粮食储备库: what a plant can do is part of its name.
_CAPACITY_UNIT = re.compile(r"^[百千万亿]*(?:吨|千瓦|兆瓦|MW|GW|kW|千伏|千伏安)$")
_CAPACITY_ENDS = frozenset("吨瓦WtV伏安台辆套件米升张片只头羽支颗瓶双斤块条箱")
_YEARLY_UNIT = re.compile(
    r"^[百千万亿]*(?:吨|千瓦|兆瓦|台|辆|套|件|平方米|立方米|升|张|片|米|MW|GW|kW|只|头|羽|支|颗|瓶|双|公斤|块|条|箱)$")
_CAPACITY_NOUN = re.compile(
    r"(?![^,;。、\d]*(?:面积|厂房|用房|住房|仓库|绿地|管网))[一-鿿A-Za-z]{2,14}?(?:生产线|储备库|储备粮库|项目|装置|电站|厂|风电|光伏|储能|机组|水电|热电|煤电)(?!共?计?\d)")
_CAPACITY_OF = re.compile("[一-鿿A-Za-z“\\d]")
# Matched from somewhere to a place: ends where the clause of that place begins.
_UP_TO_CLAUSE = re.compile(".*[,;。:]", re.DOTALL)
REACH = 400
"""How far back of a figure its sentence is asked for what turns it: very long sentences end somewhere."""
_MARKS_BETWEEN = re.compile(r"[,;。!?:、]")
# A bracket parts a figure from the next one as a mark does: 航线6条以上(外贸2条).
_PARTED = re.compile(r"[,;。!?:、(]")
# 消除56人以上大班额: what is done away with is known by its size.
_DONE_AWAY = re.compile("(?:消除|杜绝|取消|取缔|消灭|禁止|遏制|不发生|未发生|防止)$")
# 30户以上自然村
_SETTLED = re.compile("(?:及?以上)的?(?:自然村|村民小组|居民点|聚居点|村组|村寨|院落|搬迁点|安置点)")
_CHANNELS = ("监控", "视频", "探头", "摄像头", "线路", "通道", "信号", "高清")
_VOLTS = frozenset("伏 千伏 kV KV 伏安 千伏安 V".split())
_YEAR_LENGTH = 4
# 线损率6%以上的高损台区, 收缴率低于70%的小区: which ones are meant.
_RATED_LOW = re.compile(
    "(?:率|[降增涨]幅|增速)(?:#以[上下内]|(?:低于|高于|超过|不足|超)#)的(?![增目水比任要标速]|平均|年度)[一-鿿]{2}")


class Token(NamedTuple):
    """A numeral with its unit: offsets, value as written before the scale in `unit`, upper end of a range, 余/多 inside."""

    start: int
    end: int
    value: Decimal
    unit: str
    high: Decimal | None = None
    more: bool = False
    rule: str = "arabic"


class Reject(NamedTuple):
    """A numeral that is no figure; `reason` is None for names, codes and dates, which need not be listed."""

    start: int
    end: int
    reason: str | None


class Spans:
    """Spans of a string, asked many times: does one hold a position, or meet a stretch."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._reach = list(accumulate((end for _, end in ordered), max))

    def holds(self, position: int) -> bool:
        """True where a span begins at the position or before it, and ends behind it."""
        return self.meets(position, position + 1)

    def meets(self, start: int, end: int) -> bool:
        """True where a span shares a character with the stretch."""
        index = bisect_left(self._starts, end)
        return index > 0 and self._reach[index - 1] > start


def tokens(string: str) -> list[Token | Reject]:
    """Every numeral of a paragraph in order, as a token or as a reject with its reason."""
    named = [found.span() for found in _QUOTED.finditer(string)]
    dates = [found.span() for found in PERIOD.finditer(string)] if "月" in string else []
    names = Spans(named + dates)
    found: list[Token | Reject] = [_arabic(string, part, names) for match in _NUMERAL.finditer(string) for part in _parted(string, match)]
    found += _in_characters(string, names, found)
    found.sort(key=lambda each: each.start)
    return _without_size_classes(string, _shared_points(string, found) if "个百分点" in string else found)


def _parted(string: str, found: re.Match[str]) -> tuple[re.Match[str], ...]:
    """增加7.6%至625亿元 is no range: a share on one side and an amount on the other are two figures."""
    if found["au"] and found["b"] and found["au"] in SHARES and found["au"] != (found["bs"] or "") + (found["unit"] or ""):
        parts = (_NUMERAL.match(string, found.start(), found.end("au")), _NUMERAL.match(string, found.start("b"), found.end()))
        return tuple(part for part in parts if part)
    return (found,)


def _arabic(string: str, found: re.Match[str], names: Spans) -> Token | Reject:
    start, end = found.span()
    signed = bool(start and string[start - 1] == "-" and not _NOT_BEFORE_SIGN.match(string, max(0, start - 2)))
    negative = signed or (string[start - 1:start] == "负" and bool(_SAID_NEGATIVE.search(string, max(0, start - 3), start)))
    start -= signed
    unit = (found["unit"] or "").lstrip("余多来几")
    if unit and broken_by(unit, string[end:end + 2]):
        unit, end = "", found.start("unit")
    led = None if unit or found["per"] else _UNIT_BEFORE.search(string, max(0, start - _UNIT_REACH), start)
    unit = led["unit"] if led else (found["per"] or "") + unit
    whole = ((found["bs"] or found["scale"] or "") if found["b"] else (found["scale"] or "")) + unit
    reason = _no_figure(string, start, end, unit=unit, whole=whole, names=names, numeral=found["a"])
    if reason != "":
        return Reject(start, end, reason)
    value, high = number(found["a"]) or Decimal(0), number(found["b"]) if found["b"] else None
    more = bool(found["am"] or found["am2"] or found["bm"] or found["bm2"])
    return Token(start, end, value.copy_negate() if negative else value, whole, high, more, "arabic" if high is None else "range")


# 将12项重点任务细化分解到股室
_HANDED_OUT = re.compile(
    "[^,;。\\d]{0,8}?(?:任务|工作|指标|目标|措施|举措|要点)(?:逐项|逐一|全部|层层|进一步)*(?:细化|分解|明确到|落实到|压实|拆解)")


def _no_figure(string: str, start: int, end: int, *, unit: str, whole: str, names: Spans, numeral: str) -> str | None:
    """'' for a figure, None for a name, code or date, else the reason why a numeral was not placed."""
    before, after = string[max(0, start - 16):start], string[end:end + 14]
    counted_per = before.endswith("每") and whole  # 每100平方公里
    coded = before[-1:] in _CODE_ENDS and _CODE_BEFORE.search(before) and whole not in SHARES and not _counts_devices(before, unit)
    handed = before.endswith(("将", "把")) and _HANDED_OUT.match(after)
    among = before[-1:] in _AMONG_ENDS and _AMONG.search(before)
    ranked = ("之一" in after and _ONE_OF.match(after)) or (among and _RANKED.match(string, end))
    if names.holds(start) or counted_per or coded or ranked or handed or after[:1] == "+":
        return None
    if not whole:
        return None if _FURNITURE.search(before) else _unitless(before, after, numeral)
    if unit in TIMES:
        told = "." in numeral or (_TIME_BEFORE.search(string, max(0, start - 48), start) and not _CONTRACTED.search(before))
        return "" if told and not _is_year(numeral, unit) else None
    # 2026届毕业生, 110千伏变电站: by which they are known
    known = (unit == "届" and len(numeral) == _YEAR_LENGTH) or (unit in _VOLTS and unit[-1] != "安" and "一" <= after[:1] <= "鿿")
    if known or (unit in ("%", "‰") and ("率" in before or "幅" in before) and _RATED_LOW.search(before + "#" + after)):
        return None
    # 10万吨级泊位: a class of ships, lines or firms
    return None if (after[:1] == "级" and not is_counter(unit)) or _named_by_unit(unit, before, after) else ""


def _counts_devices(before: str, unit: str) -> bool:
    """CT4台: the letters name what is counted."""
    return unit in ("台", "套", "个", "辆", "间", "座", "处") and bool(_DEVICE.search(before))


def _is_year(numeral: str, unit: str) -> bool:
    """受教育年限2030年达到11.5年: the first one is a date, however near it stands to a length of time."""
    return unit == "年" and len(numeral) == 4 and numeral.startswith(("19", "20"))


def _named_by_unit(unit: str, before: str, after: str) -> bool:
    """True where the unit makes a rank, an address, an age or a school mark of a numeral."""
    if unit in ("位", "名"):
        return bool(_RANK_BEFORE.search(before) or (unit == "位" and _RANK_MOVED.search(before)) or (
            unit == "名" and _NAMED_TO_ANSWER.search(before + "#" + after)))
    if unit in ("页", "幢", "栋", "室"):
        return bool(_ADDRESS_BEFORE.search(before) or _ADDRESS_AFTER.match(after))
    if unit == "路":
        return not (_PROMISED.search(before) or before.endswith(_CHANNELS))
    if unit in ("岁", "周岁"):
        told = _AGE_PERSON.match(after) or _AGE_NOUN.match(after)
        return before.endswith(_AGE_MINIMUM) or (not _AGE_BEFORE.search(before) and bool(told))
    if unit == "分":
        scored = _SCORE_BEFORE.search(before) or _SCORE_GROWN.search(before) or (before[-1:] == "以" and _SCORED.match(after))
        return not (scored or after[:2] in ("以上", "左右") or _SCORE_MOVED.search(before))
    if unit in ("次", "届", "个季度") and before.endswith("连续"):  # 连续2次排名末位的
        return True
    return unit == "度" and before.endswith("年")


def _unitless(before: str, after: str, numeral: str) -> str | None:
    """'' for a coefficient, which is a figure without a unit; None for a date or a code, else the reason."""
    if _DATE_AFTER.match(after) or (after and ((after[0].isalnum() and after[0].isascii()) or after[0] in "-/.:%")):
        return None
    if before.endswith(("/", ":", "(", "-", "—", "、")) or not before.strip() or (len(numeral) > 4 and "." not in numeral):
        return None
    if numeral == "0" and _RATE_BEFORE.search(before):
        return ""
    if ("." in numeral and _COEFFICIENT.search(before)) or (_INDEX.search(before) and _INDEX_AFTER.match(after)):
        return ""
    return "没有单位" if "." in numeral or _SAID_BEFORE.search(before) else None


def _in_characters(string: str, names: Spans, taken: list[Token | Reject]) -> list[Token | Reject]:
    shares = (_han_share(match) for match in _HAN_SHARE.finditer(string) if not names.holds(match.start())) if _may_share(string) else ()
    found: list[Token | Reject] = [token for token in shares if token]
    found += [Token(match.end() - 1, match.end(), Decimal(0), "", rule="zero")
              for match in _ZERO.finditer(string) if _is_zero(string, match, names)]
    covered = Spans([(each.start, each.end) for each in (*taken, *found) if isinstance(each, Token)])
    for match in _HAN_COUNT.finditer(string):
        if not covered.meets(*match.span()) and not names.holds(match.start()) and (token := _han_count(string, match)):
            found.append(token)
    return found


def _may_share(string: str) -> bool:
    """A quick look for 百分之, 成, 番, 减半, 一半: few paragraphs hold one."""
    return "分之" in string or "番" in string or "倍" in string or "减半" in string or "一半" in string or bool(_TENTHS.search(string))


def _han_share(found: re.Match[str]) -> Token | None:
    start, end = found.span()
    if found["half"]:
        return Token(start, end, Decimal(-50), "%", rule="halving")
    if found["halved"]:
        return Token(start, end, Decimal(50), "%", rule="halved")
    if found["tenth"]:
        ones = Decimal(5) if found["more"] == "半" else chinese(found["more"] or "零")
        return Token(start, end, (chinese(found["tenth"]) or Decimal(0)) * 10 + (ones or Decimal(0)), "%", rule="tenths")
    if found["percent"]:
        value = _decimal_in_characters(found["percent"])
        return None if value is None else Token(start, end, value, "%", rule="percent-in-characters")
    if found["whole"]:
        whole, part = number(found["whole"]), number(found["part"])
        if not whole or part is None:
            return None
        return Token(start, end, (part * 100 / whole).quantize(Decimal("0.01")).normalize() + Decimal(0), "%", rule="fraction")
    # 翻倍 is 翻一番.
    return Token(start, end, Decimal(_DOUBLED[found["times"] or "一"]), "%", rule="doubling")


def _decimal_in_characters(written: str) -> Decimal | None:
    """六点五 is 6.5."""
    whole, _, part = written.partition("点")
    value = number(whole)
    if value is None or not part:
        return value
    return Decimal(f"{value}.{''.join(str(chinese(char)) for char in part)}")


def _is_zero(string: str, found: re.Match[str], names: Spans) -> bool:
    """零发生 stands for a figure; 清零 only after a thing that can be counted (零就业家庭动态清零)."""
    before = string[max(0, found.start() - 20):found.start()]
    if found.group() == "零":
        return not before.endswith(("从", "归"))
    return not names.holds(found.start()) and bool(_ZERO_COUNTED.search(_MARKS_BETWEEN.split(before)[-1]))


def _han_count(string: str, found: re.Match[str]) -> Token | None:
    """A count in Chinese numerals is read where a verb plainly promises or reports it (新增两家省级中心, 公园三个)."""
    start, end = found.span()
    unit, scale = found["unit"], found["bs"] or found["scale"] or ""
    value, high = chinese(found["a"]), chinese(found["b"]) if found["b"] else None
    before, after = string[max(0, start - 12):start], string[end:end + 2]
    if value is None or before[-1:] in _NOT_BEFORE_HAN or broken_by(unit, after):
        return None
    if unit == "支" and value == 1:  # 打造一支铁军
        return None
    token = Token(start, end, value, scale + unit, high, bool(found["am"] or found["am2"]), "numeral-in-characters")
    if unit in SHARES:
        return token
    if _is_word(found, before):
        return None
    return token if _is_promised(string, found, before, after) else None


def _is_word(found: re.Match[str], before: str) -> bool:
    """一方面, 二次供水, 百家争鸣: numeral and unit that are parts of ordinary words."""
    numeral, unit = found["a"], found["unit"]
    if numeral == "二" or unit in TIMES or (unit in _UNCOUNTED_IN_HAN and unit != "次") or before.endswith(_NOT_BEFORE_COUNT):
        return True
    return (numeral in "百千" and not found["am"]) or (unit == "次" and len(numeral) == 1)


def _is_promised(string: str, found: re.Match[str], before: str, after: str) -> bool:
    numeral, unit, scale = found["a"], found["unit"], found["scale"] or ""
    promised = bool(_PROMISED.search(before))
    at_end = not after or after[0] in ",;。、)" or after in ("以上", "左右")
    if not is_counter(unit):
        return promised or ((bool(scale) or at_end) and len(numeral + scale) > 1)
    if numeral == "一":
        told = at_end and "一" <= before[-1:] <= "鿿" and _clause_has_verb(string, found.start())  # 建成社区医院一家
        return (promised or told) and unit in _ONES
    if len(numeral) >= 3 and _clause_has_verb(string, found.start()):
        return True
    if _ALL_DONE.match(string, found.end()):
        return True
    return promised or (at_end and "一" <= before[-1:] <= "鿿" and _clause_has_verb(string, found.start()))


def _clause_has_verb(string: str, position: int) -> bool:
    since = max(0, position - 80)
    marked = _UP_TO_CLAUSE.match(string, since, position)
    return bool(_ANY_STRONG.search(string, marked.end() if marked else since, position))


def _shared_points(string: str, found: list[Token | Reject]) -> list[Token | Reject]:
    """高于目标4个、3个、2个百分点: what follows 个 at the end of a row belongs to all of it."""
    done, points = [], False
    for each, after in zip(reversed(found), [None, *reversed(found)], strict=False):
        joined = after is not None and string[each.end:after.start] in ("、", "和", "及")
        points = isinstance(each, Token) and (each.unit == "个百分点" or (points and joined and each.unit == "个"))
        done.append(each._replace(unit="个百分点") if points and isinstance(each, Token) else each)
    return done[::-1]


def _without_size_classes(string: str, found: list[Token | Reject]) -> list[Token | Reject]:
    """Turns figures that only describe the thing counted (10亿元企业2家, 50万元以上的村) into rejects."""
    kept: list[Token | Reject] = []
    following: Token | None = None
    for each in reversed(found):
        if isinstance(each, Token) and (_is_bound(string, each) or _is_size_class(string, each, following)):
            kept.append(Reject(each.start, each.end, None))
        else:
            kept.append(each)
        following = each if isinstance(each, Token) else following
    return kept[::-1]


def _is_capacity(string: str, token: Token, after: str) -> bool:
    """年产7万吨铝材项目, 20万吨粮食储备库: how much a plant can make or hold."""
    yearly = string.endswith("年产", 0, token.start) and _YEARLY_UNIT.search(token.unit)
    return bool(yearly or (_CAPACITY_UNIT.search(token.unit) and _CAPACITY_NOUN.match(after)))


# 不发生一次死亡3人以上责任事故; 撤并学生不足30人的教学点9个
_ACCIDENT = re.compile("(?:\\(含\\))?及?以上的?(?:较大|重大)?(?:道路|交通|生产|安全|责任|火灾|亡人)*事故")
_FEWER = re.compile("(?:不足|不满|未满|少于|不到|超过)$")
_FEWER_THINGS = re.compile("的[一-鿿]{2,8}\\d")


def _is_bound(string: str, token: Token) -> bool:
    """True for what bounds a class of accidents or of small things."""
    few = _FEWER.search(string, max(0, token.start - 4), token.start) and _FEWER_THINGS.match(string, token.end)
    return bool(few or _ACCIDENT.match(string, token.end))


def _is_size_class(string: str, token: Token, following: Token | None) -> bool:
    if token.unit in SHARES or token.rule in ("zero", "doubling", "halving"):
        return False
    after = string[token.end:token.end + 40]
    sized = _SETTLED if token.unit in ("户", "人") else _SIZED_NOUN if token.unit.endswith("元") and token.high is None else None
    if sized and sized.match(after):
        return True
    if token.unit.endswith("元") and _COUNTED_BY_SIZE.search(string, max(0, token.start - 24), token.start) and _NOUN_AFTER.match(after):
        return True
    if token.unit[-1:] in _CAPACITY_ENDS and _is_capacity(string, token, after):
        return bool(_CAPACITY_OF.match(after))
    limit = _CLASS_AFTER.match(after)
    assert limit is not None
    begin, rest = token.end + limit.end(), after[limit.end():]
    pieces = is_counter(token.unit)
    if pieces and limit["limit"] and _DONE_AWAY.search(string, max(0, token.start - 6), token.start) and _NOUN_AFTER.match(rest):
        return True
    if (limit["limit"] or limit["of"] == "的") and following and following.start == begin and not pieces and is_counter(following.unit):
        return True
    if not _NOUN_AFTER.match(rest) or _NO_NOUN.match(rest) or indicators.begins_with_verb(rest):
        return False
    joined = bool(following and following.start > begin and not _PARTED.search(string, begin, following.start))
    if pieces and joined and following and string[begin:following.start].endswith(("和", "及", "与", "以及")):
        return False
    counted = bool(joined and following and following.start - begin <= 24 and (is_counter(following.unit) or following.unit in SHARES))
    if pieces:
        return bool(limit["limit"] and counted and (limit["of"] or token.unit not in ("家", "个", "项")))
    if limit["limit"]:
        return True
    if token.unit.lstrip("千万") in _VOLTS and not limit["of"]:
        return joined
    over = string[max(0, token.start - 2):token.start].endswith(("超", "超过", "逾", "达到", "过"))
    return counted and (over or limit["of"] != "的")


def clause_before(string: str, since: int, start: int, end: int | None = None) -> str:
    """The clause around `start` in a sentence that begins at `since`, up to `end`, else to `start`."""
    since = max(since, start - REACH)
    marked = _UP_TO_CLAUSE.match(string, since, start)
    return string[marked.end() if marked else since:start if end is None else end]
