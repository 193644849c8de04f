"""The rules in force at an office, and the only writer of what was found for a target: its outcome and its Match rows."""

import datetime
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Self

from django.db.models import Count, Max, Model, Q

from engine.quantities import convert
from engine.values import Evidence, Key, Month, Rules, Verdict
from engine.values import Outcome as Found
from offices.models import Office, OfficeSettings
from reports.models import Alias, Match, Outcome, Result, Standing
from reports.rewriting import rewrite
from targets.models import BAD, GOOD, Commitment, Light, Status, Target, TargetQuerySet, Turn

Place = tuple[int, str]
"""The id of a result, and the role it has for the target."""

STANDING = (Status.MISSED, Status.LAGGING, Status.UNCLEAR, Status.UNREPORTED, Status.ON_TRACK, Status.NOT_DUE, Status.MET)
"""From worst to best, for a 任务项 as a whole: one line that is not due yet keeps it from being 已完成."""


def rules_for(office: Office) -> Rules:
    """The rules in force at an office, with the aliases it confirmed."""
    pairs = Alias.objects.filter(office=office, active=True).order_by("left", "right", "pk").values_list("left", "right")
    return replace(judging_rules(OfficeSettings.of(office)), aliases=tuple(pairs))


def judging_rules(said: OfficeSettings) -> Rules:
    """The rules that a verdict knows: all but the aliases."""
    return Rules(
        take_above=said.take_above, ask_above=said.ask_above, curve=tuple(Decimal(str(share)) for share in said.curve),
        about_points=Decimal(said.about_points), about_percent=Decimal(said.about_percent),
        red_points_behind=Decimal(said.red_points_behind), red_rate_points=Decimal(said.red_rate_points),
    )


def write(
    target: Target, found: Found, *, results: Mapping[Key, Result], cutoffs: Mapping[str, Month | None], now: datetime.datetime
) -> bool:
    """Stores what was found for a target and says whether anything differed; a second run changes nothing."""
    return bool(write_all([(target, found)], results=results, cutoffs=cutoffs, now=now))


def write_all(
    pairs: Sequence[tuple[Target, Found]], *, results: Mapping[Key, Result], cutoffs: Mapping[str, Month | None], now: datetime.datetime
) -> int:
    """The same for many targets by few statements, in a transaction of the caller; returns how many differed.

    A target that was corrected since it was read keeps waiting to be judged: its version is asked for in the UPDATE.
    """
    work = _Work.on([target for target, _ in pairs])
    news = [_news(target, found, work.outcomes.get(target.pk), cutoffs) for target, found in pairs]
    left = _write_columns([each for each in news if each.changed or each.target.judged_at is None], now)
    changed = sum(_write_beside(each, results, work) for each in news if each.target.pk not in left)
    work.write()
    return changed


@dataclass(frozen=True, slots=True)
class _News:
    """A target with what was found, the columns of its outcome, and whether they differ from what is stored."""

    target: Target
    found: Found
    row: Outcome
    previous: dict[str, Any] | None
    columns: dict[str, Any]
    changed: bool


def _news(target: Target, found: Found, stored: Outcome | None, cutoffs: Mapping[str, Month | None]) -> _News:
    columns, row = outcome_columns(found, cutoffs), stored or Outcome(target=target)
    previous = _verdict_before(target, columns["evidence_date"]) or row.previous
    columns["turn"] = turn_of(previous["status"], columns["status"]) if previous else ""
    changed = any(getattr(target, name) != value for name, value in columns.items())
    return _News(target, found, row, previous, columns, changed)


