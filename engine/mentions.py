"""Sentences that speak of a target in words: clauses without a figure that name its thing and say what became of it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine import progress
from engine.aliases import bare, canonical
from engine.lexicon import any_of, either, words
from engine.numerals import HAN, number
from engine.profiles import Profile, narrowing
from engine.qualifiers import groups, sizes
from engine.scale import SIZED, Scale, pairs
from engine.text import fold
from engine.values import Mention, Reading, Rules, Sentence, Statement
from engine.wordlines import table

_CUT = re.compile(r"[,，;；。!！?？\n]")
_CUES = re.compile(either(words("mention_cues")))
_COVERED = 0.8
# The same for sentences that are only shown: less of the name will do.
_NAMED = 0.6
_SHOWN = 3
_WHOLE = re.compile("全部|全面|均已|均|悉数|如期|已|圆满|顺利")
_COUNT = re.compile(rf"(?P<number>\d+|{HAN}+)(?P<unit>[个家户件条项座处所间栋套台场名人])")
# What may stand between a thing and its stage without making another thing of it.
_WORDS = table("milestones")[""]
_BETWEEN = re.compile(rf"[0-9.]+|[一二三四五六七八九十]+(?=[月日期])|[年月日底初末中旬]|{either(_WORDS['between'])}")
_FAR = 3
# Zero in so many words.
_NOUGHT = re.compile("零(?:发生|报告|增长|新增|死亡|伤亡|事故|上访|投诉|失误)|(?:保持|实现|为|均为)零|清零|归零")
_TAIL = re.compile("(?:覆盖率|达标率|完成率|合格率|占比|率|度|数|量)$")


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a report: its place, its text in the one spelling, and whether a figure stands in it."""

    start: int
    end: int
    text: str
    spelled: str
    sentence: Sentence
    has_figure: bool


class Clauses:
    """The clauses of a report that tell what was done, found by the rare pairs of characters they share with a thing."""

    def __init__(self, report: Reading, rules: Rules) -> None:
        self.report = report
        self._all = list(_clauses(report, rules))
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, clause in enumerate(self._all):
            for pair in pairs(clause.spelled):
                self._places[pair].append(place)

    def naming(self, target: Profile, scale: Scale, year: int | None) -> list[Clause]:
        """The clauses of a year that name a target's thing, qualifiers and size included, in the order of the text."""
        content = target.content.partition(SIZED)[0]
        weights, whole = scale.weigh(content)
        wanted = pairs(content)
        shared = Counter(place for pair in wanted for place in self._places.get(pair, ()))
        near = sorted(place for place, count in shared.items() if 2 * count >= len(wanted))
        named = [self._all[place] for place in near] if whole else []
        return [clause for clause in named if _covers(clause.spelled, weights, whole) and _speaks_of(clause, target, year)]

    def about(self, target: Profile, scale: Scale, year: int | None) -> list[Clause]:
        """The clauses that name a target's thing, be it with the help of the clause before: 药品采购平稳,网采率较高."""
        stem = _TAIL.sub("", target.content.partition(SIZED)[0])
        weights, whole = scale.weigh(stem)
        near = sorted({place for pair in pairs(stem) for place in self._places.get(pair, ())}) if len(stem) > 1 else []
        return [clause for place in near if stem[-2:] in (clause := self._all[place]).spelled or stem[:2] in clause.spelled
                if _covers(self._with_before(place), weights, _NAMED / _COVERED * whole) and _speaks_of(clause, target, year)]

    def _with_before(self, place: int) -> str:
        before = self._all[place - 1] if place else None
        here = self._all[place]
        return before.spelled + here.spelled if before and before.sentence == here.sentence else here.spelled


def _covers(text: str, weights: Mapping[str, float], whole: float) -> bool:
    return sum(weight for gram, weight in weights.items() if gram in text) >= _COVERED * whole


def _clauses(report: Reading, rules: Rules) -> Iterator[Clause]:
    spell = canonical(rules.aliases)
    figures = sorted(each.start for each in report.statements if each.measure != "milestone")
    at = 0
    for sentence in report.sentences:
        if sentence.kind == "target":
            continue
        for start, end in _cut(report.text, sentence):
            while at < len(figures) and figures[at] < start:
                at += 1
            text = report.text[start:end]
            yield Clause(start, end, text, spell(sentence.thing + text), sentence, at < len(figures) and figures[at] < end)


def _cut(text: str, sentence: Sentence) -> Iterator[tuple[int, int]]:
    start = sentence.start
    for hit in _CUT.finditer(text, sentence.start, sentence.end):
        if hit.start() > start:
            yield start, hit.start()
        start = hit.end()
    if start < sentence.end:
        yield start, sentence.end


