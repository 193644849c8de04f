"""The noun phrase that a figure measures: verbs, adverbs and modals are cut away from the words around the figure."""

import re

from engine.lexicon import any_of, begins, either, opens, words
from engine.wordlines import table

_NOUNS = table("nouns")
_TIME = (
    r"(?:20\d{2}年(?:度|底|末|起|初(?!步)|全年)?|20\d{2}[-—~至到]20\d{2}年|\d{1,2}[-—~至到]\d{1,2}月份?"
    r"|\d{1,2}月\d{1,2}日[-—~至到](?:\d{1,2}月)?\d{1,2}日|\d{1,2}月(?:份|底|末|中旬|上旬|下旬|\d{1,2}日)?(?:前|底)?|上半年|下半年|前三季度|前三个季度|前两季度|前\d{1,2}个?月|第?[一二三四]季度(?:[末底]?前|[末底起])?"
    r"|截至?止?到?|年底前?|年末前?|“十[一二三四五六]五”(?:末|期间|时期)?|近[一二三四五两]年来?|[过近前这]?[一二两三四五六七八九十]年(?:间|来)|当前|以来(?!的))")
# 防汛期间协助86名司机: when it was done.
_DURING = re.compile("[一-鿿]{2,4}期间(?=[一-鿿“]{2})")
_COMPLEMENT = "了|出(?![口租生让版])|起(?![诉草步点降飞重源])|到(?![位账期场])"
_LEAD = re.compile(
    rf"{opens(words('leads'), '为帮给0-9上下前第一二三四两五六七八九十过这截年“近当以应愿能可')}(?!{begins('glued')})"
    rf"(?:[应愿能可][一-鿿]尽[一-鿿]、?|[为帮给]{either(_NOUNS['heads']['served'])}(?={begins('verbs')}|办)|{any_of('leads')}|{_TIME})")
_BARE = either(word for word in words("bare_verbs") if len(word) > 1)
ADVERB = re.compile(
    rf"{opens(words('adverbs'))}(?!{begins('glued')})(?!(?:按期|按时|及时|限时|准时|如期)[一-鿿]{{2}}率$)"
    rf"(?:{any_of('adverbs')})(?=$|(?:{begins('leads', 'adverbs', 'verbs')})|(?:{_BARE}|{either(_NOUNS['verbs']['bare'])})$)")
VERB = re.compile(
    rf"{opens(words('verbs'))}(?!{begins('compounds')})"
    rf"(?:{any_of('verbs')})(?:{_COMPLEMENT}|好|成(?![功果效立员品绩本熟交]))?")
_STRONG = re.compile(
    rf"{opens(words('compounds') + words('strong_verbs'))}"
    rf"(?:(?:{any_of('compounds')})|(?P<verb>{any_of('strong_verbs')})(?:{_COMPLEMENT})?)")
_MIDDLE = re.compile(
    rf"{opens(words('middles'), '为')}(?:(?<![公未])(?:{any_of('middles')})+(?:新)?"
    rf"|(?<=..)为{either(_NOUNS['heads']['served'])})(?={begins('verbs')})(?!{begins('compounds')})")
# 道路交通领域累计发生事故: the field says which ones are counted.
_FIELD = re.compile("(?:领域|行业|系统|产业|条线|战线|板块)(?:内|中)?$")
_MODAL = re.compile(
    r"(?=[力确争预拟有我2今全年当明一二两三四五六七八九十近入开成改活启运履任过前计将要应须])"
    r"(?:力争|确保(?!了)|争取(?!到|上级)|预计|拟(?!定|制|上市|建)|力求|有望"
    rf"|我(?:{either(_NOUNS['modals']['who'])})"
    r"|(?:20\d{2}年(?:全年|度)?|今年|全年|年内|当年|明年)(?!以来|来|的|均|度|末|底|初)"
    r"|(?:今年|一年|[两三四五]年|近年|入夏|入冬|入汛|开年|成立|改革|开展|活动|启动|运行|开园|履职|任期)(?:以来|来)(?=.)|[过近前]?[两三四五六七八九十](?:年|年间|年来)(?=累计|共|年均)"
    r"|(?:(?<!改善|行动|培养|引进|培育|支持|资助|扶持|提升|倍增|成长|激励|英才|关爱)计划(?!补助|补贴|奖励|资助|招生|培养|支持|帮扶|服务|管理|任务|总投资)|将|要|应(?!.尽)|须)"
    rf"(?=(?:{begins('verbs', 'adverbs')}|全年|在|实现)))")