def _write_columns(news: Sequence[_News], now: datetime.datetime) -> set[int]:
    """Writes the outcomes of targets; returns the ids of those that were corrected meanwhile and left alone."""
    if not news:
        return set()
    names = tuple(news[0].columns)
    written = rewrite(Target, (*names, "judged_at"), [
        (each.target.pk, *(each.columns[name] for name in names), now, each.target.version) for each in news], guards=("version",))
    if written == len(news):
        return set()
    wanted = {each.target.pk: each.target.version for each in news}
    return {pk for pk, version in Target.objects.filter(pk__in=wanted).values_list("pk", "version") if version != wanted[pk]} | (
        wanted.keys() - set(Target.objects.filter(pk__in=wanted).values_list("pk", flat=True)))


@dataclass(slots=True)
class _Work:
    """What is stored beside some targets, and what is to be written in its place."""

    outcomes: dict[int, Outcome]
    matches: dict[int, dict[Place, Match]]
    fresh: list[Outcome | Match] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    @classmethod
    def on(cls, targets: Sequence[Target]) -> Self:
        matches: dict[int, dict[Place, Match]] = defaultdict(dict)
        for row in Match.objects.filter(target__in=targets).order_by("pk"):
            matches[row.target_id][row.result_id, row.role] = row
        return cls({row.target_id: row for row in Outcome.objects.filter(target__in=targets)}, matches)

    def write(self) -> None:
        Match.objects.filter(pk__in=self.gone).delete()
        # Another worker may have made the row of an outcome in between.
        Outcome.objects.bulk_create([row for row in self.fresh if isinstance(row, Outcome)], update_conflicts=True,
                                    unique_fields=["target"], update_fields=[*WORDS, "updated_at"])
        Match.objects.bulk_create([row for row in self.fresh if isinstance(row, Match)])


WORDS = ("notes", "mentions", "why", "previous", "course", "basis", "contradicted")
"""What an outcome says beside the columns of its target."""


def _write_beside(news: _News, results: Mapping[Key, Result], work: _Work) -> bool:
    said = _write_words(news, _spoken(news.found, results), work)
    return news.changed | said | _write_matches(news.target, news.found, results, work)


FAILED = "系统未能研判这个目标,请检查目标内容或联系管理员查看日志"


def write_failure(target: Target, *, now: datetime.datetime) -> bool:
    """A target that could not be judged waits for a person; left unjudged it would be tried, and logged, every few seconds."""
    columns = {"status": Status.UNCLEAR.value, "word": Status.UNCLEAR.label, "light": Light.GREY.value, "rule_text": FAILED}
    rows = Target.objects.filter(pk=target.pk, version=target.version)
    return bool(rows.exclude(judged_at__isnull=False, **columns).update(**columns, judged_at=now))


def outcome_columns(found: Found, cutoffs: Mapping[str, Month | None]) -> dict[str, Any]:
    """The stored outcome of a target, as columns."""
    best = found.evidence[0] if found.evidence else None
    return {
        **verdict_columns(found.verdict),
        "actual": _actual(found), "actual_text": _actual_text(best), "evidence_date": _evidence_date(best, cutoffs),
        "evidence_count": len(found.evidence), "has_candidates": bool(found.candidates),
    }


def verdict_columns(verdict: Verdict) -> dict[str, Any]:
    """The part of the outcome that the rules in force decide."""
    return {
        "status": verdict.status, "word": verdict.word, "light": verdict.light, "percent": verdict.percent, "gap": _fitting(verdict.gap),
        "expected": verdict.expected, "behind": verdict.behind, "rule_text": verdict.rule[:500],
    }


def _actual(found: Found) -> Decimal | None:
    """The value that was judged, in the target's own unit; None where it measures something else (自报完成率)."""
    best = found.evidence[0].statement if found.evidence else None
    if best is None or best.value is None or best.measure != found.target.measure:
        return None
    return _fitting(convert(best.value, best.unit, found.target.unit))


def _fitting(value: Decimal | None) -> Decimal | None:
    """As its column keeps it; a third of something would else differ from what is stored at every run."""
    return None if value is None else value.quantize(Decimal("0.000001"))


