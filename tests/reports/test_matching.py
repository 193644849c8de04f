"""Rows are judged from what is stored, the same every time, and what a person decided holds."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone

from documents.models import Document, State
from engine import answer
from offices.models import AuditEntry, Office, Role, User
from reports import decisions, matching
from reports.matching import match_office_year
from reports.models import Alias, Match, Outcome, Result
from reports.outcomes import rules_for, worst_status
from reports.tasks import judge_stale, sweep_checks
from targets.intake import take
from targets.models import Commitment, Target
from tests.factories import make_office, make_read_document, make_result, make_statement, make_target, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office() -> Office:
    return make_office("云溪街道")


@pytest.fixture
def supervisor(office: Office) -> User:
    return make_user(Role.SUPERVISOR, office=office)


@pytest.fixture
def plan(office: Office) -> Document:
    document = make_read_document(
        office, make_statement(start=2, figure="40家", indicator="规上工业企业", value="40", sentence=(0, 20)),
        make_statement(start=30, figure="12个", indicator="文化活动室", value="12", unit="个", sentence=(21, 40), commitment=30),
        text="规上工业企业新增40家。" + "。" * 10 + "新建文化活动室12个。" + "。" * 20)
    take(document)
    Document.objects.filter(pk=document.pk).update(state=State.MATCHED)
    return document


@pytest.fixture
def half_year(office: Office) -> Document:
    return report(office, 6, "15")


def report(office: Office, month: int, value: str) -> Document:
    """A report that speaks of the first target and of nothing else in the plan."""
    text = f"到目前规上工业企业新增{value}家。" + "。" * 30
    document = make_read_document(
        office, make_statement(kind="result", start=11, figure=f"{value}家", indicator="规上工业企业", value=value, sentence=(0, 15)),
        kind="report", month=month, text=text, state=State.MATCHED)
    from_reading(document)
    return document


def from_reading(document: Document) -> None:
    for each in document.as_reading().results:
        make_result(document=document, start=each.start, end=each.end, figure=each.figure, indicator=each.indicator, value=each.value,
                    unit=each.unit, year=each.year, sentence_start=each.sentence[0], sentence_end=each.sentence[1], reading=each.row())


def first() -> Target:
    return Target.objects.order_by("pk")[0]


def everything() -> Iterator[dict[str, Any]]:
    models: tuple[type[Model], ...] = (Target, Match, Outcome, Commitment)
    for model in models:
        yield from model._default_manager.order_by("pk").values()


def test_the_outcome_is_stored_with_its_evidence(office: Office, plan: Document, half_year: Document) -> None:
    tally = match_office_year(office, 2025)
    assert (tally.judged, tally.changed, tally.errors) == (2, 2, [])
    target = first()
    assert (target.status, target.percent) == ("lagging", Decimal("37.5"))
    assert (target.expected, target.behind) == (Decimal("50.0"), Decimal("-12.5"))
    assert (target.actual, target.actual_text, str(target.evidence_date)) == (Decimal(15), "15家", "2025-06-30")
    assert (target.evidence_count, target.has_candidates, target.light) == (1, False, "yellow")
    assert target.judged_at is not None
    assert target.rule_text
    match = Match.objects.get(target=target)
    assert (match.role, match.decided_by, match.decision, match.result.figure) == ("evidence", "machine", "taken", "15家")
    assert match.parts
    assert Target.objects.order_by("pk")[1].status == "unreported"
    assert list(Commitment.objects.order_by("number").values_list("status", flat=True)) == ["lagging", "unreported"]


def test_a_second_run_changes_nothing(office: Office, plan: Document, half_year: Document) -> None:
    match_office_year(office, 2025)
    before = list(everything())
    assert match_office_year(office, 2025).changed == 0
    assert list(everything()) == before


def test_a_later_report_takes_over_and_the_former_verdict_is_kept(office: Office, plan: Document, half_year: Document) -> None:
    match_office_year(office, 2025)
    report(office, 9, "36")
    match_office_year(office, 2025)
    target = first()
    assert (target.status, target.percent) == ("on_track", Decimal("90.0"))
    previous = Outcome.objects.get(target=target).previous
    assert previous is not None
    assert (previous["status"], previous["percent"], previous["evidence_date"]) == ("lagging", "37.5", "2025-06-30")


def test_a_corrected_target_is_judged_by_its_correction(office: Office, plan: Document, half_year: Document) -> None:
    match_office_year(office, 2025)
    first().change(version=1, value=Decimal(20), judged_at=None)
    assert judge_stale(office.pk) == 2
    assert (first().percent, first().status) == (Decimal("75.0"), "on_track")


def test_a_refused_match_stays_refused(office: Office, plan: Document, half_year: Document, supervisor: User) -> None:
    match_office_year(office, 2025)
    match = Match.objects.get(target=first())
    assert decisions.refuse(match, version=match.version, user=supervisor)
    for _ in range(2):
        match_office_year(office, 2025)
        assert first().status == "unreported"
        assert Match.objects.get(target=first()).decision == Match.Decision.REFUSED


def test_a_chosen_match_holds_against_every_run_and_teaches_the_alias(
    office: Office, plan: Document, half_year: Document, supervisor: User
) -> None:
    """The second target has no evidence that a machine would find; a person names one."""
    silent = Target.objects.order_by("pk")[1]
    other = make_result(document=half_year, start=90, end=93, figure="12个", indicator="群众文化阵地", value=Decimal(12), unit="个")
    decisions.choose(silent, other, user=supervisor)
    for _ in range(2):
        match_office_year(office, 2025)
        silent.refresh_from_db()
        assert (silent.status, silent.percent) == ("met", Decimal("100.0"))
    match = Match.objects.get(target=silent, role=Match.Role.EVIDENCE)
    assert (match.decided_by, match.decision, match.user) == ("person", "confirmed", supervisor)
    alias = Alias.objects.get()
    assert (alias.left, alias.right, alias.count) == ("文化活动室", "群众文化阵地", 1)
    assert rules_for(office).aliases == (("文化活动室", "群众文化阵地"),)
    assert AuditEntry.objects.get(action="match.confirm").subject_id == silent.public_id


def test_of_two_deciders_the_second_is_told(office: Office, plan: Document, half_year: Document, supervisor: User) -> None:
    match_office_year(office, 2025)
    match = Match.objects.get(target=first())
    stale = Match.objects.get(pk=match.pk)
    assert decisions.confirm(match, version=1, user=supervisor)
    assert not decisions.refuse(stale, version=1, user=supervisor)
    assert Match.objects.get(target=first()).decision == Match.Decision.CONFIRMED


def test_a_correction_during_the_run_is_not_marked_as_judged(
    office: Office, plan: Document, half_year: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine works outside the transaction: what changed meanwhile is read again."""
    asked: list[matching.Case] = []
    ask = matching.ask

    def slow(case: matching.Case) -> Any:
        if not asked:
            first().change(version=1, value=Decimal(20), judged_at=None)
        asked.append(case)
        return ask(case)

    monkeypatch.setattr(matching, "ask", slow)
    match_office_year(office, 2025)
    assert len(asked) == 2
    assert first().percent == Decimal("75.0")


