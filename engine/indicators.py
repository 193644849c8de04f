"""The noun phrase that a figure measures: verbs, adverbs and modals are cut away from the words around the figure."""

import re

from engine.lexicon import any_of, either, opens, words
from engine.wordlines import table

_NOUNS = table("nouns")
_TIME = (
    r"(?:20\d{2}年(?:度|底|末|初(?!步)|全年)?|20\d{2}[-—~至到]20\d{2}年|\d{1,2}[-—~至到]\d{1,2}月份?"
    r"|\d{1,2}月(?:份|底|末|中旬|上旬|下旬|\d{1,2}日)?(?:前|底)?|上半年|下半年|前三季度|前三个季度|前两季度|前\d{1,2}个?月|第?[一二三四]季度"
    r"|截至?止?到?|年底前?|年末前?|“十[一二三四五六]五”(?:末|期间|时期)?|近[一二三四五两]年来?|[过近前这]?[一二两三四五六七八九十]年(?:间|来)|当前|以来(?!的))")
# 防汛期间协助86名司机: when it was done.
_DURING = re.compile("[一-鿿]{2,4}期间(?=[一-鿿“]{2})")
_COMPLEMENT = "了|出(?![口租生让版])|起|到(?![位账期场])"
_LEAD = re.compile(
    rf"{opens(words('leads'), '为帮给0-9上下前第一二三四两五六七八九十过这截年“近当以应愿能可')}(?!{any_of('glued')})"
    rf"(?:[应愿能可][一-鿿]尽[一-鿿]、?|[为帮给]{either(_NOUNS['heads']['served'])}(?={any_of('verbs')}|办)|{any_of('leads')}|{_TIME})")
_BARE = either(word for word in words("bare_verbs") if len(word) > 1)
_ADVERB = re.compile(
    rf"{opens(words('adverbs'))}(?!{any_of('glued')})(?!(?:按期|按时|及时|限时|准时|如期)[一-鿿]{{2}}率$)"
    rf"(?:{any_of('adverbs')})(?=$|(?:{any_of('leads', 'adverbs', 'verbs')})|(?:{_BARE}|{either(_NOUNS['verbs']['bare'])})$)")
_VERB = re.compile(
    rf"{opens(words('verbs'))}(?!{any_of('compounds')})"
    rf"(?:{any_of('verbs')})(?:{_COMPLEMENT}|好|成(?![功果效立员品绩本熟交]))?")
_STRONG = re.compile(
    rf"{opens(words('compounds') + words('strong_verbs'))}"
    rf"(?:(?:{any_of('compounds')})|(?P<verb>{any_of('strong_verbs')})(?:{_COMPLEMENT})?)")
_MIDDLE = re.compile(
    rf"{opens(words('middles'), '为')}(?:(?<![公未])(?:{any_of('middles')})+(?:新)?"
    rf"|(?<=..)为{either(_NOUNS['heads']['served'])})(?={any_of('verbs')})(?!{any_of('compounds')})")
# 道路交通领域累计发生事故: the field says which ones are counted.
_FIELD = re.compile("(?:领域|行业|系统|产业|条线|战线|板块)(?:内|中)?$")
_MODAL = re.compile(
    r"(?=[力确争预拟有我2今全年当明一二两三四五六七八九十近入开成改活启运履任过前计将要应须])"
    r"(?:力争|确保(?!了)|争取(?!到|上级)|预计|拟(?!定|制|上市|建)|力求|有望"
    rf"|我(?:{either(_NOUNS['modals']['who'])})"
    r"|(?:20\d{2}年(?:全年|度)?|今年|全年|年内|当年|明年)(?!以来|来|的|均|度|末|底|初)"
    r"|(?:今年|一年|[两三四五]年|近年|入夏|入冬|入汛|开年|成立|改革|开展|活动|启动|运行|开园|履职|任期)(?:以来|来)(?=.)|[过近前]?[两三四五六七八九十](?:年|年间|年来)(?=累计|共|年均)"
    r"|(?:(?<!改善|行动|培养|引进|培育|支持|资助|扶持|提升|倍增|成长|激励|英才|关爱)计划(?!补助|补贴|奖励|资助|招生|培养|支持|帮扶|服务|管理|任务|总投资)|将|要|应(?!.尽)|须)"
    rf"(?=(?:{any_of('verbs', 'adverbs')}|全年|在|实现)))")
_STAGES, _KEPT_STAGES = frozenset(words("stages")), frozenset(words("stages_kept"))
_STAGE, _KEPT_STAGE = re.compile(any_of("stages")), re.compile(any_of("stages_kept"))
_NOUN_TAIL = re.compile(
    rf"{either(_NOUNS['tails']['of_nouns'])}"
    r"|线(?![上下])|区(?!级|本级|域|内)|点(?!位)|机(?![关会场遇动械])|业(?![委主])|金(?![融属银山秋])|[会课赛展面]$")
_RATE = re.compile(r".{0,3}率$")
# 资助资金, 发放金额: such a verb and what it spends are one noun.
_FUNDS = re.compile("资金|金额|款项?|费用?|总额")
_STRONG_TAIL = re.compile(
    r"的|.{0,4}(?:时[限间长]|周期|期限)$|人次(?:数)?(?:$|、)|.{0,4}率$|总[量额数]$|面$|[管品]?量(?!子)|额|进度|情况|比例|比$|.{0,3}度$")
_OPENING = "→、,:;。)]》 \t\r\n—-●○■□◆◇▲△▶►★☆※•◎"
_CLOSING = re.compile(
    rf"(?:[、,:;(\[—-]|(?<!拥)有|(?<![惠普波涉])及|(?<![参赠授])与|(?<![生人户亩地月日年校])均|(?<!减)负|(?!(?<=[下送抵转传表发直])达){either(_NOUNS['tails']['closing'])})+$")
