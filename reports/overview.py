"""What 总览 says in one minute: heads and shares, the bad news worst first, by section and unit, the course of the year, what waits
for a person, what was not mentioned.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, Func, IntegerField, Max, Min, QuerySet, Subquery
from django.urls import reverse

from documents.models import Document, State
from offices.models import Office, User
from offices.permissions import EDITORS, OVERSEERS, Person, holds, offices_of
from reports.answers import missing_text
from reports.models import Flag, Match, Standing
from reports.outcomes import numbers_of
from reports.review import waiting_matches
from reports.warnings import what_is_wrong
from targets.counting import share, shares
from targets.filters import NO_SECTION
from targets.models import SECTION_JOIN, Commitment, Instruction, Light, Status, Target, TargetQuerySet, Turn

ORDER = (Status.MET, Status.ON_TRACK, Status.LAGGING, Status.MISSED, Status.UNCLEAR, Status.UNREPORTED, Status.NOT_DUE)
"""From good to bad, then what can't be told: the order of the counts on top."""
LIGHTS = {Status.MET: Light.GREEN, Status.ON_TRACK: Light.GREEN, Status.LAGGING: Light.YELLOW, Status.MISSED: Light.RED}
REACHED = (Status.MET, Status.ON_TRACK)
DUE = tuple(status for status in ORDER if status != Status.NOT_DUE)
GROUPS = (("达到", "green", REACHED), ("欠进度", "yellow", (Status.LAGGING,)), ("未完成", "red", (Status.MISSED,)),
          ("待核实、未提及、未到期", "grey", (Status.UNCLEAR, Status.UNREPORTED, Status.NOT_DUE)))
"""What a bar tells apart: word, light and statuses."""
WORST, UNREPORTED = 4, 5
"""Of `Target.badness`: what is behind or missed, and what no report mentioned."""
IN_WORDS = 3
"""So many are said in words on top: what a leader asks about first."""
LONGEST = 20
"""So many rows of a list stand on the page; the rest is one click away."""


@dataclass(frozen=True, slots=True)
class Head:
    """任务项 of one status: their number, their share of all in % and the list they lead to."""

    label: str
    light: str
    count: int
    share: Decimal
    address: str


@dataclass(frozen=True, slots=True)
class Bad:
    """A target that is behind or broken: in words, and 缺口."""

    target: Target
    text: str
    missing: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A number and the list it leads to."""

    label: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar, in hundredths of it from the left."""

    word: str
    light: str
    count: int
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """How a section, a unit or a month stands: its parts, how many reached it of all that are due, and the list it leads to."""

    label: str
    address: str
    pieces: tuple[Piece, ...]
    reached: int
    due: int
    share: Decimal
    reached_address: str = ""
    due_address: str = ""

    @property
    def words(self) -> str:
        return "、".join(f"{piece.word}{piece.count}" for piece in self.pieces)


def reached_of(counts: Mapping[str, int]) -> tuple[int, int]:
    """How many are reached, of how many that are due."""
    return sum(counts.get(status, 0) for status in REACHED), sum(counts.values()) - counts.get(Status.NOT_DUE, 0)


def bar(label: str, address: str, counts: Mapping[str, int], lists: Callable[..., str] | None = None) -> Bar:
    """A bar of counts by status; `lists` gives the address of those of some statuses."""
    total, left, pieces = sum(counts.values()), 0.0, []
    for word, light, statuses in GROUPS:
        count = sum(counts.get(status, 0) for status in statuses)
        if count:
            width = 100 * count / total
            pieces.append(Piece(word, light, count, left, width))
            left += width
    reached, due = reached_of(counts)
    addresses = (lists(REACHED), lists(DUE)) if lists else ("", "")
    return Bar(label, address, tuple(pieces), reached, due, share(reached, due), *addresses)


@dataclass(frozen=True, slots=True)
class Overview:
    """A year of the targets a person sees. `total`, `listed` and `reached` count 任务项; `listed` are those that are due."""

    year: int | None
    heads: tuple[Head, ...]
    total: Linked
    listed: Linked
    reached: Linked
    reached_share: Decimal
    stretch: Linked
    stretch_reached: Linked
    unjudged: int
    cutoff: datetime.date | None
    pace: Decimal | None
    bad: Sequence[Bad]
    bad_more: Linked
    silent: Sequence[Target]
    silent_more: Linked
    fell: Linked
    caught_up: Linked
    waiting: tuple[Linked, ...]
    sections: tuple[Bar, ...]
    units: tuple[Bar, ...]
    course: tuple[Bar, ...]

    @property
    def worst(self) -> Sequence[Bad]:
        return self.bad[:IN_WORDS]


