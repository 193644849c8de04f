"""The noun phrase that a figure measures: verbs and adverbs cut away, elided parts restored from the text."""

import re

from engine.lexicon import any_of, words

_TIME = (r"(?:20\d{2}年(?:度|底|末|初|全年)?|20\d{2}[-—~至到]20\d{2}年|\d{1,2}[-—~至到]\d{1,2}月份?|\d{1,2}月(?:份|底|末|中旬|上旬|下旬|\d{1,2}日)?(?:前|底)?"
         r"|上半年|下半年|前三季度|前三个季度|前两季度|第?[一二三四]季度|截至?止?到?|年底前?|年末前?|“十[一二三四五六]五”(?:末|期间|时期)?|近[一二三四五两]年来?|当前)")
_LEAD = re.compile(rf"(?:{any_of('leads')}|{_TIME})")
_VERB = re.compile(rf"(?:{any_of('verbs')})(?:了|到|出|起|好|成)?")
_STRONG = re.compile(rf"(?:{any_of('strong_verbs')})(?:了|到|出|起)?")
# A verb before one of these is the front of a noun: 服务业, 检测中心, 种植面积, 参保率.
_NOUN_TAIL = re.compile(
    r"业|者|员|量|额|率|值|费|站|点(?!位)|区|园|所|院|厂|场|馆|室|网|比|度|数|款|品|线|层|单位|中心|基地|平台|体系|人数|人员|人次|面积|收入|总|机制|能力|水平|余额"
    r"|工作|行动|任务|系统|机构|成本|规模|资金|储备|用地|用水|用电|管网|增加值|产值|利润|税|债|期|型|性|化|制|站点|覆盖")
_STRONG_TAIL = re.compile(r"率|量(?!子)|额|进度|情况|比例|比$|的$|度$")
_OPENING = re.compile(r"^[、,:;。)\]》\s—-]+")
_CLOSING = re.compile(r"(?:[、,:;(\[—-]|的|了|等|共|为|是|有|达|至|到|共计|累计|合计|总计|数量|分别|均|各|计|约|将|已|再|可|能|也|超|在|及|和|与|或|其中|数$)+$")
_QUOTES = "“”\"'‘’《》"
_CUT = re.compile(r".*[,;:。!?]")
_PAIRS = {")": "(", "”": "“", "》": "《"}

# Heads that only say which kind of the thing named before: 市级, 简朴型, 其中单建.
_LEVELS = tuple(words("levels"))
_LEVEL = re.compile(f"(?:{any_of('levels')})")
_STAGE = re.compile(f"(?:{any_of('stages')})")
_DEPENDENT = re.compile(r"^(?:实际|协议|计划|合同|涉及|涉案|完成|总)?(?:面积|金额|总额|总投资|投资额|总数|数量|人数|总量|户数|规模|长度|里程|占地|占地面积|建筑面积|涉及金额|拆除面积|新增数|资金|总人数|成交额|成交金额|总长|总面积|总金额|交易额|用地面积|覆盖面|兑现资金)$")
_RATE = re.compile(r"^.{0,4}(?:率|满意度|知晓度|完成量)$")
# Rates that stand alone wherever they are named.
_OWN_RATES = frozenset(words("own_rates"))
_SIZE = re.compile(r"(?:超|超过|总投资|投资)?\d*(?:\.\d+)?[十百千]*[万亿]+元?(?:\(含\))?(?:及?以[上下])?")


def noun(head: str) -> str:
    """The thing measured in the text before a figure: everything up to and including its verb is cut off.

    >>> noun("全年累计新增专精特新企业"), noun("城镇登记失业率")
    ('专精特新企业', '城镇登记失业率')
    """
    phrase = _after_leads(_OPENING.sub("", head))
    for verb in reversed(list(_STRONG.finditer(phrase))):
        rest = phrase[verb.end():]
        if rest and not _STRONG_TAIL.match(rest) and not rest.startswith("的") and _balanced(rest):
            phrase = _after_leads(rest)
            break
    return trimmed(_after_verb(phrase))


def _after_leads(phrase: str) -> str:
    while found := _LEAD.match(phrase):
        if found.end() == len(phrase) or _glued(found.group(), phrase[found.end():]):
            break
        phrase = _OPENING.sub("", phrase[found.end():])
    return phrase


_GLUE = {"全": "国社民", "在": "建册籍校岗职逃", "有": "效机色线", "对": "外口接", "为": "民", "平均": "", "重点": "", "新": "", "再": "生就", "实际": "利到", "基本": "医养公农",
         "优化": "", "累计": "", "以": "", "由": "", "至": "", "到": "账位", "经": "济营", "共": "同", "将": "", "均": "", "计": "", "及": "", "都": "市", "能": "耗源",
         "可": "支再", "会": "议", "要": "素", "应": "急", "需": "求", "现": "代有", "正": "风式", "公司": "", "集团": "", "等": "级", "其": "他它", "每": "万百亩", "总体": "",
         "目标": "", "用": "电水地", "向": "", "从": "业", "按": "", "给": "", "着": "", "是": "", "的": "", "仅": "", "只": "", "即": "", "并": "", "还": "", "创新": "", "提升": "",
         "街道": "", "达": "标", "则": "", "也": "", "但": "", "各": "类级项种界", "实": "", "另": "", "科学": "", "联合": "", "引导": "", "组织": "", "常态": "", "深化": "", "集中": "供隔",
         "平": "", "高效": "节", "平均每": "", "主动": "", "动态": "", "指导": "", "强化": "", "发挥": "", "快速": "路通"}


