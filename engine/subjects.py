"""What other clauses and the sentence before say of a figure that does not name its thing."""

import re
from typing import NamedTuple

from engine import holders, indicators, spoken
from engine.elisions import IN_TIME, MEASURE_END, completed
from engine.lexicon import either, words
from engine.measured import KIND, LOOK_BACK, MEASURE_OF, MEASURED, REACH, Figure, shared_measure
from engine.units import is_counter, same_unit
from engine.wordlines import table

_CLAUSE_LENGTH = 8
_RATE_WORD = re.compile(f"(?:{either(KIND['rate_up'])}|{either(KIND['rate_down'])})$")
_LABEL = re.compile(r"(?:^|[,;。—\-●·)、\d.])(?P<label>(?:PM(?:2\.5|10))?[^,;。:—\-●·\d]{2,20}):$")
_UNIT_END = re.compile(r"\([^()]{1,6}\)$")  # 绿地面积(公顷):12
_NO_LABEL = re.compile("其中|目标|任务|情况|方面|包括|如下|分别|主要|要求|措施|指标|时限|期限|时间|看$|计$")
# 孵化企业20家, 检查企业80家次: a thing without a name is known by what was done to it.
_DEED_OF = re.compile(
    "(?:检查|走访|服务|孵化|帮扶|联系|对接|巡查|督查|抽查|排查|解决|整改|发现|受理|化解)(?:企业|项目|问题|任务|工单)(?=[达约近超到为共]*$)")
# 社会消费品零售总额52亿元。按地域分,城镇38亿元: town and country have each their part of the whole thing.
_SIDES = frozenset(table("nouns")["heads"]["sides"])
_INVESTMENTS = frozenset("完成投资 投资 总投资 累计完成投资 计划投资".split())
_EXTENTS = frozenset(table("nouns")["heads"]["extents"])
_WORK_INVESTED = re.compile("(?:项目|工程)[^,;。]{0,8}投资$")
_MONEY = re.compile("(?:收入|支出|投资|产值|总额|增加值|税收|利润|贷款|存款|额|营收)$")
# 近三成企业完成改造,逾七成项目开工: the first share is no name for the second.
_SHARE_NAMED = re.compile("[一二三四五六七八九]成|分之")
# A verb that holds its object in it: 统筹山水治理,造林5.2万亩.
_WITH_OBJECT = frozenset(table("nouns")["verbs"]["with_object"])
# A verb, and the rate of a deed, that stand alone.
_LONGEST_DEED, _LONGEST_RATE = 4, 6
_MANNER = re.compile("(?:按时|按期|足额|及时|全部|准时|如期|全面|有序|稳步)+$")
_IN_TIME = re.compile(f"^{IN_TIME}")
_SHORT_RATES = frozenset(word + "率" for word in words("bare_rates"))


def _of_the_whole(figure: Figure, former: Figure) -> str:
    """税收收入增长8%。其中:工业完成3亿元: what a part takes from the whole named in the sentence before; '' for anything else."""
    alike = figure.token.unit.endswith("元") == bool(_MONEY.search(former.indicator))
    if figure.indicator in _SIDES:
        return former.indicator if alike and figure.measure == "amount" else ""
    return shared_measure(figure.indicator, former.indicator) if alike and figure.measure == "amount" else ""


def taken_up(figure: Figure, former: list[Figure]) -> str:
    """接待游客900万人次、总花费84亿元。其中三季度接待300万人次、花费30亿元: what the sentence before called so; '' for anything else."""
    own = figure.indicator
    if not own or figure.measure != "amount" or "tail" in figure.rules:
        return ""
    alike = [each.indicator for each in former[-LOOK_BACK:] if each.token.unit == figure.token.unit and each.measure == "amount"]
    verb = indicators.open_verb(own) or indicators.is_bare_verb(own)
    same = [each.indicator for each in former[-LOOK_BACK:] if verb and each.token.unit == figure.token.unit and own in each.words]
    return next((each for each in (*same, *alike) if len(each) > len(own) and (each.endswith(own) or each in same)), "")


