"""When a check is due, and that it runs once, ends, and survives the death of its worker."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from offices.models import CheckDays, Office, OfficeSettings
from reports import checks, flags, matching
from reports.models import Check, Flag
from reports.tasks import TargetsFailedError, check_targets, run_check, sweep_checks
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


def test_the_scheduled_check_of_a_day_is_made_once(office: Office) -> None:
    assert [check.office for check in checks.schedule(MONDAY)] == [office]
    assert checks.schedule(MONDAY + timedelta(hours=1)) == []
    assert Check.objects.get().slot == "2025-07-07"


def test_not_before_its_time(office: Office) -> None:
    assert checks.schedule(MONDAY - timedelta(hours=1)) == []


def test_an_office_without_targets_is_not_checked() -> None:
    make_office()
    assert checks.schedule(MONDAY) == []


@pytest.mark.parametrize(("days", "day", "wanted"), [
    (CheckDays.EVERY, date(2025, 7, 6), True), (CheckDays.WEEKDAYS, date(2025, 7, 6), False), (CheckDays.WEEKDAYS, date(2025, 7, 7), True),
    (CheckDays.WORKDAYS, date(2025, 10, 1), False), (CheckDays.WORKDAYS, date(2025, 9, 28), True),
    (CheckDays.WORKDAYS, date(2025, 7, 6), False),
    (CheckDays.WORKDAYS, date(2060, 7, 5), True), (CheckDays.WORKDAYS, date(2060, 7, 4), False),
])
def test_check_days(days: str, day: date, wanted: bool) -> None:
    assert checks.is_check_day(OfficeSettings(check_days=days), day) is wanted


def test_the_next_time_is_shown_in_local_time() -> None:
    settings = OfficeSettings(check_days=CheckDays.WEEKDAYS, check_time=time(6, 30))
    assert checks.next_time(settings, MONDAY) == datetime(2025, 7, 7, 22, 30, tzinfo=UTC)
    assert checks.next_time(settings, MONDAY + timedelta(days=4)).date() == date(2025, 7, 14)


def test_a_run_judges_flags_and_ends(office: Office) -> None:
    make_target(office)
    check = checks.ask_for(office, None)
    assert run_check(check.pk)
    check.refresh_from_db()
    assert (check.state, check.judged, check.progress, check.errors) == ("done", 2, 100, [])
    assert check.finished_at is not None


def test_a_check_is_claimed_once(office: Office) -> None:
    check = checks.ask_for(office, None)
    now = timezone.now()
    assert Check.objects.claim(check.pk, now=now)
    assert not Check.objects.claim(check.pk, now=now)
    assert checks.run(check.pk) is None


def test_the_run_of_a_dead_worker_is_taken_up_when_its_lease_ran_out(office: Office) -> None:
    check = checks.ask_for(office, None)
    Check.objects.claim(check.pk, now=timezone.now() - timedelta(minutes=6))
    sweep_checks()
    check.refresh_from_db()
    assert (check.state, check.attempts) == ("done", 2)


def test_a_run_that_kills_every_worker_is_given_up(office: Office) -> None:
    check = checks.ask_for(office, None)
    Check.objects.filter(pk=check.pk).update(state="running", attempts=3, lease_until=timezone.now() - timedelta(minutes=1))
    sweep_checks()
    check.refresh_from_db()
    assert check.state == "failed"
    assert check.finished_at is not None


def test_an_error_of_the_whole_run_frees_it_for_another_try(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    check = checks.ask_for(office, None)
    monkeypatch.setattr(flags, "check_office", broken)
    with pytest.raises(ArithmeticError):
        checks.run(check.pk)
    check.refresh_from_db()
    assert (check.state, check.attempts) == ("waiting", 1)


def broken(*_args: Any, **_kwargs: Any) -> Any:
    raise ArithmeticError("broken")


def test_a_second_wish_is_served_by_the_check_under_way(office: Office) -> None:
    assert checks.ask_for(office, None) == checks.ask_for(office, None)


def test_check_targets_goes_on_after_a_bad_target_and_fails_at_the_end(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    second = make_office()
    make_judged(second)
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