def _actual_text(best: Evidence | None) -> str:
    """The figure as reported, e.g. “0.98亿元” or “98.2%(预计)”."""
    if best is None:
        return ""
    said = best.statement
    text = said.figure if said.value is None else f"{said.value:f}{said.unit}"
    return f"{text}(预计)" if said.kind == "forecast" else text


def _evidence_date(best: Evidence | None, cutoffs: Mapping[str, Month | None]) -> datetime.date | None:
    """The last day that the judged figure covers: of its own months, or of its report's cut-off in the figure's year."""
    if best is None:
        return None
    said, cutoff = best.statement, cutoffs.get(best.statement.doc)
    year = said.year or (cutoff[0] if cutoff else None)
    if year is None:
        return None
    month = said.months[1] if said.months else cutoff[1] if cutoff and cutoff[0] == year else 12
    return datetime.date(year, month, monthrange(year, month)[1])


def _verdict_before(target: Target, date: datetime.date | None) -> dict[str, Any] | None:
    """The stored verdict, where evidence of a later date is about to take its place."""
    if target.evidence_date is None or date is None or date <= target.evidence_date:
        return None
    numbers = {name: None if (value := getattr(target, name)) is None else str(value) for name in ("percent", "gap")}
    return {"status": target.status, "word": target.word, "evidence_date": target.evidence_date.isoformat(), **numbers}


def turn_of(then: str, now: str) -> str:
    """Which way the verdict turned since the report before."""
    if now in GOOD and then not in GOOD:
        return Turn.CAUGHT_UP
    return Turn.FELL if now in BAD and then in GOOD else ""