# 审批时限由原来的两个月, 标准从年标准: where a change set out from is no part of what changed.
_FROM = re.compile(
    r"(?<=..)(?:(?<![理自缘])由|从)(?:年?[生人户亩地]均|(?:原来|原先|过去|去年|上年|年初|目前)的?.{0,6}|年标准|[一-鿿]{2,6}[后前]的?|[一二两三四五六七八九十\d].{0,6})$")
_DATED = re.compile(
    r"(?<=..)(?:\d{1,2}月(?:份|底)?前?[、和及])?(?:到|至|在|截至)?(?:(?:20\d{2}|“?十[一二三四五六]五”?)年?(?:底|末)?|上半年|前三季度|[一二三四]季度末?|年底前?|年内|\d{1,2}(?:[-—~至]\d{1,2})?月(?:份|底)?前?)$")
# 巡线180天, 油菜面积连续5年稳定在: for how long is no part of it.
_LASTED = re.compile(r"(?<=..)(?:历时|用时|为期|持续)?\d+(?:天|个?月|小时|年)$")
_RUNNING = re.compile(r"(?:已|也|均|已经)?连续(?:\d{1,2}|[一二两三四五六七八九十]+)(?:年|个?月|个?季度|届|次)(?:来|以来)?$")
_LAST = frozenset("、,:;([—-有及均与负") | {word[-1] for word in _NOUNS["tails"]["closing"]}
_BARE_END = re.compile(rf"(?:(?:累计|新|已|共)?{either(_NOUNS['verbs']['bare'])})+$")
_BARE_LAST = frozenset(word[-1] for word in _NOUNS["verbs"]["bare"])
# 研发投入 and 户均增收 are one noun each.
_INPUT = re.compile("(?:(?:研发|资产|科研|科技|教育|财政|经费|人力|资本|资金|民生)投入|[人户村亩]均(?:增收|节支|减负|受益|补助|投入))$")
_HAN = "[一二三四五六七八九十]"
_LIST_MARK = re.compile(
    rf"^\s*(?:\d{{1,2}}[.、](?!\d)|\(\d{{1,2}}\)|\d{{1,2}}\)|[①-⑳]|\({_HAN}{{1,3}}\)|{_HAN}{{1,3}}、|{_HAN}是(?:要)?|{_HAN}要|第{_HAN},)")
_LIST_OPENS = frozenset("0123456789(第一二三四五六七八九十 \t") | {chr(code) for code in range(ord("①"), ord("⑳") + 1)}
_SCOPES = frozenset(_NOUNS["heads"]["scope"])
_NOTHING = re.compile(
    rf"(?:{either(_NOUNS['heads']['nothing'])}|[过近前这后]?[一二两三四五六七八九十\d]{{1,3}}年(?:来|间|以来)?"
    r"|[占为]?(?:全年|年度)?(?:总?任务|目标任务?|计划)[数量]?"
    r"|是?前[一二两三四五六七八九十]年的?|较上\w|每[百千万]?\w|.{0,6}冲刺)+")
# A列车、年产7万吨B材料等制造业项目: a long list of examples before the thing they are examples of.
_EXAMPLES = re.compile(r"(?=[^等]*\d).{8,}等(?=[一-鿿“]{4,})(?!级|于|问题|各)")
# (以下简称“事故”)
_SHORT_NAME = re.compile(r"\((?:以下)?[简统]称:?[^)]{1,20}\)")
_COUNTS = frozenset("二两三四五六七八九十百")
# 十件民生实事办结六件 counts 民生实事.
_LEADING_COUNT = re.compile(r"^[二两三四五六七八九十百]+(?:件|项|个|条|大)(?=..)")
# 10大类52项民生实事: the classes of the things counted next.
_CLASSES = re.compile(r"^\d+(?:个)?(?:大|小)?(?:类|方面|领域|板块|行业|批次?)$")
# 通过公开招聘、人才引进等方式补充教师, 会同8部门开展检查: how it was done, and with whom, is no part of it.
_MEANS = re.compile(
    "(?:(?:通过|以|采取).{2,30}?(?:方式|形式|办法|渠道|模式|途径|手段)|按照?.{2,24}?的?(?:思路|要求|原则|模式|标准|部署|办法|方式|方案)|(?:会同|联合|协同).{0,16}?(?:部门|单位))"
    f"(?={any_of('verbs', 'adverbs')})")
# 利用闲置厂房改造邻里中心: with what it was done.
_RESOURCE = re.compile("(?:利用|依托|借助|依靠|凭借|运用|借力)(?!外资)(?=[一-鿿“”]{6})")
_INFLUENCE = re.compile(r"^(?:受|因|由于).{2,14}?(?:影响|原因|拖累|冲击|制约|带动|拉动|因素)")
_PAIRS = {")": "(", "”": "“", "》": "《"}
_CLOSED = re.compile(f"[{''.join(_PAIRS)}]")
# Verbs that are as often the name of a deed, which takes the thing behind its figure as its object (老旧小区改造12个小区).
_DEEDS = frozenset(_NOUNS["verbs"]["deeds"])
_GIVEN = re.compile(f"{either(_NOUNS['verbs']['given'])}的?$")
_GIVEN_THING = re.compile(f"{either(_NOUNS['verbs']['given'])}的?(?:问题|隐患|线索|事项|案件|件)$")
_SHORT_NOUN = re.compile(r"(?:[一-鿿A-Za-z]{2,9}、)*[一-鿿“”()A-Za-z]{2,9}?(?:累计|共|已|共同|联合|将|拟|要|计划|力争)*")
# 支持乡镇建设9个照料点: helped by us, done by others.
_HELPS = tuple(_NOUNS["verbs"]["helps"])
# 各乡镇均建2个站点: a verb of one character stands behind an adverb.
_SUBJECT_SHORT = re.compile(
    f"(?<=..)(?:至少|最少|各|均|都|要|须|再|共|已|每年)[{''.join(word for word in words('bare_verbs') if len(word) == 1)}]了?$")
