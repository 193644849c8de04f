"""Elided indicators: what stands before a figure, completed from what the figure before it measured.

市级6家 after 省级专精特新企业3家 counts 市级专精特新企业, 开工10个 after 签约亿元以上项目15个 the 开工亿元以上项目.
"""

import re

from engine import indicators
from engine.lexicon import any_of, either, words
from engine.wordlines import table

_HEADS = table("nouns")["heads"]
_LEVEL = re.compile(any_of("levels") + "(?:及?以上)?")
_LEVEL_OPEN = re.compile(f"^{any_of('levels')}(?:及?以上(?:的)?)?")
_LEVEL_END = re.compile("(?<=..)[国省市县区镇村州部][家际]?级$|(?<=..)省部级$")
# Places that hold households and people; they are not what is counted of them.
_HOLDERS = ("村", "村民组", "村民小组", "社区", "网格", "乡镇")
_STAGES = frozenset(words("stages"))
_STAGE_BEGUN = re.compile(f"(?:年|集中|陆续|正式|全部|相继|先后|统一|同步)?{any_of('stages')}")
_STAGE_END = re.compile(f"{any_of('stages')}$")
_RATE = re.compile(f"^.{{0,3}}{either(_HEADS['rates'])}$")
_SIZE = re.compile(r"(?:超|超过|达到|总投资|投资)?(?:\d+(?:\.\d+)?[-—~至])?\d*(?:\.\d+)?[十百千]*[万亿]+元?(?:\(含\))?(?:及?以[上下])?")
_DEPENDENT = frozenset(_HEADS["dependent"]) | frozenset(_HEADS["invested"])
# 死亡98人,受伤187人: what is said of a thing is said of it, not of what was said of it before.
_PARTS = either(word for word in (*_HEADS["dependent"], *_HEADS["invested"]) if not word.endswith("期"))
_DEPENDENT_END = re.compile(f"(?:[和、及与]?(?:种植面积|播种面积|养殖面积|播面|起数|{_PARTS}))+$")
_OWN_RATES = frozenset(words("own_rates"))
# What stands for itself although it is a verb: another count, not one of the thing before.
_OWN_COUNTS = frozenset(_HEADS["own_counts"])
_PER_HEAD = re.compile(r"([生人户亩地]均|每[十百千万]?(?:人口|人|户|平方公里|公里|[名个][一-鿿]{2,4}))(?:拥有|配备|配有)?")
_RATE_STEMS = frozenset(_HEADS["rate_stems"])
IN_TIME = either(_HEADS["in_time"])
_RATE_BEFORE = re.compile(
    f"{IN_TIME}?{either(dict.fromkeys([*_HEADS['rate_stems'], *words('bare_rates'), *words('verbs')]))}率$")
