"""A department hears of all its flags in one message, once a day."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from notices.messages import _send, tell
from notices.models import Message
from offices.models import Department, Office, OfficeSettings, Role
from reports.models import Check, Flag
from tests.factories import make_flag, make_office, make_target, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 7, 10, 1, tzinfo=UTC)


@pytest.fixture
def office() -> Office:
    return make_office("云溪街道")


@pytest.fixture
def department(office: Office) -> Department:
    return Department.objects.create(office=office, name="经发办")


def test_one_message_for_a_department_however_many_flags(office: Office, department: Department) -> None:
    for text in ("税收欠进度", "企业欠进度"):
        make_flag(make_target(office, lead=department), text=text)
    assert tell(NOW) == 1
    message = Message.objects.get()
    assert (message.title, message.department, message.flags.count()) == ("经发办:2条预警", department, 2)
    assert "税收欠进度" in message.text
    assert "企业欠进度" in message.text
    assert not Flag.objects.untold().exists()


def test_nothing_is_told_twice_and_new_flags_wait_for_tomorrow(office: Office, department: Department) -> None:
    make_flag(make_target(office, lead=department))
    tell(NOW)
    assert tell(NOW) == 0
    assert tell(NOW + timedelta(days=1)) == 0
    late = make_flag(make_target(office, lead=department))
    assert tell(NOW + timedelta(hours=2)) == 0
    late.refresh_from_db()
    assert late.told_at is None
    assert tell(NOW + timedelta(days=1)) == 1


def test_the_office_hears_of_what_nobody_answers_for_and_of_the_last_step(office: Office, department: Department) -> None:
    make_flag(make_target(office))
    make_flag(make_target(office, lead=department), step=Flag.Step.LEADER)
    make_flag(office=office)
    assert tell(NOW) == 1
    assert (Message.objects.get().department, Message.objects.get().flags.count()) == (None, 3)


def test_a_check_under_way_is_waited_for(office: Office) -> None:
    make_flag(office=office)
    check = Check.objects.create(office=office, state=Check.State.RUNNING)
    assert tell(NOW) == 0
    Check.objects.filter(pk=check.pk).update(state=Check.State.DONE)
    assert tell(NOW) == 1


def test_of_two_senders_one_sends(office: Office) -> None:
    make_flag(office=office)
    assert _send((office.pk, None), "2025-07-10", NOW)
    late = make_flag(make_target(office))
    assert not _send((office.pk, None), "2025-07-10", NOW)
    late.refresh_from_db()
    assert late.told_at is None


def test_a_week_is_a_setting(office: Office, department: Department) -> None:
    """Thursday, 10 July 2025: who was told then hears of the next flag on Monday."""
    OfficeSettings.of(office)
    OfficeSettings.objects.update(tell_every="week")
    make_flag(make_target(office, lead=department))
    assert tell(NOW) == 1
    assert Message.objects.get().period == "2025-W28"
    make_flag(make_target(office, lead=department))
    assert tell(datetime(2025, 7, 13, 15, 59, tzinfo=UTC)) == 0
    assert tell(datetime(2025, 7, 13, 16, 0, tzinfo=UTC)) == 1


@pytest.mark.parametrize(("now", "period"), [
    (datetime(2025, 7, 9, 15, 59, tzinfo=UTC), "2025-07-09"), (datetime(2025, 7, 9, 16, 0, tzinfo=UTC), "2025-07-10"),
    (datetime(2025, 7, 31, 16, 0, tzinfo=UTC), "2025-08-01"), (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), "2025-12-31"),
    (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "2026-01-01"),
])
def test_the_day_begins_at_midnight_in_shanghai(office: Office, now: datetime, period: str) -> None:
    make_flag(office=office)
    tell(now)
    assert Message.objects.get().period == period


def test_who_answered_already_is_not_told(office: Office, department: Department) -> None:
    make_flag(make_target(office, lead=department), state=Flag.State.ANSWERED, answer="月底补齐")
    assert tell(NOW) == 0


def test_many_recipients_are_told_a_portion_at_a_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notices.messages.MOST_RECIPIENTS", 2)
    for number in range(5):
        make_flag(make_target(office, lead=Department.objects.create(office=office, name=f"{number}办")))
    assert [tell(NOW) for _ in range(4)] == [2, 2, 1, 0]


def test_closed_flags_are_not_told(office: Office) -> None:
    make_flag(office=office, state=Flag.State.CLOSED)
    assert tell(NOW) == 0


def test_the_inbox_shows_a_person_their_own(office: Office, department: Department, client: Client) -> None:
    make_flag(make_target(office, lead=department), text="税收欠进度")
    make_flag(make_target())
    tell(NOW)
    unit = make_user(Role.UNIT, office=office, department=department)
    client.force_login(unit)
    page = client.get(reverse("notices:inbox"))
    assert "税收欠进度" in page.content.decode()
    assert "未读1条" in page.content.decode()
    message = Message.objects.get(department=department)
    assert client.post(reverse("notices:read", args=[message.public_id])).status_code == 302
    message.refresh_from_db()
    assert message.read_at is not None


def test_a_message_of_others_is_not_there(office: Office, department: Department, client: Client) -> None:
    make_flag(make_target(office, lead=department), text="税收欠进度")
    tell(NOW)
    client.force_login(make_user(Role.SUPERVISOR))
    assert "税收欠进度" not in client.get(reverse("notices:inbox")).content.decode()
    assert client.post(reverse("notices:read", args=[Message.objects.get().public_id])).status_code == 404
    assert client.get(reverse("notices:read", args=[Message.objects.get().public_id])).status_code == 405
