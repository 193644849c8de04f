"""The noun phrase that a figure measures: verbs, adverbs and modals are cut away from the words around the figure."""

import re

from engine.lexicon import any_of, either, words
from engine.wordlines import table

_NOUNS = table("nouns")
_TIME = (
    r"(?:20\d{2}年(?:度|底|末|初|全年)?|20\d{2}[-—~至到]20\d{2}年|\d{1,2}[-—~至到]\d{1,2}月份?"
    r"|\d{1,2}月(?:份|底|末|中旬|上旬|下旬|\d{1,2}日)?(?:前|底)?|上半年|下半年|前三季度|前三个季度|前两季度|第?[一二三四]季度"
    r"|截至?止?到?|年底前?|年末前?|“十[一二三四五六]五”(?:末|期间|时期)?|近[一二三四五两]年来?|当前)")
_COMPLEMENT = "了|出(?![口租生让版])|起|到(?![位账期场])"
_LEAD = re.compile(rf"(?!{any_of('glued')})(?:{any_of('leads')}|{_TIME})")
_ADVERB = re.compile(rf"(?!{any_of('glued')})(?:{any_of('adverbs')})(?=$|(?:{any_of('leads', 'adverbs', 'verbs')}))")
_VERB = re.compile(rf"(?!{any_of('compounds')})(?:{any_of('verbs')})(?:{_COMPLEMENT}|好|成(?![功果效立员品绩本熟交]))?")
_STRONG = re.compile(rf"(?:{any_of('compounds')})|(?P<verb>{any_of('strong_verbs')})(?:{_COMPLEMENT})?")
_MODAL = re.compile(
    r"力争|确保(?!了)|争取(?!到|上级)|预计|拟(?!定|制|上市|建)|力求|有望"
    rf"|我(?:{either(_NOUNS['modals']['who'])})"
    r"|(?:20\d{2}年(?:全年|度)?|今年|全年|年内|当年|明年)(?!以来|来|的|均|度|末|底|初)"
    rf"|(?:计划|将|要|应|须)(?=(?:{any_of('verbs', 'adverbs')}|全年|在|实现))")
_STAGE = re.compile(any_of("stages"))
_KEPT_STAGE = re.compile(any_of("stages_kept"))
_NOUN_TAIL = re.compile(rf"{either(_NOUNS['tails']['of_nouns'])}|点(?!位)")
_RATE = re.compile(r".{0,3}率$")
# 资助资金, 发放金额: such a verb and what it spends are one noun.
_FUNDS = re.compile("资金|金额|款项?|费用?|总额")
_STRONG_TAIL = re.compile(r"的|.{0,4}率$|量(?!子)|额|进度|情况|比例|比$|.{0,3}度$")
_OPENING = "、,:;。)]》 \t\r\n—-"
_CLOSING = re.compile(rf"(?:[、,:;(\[—-]|(?<!拥)有|(?<![惠普波涉])及|{either(_NOUNS['tails']['closing'])})+$")
_LAST = frozenset("、,:;([—-有及") | {word[-1] for word in _NOUNS["tails"]["closing"]}
_BARE_END = re.compile(rf"(?:(?:累计|新|已|共)?{either(_NOUNS['verbs']['bare'])})+$")
_HAN = "[一二三四五六七八九十]"
_LIST_MARK = re.compile(
    rf"^\s*(?:\d{{1,2}}[.、](?!\d)|\(\d{{1,2}}\)|\d{{1,2}}\)|[①-⑳]|\({_HAN}{{1,3}}\)|{_HAN}{{1,3}}、|{_HAN}是(?:要)?|{_HAN}要|第{_HAN},)")
_LIST_OPENS = frozenset("0123456789(第一二三四五六七八九十 \t") | {chr(code) for code in range(ord("①"), ord("⑳") + 1)}
_SCOPES = frozenset(_NOUNS["heads"]["scope"])
_NOTHING = re.compile(rf"(?:{either(_NOUNS['heads']['nothing'])}|较上\w|每[百千万]?\w|.{{0,6}}冲刺)+")
_COUNTS = frozenset("二两三四五六七八九十百")
# 十件民生实事办结六件 counts 民生实事.
_LEADING_COUNT = re.compile(r"^[二两三四五六七八九十百]+(?:件|项|个|条|大)(?=..)")
_INFLUENCE = re.compile(r"^(?:受|因|由于).{2,14}?(?:影响|原因)")
_PAIRS = {")": "(", "”": "“", "》": "《"}
_GENERIC = frozenset(words("generic"))


def noun(head: str) -> str:
    """The thing measured in the text before a figure: everything up to and including its verb is cut off.

    >>> noun("全年累计新增专精特新企业"), noun("城镇登记失业率")
    ('专精特新企业', '城镇登记失业率')
    """
    if not head:
        return ""
    phrase = after_leads(_after_modal(after_list_mark(head)))
    if phrase[:1] in ("受", "因", "由"):
        phrase = _INFLUENCE.sub("", phrase)
    phrase = _after_verb(_after_strong_verb(phrase))
    phrase = trimmed(_LEADING_COUNT.sub("", phrase) if phrase[:1] in _COUNTS else phrase)
    bare = trimmed(_BARE_END.sub("", phrase))
    return "" if (bare or phrase) in _SCOPES or _NOTHING.fullmatch(bare or phrase) else bare or phrase


def after_list_mark(phrase: str) -> str:
    """Without a list number (1. 一是 ①) at the front."""
    return _LIST_MARK.sub("", phrase) if phrase[:1] in _LIST_OPENS else phrase