def going_on(figure: Figure, before: list[Figure], *, part: bool, gap: str) -> Figure:
    """税收3.2亿元。同比增长5%。 隐患120处。整改率98%。: the thing was named in the sentence before.

    `gap` are the clauses of the figure's own sentence before it: what they speak of comes first for a rate.
    """
    counted = _same_counted(figure, before)
    former = counted or before[-1]
    changes = figure.measure in ("growth", "change", "completion") or figure.token.unit == former.token.unit
    own = figure.indicator
    invested = own in _INVESTMENTS and not (former.token.unit == figure.token.unit and _WORK_INVESTED.search(former.indicator))
    same = figure.measure == former.measure == "amount" and same_unit(figure.token.unit, former.token.unit)
    if indicators.is_bare_verb(own) and same and not counted:  # 争取资金18亿元。截至10月底,到位14亿元
        return figure._replace(indicator=former.indicator, rules=(*figure.rules, "former"))
    if "tail" in figure.rules or (not own and not changes) or invested or indicators.open_verb(own):
        return figure
    if part and (measure := _of_the_whole(figure, former)):
        return figure._replace(indicator=own + measure, rules=(*figure.rules, "measured-part"))
    if own and not counted and own not in _INVESTMENTS and not is_counter(former.token.unit):  # 固定资产投资12亿元。产值40亿元。
        return figure
    whole = completed(own, former.indicator)
    if whole == own:
        return figure
    if own.endswith("率") and (thing := spoken.clause_subject(gap)):  # 办理热线工单,群众满意率98%
        whole = thing + own
    return figure._replace(indicator=whole, own=bool(own), rules=(*figure.rules, "former"))


def _same_counted(figure: Figure, before: list[Figure]) -> Figure | None:
    """计划新建农田15万亩,总投资4亿元。已完工11万亩: a stage alone is of the things counted in its unit; None for anything else."""
    if not indicators.is_stage(figure.indicator):
        return None
    return next((each for each in reversed(before[-LOOK_BACK:]) if each.measure == "amount" and each.token.unit == figure.token.unit), None)


_COMPLETE = frozenset(("set-after", "set-of", "growth-turned"))
"""Rules that name the thing wholly."""


def with_subject(string: str, start: int, limit: int, figure: Figure) -> Figure:
    """What another clause says of a figure that does not name its thing: the first rule of the list that finds something."""
    listed = figure.measure == "ratio" and holders.is_office(figure.indicator)
    gap = _Gap(string, start, limit)
    if not _COMPLETE.isdisjoint(figure.rules):
        return figure
    asked = figure._replace(own=False) if _is_misnamed(gap, figure) else figure
    if asked.own and not listed and not _is_left_open(figure.indicator) and not _takes_up_clause(string, figure):
        return figure
    for rule in _SUBJECT_RULES:
        if subject := rule(gap, asked):
            return figure._replace(indicator=subject, own=True, rules=(*figure.rules, "subject"))
    return figure


class _Gap(NamedTuple):
    """The text between the beginning of a sentence (`start`), the figure before (`limit`) and the words of this one."""

    string: str
    start: int
    limit: int

    def before(self, figure: Figure) -> str:
        """The clauses that stand between the words of the figure before and its own."""
        return self.string[max(self.limit, self.start, figure.head - REACH):figure.head]


def _labelled(gap: _Gap, figure: Figure) -> str:
    """——农民人均纯收入:年均增长14%: the label before a colon names what its figures measure."""
    if figure.own or figure.head < 1 or gap.string[figure.head - 1] != ":":
        return ""
    found = _LABEL.search(gap.string, max(gap.start, figure.head - REACH), figure.head)
    label = _UNIT_END.sub("", found["label"].lstrip(".、 ")) if found else ""
    return indicators.noun(label) if label and not _NO_LABEL.search(label) else ""