STAGES, _KEPT_STAGES = frozenset(words("stages")), frozenset(words("stages_kept"))
STAGE, KEPT_STAGE = re.compile(any_of("stages")), re.compile(any_of("stages_kept"))
NOUN_TAIL = re.compile(
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
    r"(?<=..)(?:(?<![理自缘])由|从)(?:年?[生人户亩地]均|(?:原来|原先|过去|去年|上年|年初|目前|现行|上季度|上月|上期|上一?个?[一-鿿]{2}[季期])的?.{0,6}|年标准|[一-鿿]{2,6}[后前]的?|[一二两三四五六七八九十\d].{0,6})$")
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
    rf"^\s*(?:【[^】]{{1,12}}】|\d{{1,2}}[.、](?!\d)|\(\d{{1,2}}\)|\d{{1,2}}\)|[①-⑳]|\({_HAN}{{1,3}}\)|{_HAN}{{1,3}}、|{_HAN}是(?:要)?|{_HAN}要|第{_HAN},)")
_LIST_OPENS = frozenset("【0123456789(第一二三四五六七八九十 \t") | {chr(code) for code in range(ord("①"), ord("⑳") + 1)}
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
LEADING_COUNT = re.compile(r"^[二两三四五六七八九十百]+(?:件|项|个|条|大)(?=..)")
# 10大类52项民生实事: the classes of the things counted next.
_CLASSES = re.compile(r"^\d+(?:个)?(?:大|小)?(?:类|方面|领域|板块|行业|批次?)$")
# 通过公开招聘、人才引进等方式补充教师, 会同8部门开展检查: how it was done, and with whom, is no part of it.
_MEANS = re.compile(
    "(?:(?:通过|以|采取).{2,30}?(?:方式|形式|办法|渠道|模式|途径|手段)|按照?.{2,24}?的?(?:思路|要求|原则|模式|标准|部署|办法|方式|方案)|(?:会同|联合|协同).{0,16}?(?:部门|单位))"
    f"(?={begins('verbs', 'adverbs')})")
# 利用闲置厂房改造邻里中心: with what it was done.
_RESOURCE = re.compile("(?:利用|依托|借助|依靠|凭借|运用|借力)(?!外资|[^,;。]{0,8}形态)(?=[一-鿿“”]{6})")
_INFLUENCE = re.compile(r"(?:^(?:受|因|由于)|(?<=..)受(?!益|理|表|助|教|训|让|贿|灾)).{2,14}?(?:影响|原因|拖累|冲击|制约|带动|拉动|因素)")
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
BARE_VERBS = frozenset(words("bare_verbs"))
VERBS, _COMPOUNDS = frozenset(words("verbs")), words("compounds")
_LONGEST_VERB = max(map(len, VERBS)) + 1  # with its complement
_GENERIC = frozenset(words("generic"))


# 综合医院设立老年医学科比例: who did it and what they did, both tell what it is a share of.
_PORTIONS = ("比例", "占比", "比重")
_DOERS = re.compile(
    f"[一-鿿]{{0,12}}{either(_NOUNS['heads']['counted'])}"
    "(?:设[立置有]|开设|配[备有齐]|[建拥]有|建[立成]|具[有备]|开[展通]|提供|实[现行]|接入|安装|落实|参[与加]|加入|达到|通过|取得|使用|应用)"
    f"[一-鿿“”A-Za-z]{{2,14}}{either(_PORTIONS)}")