_BARE_VERBS = frozenset(words("bare_verbs"))
_VERBS, _COMPOUNDS = frozenset(words("verbs")), words("compounds")
_GENERIC = frozenset(words("generic"))


# 综合医院设立老年医学科比例: who did it and what they did, both tell what it is a share of.
_PORTIONS = ("比例", "占比", "比重")
_DOERS = re.compile(
    f"[一-鿿]{{0,12}}{either(_NOUNS['heads']['counted'])}"
    "(?:设[立置有]|开设|配[备有齐]|[建拥]有|建[立成]|具[有备]|开[展通]|提供|实[现行]|接入|安装|落实|参[与加]|加入|达到|通过|取得|使用|应用)"
    f"[一-鿿“”A-Za-z]{{2,14}}{either(_PORTIONS)}")
# 围绕新材料等重点领域谋划实施项目: what it is about is not what is counted.
_ABOUT = re.compile(
    rf"(?=[围聚瞄紧锚对])(?:围绕|聚焦|瞄准|紧扣|紧盯|锚定|对准)[^,;。]{{2,24}}?(?:领域|方向|方面|重点|环节|产业链?|主题|需求)(?={any_of('verbs')}|谋划|策划|布局)")
# 在三个乡镇建设示范区: where it was done.
_WHERE = re.compile(
    f"(?<![存正现潜实所旨])在(?![建校册库岗职营园编网线手产])[^,;。\\d]{{2,24}}?(?:等(?:地|处)?|乡镇|镇|街道|社区|村|[县区]|沿线|周边|两侧|路段)(?={any_of('verbs')})")
# 以《…的通知》(…号)安排重点项目: by which paper.
_BY_PAPER = re.compile("(?:以|按照?|根据|依据|依照|对照|通过)《[^》]*》(?:\\((?:[^()]|\\([^()]*\\))*\\))?(?:要求|精神|规定|部署)?,?")
# 人大会议批准的全县收入: who set the figure.
_DECIDED = re.compile("^[^,;。]{2,24}?(?:批准|批复|审批|审议通过|表决通过|审定|核准|核定|核批)的(?=..)")


_LONGEST_SUBJECT, _AT_FRONT, _SHORT_RATE = 14, 8, 4


# 油菜在去年15万亩的基础上扩种2万亩
_ON_FORMER = re.compile("(?<=..)在(?:去年|上年|上一年|现有|原有)的?$")
_ON_THAT = re.compile("^的?基[础数](?:之)?上,?")


def noun(head: str) -> str:
    """The thing measured in the text before a figure: everything up to and including its verb is cut off.

    >>> noun("全年累计新增专精特新企业"), noun("城镇登记失业率")
    ('专精特新企业', '城镇登记失业率')
    """
    if not head:
        return ""
    if "过" in head or "按" in head or "以" in head or "取" in head or "同" in head or "联合" in head:
        head = _MEANS.sub("", head, count=1)
    head = _ABOUT.sub("", head, count=1)
    if "》" in head:
        head = _BY_PAPER.sub("", head, count=1)
    if "在" in head[:_AT_FRONT]:
        head = _WHERE.sub("", head, count=1)
    if "的" in head:
        head = _DECIDED.sub("", head, count=1)
    if "用" in head or "依" in head or "借" in head:
        head = _without_resource(head)
    if "基" in head[:3]:
        head = _ON_THAT.sub("", head)
    phrase = after_leads(_after_modal(after_list_mark(_SHORT_NAME.sub("", head) if "称" in head else head)))
    if phrase[:1] in ("受", "因", "由"):
        phrase = _INFLUENCE.sub("", phrase)
    if phrase[-2:] in _PORTIONS and _DOERS.fullmatch(whole := _after_verb(phrase)):
        return whole
    phrase = _after_verb(_after_strong_verb(_after_middle(phrase)))
    if "等" in phrase and (examples := _EXAMPLES.match(phrase)):
        phrase = phrase[examples.end():]
    phrase = trimmed(_LEADING_COUNT.sub("", phrase) if phrase[:1] in _COUNTS else phrase)
    bare = phrase
    if phrase[-1:] in _BARE_LAST and not _INPUT.search(phrase):
        bare = trimmed(_BARE_END.sub("", phrase)) or phrase
    classes = bare[:1].isdigit() and _CLASSES.match(bare)
    return "" if bare in _SCOPES or classes or _NOTHING.fullmatch(bare) else bare


def _without_resource(head: str) -> str:
    """利用闲置厂房改造邻里中心 → 改造邻里中心."""
    found = _RESOURCE.search(head)
    if not found:
        return head
    begin = found.end() + 2
    verb = next((place for place in range(begin, min(begin + _SHORT_SUBJECT * 2, len(head) - 3)) if head[place:place + 2] in _VERBS
                 and not head.startswith(_COMPOUNDS, place)), None)
    return head if verb is None else head[:found.start()] + head[verb:]


def after_list_mark(phrase: str) -> str:
    """Without a list number (1. 一是 ①) at the front."""
    return _LIST_MARK.sub("", phrase) if phrase[:1] in _LIST_OPENS else phrase


_REACHED = re.compile("^(?:完成|实现|达成|达到|达)(?:了)?")