# 完成率排名前三的乡镇为:城关镇92%、河口镇88%
_RANKING = re.compile(
    r"(?P<rate>[^,;。:\d]{2,24}?(?:率|比重|占比|进度))(?:排|居|位|靠|在前|后|前|较|低于|高于|未达|不足|的|分别)[^,;。:]{0,16}:")


# 按年度任务完成率排名,石渡镇(94.2%)、双河镇(83.5%)列前两位
_RANKED_BY = re.compile("按(?P<rate>[^,;。:\\d]{2,16}?(?:率|占比|比重|进度))(?:高低|大小)?(?:排名|排序|排列|由高到低|从高到低)")
_IN_BRACKET = re.compile("(?P<who>[一-鿿]{2,8})\\($")


def _ranked(gap: _Gap, figure: Figure) -> str:
    """What a list of offices with their shares ranks them by."""
    inside = _IN_BRACKET.search(gap.string, max(0, figure.token.start - REACH), figure.token.start) if figure.measure == "ratio" else None
    who = inside["who"].lstrip("为是") if inside else ""
    if inside and holders.is_office(who) and (by := _RANKED_BY.search(gap.string, gap.start, figure.head)):
        return who + indicators.noun(by["rate"])
    if figure.measure != "ratio" or not holders.is_office(figure.indicator):
        return ""
    found = _RANKING.search(gap.string, gap.start, figure.head)
    return figure.indicator + indicators.noun(found["rate"]) if found else ""


def _grown_in_clause(gap: _Gap, figure: Figure) -> str:
    """城乡居民收入增速持续高于经济增速,分别增长4.8%、7.8%: a whole clause names what grows."""
    if figure.own or figure.measure != "growth" or figure.head - gap.limit <= _CLAUSE_LENGTH:
        return ""
    subject = _RATE_WORD.sub("", spoken.subject(gap.string, gap.limit, figure.token.start))
    anew = ";" in gap.before(figure) or MEASURE_END.search(subject)  # ;自营出口额止跌回升,增长2%
    return subject if anew or MEASURED.search(subject) else ""


def _is_misnamed(gap: "_Gap", figure: Figure) -> bool:
    """True for an amount that took a name only because it stands behind it.

    Pieces named by a rate (发病率下降5%;开展免费筛查,完成6000人); a verb alone after a clause of its own (销售额突破28亿元;投资降幅收窄,
    完成7.5亿元).
    """
    if figure.measure != "amount" or not figure.own:
        return False
    if figure.indicator.endswith("率") and (is_counter(figure.token.unit) or figure.token.unit.endswith("元")):
        return True
    own = indicators.noun(figure.words) if ";" in gap.before(figure) else ""
    return bool(own) and (indicators.is_bare_verb(own) or (indicators.is_stage(own) and "elided" in figure.rules))


def _counted_in_clause(gap: _Gap, figure: Figure) -> str:
    """A whole clause before an elided head names a new subject (小巨人企业实现“零的突破”,达到1家)."""
    if figure.own or figure.measure != "amount" or figure.head - gap.limit <= _CLAUSE_LENGTH:
        return ""
    subject = spoken.subject(gap.string, gap.limit, figure.token.start) or spoken.clause_subject(gap.before(figure))
    return _RATE_WORD.sub("", subject)


def _rate_of_clause(gap: _Gap, figure: Figure) -> str:
    """加快村级文化中心建设,确保覆盖率达到95%; 受理热线诉求,按期办结率100%."""
    own = figure.indicator
    if not figure.own or not _is_rate_alone(own):
        return ""
    if gap.limit > gap.start and indicators.is_stage(own.removesuffix("率")):  # 涉及楼栋90栋,3月底前完成招标,6月底前开工率达到100%
        return ""
    thing = spoken.clause_subject(gap.before(figure))
    return thing and thing + figure.indicator