# 围绕新材料等重点领域谋划实施项目: what it is about is not what is counted.
_ABOUT = re.compile(
    rf"(?=[围聚瞄紧锚对])(?:围绕|聚焦|瞄准|紧扣|紧盯|锚定|对准)[^,;。]{{2,24}}?(?:领域|方向|方面|重点|环节|产业链?|主题|需求)(?={begins('verbs')}|谋划|策划|布局)")
# 在三个乡镇建设示范区: where it was done.
_WHERE = re.compile(
    f"(?<![存正现潜实所旨])在(?![建校册库岗职营园编网线手产])[^,;。\\d]{{2,24}}?(?:等(?:地|处)?|乡镇|镇|街道|社区|村|[县区]|沿线|周边|两侧|路段)(?={begins('verbs')})")
_DAYS = re.compile(r"\d{1,2}月\d{1,2}日[-—~至到](?:\d{1,2}月)?\d{1,2}日")
# 县财政局9月15日前拨付配套资金: by whom and by when.
_BY_DAY = re.compile(
    r"^[^,;。\d]{2,14}(?:局|部|委|办|中心|[镇乡街道县市区]|公司|单位|部门)\d{1,2}月(?:\d{1,2}日|底|末|[上中下]旬)?(?:之|以)?前(?=[一-鿿]{2})")
# 与龙头企业共建产业学院: with whom it was done.
_WITH = re.compile("^(?:与|同|联合|携手)[^,;。]{2,16}?(?=(?:共建|合建|联建|共同|合作|签订|签署|联合)[一-鿿]{2})")
# 以《…的通知》(…号)安排重点项目: by which paper.
_BY_PAPER = re.compile("(?:以|按照?|根据|依据|依照|对照|通过)《[^》]*》(?:\\((?:[^()]|\\([^()]*\\))*\\))?(?:要求|精神|规定|部署)?,?")
# 人大会议批准的全县收入: who set the figure.
_DECIDED = re.compile("^[^,;。]{2,24}?(?:批准|批复|审批|审议通过|表决通过|审定|核准|核定|核批|年初确定|年初提出|年初下达)的(?=..)")


_LONGEST_SUBJECT, _AT_FRONT, _SHORT_RATE = 14, 8, 4


# 油菜在去年15万亩的基础上扩种2万亩
_ON_FORMER = re.compile("(?<=..)在(?:去年|上年|上一年|现有|原有)的?$")
_ON_THAT = re.compile("^的?基[础数](?:之)?上,?")


# 西坪工业集中区新建标准厂房: what a zone with a name of its own did is no deed of the whole county.
_ZONE_MARKS = ("集中区", "产业园", "工业园", "小微园", "智造园", "科创园", "物流园", "开发区", "商圈", "街区")
_ZONE = re.compile(
    f"(?!各|全|我|两|本|该|此|其|辖区|园区|市级|县级|省级|国家级|沿线)(?P<zone>[一-鿿]{{2,8}}{either(_ZONE_MARKS)}(?:[一二三四]期)?)"
    f"(?:累计|全年|今年|已|共|上半年)*(?P<rest>(?:{any_of('verbs')}).+)")


# 秋季学期前投用后可增加学位
_AFTER_DONE = re.compile(
    f"^[^,;。]{{0,16}}?{either([*_NOUNS['verbs']['ends'], *_NOUNS['verbs']['begins']])}后,?(?:可|将|预计|能|有望)*(?=[一-鿿]{{2}})")
# 年度任务改造老旧小区14个
_TASKS = ("年度任务", "全年任务")
# 村卫生室新增或改扩建合计10家
_EITHER = re.compile("(?<=..)(?P<one>[一-鿿]{2})或(?P<other>[一-鿿]{2,3})(?:合计|共计?|总计)?$")