def _after_modal(head: str) -> str:
    """Cuts who promises and when: 城投公司2025年计划…, 税务部门力争…."""
    for found in reversed(list(_MODAL.finditer(head))):
        rest = head[found.end():]
        if rest and found.start() and _CLOSING.fullmatch(rest):
            return head[:found.start()]
        if rest and not _VERB.fullmatch(rest):
            whose, bare = after_leads(head[:found.start()]), _REACHED.sub("", after_leads(rest))
            generic = bare in _GENERIC or (bare.endswith("率") and len(bare) <= _SHORT_RATE)
            generic = generic and 4 <= len(whose) <= _LONGEST_SUBJECT and not begins_with_verb(whose)
            return whose + bare if generic else rest
        if rest and not _MODAL.match(head):
            return head[:found.start()]
    return head


_REACH_VERB = re.compile("达|实现|完成|突破|超|保持|控制|稳定|提高|提升|增加|增长|下降|降低|减少|增至|降至|争取|扩大|压|缩|落实|开展")




def after_leads(phrase: str) -> str:
    """Without the links, adverbs, modals and times at the front."""
    phrase = phrase.lstrip(_OPENING)
    while found := _LEAD.match(phrase) or _ADVERB.match(phrase) or ("期间" in phrase[:_AT_FRONT] and _DURING.match(phrase)):
        phrase = phrase[found.end():].lstrip(_OPENING)
    return phrase


_EVENTS = ("活动", "行动", "期间", "节会", "展会", "假期")
_COUNTED_UP = re.compile("(?<=..)(?:累计|总共|共计|(?<!公)共)")


def _after_middle(phrase: str) -> str:
    """Cuts a subject with its adverb: 各支行累计投放普惠贷款. What is left begins with the verb."""
    counted = _COUNTED_UP.search(phrase) if "共" in phrase or "计" in phrase else None
    told = counted and phrase.startswith(_COMPOUNDS, counted.end())
    if counted and told and (begins_with_verb(phrase) or phrase.endswith(_EVENTS, 0, counted.start())):  # 举办系列活动共接待游客
        return phrase[counted.end():]
    for found in reversed(list(_MIDDLE.finditer(phrase, 2))):
        rest = phrase[found.end():]
        shorter = _after_verb(rest)
        if shorter != rest and len(shorter) > 1 and _balanced(rest):
            field = _FIELD.search(phrase, 0, found.start())
            return after_leads(phrase[:field.end()]) + shorter if field else rest
    return phrase


def _after_strong_verb(phrase: str) -> str:
    """Cuts at the last verb that hardly ever stands inside a noun (…培育, …发放), wherever it stands."""
    for verb in reversed([found for found in _STRONG.finditer(phrase) if found["verb"]]):
        rest = phrase[verb.end():]
        if phrase.endswith("人均", 0, verb.start()):
            return phrase
        if rest and rest[0] not in "、和及" and _balanced(rest) and not _belongs_to_verb(rest):
            owner, whose = _OWNER if rest in _EARNINGS else _PRODUCT if rest in _YIELDS else None, _whose(phrase[:verb.start()])
            if owner and owner.fullmatch(whose) and not begins_with_verb(phrase):
                return whose + rest  # 冷链园项目完成年度投资
            if rest in _OUTCOMES and _PEOPLE_END.search(phrase, 0, verb.start()):
                return _after_verb(phrase[:verb.start()]) + rest
            # 为卫生院配备CT: letters alone do not say whose.
            bare = (_VERB.fullmatch(rest) or rest.isascii()) and 2 <= len(whose) <= _SHORT_SUBJECT
            named = _GIVEN_THING.search(whose) or not begins_with_verb(phrase)  # 督查反馈问题已完成整改
            return whose + rest if bare and named else after_leads(rest)
    return phrase


def _whose(before: str) -> str:
    """The subject before a verb, without the time and the adverb between them."""
    return trimmed(_CLOSING.sub("", before))


_EARNINGS = frozenset(_NOUNS["heads"]["earnings"])
# Whose it is: a thing with a name of its own (冷链园项目), an industry (第三产业).
_OWNER = re.compile(
    f"[一-鿿“”A-Za-z()]{{3,16}}{either([*_NOUNS['heads']['counted'], *_NOUNS['heads']['works']])}|[一-鿿、]{{1,14}}业"
    "|[一-鿿]{2,10}(?:集中|开发|功能|示范|园|新|高新|经开|产业|工业)区")
_YIELDS = frozenset(_NOUNS["heads"]["yields"])
_PRODUCT = re.compile("[一-鿿A-Za-z()]{2,12}")
_OUTCOMES = frozenset(_NOUNS["verbs"]["outcomes"])
_PEOPLE_END = re.compile(f"{either(_NOUNS['heads']['people'])}$")
_SHORT_SUBJECT = 8
"""粮食作物完成种植: where the object is itself a deed, the subject says of what."""


def _belongs_to_verb(rest: str) -> bool:
    """True where what follows a verb makes a noun of it (培育库, 发放金额), or is a stage of the thing before it (培育入库)."""
    return bool(len(rest) == 1 or _STRONG_TAIL.match(rest) or _FUNDS.fullmatch(rest) or rest in _STAGES)


# 救援到达时间, 审核确认时限: how long deeds take is named by all of them; 压缩审批时限 shortens it.
_SPANS = ("时间", "时限", "时长", "周期", "期限")
_SPAN_OF = re.compile(f"(?!压|缩|减|延|控制|节约|节省|明确|优化|规定|公布|公开)[一-鿿]{{2,10}}{either(_SPANS)}")


