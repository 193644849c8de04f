"""Figures: numeral + unit + comparator + indicator + measure, read clause by clause with named rules.

`tokens` finds the numerals with their units and says why others are none; `figures` reads what each of them measures.
Offsets are into the compact string of a paragraph.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import accumulate

from engine import indicators
from engine.lexicon import any_of, either, words
from engine.periods import PERIOD
from engine.numerals import ARABIC, HAN, chinese, number
from engine.units import COUNTERS, SHARES, TIMES, UNIT, broken_by, is_counter
from engine.values import Comparator, Measure

_SCALE = r"(?:[十百千]?万亿?|[十百千]?亿|千(?![瓦克米伏帕焦卡升])|百(?!分)|十(?!分))"
_MORE = "[余多来几]"
_NUMERAL = re.compile(
    rf"(?P<sign>(?<![\dA-Za-z%)\]月日年季度])-)?(?P<a>{ARABIC})(?P<am>{_MORE})?(?P<scale>{_SCALE})?(?P<am2>{_MORE})?"
    rf"(?:(?P<au>{UNIT})?(?:[-—~]{{1,2}}|[至到])(?P<b>{ARABIC})(?P<bm>{_MORE})?(?P<bs>{_SCALE})?(?P<bm2>{_MORE})?)?"
    rf"(?P<per>/(?:1?0?[百千万]|10万|十万|百万|1万|1000))?(?P<unit>{UNIT})?"
)
_HAN_COUNT = re.compile(
    rf"(?P<a>{HAN}+)(?P<am>{_MORE})?(?P<scale>[万亿]+)?(?P<am2>{_MORE})?(?:[至到](?P<b>{HAN}+)(?P<bs>[万亿]+)?)?(?P<unit>{UNIT})")
_HAN_SHARE = re.compile(
    rf"百分之(?P<percent>{HAN}+(?:点{HAN}+)?|{ARABIC})"
    rf"|(?P<whole>{HAN}+|\d+)分之(?P<part>{HAN}+|\d+)"
    rf"|(?<![一二三四五六七八九十\d])(?P<tenth>[一二两三四五六七八九])成(?P<more>[一二三四五六七八九半])?(?=以|左右|的|多|,|。|;|、|\)|$|为|是|在|企业|居民|群众|村|户)"
    rf"|翻(?P<times>[一二两三四1234])?番|(?P<half>减半)")
_ZERO = re.compile(r"零(?=发生|登记|事故|死亡|伤亡|上访|案件|非访|进京|报告)|清零(?!行动|攻坚|专项|计划|工程|政策)")
_SHARE_VALUES = {"一": 100, "两": 300, "二": 300, "三": 700, "四": 1500, "1": 100, "2": 300, "3": 700, "4": 1500}
_NOT_BEFORE_HAN = frozenset("一二三四五六七八九十第每另某同唯统万百千")

# Marks that show a numeral to be a date, a code, an ordinal or a name.
_DATE_AFTER = re.compile(r"年(?!均)|月|日(?!均)|号|时(?!长)|世纪|年代|届|:\d|/\d|-\d{1,2}-")
_CODE_BEFORE = re.compile(r"(?:[A-Za-z0-9_.#]|[A-Za-z]-|\+|第|〔\d*〕|\[\d*\]|×|x)$")
_FURNITURE = re.compile(r"(?:浏览次数|阅读次数|点击数?|访问量|阅读量|字号|字体|来源|索引号|文号|电话|邮编|邮政编码|热线|编号|页码)[::]?\s*$")
_TIME_BEFORE = re.compile(r"(?:时间|天数|住院日|年限|时长|周期|期限|寿命|工龄|压缩|缩短|缩减|控制|减少|压减|提速|提前|节约|节省|延长|降低?|不超过|不少于|不低于|累计|平均|用时|时限|工期|达到?|学时|培训)(?:了|到|至|在|为|近|约|超过?|分别|提高|增加|延长|降|缩短|\d[\d.]*(?:小时|天|年|分钟)和)*$")
_AGE_BEFORE = re.compile(r"(?:年龄|寿命|期望寿命|龄)(?:为|达到?|提高到|提高至|下降至|降至|由|从|约)*$")
_AGE_PERSON = re.compile(r"(?:以上|以下|及以上|及以下)?(?:的)?(?:老人|老年|儿童|青年|青少年|妇女|女性|男性|人口|人员|人群|群众|居民|党员|干部|退役|适龄|高龄|学生|幼儿|婴|的|\()")
_SCORE_BEFORE = re.compile(r"(?:得分|评分|分值|考核|测评|得|达到?|总分|均分|满意度|指数|成绩|分数|为|于|在|评价)$")

_POST = re.compile(r"(?P<ge>\(含\)以上|及以上|或以上|以上|之上)|(?P<le>及以下|以内|之内|以下|之下)|(?P<about>左右|上下)|(?P<more>多|余)(?![个种样])")
_COMPARE: tuple[tuple[Comparator, tuple[str, ...]], ...] = (
    (">=", ("不低于", "不少于", "不小于", "不得低于", "不得少于", "不能少于", "不能低于", "至少", "最少", "≥", ">=")),
    ("<=", ("不超过", "不高于", "不大于", "不多于", "不突破", "不得超过", "不得高于", "不得突破", "未超过", "未超", "不超", "未突破", "没有超过", "控制在", "控制到", "严控在", "限制在", "最多", "至多", "≤", "<=", "压减到", "压降到", "压降至", "压减至")),
    (">", ("超过", "超出", "超", "突破", "逾", "高于", "多于", "大于", "优于", "好于", "跨越", "迈上", "跃上", "站上", "冲破", "破", "赶超", ">")),
    ("<", ("低于", "不足", "不到", "小于", "少于", "<", "未达", "未达到")),
    ("~", ("约", "大约", "大概", "近", "将近", "接近", "约为", "约达", "近乎", "几乎")),
)
_PRE = {word: sign for sign, entries in _COMPARE for word in entries}
# The last character of these words looks like a comparator: 签约, 附近, 侦破.
_INSIDE_WORDS = {"约": tuple("签预节履违契合公集条制大爽特赴邀"), "近": tuple("附临邻就靠最亲新"), "破": tuple("侦突爆"), "超": tuple("反赶高"), "不足": ()}
_COPULA = either(["达到了", "达到", "达", "为", "是", "至", "到", "到了", "在", "有", "共", "共计", "计", "稳定在", "保持在", "维持在", "稳定到", "稳定", "保持", "维持", "分别为", "分别达到", "分别达",
                  "均为", "均达到", "均达", "均", "分别", "达成", "占到", "共有", "达到年", "累计", "累计达", "累计达到", "累计为", "合计", "总计", "全部达到", "全部达", "都达到", "全", "需", "将",
                  "仅", "仅为", "仅有", "只有", "可达", "可达到", "力争达到", "力争", "确保", "确保达到", "确保在", "争取", "争取达到", "目标", "目标为", "应达到", "了", "就", "已", "已达", "已达到", "年均", "回升到", "回升至", "由", "从", "提高到", "提高至", "增加到", "增加至",
                  "预计", "预计达到", "预计达", "预计为", "预计可达", "有望", "有望达到", "也", "又", "还", "再", "已有"])
_RELATION = (r"(?:同比(?:名义|实际)?|环比|同口径(?:同比)?|按?可比口径|按?可比价(?:格)?(?:计算)?|剔除\w{1,12}后|(?:与|比|较|相比|相较于?)(?:去年|上年|上一年|前年|年初|上月|上季度|上季|前三年|同期|前一年|“十[一二三四五]五”末|20\d{2}年|计划|全[国省市县区]平均)"
             r"(?:度|同期|年底|底|末|初|水平|平均|平均水平)?(?:相比|比|的)?|年均|年平均|名义|实际|增速|增幅|涨幅|降幅|增长率|增长速度|平均|分别|均|又|再|净|各|累计|已|将|可|并|也|继续|持续|逆势|每年|逐年|力争|确保|同比例|预计|有望|能够|实现|保持|要|年度|全年|大幅|明显|力求|努力|争取|总体|综合)")
_UP = ("增长", "增加", "增", "上升", "提高", "提升", "增幅", "增速", "增长率", "递增", "扩大", "多", "回升", "上涨", "涨幅", "攀升", "跃升", "扩增", "净增", "增收", "高出", "高", "好转", "改善", "拉高", "前移", "提前", "进位", "上浮", "反弹", "提速", "多出", "微涨", "微增", "涨", "增收", "加快", "快", "偏多", "升", "再增", "再提高", "再提升", "净增加", "偏高")
_DOWN = ("下降", "减少", "降低", "降", "回落", "下滑", "压减", "压降", "压缩", "削减", "缩减", "降幅", "跌幅", "少", "负增长", "下跌", "下调", "减", "缩小", "低", "缩短", "减亏", "递减", "降本", "少于去年", "萎缩", "收缩", "下挫", "下移", "后移", "收窄", "低于上年", "只减不增", "精简", "减排", "微降", "再压", "压", "减收", "减支", "再降", "再降低", "偏少", "放缓", "慢")
_SIGNS = {**dict.fromkeys(_UP, 1), **dict.fromkeys(_DOWN, -1)}
_CONTEXT = re.compile(
    rf"(?P<noun>.*?)(?P<relation>{_RELATION}*)(?:(?<![新净])(?P<direction>{either(_SIGNS)})(?:了|率|幅度?|速度?)?)?(?P<copula>(?:{_COPULA}|达)*)(?P<pre>{either(_PRE)})?(?P<copula2>(?:{_COPULA})*)$", re.S)
# 多, 高, 快 mean a change only after 比, 较, 同比; 审减, 节降 are nouns.
_NEED_COMPARISON = frozenset(("多", "少", "高", "低", "快", "慢", "高出", "多出"))
_CHECKED = tuple("审核精缓节递")
_COMPARED = re.compile(r"比|较|同比|环比|同口径|可比")
_LEVEL_COPULA = re.compile(r"[到至]|为|在|达")
_GROWTH_NOUN = re.compile(r"(?P<noun>.*?)(?:的)?(?:(?:同比|年均|平均|名义|实际)?(?:增速|增幅|增长率|增长速度|涨幅|增长)|(?P<fall>降幅|跌幅|下降率|降低率|下降幅度))$")
_AFTER_GROWTH = re.compile(r"(?:以上|左右|以内)?(?:的)?(?:速度)?(?:同比|年均)?(?:增长|增速|增幅)|(?P<fall>(?:以上|左右)?(?:的)?(?:下降|降幅))")
_CUT_VERB = re.compile(r"(?:精简|压减|压降|压缩|削减|缩减|减少|降低)(?P<noun>.+)")
_COMPLETION = re.compile(
    r"(?P<noun>.*?)(?P<how>任务完成率|计划完成率|目标完成率|投资完成率|(?<!整改)完成率|完成进度|完成比例|(?:已)?(?:超额|提前|累计|实际)?(?:完成|达到?|占|为|实现|是|相当于)(?:了)?(?:本|其|的)?[^,;。、]{0,14}?(?:任务|目标|计划|预算|指标|预期|计划投资|任务数|目标数|计划数|预算数|总任务|投资额|目标值|任务量|总量计划)(?:数|量|值|额|任务|总额|投资额?|投资)?(?:\([^)]*\)|[\d.,]+[百千万亿]*(?:\w{1,3}))?的?)(?:的)?$")
_SHARE_OF = re.compile(r"(?P<a>.*?)(?:所)?占(?P<b>[^,;。]*?)(?:的)?(?:比重|比例|比值|份额|比|的)?$")
_STRETCH = re.compile(r"^[,、;。(]*(?:[^,;。]{0,14}(?:力争更好结果|更好结果)、)?(?:并|且|努力|全力|同时)?(?:力争|争取|冲刺|奋力|力求|努力(?:争取|实现|达到)?|奋斗目标|挑战|冲击|自我加压|拼搏目标|争创)(?:目标)?(?:实现|完成|达到|突破|冲刺|达|为|超过|超|到|增长|在)*$")
_BREAK = re.compile(r"[,;:。!?]")
_LINK = re.compile(r"^(?:以上|以内|左右|以下)?[、和及与,]?(?:以及)?$")


@dataclass(frozen=True, slots=True)
class Token:
    """A numeral with its unit: offsets, value as written before the scale in `unit`, upper end of a range, 余/多 inside."""

    start: int
    end: int
    value: Decimal
    unit: str
    high: Decimal | None = None
    more: bool = False
    rule: str = "arabic"


@dataclass(frozen=True, slots=True)
class Reject:
    """A numeral that is no figure; `reason` is None for names, codes and dates, which need not be listed."""

    start: int
    end: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A token with what it measures. `head` is where the words about it begin, `own` is False for a restored indicator."""

    token: Token
    indicator: str
    measure: Measure
    comparator: Comparator
    value: Decimal
    head: int
    stretch: bool = False
    own: bool = True
    words: str = ""
    rules: tuple[str, ...] = field(default=())