def noun(head: str) -> str:
    """The thing measured in the text before a figure: everything up to and including its verb is cut off.

    >>> noun("全年累计新增专精特新企业"), noun("城镇登记失业率")
    ('专精特新企业', '城镇登记失业率')
    """
    if not head:
        return ""
    zone = _ZONE.match(after_leads(head)) if any(mark in head for mark in _ZONE_MARKS) else None
    if zone and (thing := noun(zone["rest"])):
        return zone["zone"] + thing
    head = _without_circumstances(head)
    phrase = after_leads(_after_modal(after_list_mark(_SHORT_NAME.sub("", head) if "称" in head else head)))
    if "受" in phrase or phrase[:1] in ("因", "由"):
        phrase = _INFLUENCE.sub("", phrase)
    if phrase[-2:] in _PORTIONS and _DOERS.fullmatch(whole := after_verb(phrase)):
        return whole
    phrase = after_verb(_after_strong_verb(_after_middle(phrase)))
    if "等" in phrase and (examples := _EXAMPLES.match(phrase)):
        phrase = phrase[examples.end():]
    phrase = trimmed(LEADING_COUNT.sub("", phrase) if phrase[:1] in _COUNTS else phrase)
    bare = phrase
    if phrase[-1:] in _BARE_LAST and not _INPUT.search(phrase):
        bare = trimmed(_BARE_END.sub("", phrase)) or phrase
    classes = bare[:1].isdigit() and _CLASSES.match(bare)
    return "" if bare in _SCOPES or classes or _NOTHING.fullmatch(bare) else bare


def _without_circumstances(head: str) -> str:
    """Without how, when, where and by whose decision it was done. A character that each of them holds is looked for first."""
    if "过" in head or "按" in head or "以" in head or "取" in head or "同" in head or "联合" in head:
        head = _MEANS.sub("", head, count=1)
    head = _ABOUT.sub("", head, count=1)
    head = _without_time(head)
    if head[:1] in ("与", "同", "联", "携"):
        head = _WITH.sub("", head)
    if "》" in head:
        head = _BY_PAPER.sub("", head, count=1)
    if "在" in head[:_AT_FRONT]:
        head = _WHERE.sub("", head, count=1)
    if "的" in head:
        head = _DECIDED.sub("", head, count=1)
    if "用" in head or "依" in head or "借" in head:
        head = _without_resource(head)
    if "或" in head[-_AT_FRONT:] and (found := _EITHER.search(head)) and {found["one"], found["other"]} <= VERBS:
        head = head[:found.start()]
    if head.startswith(_TASKS) and VERB.match(head, len(_TASKS[0])):
        head = head[len(_TASKS[0]):]
    if "基" in head[:3]:
        head = _ON_THAT.sub("", head)
    return head


def _without_time(head: str) -> str:
    """Without the days, the due day and the end of a work that say when it was done."""
    if "日" in head:
        head = _DAYS.sub("", head)
    if "前" in head and "月" in head:
        head = _BY_DAY.sub("", head)
    return _AFTER_DONE.sub("", head) if "后" in head[2:-2] else head