def _after_verb(phrase: str) -> str:
    """Cuts the verbs at the front of a phrase, one after the other (组织 开展 …)."""
    for done in range(4):
        found = _VERB.match(phrase)
        if not found or found.end() == len(phrase) or (phrase.endswith(_SPANS) and _SPAN_OF.fullmatch(phrase)):
            return phrase
        rest = phrase[found.end():]
        if _NOUN_TAIL.match(rest) or _RATE.match(rest) or rest.startswith("的") or _KEPT_STAGE.match(phrase):
            return phrase
        if done and rest in _GENERIC:  # 承担监测项目
            return phrase
        phrase = after_leads(rest)
    return phrase


def _balanced(rest: str) -> bool:
    """False where the cut would open inside a quotation or a bracket."""
    return not _CLOSED.search(rest) or all(rest.count(close) <= rest.count(opened) for close, opened in _PAIRS.items())


def trimmed(phrase: str) -> str:
    """Without links at the end and without a bracket that is opened but not closed."""
    phrase = phrase.lstrip(_OPENING)
    if ("由" in phrase or "从" in phrase) and (begun := _FROM.search(phrase)):
        phrase = phrase[:begun.start()]
    if "在" in phrase:
        phrase = _ON_FORMER.sub("", phrase)
    if phrase[-1:] in "天月时年" and (lasted := _LASTED.search(phrase)):
        phrase = phrase[:lasted.start()]
    if "连续" in phrase:
        phrase = _RUNNING.sub("", phrase)
    if phrase[-1:] in "年末底度月份前内" and (dated := _DATED.search(phrase)):
        phrase = phrase[:dated.start()]
    if phrase[-1:] in _LAST:
        phrase = _CLOSING.sub("", phrase)
    if phrase.count("(") > phrase.count(")"):
        opened = phrase.rfind("(")
        phrase = phrase[opened + 1:] if phrase.endswith(")") or not opened else phrase[:opened]
    elif phrase.endswith(")") and phrase.count(")") > phrase.count("("):
        phrase = phrase[:-1]
    return phrase.strip(" \t")


_MARKS = "→,;:。!?、()\t\n"
_MARK = r"[→,;:。!?、(\t]"
# 为民办实事, 为老服务: for whom a thing is done.
_SERVED = frozenset("民农老侨企医教")
# 中介机构建立合作: 构建 is no word there.
_ACROSS = "(?<=[机结架])构建"
_TAIL_STOP = re.compile(
    rf"(?P<aside>\([^()0-9]{{1,6}}\)|(?<=小)\([12]\)(?=型)|“[^”]{{1,20}}”|《[^》]{{1,24}}》|(?:国家|国|省|市|县|区)[级控定属]?(?:[和及、](?:国家|国|省|市|县|区)[级控定属])+"
    rf"|[超过达]\d+[百千万亿]*元的?(?=[一-鿿])|\d+(?:\.\d+)?[百千万亿]*(?:元|人|亩|平方米|吨|千瓦|岁|公里|户)?(?:\(含\))?及?以[上下](?:的|(?=[一-鿿]))|\d+(?:\.\d+)?[百千万亿]*(?:吨|伏|千伏|kV|兆瓦|千瓦|元)级(?=[一-鿿]))|{_MARK}|\d|(?<=..)[年月日]?平均|[上下]半年|[一二三四]季度|年底前|年内|逐一|全部|共计|累计|全面|按期|顺利|均已|(?<![亩人户年月日场单平])均|已(?!婚)|(?<=.)基本(?!公共|医疗|养老|农田|草原|药物|建设|面)|正在|正(?=[大加有积全抓按])|(?<=..)(?<![报签迟])到(?![位账期户岗达场会])|以[上下](?!的?(?!占)[一-鿿])"
    r"|(?<=..)(?<![方意面定走导风趋志])向(?![导日阳])|(?<=.)可(?=提供|以|实现|享受|办理|满足|容纳|使用)|(?<=..)(?:优化|调整)?(?:整合|合并|调整|撤并|精简|优化)[为成]"
    rf"|(?<=.)(?P<predicate>{any_of('tail_predicates')})|(?<=.)(?<!^[新未拟续])(?!{_ACROSS})(?:{any_of('tail_stops')})|(?<=..)(?!组织|{_ACROSS}|{any_of('compounds')})(?:{any_of('strong_verbs')})")
_STATES = frozenset("台阶 大关 关口 门槛 到位 完毕 完成 结束 见效 落地 达标 在建 合格 完好 归零 销号".split())
# 完成全年5万人目标的84%, 4条总长36公里的产业路: what was set, or how long it is, is that of another thing.
_OF_ANOTHER = re.compile(
    f"(?:年度|总|预期|控制|考核|规划|约束性|建设|改造|招商|投资|开工|收储|整治|拆除)*(?:{either(_NOUNS['heads']['set'])})+[数值]?|{either(_NOUNS['heads']['extents'])}")
_DIRECTIONS = table("changes")["direction"]
_CHANGE = re.compile(rf"(?:稳步|逐步|大幅|进一步)?(?:{either([*_DIRECTIONS['up'], *_DIRECTIONS['down']])}|发展|优化|调整)(?:到|至|为)?")
# 10个众创空间和科技企业孵化器: the things counted may be several, up to the next mark.
_JOINS = frozenset("、和及与")
_JOINED = re.compile(r"(?P<next>[^,;。:!?、\d\t()]{2,16})(?=[,;。:!?]|、$)")


def _is_clause(text: str) -> bool:
    """True where a part of an enumeration has a verb of its own."""
    begun = any(pattern.match(text) for pattern in (_EFFORT, _ADVERB)) or begins_with_verb(text)
    return begun or bool(_TAIL_STOP.search(text) or _STAGE.match(text)) or text in _BARE_VERBS or open_verb(text[:2])


