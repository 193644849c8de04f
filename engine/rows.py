"""What the figures of a sentence share: rows that names are dealt out to, things that stand behind the last of several."""

import re

from engine import holders, indicators, numerals
from engine.elisions import MEASURE_END, completed, depends
from engine.lexicon import either
from engine.measured import EXTENT, LOOK_BACK, MEASURED, NAMES, RATE_END, SHORT_PART, Figure, signed
from engine.values import Comparator
from engine.wordlines import table

_COUNT_ENDS = "数率额量值度比"
# 养老、失业、工伤参保人数: what is counted of the last one is counted of all.
_SHARED_MEASURE = re.compile(
    "(?:(?<=..)(?:参保|缴费|就业|播种|种植|销售|从业|在校|投保|住院|出院))?(?:人数|面积|产量|总量|数量|金额|余额|起数|件数|户数|排放量|使用量|消费量|出栏量?|存栏量?)$")
# 装备制造业和高技术制造业增加值: of industries, each has its own.
# 化学需氧量 ends like a measure and is a matter.
_SHARED_LOAD = re.compile("(?:重点)?(?:工程|项目)?(?:排放量|减排量|削减量|排放总量|减排总量)$")
_INDUSTRY_MEASURE = re.compile("(?<=业)(?:增加值|总产值|产值|营业收入|利润|利润总额|投资|投资额|用电量|税收)$")
# An ending of the last name that all take, unless one of them has an ending of its own.
_SHARED_ENDS = (
    (_SHARED_LOAD, _SHARED_LOAD), (re.compile("支出$"), MEASURE_END), (_SHARED_MEASURE, MEASURE_END),
    (_INDUSTRY_MEASURE, re.compile("(?<!业)$")))
# 高血压、糖尿病患者规范管理率: who or what a rate is told of belongs to all names with it.
# 新能源、新材料、装备制造三大主导产业产值: what sums the names up is no part of the last one.
_SUMMED = re.compile(
    r"(?P<last>.{2,}?)等?(?P<count>[二两三四五六七八九十]|\d{1,2})(?:大|个|类)[一-鿿]{0,6}?(?:产业链|产业集群|产业|行业|领域|集群|板块|园区|业务|市场|区域)(?P<measure>[一-鿿]*)")
_WHOSE = either(word for name in ("people", "counted") for word in table("nouns")["heads"][name] if len(word) > 1)
_WHOSE_RATE = re.compile(f"{_WHOSE}(?P<rate>[一-鿿]{{2,8}}率|[一-鿿]{{2,14}}(?:比例|比重|占比))$")
_NAMED_WHOSE = re.compile(f"{_WHOSE}$")
_SHARED_RATE = re.compile(
    "(?:规范|健康|系统|及时|按时|按期|一次性?|有效|集中|安全|标准化?|无害化|资源化|综合|全程|早期|平均|自动|主动|首次)?[一-鿿]{2}[率度]$|占比$|比重$|比例$")
_COUNT_END = re.compile("(?:起数|件数|次数|数量)$")
_LONGEST_LINK = 5
_LINK = re.compile(r"^(?:以上|以内|左右|以下)?[、和及与,]?(?:以及)?$")
# 分别增长3.1%、9.4%和下降5.6%: the last one turns round.
_TURNED = re.compile("[、和及与](?:同比)?(?:增长|下降|上升|提高|回落|降低|增加|减少)")
# 住院报销比例职工、居民分别为85%、70%: the things stand behind what is told of them.
_WHOSE_BEHIND = re.compile("(?P<rate>[一-鿿]{2,16}?(?:比例|[率比]重?|占比|标准|限额|收入|支出))(?P<whose>[一-鿿]{2,6}(?:、[一-鿿]{2,6})+)")
_JOINS = frozenset("、和及与")
_POINTER = re.compile("(?:该|这|此|上述|以上)?[两二三四]项(?:指标)?|基数|基期")
_DEALT = re.compile("分别|依次")
_BASIS_AFTER = re.compile(r"[^;。]{0,6}基[础数](?:上|,)")


def from_behind(string: str, done: list[Figure]) -> list[Figure]:
    """在上年完成3.98亿元的基础上,一般公共预算收入达到…: such figures take what the next one names."""
    for number in reversed(range(len(done) - 1)):
        figure, following = done[number], done[number + 1]
        for rule in _BEHIND_RULES:
            if thing := rule(string, figure, following):
                done[number] = figure._replace(indicator=thing, rules=(figure.token.rule, rule.__name__.strip("_")))
                break
    return done


def _extended(string: str, figure: Figure, following: Figure) -> str:
    """4条总长36公里的产业路: the second figure says how long the things are."""
    if "extent" not in following.rules or not EXTENT.fullmatch(string, figure.token.end, following.token.start):
        return ""
    return EXTENT.sub("", following.indicator)


def _basis(string: str, figure: Figure, following: Figure) -> str:
    unnamed = "elided" in figure.rules or indicators.is_bare_verb(figure.indicator)
    return following.indicator if unnamed and _BASIS_AFTER.match(string, figure.token.end) else ""


