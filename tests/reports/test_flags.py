"""The life of a flag: opened once, closed when the target recovers, reopened as the same row, one step up when its time ran out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q

from offices.models import Office, OfficeSettings, Role
from reports import flags, judging, warnings
from reports.models import Flag, FlagEvent, Outcome
from reports.warnings import Seen, View, period_end
from targets.models import Target
from tests.factories import make_flag, make_judged, make_office, make_read_document, make_result, make_target, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 7, 10, 1, tzinfo=UTC)
FIVE = {"status": "on_track", "comparator": "<=", "unit": "起", "value": Decimal(5), "evidence_date": date(2025, 6, 30)}
"""5起以内, seen at half the year."""


@pytest.fixture
def office() -> Office:
    return make_office()


@dataclass
class Counts:
    opened: int
    escalated: int
    closed: int
    errors: list[str]


def check_office(office: Office, *, now: datetime) -> Counts:
    tally = judging.check([office.pk], now=now)
    said = tally.flagged
    return Counts(said.opened[office.pk], said.escalated[office.pk], said.closed[office.pk], tally.errors.get(office.pk, []))


def events(flag: Flag) -> list[str]:
    return list(FlagEvent.objects.filter(flag=flag).order_by("at", "pk").values_list("kind", flat=True))


def judged(target: Target, **fields: Any) -> None:
    Target.objects.filter(pk=target.pk).update(**fields)


def rules(office: Office) -> set[str]:
    return set(Flag.objects.standing().filter(office=office).values_list("rule", flat=True))


def test_a_lagging_target_opens_one_flag_and_a_second_check_none(office: Office) -> None:
    target = make_judged(office, behind=Decimal("-12.5"), actual_text="3家")
    assert check_office(office, now=NOW).opened == 1
    assert check_office(office, now=NOW + timedelta(hours=1)).opened == 0
    flag = Flag.objects.get()
    assert (flag.target, flag.rule, flag.period, flag.step, flag.state) == (target, "lagging", "2025", "reminder", "open")
    assert "低于序时进度12.5个百分点" in flag.text
    assert flag.told_at is None


RATE = {"measure": "growth", "unit": "%"}


@pytest.mark.parametrize(("fields", "text"), [
    ({"value": Decimal(7), "unit": "亿元", "actual_text": "3.73亿元", "percent": Decimal("53.3"), "behind": Decimal("-21.7"),
      "comparator": "="}, "规上工业企业完成3.73亿元,完成年度目标(7亿元)的53.3%,低于序时进度21.7个百分点"),
    ({"status": "missed", "word": "未完成", "actual_text": "4家", "percent": Decimal("80.0")},
     "规上工业企业完成4家,完成年度目标(5家以上)的80.0%,未完成"),
    ({**RATE, "value": Decimal(6), "actual": Decimal("-1.8"), "gap": Decimal("-7.8")},
     "规上工业企业下降1.8%,低于目标(6%以上)7.8个百分点"),
    ({**RATE, "value": Decimal("-3.2"), "actual": Decimal("-2.9"), "gap": Decimal("0.3"), "comparator": "="},
     "规上工业企业下降2.9%,降幅比目标(下降3.2%)少0.3个百分点"),
    ({"measure": "ratio", "unit": "%", "value": Decimal(55), "actual": Decimal("53.8"), "actual_text": "53.8%", "gap": Decimal("-1.2")},
     "规上工业企业53.8%,低于目标(55%以上)1.2个百分点"),
    ({"comparator": "<=", "value": Decimal(33), "unit": "微克", "actual": Decimal("34.2"), "actual_text": "34.2微克"},
     "规上工业企业为34.2微克,超出控制目标(33微克以内)1.2微克"),
])
def test_the_text_speaks_as_the_house_does(office: Office, fields: dict[str, Any], text: str) -> None:
    make_judged(office, **fields)
    check_office(office, now=NOW)
    assert Flag.objects.get().text == text


def test_nobody_is_warned_about_an_ambition(office: Office) -> None:
    make_judged(office, stretch=True)
    assert check_office(office, now=NOW).opened == 0


def test_it_closes_by_itself_and_reopens_as_the_same_row(office: Office) -> None:
    target = make_judged(office)
    check_office(office, now=NOW)
    Flag.objects.update(told_at=NOW, step=Flag.Step.SUPERVISE)
    judged(target, status="on_track")
    assert check_office(office, now=NOW + timedelta(days=1)).closed == 1
    flag = Flag.objects.get()
    assert (flag.state, flag.closed_at) == ("closed", NOW + timedelta(days=1))
    judged(target, status="lagging")
    again = NOW + timedelta(days=2)
    assert check_office(office, now=again).opened == 1
    flag = Flag.objects.get()
    assert (flag.state, flag.step, flag.times, flag.opened_at) == ("open", "reminder", 2, again)
    assert flag.closed_at is None
    assert flag.told_at is None
    assert events(flag) == ["opened", "closed", "reopened"]


def test_of_two_checks_at_once_only_one_opens(office: Office) -> None:
    """Both saw no flag; the unique constraint decides, and what lost is not counted."""
    wanted: dict[flags.Subject, str] = {(office.pk, make_judged(office).pk, "lagging", "2025"): "欠进度",
                                        (office.pk, None, "report_overdue", "2025Q2"): "逾期"}
    assert flags.bring(wanted, {}, escalate_days={office.pk: 7}, now=NOW).opened[office.pk] == 2
    assert flags.bring(wanted, {}, escalate_days={office.pk: 7}, now=NOW + timedelta(seconds=1)).opened[office.pk] == 0
    assert Flag.objects.count() == 2
    assert FlagEvent.objects.count() == 2


def test_of_two_checks_at_once_only_one_moves_a_flag(office: Office) -> None:
    """Both read the same row: the version that was read decides."""
    target = make_judged(office)
    check_office(office, now=NOW)
    late = NOW + timedelta(days=7)
    wanted: dict[flags.Subject, str] = {(office.pk, target.pk, "lagging", "2025"): "欠进度"}
    known = flags.stored(Q(office=office))
    assert flags.bring(wanted, known, escalate_days={office.pk: 7}, now=late).escalated[office.pk] == 1
    assert flags.bring(wanted, known, escalate_days={office.pk: 7}, now=late + timedelta(seconds=1)).escalated[office.pk] == 0
    assert flags.bring({}, known, escalate_days={office.pk: 7}, now=late + timedelta(seconds=2)).closed[office.pk] == 1
    assert flags.bring({}, known, escalate_days={office.pk: 7}, now=late + timedelta(seconds=3)).closed[office.pk] == 0
    assert events(Flag.objects.get()) == ["opened", "escalated", "closed"]


def test_a_step_is_taken_only_when_the_former_ran_out(office: Office) -> None:
    make_judged(office)
    check_office(office, now=NOW)

    def step_after(**ago: float) -> str:
        check_office(office, now=NOW + timedelta(**ago))
        return Flag.objects.get(rule="lagging").step

    assert step_after(days=6, hours=23) == "reminder"
    Flag.objects.update(told_at=NOW, state="seen")
    assert step_after(days=7) == "supervise"
    flag = Flag.objects.get()
    assert (flag.state, flag.told_at) == ("open", None)
    assert step_after(days=8) == "supervise"
    assert step_after(days=13) == "supervise"
    assert step_after(days=14) == "leader"
    assert step_after(days=40) == "leader"


def test_one_step_a_check_however_late_it_comes(office: Office) -> None:
    make_judged(office)
    check_office(office, now=NOW)
    check_office(office, now=NOW + timedelta(days=60))
    assert Flag.objects.get(rule="lagging").step == "supervise"


def test_an_answer_stops_the_clock(office: Office) -> None:
    make_judged(office)
    check_office(office, now=NOW)
    Flag.objects.update(state="answered", answer="已整改")
    check_office(office, now=NOW + timedelta(days=30))
    assert Flag.objects.get(rule="lagging").step == "reminder"


def test_an_answer_with_a_date_stops_the_clock_until_that_day(office: Office) -> None:
    make_judged(office)
    check_office(office, now=NOW)
    Flag.objects.update(state="answered", answer="八月底完成", promised=date(2025, 8, 31))
    check_office(office, now=datetime(2025, 8, 31, 15, tzinfo=UTC))
    assert Flag.objects.get(rule="lagging").step == "reminder"
    check_office(office, now=datetime(2025, 8, 31, 16, tzinfo=UTC))
    flag = Flag.objects.get(rule="lagging")
    assert (flag.step, flag.state) == ("supervise", "open")


def test_the_days_of_a_step_are_a_setting(office: Office) -> None:
    settings = OfficeSettings.of(office)
    settings.change(version=settings.version, escalate_days=2)
    make_judged(office)
    check_office(office, now=NOW)
    check_office(office, now=NOW + timedelta(days=2))
    assert Flag.objects.get().step == "supervise"


@pytest.mark.parametrize(("fields", "rule"), [
    ({"status": "missed", "comparator": "<=", "unit": "起", "value": Decimal(5), "actual": Decimal(6)}, "limit"),
    ({"status": "missed", "value": Decimal(0), "unit": "起", "actual": Decimal(1)}, "limit"),
    ({"status": "missed", "percent": Decimal(90)}, "lagging"),
    ({**FIVE, "actual": Decimal(4)}, "limit_near"),
    ({"status": "on_track", "due": date(2025, 7, 31)}, "due_soon"),
])
def test_each_rule_sees_its_targets(office: Office, fields: dict[str, Any], rule: str) -> None:
    make_judged(office, **fields)
    check_office(office, now=NOW)
    assert rules(office) == {rule}


@pytest.mark.parametrize("fields", [
    {"status": "met"}, {"status": "on_track"}, {"status": "unclear"}, {"status": "not_due"},
    {**FIVE, "actual": Decimal(2)},
    {"status": "on_track", "due": date(2025, 12, 31)}, {"status": "met", "due": date(2025, 7, 31)},
    {"status": "lagging", "withdrawn": True},
])
def test_what_is_fine_opens_nothing(office: Office, fields: dict[str, Any]) -> None:
    make_judged(office, **fields)
    check_office(office, now=NOW)
    assert rules(office) == set()


def test_a_contradiction_is_flagged_from_the_notes(office: Office) -> None:
    target = make_judged(office, status="on_track")
    Outcome.objects.create(target=target, contradicted=True)
    check_office(office, now=NOW)
    assert rules(office) == {"contradiction"}


def test_silence_is_flagged_after_the_days_of_the_office_and_only_if_it_reports_at_all(office: Office) -> None:
    make_judged(office, status="unreported")
    check_office(office, now=NOW)
    assert "unreported" not in rules(office)
    make_result(office)
    check_office(office, now=datetime(2025, 2, 15, 4, tzinfo=UTC))
    assert "unreported" not in rules(office)
    check_office(office, now=datetime(2025, 2, 16, 4, tzinfo=UTC))
    assert "unreported" in rules(office)


def test_a_missing_report_is_a_flag_of_the_office_and_closes_when_it_comes(office: Office) -> None:
    make_judged(office, status="on_track")
    check_office(office, now=datetime(2025, 7, 20, 4, tzinfo=UTC))
    assert rules(office) == set()
    late = datetime(2025, 7, 21, 4, tzinfo=UTC)
    check_office(office, now=late)
    flag = Flag.objects.get()
    assert (flag.rule, flag.period, flag.target) == ("report_overdue", "2025Q2", None)
    assert flag.text == "2025年第2季度结束已超过20天,尚未收到截至6月的总结"
    make_read_document(office, kind="report", month=6)
    check_office(office, now=late)
    assert rules(office) == set()


@pytest.mark.parametrize(("cycle", "period"), [("none", None), ("month", "2025-10"), ("quarter", "2025Q3"), ("half", "2025H1")])
def test_how_often_a_report_is_due_is_a_setting(office: Office, cycle: str, period: str | None) -> None:
    settings = OfficeSettings.of(office)
    settings.change(version=settings.version, report_cycle=cycle, overdue_days=10)
    make_judged(office, status="on_track")
    check_office(office, now=datetime(2025, 11, 20, 4, tzinfo=UTC))
    assert list(Flag.objects.values_list("period", flat=True)) == ([period] if period else [])


@pytest.mark.parametrize(("today", "months", "end"), [
    (date(2025, 7, 1), 3, date(2025, 6, 30)), (date(2025, 6, 30), 3, date(2025, 3, 31)), (date(2025, 1, 1), 3, date(2024, 12, 31)),
    (date(2025, 3, 1), 1, date(2025, 2, 28)), (date(2025, 3, 31), 1, date(2025, 2, 28)), (date(2025, 6, 30), 6, date(2024, 12, 31)),
    (date(2025, 7, 1), 6, date(2025, 6, 30)), (date(2024, 3, 1), 1, date(2024, 2, 29)),
])
def test_the_period_that_ended_last(today: date, months: int, end: date) -> None:
    assert period_end(today, months) == end


def test_a_closed_year_and_a_withdrawn_target_are_not_checked_any_more(office: Office) -> None:
    first, second = make_judged(office), make_judged(office, year=2024)
    check_office(office, now=NOW)
    assert Flag.objects.standing().count() == 2
    settings = OfficeSettings.of(office)
    settings.change(version=settings.version, closed_years=[2024])
    judged(first, withdrawn=True)
    assert check_office(office, now=NOW + timedelta(hours=1)).closed == 2
    assert not Flag.objects.standing().exists()
    assert Flag.objects.get(target=second).state == "closed"


def test_one_bad_target_does_not_stop_the_scan_and_keeps_its_flags(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = make_judged(office, indicator="坏的"), make_judged(office)
    old = make_flag(bad)
    def fragile(target: Seen, view: View) -> Any:
        if target.indicator == "坏的":
            raise ArithmeticError("this one")
        return warnings.reasons(target, view)

    monkeypatch.setattr(judging, "reasons", fragile)
    counts = check_office(office, now=NOW)
    assert (counts.opened, counts.errors) == (1, [str(bad.public_id)])
    assert Flag.objects.filter(target=good).exists()
    old.refresh_from_db()
    assert old.state == "open"


def test_who_sees_a_flag(office: Office) -> None:
    from_target, of_office = make_flag(make_target(office)), make_flag(office=office)
    make_flag(make_target())
    assert set(Flag.objects.visible_to(make_user(Role.SUPERVISOR, office=office))) == {from_target, of_office}
    assert not Flag.objects.visible_to(make_user(Role.UNIT, office=office))
    assert not Flag.objects.visible_to(make_user(Role.ADMIN, office=office))
