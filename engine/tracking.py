"""Plan and reports → the outcome of each target: the one pipeline of the command line and of stored rows."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from engine import progress
from engine.aliases import canonical
from engine.caveats import NOBODY, frame_of
from engine.directions import direction_of
from engine.doubts import disagreement, doubt_of, of_the_year, vague_doubt, vagueness
from engine.levels import change_between, in_unit_of, level_before, rounded
from engine.lexicon import LexiconError
from engine.likeness import Likeness
from engine.matching import Found, Reply, is_count, match, same_value, tiles
from engine.mentions import Clauses, announced_done, in_words, reached, stays_away
from engine.profiles import Profile, profile
from engine.quantities import one_piece
from engine.scale import Scale
from engine.stocks import base_of, is_stock
from engine.values import Decisions, Evidence, Key, Mention, Month, Note, Outcome, Part, Reading, Rules, Statement, Verdict
from engine.verdict import YEAR_END, Direction, Facts, judge
from engine.wording import around
from engine.wordlines import lines

_BESIDE = 4
_SHOWN = 3
# What a result in words is worth beside one in figures.
_SAID = 0.9
_CLAIM_SLACK = Decimal("1.5")
_NO_DERIVING = re.compile("^(?:GDP|(?:规上)?工业增加值|固定资产投资)$")


def track(plan: Reading, reports: Sequence[Reading], *, rules: Rules | None = None, through: Month | None = None) -> list[Outcome]:
    """The outcome of every target of a plan, milestones too, in the order of the text."""
    targets = [each if each.year is not None else each._replace(year=plan.year) for each in plan.targets]
    return answer(targets, reports, rules=rules, through=through, plans=(plan,))


def answer(targets: Sequence[Statement], reports: Sequence[Reading], *, rules: Rules | None = None, through: Month | None = None,
           decisions: Decisions | None = None, plans: Sequence[Reading] = ()) -> list[Outcome]:
    """The outcome of each target from the reports, in the order given.

    `plans` are the readings that the targets came from: the words around their figures (新增, 签约, 控制在) sharpen the matching, and last
    year's figures in them are base. `through` is the cut-off of the latest report and leaves later ones out.
    """
    work = _Work(targets, _in_force(reports, through), rules or Rules(), decisions or Decisions(), plans)
    return [work.outcome(target) for target in targets]


def _in_force(reports: Sequence[Reading], through: Month | None) -> list[Reading]:
    """The reports by cut-off, latest first; with `through` those that end later are left out, a single one is taken to end there."""
    known = sorted(reports, key=lambda each: each.cutoff or ((each.year or 0), 0), reverse=True)
    if through is None or not known:
        return known
    if len(known) > 1:
        known = [each for each in known if each.cutoff is None or each.cutoff <= through] or known[-1:]
    return [replace(known[0], cutoff=through), *known[1:]]


def _profiles(statements: Iterable[Statement], texts: Mapping[str, Reading], rules: Rules) -> list[Profile]:
    """Profiles of statements, with the words around them where their text is known."""
    ordered: dict[str, list[Statement]] = {
        doc: sorted((each for each in reading.statements if each.measure != "milestone"), key=lambda each: each.start)
        for doc, reading in texts.items()}
    places = {doc: {each.start: place for place, each in enumerate(found)} for doc, found in ordered.items()}
    frames = {doc: frame_of(reading) for doc, reading in texts.items()}
    made = []
    for each in statements:
        text = texts[each.doc].text if each.doc in texts else ""
        place = places.get(each.doc, {}).get(each.start)
        nearby = ordered[each.doc][max(place - _BESIDE, 0):place + _BESIDE] if place is not None else []
        made.append(profile(each, around(each, text, nearby), rules, frames.get(each.doc, NOBODY)))
    return made


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one report makes of one target."""

    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    mentions: tuple[Mention, ...] = ()
    candidates: tuple[Evidence, ...] = ()
    notes: tuple[Note, ...] = ()
    base: tuple[Evidence, ...] = ()

    @property
    def speaks(self) -> bool:
        return bool(self.evidence or self.mentions or self.candidates)


