"""列入督办: raised by hand in one step, taken back in one, left alone by checks, lifted by a person."""

import pytest
from django.test import Client

from offices.models import AuditEntry, Role
from reports import checks
from reports.models import Flag, FlagEvent
from targets.models import Target
from tests.factories import make_judged, make_office, make_user

pytestmark = pytest.mark.django_db


def pick(target: Target) -> str:
    return f"{target.public_id}.{target.version}"


def test_several_are_raised_at_once_and_taken_back_at_once(client: Client) -> None:
    office = make_office()
    first, second, foreign = make_judged(office, indicator="甲"), make_judged(office, status="met"), make_judged(make_office())
    client.force_login(make_user(Role.SUPERVISOR, office=office, name="方知远"))
    said = {"picks": [pick(first), pick(second), pick(foreign)], "reason": "区长会议点名"}
    page = client.post("/flags/mark/", said, follow=True).content.decode()
    assert "已改动2个目标" in page
    flags = Flag.objects.order_by("pk")
    assert [(flag.target, flag.rule, flag.step, flag.state) for flag in flags] == [
        (first, "manual", "supervise", "open"), (second, "manual", "supervise", "open")]
    assert "甲(5家以上):区长会议点名" in flags[0].text
    assert "没有改动" in client.post("/flags/mark/", said, follow=True).content.decode(), "one that stands is not raised twice"
    assert "已撤回2项" in client.post("/undo/", follow=True).content.decode()
    assert set(Flag.objects.values_list("state", flat=True)) == {"closed"}
    client.post("/flags/mark/", said | {"picks": pick(first)})
    again = Flag.objects.get(target=first)
    assert (again.state, again.times, again.closed_at) == ("open", 2, None)
    assert [event.kind for event in again.events] == ["reopened", "opened"]


def test_a_reason_is_asked_for(client: Client) -> None:
    target = make_judged(office := make_office())
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    assert "督办事由" in client.post("/flags/mark/", {"picks": pick(target), "reason": " "}, follow=True).content.decode()
    assert not Flag.objects.exists()


def test_a_check_leaves_it_alone_and_a_person_lifts_it(client: Client) -> None:
    target = make_judged(office := make_office(), status="met")
    user = make_user(Role.SUPERVISOR, office=office)
    client.force_login(user)
    client.post("/flags/mark/", {"picks": pick(target), "reason": "要求每周报送"})
    flag = Flag.objects.get()
    checks.run([checks.ask_for(office, user).pk])
    flag.refresh_from_db()
    assert flag.state == "open"
    stranger = make_user(Role.SUPERVISOR)
    client.force_login(stranger)
    assert client.post(f"/flags/{flag.public_id}/lift/", {"version": flag.version}).status_code == 404
    client.force_login(user)
    client.post(f"/flags/{flag.public_id}/lift/", {"version": flag.version})
    flag.refresh_from_db()
    assert flag.state == "closed"
    assert FlagEvent.objects.filter(flag=flag, kind="closed", user=user).exists()
    assert AuditEntry.objects.filter(action="flag.lift", success=True).exists()


def test_one_that_a_rule_raised_is_not_lifted_by_hand(client: Client) -> None:
    target = make_judged(office := make_office())
    flag = Flag.objects.create(office=office, target=target, rule="lagging", period="2025", text="欠进度", opened_at=target.created_at,
                               step_at=target.created_at)
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    assert client.post(f"/flags/{flag.public_id}/lift/", {"version": 1}).status_code == 403