def overview(user: Person, *, year: int | None, office: Office | None = None, among: Sequence[Office] = ()) -> Overview:
    """The overview of a year, narrowed to one office where several are seen. With `among` the units are these offices, not departments."""
    rows = Target.objects.visible_to(user).standing().filter(year=year)
    if office:
        rows = rows.filter(office=office)
    where, several = Where(year, str(office.public_id) if office else ""), bool(among)
    kept = _kept(user, year, office)
    latest = {each.office: each for each in kept}
    clauses = {str(each.office): each.counts for each in latest.values()} if several else _clauses(rows)
    counts = _added(clauses.values())
    said = _added_numbers(latest.values()) if several else numbers_of(rows)
    firm = rows.filter(stretch=False).select_related("commitment", "lead", "office")
    total, (reached, due) = sum(counts.values()), reached_of(counts)
    bad = list(firm.filter(badness__lte=WORST).worst_first()[:LONGEST]) if said["bad"] else []
    return Overview(
        year=year, heads=_heads(counts, where), total=Linked("任务项", total, where.link()),
        listed=Linked("列入本次通报", due, where.link(standing=DUE)),
        reached=Linked("达到序时进度", reached, where.link(standing=REACHED)),
        reached_share=share(reached, due), stretch=Linked("奋斗目标", said["ambitious"], where.link(tier="stretch")),
        stretch_reached=Linked("达到", said["stretch_reached"], where.link(tier="stretch", status=REACHED)),
        unjudged=said["unjudged"], cutoff=said["cutoff"], pace=said["pace"],
        bad=[Bad(each, what_is_wrong(each) or each.indicator, missing_text(each)) for each in bad],
        bad_more=Linked("欠进度、未完成", said["bad"], where.link(tier="firm", status=(Status.MISSED, Status.LAGGING))),
        silent=list(firm.filter(badness=UNREPORTED).worst_first()[:LONGEST]) if said["silent"] else [],
        silent_more=Linked("总结未提及", said["silent"], where.link(tier="firm", status=[Status.UNREPORTED])),
        fell=Linked("新增欠进度", said["fell"], where.link(turn=Turn.FELL.value)),
        caught_up=Linked("已追上", said["caught_up"], where.link(turn=Turn.CAUGHT_UP.value)),
        waiting=_waiting(user, rows, said, where), sections=() if several else _sections(clauses, where),
        units=_offices(latest, among, where) if several else _units(rows, where), course=_course(kept),
    )


@dataclass(frozen=True, slots=True)
class Where:
    """The part of the list that an overview speaks of; `link` narrows it further."""

    year: int | None
    office: str

    def link(self, **narrowed: object) -> str:
        said = {"year": self.year or "", **({"office": self.office} if self.office else {}), **narrowed}
        return f"{reverse('targets:list')}?{urlencode(said, doseq=True)}"


Clauses = Mapping[str, Mapping[str, int]]
"""任务项 by status, for each heading or office."""


def _clauses(rows: TargetQuerySet) -> Clauses:
    """任务项 by chapter, in the order of the plan."""
    found = Commitment.objects.filter(pk__in=rows.order_by().values("commitment")).exclude(status="").order_by()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    # The later a plan was taken, the more of the year it knows.
    placed = found.values_list("section", "status").annotate(n=Count("pk"), plan=Max("document"), first=Min("start"))
    for section, status, count, _, _ in sorted(placed, key=lambda each: (-each[3], each[4])):
        counts[section.split(SECTION_JOIN)[0]][status] += count
    return counts


class Kept(NamedTuple):
    """A standing: plain values, since an office above reads thousands."""

    id: int
    office: int
    date: datetime.date
    counts: dict[str, int]


def _kept(user: Person, year: int | None, office: Office | None) -> list[Kept]:
    """The standings of the year, the earliest first; none for a 责任单位, whose targets are not those of a whole office."""
    if year is None or not holds(user, *OVERSEERS):
        return []
    found = Standing.objects.filter(year=year, office__in=offices_of(user, *OVERSEERS))
    if office:
        found = found.filter(office=office)
    return [Kept(*each) for each in found.order_by("date", "pk").values_list("pk", "office", "date", "counts")]