def test_a_verdict_on_an_old_version_is_not_stored(office: Office, plan: Document, half_year: Document) -> None:
    """Between the look at the rows and the writing a person may still have corrected one."""
    case = matching.gather(office, 2025)
    found = matching.ask(case)
    first().change(version=1, value=Decimal(20), judged_at=None)
    matching.store(office, 2025, case, found, now=timezone.now())
    assert (first().status, first().judged_at) == ("", None)
    assert Target.objects.order_by("pk")[1].judged_at is not None


def test_rows_that_never_rest_are_left_to_the_sweep(office: Office, plan: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    stamps = iter(range(99))
    monkeypatch.setattr(matching, "stamp_of", lambda _: next(stamps))
    assert match_office_year(office, 2025).judged == 0
    assert Target.objects.stale().count() == 2


def test_one_bad_target_does_not_stop_the_others(
    office: Office, plan: Document, half_year: Document, monkeypatch: pytest.MonkeyPatch
) -> None:

    def fragile(targets: Any, *args: Any, **kwargs: Any) -> Any:
        if any(each.indicator == "文化活动室" for each in targets):
            raise ArithmeticError("this one")
        return answer(targets, *args, **kwargs)

    monkeypatch.setattr(matching, "answer", fragile)
    bad = Target.objects.order_by("pk")[1]
    tally = match_office_year(office, 2025)
    assert (tally.judged, tally.errors) == (1, [str(bad.public_id)])
    assert first().status == "lagging"
    bad.refresh_from_db()
    assert (bad.status, bad.judged_at is None) == ("unclear", False)
    assert not Target.objects.stale().exists()


def test_the_sweep_finds_what_was_left_unjudged(office: Office, plan: Document, half_year: Document) -> None:
    assert first().judged_at is None
    sweep_checks()
    assert first().judged_at is not None


def test_a_report_of_another_year_never_makes_a_target_met(office: Office, plan: Document) -> None:
    document = make_read_document(
        office, make_statement(kind="result", start=2, figure="50家", indicator="规上工业企业", value="50", year=2024),
        kind="report", year=2024, month=12, state=State.MATCHED)
    from_reading(document)
    match_office_year(office, 2025)
    target = first()
    assert target.status in ("unreported", "not_due")
    assert not Match.objects.filter(target=target, role=Match.Role.EVIDENCE).exists()


def test_reports_of_other_offices_are_not_evidence(office: Office, plan: Document) -> None:
    report(make_office("别处街道"), 6, "40")
    match_office_year(office, 2025)
    assert first().status == "unreported"


def test_withdrawn_targets_are_not_judged(office: Office) -> None:
    target = make_target(office, withdrawn=True)
    assert match_office_year(office, 2025).judged == 0
    target.refresh_from_db()
    assert target.judged_at is None


@pytest.mark.parametrize(("lines", "worst"), [
    ([("met", False), ("lagging", False)], "lagging"), ([("met", False), ("missed", True)], "met"),
    ([("on_track", False), ("not_due", False)], "on_track"), ([("met", False), ("not_due", False)], "not_due"),
    ([("unreported", False), ("unclear", False)], "unclear"), ([("met", True)], "met"), ([("", False)], ""),
])
def test_a_clause_stands_as_its_worst_firm_line(lines: list[tuple[str, bool]], worst: str) -> None:
    assert worst_status(lines) == worst


def test_values_are_brought_to_the_unit_of_the_target(office: Office) -> None:
    document = make_read_document(office, make_statement(start=2, figure="1.2亿元", indicator="税收收入", value="1.2", unit="亿元"))
    take(document)
    reported = make_read_document(
        office, make_statement(kind="result", start=4, figure="9000万元", indicator="税收收入", value="9000", unit="万元"), kind="report",
        month=9, state=State.MATCHED)
    from_reading(reported)
    match_office_year(office, 2025)
    target = first()
    assert (target.actual, target.actual_text, target.percent) == (Decimal("0.9"), "9000万元", Decimal("75.0"))
    assert Result.objects.get().value == 9000


def test_what_a_person_says_of_direction_and_frequency_counts(office: Office, plan: Document, half_year: Document) -> None:
    target = first()
    assert target.change(version=target.version, direction="lower", judged_at=None)
    match_office_year(office, 2025)
    assert first().word == "控制在目标内"
    silent = Target.objects.order_by("pk")[1]
    assert (silent.status, silent.word) == ("unreported", "总结未提及")
    assert silent.change(version=silent.version, frequency="year", judged_at=None)
    match_office_year(office, 2025)
    silent.refresh_from_db()
    assert (silent.status, silent.word) == ("not_due", "待统计")
