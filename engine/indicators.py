"""The noun phrase that a figure measures: verbs and adverbs cut away, elided parts restored from the text."""

import re

from engine.lexicon import any_of, words

_TIME = (r"(?:20\d{2}年(?:度|底|末|初|全年)?|20\d{2}[-—~至到]20\d{2}年|\d{1,2}[-—~至到]\d{1,2}月份?|\d{1,2}月(?:份|底|末|中旬|上旬|下旬|\d{1,2}日)?(?:前|底)?"
         r"|上半年|下半年|前三季度|前三个季度|前两季度|第?[一二三四]季度|截至?止?到?|年底前?|年末前?|“十[一二三四五六]五”(?:末|期间|时期)?|近[一二三四五两]年来?|当前)")
_LEAD = re.compile(rf"(?!{any_of('glued')})(?:{any_of('leads')}|{_TIME})")
_VERB = re.compile(rf"(?!{any_of('compounds')})(?:{any_of('verbs')})(?:了|出(?![口租生让版])|起|好|成|到(?![位账期场]))?")
_STRONG = re.compile(rf"(?:{any_of('compounds')})|(?P<verb>{any_of('strong_verbs')})(?:了|出(?![口租生让版])|起|到(?![位账期场]))?")
_ADVERB = re.compile(rf"(?:{any_of('adverbs')})(?=$|(?:{any_of('leads', 'adverbs', 'verbs')}))")
# A verb before one of these is the front of a noun: 服务业, 检测中心, 种植面积, 参保率.
_NOUN_TAIL = re.compile(
    r"业|者|员|量|额|率|值|费|站|点(?!位)|区|园|所|院|厂|场|馆|室|网|比|度|数|款|品|线|层|单位|中心|基地|平台|体系|人数|人员|人次|面积|收入|总|机制|能力|水平|余额"
    r"|工作|行动|任务|系统|机构|成本|规模|资金|储备|用地|用水|用电|管网|增加值|产值|利润|税|债|期|型|性|化|制|站点|覆盖")
_STRONG_TAIL = re.compile(r"的|.{0,4}率$|量(?!子)|额|进度|情况|比例|比$|.{0,3}度$")
_OPENING = re.compile(r"^[、,:;。)\]》\s—-]+")
_CLOSING = re.compile(r"(?:[、,:;(\[—-]|的|了|等|共|为|是|有|达|至|到|共计|累计|合计|总计|数量|分别|均|各|约|将|已|再|可|也|超|在|及|和|与|或|其中)+$")
_QUOTES = "“”\"'‘’《》"
_CUT = re.compile(r".*[,;:。!?]")
_PAIRS = {")": "(", "”": "“", "》": "《"}

# Heads that only say which kind of the thing named before: 市级, 简朴型, 其中单建.
_LEVELS = tuple(words("levels"))
_LEVEL = re.compile(f"(?:{any_of('levels')})")
_STAGE = re.compile(f"(?:{any_of('stages')})")
_MODAL = re.compile(rf"力争|确保(?!了)|争取(?!到|上级)|预计|拟(?!定|制|上市|建)|力求|有望|我(?:局|县|市|区|镇|院|校|司|乡|委|们)|(?:20\d{{2}}年(?:全年|度)?|今年|全年|年内|当年|明年)(?!以来|来|的|均|度|末|底|初)"
                    rf"|(?:计划|将|要|应|须)(?=(?:{any_of('verbs', 'adverbs')}|全年|在|实现))")
_STAGE_END = re.compile(f"(?:{any_of('stages')})$")
_KEPT_STAGE = re.compile(f"(?:{any_of('stages_kept')})")
# Verbs that say nothing of their own beside a thing named before: 其中三季度完成6.3亿元.
_BARE_VERB = re.compile(r"(?:(?:累计|新|已|共)?(?:完成|办成|启动|开行|开通|办好|建好|干成|做成|实现|新增|达到|建成|办结|开展|实施|增加|引进|落实|取得|认定|培育|发放|投入|安排|举办|到位))+$")
_LIST_MARK = re.compile(r"^\s*(?:\d{1,2}[.、](?!\d)|[(]\d{1,2}[)]|\d{1,2}[)]|[①-⑳]|[(][一二三四五六七八九十]{1,3}[)]|[一二三四五六七八九十]{1,3}、|[一二三四五六七八九十]是(?:要)?|[一二三四五六七八九十]要|第[一二三四五六七八九十],)")
_SCOPE = re.compile(r"^(?:全)?(?:区\(街\)|区|县|市|镇|乡|街道|村|省|州|园区|开发区|辖区(?:内)?|集团|公司|系统)$")
# What is left of times, bases and bonds when nothing was named.
_NOTHING = re.compile(r"(?:[末底初内前后日月年均]|基础上|比上届|上届|较上\w|同比|每[百千万]?\w|控制|达标|汛前|节前|之后|之间|以来|冲刺|保底|.{0,6}冲刺)+")
_INFLUENCE = re.compile(r"^(?:受|因|由于).{2,14}?(?:影响|原因)")
_DEPENDENT = re.compile(r"^(?:实际|协议|计划|合同|涉及|涉案|完成|总)?(?:面积|金额|总额|总投资|投资额|总数|数量|人数|总量|户数|规模|长度|里程|占地|占地面积|建筑面积|涉及金额|拆除面积|新增数|资金|总人数|成交额|成交金额|总长|总面积|总金额|交易额|用地面积|覆盖面|兑现资金)$")
_RATE = re.compile(r"^.{0,3}(?:率|满意度|知晓度|完成量)$")
# Rates that stand alone wherever they are named.
_OWN_RATES = frozenset(words("own_rates"))
_SIZE = re.compile(r"(?:超|超过|总投资|投资)?\d*(?:\.\d+)?[十百千]*[万亿]+元?(?:\(含\))?(?:及?以[上下])?")