def _glued(lead: str, rest: str) -> bool:
    """True where the lead is the front of a longer word (在建, 能耗, 可支配)."""
    if lead in ("重点", "平均", "公司", "集团", "街道", "新", "创新", "全社会", "实际") and not _VERB.match(rest) and not _LEAD.match(rest):
        return True
    if lead == "累计" and not _VERB.match(rest):
        return True
    return rest[:1] in _GLUE.get(lead, "") if _GLUE.get(lead) else False


def _after_verb(phrase: str) -> str:
    """Cuts the verbs at the front of a phrase, one after the other (组织 开展 …)."""
    for _ in range(4):
        found = _VERB.match(phrase)
        if not found or found.end() == len(phrase):
            return phrase
        rest = phrase[found.end():]
        if _NOUN_TAIL.match(rest) or rest.startswith("的") or (_STAGE.match(phrase) and not rest.startswith("了")):
            return phrase
        phrase = _after_leads(rest)
    return phrase


def _balanced(rest: str) -> bool:
    """False where the cut would open inside a quotation or a bracket."""
    return all(rest.count(close) <= rest.count(opened) for close, opened in _PAIRS.items())


def trimmed(phrase: str) -> str:
    """Without links at the end and without a bracket that is opened or closed only once."""
    phrase = _CLOSING.sub("", _OPENING.sub("", phrase))
    if phrase.count("(") > phrase.count(")"):
        phrase = phrase[phrase.rfind("(") + 1:] if phrase.endswith(")") else phrase.replace("(", "", 1) if phrase.startswith("(") else phrase[:phrase.rfind("(")] or phrase
    return phrase.strip(" \t")


_TAIL_STOP = re.compile(rf"[,;:。!?、(\t]|\d|逐一|全部|共计|累计|全面|按期|顺利|均已|均|已|基本|正在|(?<=.)(?:{any_of('tail_stops')})")


def tail_noun(after: str) -> str:
    """The thing counted in the text after a figure (5个*村党组织*), up to its verb or mark; '' where there is none."""
    after = after.removeprefix("的")
    stop = _TAIL_STOP.search(after)
    phrase = after[:stop.start()] if stop else after
    found = _VERB.match(phrase)
    if found and not _NOUN_TAIL.match(phrase[found.end():]) and found.end() < len(phrase):
        phrase = phrase[found.end():]
    return trimmed(phrase)


def completed(own: str, before: str) -> str:
    """An elided head with what the figure before it measured: 市级 → 市级专精特新企业, 开工 → 开工亿元以上产业项目.

    `own` is what stands before the figure itself, `before` the indicator of the figure before it.
    """
    if not before or not own:
        return own or before
    for rule in (_complete_stage, _complete_size, _complete_level, _complete_rate, _complete_dependent):
        if whole := rule(own, before):
            return whole
    return own


def _complete_stage(own: str, before: str) -> str:
    if not (found := _STAGE.fullmatch(own)):
        return ""
    bare = _STAGE.sub("", before, count=1) if _STAGE.match(before) else before
    return found.group() + (bare or before)


def _complete_size(own: str, before: str) -> str:
    if not _SIZE.fullmatch(own):
        return ""
    return _SIZE.sub(own, before, count=1) if _SIZE.search(before) else own + before


def _complete_level(own: str, before: str) -> str:
    bare = own.strip(_QUOTES)
    if _LEVEL.fullmatch(bare):
        return bare + (_LEVEL.sub("", before, count=1) if _LEVEL.match(before) else before)
    if len(bare) <= 4 and bare[-1] in "型类式" and (place := max(before.find(bare[-1]), -1)) >= 0:
        return own + before[place + 1:]
    return ""


def _complete_rate(own: str, before: str) -> str:
    if not _RATE.match(own) or own in _OWN_RATES:
        return ""
    shared = own[:2]
    return (before[:before.find(shared)] if shared in before[1:] else before) + own


def _complete_dependent(own: str, before: str) -> str:
    return before + own if _DEPENDENT.match(own) and own not in before else ""


def begins_with_verb(phrase: str) -> bool:
    """True where a phrase begins with a verb that is not the front of a noun."""
    found = _VERB.match(phrase)
    return bool(found and not _NOUN_TAIL.match(phrase[found.end():]))


def open_verb(phrase: str) -> bool:
    """True where nothing is left but a verb, so that the thing stands behind the figure (建立46家企业…库)."""
    found = _VERB.fullmatch(phrase)
    return bool(found and not _STAGE.fullmatch(phrase))