def _speaks_of(clause: Clause, target: Profile, year: int | None) -> bool:
    if clause.sentence.year not in {None, year}:
        return False
    found_sizes, _ = sizes(clause.spelled)
    return target.sizes <= found_sizes and all(
        not (wanted := target.facets.get(each.name)) or not (given := each.found(clause.spelled)) or wanted & given
        for each in groups() if each.mode == "ask" and each.name != "环节")


def mention(clause: Clause, doc: str) -> Mention:
    """The whole sentence of a clause, as evidence for a reader."""
    return Mention(doc, clause.start, clause.end, clause.text.strip())


def in_words(target: Profile, clauses: Clauses, scale: Scale) -> list[Mention]:
    """The clauses that speak of a numeric target without a figure."""
    named = clauses.about(target, scale, target.statement.year)
    said = [each for each in named if not each.has_figure and _CUES.search(each.spelled) and len(each.text) > 4]
    return [mention(each, clauses.report.doc) for each in said[:_SHOWN]]


# What must not happen, denied: before its name (未发生较大事故) or behind it.
_DENIED = re.compile("(?:未|没有|无一?起?|杜绝了?|从未|均未|再未)(?:再)?(?:发生|出现|造成|产生|引发)(?:一起|1起|任何|各类|重复|新的)?")
_PART_OF_YEAR = re.compile("[一二三四]季度|[上下]半年|[0-9一二三四五六七八九十]+月|期间|以来|当[天日月季]|节假日|汛期|春运|两会|国庆|春节")


def _denies(target: Profile, clause: Clause) -> re.Match[str] | None:
    """The words of a clause that deny just what a target names, for all of the time that the report covers."""
    hit = _DENIED.search(clause.text)
    if hit is None or _PART_OF_YEAR.search(clause.text[:hit.start()]) or _EARLIER.match(clause.text):
        return None
    here = {each.name: each.found(clause.spelled) for each in groups() if each.mode == "ask"}
    own = all(members <= target.facets.get(name, frozenset()) for name, members in here.items())
    at = _span(target.spelled, clause.spelled)
    near = min(abs(at[0] - hit.end()), abs(hit.start() - at[1])) <= _FAR
    return hit if own and near and target.narrow >= narrowing(clause.spelled) else None


def stays_away(target: Profile, clauses: Clauses, scale: Scale) -> Statement | None:
    """What must not happen, where a clause without a figure says nought of it: 重大火灾保持零发生."""
    for clause in clauses.naming(target, scale, target.statement.year):
        hit = _NOUGHT.search(clause.text) or _denies(target, clause)
        if hit and not clause.has_figure:
            return _said(target, clause, clauses.report.doc, hit.span(), Decimal(0), "", "stays_away")
    return None


def _said(target: Profile, clause: Clause, doc: str, span: tuple[int, int], value: Decimal, unit: str, rule: str) -> Statement:
    """A result that the reader took for words, at its place in a clause."""
    start, end = clause.start + span[0], clause.start + span[1]
    return Statement(
        doc=doc, start=start, end=end, figure=clause.text[span[0]:span[1]], kind="result", indicator=target.statement.indicator,
        measure="amount", value=value, unit=unit, year=target.statement.year, section=clause.sentence.section,
        sentence=(clause.sentence.start, clause.sentence.end), rules=(rule,))


def announced_done(target: Profile, clauses: Clauses, scale: Scale) -> Statement | None:
    """A count whose whole is said to be done (十件民生实事全部兑现), where the reader took the count for a title."""
    statement = target.statement
    for clause in clauses.naming(target, scale, statement.year):
        count = _COUNT.search(fold(clause.text))
        stage = progress.stage(clause.spelled)
        if clause.has_figure or not count or len(_COUNT.findall(fold(clause.text))) > 1 or stage is None or stage < progress.DONE:
            continue
        value = number(count["number"])
        if value == statement.value and value is not None and (_WHOLE.search(clause.text) or _stands_before(count, clause, target)):
            return _said(target, clause, clauses.report.doc, count.span(), Decimal(value), count["unit"], "announced_done")
    return None


def _stands_before(count: re.Match[str], clause: Clause, target: Profile) -> bool:
    """True where a clause begins with the count and its thing: 两家医养结合机构建成运营."""
    return not clause.text[:count.start()].strip() and bare(clause.text[count.end():]).startswith(bare(target.statement.indicator)[:2])


# — milestones —