def _after_modal(head: str) -> str:
    """Cuts who promises and when: 城投公司2025年计划…, 税务部门力争…."""
    for found in reversed(list(_MODAL.finditer(head))):
        rest = head[found.end():]
        if rest and not _VERB.fullmatch(rest):
            return rest
        if rest and not _MODAL.match(head):
            return head[:found.start()]
    return head


def after_leads(phrase: str) -> str:
    """Without the links, adverbs, modals and times at the front."""
    phrase = phrase.lstrip(_OPENING)
    while found := _LEAD.match(phrase) or _ADVERB.match(phrase):
        phrase = phrase[found.end():].lstrip(_OPENING)
    return phrase


def _after_strong_verb(phrase: str) -> str:
    """Cuts at the last verb that hardly ever stands inside a noun (…培育, …发放), wherever it stands."""
    for verb in reversed([found for found in _STRONG.finditer(phrase) if found["verb"]]):
        rest = phrase[verb.end():]
        if rest and not _STRONG_TAIL.match(rest) and not _FUNDS.fullmatch(rest) and _balanced(rest):
            return after_leads(rest)
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
    """Without links at the end and without a bracket that is opened but not closed."""
    phrase = phrase.lstrip(_OPENING)
    if phrase[-1:] in _LAST:
        phrase = _CLOSING.sub("", phrase)
    if phrase.count("(") > phrase.count(")"):
        opened = phrase.rfind("(")
        phrase = phrase[opened + 1:] if phrase.endswith(")") or not opened else phrase[:opened]
    return phrase.strip(" \t")


_MARKS = ",;:。!?、()\t\n"
_MARK = r"[,;:。!?、(\t]"
_TAIL_STOP = re.compile(
    rf"(?P<aside>\([^()0-9]{{1,6}}\))|{_MARK}|\d|逐一|全部|共计|累计|全面|按期|顺利|均已|均|已|基本|正在"
    rf"|(?<=.)(?P<predicate>{any_of('tail_predicates')})|(?<=.)(?:{any_of('tail_stops')})|(?<=..)(?!组织)(?:{any_of('strong_verbs')})")
_CLAUSE_END = re.compile(r"[,;:。!?\t]|\((?![^()0-9]{1,6}\))|\d|并|且")
_SHORT_THING, _LONGEST_CLAUSE = 7, 28


def tail_noun(after: str) -> str:
    """The thing counted in the text after a figure (5个*村党组织*), up to its verb or mark; '' where there is none.

    A short thing keeps its predicate, which says which ones are counted (8个*村达到“先锋”标准*).
    """
    after = after.removeprefix("的")
    if not after or after[0] in _MARKS:
        return ""
    stop = next((found for found in _TAIL_STOP.finditer(after) if not found["aside"]), None)
    phrase = after[:stop.start()] if stop else after
    if stop and stop["predicate"] and len(phrase) <= _SHORT_THING:
        clause = _CLAUSE_END.split(after, maxsplit=1)[0]
        phrase = clause if len(clause) <= _LONGEST_CLAUSE else phrase
    if phrase.startswith(("基础上", "基数上")):
        return ""
    found = _VERB.match(phrase)
    if found and not _NOUN_TAIL.match(phrase[found.end():]) and found.end() < len(phrase):
        phrase = phrase[found.end():]
    return trimmed(phrase)


_CLAUSE_MARK = re.compile("[,;:]")
_REACH = 200
_SUBJECT = re.compile(rf"(?P<subject>[^,;。:!?0-9]{{2,18}}?){either(_NOUNS['subjects']['predicate'])}")
_NO_SUBJECT = re.compile(either(_NOUNS["subjects"]["never"]))


def is_generic(own: str) -> bool:
    """True for a head that needs the subject of its sentence to say what it measures."""
    return own in _GENERIC


def subject(string: str, start: int, position: int) -> str:
    """The thing a sentence speaks of before `position`: the first clause that opens with a noun and goes on with its predicate."""
    for clause in _CLAUSE_MARK.split(_within_reach(string, start, position)):
        phrase = after_leads(after_list_mark(clause))
        found = _SUBJECT.match(phrase)
        if found and not _NO_SUBJECT.match(phrase) and not begins_with_verb(phrase):
            return trimmed(found["subject"])
    return ""


def _within_reach(string: str, start: int, position: int) -> str:
    """The text of a sentence before `position`, from a whole clause on where the sentence is very long."""
    if position - start <= _REACH:
        return string[start:position]
    return string[position - _REACH:position].partition(",")[2]


def begins_with_verb(phrase: str) -> bool:
    """True where a phrase begins with a verb that is not the front of a noun."""
    found = _VERB.match(phrase)
    return bool(found and not _NOUN_TAIL.match(phrase[found.end():]))


def open_verb(phrase: str) -> bool:
    """True where nothing is left but a verb, so that the thing stands behind the figure (建立46家企业…库)."""
    return bool(_VERB.fullmatch(phrase) and not _STAGE.fullmatch(phrase))


def is_short_rate(phrase: str) -> bool:
    """True for a rate of a deed alone (调处成功率), which takes the thing it is the rate of from elsewhere."""
    found = _VERB.match(phrase)
    return bool(found and _RATE.fullmatch(phrase[found.end():]))


def is_stage(phrase: str) -> bool:
    """True for a bare stage word (开工, 签约)."""
    return bool(_STAGE.fullmatch(phrase))


def is_bare_verb(phrase: str) -> bool:
    """True for a verb that says nothing of its own beside a thing named before (完成, 新增)."""
    return bool(_BARE_END.fullmatch(phrase))