# A head that ends so says itself what is measured.
MEASURE_END = re.compile(f"[数率额量值度比]$|{either(_HEADS['measured'])}$|面积$|里程$|规模$|水平$")
_TOTAL = re.compile("(?:总数|人数|总量|数量)$")
# What follows from the thing before: an inspection leads to 整改, a finding to 处罚. Other verbs begin something of their own.
_FOLLOW_UPS = frozenset(_HEADS["follow_ups"])
_BUILT = re.compile("^(?:新建|改建|扩建|改扩建|续建)(?=..)")
_REMAINS, _DONE_END = frozenset(_HEADS["remains"]), re.compile(f"(?<=..){either(_HEADS['follow_ups'])}$")
# 排查隐患173处,整改率99%: of them all, however they were found.
_FOUND = re.compile("^(?:排查|发现|受理|收集)(?=..)")
_BENEFIT_END = re.compile(f"(?<=..){either(_HEADS['benefits'])}.*$")
_BESIDES = ("带动", "辐射带动")
# 案件审结 and 结案率: what concludes a case is no part of what the rate is told of.
_CONCLUDED = re.compile("(?<=..)(?:审结|办结|结案|审理|办理|查结)$")
# 举办培训班2期,参训96人次: who came to what was held.
_ATTENDS = frozenset(_HEADS["attends"])
_PAYS, _SPENDS = frozenset(_HEADS["pays"]), frozenset(_HEADS["spends"])
_FUND = re.compile("(?:资金|经费|补贴|补助金?|债券|专项债|款项)$")
_INVESTED = frozenset(_HEADS["invested"])
_INVESTED_END = re.compile("(?:年度?|累计|实际|已)?(?:计划|完成|总|概算|估算|批复)*投资(?:计划|额)?$")
# AED累计投放148台,其中今年新增32台 counts the AED.
_CUMULATED = re.compile(f"(?<=..)累计(?:{any_of('verbs')})?$")
# 计划投资2亿元,完成1.5亿元: what is done is the thing itself.
_PLANNED = re.compile("^(?:全年|年度?)?计划(?=投资|完成|实施|建设)")
_PLANNED_END = re.compile("(?:年度?|全年|当年|本年)?计划投资$")
_SPENT = re.compile("(?:收入|支出)$")
# 占总死亡人数的比重 is said of a thing; what follows is said of the thing itself.
SHARE_END = re.compile("占[^占]{0,16}比重?$")
_SET_END = re.compile("(?<=..)(?:年度|全年)?(?:目标任务|任务目标|任务数|目标数|计划数|年度任务|任务总数)$")
_QUOTES = "“”\"'‘’《》"
# Longer heads stand alone; looking at all rules for each of them would only cost time.
_LONGEST_ELISION = 12


def completed(own: str, before: str) -> str:
    """`own`, the noun before a figure, made whole with `before`, the indicator of the figure it leans on.

    >>> completed("市级", "省级示范村"), completed("整改率", "安全隐患")
    ('市级示范村', '安全隐患整改率')
    """
    if len(before) < 2 or not own or own.endswith(before) or indicators.is_bare_verb(before):
        return own or before
    if own[:2] in _AT_END and own[2:] in _STOCKS:  # 净增20家,年末总数达到180家
        own = own[2:]
    if len(own) > _LONGEST_ELISION and own[-1] != "率":
        return own
    before = (SHARE_END.sub("", before) or before) if "占" in before else before
    if own in _STAGES or indicators.is_bare_verb(own):  # 新增泊位目标任务3000个,建成2180个
        before = _SET_END.sub("", before) or before
    if own in _INVESTED and before.endswith(("投资", "投资计划", "投资额")):
        return _INVESTED_END.sub("", before) + own
    if (rule := _NAMED.get(own)) and (whole := rule(own, before)):
        return whole
    return next((whole for rule in _RULES if (whole := rule(own, before))), own)


def _overlap(own: str, before: str) -> str:
    """研发投入1450万元,投入强度1.05%: what the one ends with the other takes up."""
    if own[:2] in _AT_END and before.endswith(own[2:4]):  # 发放贷款1475万元,期末贷款余额
        own = own[2:]
    goes_on = 2 < len(own) <= 6 and before.endswith(own[:2]) and before != own[:2] and MEASURE_END.search(own)
    return before + own[2:] if goes_on else ""


def _per_head(own: str, before: str) -> str:
    """全科医生总数196人,每万人口拥有3.95名."""
    return _PER_HEAD.sub(r"\1", own) + _TOTAL.sub("", before) if (own[:1] == "每" or own[1:2] == "均") and _PER_HEAD.fullmatch(own) else ""


def _stage(own: str, before: str) -> str:
    first, _, last = own.rpartition("、")
    if first in _STAGES and last in _STAGES:
        own = last
    own = own.removeprefix("累计")
    if own not in _STAGES:
        return ""
    begun = _STAGE_BEGUN.match(before)
    return own + (before[begun.end():] if begun else _STAGE_END.sub("", before))


_PASSED = re.compile("[国省市县区镇]?级?(?:验收|评审|复核|核查|终验|初验)")


def _passed(own: str, before: str) -> str:
    """反馈问题47项,已完成整改并通过市级验收27项."""
    return before + own if _PASSED.fullmatch(own) else ""


