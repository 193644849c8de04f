"""When a check is due, and that it runs once, ends, and survives the death of its worker."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from offices.models import Office, OfficeSettings
from reports import checks, judging, matching, stalls
from reports.models import Check, Flag, Stall
from reports.tasks import TargetsFailedError, check_targets, judge_stale, run_checks, sweep_checks
from targets.models import Target
from tests.factories import make_judged, make_office, make_target

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = datetime(2025, 7, 6, 23, 0, tzinfo=UTC)
"""07:00 in Shanghai on Monday, 7 July 2025."""


@pytest.fixture
def office() -> Office:
    office = make_office()
    make_judged(office)
    return office


def scheduled(office: Office, **columns: Any) -> None:
    """Settings whose next check is that of Monday, 06:30."""
    settings = OfficeSettings.of(office)
    OfficeSettings.objects.filter(pk=settings.pk).update(next_check_at=MONDAY - timedelta(minutes=30), **columns)


def test_the_scheduled_check_of_a_day_is_made_once(office: Office) -> None:
    scheduled(office)
    assert [check.office for check in checks.schedule(MONDAY)] == [office]
    assert checks.schedule(MONDAY + timedelta(hours=1)) == []
    assert Check.objects.get().slot == "2025-07-07 06:30"
    assert OfficeSettings.of(office).next_check_at == datetime(2025, 7, 7, 22, 30, tzinfo=UTC)


def test_two_beats_at_the_same_moment_make_one_check(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second read the settings before the first had written them: the slot is the same, and unique."""
    scheduled(office)
    checks.schedule(MONDAY)
    scheduled(office)
    checks.schedule(MONDAY)
    assert Check.objects.count() == 1


def test_not_before_its_time(office: Office) -> None:
    scheduled(office)
    assert checks.schedule(MONDAY - timedelta(hours=1)) == []


def test_the_first_check_comes_as_soon_as_there_are_targets(office: Office) -> None:
    assert [check.slot for check in checks.schedule(MONDAY)] == ["first"]
    assert checks.schedule(MONDAY) == []


def test_a_missed_check_is_made_up_for_once(office: Office) -> None:
    """Off from Monday to Thursday noon: one check, and the next on Friday."""
    scheduled(office)
    thursday = MONDAY + timedelta(days=3, hours=5)
    assert len(checks.schedule(thursday)) == 1
    assert checks.schedule(thursday + timedelta(hours=1)) == []
    assert OfficeSettings.of(office).next_check_at == datetime(2025, 7, 10, 22, 30, tzinfo=UTC)


def test_an_office_without_targets_is_not_checked() -> None:
    make_office()
    assert checks.schedule(MONDAY) == []


@pytest.mark.parametrize(("said", "day", "wanted"), [
    ({"check_days": "every"}, date(2025, 7, 6), True),
    ({"check_days": "weekdays"}, date(2025, 7, 6), False), ({"check_days": "weekdays"}, date(2025, 7, 7), True),
    ({"check_days": "weekdays", "weekdays": "37"}, date(2025, 7, 6), True),
    ({"check_days": "weekdays", "weekdays": "37"}, date(2025, 7, 7), False),
    ({"check_days": "workdays"}, date(2025, 10, 1), False), ({"check_days": "workdays"}, date(2025, 9, 28), True),
    ({"check_days": "workdays"}, date(2025, 7, 6), False),
    ({"check_days": "workdays"}, date(2060, 7, 5), True), ({"check_days": "workdays"}, date(2060, 7, 4), False),
    ({"check_days": "monthly", "month_day": 5}, date(2025, 7, 5), True),
    ({"check_days": "monthly", "month_day": 5}, date(2025, 7, 6), False),
    ({"check_days": "monthly", "month_day": 31}, date(2025, 2, 28), True),
    ({"check_days": "monthly", "month_day": 31}, date(2024, 2, 28), False),
    ({"check_days": "monthly", "month_day": 31}, date(2024, 2, 29), True),
    ({"check_days": "monthly", "month_day": 31}, date(2025, 7, 31), True),
])
def test_check_days(said: dict[str, Any], day: date, wanted: bool) -> None:
    assert checks.is_check_day(OfficeSettings(**said), day) is wanted