def reached(thing: Profile, clauses: Clauses, scale: Scale) -> tuple[int | None, list[Mention]]:
    """The highest stage that a report says a milestone's thing has reached, and the clauses that speak of it, the telling one first.

    A stage word that belongs to another thing (幼儿园教师宿舍建成, 活动中心完成招标) tells nothing: such clauses are shown, not judged.
    """
    thing = replace(thing, spelled=_AND_THEN.sub("", thing.spelled), content=_AND_THEN.sub("", thing.content))
    best: int | None = None
    telling: list[Mention] = []
    other: list[Mention] = []
    for clause in clauses.naming(thing, scale, thing.statement.year):
        found = _own_stage(thing, clause)
        if found is None:
            other.append(mention(clause, clauses.report.doc))
            continue
        telling.insert(0 if best is None or found > best else len(telling), mention(clause, clauses.report.doc))
        best = found if best is None else max(best, found)
    return best, [*telling, *other][:_SHOWN]


# What a promise adds to its thing: 环城路并通车.
_AND_THEN = re.compile("(?<=..)(?:并|且)(?:[一-龥]{2,6})?$")
_EARLIER = re.compile("(?:去年|上年|前年)(?!.*[比较])")
_DROPPED = re.compile(either(_WORDS["dropped"]))
_WISHED = re.compile(f"{either(_WORDS['wished'])}$")
_WHOLE_OF_IT = re.compile(f"已*(?:[并且及和、与]|(?:{either(_WORDS['whole'])}|[一-龥]{{0,3}}阶段)*$)")
_ENUMERATED = re.compile("[、和与及]|等[0-9一二三四五六七八九十两]*[个项所座处家条]?")


def _own_stage(thing: Profile, clause: Clause) -> int | None:
    text = clause.spelled
    if _EARLIER.match(text) or _DROPPED.search(text):
        return None
    found, taken_back = progress.hits(text)
    span = _span(thing.spelled, text)
    near = [each.rank for each in found if _distance(text, span, each) <= _FAR and each.rank < progress.DONE]
    if taken_back:
        # 尚未完工: under way at best.
        return progress.UNDER_WAY if near or found or len(text) > span[1] else None
    if _other_thing(thing.spelled, text, span):
        return None
    near += [each.rank for each in found if each.rank >= progress.DONE and _is_its_own(text, span, each, found)]
    return max(near, default=None)


def _other_thing(content: str, text: str, span: tuple[int, int]) -> bool:
    """True where the thing's first characters are missing and others stand in their place: 东河村文化中心 for 镇文化中心."""
    return content[:2] not in text and bool(_BETWEEN.sub("", text[:span[0]])) and not text[:span[0]].endswith("的")


_VERB = any_of("verbs", "end_verbs", "strong_verbs", "effort_verbs")
_LEADS_UP = re.compile(rf"(?:的|了|{_VERB}|{either(_WORDS['between'])}|[全我各本][一-龥]{{1,2}}|[、和与及])$")


def _names_another(head: str) -> bool:
    """True where a short name stands before a thing: 城北 before 物流中心 makes another of it."""
    return 2 <= len(head) <= 4 and _LEADS_UP.search(head) is None


def _is_its_own(text: str, span: tuple[int, int], hit: progress.Hit, every: Sequence[progress.Hit]) -> bool:
    """True where a stage that ends the work is that of the thing, and not of a part of it or of what is made for it."""
    start, end = span
    if hit.start >= start and hit.end <= end:
        return False
    for other in every:
        # 建成通车, 竣工验收并投用: one end after the other.
        if other is not hit and other.rank >= progress.DONE and (other.end <= start or other.start >= end):
            text = text[:other.start] + "已" * (other.end - other.start) + text[other.end:]
    if hit.end > end:
        between, head, behind = text[end:hit.start], text[:start], text[hit.end:]
    else:
        between, head, behind = text[hit.end:start], text[:hit.start], text[end:]
    if _WISHED.search(head.rstrip("了")) or _names_another(head) or not _WHOLE_OF_IT.match(behind):
        return False
    return not _BETWEEN.sub("", between) or between.endswith("的") or _ENUMERATED.match(between) is not None


def _span(content: str, text: str) -> tuple[int, int]:
    """From the first to the last pair of characters that a clause shares with a thing."""
    places = [at for pair in pairs(content) for at in _finds(text, pair)]
    return (min(places), max(places) + 2) if places else (0, len(text))


def _finds(text: str, pair: str) -> Iterator[int]:
    at = text.find(pair)
    while at >= 0:
        yield at
        at = text.find(pair, at + 1)


def _distance(text: str, span: tuple[int, int], hit: progress.Hit) -> int:
    """How many characters of another thing stand between a thing and a stage word."""
    start, end = span
    if hit.start >= end:
        gap = text[end:hit.start]
    elif hit.end <= start:
        gap = text[hit.end:start]
    else:
        return 0
    return len(_BETWEEN.sub("", gap))