class _Report:
    """A report made ready: its results, its clauses, its last month in a year."""

    def __init__(self, reading: Reading, rules: Rules) -> None:
        self.reading = reading
        results = [each if each.year is not None else each._replace(year=reading.year) for each in reading.results
                   if each.measure != "milestone"]
        self.results = _profiles(results, {reading.doc: reading}, rules)
        self.clauses = Clauses(reading, rules)
        self.replies: Mapping[Key, Reply] = {}

    def last(self, year: int | None) -> int | None:
        """The last month of a year that the report covers; 0 where it ends before that year, None where nobody knows."""
        cutoff = self.reading.cutoff
        if cutoff is None or year is None:
            return None
        if cutoff[0] == year:
            return cutoff[1]
        return YEAR_END if cutoff[0] > year else 0


class _Work:
    """One run: everything that is made once for all targets."""

    def __init__(self, targets: Sequence[Statement], reports: Sequence[Reading], rules: Rules, decisions: Decisions,
                 plans: Sequence[Reading]) -> None:
        self.rules, self.passed = rules, decisions.passed
        self.reports = [_Report(each, rules) for each in reports]
        texts = {each.doc: each for each in plans}
        profiles = _profiles(targets, texts, rules)
        self.profiles = {each.statement.key: each for each in profiles}
        self.history = _profiles((each for plan in plans for each in plan.results), texts, rules)
        self.scale = Scale(each.content for each in [*profiles, *(each for report in self.reports for each in report.results)])
        self.firm = _firm_of(targets, self.profiles)
        numeric = [each for each in profiles if each.statement.measure != "milestone"]
        years = {each.statement.year for each in numeric}
        for report in self.reports:
            cutoff = next((report.last(year) for year in years if report.last(year)), None)
            report.replies = match(numeric, report.results, scale=self.scale, rules=rules, decisions=decisions, cutoff=cutoff)

    # — over all reports —

    def outcome(self, target: Statement) -> Outcome:
        """The latest report that speaks counts; what an earlier one saw done stays done."""
        found = self.profiles[target.key]
        passed = self.passed.get(target.key, frozenset())
        own = [each for each in self.reports if each.reading.doc not in passed and self._may_speak(each, target)]
        base = self._base(target)
        if not own:
            verdict = judge(target, Facts(basis="later" if self._is_later(target) else "silent"), self.rules)
            return Outcome(target=target, verdict=verdict, base=base, notes=_other_year(target, base))
        answers = [self._answer(found, each) for each in own]
        latest = next((each for each in answers if each.speaks), None)
        chosen = answers[0] if latest is None else latest
        if latest is not answers[0] or _only_words(answers[0]):
            chosen, base = self._kept(target, answers, base)
        notes = chosen.notes or (() if chosen.evidence else _other_year(target, base))
        return Outcome(target=target, verdict=chosen.verdict, evidence=chosen.evidence, mentions=chosen.mentions,
                       candidates=chosen.candidates, base=_first(base, chosen.base), notes=notes)

    def _kept(self, target: Statement, answers: list[_Answer], base: tuple[Evidence, ...]) -> tuple[_Answer, tuple[Evidence, ...]]:
        """The latest report is silent, or has only words: an amount or milestone met before stays met, all else is last known."""
        earlier = next((each for each in answers[1:] if each.evidence or (target.measure == "milestone" and each.mentions)), None)
        if earlier is None:
            return answers[0], base
        if earlier.verdict.status == "met" and target.measure in {"amount", "milestone"}:
            return earlier, base
        return answers[0], _first(earlier.evidence, base)

    def _may_speak(self, report: _Report, target: Statement) -> bool:
        return report.last(target.year) != 0 and not (report.reading.cutoff is None and (report.reading.year or 9999) < (target.year or 0))

    def _is_later(self, target: Statement) -> bool:
        return bool(self.reports) and target.year is not None

    def _base(self, target: Statement) -> tuple[Evidence, ...]:
        found = [each.evidence for report in self.reports if target.key in report.replies for each in report.replies[target.key].base]
        return _first(tuple(sorted(found, key=lambda each: -(each.statement.year or 0))))

    # — one report —

    def _answer(self, target: Profile, report: _Report) -> _Answer:
        if target.statement.measure == "milestone":
            return self._milestone(target, report)
        reply = report.replies[target.statement.key]
        if reply.best is None and not reply.decided:
            reply.best = self._announced(target, report, reply)
        if reply.best is not None:
            return self._by_figure(target, report, reply, reply.best)
        if reply.claim is not None and target.statement.measure == "amount":
            deed = self._by_forecast_claim if reply.claim.statement.kind == "forecast" else self._by_claim
            return deed(target, report, reply.claim, reply)
        if reply.forecast is not None and _whole_year(reply.forecast.statement):
            return self._by_forecast(target, reply.forecast)
        if reply.levels:
            return self._by_levels(target, report, reply)
        return self._without_figure(target, report, reply)

    def _milestone(self, target: Profile, report: _Report) -> _Answer:
        stage, mentions = reached(target, report.clauses, self.scale)
        if not mentions:
            return _Answer(judge(target.statement, Facts(), self.rules))
        promised = progress.promised(target.statement.state or "", target.statement.figure)
        why = f"总结表述为“{progress.STAGES[stage]}”阶段,承诺为“{progress.STAGES[promised]}”" if stage is not None else ""
        facts = Facts(basis="stage", stage=stage, promised=promised, last=report.last(target.statement.year), why=why)
        return _Answer(judge(target.statement, facts, self.rules), mentions=tuple(mentions))

    def _announced(self, target: Profile, report: _Report, reply: Reply) -> Found | None:
        """A result that stands in words: all of a count is done, or what must not happen did not."""
        statement = target.statement
        if not is_count(statement) or reply.candidates or statement.value is None:
            return None
        if statement.value == 0:
            return self._in_words(target, report, stays_away(target, report.clauses, self.scale), "总结表述为零")
        if statement.comparator in {"<=", "<"}:
            return None
        return self._in_words(target, report, announced_done(target, report.clauses, self.scale), "总结表述为全部完成")

    def _in_words(self, target: Profile, report: _Report, said: Statement | None, words: str) -> Found | None:
        if said is None:
            return None
        parts = (Part("indicator", 1.0, 1.0, f"指标一致({target.statement.indicator})"), Part("words", 0.0, 1.0, words))
        made = profile(said, around(said, report.reading.text), self.rules)
        return Found(made, _SAID, Likeness(_SAID, parts, raw=1.0), "actual", report.last(said.year) or YEAR_END)

    def _by_figure(self, target: Profile, report: _Report, reply: Reply, best: Found) -> _Answer:
        statement = target.statement
        parts = [] if is_stock(target, best.profile) else tiles(best, reply.pieces, self.rules)
        actual = in_unit_of(statement, best.statement)
        facts = self._facts(target, report, best.statement, actual, best.profile)
        if parts and actual is not None:
            actual = sum((in_unit_of(statement, each.statement) or Decimal(0) for each in parts), actual)
            facts = replace(facts, actual=actual, last=parts[-1].last)
        notes = [*_derived([best, *parts], actual), *self._claim_notes(statement, actual, reply), *_restated(best, reply)]
        doubt = doubt_of(target, best, actual, facts) or disagreement(statement, best, reply, facts)
        if doubt:
            notes.append(Note("implausible", doubt))
        elif not parts:
            doubt = vague_doubt(statement, best, actual, facts)
        if doubt:
            facts = replace(facts, basis="doubt", why=doubt)
        beside = [each.evidence for each in (*parts, reply.claim, reply.forecast) if each]
        # 超50亿元 is more than 50: it keeps a promise to go beyond.
        if statement.comparator == ">" and vagueness(best.profile) == ">":
            statement = statement._replace(comparator=">=")
        return _Answer(judge(statement, facts, self.rules), (best.evidence, *beside), notes=tuple(notes))

    def _by_claim(self, target: Profile, report: _Report, claim: Found, reply: Reply) -> _Answer:
        firm = self.firm.get(target.statement.key)
        last = report.last(target.statement.year)
        if last is not None and last < YEAR_END and (claim.statement.value or 0) >= 100 and not of_the_year(claim.profile):
            why = f"总结自报完成率{claim.statement.figure},未说明是对年度目标还是对当期任务"
            return _Answer(judge(target.statement, Facts(basis="doubt", why=why), self.rules), (claim.evidence,), notes=_near(reply))
        facts = replace(self._facts(target, report, claim.statement, claim.statement.value), basis="claim",
                        firm=firm.value if firm else None)
        return _Answer(judge(target.statement, facts, self.rules), (claim.evidence,), notes=_near(reply))

    def _by_forecast_claim(self, target: Profile, report: _Report, claim: Found, reply: Reply) -> _Answer:
        """预计完成年度目标的105%: the forecast is that share of the target."""
        claimed, value = claim.statement.value, target.statement.value
        actual = value * claimed / 100 if claimed is not None and value is not None else None
        facts = Facts(basis="forecast", actual=actual, direction=self._direction(target), counts=is_count(target.statement))
        note = Note("forecast", f"总结只有预计完成率:{claim.statement.said}")
        return _Answer(judge(target.statement, facts, self.rules), (claim.evidence,), notes=(note, *_near(reply)))

    def _by_forecast(self, target: Profile, forecast: Found) -> _Answer:
        statement = target.statement
        actual = in_unit_of(statement, forecast.statement)
        facts = Facts(basis="forecast", actual=actual, direction=self._direction(target), counts=is_count(statement))
        note = Note("forecast", f"总结只有预计数:{forecast.statement.said}")
        return _Answer(judge(statement, facts, self.rules), (forecast.evidence,), notes=(note,))

    def _by_levels(self, target: Profile, report: _Report, reply: Reply) -> _Answer:
        """A rate of change that is answered by amounts: computed where last year's stands beside this year's."""
        statement, level = target.statement, reply.levels[0]
        before = level_before(level.profile, report.results)
        change = change_between(statement, level.statement, before.statement) if before else None
        if change is None or before is None:
            facts = Facts(basis="doubt", why=f"总结只有水平值{level.statement.said},没有上年水平,无法计算")
            return _Answer(judge(statement, facts, self.rules), (level.evidence,))
        said = f"{before.statement.said}→{level.statement.said},推算为{change:f}{statement.unit or '%'}"
        if _NO_DERIVING.match(target.spelled):
            facts = Facts(basis="doubt", why=f"{said};该指标按可比价格核算,不能由水平值推算")
        else:
            facts = self._facts(target, report, level.statement, change)
        base = (Evidence(before.statement, level.score),)
        return _Answer(judge(statement, facts, self.rules), (level.evidence,), notes=(Note("derived", said),), base=base)

    def _without_figure(self, target: Profile, report: _Report, reply: Reply) -> _Answer:
        statement, near = target.statement, _near(reply)
        if reply.candidates:
            why = f"总结中有相近的数,需人工确认:{reply.candidates[0].statement.indicator}{reply.candidates[0].statement.said}"
            verdict = judge(statement, Facts(basis="doubt", why=why), self.rules)
            return _Answer(verdict, candidates=tuple(each.evidence for each in reply.candidates), notes=near)
        mentions = in_words(target, report.clauses, self.scale)
        if mentions:
            return _Answer(judge(statement, Facts(basis="words"), self.rules), mentions=tuple(mentions), notes=near)
        waits = not near and _waits(target, report.last(statement.year))
        return _Answer(judge(statement, Facts(basis="waits" if waits else "silent"), self.rules), notes=near)

    # — facts —

    def _direction(self, target: Profile) -> Direction:
        return target.statement.direction or direction_of(target.statement, target.around.clause, self.rules.aliases)

    def _facts(self, target: Profile, report: _Report, result: Statement, actual: Decimal | None, level: Profile | None = None) -> Facts:
        """What is known; `level` is the result's profile where it is judged as it stands and may be a stock."""
        statement = target.statement
        last = result.months[1] if result.months else report.last(statement.year)
        stock = statement.measure == "amount" and is_stock(target, level)
        base = self._stock_base(target, level) if stock else None
        facts = Facts(basis="actual", actual=actual, last=last, direction=self._direction(target),
                      counts=is_count(statement), piece=one_piece(statement.unit), stock=stock, base=base)
        if statement.months and last is not None and last > statement.months[1] and result.months is None:
            return replace(facts, basis="doubt", why="总结的期间超出目标期间,需人工认定")
        return facts

    def _stock_base(self, target: Profile, level: Profile | None) -> Decimal | None:
        """Last year's total, from any of the documents, or from what a report says it has risen by since."""
        results = [each for report in self.reports for each in report.results]
        return base_of(target, level, [*results, *self.history], self.scale)

    def _claim_notes(self, target: Statement, actual: Decimal | None, reply: Reply) -> list[Note]:
        claim = reply.claim.statement if reply.claim else None
        if claim is None or claim.value is None or actual is None or not target.value or target.stretch or target.measure != "amount":
            return []
        plain = 100 * actual / target.value
        if abs(plain - claim.value) <= _CLAIM_SLACK:
            return []
        notes = [Note("contradiction", f"总结自报完成率{claim.said},按计划目标计算为{rounded(plain, 1)}%,以实际数为准")]
        if claim.value > 0:
            implied = rounded(100 * actual / claim.value, 2 if not is_count(target) else 0)
            notes.append(Note("implied", f"自报{claim.said}倒推任务数{implied:f}{target.unit},疑为上级下达口径"))
        return notes


