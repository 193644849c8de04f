"""Whether a figure is promised, expected or reached, from the words before it and the part it stands in."""

import re

from engine.lexicon import either, words
from engine.measured import Figure
from engine.values import Kind
from engine.wordlines import table

_CUES, _NOUNS = table("cues"), table("nouns")
FORECAST = re.compile(
    rf"{either(_CUES['sentences']['forecast'])}(?!数)|预期(?!目标|寿命|性)(?=全年|实现|完成|达到|增长|可|年底|将)")
# Each arm begins with a plain character, so that the search skips quickly over everything else; hence the look-behinds at the end.
PROMISE = re.compile(
    r"""力争 | 力求 | 务必 | 下一步 | 接下来 | 年底前 | 奋力实现 | 我们将 | 有望于
    | 争取(?<!共争取)(?<!多争取)(?![,;。:、]|到|了|上级|中央|省级|各级|各类|专项|国家|资金|政策|补助|预算|债券|地方)
      (?![^,;。:、\d]{0,14}(?:资金|国债|补助|债券|贷款)\d)
    | 确保(?!了
      |[^,;。:\d]{0,10}(?:安全|稳定|平稳|度汛|过冬|过节|供应|畅通|有序|落实|见效|实效|质量|运行|出行|用水|用电|无忧|可控|权益|生活),)
    | 拟(?<!不拟)(?<!模拟)(?<!虚拟)(?<!草拟)(?<!比拟)(?!定|制|上市|建立) | 到20[2-9]\d年(?!(?:\d{1,2}月)?[份底末]?的)
    | 目标(?=是|为|:|不作调整:|不变:|不降:) | 预期目标(?<![出于过成现达了与和同较比离距]预期目标)
    | 将(?=全(?:[面力速域年]|部完|方位)|[在继进坚以实把达新完力重深着大加突推紧聚集认持围按牢努抓引培建组开扎积统再做有超切严对投于])
    | 计划(?![新拟]?(?:开工|投产|竣工|建成|完工|投用)的?项目(?:\d|$))
      (?<!占年计划)(?<!占计划)(?<!完成全年计划)(?<!完成年度计划)(?<!占全年计划)(?<!占年度计划)(?<![^,;。:、年拟还也已并上内]计划)(?=[全实新完在到于年引建投开培安动招组拆改整发创争盘出\d])(?!开工率)
    | 年度计划(?<!完成年度计划)(?<!占年度计划)(?<!为年度计划)(?!.{0,6}的)(?=完成(?!率|情况|进度)|实现|新增|实施|开工|建设)
    | 努力(?=实现|达到|争创|使|把|完成|突破)
    | 要(?=实现|完成|达到|力争|确保|新增|突破|在|把|全面|以|继续|加快|着力|坚持)
    | 必?须(?=完成|确保|实现|达到|不低于) | 再(?=新增|签约|入库|引进|建成|完成|开工|培育|新建|增加)""", re.VERBOSE)
# What a place is, told in a plan: no promise.
_PRESENT = re.compile(
    "(?:下辖|现辖|现有)(?![^,]{0,12}基[础数]上)[^,\\d]{0,12}$|(?:目前|现阶段|当前),?[^,;]{0,30}?已(?:占|达到?|有|建成|完成|实现|超过?)[^,;\\d]{0,16}$|(?:户籍人口|常住人口|总人口|辖区面积|区域面积)(?:约|近|为|达到?|有|共)*$")
# 目前,全区有学校146所、在校学生8万人: told of the day the plan was written, to the full stop.
_NOW_THERE = re.compile(r"(?:截至)?(?:目前|现阶段|当前),?[^,;。\d]{0,12}?(?:共?有|拥有|共计|现有)[^;]*$")
_NOW_EXPECTED = re.compile(
    r"预计(?:\d{1,2}[-—]\d{1,2}月|上半年|前[三四]?个?季度|[一二三]季度)|(?:今年|本年|目前).{0,6}预计|初步预计|预计,?[一-鿿]{0,6}?20\d{2}年全年")