def shanghai(*when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo("Asia/Shanghai"))  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(("said", "now", "then"), [
    ({"check_days": "weekdays"}, shanghai(2025, 7, 7, 7, 0), shanghai(2025, 7, 8, 6, 30)),
    ({"check_days": "weekdays"}, shanghai(2025, 7, 11, 7, 0), shanghai(2025, 7, 14, 6, 30)),
    ({"check_days": "every", "check_time": time(0, 0)}, shanghai(2025, 7, 7, 23, 59), shanghai(2025, 7, 8, 0, 0)),
    ({"check_days": "every", "check_time": time(0, 0)}, shanghai(2025, 7, 8, 0, 0), shanghai(2025, 7, 9, 0, 0)),
    ({"check_days": "every", "check_time": time(23, 59)}, shanghai(2025, 12, 31, 23, 59), shanghai(2026, 1, 1, 23, 59)),
    ({"check_days": "monthly", "month_day": 31}, shanghai(2025, 1, 31, 6, 30), shanghai(2025, 2, 28, 6, 30)),
    ({"check_days": "monthly", "month_day": 1}, shanghai(2025, 12, 31, 23, 59), shanghai(2026, 1, 1, 6, 30)),
    ({"check_days": "workdays"}, shanghai(2025, 9, 30, 6, 30), shanghai(2025, 10, 9, 6, 30)),
])
def test_the_next_time_over_midnight_month_and_year(said: dict[str, Any], now: datetime, then: datetime) -> None:
    """Reckoned in Shanghai, whatever the machine's clock: half past six there is still yesterday in UTC."""
    settings = OfficeSettings(**{"check_time": time(6, 30), **said})
    assert checks.next_time(settings, now.astimezone(UTC)) == then


def test_a_run_judges_flags_and_ends(office: Office) -> None:
    make_target(office)
    check = checks.ask_for(office, None)
    assert run_checks([check.pk]) == 1
    check.refresh_from_db()
    assert (check.state, check.judged, check.progress, check.errors) == ("done", 2, 100, [])
    assert check.duration is not None


def test_a_check_is_claimed_once(office: Office) -> None:
    check = checks.ask_for(office, None)
    now = timezone.now()
    assert Check.objects.all().claim([check.pk], now=now) == [check]
    assert Check.objects.all().claim([check.pk], now=now) == []
    assert checks.run([check.pk]) == []


def test_the_run_of_a_dead_worker_is_taken_up_when_its_lease_ran_out(office: Office) -> None:
    check = checks.ask_for(office, None)
    Check.objects.all().claim([check.pk], now=timezone.now() - Check.LEASE - timedelta(seconds=1))
    sweep_checks()
    check.refresh_from_db()
    assert (check.state, check.attempts) == ("done", 2)


def test_who_lost_the_lease_stores_nothing_any_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    check = checks.ask_for(office, None)
    real = judging.check

    def slow(offices: list[int], **said: Any) -> judging.Tally:
        """While the first works, its lease runs out and a second takes over."""
        tally = real(offices, **said)
        Check.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert Check.objects.all().claim([check.pk], now=timezone.now())
        return tally

    monkeypatch.setattr(judging, "check", slow)
    checks.run([check.pk])
    check.refresh_from_db()
    assert (check.state, check.attempts) == ("running", 2)


def test_a_run_that_kills_every_worker_is_given_up_and_may_be_tried_again(office: Office) -> None:
    check = checks.ask_for(office, None)
    Check.objects.filter(pk=check.pk).update(state="running", attempts=Check.ATTEMPTS, lease_until=timezone.now() - timedelta(minutes=1))
    sweep_checks()
    check.refresh_from_db()
    assert (check.state, check.reason) == ("failed", checks.WORN_OUT)
    assert check.finished_at is not None
    assert checks.again(check)
    sweep_checks()
    check.refresh_from_db()
    assert (check.state, check.attempts, check.reason) == ("done", 1, "")