def _pair(string: str, figure: Figure, following: Figure) -> str:
    """1200户2600人享受低保; 1200户、2600人低保对象领到补贴: both count the same."""
    waits = "elided" in figure.rules and "tail" in following.rules and not figure.words.strip("、,")
    joined = string.startswith("、", figure.token.end) and "tail" in following.rules and not figure.indicator
    touches = following.token.start == figure.token.end + joined
    return following.indicator if touches and (not figure.indicator or waits) else ""


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


_SUMS = frozenset(table("nouns")["heads"]["invested"]) | {"总投资", "投入资金", "投入"}
_SPENT_ON = re.compile("(?:以上|左右|余)?,(?:用于|实施|新建|改建|扩建|改造|建设|推进|开展|谋划|建成|启动|续建)")


def _spent_on(string: str, figure: Figure, following: Figure) -> str:
    """计划投资6200万元,实施供水提升工程42处: what the clause behind a sum that opens its sentence tells of; '' for anything else."""
    alone = figure.own and figure.indicator in _SUMS and "elided" not in figure.rules and following.own and following.measure == "amount"
    opens = alone and string[max(0, figure.head - 1):figure.head] in ("", "。", ";", ":", ".", "、")
    return following.indicator + "投资" if opens and _SPENT_ON.match(string, figure.token.end) else ""


_BEHIND_RULES = (_extended, _awaited, _basis, _pair, _spent_on)


def dealt_out(string: str, done: list[Figure], former: list[Figure]) -> list[Figure]:
    """A、B分别增长5%、6%: the named things are dealt out to the figures that follow; `former` are those of the sentence before."""
    first, last = 0, list[int]()
    while first < len(done):
        row = _row(string, done, first)
        if len(row) > 1 and (_DEALT.search(done[first].words) or done[first].measure in ("growth", "change") or _repeats(done, row, last)
                             or _named_both(done, row) or _POINTER.fullmatch(done[first].indicator)):
            _deal(done, row, _row_names(done, row, former))
        first, last = row[-1] + 1, row
    return done


def _named_both(done: list[Figure], row: list[int]) -> bool:
    """城镇和农村居民收入完成2.9万元、1.7万元: as many things as figures, and none with a thing of its own but the first."""
    first = done[row[0]]
    alone = first.measure == "amount" and all(not done[place].own and done[place].token.unit == first.token.unit for place in row[1:])
    return alone and first.own and len(NAMES.split(first.indicator)) == len(row)


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
    if between[:1] in _JOINS and _TURNED.fullmatch(between):
        return figure.token.unit == following.token.unit and not following.own
    if len(between) > _LONGEST_LINK:
        return False
    return bool(_LINK.match(between)) and ("," not in between or figure.token.unit == following.token.unit)


def _row_names(done: list[Figure], row: list[int], former: list[Figure]) -> list[str]:
    """What the figures of a row measure: the things named before it, or those of the figures before it; [] for one thing."""
    figure = done[row[0]]
    if (whose := _WHOSE_BEHIND.fullmatch(figure.indicator)) and len(names := whose["whose"].split("、")) == len(row):
        return [name + whose["rate"] for name in names]
    if _POINTER.fullmatch(figure.indicator):  # 上年该两项为36微克、85%, 基数分别为81亿元、1870万美元
        near = (*former[-LOOK_BACK:], *done[max(0, row[0] - LOOK_BACK):row[0]])
        names = list(dict.fromkeys(each.indicator for each in near if not _POINTER.fullmatch(each.indicator)))
        return names[-len(row):] if len(names) >= len(row) else []
    parts = _listed(figure.indicator, len(row))
    if len(parts) > len(row) and len(parts[0]) <= SHORT_PART:
        # 全资、控股企业营收: the first name is itself a list.
        spare = len(parts) - len(row) + 1
        parts = ["、".join(parts[:spare]), *parts[spare:]]
    named = _shared_opening(_shared_ending(_ordinals(_both_sides(parts, len(row)))))
    if len(named) == len(row):
        return [completed(name, done[row[0] - 1].indicator) for name in named] if row[0] and all(map(depends, named)) else named
    if "points-against" in figure.rules:  # 增速分别高于全国、全省1.2个、0.5个百分点
        return []
    before = list(dict.fromkeys(each.indicator for each in done[:row[0]]))
    dealt = "share-of" in figure.rules or ("elided" in figure.rules and _DEALT.search(figure.words))
    if dealt and before and len(before) >= len(row) and figure.indicator.startswith(before[-1]):
        return [name + figure.indicator[len(before[-1]):] for name in before[-len(row):]]
    if not figure.own and len(before) >= len(row):
        return before[-len(row):]
    return [] if figure.own else _both_sides([figure.indicator], len(row)) if len(row) == 2 and _BOTH_SIDES.search(figure.indicator) else []


