"""What 总览 says in one minute: heads and shares, the bad news worst first, by section and unit, the course of the year, what waits
for a person, what was not mentioned.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Func, IntegerField, Max, Model, Q, QuerySet, Subquery
from django.urls import reverse

from documents.models import Document, State
from offices.models import Office, User
from offices.permissions import EDITORS, OVERSEERS, Person, holds, offices_of
from reports.models import Flag, Standing
from reports.review import waiting_targets
from targets.counting import share, shares
from targets.models import BAD, GOOD, SECTION_JOIN, Commitment, Light, Status, Target, TargetQuerySet, Turn

ORDER = (Status.MET, Status.ON_TRACK, Status.LAGGING, Status.MISSED, Status.UNCLEAR, Status.UNREPORTED, Status.NOT_DUE)
"""From good to bad, then what can't be told: the order of the counts on top."""
LIGHTS = {Status.MET: Light.GREEN, Status.ON_TRACK: Light.GREEN, Status.LAGGING: Light.YELLOW, Status.MISSED: Light.RED}
REACHED = (Status.MET, Status.ON_TRACK)
GROUPS = (("达到", "green", REACHED), ("欠进度", "yellow", (Status.LAGGING,)), ("未完成", "red", (Status.MISSED,)),
          ("待核实、未提及、未到期", "grey", (Status.UNCLEAR, Status.UNREPORTED, Status.NOT_DUE)))
"""What a bar tells apart: word, light and statuses."""
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

    @property
    def words(self) -> str:
        return "、".join(f"{piece.word}{piece.count}" for piece in self.pieces)


def bar(label: str, address: str, counts: Mapping[str, int]) -> Bar:
    """A bar of counts by status."""
    total, left, pieces = sum(counts.values()), 0.0, []
    for word, light, statuses in GROUPS:
        count = sum(counts.get(status, 0) for status in statuses)
        if count:
            width = 100 * count / total
            pieces.append(Piece(word, light, count, left, width))
            left += width
    reached, due = sum(counts.get(status, 0) for status in REACHED), total - counts.get(Status.NOT_DUE, 0)
    return Bar(label, address, tuple(pieces), reached, due, share(reached, due))


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
    bad: Sequence[Target]
    bad_more: Linked
    silent: Sequence[Target]
    silent_more: Linked
    fell: Linked
    caught_up: Linked
    waiting: tuple[Linked, ...]
    sections: tuple[Bar, ...]
    units: tuple[Bar, ...]
    course: tuple[Bar, ...]


def overview(user: Person, *, year: int | None, office: Office | None = None, several: bool = False) -> Overview:
    """The overview of a year, narrowed to one office where several are seen. With `several` the units are offices, not departments."""
    rows = Target.objects.visible_to(user).standing().filter(year=year)
    if office:
        rows = rows.filter(office=office)
    where = Where(year, str(office.public_id) if office else "")
    clauses = _clauses(rows, by_office=several)
    counts = _added(clauses.values())
    said = _numbers(rows)
    firm = rows.filter(stretch=False).select_related("commitment", "lead", "office")
    listed = [status for status in ORDER if status != Status.NOT_DUE]
    reached, total = sum(counts[each] for each in REACHED), sum(counts.values())
    due = sum(counts[status] for status in listed)
    return Overview(
        year=year, heads=_heads(counts, where), total=Linked("任务项", total, where.link()),
        listed=Linked("列入本次通报", due, where.link(standing=listed)),
        reached=Linked("达到序时进度", reached, where.link(standing=REACHED)),
        reached_share=share(reached, due), stretch=Linked("奋斗目标", said["ambitious"], where.link(tier="stretch")),
        stretch_reached=Linked("达到", said["stretch_reached"], where.link(tier="stretch", status=REACHED)),
        unjudged=said["unjudged"], cutoff=said["cutoff"], pace=said["pace"],
        bad=list(firm.filter(status__in=BAD).worst_first()[:LONGEST]) if said["bad"] else [],
        bad_more=Linked("欠进度、未完成", said["bad"], where.link(tier="firm", status=(Status.MISSED, Status.LAGGING))),
        silent=list(firm.filter(status=Status.UNREPORTED).order_by("document_id", "start", "pk")[:LONGEST]) if said["silent"] else [],
        silent_more=Linked("总结未提及", said["silent"], where.link(tier="firm", status=[Status.UNREPORTED])),
        fell=Linked("新增欠进度", said["fell"], where.link(turn=Turn.FELL.value)),
        caught_up=Linked("已追上", said["caught_up"], where.link(turn=Turn.CAUGHT_UP.value)),
        waiting=_waiting(user, said, where), sections=() if several else _sections(clauses, where),
        units=_offices(clauses, where) if several else _units(rows, where), course=_course(user, year, office),
    )


@dataclass(frozen=True, slots=True)
class Where:
    """The part of the list that an overview speaks of; `link` narrows it further."""

    year: int | None
    office: str

    def link(self, **narrowed: object) -> str:
        said = {"year": self.year or "", **({"office": self.office} if self.office else {}), **narrowed}
        return f"{reverse('targets:list')}?{urlencode(said, doseq=True)}"


Clauses = dict[str, Counter[str]]
"""任务项 by status, for each heading or office."""