_CLAUSE_END = re.compile(r"[,;:。!?\t]|\((?![^()0-9]{1,6}\))|\d|并|且")
_SHORT_THING, _LONGEST_CLAUSE = 7, 28
# 90户约300米, 60处和接口45个: what follows is of the next figure.
_LINKED = re.compile(r"(?:和(?![谐睦美平])|及(?!时)|与(?!会)|以及)|(?:约|近|超|超过|达|共|共计|计|合计|折合)+(?=\d|$)")


# 总投资8亿元的水库大坝填筑有序推进
_ORDERLY = re.compile("(?<=..)(?:有序|顺利|稳步|扎实|加快|持续|如期|快速)$")


_BUILT_BY = re.compile(r"^\d{4}年[底末]?(?:之?前|以前)?[一-鿿]{2}的")
_TASKS_DONE = ("任务已", "任务均", "任务全部")
_MODAL_TAILS = ("力争", "确保", "争取", "预计", "计划于", "拟于", "务必", "有望")


def tail_noun(after: str) -> str:
    """The thing counted in the text after a figure (5个*村党组织*), up to its verb or mark; '' where there is none.

    A short thing keeps its predicate, which says which ones are counted (8个*村达到“先锋”标准*).
    """
    after = after.removeprefix("的")
    if after[:1].isdigit():  # 剩余165个2000年底前建成的老旧小区
        after = _BUILT_BY.sub("", after)
    if after[:1] in ("为", "是", "属") and len(after) > 2 and after[1] not in _SERVED:
        after = after[1:]
    if not after or after[0] in _MARKS or _LINKED.match(after):
        return ""
    stop = next((found for found in _TAIL_STOP.finditer(after) if not found["aside"]), None)
    phrase = after[:stop.start()] if stop else after
    if stop and stop.group() in _JOINS and (joined := _JOINED.match(after, stop.end())) and not _is_clause(joined["next"]):
        phrase = after[:joined.end("next")]
    if stop and stop["predicate"] and len(phrase) <= _SHORT_THING:
        clause = _CLAUSE_END.split(after, maxsplit=1)[0]
        # What leads on to the next figure is that one's own: 28个重点项目完成投资38亿元.
        phrase = clause if len(clause) <= _LONGEST_CLAUSE and len(clause) < len(after) else phrase
    phrase = phrase.removesuffix("的基础上").removesuffix("的基础")
    if phrase == "于" or phrase.startswith(("基础上", "基数上", *_MODAL_TAILS)):
        return ""
    if _CHANGE.fullmatch(phrase) or (len(phrase) == 2 and open_verb(phrase)):
        return ""
    found = None if _KEPT_STAGE.match(phrase) else _VERB.match(phrase)
    if found and not _NOUN_TAIL.match(phrase[found.end():]) and found.end() < len(phrase):
        phrase = phrase[found.end():]
    thing = trimmed(_ORDERLY.sub("", phrase) if stop else phrase)
    if after.startswith(_TASKS_DONE):  # 62项任务已完成59项
        return thing
    return "" if phrase in _STATES or _OF_ANOTHER.fullmatch(thing) or thing in _STAGES else thing


_THINGS = either(_NOUNS["heads"]["counted"])
_THING_END = re.compile(f"{_THINGS}$")
_COUNTED_OF = re.compile(f"(?P<thing>[^的]*{_THINGS})(?:的|[中里内]$)")
# 38个行政村污水治理率, 6个园区亩均税收: how the things counted stand, told right behind them.
_COUNTED_MEASURED = re.compile(f"(?P<thing>[^的]{{0,10}}?{_THINGS})(?:[一-鿿]{{2,12}}率$|(?:平均|[人户亩校村床]均)[一-鿿]{{2,}})")
# 12个项目未落实用地: what is still to be done to them says which ones are counted.
_COUNTED_NOT = re.compile(f"(?P<thing>[^的]{{0,10}}?{_THINGS})(?:尚|仍|还)?(?P<not>未[一-鿿]{{2,8}})$")
# 30件民生实事中,已完成18件
_AMONG_END = re.compile("(?<=..)(?<![集其高初空水途])[中内]$")
_BARE_DEED = 3  # a verb alone may be the end of a noun; with its object it is none
_COUNTED_WHO = re.compile(f"[^的]{{0,12}}?(?:{_THINGS}|{either(_NOUNS['heads']['people'])})")


def ends_with_thing(phrase: str) -> bool:
    """True for a phrase that ends with what is counted by pieces (规上企业, 商务楼宇)."""
    return bool(_THING_END.search(phrase))


def _who(tail: str) -> str:
    """What stands before the verb of those who are helped; '' where no verb follows."""
    found = _COUNTED_WHO.match(tail)
    rest = tail[found.end():] if found else ""
    acts = len(rest) > _BARE_DEED and (_ADVERB.match(rest) or rest[:2] in _VERBS or rest[:2] in _BARE_VERBS)
    return found.group() if found and acts else ""


def counted_in(tail: str, *, helped: bool) -> str:
    """The thing itself in the text behind a counter: 7个项目的前期工作 counts 项目; so does, where others are `helped`, what stands
    before their verb (19个村申报示范村).

    >>> counted_in("项目的前期工作", helped=False), counted_in("符合条件的项目", helped=False), counted_in("企业申领补贴", helped=True)
    ('项目', '符合条件的项目', '企业')
    """
    if found := _COUNTED_NOT.match(tail):
        return found["not"] + found["thing"]
    if found := _COUNTED_OF.match(tail) or _COUNTED_MEASURED.match(tail):
        return found["thing"]
    return (_who(tail) if helped else "") or _AMONG_END.sub("", tail)