def _without_resource(head: str) -> str:
    """利用闲置厂房改造邻里中心 → 改造邻里中心."""
    found = _RESOURCE.search(head)
    if not found:
        return head
    begin = found.end() + 2
    verb = next((place for place in range(begin, min(begin + SHORT_SUBJECT * 2, len(head) - 3)) if head[place:place + 2] in VERBS
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
        if rest and not VERB.fullmatch(rest):
            whose, bare = after_leads(head[:found.start()]), _REACHED.sub("", after_leads(rest))
            generic = bare in _GENERIC or (bare.endswith("率") and len(bare) <= _SHORT_RATE)
            generic = generic and 4 <= len(whose) <= _LONGEST_SUBJECT and not begins_with_verb(whose)
            generic = generic or (bare in STAGES and 4 <= len(whose) <= SHORT_SUBJECT)  # 加装电梯年内完工
            return whose + bare if generic else rest
        if rest and not _MODAL.match(head):
            return head[:found.start()]
    return head


_REACH_VERB = re.compile("达|实现|完成|突破|超|保持|控制|稳定|提高|提升|增加|增长|下降|降低|减少|增至|降至|争取|扩大|压|缩|落实|开展")


def after_leads(phrase: str) -> str:
    """Without the links, adverbs, modals and times at the front."""
    phrase = phrase.lstrip(_OPENING)
    while found := _LEAD.match(phrase) or ADVERB.match(phrase) or ("期间" in phrase[:_AT_FRONT] and _DURING.match(phrase)):
        phrase = phrase[found.end():].lstrip(_OPENING)
    return phrase


# 乡党委现有党支部
_HAS = re.compile("(?<=..)(?:现有|下辖|现辖|下设|内设|辖有)(?=[一-鿿]{2})")
_EVENTS = ("活动", "行动", "期间", "节会", "展会", "假期")
_COUNTED_UP = re.compile("(?<=..)(?:累计|总共|共计|(?<!公)共)")


def _after_middle(phrase: str) -> str:
    """Cuts a subject with its adverb: 各支行累计投放普惠贷款. What is left begins with the verb."""
    counted = _COUNTED_UP.search(phrase) if "共" in phrase or "计" in phrase else None
    told = counted and phrase.startswith(_COMPOUNDS, counted.end())
    if counted and told and (begins_with_verb(phrase) or phrase.endswith(_EVENTS, 0, counted.start())):  # 举办系列活动共接待游客
        return phrase[counted.end():]
    if ("有" in phrase or "辖" in phrase or "设" in phrase) and (has := _HAS.search(phrase)):
        return phrase[has.end():]
    for found in reversed(list(_MIDDLE.finditer(phrase, 2))):
        rest = phrase[found.end():]
        shorter = after_verb(rest)
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
        if rest in _SPANS:  # 资金平均兑付时间
            return phrase
        if rest and rest[0] not in "、和及" and _balanced(rest) and not _belongs_to_verb(rest):
            owner, whose = _OWNER if rest in _EARNINGS else _PRODUCT if rest in _YIELDS else None, _whose(phrase[:verb.start()])
            if owner and owner.fullmatch(whose) and not begins_with_verb(phrase):
                return whose + rest  # 冷链园项目完成年度投资
            if rest in _OUTCOMES and _PEOPLE_END.search(phrase, 0, verb.start()):
                return after_verb(phrase[:verb.start()]) + rest
            # 为卫生院配备CT: letters alone do not say whose.
            bare = (VERB.fullmatch(rest) or rest.isascii()) and 2 <= len(whose) <= SHORT_SUBJECT
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
SHORT_SUBJECT = 8
"""粮食作物完成种植: where the object is itself a deed, the subject says of what."""


def _belongs_to_verb(rest: str) -> bool:
    """True where what follows a verb makes a noun of it (培育库, 发放金额), or is a stage of the thing before it (培育入库)."""
    return bool(len(rest) == 1 or _STRONG_TAIL.match(rest) or _FUNDS.fullmatch(rest) or rest in STAGES)


# 救援到达时间, 审核确认时限: how long deeds take is named by all of them; 压缩审批时限 shortens it.
_SPANS = ("时间", "时限", "时长", "周期", "期限")
_SPAN_OF = re.compile(f"(?!压|缩|减|延|控制|节约|节省|明确|优化|规定|公布|公开)[一-鿿]{{2,10}}{either(_SPANS)}")


def after_verb(phrase: str) -> str:
    """Cuts the verbs at the front of a phrase, one after the other (组织 开展 …)."""
    for done in range(4):
        found = VERB.match(phrase)
        if not found or found.end() == len(phrase) or (phrase.endswith(_SPANS) and _SPAN_OF.fullmatch(phrase)):
            return phrase
        rest = phrase[found.end():]
        if NOUN_TAIL.match(rest) or _RATE.match(rest) or rest.startswith("的") or KEPT_STAGE.match(phrase):
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


def is_generic(own: str) -> bool:
    """True for a head that needs the subject of its sentence to say what it measures."""
    return own in _GENERIC


_ADDS = re.compile("(?:增设|新增|新建|新设|添置|增配|设立|增建|添建)[了出]?$")


def ends_with_addition(phrase: str) -> bool:
    """True where what is added can only stand behind the figure, whatever stands before the verb (沿江路段增设)."""
    return bool(_ADDS.search(phrase))


def begins_with_verb(phrase: str) -> bool:
    """True where a phrase begins with a verb that is not the front of a noun."""
    found = VERB.match(phrase)
    return bool(found and not NOUN_TAIL.match(phrase[found.end():]))


def open_verb(phrase: str) -> bool:
    """True where nothing is left but a verb, so that the thing stands behind the figure (建立46家企业…库)."""
    return (phrase in BARE_VERBS or (len(phrase) <= _LONGEST_VERB and bool(VERB.fullmatch(phrase)))) and phrase not in STAGES


def is_given(phrase: str) -> bool:
    """True where a phrase ends with who gave the things counted behind it (巡视反馈, 上级交办)."""
    return bool(_GIVEN.search(phrase))


def ends_with_deed(head: str) -> bool:
    """True where nothing but what is to be done stands between a modal and the figure (区里将新建, 我局计划组织)."""
    last = next(reversed(list(_MODAL.finditer(head))), None)
    rest = head[last.end():] if last else ""
    return bool(rest and (VERB.fullmatch(rest) or rest in BARE_VERBS) and not _REACH_VERB.match(rest))


def ends_with_verb(phrase: str) -> bool:
    """True for a short subject with a bare verb behind it (县工信局组织)."""
    helped = phrase.startswith(_HELPS) and len(phrase) <= _LONGEST_SUBJECT and phrase[-2:] in VERBS
    if helped or _SUBJECT_SHORT.search(phrase):
        return True
    phrase = phrase.removesuffix("了")
    return any(_is_deed(whole[-length:]) and _does(whole[:-length])
               for whole in dict.fromkeys((phrase, phrase.removesuffix("出"))) for length in (4, 3, 2))


def _does(subject: str) -> bool:
    """True for a short subject, or one that does something else first (从部门抽调骨干, behind which 组建 stands)."""
    if _SHORT_NOUN.fullmatch(subject):
        return True
    return len(subject) <= 2 * SHORT_SUBJECT and any(subject[place:place + 2] in VERBS for place in range(2, len(subject) - 3))


def _is_deed(verb: str) -> bool:
    """True for a verb that is neither a stage nor as often a noun."""
    return (verb in BARE_VERBS or bool(VERB.fullmatch(verb))) and verb not in _KEPT_STAGES and verb not in _DEEDS


def is_short_rate(phrase: str) -> bool:
    """True for a rate of a deed alone (调处成功率), which takes the thing it is the rate of from elsewhere."""
    found = VERB.match(phrase)
    return bool(found and _RATE.fullmatch(phrase[found.end():]))


def is_stage(phrase: str) -> bool:
    """True for a bare stage word (开工, 签约)."""
    return phrase in STAGES


def is_kept_stage(phrase: str) -> bool:
    """True for a stage that says which things are counted, whatever else was done to them (开工, 签约)."""
    return phrase in _KEPT_STAGES


def is_bare_verb(phrase: str) -> bool:
    """True for a verb that says nothing of its own beside a thing named before (完成, 新增)."""
    return phrase[-1:] in _BARE_LAST and bool(_BARE_END.fullmatch(phrase))