def course_with(course: Sequence[Mapping[str, Any]], columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The course of a target with where it stands now. What lies behind the latest report was read from one that is gone or corrected."""
    date = columns["evidence_date"]
    if date is None:
        return []
    numbers = {name: None if columns[name] is None else f"{columns[name].normalize():f}" for name in ("actual", "percent", "expected")}
    now = {"date": date.isoformat(), "status": str(columns["status"]), "word": columns["word"], "text": columns["actual_text"], **numbers}
    return [*(dict(each) for each in course if each["date"] < now["date"]), now]


def _spoken(found: Found, results: Mapping[Key, Result]) -> list[dict[str, Any]]:
    """Evidence in words (未发生较大事故) is no figure and has no row of its own: its place is kept with the sentences that speak of it."""
    said = (each.statement for each in found.evidence if each.statement.key not in results)
    return [{"doc": each.doc, "start": each.start, "end": each.end, "text": each.figure, "sentence": list(each.sentence)} for each in said]


def _write_words(news: _News, spoken: list[dict[str, Any]], work: _Work) -> bool:
    """Notes, mentions, the reason and the course, in the row beside the target; and its verdict of the report before."""
    row, found, previous = news.row, news.found, news.previous
    course = course_with(row.course, news.columns)
    said: dict[str, Any] = {
        "notes": [each.row() for each in found.notes], "mentions": [*spoken, *(each.row() for each in found.mentions)],
        "why": found.evidence[0].why if found.evidence else "", "previous": previous, "course": course,
        "basis": found.verdict.basis, "contradicted": any(each.code == "contradiction" for each in found.notes),
    }
    if row.pk is None:
        for name, value in said.items():
            setattr(row, name, value)
        work.fresh.append(row)
        return True
    return _set(row, said)


def _set(row: Model, columns: Mapping[str, Any]) -> bool:
    """Saves what differs and says whether anything did."""
    changed = [name for name, value in columns.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, columns[name])
    if changed:
        row.save(update_fields=[*changed, "updated_at"])
    return bool(changed)


def _write_matches(target: Target, found: Found, results: Mapping[Key, Result], work: _Work) -> bool:
    wanted, stored = _wanted(found, results), work.matches[target.pk]
    gone = [row.pk for place, row in stored.items() if place not in wanted and not row.by_person]
    work.gone += gone
    changed = [_write_match(target, place, columns, stored.get(place), work) for place, columns in wanted.items()]
    return bool(gone) or any(changed)


def _wanted(found: Found, results: Mapping[Key, Result]) -> dict[Place, dict[str, Any]]:
    """The Match rows that an outcome asks for, by result and role."""
    groups = ((Match.Role.EVIDENCE, found.evidence), (Match.Role.CANDIDATE, found.candidates), (Match.Role.BASE, found.base))
    rows: dict[Place, dict[str, Any]] = {}
    for role, evidences in groups:
        for rank, each in enumerate(evidences, start=1):
            result = results.get(each.statement.key)
            if result is not None:
                rows.setdefault((result.pk, role.value), _match_columns(rank, each))
    return rows


def _match_columns(rank: int, evidence: Evidence) -> dict[str, Any]:
    parts = [part.row() for part in evidence.parts]
    return {"rank": rank, "score": round(evidence.score, 4), "parts": parts, "why": evidence.why}


def _write_match(target: Target, place: Place, columns: dict[str, Any], row: Match | None, work: _Work) -> bool:
    """Makes or updates one row. A person's decision stays as it was made, with the score and the reason that the person saw."""
    if row is not None:
        return _set(row, {"rank": columns["rank"]} if row.by_person else columns)
    waiting = place[1] == Match.Role.CANDIDATE
    decision = Match.Decision.WAITING if waiting else Match.Decision.TAKEN
    work.fresh.append(Match(target=target, result_id=place[0], role=place[1], decision=decision, **columns))
    return True


@dataclass(frozen=True, slots=True)
class Again:
    """A target whose evidence was judged again and came out otherwise: its columns with the new ones, and how it was when it was read."""

    pk: int
    version: int
    judged_at: datetime.datetime
    columns: dict[str, Any]
    """Of the whole outcome that the course is made from, see `course_with`."""


def write_again(rows: Sequence[Again], *, now: datetime.datetime) -> int:
    """Stores new verdicts on the old evidence, in a transaction of the caller. A target that was corrected or matched anew meanwhile is
    left alone. Returns how many were written.
    """
    beside = {row.target_id: row for row in Outcome.objects.filter(target__in=[each.pk for each in rows])}
    for each in rows:
        previous = beside[each.pk].previous
        each.columns["turn"] = turn_of(previous["status"], each.columns["status"]) if previous else ""
    written = rewrite(Target, (*VERDICT, "turn", "judged_at"), [
        (each.pk, *(each.columns[name] for name in VERDICT), each.columns["turn"], now, each.version, each.judged_at) for each in rows
    ], guards=("version", "judged_at"))
    ours = rows
    if written < len(rows):
        mine = set(Target.objects.filter(pk__in=[each.pk for each in rows], judged_at=now).values_list("pk", flat=True))
        ours = [each for each in rows if each.pk in mine]
    courses = [(beside[each.pk], course_with(beside[each.pk].course, each.columns)) for each in ours]
    rewrite(Outcome, ("course", "updated_at"), [(row.pk, course, now) for row, course in courses if course != row.course])
    return written


VERDICT = ("status", "word", "light", "percent", "gap", "expected", "behind", "rule_text")


def write_commitments(office: Office, year: int | None) -> int:
    """Stores the standing of each 任务项 of a year: that of its worst firm target. Returns how many changed."""
    return write_all_commitments([office.pk], year)


def write_all_commitments(offices: Sequence[int], year: int | None) -> int:
    """The same for several offices, by id, in as many statements as for one."""
    asked = _commitments_of(offices, year)
    lines = Target.objects.standing().filter(office__in=offices, commitment__in=asked)
    groups: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    for commitment, status, stretch in lines.order_by("pk").values_list("commitment", "status", "stretch"):
        groups[commitment].append((status, stretch))
    stored = dict(Commitment.objects.filter(pk__in=asked).order_by().values_list("pk", "status"))
    worst = ((pk, worst_status(rows)) for pk, rows in groups.items())
    return rewrite(Commitment, ("status",), [(pk, status) for pk, status in worst if stored.get(pk, status) != status])


def write_standing(office: Office, year: int | None) -> None:
    """Keeps how the year stands after the latest report; what was kept of a later date came from one that is gone."""
    write_all_standings([office.pk], year)


def write_all_standings(offices: Sequence[int], year: int | None) -> None:
    """The same for several offices, by id, in as many statements as for one."""
    if year is None:
        return
    targets = Target.objects.standing().filter(office__in=offices, year=year).order_by()
    numbers: dict[int, dict[str, Any]] = {row["office"]: dict(row) for row in targets.values("office").annotate(**NUMBERS)}
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    found = Commitment.objects.filter(pk__in=_commitments_of(offices, year)).exclude(status="").order_by()
    for office, status, number in found.values_list("office", "status").annotate(n=Count("pk")):
        counts[office][status] = number
    wanted = {office: _standing(office, year, numbers.get(office, {}), counts[office]) for office in offices}
    kept = list(Standing.objects.filter(office__in=offices, year=year))
    gone = [row.pk for row in kept if row.date > wanted[row.office_id].date]
    if gone:
        Standing.objects.filter(pk__in=gone).delete()
    same = {row.office_id for row in kept if (row.date, row.counts, row.numbers) == (
        wanted[row.office_id].date, wanted[row.office_id].counts, wanted[row.office_id].numbers)}
    Standing.objects.bulk_create([row for office, row in wanted.items() if office not in same], update_conflicts=True,
                                 unique_fields=("office", "year", "date"), update_fields=("counts", "numbers", "updated_at"))


def _standing(office: int, year: int, numbers: Mapping[str, Any], counts: dict[str, int]) -> Standing:
    """From the numbers as they were counted; an office without targets has none."""
    said = {name: numbers.get(name, 0) for name in NUMBERS if name != "cutoff"}
    said["pace"] = f"{said['pace']:.1f}" if said["pace"] else None
    return Standing(office_id=office, year=year, date=numbers.get("cutoff") or datetime.date(year, 1, 1), counts=counts, numbers=said)


_FIRM = Q(stretch=False)
NUMBERS: dict[str, Any] = {
    "ambitious": Count("pk", filter=~_FIRM), "stretch_reached": Count("pk", filter=~_FIRM & Q(status__in=GOOD)),
    "unjudged": Count("pk", filter=Q(status="")), "bad": Count("pk", filter=_FIRM & Q(status__in=BAD)),
    "silent": Count("pk", filter=_FIRM & Q(status=Status.UNREPORTED)), "unclear": Count("pk", filter=Q(status=Status.UNCLEAR)),
    "fell": Count("pk", filter=Q(turn=Turn.FELL)), "caught_up": Count("pk", filter=Q(turn=Turn.CAUGHT_UP)),
    "cutoff": Max("evidence_date"), "pace": Max("expected", filter=Q(due__isnull=True)),
}
"""What 总览 says about targets. The pace is that of the targets that run to the end of the year."""


def numbers_of(rows: TargetQuerySet) -> dict[str, Any]:
    """The numbers of 总览, in one query."""
    return rows.order_by().aggregate(**NUMBERS)


def _commitments_of(offices: Sequence[int], year: int | None) -> Any:
    return Target.objects.standing().filter(office__in=offices, year=year).values("commitment")


def worst_status(lines: Iterable[tuple[str, bool]]) -> str:
    """The status of a 任务项 from (status, is 奋斗目标) of its lines; stretch rows count only where there is no other."""
    rows = list(lines)
    firm = [status for status, stretch in rows if not stretch] or [status for status, _ in rows]
    judged = [status for status in firm if status]
    return min(judged, key=lambda status: STANDING.index(Status(status)), default="")