def _clauses(rows: TargetQuerySet, *, by_office: bool) -> Clauses:
    """One query: 任务项 by chapter, or by office where several are looked at."""
    found = Commitment.objects.filter(pk__in=rows.order_by().values("commitment")).exclude(status="").order_by()
    counts: Clauses = defaultdict(Counter)
    for key, status, count in found.values_list("office__public_id" if by_office else "section", "status").annotate(n=Count("pk")):
        counts[str(key) if by_office else key.split(SECTION_JOIN)[0]][status] += count
    return counts


def _added(groups: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in groups:
        total.update(each)
    return {status.value: total[status.value] for status in ORDER}


def _numbers(rows: TargetQuerySet) -> dict[str, Any]:
    """Every number about targets, in one query. The pace is that of the targets that run to the end of the year."""
    firm = Q(stretch=False)
    return rows.order_by().aggregate(
        ambitious=Count("pk", filter=~firm), stretch_reached=Count("pk", filter=~firm & Q(status__in=GOOD)),
        unjudged=Count("pk", filter=Q(status="")), bad=Count("pk", filter=firm & Q(status__in=BAD)),
        silent=Count("pk", filter=firm & Q(status=Status.UNREPORTED)), unclear=Count("pk", filter=Q(status=Status.UNCLEAR)),
        unassigned=Count("pk", filter=Q(lead__isnull=True)), fell=Count("pk", filter=Q(turn=Turn.FELL)),
        caught_up=Count("pk", filter=Q(turn=Turn.CAUGHT_UP)), cutoff=Max("evidence_date"), pace=Max("expected", filter=Q(due__isnull=True)),
    )


def _heads(counts: dict[str, int], where: Where) -> tuple[Head, ...]:
    parts = shares([counts[status] for status in ORDER])
    return tuple(
        Head(status.label, LIGHTS.get(status, Light.GREY).value, counts[status], part, where.link(standing=[status.value]))
        for status, part in zip(ORDER, parts, strict=True)
    )


def _sections(clauses: Clauses, where: Where) -> tuple[Bar, ...]:
    return tuple(bar(name or "(无类别)", where.link(section=name) if name else where.link(), counts) for name, counts in clauses.items())


def _offices(clauses: Clauses, where: Where) -> tuple[Bar, ...]:
    """The offices, the one with the smallest share first: where a leader looks first."""
    names = {str(each.public_id): each.name for each in Office.objects.filter(public_id__in=clauses)}
    bars = [bar(names.get(key, "—"), f"{reverse('reports:dashboard')}?{urlencode({'year': where.year or '', 'office': key})}", counts)
            for key, counts in clauses.items()]
    return tuple(sorted(bars, key=lambda each: (each.share, each.label))[:LONGEST])


def _units(rows: TargetQuerySet, where: Where) -> tuple[Bar, ...]:
    """Firm targets by their 牵头单位, the one with the most bad news first."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    firm = rows.filter(stretch=False).exclude(status="").order_by()
    for key, name, status, count in firm.values_list("lead__public_id", "lead__name", "status").annotate(n=Count("pk")):
        counts[str(key) if key else "none", name or "未分工"][status] += count
    bars = [bar(name, where.link(department=key, tier="firm"), found) for (key, name), found in counts.items()]
    return tuple(sorted(bars, key=lambda each: (each.share, each.label)))


def _course(user: Person, year: int | None, office: Office | None) -> tuple[Bar, ...]:
    """How the 任务项 stood after each report. Of several offices each date takes the latest standing of each one up to then."""
    if year is None or not holds(user, *OVERSEERS):
        return ()
    kept = Standing.objects.filter(year=year, office__in=[office.pk] if office else offices_of(user, *OVERSEERS)).order_by("date", "pk")
    dates: dict[datetime.date, Mapping[str, int]] = {}
    latest: dict[int, Mapping[str, int]] = {}
    for each in kept:
        latest[each.office_id] = each.counts
        dates[each.date] = _added(latest.values())
    return tuple(bar(f"截至{date.month}月", "", counts) for date, counts in dates.items())


def _waiting(user: Person, said: Mapping[str, Any], where: Where) -> tuple[Linked, ...]:
    """What a person has to do; what there is none of is left out."""
    queue, flags, failed = _open(user)
    found = (
        Linked("未分工", said["unassigned"], where.link(department="none")),
        Linked("待核对佐证的目标", queue, reverse("reports:review")),
        Linked("待核实目标", said["unclear"], where.link(status=[Status.UNCLEAR])),
        Linked("未处理预警", flags, f"{reverse('reports:flags')}?state=open"),
        Linked("未能处理的文件", failed, reverse("documents:list")),
    )
    return tuple(each for each in found if each.count)


def _open(user: Person) -> tuple[int, int, int]:
    """The length of the queue for those who may open it (it spans all years), open flags, failed documents. One query."""
    queue = waiting_targets(user) if holds(user, *EDITORS) else Target.objects.none()
    flags = Flag.objects.visible_to(user).filter(state=Flag.State.OPEN)
    failed = Document.objects.visible_to(user).filter(state=State.FAILED)
    found = User.objects.filter(pk=user.pk or 0).values_list(_count(queue), _count(flags), _count(failed)).first()
    queued, open_flags, failures = found or (0, 0, 0)
    return queued or 0, open_flags or 0, failures or 0


def _count(rows: QuerySet[Any, Model]) -> Subquery:
    """The number of rows as a value inside another query."""
    return Subquery(rows.order_by().values(n=Func("pk", function="COUNT", output_field=IntegerField())), output_field=IntegerField())