def test_a_broken_run_is_tried_again_each_time_later_and_ends(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    check = checks.ask_for(office, None)
    monkeypatch.setattr(judging, "check", broken)
    waits = []
    for _ in range(Check.ATTEMPTS):
        checks.run([check.pk])
        check.refresh_from_db()
        waits.append(check.not_before - timezone.now() if check.not_before and check.state == "waiting" else None)
        assert not Check.objects.due(timezone.now()).exists()
        Check.objects.update(not_before=None)
    assert [round(wait.total_seconds(), -1) if wait else None for wait in waits] == [30, 120, 480, None]
    assert (check.state, check.reason) == ("failed", "ArithmeticError: broken")


def test_one_bad_office_does_not_hurt_those_of_its_batch(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    second = make_judged(make_office()).office
    real = judging.check

    def fragile(offices: list[int], **said: Any) -> judging.Tally:
        return broken() if office.pk in offices else real(offices, **said)

    monkeypatch.setattr(judging, "check", fragile)
    checks.run([checks.ask_for(office, None).pk, checks.ask_for(second, None).pk])
    assert set(Check.objects.values_list("office", "state")) == {(office.pk, "waiting"), (second.pk, "done")}


def test_batches_hold_about_as_many_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "BATCH_TARGETS", 4)
    offices = [make_office() for _ in range(4)]
    for office, number in zip(offices, (1, 2, 5, 1), strict=True):
        for _ in range(number):
            make_judged(office)
    asked = [checks.ask_for(office, None) for office in offices]
    one, two, large, four = (check.pk for check in asked)
    assert list(checks.batches(asked)) == [[one, two], [large], [four]]
    asked[1].attempts = 1
    assert list(checks.batches(asked)) == [[two], [one], [large], [four]]


def test_what_was_sent_is_not_sent_again_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that lost the message gets another one, a minute later."""
    sent: list[Any] = []
    monkeypatch.setattr("reports.tasks.send", lambda task, ids, **_: sent.append(ids))
    scheduled(office)
    sweep_checks()
    sweep_checks()
    check = Check.objects.get()
    assert sent == [[check.pk]]
    Check.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    sweep_checks()
    assert sent == [[check.pk], [check.pk]]


def test_targets_that_cannot_be_judged_are_tried_again_later_and_left_in_the_end(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    Target.objects.update(judged_at=None)
    monkeypatch.setattr("reports.stalls.match_office_year", broken)
    for _ in range(Stall.ATTEMPTS):
        with pytest.raises(ArithmeticError):
            judge_stale(office.pk)
        assert office.pk not in stalls.stale_offices(timezone.now())
        Stall.objects.filter(retry_at__isnull=False).update(retry_at=timezone.now())
    stall = Stall.objects.get()
    assert (stall.retry_at, stall.reason) == (None, "ArithmeticError: broken")
    assert stalls.stale_offices(timezone.now()) == []
    monkeypatch.undo()
    stalls.again(stall)
    assert stalls.stale_offices(timezone.now()) == [office.pk]
    judge_stale(office.pk)
    assert not Stall.objects.exists()


def test_changed_marks_of_matching_have_everything_matched_again(office: Office) -> None:
    OfficeSettings.of(office)
    OfficeSettings.objects.update(rematch=True)
    assert stalls.mark_for_matching() == 1
    assert Target.objects.stale().count() == 1
    assert stalls.mark_for_matching() == 0


def broken(*_args: Any, **_kwargs: Any) -> Any:
    raise ArithmeticError("broken")


def test_a_second_wish_is_served_by_the_check_under_way(office: Office) -> None:
    assert checks.ask_for(office, None) == checks.ask_for(office, None)


def test_check_targets_goes_on_after_a_bad_target_and_fails_at_the_end(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    second = make_office()
    make_judged(second)
    Target.objects.update(judged_at=None)
    real = matching.gather

    def gather(where: Office, year: int | None) -> matching.Case:
        case = real(where, year)
        if where == office:
            case.errors.append(str(Target.objects.get(office=where).public_id))
        return case

    monkeypatch.setattr(matching, "gather", gather)
    with pytest.raises(TargetsFailedError):
        check_targets()
    assert set(Check.objects.values_list("office", "state")) == {(office.pk, "done"), (second.pk, "done")}


def test_checking_twice_changes_nothing(office: Office) -> None:
    check_targets()
    before = list(Flag.objects.values())
    check_targets(office.pk)
    assert list(Flag.objects.values()) == before
    assert Check.objects.count() == 2
