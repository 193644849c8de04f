"""What one row of the ledger says, and how a plan judged in memory becomes such rows."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any, Self

from engine.quantities import convert
from engine.values import Evidence, Measure, Month, Outcome, Reading, Statement
from reports.ledgers.formats import Look, promised, reached
from targets.models import LINES, SECTION_JOIN, Light, Status, month_end

GOOD = (Status.MET, Status.ON_TRACK)
STORED_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:\d+")
BAD = (Status.MISSED, Status.LAGGING)
UNASSIGNED = "未分工"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A sentence that was used, for the sheet 依据; `role` is 目标, 佐证, 待核对, 往年数 or 文字提及."""

    role: str
    doc: str
    text: str
    figure: str = ""
    period: str = ""
    score: float | None = None
    decided: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One target with its outcome as it stands on a sheet.

    `number` is 序号 (3 or 3-①), `item` the 任务项 it is counted by. `actual` is in the target's own unit; `through` is the month up to
    which it counts. `difference` is 较序时 for amounts and 较目标 for rates, in points, minus always worse; `growth` is 同比 in %;
    `expected` is 序时 in %. `limit` marks what must not be exceeded. `confirmed` says that a person stands for target and evidence,
    `contradicted` that the unit's own completion rate says something else. `office` owns the row, at `depth` in its tree; `plan` is the
    document that promised it, in short. `owner` and `source` are set by `told_apart` where names and numbers alone would be ambiguous.
    """

    number: str
    item: str
    indicator: str
    measure: Measure
    text: str = ""
    section: str = ""
    year: int | None = None
    comparator: str = "="
    value: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    figure: str = ""
    state: str = ""
    stretch: bool = False
    ambition: bool = False
    status: str = ""
    word: str = ""
    light: str = Light.GREY
    rule: str = ""
    actual: Decimal | None = None
    actual_text: str = ""
    forecast: bool = False
    through: Month | None = None
    percent: Decimal | None = None
    difference: Decimal | None = None
    growth: Decimal | None = None
    leader: str = ""
    lead: str = ""
    support: str = ""
    due: datetime.date | None = None
    progress: str = ""
    problems: str = ""
    measures_next: str = ""
    remark: str = ""
    quotes: tuple[Quote, ...] = ()
    row_id: str = ""
    expected: Decimal | None = None
    limit: bool = False
    confirmed: bool = False
    contradicted: str = ""
    office: str = ""
    depth: int = 0
    plan: str = ""
    owner: str = ""
    source: str = ""

    @classmethod
    def from_outcome(
        cls, outcome: Outcome, number: str, *, readings: Mapping[str, Reading] | None = None, text: str = "", item: str = ""
    ) -> Self:
        """The row of a target judged in memory. `readings` by document name give the sentences; `text` is the wording of its 任务项."""
        readings = readings or {}
        target, verdict = outcome.target, outcome.verdict
        best = outcome.evidence[0].statement if outcome.evidence else None
        return cls(
            number=number, item=item or number, text=text or _sentence(readings, target), row_id=f"{target.doc}:{target.start}",
            **promise_columns(target), section=below_title(target.section, readings.get(target.doc)),
            status=verdict.status, word=verdict.word, light=verdict.light, rule=verdict.rule,
            **_actual(target, best, readings), percent=verdict.percent,
            difference=difference(verdict.gap, verdict.behind, verdict.status), expected=verdict.expected,
            limit=is_limit(target), contradicted=contradiction(each.row() for each in outcome.notes), lead=_names(target, "lead"),
            support=_names(target, "support"), due=month_end(target.due) if target.due else None, progress=_progress(outcome, readings),
            quotes=tuple(_quotes(outcome, readings)),
        )

    @property
    def importable(self) -> bool:
        """Only a stored target has an id and a version that an import would know again."""
        return STORED_ID.fullmatch(self.row_id) is not None

    @property
    def cited(self) -> str:
        """第3项, with its plan where several have one."""
        return f"{self.source}第{self.number}项"

    @property
    def answerable(self) -> str:
        """Who answers for it, with the office where several have a department of that name."""
        return self.owner or self.lead or UNASSIGNED

    @property
    def promised(self) -> Look | None:
        return self.promised_in(self.unit)

    def promised_in(self, unit: str) -> Look | None:
        """The look with another unit behind it: none where the unit has a column of its own."""
        if self.value is None:
            return None
        return promised(self.value, measure=self.measure, comparator=self.comparator, unit=unit, high=self.high,
                        wished=self.stretch or self.ambition, figure=self.figure)

    @property
    def promise(self) -> str:
        """The promised figure in words, e.g. 增长7%以上; for a milestone its end state."""
        look = self.promised
        return look.text(self.value) if look and self.value is not None else self.state or self.figure

    def reached(self, period: str = "", *, unit: bool = True) -> Look | None:
        if self.actual is None:
            return None
        return reached(self.actual, measure=self.measure, unit=self.unit if unit else "", forecast=self.forecast, period=period)

    @property
    def achievement(self) -> str:
        """The reported figure in words; empty where nothing was reported."""
        look = self.reached()
        return look.text(self.actual) if look and self.actual is not None else self.actual_text


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHead:
    """What stands above a ledger: whose, which year, up to when, and in 口径说明 the rules in force and the documents it was made from.

    `scope` says in words what a filter left in; `pace` is 序时进度 as printed where the office has a curve of its own.
    """

    office: str = ""
    year: int | None = None
    cutoff: Month | None = None
    made: datetime.date | None = None
    author: str = ""
    pace: str = ""
    scope: str = ""
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def title(self, sheet: str) -> str:
        return f"{self.office}{f'{self.year}年' if self.year else ''}{sheet}"

    @property
    def period(self) -> str:
        return f"截至{self.cutoff[0]}年{self.cutoff[1]}月" if self.cutoff else "截至时间以各项依据为准"

    @property
    def timing(self) -> str:
        if self.pace or self.cutoff is None:
            return self.pace
        return f"序时进度={self.cutoff[1]}/12={Decimal(self.cutoff[1]) * 100 / 12:.1f}%"


def rows_from_outcomes(outcomes: Sequence[Outcome], readings: Iterable[Reading]) -> list[LedgerRow]:
    """The rows of a plan judged in memory, numbered by 任务项 in the order of the plan."""
    known = {reading.doc: reading for reading in readings}
    ordered = sorted(outcomes, key=lambda each: (each.target.doc, each.target.commitment, each.target.start))
    groups = [list(lines) for _, lines in groupby(ordered, key=lambda each: (each.target.doc, each.target.commitment))]
    rows = []
    for index, lines in enumerate(groups, start=1):
        text = _clause(known, [each.target for each in lines], [each[0].target for each in groups[index:index + 1]])
        rows += [LedgerRow.from_outcome(each, number(index, line if len(lines) > 1 else 0), readings=known, text=text, item=str(index))
                 for line, each in enumerate(lines, start=1)]
    return rows


def told_apart(rows: Sequence[LedgerRow]) -> list[LedgerRow]:
    """The rows with what tells them apart: of several offices each has an 综合办公室, of several plans each has a 第3项."""
    plans: dict[tuple[int | None, str], set[str]] = defaultdict(set)
    for row in rows:
        plans[row.year, row.office].add(row.plan)
    offices, doubled = len({row.office for row in rows}) > 1, {key for key, names in plans.items() if len(names) > 1}
    if not offices and not doubled:
        return list(rows)
    above = _above(rows)
    return [replace(row, owner=_owner(row, above) if offices else "", source=row.plan if (row.year, row.office) in doubled else "")
            for row in rows]


def _above(rows: Iterable[LedgerRow]) -> str:
    """The one office above the others, whose departments need no name before theirs; empty where there is none."""
    depths = {row.office: row.depth for row in rows}
    top = [office for office, depth in depths.items() if depth == min(depths.values())]
    return top[0] if len(top) == 1 else ""


def _owner(row: LedgerRow, above: str) -> str:
    if row.office == above:
        return row.lead or UNASSIGNED
    return f"{row.office}{row.lead.removeprefix(row.office)}" if row.lead else f"{row.office}({UNASSIGNED})"


def number(item: int, line: int) -> str:
    """序号: 3, or 3-① for the first of several lines of 任务项 3."""
    return f"{item}-{LINES[line - 1] if line <= len(LINES) else f'({line})'}" if line else str(item)


def difference(gap: Decimal | None, behind: Decimal | None, status: str) -> Decimal | None:
    """较目标 or, for amounts, 较序时; minus is always worse, also for limits and falls, where the bare gap says the opposite."""
    short = plain(gap)
    if short is None:
        return behind
    return abs(short) if status in GOOD else -abs(short) if status in BAD else short


def is_limit(target: Statement, direction: str = "") -> bool:
    """控制数 or 零目标: less is better (a fall by 3 % may be written with <= as well, and is none)."""
    capped = target.comparator in ("<=", "<") or direction == "lower"
    return target.measure in ("amount", "ratio") and (capped or target.value == 0)


def contradiction(notes: Iterable[Mapping[str, str]]) -> str:
    """What the report itself says against the figure that was judged; empty where it says nothing."""
    return next((each["text"] for each in notes if each["code"] == "contradiction"), "")


def promise_columns(target: Statement) -> dict[str, Any]:
    return {"indicator": target.indicator, "measure": target.measure, "year": target.year,
            "comparator": target.comparator, "value": target.value, "high": target.high, "unit": target.unit, "figure": target.figure,
            "state": target.state or "", "stretch": target.stretch, "ambition": target.ambition}


def _actual(target: Statement, best: Statement | None, readings: Mapping[str, Reading]) -> dict[str, Any]:
    if best is None:
        return {}
    comparable = best.value is not None and best.measure == target.measure
    value = in_unit(best, target.unit) if comparable else None
    reading = readings.get(best.doc)
    return {"actual": value, "actual_text": figure(best), "forecast": best.kind == "forecast",
            "through": _through(best, reading.cutoff if reading else None),
            "growth": growth_beside(target, best, reading.results if reading else ())}


def below_title(section: Sequence[str], reading: Reading | None) -> str:
    """类别: the headings above a target without the title of its document."""
    titled = reading is not None and bool(section) and section[0] == reading.title
    return SECTION_JOIN.join(section[1:] if titled else section)


def in_unit(said: Statement, unit: str) -> Decimal | None:
    """The value in another unit; in its own with the decimals that the report wrote (3.0%)."""
    if said.value is None or said.unit == unit:
        return said.value
    return plain(convert(said.value, said.unit, unit))


def _through(said: Statement, cutoff: Month | None) -> Month | None:
    if said.year is None:
        return cutoff
    return said.year, said.months[1] if said.months else cutoff[1] if cutoff and cutoff[0] == said.year else 12


def growth_beside(target: Statement, best: Statement, said: Iterable[Statement]) -> Decimal | None:
    """同比: the growth that the report names for the same indicator and months as the judged amount."""
    if target.measure == "growth":
        return best.value if best.measure == "growth" else None
    fits = (each.value for each in said if each.measure == "growth" and each.indicator == best.indicator
            and (each.year, each.months, each.kind) == (best.year, best.months, best.kind))
    return next(fits, None) if best.measure == "amount" else None


def figure(said: Statement) -> str:
    plain = said.figure if said.value is None else f"{said.value:f}{said.unit}"
    return f"{plain}(预计)" if said.kind == "forecast" else plain


def plain(value: Decimal | None) -> Decimal | None:
    """Without the zeros that a column or a conversion added."""
    if value is None:
        return None
    short = value.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


def _names(target: Statement, role: str) -> str:
    return "、".join(each.name for each in target.departments if each.role == role)


def _sentence(readings: Mapping[str, Reading], said: Statement) -> str:
    reading = readings.get(said.doc)
    return one_line(reading.text[slice(*said.sentence)]) if reading else said.figure


def _part(readings: Mapping[str, Reading], said: Statement) -> str:
    reading = readings.get(said.doc)
    return part(reading.text, said.sentence, said.start) if reading else ""


def part(text: str, sentence: tuple[int, int], start: int) -> str:
    """The part of a sentence, between semicolons, that holds the figure at `start`: enough for 进展, the whole stands in 依据."""
    begin, end = sentence
    before = max(text.rfind(mark, begin, start) + 1 for mark in "；;")
    after = min((place for mark in "；;" if (place := text.find(mark, start, end)) >= 0), default=end)
    return one_line(text[max(before, begin):after])


def one_line(text: str) -> str:
    return " ".join(text.split())


def _clause(readings: Mapping[str, Reading], lines: Sequence[Statement], after: Sequence[Statement]) -> str:
    """The wording of a 任务项: from its start to the end of its sentence, or to where the next one begins."""
    reading = readings.get(lines[0].doc)
    if reading is None:
        return ""
    start, end = lines[0].commitment, max(max(each.end, each.sentence[1]) for each in lines)
    following = [each.commitment for each in after if each.doc == lines[0].doc and each.commitment > start]
    return clause(reading.text[start:min([end, *following])])


def clause(text: str) -> str:
    """On one line, without the mark that parted it from the one before."""
    return one_line(text).strip("，,；;、 ")


def _progress(outcome: Outcome, readings: Mapping[str, Reading]) -> str:
    said = [_part(readings, each.statement) for each in outcome.evidence] or [one_line(each.text) for each in outcome.mentions]
    if not said and outcome.candidates:
        said = [f"待核对:{_part(readings, outcome.candidates[0].statement)}"]
    return joined(said, [each.text for each in outcome.notes])


def joined(said: Iterable[str], notes: Iterable[str]) -> str:
    return "\n".join([*dict.fromkeys(filter(None, said)), *(f"注:{note}" for note in notes)])


def _quotes(outcome: Outcome, readings: Mapping[str, Reading]) -> Iterable[Quote]:
    target = outcome.target
    yield Quote(role="目标", doc=target.doc, text=_sentence(readings, target), figure=target.figure, period=period(target),
                why=outcome.verdict.rule)
    for role, group in (("佐证", outcome.evidence), ("待核对", outcome.candidates), ("往年数", outcome.base)):
        for each in group:
            yield _quote(role, each, readings)
    for mention in outcome.mentions:
        yield Quote(role="文字提及", doc=mention.doc, text=one_line(mention.text))


def _quote(role: str, evidence: Evidence, readings: Mapping[str, Reading]) -> Quote:
    said = evidence.statement
    return Quote(role=role, doc=said.doc, text=_sentence(readings, said), figure=figure(said), period=period(said),
                 score=evidence.score, decided="系统采信" if role == "佐证" else "", why=evidence.why)


def period(said: Statement) -> str:
    year = f"{said.year}年" if said.year else ""
    if not said.months:
        return year
    first, last = said.months
    return f"{year}{first}-{last}月" if first != last else f"{year}{first}月"