# — single facts —

def _firm_of(targets: Iterable[Statement], profiles: Mapping[Key, Profile]) -> dict[Key, Statement]:
    """The firm figure of each stretch figure: the one of the same thing before it."""
    firm: dict[tuple[object, ...], Statement] = {}
    pairs: dict[Key, Statement] = {}
    for target in targets:
        signature = profiles[target.key].signature
        if not target.stretch:
            firm[signature] = target
        elif signature in firm:
            pairs[target.key] = firm[signature]
    return pairs


def _whole_year(forecast: Statement) -> bool:
    return forecast.months is None or forecast.months[1] == YEAR_END


def _derived(parts: Sequence[Found], total: Decimal | None) -> list[Note]:
    """What was added up, where periods tile the year: 上半年9个、下半年7个."""
    if len(parts) < 2 or total is None:
        return []
    said = "、".join(f"{months[0]}-{months[1]}月{each.statement.said}" for each in parts if (months := each.statement.months))
    return [Note("derived", f"{said},合计{total:f}")]


def _restated(best: Found, reply: Reply) -> list[Note]:
    other = [each for each in reply.rivals if not same_value(best.statement, each.statement)]
    return [Note("restated", f"总结另有{each.statement.said},与{best.statement.said}不一致") for each in other[:1]]


