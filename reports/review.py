"""核对: the queue of targets that wait for a person, one at a time, with the plan on the left and a report on the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from documents.models import Document
from documents.spans import Segment, segments
from offices.permissions import EDITORS, Person, held_by
from reports.models import Match, MatchQuerySet
from targets.models import Target, TargetQuerySet

MOST_SKIPPED = 500
AROUND = 6000
"""So many characters of a long document stand on the page before and after the place; the whole is one click away."""


@dataclass(frozen=True, slots=True)
class Pane:
    """A document beside the queue: its coloured segments, and the starts of those that are looked at now."""

    document: Document
    segments: Sequence[Segment]
    now: frozenset[int]
    start: int
    """Where the chosen figure starts: the pane is scrolled to it."""
    cut: bool


@dataclass(frozen=True, slots=True)
class Case:
    """What a person decides next: a target, its candidates, the chosen one, and the places of both in their documents."""

    target: Target
    candidates: list[Match]
    chosen: Match | None
    plan: Pane
    report: Pane | None
    may_decide: bool
    before: str
    after: str
    """Addresses of the neighbours in the queue; empty at its ends."""
    here: str

    @property
    def then(self) -> str:
        """Where to go after a refusal: to this target again while candidates are left."""
        return self.here if len(self.candidates) > 1 else self.after or reverse("reports:review")


def waiting_matches(user: Person) -> MatchQuerySet:
    """The candidates behind the queue, to be counted by target."""
    return Match.objects.waiting().visible_to(user)


def waiting_targets(user: Person, *, skipped: Sequence[int] = ()) -> TargetQuerySet:
    """Targets with candidates that a person has to decide, in the order of their plans."""
    waiting = waiting_matches(user).values("target")
    return Target.objects.visible_to(user).standing().filter(pk__in=waiting).exclude(pk__in=skipped).order_by("document_id", "start", "pk")


def place(queue: TargetQuerySet, asked: Target | None) -> Target | None:
    """The target of the queue to show: the one that was asked for, else the next one after it, else the first."""
    if asked is not None:
        found = queue.filter(_from(asked)).first()
        if found:
            return found
    return queue.first()


def case_of(target: Target, queue: TargetQuerySet, user: Person, *, wanted: str = "") -> Case:
    """Everything the page shows of one target; `wanted` is the public id of the candidate to look at."""
    matches = list(Match.objects.waiting().filter(target=target).select_related("result", "target__office").order_by("rank", "pk"))
    chosen = next((each for each in matches if str(each.public_id) == wanted), matches[0] if matches else None)
    wished = {target.document_id, *([chosen.result.document_id] if chosen else [])}
    documents = Document.objects.in_bulk(wished)
    report = None
    if chosen:
        shown = frozenset(each.result.start for each in matches if each.result.document_id == chosen.result.document_id)
        report = pane(documents[chosen.result.document_id], shown, chosen.result.start)
    before, after = queue.filter(_before(target)).last(), queue.filter(_after(target)).first()
    return Case(
        target=target, candidates=matches, chosen=chosen, plan=pane(documents[target.document_id], frozenset({target.start}), target.start),
        report=report, may_decide=any(each.office_id == target.office_id and each.role in EDITORS for each in held_by(user)),
        before=address(before) if before else "", after=address(after) if after else "", here=address(target),
    )


def address(target: Target, **more: str) -> str:
    return f"{reverse('reports:review')}?{urlencode({'t': str(target.public_id), **more})}"


def pane(document: Document, now: frozenset[int], start: int) -> Pane:
    """The text of a document around a place, coloured as on its own page."""
    if document.reading is None:
        return Pane(document, [Segment(document.text)], now, start, cut=False)
    found = segments(document.as_reading())
    if len(document.text) <= 2 * AROUND:
        return Pane(document, found, now, start, cut=False)
    return Pane(document, _around(found, start), now, start, cut=True)


def _around(found: Sequence[Segment], start: int) -> list[Segment]:
    kept, offset = [], 0
    for each in found:
        if offset + len(each.text) >= start - AROUND and offset <= start + AROUND:
            kept.append(each)
        offset += len(each.text)
    return kept


# The order of the queue as conditions: (document, start, pk) behind, before, or from a target on.


def _after(target: Target) -> Q:
    later = Q(document=target.document_id, start__gt=target.start)
    same = Q(document=target.document_id, start=target.start, pk__gt=target.pk)
    return Q(document__gt=target.document_id) | later | same


def _before(target: Target) -> Q:
    earlier = Q(document=target.document_id, start__lt=target.start)
    same = Q(document=target.document_id, start=target.start, pk__lt=target.pk)
    return Q(document__lt=target.document_id) | earlier | same


def _from(target: Target) -> Q:
    return _after(target) | Q(pk=target.pk)