# --- tokens -----------------------------------------------------------------------------------------------------------

def tokens(string: str) -> Iterator[Token | Reject]:
    """Every numeral of a paragraph in order, as a token or as a reject with its reason."""
    quoted = Spans(_quoted(string) + ([found.span() for found in PERIOD.finditer(string)] if "月" in string else []))
    found: list[Token | Reject] = [_arabic(string, match, quoted) for match in _NUMERAL.finditer(string)]
    if any(char in string for char in "二三四五六七八九十两番成零半一"):
        found += _in_characters(string, quoted, found)
    found.sort(key=lambda each: each.start)
    return iter(_without_size_classes(string, found))


def _quoted(string: str) -> list[tuple[int, int]]:
    """Spans of short quotations and titles of books: numerals in them belong to names."""
    return [found.span() for found in re.finditer(r"“[^”]{1,24}”|《[^》]{1,60}》|‘[^’]{1,16}’|\"[^\"]{1,16}\"|「[^」]{1,24}」|〈[^〉]{1,24}〉", string)]


class Spans:
    """Spans of a string, asked many times: does one hold a position, or meet a stretch."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]
        self._reach = list(accumulate((end for _, end in self._spans), max))

    def holds(self, position: int) -> bool:
        """True where a span begins at the position or before it, and ends behind it."""
        return self.meets(position, position + 1)

    def meets(self, start: int, end: int) -> bool:
        """True where a span shares a character with the stretch."""
        index = bisect_left(self._starts, end)
        return index > 0 and self._reach[index - 1] > start


def _arabic(string: str, found: re.Match[str], quoted: Spans) -> Token | Reject:
    start, end = found.span()
    unit = found["unit"] or ""
    if unit and broken_by(unit, string[end:end + 2]):
        unit, end = "", found.start("unit")
    scale = (found["bs"] or found["scale"] or "") if found["b"] else (found["scale"] or "")
    unit = (found["per"] or "") + unit
    reason = _no_figure(string, start, end, scale + unit, unit, quoted, found)
    if reason != "":
        return Reject(start, end, reason or None)
    unit = unit.lstrip("余多来几")
    sign = -1 if found["sign"] else 1
    low, high = number(found["a"]), number(found["b"]) if found["b"] else None
    assert low is not None
    more = any(found[name] for name in ("am", "am2", "bm", "bm2"))
    return Token(start, end, sign * low, scale + unit, high, more, "range" if high is not None else "arabic")


def _no_figure(string: str, start: int, end: int, whole: str, unit: str, quoted: Spans, found: re.Match[str]) -> str | None:
    """'' for a figure, None for a name, code or date, else the reason why a numeral was not placed."""
    before, after = string[max(0, start - 16):start], string[end:end + 14]
    share = whole in SHARES
    if quoted.holds(start) or (_CODE_BEFORE.search(before) and not share) or after[:1] == "+":
        return None
    if not whole:
        return None if _FURNITURE.search(before) else _unitless(before, after, found)
    if unit in ("位", "名") and re.search(r"(?:第|前|位居|排名|列)$", before):
        return None
    if unit in ("页", "幢", "栋", "号", "室") and re.search(r"(?:第|共|号|路)$", before) or after[:2] == "之一":
        return None
    if unit in TIMES and not _TIME_BEFORE.search(before):
        return None
    if unit in ("岁", "周岁"):
        if before.endswith(("年满", "未满", "不满", "满", "以")):
            return None
        return "" if _AGE_BEFORE.search(before) or not _AGE_PERSON.match(after) else None
    if unit == "分" and not (_SCORE_BEFORE.search(before) or after[:2] in ("以上", "左右")):
        return None
    if unit == "度" and before.endswith("年"):
        return None
    return ""


def _unitless(before: str, after: str, found: re.Match[str]) -> str | None:
    if _DATE_AFTER.match(after) or (after and (after[0].isalnum() and after[0].isascii() or after[0] in "-/.:%")):
        return None
    if before.endswith(("/", ":", "(", "-", "—", "、")) or not before.strip() or len(found["a"]) > 4 and "." not in found["a"]:
        return None
    return "没有单位" if re.search(r"(?:达到?|为|至|到|在|完成|实现|超过?|突破|不低于|不超过|增加|减少)$", before) or "." in found["a"] else None


def _in_characters(string: str, quoted: Spans, taken: list[Token | Reject]) -> list[Token | Reject]:
    covered = [(each.start, each.end) for each in taken if isinstance(each, Token)]
    found: list[Token | Reject] = []
    for match in _HAN_SHARE.finditer(string):
        if not quoted.holds(match.start()) and (token := _han_share(match)):
            found.append(token)
    for match in _ZERO.finditer(string):
        if _is_zero(string, match, quoted):
            found.append(Token(match.start(), match.end(), Decimal(0), "", rule="zero"))
    covered_spans = Spans(covered + [(each.start, each.end) for each in found])
    for match in _HAN_COUNT.finditer(string):
        if not covered_spans.meets(*match.span()) and not quoted.holds(match.start()):
            if token := _han_count(string, match):
                found.append(token)
    return found


def _han_share(found: re.Match[str]) -> Token | None:
    start, end = found.span()
    if found["percent"]:
        whole, _, part = found["percent"].partition("点")
        value = number(whole)
        if value is None:
            return None
        if part:
            value = Decimal(f"{value}.{''.join(str(number(char)) for char in part)}")
        return Token(start, end, value, "%", rule="percent-in-characters")
    if found["whole"]:
        whole_value, part_value = number(found["whole"]), number(found["part"])
        if not whole_value or part_value is None:
            return None
        return Token(start, end, (part_value * 100 / whole_value).quantize(Decimal("0.01")).normalize() + Decimal(0), "%", rule="fraction")
    if found["tenth"]:
        more = Decimal(5) if found["more"] == "半" else (number(found["more"]) or Decimal(0)) if found["more"] else Decimal(0)
        return Token(start, end, (number(found["tenth"]) or Decimal(0)) * 10 + more, "%", rule="tenths")
    if found["half"]:
        return Token(start, end, Decimal(-50), "%", rule="halving")
    return Token(start, end, Decimal(_SHARE_VALUES[found["times"] or "一"]), "%", rule="doubling")


def _is_zero(string: str, found: re.Match[str], quoted: Spans) -> bool:
    """零发生 stands for a figure; 清零 only after a thing that can be counted (零就业家庭动态清零)."""
    if found.group() == "零":
        return not string[max(0, found.start() - 2):found.start()].endswith(("从", "归"))
    clause = re.split(r"[,;。]", string[max(0, found.start() - 20):found.start()])[-1]
    return not quoted.holds(found.start()) and bool(re.search(r"零就业|家庭|事故|上访|案件|积案|户(?:动态|全部)?$", clause))


_PROMISED = re.compile(rf"(?:{either(w for w in dict.fromkeys(words('strong_verbs') + words('count_verbs')) )})(?:了|出)?(?:其中)?$|(?:突破|超过|达到?|不低于|不少于|至少|扩至|增至|增加到|扩大到|发展到)$")


def _han_count(string: str, found: re.Match[str]) -> Token | None:
    """A count in Chinese numerals is read where a verb plainly promises or reports it (新增两家省级中心, 公园三个)."""
    start, end, unit = found.start(), found.end(), found["unit"]
    value, high = chinese(found["a"]), chinese(found["b"]) if found["b"] else None
    before, after = string[max(0, start - 12):start], string[end:end + 2]
    if unit in SHARES and value is not None and before[-1:] not in _NOT_BEFORE_HAN:
        return Token(start, end, value, unit, high, rule="numeral-in-characters")
    if value is None or found["a"] == "二" or unit in TIMES or unit in ("分", "度", "方", "面", "种", "类", "层", "段", "期", "届", "安") or broken_by(unit, after[:2]):
        return None
    if before[-1:] in _NOT_BEFORE_HAN or before.endswith(("其中", "这", "那", "任何", "哪")) or found["a"][0] in "百千" and not found["am"] and len(found["a"]) == 1:
        return None
    pieces = is_counter(unit)
    if pieces and value == 1 and not (unit in ("家", "座", "所", "处", "名", "条", "个", "支", "部") and _PROMISED.search(before)):
        return None
    if len(found["a"]) >= 3 and pieces and _clause_has_verb(string, start):
        return Token(start, end, value, (found["scale"] or "") + unit, high, bool(found["am"] or found["am2"]), "numeral-in-characters")
    at_end = not after or after[0] in ",;。、)" or after in ("以上", "左右")
    if _PROMISED.search(before) or (at_end and before and pieces and "一" <= before[-1] <= "鿿" and _clause_has_verb(string, start)) or not pieces and (found["scale"] or at_end) and len(found["a"] + (found["scale"] or "")) > 1:
        return Token(start, end, value, (found["bs"] or found["scale"] or "") + unit, high, bool(found["am"] or found["am2"]), "numeral-in-characters")
    return None


def _clause_has_verb(string: str, position: int) -> bool:
    begin = max((string.rfind(stop, 0, position) for stop in ",;。:、"), default=-1) + 1
    return bool(_ANY_STRONG.search(string, begin, position))


_ANY_STRONG = re.compile(f"(?:{any_of('strong_verbs', 'count_verbs')})")
_NOUN_AFTER = re.compile(r"(?:的)?[一-鿿“(A-Za-z]")
_NO_NOUN = re.compile(r"(?:的)?(?:和|及|与|或|并|同比|较|比|增|下降|[,;。、]|为|是|用于|支持|资金|左右|的?(?:投资|资金|补助|奖励|贷款|融资)[,;。])")
_CLASS_AFTER = re.compile(r"(?P<limit>\(含\)以上|及以上|以上|及以下|以下|以内)?(?P<of>的|级|量级|元级)?")


def _without_size_classes(string: str, found: list[Token | Reject]) -> list[Token | Reject]:
    """Turns figures that only describe the thing counted (10亿元企业2家, 50万元以上的村) into rejects."""
    kept: list[Token | Reject] = []
    following: Token | None = None
    for each in reversed(found):
        if isinstance(each, Token):
            described = _is_size_class(string, each, following)
            following = each
            each = Reject(each.start, each.end, None) if described else each
        kept.append(each)
    return kept[::-1]


def _is_size_class(string: str, token: Token, following: Token | None) -> bool:
    if token.unit in SHARES or token.rule in ("zero", "doubling", "halving"):
        return False
    after = string[token.end:token.end + 40]
    limit = _CLASS_AFTER.match(after)
    assert limit is not None
    rest = after[limit.end():]
    if limit["limit"] and following and following.start == token.end + limit.end() and not is_counter(token.unit):
        return True
    if not _NOUN_AFTER.match(rest) or _NO_NOUN.match(rest):
        return False
    between = string[token.end + limit.end():following.start] if following else ""
    counted = bool(following and not re.search(r"[,;。!?:、]", between) and between and len(between) <= 24
                   and (is_counter(following.unit) or following.unit in SHARES))
    verb_next = bool(indicators.begins_with_verb(rest))
    if is_counter(token.unit):
        return bool(limit["limit"] and counted and not verb_next and (limit["of"] or token.unit not in ("家", "个", "项")))
    if limit["limit"] and not verb_next:
        return True
    if token.unit.lstrip("千万") in ("伏", "千伏", "kV", "KV", "伏安", "千伏安", "V") and not limit["of"]:
        return bool(following and not verb_next and not re.search(r"[,;。!?:、]", between))
    over = string[max(0, token.start - 2):token.start].endswith(("超", "超过", "逾", "过"))
    return counted and not verb_next and (over or limit["of"] != "的")


# --- figures ----------------------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class _Context:
    """What the words before a figure say: the noun, its direction (+1, -1, 0), and whether 到/至 makes it a level."""

    noun: str
    direction: int
    level: bool
    compared: bool
    comparator: Comparator
    spread: bool


def _context(head: str) -> _Context:
    found = _CONTEXT.match(head[-80:])
    assert found is not None
    relation, direction, copula = found["relation"] or "", found["direction"] or "", (found["copula"] or "") + (found["copula2"] or "")
    noun, pre = found["noun"], found["pre"] or ""
    if pre in _INSIDE_WORDS and noun.endswith(_INSIDE_WORDS[pre]):
        noun, pre = noun + pre, ""
    sign = _SIGNS.get(direction, 0)
    for word in ("增速", "增幅", "涨幅", "增长率", "降幅"):
        if word in relation and not sign:
            sign = -1 if word == "降幅" else 1
    if direction in _NEED_COMPARISON and not _COMPARED.search(relation) or direction in ("减", "压", "降") and noun.endswith(_CHECKED):
        noun, sign = noun + (found["relation"] or "") + direction, 0
    level = bool(sign and re.search("[到至]", copula)) and "率" not in direction
    return _Context(noun, sign, level, bool(_COMPARED.search(relation)), _PRE.get(pre, "="), "分别" in relation + copula)


def figures(string: str, found: list[Token], start: int, end: int) -> list[Figure]:
    """What the tokens of one sentence (`start` to `end` of the paragraph) measure, in order."""
    done: list[Figure] = []
    limit = start
    for number_, token in enumerate(found):
        previous = _like(done, token)
        figure = _figure(string, token, limit, previous, found[number_ + 1].start if number_ + 1 < len(found) else end, done)
        figure = _with_subject(string, start, figure)
        done.append(figure)
        limit = _full_end(string, token)
        if "tail" in figure.rules and (place := string.find(figure.indicator[-2:], limit, limit + 24)) >= 0:
            limit = place + len(figure.indicator[-2:])
    return _spread(string, _from_behind(string, done))


def _like(done: list[Figure], token: Token) -> Figure | None:
    """The figure that an elided head leans on: the one before, or the nearest that also counts pieces."""
    if done and is_counter(token.unit) and not is_counter(done[-1].token.unit) and done[-1].token.unit not in SHARES:
        return next((each for each in reversed(done) if is_counter(each.token.unit)), done[-1])
    return done[-1] if done else None


def _with_subject(string: str, start: int, figure: Figure) -> Figure:
    """A generic head (产值, 项目), or none at all, takes the subject of the sentence."""
    if figure.indicator and not indicators.is_generic(figure.indicator):
        return figure
    subject = indicators.subject(string, start, figure.token.start)
    if not subject or subject in figure.indicator:
        return figure
    return replace(figure, indicator=subject + figure.indicator, rules=(*figure.rules, "subject"))


def _from_behind(string: str, done: list[Figure]) -> list[Figure]:
    """在上年完成3.98亿元的基础上,一般公共预算收入达到…: the first figure takes what the second one names."""
    if len(done) > 1 and not done[0].indicator and "基" in string[done[0].token.end:done[0].token.end + 6]:
        done[0] = replace(done[0], indicator=done[1].indicator, own=False)
    return done


def _full_end(string: str, token: Token) -> int:
    post = _POST.match(string, token.end)
    return post.end() if post else token.end


def _head_start(string: str, limit: int, position: int) -> int:
    """The words about a figure begin after the last mark or bracket, or after the figure before."""
    begin = limit
    for stop in _BREAK.finditer(string, limit, position):
        begin = stop.end()
    opened = string.rfind("(", begin, position)
    if opened >= 0 and ")" not in string[opened:position]:
        begin = opened + 1
    return begin


def _figure(string: str, token: Token, limit: int, previous: Figure | None, next_start: int, done: list[Figure]) -> Figure:
    begin = _head_start(string, limit, token.start)
    head = string[begin:token.start]
    after = string[token.end:next_start if next_start > token.end else token.end + 40]
    post = _POST.match(after)
    context = _context(head)
    comparator = _comparator(context, post, token)
    stretch = bool(previous and _STRETCH.match(head) and previous.token.unit == token.unit and not re.match("[一-鿿“]", after[post.end():] if post else after))
    base = Figure(token, "", "amount", comparator, token.value, begin, words=head)
    if stretch and previous:
        return replace(base, indicator=previous.indicator, measure=previous.measure, value=_signed(token.value, -1 if previous.value < 0 else 1),
                       stretch=True, own=False, rules=(token.rule, "stretch"))
    if token.rule == "zero":
        return replace(base, indicator=indicators.noun(re.sub(r"(?:动态|全部|基本|保持|实现|确保|[“\"‘])+$", "", head)) or (previous.indicator if previous else ""), rules=("zero",))
    if token.unit in ("%", "‰") or token.unit == "倍":
        return _share(string, base, context, previous, after, post)
    if token.unit in SHARES:
        return _points(base, context, previous)
    return _amount(base, context, previous, after[post.end():] if post else after, done)


def _comparator(context: _Context, post: re.Match[str] | None, token: Token) -> Comparator:
    if post and not (context.comparator == ">" and post["ge"]):
        if post["ge"]:
            return ">="
        if post["le"]:
            return "<="
        return "~"
    if token.more and context.comparator == "=":
        return "~"
    return context.comparator


def _signed(value: Decimal, sign: int) -> Decimal:
    return -value if sign < 0 and value > 0 else value


def _share(string: str, base: Figure, context: _Context, previous: Figure | None, after: str, post: re.Match[str] | None) -> Figure:
    token = base.token
    before = previous.indicator if previous else ""
    if base.token.rule in ("doubling", "halving"):
        return _named(base, context.noun, before, "growth", token.value, token.rule)
    if done := _COMPLETION.match(_with_number(string, base, context)):
        if not context.direction:
            return _named(base, done["noun"] + _task(done), before, "completion", token.value, "completion")
    grown = _GROWTH_NOUN.match(context.noun)
    following = None if base.words.endswith(("由", "从")) else _AFTER_GROWTH.match(after)
    if context.direction and not context.level:
        return _named(base, grown["noun"] if grown else context.noun, before, "growth", _signed(token.value, context.direction), "growth")
    if grown and not context.noun.endswith("占比"):
        return _named(base, grown["noun"], before, "growth", _signed(token.value, -1 if grown["fall"] else 1), "growth-noun")
    if following and not context.noun.endswith("率"):
        return _named(base, context.noun, before, "growth", _signed(token.value, -1 if following["fall"] else 1), "growth-after")
    cut = _CUT_VERB.match(indicators.after_leads(context.noun))
    if cut and not re.search("[率度]$|占比$|比重$", context.noun):
        return _named(base, cut["noun"], before, "growth", _signed(token.value, -1), "growth-verb-first")
    shared = _share_of(context.noun + _copulas(base, context), before)
    if shared:
        return replace(base, indicator=shared, measure="ratio", value=token.value, rules=(token.rule, "share-of"))
    named = _named(base, context.noun, before, "ratio", token.value, "ratio")
    if named.indicator == before or not named.own:
        tail = indicators.tail_noun(after[post.end():] if post else after)
        if tail:
            return replace(named, indicator=tail, own=True, rules=(token.rule, "ratio", "tail"))
    return named


def _with_number(string: str, base: Figure, context: _Context) -> str:
    """The words before a share, with the size of the task where it stands between (占年度任务1,000个的61.2%)."""
    if context.direction:
        return context.noun
    words = context.noun + _copulas(base, context)
    clause = string[max(string.rfind(stop, 0, base.token.start) for stop in ",;。") + 1:base.token.start]
    return clause if words in ("的", "") and clause.endswith("的") else words


def _task(done: re.Match[str]) -> str:
    """拆违任务完成率 measures the 拆违任务."""
    if not done["noun"] and "投资" in done["how"]:
        return "计划投资额"
    return done["how"][:2] if done["noun"] and done["how"].endswith("完成率") and len(done["how"]) > 3 else ""


def _copulas(base: Figure, context: _Context) -> str:
    return base.words[base.words.find(context.noun) + len(context.noun):] if context.noun else base.words


def _share_of(head: str, before: str) -> str:
    """A占B的比重 → A占B比重; an elided A is the figure before."""
    head = re.sub(r"(?:达到了?|达|为|超过?|突破|不低于|不超过|约|近|仅|在|稳定|保持|提高到|提高至|提升到|提升至|上升到|上升至|下降到|至|到|左右|是|已|的)+$", "", head)
    found = _SHARE_OF.match(head)
    if not found or ("占" not in head):
        return ""
    own = indicators.noun(found["a"])
    part = indicators.completed(own, before) if own else before
    whole = found["b"].removesuffix("的").removeprefix("全部" if found["b"] == "全部" else "\0")
    if not part:
        return f"占{whole}比重" if whole else ""
    return f"{part}占{whole}比重" if whole and whole not in ("比", "比重") else f"{part}占比"


def _points(base: Figure, context: _Context, previous: Figure | None) -> Figure:
    grown = _GROWTH_NOUN.match(context.noun)
    noun = context.noun if not grown else grown["noun"]
    sign = context.direction or (-1 if grown and grown["fall"] else 1)
    if re.search("收窄|缩小", base.words) and "降幅" in base.words:
        sign = 1
    return _named(base, noun, previous.indicator if previous else "", "change", _signed(base.token.value, sign), "points")


def _named(base: Figure, noun: str, before: str, measure: Measure, value: Decimal, rule: str) -> Figure:
    own = indicators.noun(noun)
    whole = indicators.completed(own, before) if own else before
    return replace(base, indicator=whole, measure=measure, value=value, own=bool(own),
                   rules=(base.token.rule, rule) + (() if own == whole else ("elided",)))


def _amount(base: Figure, context: _Context, previous: Figure | None, after: str, done: list[Figure]) -> Figure:
    token, before = base.token, previous.indicator if previous else ""
    measure: Measure = "amount"
    value = token.value
    small = context.direction < 0 or context.compared or re.search("(?:多|少|提高|降低|下降|提升|回落)$", base.words.rstrip("了约近"))
    removed = re.search("(?:削减|压减|压缩|缩减|减排|压降|减亏)$", base.words[:len(base.words)].rstrip("了约近")) and not context.compared
    if context.direction and not context.level and small and not removed and (context.compared or not is_counter(token.unit)):
        measure, value = "change", _signed(token.value, context.direction)
    noun = context.noun
    own = indicators.noun(noun)
    if measure == "change":
        return _named(base, noun, before, measure, value, "change")
    tail = indicators.tail_noun(after) if after[:1] not in ",;。、:)" else ""
    if own and tail and indicators.is_stage(own):
        return replace(base, indicator=own + tail, rules=(token.rule, "stage", "tail"))
    if tail and own in ("投资", "投入", "总投资", "计划投资", "投资额", "安排资金"):
        return replace(base, indicator=tail + own, rules=(token.rule, "tail"))
    if own and tail and indicators.open_verb(own):
        return replace(base, indicator=tail, rules=(token.rule, "tail"))
    if own.endswith("等") or noun.rstrip().endswith("等") and tail:
        own = own + tail if own.endswith("等") else own + "等" + tail
    if not own and tail and done and not base.words and "tail" in done[-1].rules and not is_counter(token.unit):
        return replace(base, indicator=done[-1].indicator + tail, rules=(token.rule, "tail", "elided"))
    if not own and tail:
        return replace(base, indicator=tail, rules=(token.rule, "tail"))
    if not own:
        return replace(base, indicator=before, own=False, rules=(token.rule, "elided"))
    whole = indicators.completed(own, before)
    return replace(base, indicator=whole, rules=(token.rule, "head") if own == whole else (token.rule, "head", "elided"))


_DEALT = re.compile("分别|依次")


def _spread(string: str, done: list[Figure]) -> list[Figure]:
    """A、B分别增长5%、6%: the named things are dealt out to the figures that follow."""
    first = 0
    while first < len(done):
        run = _run(string, done, first)
        if len(run) > 1 and (_DEALT.search(done[first].words) or done[first].measure in ("growth", "change")):
            _deal(done, run, _parts(done, run))
        first = run[-1] + 1
    return done


def _run(string: str, done: list[Figure], first: int) -> list[int]:
    """The figures from `first` on that stand in one row, joined by 、 or 和 alone."""
    run = [first]
    while run[-1] + 1 < len(done) and _LINK.match(string[done[run[-1]].token.end:done[run[-1] + 1].token.start]):
        run.append(run[-1] + 1)
    return run


def _parts(done: list[Figure], run: list[int]) -> list[str]:
    """What the figures of a row measure: the things named before it, or those of the figures before it."""
    figure = done[run[0]]
    named = _dealt_names(figure.indicator)
    if len(named) == len(run):
        return named
    before = list(dict.fromkeys(each.indicator for each in done[:run[0]]))
    if not figure.own and len(before) >= len(run):
        return before[-len(run):]
    return []


def _dealt_names(phrase: str) -> list[str]:
    """城市、县城建成区收集率 → 城市建成区收集率 and 县城建成区收集率: what the last name ends with belongs to all."""
    names = [part for part in re.split(r"[、和及与]", phrase) if part]
    if len(names) > 1 and (len(names[0]) <= 4 < len(names[-1])):
        shared = min(len(name) for name in names[:-1])
        names = [name if len(name) > 4 else name + names[-1][shared:] for name in names[:-1]] + [names[-1]]
    return names


def _deal(done: list[Figure], run: list[int], parts: list[str]) -> None:
    first = done[run[0]]
    sign = next((done[place].comparator for place in (run[-1], run[0]) if done[place].comparator != "="), "=") if _DEALT.search(first.words) else "="
    for number_, place in enumerate(run):
        figure = done[place]
        if figure.own and number_ and figure.indicator not in (first.indicator, "") and "head" in figure.rules:
            continue
        done[place] = replace(
            figure, indicator=parts[number_] if parts else figure.indicator or first.indicator, measure=first.measure,
            comparator=sign if figure.comparator == "=" else figure.comparator, own=figure.own or bool(parts),
            value=_signed(figure.token.value, -1 if first.value < 0 else 1), rules=(*figure.rules, "dealt-out"))