_CLAUSE_MARK = re.compile("[,;:]")
_REACH = 200
# 固定资产投资受房地产下行影响,同比下降
_SUBJECT = re.compile(
    rf"(?P<subject>(?:\d{{1,3}}周?岁(?:及?以上)?)?[^,;。:!?0-9]{{2,18}}?)(?:{either(_NOUNS['subjects']['predicate'])}|(?:自|(?<![低高少多大小优快慢居属位用基])于)(?=\d)|受(?=[^,;。]{{2,16}}(?:影响|冲击|制约|拖累|带动|拉动))|因(?=[^,;。]{{2,16}}(?:影响|原因|因素|较高|较低|偏高|偏低|减少|增加|下降)))")
_EFFORT = re.compile(rf"^(?:{either(_NOUNS['subjects']['effort'])})+")
_EFFORT_END = re.compile("(?:建设|工作|力度|改革|行动|步伐|水平|体系|任务|进度)+$")
# A clause that only names what is spoken of: 综合客运枢纽, 农村公路养护方面.
_TOPIC = re.compile(rf"(?P<subject>[^,;。:!?0-9]{{2,18}}?)(?:(?:建设|管理|工作)?方面|(?<={either(_NOUNS['subjects']['topic'])}))")
_NO_SUBJECT = re.compile(either(_NOUNS["subjects"]["never"]))


def is_generic(own: str) -> bool:
    """True for a head that needs the subject of its sentence to say what it measures."""
    return own in _GENERIC


def subject(string: str, start: int, position: int) -> str:
    """The thing a sentence speaks of before `position`: the first clause that opens with a noun and goes on with its predicate."""
    reach = _within_reach(string, start, position)
    group = reach.rpartition(";")[2]
    return _subject_in(group) or (_subject_in(reach) if group != reach else "")


_BRACKET = re.compile(r"\([^()]*\)")
# 主桥9月底前合龙
_DAY = re.compile(r"(?<=[一-鿿)])\d{1,2}月(?:(?:\d{1,2}日|底|末|上旬|中旬|下旬)(?:之?前)?|前)")


def _subject_in(text: str) -> str:
    text = _BRACKET.sub("", text) if ")" in text else text
    for clause in _CLAUSE_MARK.split(_DAY.sub("", text) if "月" in text else text):
        phrase = after_leads(after_list_mark(clause))
        found = _TOPIC.fullmatch(phrase) or _SUBJECT.match(phrase)
        if found and not _NO_SUBJECT.match(phrase) and not begins_with_verb(phrase) and not open_verb(found["subject"]):
            return trimmed(_LEADING_COUNT.sub("", found["subject"]))
    return ""


# 粮食生产“八连增” speaks of 粮食生产; the quotes in “两癌”免费筛查 belong to a name.
_QUOTED_END = re.compile("“[^”]*”?$")


# 建成服务中心并于9月投用
_AND_THEN = re.compile("(?<=...)(?:并于|并在|并投|并启|并正式|并已|并实现|并通过).*")


# 对排查出的隐患建账销号: what is acted on
_ACTED_ON = re.compile(
    "对(?P<thing>[^,;。]{2,18}?)(?:进行|开展|实施|落实|逐[一户项个]|建[账档立]|全部|予以|给予|实行|分类|挂账|“一|一企|一户|一案)")


def clause_subject(gap: str) -> str:
    """What the last clause of a text without a figure speaks of (实现粮食生产“八连增”): behind its verb, up to its predicate or mark."""
    for clause in reversed(_CLAUSE_MARK.split(gap)):
        if acted := _ACTED_ON.match(clause):
            return trimmed(acted["thing"])
        phrase = after_leads(after_list_mark(clause))
        own = _EFFORT_END.sub("", _after_verb(_EFFORT.sub("", phrase)))
        found = _SUBJECT.match(own)
        thing = found["subject"] if found else _QUOTED_END.sub("", _AND_THEN.sub("", own)) if own != phrase else ""
        if 2 <= len(thing) <= 18 and ((len(thing) > 4 and thing[0] in "市县区镇") or not _NO_SUBJECT.match(thing)):
            return trimmed(thing)
    return ""


def _within_reach(string: str, start: int, position: int) -> str:
    """The text of a sentence before `position`, from a whole clause on where the sentence is very long."""
    if position - start <= _REACH:
        return string[start:position]
    return string[position - _REACH:position].partition(",")[2]


_ADDS = re.compile("(?:增设|新增|新建|新设|添置|增配|设立|增建|添建)[了出]?$")


def ends_with_addition(phrase: str) -> bool:
    """True where what is added can only stand behind the figure, whatever stands before the verb (沿江路段增设)."""
    return bool(_ADDS.search(phrase))


def begins_with_verb(phrase: str) -> bool:
    """True where a phrase begins with a verb that is not the front of a noun."""
    found = _VERB.match(phrase)
    return bool(found and not _NOUN_TAIL.match(phrase[found.end():]))


def open_verb(phrase: str) -> bool:
    """True where nothing is left but a verb, so that the thing stands behind the figure (建立46家企业…库)."""
    return (phrase in _BARE_VERBS or bool(_VERB.fullmatch(phrase))) and phrase not in _STAGES


def is_given(phrase: str) -> bool:
    """True where a phrase ends with who gave the things counted behind it (巡视反馈, 上级交办)."""
    return bool(_GIVEN.search(phrase))


def ends_with_deed(head: str) -> bool:
    """True where nothing but what is to be done stands between a modal and the figure (区里将新建, 我局计划组织)."""
    last = next(reversed(list(_MODAL.finditer(head))), None)
    rest = head[last.end():] if last else ""
    return bool(rest and (_VERB.fullmatch(rest) or rest in _BARE_VERBS) and not _REACH_VERB.match(rest))


