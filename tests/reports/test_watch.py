"""定时检查: the schedule an administrator sets, the history of runs, and what was given up."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.models import State
from offices.models import AuditEntry, Office, OfficeSettings, Role
from reports.models import Check, Stall
from tests.factories import make_document, make_judged, make_office, make_user

pytestmark = pytest.mark.django_db(transaction=True)
SAID = {
    "check_days": "weekdays", "weekdays": ["1", "4"], "month_day": "1", "check_time": "08:15", "report_cycle": "month",
    "overdue_days": "12", "tell_every": "week", "quiet_from": "20:00", "quiet_until": "08:00", "closed_years": "2023、2022", "version": "1",
}


@pytest.fixture
def office() -> Office:
    return make_office("云溪街道", parent=make_office("澄江县"))


@pytest.fixture
def admin(client: Client, office: Office) -> Client:
    client.force_login(make_user(Role.ADMIN, office=office))
    return client


def address(office: Office) -> str:
    return reverse("reports:schedule", args=[office.public_id])


def test_an_administrator_sets_the_schedule(admin: Client, office: Office) -> None:
    assert "06:30" in admin.get(address(office)).content.decode()
    page = admin.post(address(office), SAID, follow=True).content.decode()
    rules = OfficeSettings.of(office)
    assert (rules.check_days, rules.weekdays, rules.check_time) == ("weekdays", "14", time(8, 15))
    assert (rules.report_cycle, rules.overdue_days, rules.tell_every, rules.closed_years) == ("month", 12, "week", [2022, 2023])
    assert rules.next_check_at is not None
    local = timezone.localtime(rules.next_check_at)
    assert local.isoweekday() in (1, 4)
    assert (local.hour, local.minute) == (8, 15)
    assert f"{local:%Y-%m-%d} 08:15" in page
    entry = AuditEntry.objects.get(action="schedule.change")
    assert entry.before and entry.after
    assert (entry.before["check_days"], entry.after["check_days"]) == ("workdays", "weekdays")


@pytest.mark.parametrize(("wrong", "said"), [
    ({"weekdays": []}, "请至少选一天"), ({"check_time": "25:00"}, "有效的时间"), ({"month_day": "32"}, "31"),
    ({"quiet_until": ""}, "要么都填"),
    ({"closed_years": "去年"}, "请填写年份"), ({"overdue_days": "0"}, "1"),
])
def test_a_wrong_schedule_changes_nothing(admin: Client, office: Office, wrong: dict[str, Any], said: str) -> None:
    response = admin.post(address(office), {**SAID, **wrong})
    assert said in response.content.decode()
    assert OfficeSettings.of(office).version == 1


def test_the_second_writer_is_told(admin: Client, office: Office) -> None:
    OfficeSettings.of(office)
    OfficeSettings.objects.update(version=2)
    response = admin.post(address(office), SAID)
    assert response.status_code == 409
    assert "刚被他人改过" in response.content.decode()
    assert OfficeSettings.of(office).check_days == "workdays"


def test_who_may_set_it(client: Client, office: Office) -> None:
    people = {
        "supervisor": (make_user(office=office), 403), "leader": (make_user(Role.LEADER, office=office), 403),
        "above": (make_user(Role.ADMIN, office=office.parent), 403), "stranger": (make_user(Role.ADMIN), 404),
    }
    for who, (user, status) in people.items():
        client.force_login(user)
        assert client.get(address(office)).status_code == status, who
        assert client.post(address(office), SAID).status_code == status, who


def test_the_history_of_runs(admin: Client, office: Office) -> None:
    begun = datetime(2025, 7, 7, 22, 30, tzinfo=UTC)
    bad = make_judged(office)
    Check.objects.create(office=office, slot="2025-07-08 06:30", state="done", started_at=begun, finished_at=begun + timedelta(seconds=83),
                         judged=120, opened=7, escalated=3, closed=2, errors=[str(bad.public_id)])
    Check.objects.create(office=make_office(), slot="2025-07-08 06:30", state="done", judged=999)
    page = admin.get("/checks/").content.decode()
    for word in ("07-08 06:30:00", "1分23秒", ">120<", ">7<", ">3<", ">2<", "1个目标未能研判", bad.get_absolute_url()):
        assert word in page
    assert ">999<" not in page


def test_what_was_given_up_is_shown_with_its_reason_and_can_be_tried_again(client: Client, office: Office) -> None:
    make_judged(office)
    failed = timezone.now()
    check = Check.objects.create(office=office, slot="2025-07-08 06:30", state="failed", reason="ArithmeticError: broken", attempts=4,
                                 finished_at=failed)
    stall = Stall.objects.create(office=office, attempts=5, reason="KeyError: x")
    make_document(office, state=State.FAILED, error="文件已加密,请另存后重新上传。")
    Check.objects.create(office=make_office(), slot="2025-07-08 06:30", state="failed", reason="of others", finished_at=failed)
    client.force_login(make_user(office=office))
    page = client.get("/checks/").content.decode()
    for word in ("ArithmeticError: broken", "KeyError: x", "文件已加密"):
        assert word in page
    assert "of others" not in page
    assert client.post(reverse("reports:stall_again", args=[office.public_id])).status_code == 302
    stall.refresh_from_db()
    assert (stall.attempts, stall.retry_at is None) == (0, False)
    assert client.post(reverse("reports:check_again", args=[check.public_id])).status_code == 302
    check.refresh_from_db()
    assert check.state == "done"
    assert "ArithmeticError" not in client.get("/checks/").content.decode()


def test_who_may_try_again(client: Client, office: Office) -> None:
    check = Check.objects.create(office=office, slot="x", state="failed", finished_at=timezone.now())
    for user, status in ((make_user(), 404), (make_user(office=office.parent), 403), (make_user(Role.LEADER, office=office), 403)):
        client.force_login(user)
        assert client.post(reverse("reports:check_again", args=[check.public_id])).status_code == status
    check.refresh_from_db()
    assert check.state == "failed"


def test_an_administrator_sees_no_names_of_files(admin: Client, office: Office) -> None:
    document = make_document(office, state=State.FAILED, error="打不开")
    assert document.name not in admin.get("/checks/").content.decode()