def _measure_of_clause(gap: _Gap, figure: Figure) -> str:
    """做好项目储备,储备规模不低于12万亩; 建成养老服务中心,建筑面积1600平方米: the measure is that of what the clause before speaks of."""
    own = figure.indicator
    if _takes_up_clause(gap.string, figure):
        thing = spoken.clause_subject(gap.before(figure))
        return thing + own[2:] if thing.endswith(own[:2]) else ""
    if not figure.own or own not in _EXTENTS:
        return ""
    thing = spoken.clause_subject(gap.before(figure)) or spoken.subject(gap.string, max(gap.start, gap.limit), figure.head)
    return thing and thing + own


def _takes_up_clause(string: str, figure: Figure) -> bool:
    own = figure.indicator
    if not figure.own or not 2 < len(own) <= _LONGEST_RATE or not string.startswith(own[:2] + ",", max(0, figure.head - 3)):
        return False
    return bool(MEASURE_END.search(own))


def _deed_of_clause(gap: _Gap, figure: Figure) -> str:
    """紧盯财政性欠款,上半年收回5000万元: a verb alone is done to what the clause before it speaks of."""
    own = figure.indicator
    between = gap.before(figure)
    if not figure.own or "tail" in figure.rules or ":" in between or not _is_deed_alone(own):
        return ""
    clause = between.strip(",").rpartition(",")[2]
    if clause.endswith(own):  # 确保待遇按时足额发放,全年发放13亿元
        return indicators.noun(_MANNER.sub("", clause.removesuffix(own))) + own
    thing = spoken.clause_subject(between)
    if not thing and indicators.is_stage(own):
        thing = spoken.subject(gap.string, gap.start, figure.head)
    return thing if not thing or thing.endswith(own) else thing + own


def _of_the_sentence(gap: _Gap, figure: Figure) -> str:
    """A generic head (产值, 项目), or none at all, takes the subject of the sentence."""
    if not _says_nothing(figure.indicator):
        return ""
    if deed := _DEED_OF.search(figure.words):
        return deed.group()
    subject = spoken.subject(gap.string, gap.start, figure.token.start)
    bare = indicators.is_bare_verb(figure.indicator)
    alone = gap.limit == gap.start and MEASURED.search(figure.indicator)  # 做强家居产业,到2028年产值突破100亿元
    if subject == figure.indicator and alone:
        subject = ""
    if not subject and (bare or alone or figure.indicator in _INVESTMENTS or not (figure.indicator or figure.own)):
        subject = spoken.clause_subject(gap.before(figure))
    if not subject or subject in figure.indicator or _SHARE_NAMED.search(subject):
        return ""
    if MEASURED.search(figure.indicator):  # 企业资产总额达9亿元;营业收入4亿元
        subject = MEASURE_OF.sub("", subject)
    return subject if bare else subject + figure.indicator


def _is_left_open(indicator: str) -> bool:
    """True for an indicator that may want another clause to say of what it is told."""
    return _says_nothing(indicator) or indicator in _EXTENTS or _is_rate_alone(indicator) or _is_deed_alone(indicator)


def _is_rate_alone(indicator: str) -> bool:
    deed = _IN_TIME.sub("", indicator) if indicator.endswith("率") else ""
    return bool(deed) and (deed in _SHORT_RATES or (len(deed) <= _LONGEST_RATE and indicators.is_short_rate(deed)))


def _is_deed_alone(indicator: str) -> bool:
    alone = len(indicator) <= _LONGEST_DEED and indicator not in _WITH_OBJECT
    return alone and (indicators.open_verb(indicator) or indicators.is_stage(indicator))


def _says_nothing(indicator: str) -> bool:
    """True for no head at all, a generic one (产值, 项目) or nothing but a verb (完成)."""
    return not indicator or indicators.is_generic(indicator) or indicators.is_bare_verb(indicator)


_SUBJECT_RULES = (_ranked, _labelled, _grown_in_clause, _counted_in_clause, _rate_of_clause, _measure_of_clause, _deed_of_clause,
                  _of_the_sentence)