def _paid(own: str, before: str) -> str:
    """衔接资金2亿元,已拨付1.5亿元: the same money, further on; 支出 says itself what it is."""
    if own not in _PAYS or not _FUND.search(before):
        return ""
    return before + own if own == "支出" else before


def _verb(own: str, before: str) -> str:
    """处罚35家 after 食品安全检查600家 counts what the check led to; a bare 完成 says nothing of its own."""
    if len(own) == 1 and indicators.open_verb(own):  # 已有2家开业,计划再开3家
        return before
    if own in _SPENDS:
        return (_DEPENDENT_END.sub("", _SPENT.sub("", before)) or _SPENT.sub("", before)) + own
    if own in _REMAINS:  # 已整改35项,剩余2项: what is left is not what was done
        before = _RATE_BEFORE.sub("", before)
        return own + (_DONE_END.sub("", before) or before)
    if indicators.is_bare_verb(own):
        return _PLANNED_END.sub("投资", _CUMULATED.sub("", _PLANNED.sub("", before)))
    if own in _ATTENDS:
        return before + own
    if own in _OWN_COUNTS or not indicators.open_verb(own):
        return ""
    if before.endswith(("率", "比重", "占比")) or own not in _FOLLOW_UPS:
        return own
    before = _BUILT.sub("", before)  # 新建2万亩、改造提升1万亩
    return before if own in before else before + own


def _size(own: str, before: str) -> str:
    """其中10亿元以上: another size of the same thing."""
    if own[-1] not in "元上下)万亿" or not _SIZE.fullmatch(own):
        return ""
    return _SIZE.sub(own, before, count=1) if _SIZE.search(before) else own + before


def _level(own: str, before: str) -> str:
    bare = own.strip(_QUOTES)
    if _LEVEL.fullmatch(bare):
        if bare.endswith("级") and (last := _LEVEL_END.search(before)):  # 集体奖项国家级3项、省级7项
            return bare + before[:last.start()]
        same = not bare.endswith("本级") and _LEVEL.match(before)  # 市本级 may be said of 城市低保
        return bare + (_LEVEL_OPEN.sub("", before) if same else before)
    return ""


_GRADED = re.compile("[1-5]?A级(?:以上)?")


def _grade(own: str, before: str) -> str:
    """4A级5家 of A级旅游景区14家."""
    return own + _GRADED.sub("", before, count=1) if "A" in own and _GRADED.fullmatch(own) and _GRADED.search(before) else ""


def _type(own: str, before: str) -> str:
    """标准型4个 after 示范型便民服务中心5个."""
    bare = own.strip(_QUOTES)
    if len(bare) > 4 or bare[-1:] not in ("型", "类", "式") or bare[-1] not in before:
        return ""
    return own + before[before.find(bare[-1]) + 1:]


def _rate(own: str, before: str) -> str:
    """整改率 after 安全隐患; 参保率 after 医疗保险参保人员 keeps what both share once."""
    stem = own.removesuffix("率")
    if own in _OWN_RATES and (begun := before.find(own[:2])) > 1 and not before.startswith(_AT_END):
        return before[:begun] + own  # 市区空气质量优良天数301天,优良率82%
    if own in _OWN_RATES or not (_RATE.match(own) or indicators.is_short_rate(own) or (stem != own and stem in _RATE_STEMS)):
        return ""
    if stem != own and not indicators.open_verb(stem) and stem not in _RATE_STEMS and not indicators.is_short_rate(own):
        return ""
    if before.startswith(_BESIDES):  # 带动就业60人,还款率99%: of the loans, not of those in work
        return own
    if before.endswith("率") and (bare := _RATE_BEFORE.sub("", before)):
        before = bare
    before = _FOUND.sub("", before)
    if stem in _STAGES:  # 改造小区26个,涉及居民4300户,完工率80%
        before = _BENEFIT_END.sub("", before) or before
    if stem in _STAGES and before.endswith("投资"):  # 实施项目48个,完成投资60亿元,开工率85%
        before = _INVESTED_END.sub("", before) or before
    if before == stem or (stem in _STAGES and MEASURE_END.search(before)):  # 涉及建筑面积97万平方米,开工率60%
        return own
    if before.endswith("率"):  # 服判息诉率90%,执行完毕率80%: each says itself what it is a rate of
        return own
    shared = before.find(own[:2], 1)
    return (before[:shared] if shared > 1 else _CONCLUDED.sub("", before)) + own


