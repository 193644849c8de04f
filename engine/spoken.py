"""What clauses without a figure, and titles, speak of."""

import re

from engine.indicators import LEADING_COUNT, after_leads, after_list_mark, after_verb, begins_with_verb, open_verb, trimmed
from engine.lexicon import either
from engine.wordlines import table

_NOUNS = table("nouns")

_CLAUSE_MARK = re.compile("[,;:]")
_REACH = 200
# 固定资产投资受房地产下行影响,同比下降
_SUBJECT = re.compile(
    rf"(?P<subject>(?:\d{{1,3}}周?岁(?:及?以上)?)?[^,;。:!?0-9]{{2,18}}?)(?:{either(_NOUNS['subjects']['predicate'])}|(?:自|(?<![低高少多大小优快慢居属位用基])于)(?=\d)|受(?=[^,;。]{{2,16}}(?:影响|冲击|制约|拖累|带动|拉动))|因(?=[^,;。]{{2,16}}(?:影响|原因|因素|较高|较低|偏高|偏低|减少|增加|下降)))")
EFFORT = re.compile(rf"^(?:{either(_NOUNS['subjects']['effort'])})+")
_EFFORT_END = re.compile("(?:建设|工作|力度|改革|行动|步伐|水平|体系|任务|进度)+$")
# A clause that only names what is spoken of: 综合客运枢纽, 农村公路养护方面.
_TOPIC = re.compile(rf"(?P<subject>[^,;。:!?0-9]{{2,18}}?)(?:(?:建设|管理|工作)?方面|(?<={either(_NOUNS['subjects']['topic'])}))")
_AFFAIRS = re.compile(f"(?:{either(_NOUNS['subjects']['affairs'])})+")
_NO_SUBJECT = re.compile(either(_NOUNS["subjects"]["never"]))


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
        if not found or _AFFAIRS.fullmatch(found["subject"]) or "会同" in found["subject"] or "对" in found["subject"][1:]:
            continue
        if not _NO_SUBJECT.match(phrase) and not begins_with_verb(phrase) and not open_verb(found["subject"]):
            return trimmed(LEADING_COUNT.sub("", found["subject"]))
    return ""


# 粮食生产“八连增” speaks of 粮食生产; the quotes in “两癌”免费筛查 belong to a name.
_QUOTED_END = re.compile("“[^”]*”?$")
# 建成服务中心并于9月投用
_AND_THEN = re.compile("(?<=...)(?:并于|并在|并投|并启|并正式|并已|并实现|并通过).*")
# 对排查出的隐患建账销号: what is acted on
_ACTED_ON = re.compile(
    "对(?P<thing>[^,;。]{2,18}?)(?:进行|开展|实施|落实|逐[一户项个]|建[账档立]|挂[图牌]|销号|包案|督办|限[期时]|跟踪|集中|全部|予以|给予|实行|分类|挂账|“一|一企|一户|一案)")


def clause_subject(gap: str) -> str:
    """What the last clause of a text without a figure speaks of (实现粮食生产“八连增”): behind its verb, up to its predicate or mark."""
    for clause in reversed(_CLAUSE_MARK.split(gap)):
        if acted := _ACTED_ON.match(clause):
            return trimmed(acted["thing"])
        phrase = after_leads(after_list_mark(clause))
        own = _EFFORT_END.sub("", after_verb(EFFORT.sub("", phrase)))
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


# 抓监督强纪律, 稳增长、促转型: verb and object, twice.
_DOES = "[抓强促稳保惠优提扩聚谋夯守防兴创争破拼铸树育引带护筑蓄富惠暖正严转治美]"
_TWICE = re.compile(f"{_DOES}[一-鿿]{{1,4}}?{_DOES}[一-鿿]{{1,4}}")


def names_thing(title: str) -> bool:
    """True for a title that names what is measured (固定资产投资), not what is done about it (强化要素保障)."""
    done = _TWICE.fullmatch(title) or _NO_TITLE.search(title) or EFFORT.match(title) or begins_with_verb(title)
    return len(title) > 1 and not done and not any(mark in title for mark in ",:、")
