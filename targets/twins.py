"""One promise that stands twice, and one row that holds two: 合并, 另行计列, 拆分. Each is a step that can be taken back.

Nothing is put together or taken apart by itself, and what a person decided holds against every later reading: the rows are touched.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from engine.aliases import canonical
from engine.quantities import is_rate, quantity
from offices import audit
from offices.permissions import EDITORS, Person, memberships_of
from targets import steps, wording
from targets.models import Apart, Measure, Target, TargetQuerySet

SHOWN = 50
"""So many groups stand on the page."""


@dataclass(frozen=True, slots=True)
class Twins:
    """Targets that may be one: the first that was read, and those that read like it."""

    first: Target
    others: list[Target]


@dataclass(frozen=True, slots=True)
class Part:
    """What one of the rows says that a target is taken apart into."""

    indicator: str
    value: Decimal
    unit: str


def found(user: Person, *, most: int = SHOWN) -> list[Twins]:
    """The groups that a person may decide on, in the order of their plans."""
    offices = memberships_of(user, *EDITORS).values("office")
    groups = _alike(Target.objects.visible_to(user).standing().filter(office__in=offices))
    wanted = groups[:most]
    rows = Target.objects.select_related("document", "commitment", "office").in_bulk([pk for group in wanted for pk in group])
    return [Twins(rows[group[0]], [rows[pk] for pk in group[1:]]) for group in wanted]


def _alike(rows: TargetQuerySet) -> list[list[int]]:
    """Ids of targets of one office and year that promise the same thing in different clauses, and were not told apart."""
    groups: dict[tuple[object, ...], list[tuple[int, int]]] = defaultdict(list)
    spell = canonical()
    names = ("pk", "commitment", "office", "year", "measure", "stretch", "state", "unit", "indicator")
    ordered = rows.order_by("document_id", "start", "pk").values_list(*names)
    for pk, commitment, office, year, measure, stretch, state, unit, indicator in ordered:
        counted = quantity(unit)
        key = (office, year, measure, stretch, state, counted.dimension if counted else "", spell(indicator))
        groups[key].append((pk, commitment))
    apart = set(Apart.objects.filter(active=True).values_list("one", "other"))
    return [kept for group in groups.values() if len(kept := _distinct(group, apart)) > 1]


def _distinct(group: Sequence[tuple[int, int]], apart: set[tuple[int, int]]) -> list[int]:
    """The first of a group and those of other clauses that nobody has told apart from it."""
    first, clause = group[0]
    return [first, *(pk for pk, other in group[1:] if other != clause and (first, pk) not in apart)]


@transaction.atomic
def merge(target: Target, into: Target, *, version: int, request: HttpRequest) -> bool:
    """同一目标: `target` counts no more, and names the one it is part of. False where somebody changed it since `version`."""
    if target.pk == into.pk or target.office_id != into.office_id:
        return False
    before: dict[str, Any] = {"withdrawn": target.withdrawn, "same_as_id": target.same_as_id}
    if not target.change(version=version, withdrawn=True, same_as=into, judged_at=None):
        return False
    # The rows of the other one may count otherwise now.
    Target.objects.filter(pk=into.pk).update(judged_at=None)
    undo = [steps.move(target, **before, judged_at=None), steps.unjudged(into)]
    audit.record("target.merge", office=target.office, request=request, subject=target, before={"undo": undo},
                 after={"indicator": target.indicator, "same_as": f"{into.indicator} {into.target_text}"})
    return True


@transaction.atomic
def keep_apart(target: Target, first: Target, *, request: HttpRequest) -> bool:
    """另行计列: the two are two promises, and are not offered as one again."""
    if target.pk == first.pk or target.office_id != first.office_id:
        return False
    row, _ = Apart.objects.get_or_create(one=first, other=target)
    Apart.objects.filter(pk=row.pk).update(active=True, updated_at=timezone.now())
    audit.record("target.apart", office=target.office, request=request, subject=target,
                 before={"undo": [steps.move(row, active=False) | {"version": None}]},
                 after={"indicator": target.indicator, "apart": f"{first.indicator} {first.target_text}"})
    return True


@dataclass(slots=True)
class _Places:
    """Free places inside a figure: a row stands alone at its place, and its figure is where the words are."""

    taken: set[int]
    at: int
    end: int = field(default=0)

    def next(self) -> int:
        self.at += 1
        while self.at in self.taken:
            self.at += 1
        return self.at


@transaction.atomic
def split(target: Target, parts: Sequence[Part], *, version: int, request: HttpRequest) -> list[Target] | None:
    """拆分: the row keeps the first part, each other part becomes a row of the same clause. None where somebody changed it meanwhile."""
    first, *others = parts
    before = {name: getattr(target, name) for name in ("indicator", "value", "unit", "measure", "line")}
    changed = target.change(version=version, indicator=first.indicator, value=first.value, unit=first.unit,
                            measure=_measure(target, first.unit), line=target.line or 1, judged_at=None)
    if not changed:
        return None
    made = _rows(target, others)
    wording.store([target, *made])
    undo = [steps.move(target, **before, judged_at=None), *(steps.move(row, withdrawn=True) | {"version": None} for row in made)]
    audit.record("target.split", office=target.office, request=request, subject=target,
                 before={"indicator": before["indicator"], "undo": undo},
                 after={"indicator": first.indicator, "parts": [f"{part.indicator}{part.value:f}{part.unit}" for part in parts]})
    return made


def _measure(target: Target, unit: str) -> str:
    if is_rate(unit) != is_rate(target.unit):
        return str(Measure.RATIO if is_rate(unit) else Measure.AMOUNT)
    return target.measure


def _rows(target: Target, parts: Iterable[Part]) -> list[Target]:
    siblings = Target.objects.filter(document=target.document_id)
    places = _Places(set(siblings.values_list("start", flat=True)), target.start)
    line = max(siblings.filter(commitment=target.commitment_id).values_list("line", flat=True), default=1)
    shared: dict[str, Any] = {name: getattr(target, name) for name in (
        "document_id", "office_id", "commitment_id", "end", "figure", "comparator", "year", "months", "section", "sentence_start",
        "sentence_end", "due", "stretch", "ambition", "frequency", "lead_id", "leader")}
    made = []
    for number, part in enumerate(parts, start=1):
        # A row that a person made is touched from the beginning: no re-read drops it.
        row = Target(**shared, start=places.next(), line=max(line, 1) + number, indicator=part.indicator, value=part.value, unit=part.unit,
                     measure=_measure(target, part.unit), version=2)
        row.save()
        row.support.set(target.support.all())
        made.append(row)
    return made


def parse(said: Iterable[tuple[str, str, str]]) -> list[Part]:
    """The parts that a form names; raises ValueError with a sentence where they are not two at least, or one is not whole."""
    parts = []
    for indicator, value, unit in said:
        if not indicator.strip() and not value.strip():
            continue
        try:
            number = Decimal(value.strip())
        except ArithmeticError:
            number = Decimal("NaN")
        if not indicator.strip() or not number.is_finite() or abs(number) >= 10**15:
            raise ValueError("每一行都要写明指标名称和目标值(数字)。")
        parts.append(Part(indicator.strip()[:300], number, unit.strip()[:40]))
    if len(parts) < 2:
        raise ValueError("拆分至少要写两行。")
    return parts


def named(rows: TargetQuerySet, public_id: str) -> Target | None:
    """A target of these by the id that a page sent; None where there is none."""
    try:
        return rows.filter(public_id=uuid.UUID(public_id)).first()
    except ValueError:
        return None