def staged(own: str, before: str) -> str:
    """The thing whose stage an elided name tells: 重点项目 of 开工重点项目, where `own` says no more than 开工; '' for anything else."""
    return before.removeprefix(own) if own in _STAGES and before.startswith(own) else ""


def depends(name: str) -> bool:
    """True for a name that is said of a thing named before (件数, 面积)."""
    return name in _DEPENDENT


def _dependent(own: str, before: str) -> str:
    said = own in _DEPENDENT or (own.endswith("能力") and _CAPABLE.fullmatch(own))
    if not said or own in before or before[-1:] == "率" or before.endswith(("进度", "占比", "比重")):  # 资产负债率64%;完成投资35亿元
        return ""
    if own in ("总户数", "总人数", "户数", "人数", "面积") and before.endswith(_HOLDERS):
        return ""
    if own.endswith("结余"):  # 基金支出8亿元,当期结余1亿元 is what is left of the fund
        before = _SPENT.sub("", before) or before
    return (_DEPENDENT_END.sub("", before) or before) + own.removeprefix("完成")


# 建成处置中心1座,年处置能力2万吨
_CAPABLE = re.compile(
    "(?:日均?|年|总|设计|新增)*(?:处理|处置|供水|生产|接待|加工|仓储|储存|存储|吞吐|供热|供气|收治|承载|供电|发电|输送|检测|停车)?能力")
_AT_END, _HELD = ("年末", "期末", "年底", "月末"), frozenset(_HEADS["held"])
_STOCKS = _HELD | {"总数", "总量", "保有量", "存量"}
_ADDED = re.compile("^(?:净增|新增|新登记|新认定|退库|注销|新入库|入库)(?=..)")


def _stock(own: str, before: str) -> str:
    """在库164家 behind 新增入库15家: how many there are of the same things."""
    return own + _ADDED.sub("", before)


def _solved(own: str, before: str) -> str:
    """立刑事案件312起,破案207起."""
    case = before.rfind("案件")
    return before[:case + 2] + own if case > 0 else ""


def _concluded(own: str, before: str) -> str:
    """立案684起;办结641起: both are deeds, of cases."""
    return own + "案件" if before in _FILED else ""


_CONCLUSIONS, _FILED = frozenset(_HEADS["conclusions"]), frozenset(_HEADS["filed"])
_HOUSED, _HOUSES = frozenset(_HEADS["housed"]), tuple(_HEADS["houses"])


_OF_FUNDS = re.compile("(?P<fund>.*?(?:资金|经费|专项债券?|债券|预算|款项))")
_SPENT_RATES = frozenset(_HEADS["spent_rates"])


def _spent_rate(own: str, before: str) -> str:
    """衔接资金用于产业比重60%,支出进度85%: of the money, whatever was told of it before."""
    found = _OF_FUNDS.match(before)
    return found["fund"] + own if found else ""


def _housed(own: str, before: str) -> str:
    """保障性住房1260套,出租率达87%: of what was built or let; 空置率 of nothing that can be let stands alone."""
    return before + own if before.endswith(_HOUSES) else ""


# Rules that ask for one of a few names.
_NAMED = {name: rule for names, rule in (
    (("破案", "侦破"), _solved),
    (_HELD, _stock), (_CONCLUSIONS, _concluded), (_SPENT_RATES, _spent_rate), (_HOUSED, _housed)) for name in names}
_RULES = (_overlap, _per_head, _stage, _passed, _paid, _verb, _size, _level, _grade, _type, _rate, _dependent)