# 预计今夏最大负荷将达31万千瓦: 将 within what is expected promises nothing.
_WILL = re.compile("[^,;。]{0,24}?(?=将)")
# 目标: and what is listed behind it, up to the full stop.
LISTED_PROMISE = re.compile(r"(?:目标|任务|指标)(?:任务)?(?:不作调整|不变|不降|分别是|分别为|是|为|如下)?:")
_DIGIT = re.compile(r"\d")
# 预计全年增长6%;1-11月,投资增长3%: from here on the sentence tells what was counted.
_COUNTED_SO_FAR = re.compile(r";(?:\d{1,2}[-—~至到]\d{1,2}月|截至|截止|前[一二三]个?季度|上半年)")
_STANDS = re.compile("形象进度|目前已|现已|已(?:完成|建成|开工|签约|投产)")
# 进度达86%,预计年底完工: a figure before 预计, which does not open the sentence then.
_REACHED_FIRST = re.compile(r"\d(?![\d年月日.—~-])")
# 面对复杂形势,全市上下迎难而上,预计全年增长6%;…: what the year is expected to end with is told to the full stop, behind a preamble too.
_YEAR_EXPECTED = re.compile(r"预计(?:[一-鿿]{0,6}?(?:今年|全年|到?年底)|\d{4}年)|(?:全年|今年|年底)(?:预计|可)")
_OPENING, _PREAMBLE = 16, 60
REPORTS_AGAIN = re.compile(
    r",(?:(?:\d{1,2}[-—~至到]\d{1,2}月份?|上半年|前三季度|[一二三]季度),?(?:已|累计|实际|共|完成|实现)|目前|现已|已|截至|实际|年度完成|全年实际"
    "|完成(?:率|(?=\\d)|$)|[欠超]序时|[只仅](?:建成|完成|开工|办结|实现|达到?|有|为))")
# 前三季度已入库7家, 截至2月底已完成62%: told in a plan of what has been done.
_ALREADY = re.compile(
    "(?:^|[底月年日度]|目前|现|前)已经?(?:累计|全部|顺利)*"
    f"{either([*words('stages'), *words('bare_verbs'), *_NOUNS['verbs']['bare']])}{{1,2}}"
    "(?:了|出|投资|总?工程量的)?$"
    "|(?:已有|现有|已达到?|目前有)(?:约|近|超)?$|目前(?:已经?)?(?:到位|完成|建成|开工|签约|入库|下达|拨付)的?$"
    "|已经?(?:提前|全部|先后)*(?:下达|到位|拨付|批复|获批)[^,;]{0,24}$")
# 68场(全年任务120场): what was set, told beside what was done.
_SET_BESIDE = re.compile("(?:全年|年度|年初|原|本年|[国省市县区州]定|上级)*(?:控制|考核|预期)?(?:计划|任务|目标)(?:数|值|为|是|完成)*")
# 完成全年目标(4500人)的58%, 占年度计划54亿元的71%
_SET_OPENS = re.compile(
    "(?:全年|年度|年初|当年|本年|[国省市县区州镇]定|下达的?(?:全年|年度)?)"
    "(?:控制|考核|预期|约束性|规划)?(?:计划|任务|目标|预算|目标任务)[数值量]?\\($")
_SET_BEFORE = re.compile(
    "(?:全年|年度|年初|当年|本年|[国省市县区州镇]定|下达的?)[一-鿿]{0,4}?(?:计划|任务|目标|预算|目标任务)[数值量]?(?:为)?$")
# 年度任务为一级网12公里、二级网48公里
_TASK_IS = re.compile(r"(?:年度|全年)(?:任务|目标|计划)(?:为|是|(?=\d))[^,;。]{0,24}$")
# 市下达营造林任务6.85万亩,已完成7万亩
_HANDED_DOWN = re.compile("^(?!.{0,4}(?:完成|落实|实现)).*下达[^,;。]{0,20}(?:任务|目标|计划|指标)[数值]?为?$")
# 实施重点项目23个,年度计划投资18亿元: what is to be spent within the year.
_YEAR_PLANNED = re.compile(
    "(?<!完成)(?<!占)(?<!为)(?:年度|今年|全年|当年|本年|年)计划(?:完成)?(?!数|的|进度|任务)[一-鿿]{2,6}(?:为|约|达)*$")
