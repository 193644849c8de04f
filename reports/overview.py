"""What 总览 says in one minute: heads and shares, the bad news worst first, what waits for a person, what was not mentioned."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from documents.models import Document, State
from offices.permissions import EDITORS, Person, memberships_of
from reports.models import Flag
from reports.review import waiting_targets
from targets.counting import share, shares
from targets.models import Commitment, Light, Status, Target, TargetQuerySet

ORDER = (Status.MET, Status.ON_TRACK, Status.LAGGING, Status.MISSED, Status.UNCLEAR, Status.UNREPORTED, Status.NOT_DUE)
"""From good to bad, then what can't be told: the order of the counts on top."""
LIGHTS = {Status.MET: Light.GREEN, Status.ON_TRACK: Light.GREEN, Status.LAGGING: Light.YELLOW, Status.MISSED: Light.RED}
REACHED = (Status.MET, Status.ON_TRACK)
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
    bad: Sequence[Target]
    bad_more: Linked
    silent: Sequence[Target]
    silent_more: Linked
    waiting: tuple[Linked, ...]


def overview(user: Person, *, year: int | None, office: str = "") -> Overview:
    """The overview of a year, narrowed to one office (its public id) where several are seen."""
    rows = Target.objects.visible_to(user).standing().filter(year=year)
    if office:
        rows = rows.filter(office__public_id=office)
    where = Where(year, office)
    counts = _commitments(rows)
    stretch, firm = rows.filter(stretch=True), rows.filter(stretch=False).select_related("commitment", "lead")
    bad, silent = firm.filter(status__in=(Status.LAGGING, Status.MISSED)), firm.filter(status=Status.UNREPORTED)
    listed = [status for status in ORDER if status != Status.NOT_DUE]
    reached, total = sum(counts[each] for each in REACHED), sum(counts.values())
    due = sum(counts[status] for status in listed)
    return Overview(
        year=year, heads=_heads(counts, where), total=Linked("任务项", total, where.link()),
        listed=Linked("列入本次通报", due, where.link(standing=listed)),
        reached=Linked("达到序时进度", reached, where.link(standing=REACHED)),
        reached_share=share(reached, due), stretch=Linked("奋斗目标", stretch.count(), where.link(tier="stretch")),
        stretch_reached=Linked("达到", stretch.filter(status__in=REACHED).count(), where.link(tier="stretch", status=REACHED)),
        unjudged=rows.filter(status="").count(), bad=list(bad.worst_first()[:LONGEST]),
        bad_more=Linked("欠进度、未完成", bad.count(), where.link(tier="firm", status=(Status.MISSED, Status.LAGGING))),
        silent=list(silent.order_by("document_id", "start", "pk")[:LONGEST]),
        silent_more=Linked("总结未提及", silent.count(), where.link(tier="firm", status=[Status.UNREPORTED])),
        waiting=_waiting(user, rows, where),
    )


@dataclass(frozen=True, slots=True)
class Where:
    """The part of the list that an overview speaks of; `link` narrows it further."""

    year: int | None
    office: str

    def link(self, **narrowed: object) -> str:
        said = {"year": self.year or "", **({"office": self.office} if self.office else {}), **narrowed}
        return f"{reverse('targets:list')}?{urlencode(said, doseq=True)}"


def _commitments(rows: TargetQuerySet) -> dict[str, int]:
    found = Commitment.objects.filter(pk__in=rows.values("commitment")).exclude(status="").order_by()
    counted = dict(found.values_list("status").annotate(n=Count("pk")))
    return {status.value: counted.get(status.value, 0) for status in ORDER}


def _heads(counts: dict[str, int], where: Where) -> tuple[Head, ...]:
    parts = shares([counts[status] for status in ORDER])
    return tuple(
        Head(status.label, LIGHTS.get(status, Light.GREY).value, counts[status], part, where.link(standing=[status.value]))
        for status, part in zip(ORDER, parts, strict=True)
    )


def _waiting(user: Person, rows: TargetQuerySet, where: Where) -> tuple[Linked, ...]:
    """What a person has to do; what there is none of is left out."""
    documents = Document.objects.visible_to(user)
    found = (
        Linked("未分工", rows.filter(lead__isnull=True).count(), where.link(department="none")),
        Linked("待核对佐证的目标", _queue(user), reverse("reports:review")),
        Linked("待核实目标", rows.filter(status=Status.UNCLEAR).count(), where.link(status=[Status.UNCLEAR])),
        Linked("未处理预警", Flag.objects.visible_to(user).filter(state=Flag.State.OPEN).count(), f"{reverse('reports:flags')}?state=open"),
        Linked("未能处理的文件", documents.filter(state=State.FAILED).count(), reverse("documents:list")),
    )
    return tuple(each for each in found if each.count)


def _queue(user: Person) -> int:
    """The length of the queue for those who may open it; it spans all years."""
    return waiting_targets(user).count() if memberships_of(user, *EDITORS).exists() else 0