def noun(head: str) -> str:
    """The thing measured in the text before a figure: everything up to and including its verb is cut off.

    >>> noun("全年累计新增专精特新企业"), noun("城镇登记失业率")
    ('专精特新企业', '城镇登记失业率')
    """
    phrase = _INFLUENCE.sub("", after_leads(_after_modal(_LIST_MARK.sub("", head))))
    for verb in reversed([found for found in _STRONG.finditer(phrase) if found["verb"]]):
        rest = phrase[verb.end():]
        if rest and not _STRONG_TAIL.match(rest) and _balanced(rest):
            phrase = after_leads(rest)
            break
    phrase = trimmed(_after_verb(phrase))
    if _SCOPE.match(phrase) or _NOTHING.fullmatch(phrase):
        return ""
    bare = _BARE_VERB.sub("", phrase)
    return trimmed(bare) if bare else phrase


def _after_modal(head: str) -> str:
    """Cuts who promises and when: 城投公司2025年计划…, 税务部门力争…."""
    end = max((found.end() for found in _MODAL.finditer(head)), default=0)
    return head[end:] if end < len(head) else head


def after_leads(phrase: str) -> str:
    """Without the links, adverbs, modals and times at the front."""
    phrase = _OPENING.sub("", phrase)
    while found := _LEAD.match(phrase) or _ADVERB.match(phrase):
        phrase = _OPENING.sub("", phrase[found.end():])
    return phrase


def _after_verb(phrase: str) -> str:
    """Cuts the verbs at the front of a phrase, one after the other (组织 开展 …)."""
    for _ in range(4):
        found = _VERB.match(phrase)
        if not found or found.end() == len(phrase):
            return phrase
        rest = phrase[found.end():]
        if _NOUN_TAIL.match(rest) or _RATE.match(rest) or rest.startswith("的") or _KEPT_STAGE.match(phrase):
            return phrase
        phrase = after_leads(rest)
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


_TAIL_STOP = re.compile(rf"(?P<aside>\([^()0-9]{{1,6}}\))|[,;:。!?、(\t]|\d|逐一|全部|共计|累计|全面|按期|顺利|均已|均|已|基本|正在|(?<=.)(?P<predicate>达到|达|获评?|入选|实现|提交|担任|受到|纳入|通过|提供|组成|参与|认领|享受|符合|完成)|(?<=.)(?:{any_of('tail_stops')})|(?<=..)(?!组织)(?:{any_of('strong_verbs')})")


_GENERIC = frozenset(words("generic"))
_SUBJECT = re.compile(
    r"(?P<subject>[^,;。:!?0-9]{2,18}?)(?:已|正在|将|有序|顺利|稳步|持续|加快|累计|全年|今年|完成|实现|建设|保持|继续|首次|不断|进一步|逐步|快速|发展|运营|运行|推进|全面|突破|达到?(?!标)|[一二三四]季度|上半年|前三季度|力争|预计|为民|机制)")
_NO_SUBJECT = re.compile(r"(?:我|全|各|一年|今年|过去|坚持|积极|大力|有效|切实|通过|围绕|按照|在|以|把|对|为|让|使|将|强化|深化|加强|优化|完善|健全|创新|推动|推进|扎实|全力|深入|抓|突出|聚焦|落实|做|市|县|区|镇|街道|集团|公司|委|局)")


def is_generic(own: str) -> bool:
    """True for a head that needs the subject of its sentence to say what it measures."""
    return own in _GENERIC


def subject(string: str, start: int, position: int) -> str:
    """The thing a sentence speaks of before `position`: the first clause that opens with a noun and goes on with its predicate."""
    for clause in re.split("[,;:]", string[start:position]):
        phrase = after_leads(_LIST_MARK.sub("", clause))
        found = _SUBJECT.match(phrase)
        if found and not _NO_SUBJECT.match(phrase) and not begins_with_verb(phrase):
            return trimmed(found["subject"])
    return ""


_CLAUSE_END = re.compile(r"[,;:。!?\t]|\((?![^()0-9]{1,6}\))|\d|并|且")


def tail_noun(after: str) -> str:
    """The thing counted in the text after a figure (5个*村党组织*), up to its verb or mark; '' where there is none."""
    after = after.removeprefix("的")
    stop = next((found for found in _TAIL_STOP.finditer(after) if not found["aside"]), None)
    phrase = after[:stop.start()] if stop else after
    if stop and len(phrase) <= 7 and stop["predicate"]:
        clause = _CLAUSE_END.split(after, maxsplit=1)[0]
        phrase = clause if len(clause) <= 20 else phrase
    if phrase.startswith(("基础上", "基数上")):
        return ""
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
    for rule in (_complete_stage, _complete_verb, _complete_size, _complete_level, _complete_rate, _complete_dependent):
        if whole := rule(own, before):
            return whole
    return own


def _complete_stage(own: str, before: str) -> str:
    if not (found := _STAGE.fullmatch(own)):
        return ""
    bare = _STAGE.sub("", before, count=1) if _STAGE.match(before) else _STAGE_END.sub("", before)
    return found.group() + bare


def _complete_verb(own: str, before: str) -> str:
    """处罚35家 after 食品安全检查600家 counts what the check led to; a bare 完成 says nothing of its own."""
    if _BARE_VERB.fullmatch(own):
        return before
    return before + own if open_verb(own) and own not in before else ""


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


def is_stage(phrase: str) -> bool:
    """True for a bare stage word (开工, 签约)."""
    return bool(_STAGE.fullmatch(phrase))