# 全年任务36个小区, 失业人员再就业的年任务是6600人, 目标900件,办理611件; 完成任务36个 was done.
_SET_HERE = re.compile(
    "(?:(?P<before>[^,;。]*?)(?:全年|年度|年初|当年|本年|今年|(?:(?<=[的比较与])|^)年)(?:总|既定|目标)?(?:任务|目标|指标|计划)|(?:总|既定)?(?:任务|目标))"
    "(?:任务|数|量|值)?(?:为|是|:|共|共计|达)?$")
_DOES_TASK = re.compile(
    "(?:完成|实现|达成|落实|执行|承担|领取|认领|承接|超额|超|超过|超出|多于|少于|推进|实施|分解|细化|明确|制定|优化|调整|增加|减少|新增|取消)(?:了|好|的|省|市|县|区|上级|下达|定|工作|各项|重点)*$")
# 锚定年初确定的地区生产总值增长6.5%左右的目标
_AIMED_AT = re.compile("^[离距与较比]|锚定|围绕|对照|紧盯|瞄准|聚焦|紧扣|盯住|盯紧|对标|确定的|提出的|下达的|制定的|既定")
_AIM_BEHIND = re.compile("(?:左右|以上|以内)?的(?:年度|全年|预期|既定|奋斗)?(?:增长)?(?:目标|任务)")
# 应建1000个,只建成380个
_OUGHT = re.compile("应[一-鿿]{1,3}$")
# 其中应于9月底前完成的31项
_DUE_OF = re.compile("应(?:于|在)?[^,;。]{2,16}(?:完成|整改|销号|办结|开工|竣工)的$")
_SO_MUCH = re.compile("[^,;。\\d]{0,8},(?:实|已|只|仅|目前|现)")
# 年初确定新增学位800个, 年度任务改造小区14个
_YEAR_SET = re.compile("年初(?:确定|下达|安排|分解)(?:的)?[^,;。\\d]{2,16}$|年度任务[^,;。\\d的数]{2,16}$")
# 免费筛查任务1.2万人,实际筛查12860人
_TASK_NAMED = re.compile("(?<!完成)(?:任务|目标|指标)(?:数|量)?$")
# 计划新开工项目64个,已开工57个; 农村公路提档计划85公里,已完工72公里
_PLANNED_COUNT = re.compile("计划(?!生育|单列|免疫)[^,;。\\d]{0,12}$")
_DONE_NEXT = re.compile(
    "[^,;。\\d]{0,10},(?:(?:至今|迄今|截至目前|到目前|[一二三]季度|上半年|前三季度|(?:截?至)?\\d{1,2}月[底末]?)?,?(?:已|实际|目前|现已|(?:完成|建成)(?=\\d)|仅|只)"
    "|(?:至今|迄今|截至目前|到目前)[^,;。\\d]{0,4}未|均?未|尚未|仍未)")
_SET_WORDS = ("计划", "任务", "目标", "预算", "指标")
_OF_IT = re.compile("(?:左右|以上)?的")
_NEAR = 40