def _listed(indicator: str, count: int) -> list[str]:
    """The names in an indicator; 教育、社会保障和就业、卫生健康支出 of three figures are three, the second with a 和 of its own."""
    apart = indicator.split("、")
    return apart if len(apart) == count > 2 else [part for part in NAMES.split(indicator) if part]


_BOTH_SIDES = re.compile("城[、和]?乡(?:常住)?(?=居民|人均|低保|居|最低|基本|医)")


_SECTORS = re.compile("三次产业|一二三次?产业")
_SAVED_AND_LENT = re.compile("存、?贷款(?=余额|规模|总额|$)")


def _both_sides(parts: list[str], count: int) -> list[str]:
    """城乡居民人均可支配收入 of two figures is that of town and that of country."""
    if count == 3 and len(parts) == 1 and (sectors := _SECTORS.match(parts[0])):
        return [f"第{number}产业" + parts[0][sectors.end():] for number in "一二三"]
    if count == 2 and _SAVED_AND_LENT.search("、".join(parts)):
        return [_SAVED_AND_LENT.sub(side, "、".join(parts), count=1) for side in ("存款", "贷款")]
    if count == 2 and len(parts) == 1 and _BOTH_SIDES.search(parts[0]):
        return [_BOTH_SIDES.sub(side, parts[0], count=1) for side in ("城镇", "农村")]
    return parts


_ORDINAL = re.compile("第?(?P<number>[一二三四五])(?P<rest>(?:产业|季度|期|批).*)?")


def _ordinals(names: list[str]) -> list[str]:
    """第一、二、三产业增加值: what stands behind the last number belongs to all."""
    found = [_ORDINAL.fullmatch(name) for name in names]
    rest = found[-1]["rest"] if len(names) > 1 and found[-1] else None
    return [f"第{each['number']}{rest}" for each in found if each] if rest and all(found) else names


# 基金收入、支出: the second stands for its side of the same account.
_PARTNERS = {"支出": "收入", "贷款": "存款", "出口": "进口", "进口": "出口", "出生率": "死亡率", "死亡率": "出生率"}


def _shared_opening(names: list[str]) -> list[str]:
    """生产安全事故起数、死亡人数: the second name counts what befell in the first."""
    if len(names) == 2 and (partner := _PARTNERS.get(names[1])) and names[0].endswith(partner):
        return [names[0], names[0].removesuffix(partner) + names[1]]
    if len(names) > 1 and names[0].endswith("率") and all(name.endswith("率") for name in names):  # 签约项目履约率、开工率
        return names[:1] + [completed(name, names[0]) for name in names[1:]]
    if names[0].endswith("人次") or (MEASURE_END.search(names[0]) and not _COUNT_END.search(names[0])):
        return names
    return names[:1] + [completed(name, _COUNT_END.sub("", names[0])) for name in names[1:]]


def _rate_of_all(names: list[str]) -> str:
    """What the names before the last one take of it: its rate, with whose it is where they do not say that themselves; '' for no rate."""
    found, named = _WHOSE_RATE.search(names[-1]), any(_NAMED_WHOSE.search(name) for name in names[:-1])
    if found and (named or found.start() > 1):
        return found["rate"] if named else found.group()
    rate = _SHARED_RATE.search(names[-1])
    return rate.group() if rate else ""


def _shared_ending(names: list[str]) -> list[str]:
    """城市、县城建成区收集率 → 城市建成区收集率 and 县城建成区收集率: what the last name ends with belongs to all."""
    if len(names) > 1 and all(map(holders.is_office, names[:-1])) and (shared := holders.without_office(names[-1])) != names[-1]:
        return [name + shared for name in names[:-1]] + names[-1:]
    if len(names) > 1 and (summed := _SUMMED.fullmatch(names[-1])) and numerals.number(summed["count"]) == len(names):
        return [name + summed["measure"] for name in [*names[:-1], summed["last"]]]
    if len(names) > 1 and (rate := _rate_of_all(names)) and not any(RATE_END.search(name) for name in names[:-1]):
        return [name + rate for name in names[:-1]] + names[-1:]
    for pattern, own in _SHARED_ENDS:
        if len(names) > 1 and (measure := pattern.search(names[-1])) and not any(own.search(name) for name in names[:-1]):
            return [name + measure.group() for name in names[:-1]] + names[-1:]
    if len(names) < 2 or not len(names[0]) <= 4 < len(names[-1]) or names[0][-1] in _COUNT_ENDS:
        return names
    if MEASURED.search(names[0]) and MEASURED.search(names[-1]):
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
        done[place] = figure._replace(
            indicator=names[number] if names else figure.indicator or first.indicator,
            measure=first.measure if figure.token.unit == first.token.unit or _is_same_deed(first, figure) else figure.measure,
            comparator=sign if figure.comparator == "=" else figure.comparator, own=figure.own or bool(names),
            value=figure.value if number and _TURNED.fullmatch(figure.words) else signed(
                figure.token.value, 0 if first.token.value < 0 else first.value), rules=(*figure.rules, "dealt-out"))