def _near(reply: Reply) -> tuple[Note, ...]:
    return tuple(Note("near", f"未采用“{each.statement.indicator}{each.statement.said}”:{each.likeness.refused}")
                 for each in reply.refused)


def _other_year(target: Statement, base: tuple[Evidence, ...]) -> tuple[Note, ...]:
    years = sorted({each.statement.year for each in base if each.statement.year and each.statement.year != target.year})
    return (Note("other_year", f"只有{'、'.join(map(str, years))}年的数,不作为{target.year}年目标的佐证"),) if years else ()


def _only_words(found: _Answer) -> bool:
    return bool(found.mentions) and not found.evidence and not found.candidates and found.verdict.status == "unclear"


def _first(*found: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """The first few of several lists, each statement once."""
    distinct = {each.statement.key: each for one in found for each in reversed(one)}
    ordered = [each for one in found for each in one if distinct.pop(each.statement.key, None)]
    return tuple(ordered[:_SHOWN])


@cache
def _frequencies() -> tuple[tuple[int, str], ...]:
    found: list[tuple[int, str]] = []
    for line in lines("frequencies"):
        month = line.name.removeprefix("from ")
        if not month.isdecimal():
            raise LexiconError(f"{line.file}:{line.number}: {line.name} names no month")
        found.extend((int(month), canonical()(word)) for word in line.words)
    return tuple(found)


_FIRST_OUT = {"month": 1, "quarter": 3, "half": 6, "year": YEAR_END}


def _waits(target: Profile, last: int | None) -> bool:
    """True where no figure can be had yet: as a person said for the target, else by the list."""
    said = target.statement.frequency
    if last is None or said is not None:
        return last is not None and last < _FIRST_OUT[said or "month"]
    return any(last < month and target.spelled.endswith(word) for month, word in _frequencies())


