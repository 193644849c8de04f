"""The life of flags: opened, reopened, escalated, closed, each step with its event. Leaves `told_at` empty: telling is the business of
notices.

Every change asks for the version that was read, and every opening for the unique constraint: of two checks at once only one is first.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import F, Q
from django.utils import timezone

from reports.models import Flag, FlagEvent
from reports.rewriting import rewrite

STEPS = (Flag.Step.REMINDER, Flag.Step.SUPERVISE, Flag.Step.LEADER)

Subject = tuple[int, int | None, str, str]
"""Office, target (None for the office itself), rule and period: what a flag is unique on."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A flag as a check reads it, in the order of `COLUMNS`."""

    pk: int
    office_id: int
    target_id: int | None
    rule: str
    period: str
    state: str
    step: str
    step_at: datetime.datetime
    promised: datetime.date | None
    text: str
    version: int
    times: int

    @property
    def subject(self) -> Subject:
        return self.office_id, self.target_id, self.rule, self.period

    @property
    def stands(self) -> bool:
        return self.state != Flag.State.CLOSED


COLUMNS = tuple(Stored.__slots__)


@dataclass(slots=True)
class Counts:
    """What a check did to flags, by office."""

    opened: Counter[int] = field(default_factory=Counter)
    escalated: Counter[int] = field(default_factory=Counter)
    closed: Counter[int] = field(default_factory=Counter)

    def add(self, other: "Counts") -> None:
        self.opened += other.opened
        self.escalated += other.escalated
        self.closed += other.closed


def stored(where: Q) -> dict[Subject, Stored]:
    """The flags of some targets or offices, closed ones too: one that recurs is the same row."""
    found = (Stored(*row) for row in Flag.objects.filter(where).order_by().values_list(*COLUMNS))
    return {flag.subject: flag for flag in found}


def bring(wanted: Mapping[Subject, str], known: Mapping[Subject, Stored], *, escalate_days: Mapping[int, int], now: datetime.datetime,
          ) -> Counts:
    """Brings flags to what should stand at `now`, in a transaction of the caller. Done twice it changes nothing more.

    `known` holds all flags of the subjects in question; those that stand and are not wanted are closed. What a person raised by hand
    stands until a person lifts it.
    """
    by_hand = {subject: flag.text for subject, flag in known.items() if flag.stands and flag.rule == Flag.Rule.MANUAL}
    wanted = {**wanted, **by_hand}
    closed = _close([flag for subject, flag in known.items() if flag.stands and subject not in wanted], now)
    standing = [flag for subject, flag in known.items() if flag.stands and subject in wanted]
    _retell([flag for flag in standing if flag.text != wanted[flag.subject]], wanted, now)
    escalated = _escalate([flag for flag in standing if _ran_out(flag, escalate_days[flag.office_id], now)], now)
    again = [flag for subject, flag in known.items() if not flag.stands and subject in wanted]
    opened = _open({subject: text for subject, text in wanted.items() if subject not in known}, now)
    return Counts(opened + _reopen(again, wanted, now), escalated, closed)


def close(where: Q, *, now: datetime.datetime) -> Counter[int]:
    """Closes the standing flags of what is no longer checked at all."""
    found = stored(where & ~Q(state=Flag.State.CLOSED))
    return _close(list(found.values()), now)


def _open(wanted: Mapping[Subject, str], now: datetime.datetime) -> Counter[int]:
    if not wanted:
        return Counter()
    rows = [Flag(office_id=office, target_id=target, rule=rule, period=period, text=text, opened_at=now, step_at=now)
            for (office, target, rule, period), text in wanted.items()]
    Flag.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    # What lost against another check is not there with our time.
    targets = {target for _, target, _, _ in wanted if target is not None}
    offices = {office for office, target, _, _ in wanted if target is None}
    ours = Flag.objects.filter(Q(target__in=targets) | Q(target__isnull=True, office__in=offices), opened_at=now, times=1)
    return _note(FlagEvent.Kind.OPENED, ours.values_list("pk", "office_id", "step", "text"), now)


def _reopen(flags: Iterable[Stored], wanted: Mapping[Subject, str], now: datetime.datetime) -> Counter[int]:
    """The same row, from the first step on; what was answered then is in its events."""
    columns = ("state", "step", "opened_at", "step_at", "closed_at", "told_at", "promised", "answer", "times", "text", "version",
               "updated_at")
    rows = [(flag.pk, Flag.State.OPEN, Flag.Step.REMINDER, now, now, None, None, None, "", flag.times + 1, wanted[flag.subject],
             flag.version + 1, now, flag.version) for flag in flags]
    if not rewrite(Flag, columns, rows, guards=("version",)):
        return Counter()
    ours = Flag.objects.filter(pk__in=[row[0] for row in rows], opened_at=now)
    return _note(FlagEvent.Kind.REOPENED, ours.values_list("pk", "office_id", "step", "text"), now)


def _retell(flags: Iterable[Stored], wanted: Mapping[Subject, str], now: datetime.datetime) -> None:
    rewrite(Flag, ("text", "updated_at"), [(flag.pk, wanted[flag.subject], now) for flag in flags])


def _close(flags: list[Stored], now: datetime.datetime) -> Counter[int]:
    if not flags:
        return Counter()
    standing = Flag.objects.standing().filter(pk__in=[flag.pk for flag in flags])
    standing.update(state=Flag.State.CLOSED, closed_at=now, version=F("version") + 1, updated_at=now)
    ours = Flag.objects.filter(pk__in=[flag.pk for flag in flags], closed_at=now)
    return _note(FlagEvent.Kind.CLOSED, ours.values_list("pk", "office_id", "step", "text"), now)


def _ran_out(flag: Stored, days: int, now: datetime.datetime) -> bool:
    """Whether the present step ran out. An answer stops the clock: somebody is at work on it, until the day it promised."""
    if flag.state == Flag.State.ANSWERED and (flag.promised is None or flag.promised >= timezone.localdate(now)):
        return False
    return flag.step != STEPS[-1] and now - flag.step_at >= datetime.timedelta(days=days)


def _escalate(flags: Iterable[Stored], now: datetime.datetime) -> Counter[int]:
    """One step up, however late the check comes: nobody is passed over."""
    rows = [(flag.pk, STEPS[STEPS.index(Flag.Step(flag.step)) + 1], now, Flag.State.OPEN, None, flag.version + 1, now, flag.version)
            for flag in flags]
    if not rewrite(Flag, ("step", "step_at", "state", "told_at", "version", "updated_at"), rows, guards=("version",)):
        return Counter()
    ours = Flag.objects.filter(pk__in=[row[0] for row in rows], step_at=now)
    return _note(FlagEvent.Kind.ESCALATED, ours.values_list("pk", "office_id", "step", "text"), now)


def _note(kind: FlagEvent.Kind, rows: Iterable[tuple[int, int, str, str]], now: datetime.datetime) -> Counter[int]:
    """Writes the events of flags that were changed, and counts them by office."""
    found = list(rows)
    FlagEvent.objects.bulk_create([FlagEvent(flag_id=pk, kind=kind, at=now, step=step, text=text) for pk, _, step, text in found],
                                  batch_size=500)
    return Counter(office for _, office, _, _ in found)
