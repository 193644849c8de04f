"""Milestones: commitments without a figure, a named thing with an end that can be seen to be there or not."""

import re
from dataclasses import dataclass

from engine import indicators
from engine.lexicon import any_of, either, words
from engine.tokens import Spans
from engine.wordlines import table

# 开工作, 发布时间, 完成率: a verb and what follows it may be the parts of another word.
_END = re.compile(
    f"(?:{any_of('end_verbs', 'effort_verbs')})(?![”’》作率额量区]|时间|日期|会(?!议|展|馆|所)|情况|并)(?<!合理确定)(?<!发展改造)")
_CONFIRM = re.compile("(?P<state>通过)(?P<thing>.{3,30}?)(?P<more>复核|复审|复评|验收|评审|考核|评估|审查|认证|核查|复查)$")
_RULES_OF = frozenset("出台 制定 制订 编制 印发 修订 颁布".split())
_RULE_ENDS = tuple("政策 办法 制度 机制 措施 举措 细则 清单 标准 规划 方案 目录 指南 意见 条例 体系".split())
_AFTER = re.compile(
    r"(?P<thing>.{2,30}?)(?P<state>(?:完工|建成|竣工|开工|投用|启用|交付|验收)(?:并?(?:实现|投入)?(?:交付|投用|使用|运营|开放|投产))?"
    r"|(?:顺利|如期|成功)?通过(?:验收|评审|考核|复评|审批)|全覆盖|投入使用|清零|改造提升|提档升级|落地见效)$")
_AFTER_WORDS = re.compile("通过|全覆盖|使用|清零|提升|见效|验收|开工|完工|竣工|投用|交付")
_CUE = re.compile(r"确保|力争|争取|计划|务必")
# 四期码头力争年内开工: neither the cue nor the time is the thing.
_WHEN_END = re.compile(r"(?<=..)(?:确保|力争|争取|计划|预计|于|将|在|年内|年底前?|上半年|下半年|[一二三四]季度|\d{1,2}月(?:份|底)?前?)+$")
_PASS = re.compile(
    r"(?:确保|力争|争取|推动)(?P<thing>.{3,30}?)(?:顺利|如期|成功|高分)?"
    r"(?P<state>通过|完成|完工|投用|建成|开工|竣工|启用|落地|交付|上市|获批|通车|贯通|通航|复工|试运行|运营|挂牌|封顶|开放|开园|开馆|开业|首飞|投产|达产|并网)(?!作)(?P<more>.{0,8})$")
_WORKED = re.compile(r"对(?P<thing>.{2,24}?)(?:进行|实施|开展)(?P<state>改造提升|改造|提升改造|修缮|整治|扩建|升级改造|重建)$")
_VAGUE = table("vague")
_RANK_WORDS = re.compile(r"前[\d一二三四五六七八九十]")
_FRONT_WORDS, _REFERENCE = re.compile(either(_VAGUE["without a rank"]["front"])), re.compile(either(_VAGUE["against others"]["reference"]))
_AGAINST = re.compile(
    rf"(?P<thing>.{{2,30}}?)(?:增速|增幅|增长)?(?:保持)?{either(_VAGUE['against others']['compared'])}[^,;。]{{0,4}}?"
    rf"{either(_VAGUE['against others']['reference'])}(?:水平|以上|基本同步|同步|相当|持平)*$")
_SET = {name: either(entries) for name, entries in _VAGUE["set by others"].items()}
_SET_WORDS = re.compile(f"{_SET['set']}的?(?:年度|约束性)?{_SET['what']}")
_SET_BY_OTHERS = re.compile(
    rf"(?P<thing>.{{2,24}}?)(?:确保|全面|力争|要|均)*{_SET['done']}{_SET['who']}(?:里)?{_SET['set']}的?(?:年度|约束性)?{_SET['what']}(?:以?内|之内)?$")
_PLACED = r"(?P<thing>.{2,24}?)(?:保持|位居|进入|走在|跻身|位列|处于|居于|迈入|排名|列|居|在)[^,;。]{0,10}?"
_RANKED = re.compile(_PLACED + either(_VAGUE["without a rank"]["front"]) + "$")
_RANK = re.compile(_PLACED + r"前(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:位|名|强)?(?:以内)?$")
_ANY_VAGUE = re.compile("|".join(f"(?:{each.pattern})" for each in (_FRONT_WORDS, _REFERENCE, _RANK_WORDS, _SET_WORDS)))
_WHY_VAGUE = (
    (_AGAINST, "目标随参照值而定,需先确认参照值"), (_SET_BY_OTHERS, "目标随下达数而定,需先确认下达数"),
    (_RANKED, "没有名次,无法量化"), (_RANK, "名次目标,由人工对照名次认定"))