def ends_with_verb(phrase: str) -> bool:
    """True for a short subject with a bare verb behind it (县工信局组织)."""
    helped = phrase.startswith(_HELPS) and len(phrase) <= _LONGEST_SUBJECT and phrase[-2:] in _VERBS
    if helped or _SUBJECT_SHORT.search(phrase):
        return True
    phrase = phrase.removesuffix("了")
    return any(_is_deed(whole[-length:]) and _does(whole[:-length])
               for whole in dict.fromkeys((phrase, phrase.removesuffix("出"))) for length in (4, 3, 2))


def _does(subject: str) -> bool:
    """True for a short subject, or one that does something else first (从部门抽调骨干, behind which 组建 stands)."""
    if _SHORT_NOUN.fullmatch(subject):
        return True
    return len(subject) <= 2 * _SHORT_SUBJECT and any(subject[place:place + 2] in _VERBS for place in range(2, len(subject) - 3))


def _is_deed(verb: str) -> bool:
    """True for a verb that is neither a stage nor as often a noun."""
    return (verb in _BARE_VERBS or bool(_VERB.fullmatch(verb))) and verb not in _KEPT_STAGES and verb not in _DEEDS


def is_short_rate(phrase: str) -> bool:
    """True for a rate of a deed alone (调处成功率), which takes the thing it is the rate of from elsewhere."""
    found = _VERB.match(phrase)
    return bool(found and _RATE.fullmatch(phrase[found.end():]))


_PLACE = re.compile(
    "[一-鿿]{2,8}(?:范围内|沿线|周边|两侧|(?<![国省市县区境])内)|(?:沿线|沿海|沿边|周边|相关|有关|所辖|下辖|辖内|各|全部)?[一-鿿]{0,4}(?:区县|县区|市县|县市|县市区|市州|地市|镇街|乡镇|镇村|社区|园区)")
# Whose things are counted: 城北街道12个社区.
_OFFICE = re.compile(
    "[一-鿿]{1,6}(?:街道|(?<!城)镇|(?<![城下返还归离])乡|县|(?<![园社片地景校厂库灾小街置院病矿牧林])区|(?<![城上都超闹门夜])市|集团|公司|法院|检察院|支行|分局|大队|支队|[司局])")


_OFFICE_ENDS = frozenset("道镇乡县区市团司院行局队")


def is_office(phrase: str) -> bool:
    """True for a town, a county, an office by its name: 河口镇, 市水务局."""
    return phrase[-1:] in _OFFICE_ENDS and bool(_OFFICE.fullmatch(phrase)) and not begins_with_verb(phrase)


def are_offices(phrase: str) -> bool:
    """True for an office, or several joined by 、: 东城区、河西县."""
    return phrase[-1:] in _OFFICE_ENDS and all(is_office(each) for each in phrase.split("、"))


def without_office(phrase: str) -> str:
    """What offices did without them: 造林 of 河口镇造林; the phrase itself where it begins with none."""
    while (found := _OFFICE.match(phrase)) and len(phrase) - found.end() > 1:
        phrase = phrase[found.end():].lstrip("、")
    return phrase


def is_place(phrase: str) -> bool:
    """True for places in general (沿线区县) and for an office: where it was done, not what is counted behind the figure."""
    if _PLACE.fullmatch(phrase) or phrase.endswith(("等处", "等地")):
        return True
    return is_office(phrase)


def is_stage(phrase: str) -> bool:
    """True for a bare stage word (开工, 签约)."""
    return phrase in _STAGES


def is_kept_stage(phrase: str) -> bool:
    """True for a stage that says which things are counted, whatever else was done to them (开工, 签约)."""
    return phrase in _KEPT_STAGES


def is_bare_verb(phrase: str) -> bool:
    """True for a verb that says nothing of its own beside a thing named before (完成, 新增)."""
    return phrase[-1:] in _BARE_LAST and bool(_BARE_END.fullmatch(phrase))


_NO_TITLE = re.compile("(?:情况|问题|成效|要求|措施|安排|方面|打算|思路|工作|任务|指标|做法|经验|亮点|建议|保障|目标"
    "|从[严实紧细快优]|有[进忧升为序]|有序|平稳|稳定|有力|有效|提升|提质|提速|加快|增强|向好|显著|明显|改善|扎实|见效|突破|优化|深化|推进|到位|夯实|发力|加力|增效|提效|攻坚)$")


_LED_EFFORT = re.compile(f"(?:{either(_NOUNS['subjects']['effort'])})+(?=.{{4,}})")


def thing_of(title: str) -> str:
    """What a title names: itself, or what it says is to be done better (加快既有住宅加装电梯); '' where it names a field of work."""
    if names_thing(title):
        return title
    led = _LED_EFFORT.match(title)
    thing = title[led.end():] if led else ""
    return thing if thing and not names_field(thing) and names_thing(thing) else ""


_FIELD_OF_WORK = re.compile(f"{either(_NOUNS['heads']['fields'])}$")


def names_field(title: str) -> bool:
    """True for a title that names a field of work (安全生产, 网格管理): nothing in it is counted by its name."""
    return bool(_FIELD_OF_WORK.search(title) or _EFFORT_END.search(title))


def names_thing(title: str) -> bool:
    """True for a title that names what is measured (固定资产投资), not what is done about it (强化要素保障)."""
    done = _NO_TITLE.search(title) or _EFFORT.match(title) or begins_with_verb(title)
    return len(title) > 1 and not done and not any(mark in title for mark in ",:、")