def _added(groups: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in groups:
        total.update(each)
    return {status.value: total[status.value] for status in ORDER}


def _added_numbers(latest: Iterable[Kept]) -> dict[str, Any]:
    """The same as `numbers_of` all their targets."""
    rows = Standing.objects.filter(pk__in=[each.id for each in latest]).order_by("pk").values_list("date", "numbers")
    said = [(date, dict(numbers)) for date, numbers in rows]
    paces = [(date, Decimal(pace)) for date, numbers in said if (pace := numbers.pop("pace", None))]
    total: Counter[str] = Counter()
    for _, numbers in said:
        total.update(numbers)
    return defaultdict(int, total) | {"cutoff": max((date for date, _ in paces), default=None),
                                      "pace": max((pace for _, pace in paces), default=None)}


def _heads(counts: dict[str, int], where: Where) -> tuple[Head, ...]:
    parts = shares([counts[status] for status in ORDER])
    return tuple(
        Head(status.label, LIGHTS.get(status, Light.GREY).value, counts[status], part, where.link(standing=[status.value]))
        for status, part in zip(ORDER, parts, strict=True)
    )


def _sections(clauses: Clauses, where: Where) -> tuple[Bar, ...]:
    """Nothing to compare where a plan has no headings at all."""
    if set(clauses) == {""}:
        return ()
    keys = {name: name or NO_SECTION for name in clauses}
    return tuple(bar(name or "(无类别)", where.link(section=keys[name]), counts, partial(_narrowed, where, section=keys[name]))
                 for name, counts in clauses.items())


def _narrowed(where: Where, standing: Sequence[str], **narrowed: object) -> str:
    """任务项 of some statuses."""
    return where.link(standing=[Status(each).value for each in standing], **narrowed)


def _offices(latest: Mapping[int, Kept], among: Iterable[Office], where: Where) -> tuple[Bar, ...]:
    """The offices, the one with the smallest share first: where a leader looks first."""
    home = reverse("reports:dashboard")
    found = [(reached_of(kept.counts), each) for each in among if (kept := latest.get(each.pk))]
    found.sort(key=lambda each: (share(*each[0]), each[1].name, each[1].pk))
    return tuple(
        bar(each.name, f"{home}?{urlencode({'year': where.year or '', 'office': each.public_id})}", latest[each.pk].counts,
            partial(_narrowed, where, office=each.public_id))
        for _, each in found[:LONGEST])


def _units(rows: TargetQuerySet, where: Where) -> tuple[Bar, ...]:
    """Firm targets by their 牵头单位, the one with the most bad news first."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    firm = rows.filter(stretch=False).exclude(status="").order_by()
    for key, name, status, count in firm.values_list("lead__public_id", "lead__name", "status").annotate(n=Count("pk")):
        counts[str(key) if key else "none", name or "未分工"][status] += count
    bars = [bar(name, where.link(department=key, tier="firm"), found, partial(_of_unit, where, key))
            for (key, name), found in counts.items()]
    return tuple(sorted(bars, key=lambda each: (each.share, each.label)))


def _of_unit(where: Where, key: str, statuses: Sequence[str]) -> str:
    return where.link(department=key, tier="firm", status=[Status(each).value for each in statuses])


def _course(kept: Iterable[Kept]) -> tuple[Bar, ...]:
    """How the 任务项 stood after each report. Of several offices each date takes the latest standing of each one up to then."""
    dates: dict[datetime.date, Counter[str]] = {}
    latest: dict[int, Mapping[str, int]] = {}
    total: Counter[str] = Counter()
    for date, same in groupby(kept, key=lambda each: each.date):
        for each in same:
            total.subtract(latest.get(each.office, {}))
            total.update(each.counts)
            latest[each.office] = each.counts
        dates[date] = Counter(total)
    return tuple(bar(f"截至{date.month}月", "", counts) for date, counts in dates.items() if (date.month, date.day) != (1, 1))


def _waiting(user: Person, rows: TargetQuerySet, said: Mapping[str, Any], where: Where) -> tuple[Linked, ...]:
    """What a person has to do; what there is none of is left out."""
    unassigned, queue, flags, orders, failed = _open(user, rows)
    found = (
        Linked("未分工", unassigned, where.link(department="none")),
        Linked("待核对佐证的目标", queue, reverse("reports:review")),
        Linked("待核实目标", said["unclear"], where.link(status=[Status.UNCLEAR])),
        Linked("未处理预警", flags, f"{reverse('reports:flags')}?state=open"),
        Linked("未办结批示", orders, reverse("targets:instructions")),
        Linked("未能处理的文件", failed, reverse("documents:list")),
    )
    return tuple(each for each in found if each.count)


def _open(user: Person, rows: TargetQuerySet) -> tuple[int, ...]:
    """Targets without a department, the length of the queue for those who may open it (it spans all years), open flags, 批示 that
    are not settled, failed documents. One query.
    """
    queue = waiting_matches(user) if holds(user, *EDITORS) else Match.objects.none()
    counted = (
        _count(rows.filter(lead__isnull=True)), _count(queue, "target_id", distinct=True),
        _count(Flag.objects.visible_to(user).filter(state=Flag.State.OPEN)),
        _count(Instruction.objects.visible_to(user).open()),
        _count(Document.objects.visible_to(user).filter(state=State.FAILED)),
    )
    found = User.objects.filter(pk=user.pk or 0).values_list(*counted).first() or ()
    return tuple(each or 0 for each in found) or (0, 0, 0, 0, 0)


def _count(rows: QuerySet[Any, Any], column: str = "pk", *, distinct: bool = False) -> Subquery:
    """The number of rows as a value inside another query. Of plain rows no column is asked for: an index then tells alone."""
    template = "COUNT(DISTINCT %(expressions)s)" if distinct else "COUNT(*)"
    number = Func(column, template=template, output_field=IntegerField())
    return Subquery(rows.order_by().values(n=number), output_field=IntegerField())