def kind_of(before: str, base: Kind, *, turns: bool, lists: bool, running: bool) -> tuple[Kind, str]:
    """预计 at the head of a sentence holds to its full stop, in the middle to its semicolon; 力争 turns a report into a plan.

    `turns` is False for a sentence without any such word, `lists` is True for one that lists targets behind a colon, `running` for
    one of a report about its own year: what the plan in it expects of that year (预计全年完成) is a forecast.
    """
    group = before[before.rfind(";") + 1:]
    if lists and (listed := LISTED_PROMISE.search(before)):
        group = before[listed.start():]
    if not turns and base == "result":
        return "result", "section-report"
    promised, expected = (_last(PROMISE, group), _last(FORECAST, group)) if turns else (-1, -1)
    if promised > expected >= 0 and (will := _WILL.match(group, expected)) and will.end() == promised:
        promised = -1
    if turns and expected < 0 and (opened := FORECAST.search(before[:_OPENING]) or _YEAR_EXPECTED.search(before[:_PREAMBLE])) and not (
            _REACHED_FIRST.search(before, 0, opened.start()) or _COUNTED_SO_FAR.search(before) or _STANDS.search(group)):
        expected = 0
    if base == "target":
        if promised < 0 and (_NOW_THERE.match(before) or _PRESENT.search(group, max(group.rfind(",") + 1, len(group) - _NEAR))):
            return "result", "present-state"
        said = before if not expected and not FORECAST.search(group) else group
        now = expected > promised and (_NOW_EXPECTED.search(said) or (running and _YEAR_EXPECTED.search(said)))
        return ("forecast", "forecast") if now else ("target", "section-plan")
    if promised > expected and not REPORTS_AGAIN.search(group, promised):
        return "target", "promise"
    if expected >= 0 and not REPORTS_AGAIN.search(group, expected) and _holds(group, expected):
        return "forecast", "forecast"
    return "result", "section-report"


def _last(pattern: re.Pattern[str], string: str) -> int:
    place = -1
    for found in pattern.finditer(string):
        place = found.start()
    return place


def _holds(group: str, place: int) -> bool:
    """预计 in the middle of a sentence, in a clause without a figure, holds for that clause alone."""
    stop = group.find(",", place)
    opens = "," not in group[:place] and not _DIGIT.search(group, 0, place)
    return stop < 0 or opens or bool(_DIGIT.search(group, place, stop))


def is_expected(before: str) -> bool:
    """True where 预计 stands in the part of the sentence up to its semicolon, or opens it."""
    return bool(FORECAST.search(before, before.rfind(";") + 1) or FORECAST.search(before[:_OPENING]))


def is_done(words: str) -> bool:
    """True for the words of a figure that a plan tells as done already: 前三季度已入库7家."""
    return ("已" in words or "有" in words or "目前" in words) and bool(_ALREADY.search(words))


def is_set(string: str, figure: Figure) -> bool:
    """True for what was set, told beside what was done: 68场(全年任务120场), 占年度计划105亿元的46%, 下达的92亿元年度目标."""
    if "set-of" in figure.rules or "set-after" in figure.rules:
        return True
    if string[figure.head - 1:figure.head] == "(":
        if not figure.words:
            return bool(_SET_OPENS.search(string, max(0, figure.head - _NEAR), figure.head))
        if _SET_BESIDE.fullmatch(figure.words):
            return True
    if _is_meant(string, figure):
        return True
    joined = string.startswith("、", figure.head - 1) or figure.words.startswith("、")
    if not joined and not any(word in figure.words for word in _SET_WORDS):
        return False
    said = string[max(0, figure.head - _NEAR):figure.token.start] if joined else figure.words
    if _TASK_IS.search(said) or _YEAR_PLANNED.search(figure.words) or ("下达" in figure.words and _HANDED_DOWN.search(figure.words)):
        return True
    return (not joined and _is_task(string, figure)) or bool(_SET_BEFORE.search(figure.words) and _OF_IT.match(string, figure.token.end))


def _is_meant(string: str, figure: Figure) -> bool:
    """True for what the words of a figure plan, ought or aim at, where what came of it stands behind."""
    words, end = figure.words, figure.token.end
    if words[:2] in ("年初", "年度") and _YEAR_SET.match(words):
        return True
    if "计划" in words and _PLANNED_COUNT.search(words) and _DONE_NEXT.match(string, end):
        return True
    if "应" in words and (_DUE_OF.search(words) or (_OUGHT.search(words) and _SO_MUCH.match(string, end))):
        return True
    return bool(_AIMED_AT.search(words) and _AIM_BEHIND.match(string, end))


def _is_task(string: str, figure: Figure) -> bool:
    """True for a figure right behind what names it as a task (目标900件), but for one that was done (完成任务36个)."""
    if _TASK_NAMED.search(figure.words) and _DONE_NEXT.match(string, figure.token.end):
        return True
    here = _SET_HERE.match(figure.words)
    return bool(here and not _DOES_TASK.search(here["before"] or ""))