_ABSTRACT = re.compile(f"(?:{any_of('abstract')})$")
_CONCRETE = re.compile(f"(?:{any_of('concrete')})$")
_NO_THING = re.compile(
    r"^(?:的|时限|本计划|情况|各项|工作|任务|好|了|一批|一系列|全年|年度(?!\w)|有关|相关|上级|这|其|应|更|更加|“?十大|良好)")
_CLAUSE = re.compile(r"[^,;。!?:\t]+")
_EFFORTS = frozenset(words("effort_verbs"))


# 出台惠企政策 can be seen to be there, 制定措施 names nothing.
_LEAST_RULE = 4


@dataclass(frozen=True, slots=True)
class Milestone:
    """A promised end: offsets of the clause from its verb or cue on, the thing, and the end state in words.

    `vague` says why the promise can't be measured (排名前列, 不低于上年); None where its end can be seen.
    """

    start: int
    end: int
    thing: str
    state: str
    vague: str | None = None


def milestones(string: str, start: int, end: int, taken: list[tuple[int, int]]) -> list[Milestone]:
    """The milestones of a sentence; clauses that hold a figure (`taken`) promise that figure and nothing else."""
    where = string, start, end
    if not any(words.search(*where) for words in (_END, _AFTER_WORDS, _ANY_VAGUE)):
        return []
    spans = Spans(taken)
    free = (clause for clause in _CLAUSE.finditer(string, start, end) if not spans.meets(*clause.span()))
    return [one for clause in free if (one := _milestone(clause.group(), clause.start()))]


def _milestone(clause: str, offset: int) -> Milestone | None:
    if vague := _vague(clause, offset):
        return vague
    for rule in (_worked, _confirmed, _passed, _ended, _reached):
        if found := rule(clause):
            begin, thing, state = found
            if _is_thing(thing) or (state in _RULES_OF and thing.endswith(_RULE_ENDS) and len(thing) > _LEAST_RULE):
                return Milestone(offset + begin, offset + len(clause), indicators.trimmed(thing), state)
    return None


def _vague(clause: str, offset: int) -> Milestone | None:
    """A promise that depends on others (不低于全省平均) or names no place in the order (排名前列)."""
    if not _ANY_VAGUE.search(clause):
        return None
    for pattern, why in _WHY_VAGUE:
        if found := pattern.search(clause):
            begin = _front(clause[:found.end("thing")])
            thing = indicators.noun(clause[begin:found.end("thing")])
            if len(thing) > 1:
                return Milestone(offset + begin, offset + len(clause), thing, clause[found.end("thing"):], why)
    return None


def _is_thing(thing: str) -> bool:
    bare = thing.strip("“”\"'")
    return 2 <= len(bare) <= 60 and not _ABSTRACT.search(bare) and not _NO_THING.match(thing)


def _front(clause: str) -> int:
    """Where a clause begins once its links and adverbs are gone; a cue (确保) belongs to the clause."""
    rest = indicators.after_leads(indicators.after_list_mark(clause))
    position = len(clause) - len(rest) if clause.endswith(rest) else 0
    cue = _CUE.search(clause[:position])
    return cue.start() if cue else position


def _ended(clause: str) -> tuple[int, str, str] | None:
    """完成老旧小区综合整治: the verb opens the clause, or follows a short subject (双山完成景区村庄创建)."""
    verb = _END.search(clause)
    if not verb or verb.end() == len(clause):
        return None
    opened = verb.start()
    while following := _END.match(clause, verb.end()):
        verb = following
    front = _front(clause[:verb.end()]) if opened else 0
    subject = clause[front:opened] if front < opened else ""
    thing = clause[verb.end():]
    if len(subject) > 8 or "的" in subject or indicators.begins_with_verb(indicators.after_leads(subject)):
        return None
    if verb.group() in _EFFORTS and not _CONCRETE.search(thing.strip("”\"")):
        return None
    return (front if subject else opened), thing, verb.group()


def _worked(clause: str) -> tuple[int, str, str] | None:
    found = _WORKED.search(clause)
    return (found.start(), found["thing"], found["state"]) if found else None


def _confirmed(clause: str) -> tuple[int, str, str] | None:
    """确保通过国家卫生城市复核: what is passed is named behind the verb."""
    found = _CONFIRM.search(clause)
    return (_front(clause[:found.start()]) if found.start() else 0, found["thing"] + found["more"], found["state"]) if found else None


def _passed(clause: str) -> tuple[int, str, str] | None:
    found = _PASS.search(clause)
    if not found or not indicators.after_leads(found["thing"]):
        return None
    return found.start(), found["thing"], found["state"] + found["more"]


def _reached(clause: str) -> tuple[int, str, str] | None:
    """万物工场完工交付: the thing opens the clause and its end closes it."""
    front = _front(clause)
    found = _AFTER.match(clause, front)
    return (front, _WHEN_END.sub("", found["thing"]), found["state"]) if found else None
