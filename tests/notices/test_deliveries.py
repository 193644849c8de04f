"""A message goes to each receiver once, not in the time of rest, not when all was answered; one that fails is tried again and shown."""

import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from notices import deliveries, outgoing
from notices.messages import tell
from notices.models import Delivery, Message, Receiver
from notices.outgoing import OutgoingError
from notices.tasks import deliver
from offices.models import AuditEntry, Department, Office, OfficeSettings, Role
from reports.models import Flag
from tests.factories import make_flag, make_office, make_target, make_user
from tests.notices.test_outgoing import OK, receiver, says

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2025, 7, 10, 1, tzinfo=UTC)
"""09:00 in Shanghai."""


@pytest.fixture
def office() -> Office:
    return make_office("云溪街道", parent=make_office("澄江县"))


@pytest.fixture
def department(office: Office) -> Department:
    return Department.objects.create(office=office, name="经发办")


def make_receiver(office: Office, **fields: Any) -> Receiver:
    row: Receiver = Receiver.objects.create(office=office, **{
        "kind": "webhook", "name": "平台", "address": "https://robot.example.cn/hook?key=verysecret", "secret": "s", **fields})
    return row


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What reaches a receiver, instead of the network."""
    found: list[Any] = []
    monkeypatch.setattr(deliveries, "send", lambda to, notice, **_: found.append((to.name, notice)))
    return found


def go(now: datetime = NOW) -> int:
    tell(now)
    return deliveries.send_due(now)


def test_who_gets_what(office: Office, department: Department, sent: list[Any]) -> None:
    make_receiver(office, name="本单位")
    make_receiver(office, name="全部", every=True)
    make_receiver(office, name="经发办群", department=department)
    make_receiver(office, name="停用的", active=False, every=True)
    make_receiver(make_office(), name="别家", every=True)
    make_flag(make_target(office, lead=department), text="税收欠进度")
    make_flag(office=office, text="二季度未报")
    go()
    go()
    assert sorted((name, notice.title) for name, notice in sent) == [
        ("全部", "云溪街道:1条预警"), ("全部", "经发办:1条预警"), ("本单位", "云溪街道:1条预警"), ("经发办群", "经发办:1条预警")]
    notice = next(notice for name, notice in sent if name == "经发办群")
    flag = Flag.objects.get(text="税收欠进度")
    assert notice.lines[0].link == f"http://127.0.0.1:8000{flag.get_absolute_url()}"
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    go()
    assert len(sent) == 4


@pytest.mark.parametrize(("now", "until"), [
    (datetime(2025, 7, 10, 12, 59, tzinfo=UTC), None),
    (datetime(2025, 7, 10, 13, 0, tzinfo=UTC), datetime(2025, 7, 10, 23, 30, tzinfo=UTC)),
    (datetime(2025, 7, 10, 15, 59, tzinfo=UTC), datetime(2025, 7, 10, 23, 30, tzinfo=UTC)),
    (datetime(2025, 7, 10, 16, 0, tzinfo=UTC), datetime(2025, 7, 10, 23, 30, tzinfo=UTC)),
    (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), datetime(2025, 12, 31, 23, 30, tzinfo=UTC)),
    (datetime(2025, 7, 10, 23, 29, tzinfo=UTC), datetime(2025, 7, 10, 23, 30, tzinfo=UTC)),
    (datetime(2025, 7, 10, 23, 30, tzinfo=UTC), None),
])
def test_the_time_of_rest_runs_over_midnight_in_shanghai(now: datetime, until: datetime | None) -> None:
    """21:00 to 07:30."""
    assert deliveries.quiet_until(OfficeSettings(), now) == until


def test_in_the_time_of_rest_only_the_inbox_is_told(office: Office, sent: list[Any]) -> None:
    make_receiver(office)
    make_flag(office=office)
    night = datetime(2025, 7, 10, 14, tzinfo=UTC)
    assert go(night) == 0
    assert Message.objects.count() == 1
    assert sent == []
    assert go(night + timedelta(hours=9, minutes=29)) == 0
    assert go(night + timedelta(hours=9, minutes=30)) == 1


def test_what_was_answered_or_closed_overnight_is_not_sent(office: Office, sent: list[Any]) -> None:
    make_receiver(office)
    answered, closed, left = make_flag(office=office), make_flag(make_target(office)), make_flag(make_target(office), text="还在的")
    tell(NOW)
    Flag.objects.filter(pk=answered.pk).update(state="answered")
    Flag.objects.filter(pk=closed.pk).update(state="closed")
    deliveries.send_due(NOW)
    assert [line.text for line in sent[0][1].lines] == ["提醒 · 欠进度:还在的"]
    Delivery.objects.update(state="waiting")
    Flag.objects.filter(pk=left.pk).update(state="closed")
    deliveries.send_due(NOW)
    assert (len(sent), Delivery.objects.get().state) == (1, "needless")


def test_a_failing_receiver_is_tried_again_each_time_later_and_left_in_the_end(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise OutgoingError("接收方答复 HTTP 500。")

    monkeypatch.setattr(deliveries, "send", fails)
    make_receiver(office)
    make_flag(office=office)
    tell(timezone.now())
    Delivery.objects.update(not_before=None)
    waits = []
    for _ in range(Delivery.ATTEMPTS):
        assert deliver([Delivery.objects.get().pk]) == 0
        row = Delivery.objects.get()
        assert not Delivery.objects.due(timezone.now()).exists()
        waits.append(round((row.not_before - timezone.now()).total_seconds(), -1) if row.not_before else None)
        Delivery.objects.filter(state="waiting").update(not_before=None)
    assert waits == [60, 240, 960, 3840, None]
    assert (row.state, row.error) == ("failed", "接收方答复 HTTP 500。")
    assert deliveries.again(row)
    assert Delivery.objects.due(timezone.now()).count() == 1


def test_a_receiver_that_fails_is_asked_one_thing_at_a_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def fails(to: Receiver, *_: Any, **__: Any) -> None:
        asked.append(to.name)
        if to.name == "坏的":
            raise OutgoingError("没有答复")

    monkeypatch.setattr(deliveries, "send", fails)
    make_receiver(office, name="坏的", every=True)
    make_receiver(office, name="好的", every=True)
    for name in ("经发办", "城建办", "民政办"):
        make_flag(make_target(office, lead=Department.objects.create(office=office, name=name)))
    now = timezone.now()
    tell(now)
    Delivery.objects.update(not_before=None)
    for _ in range(4):
        deliveries.send_due(timezone.now())
    assert sorted(asked) == ["坏的", "好的", "好的", "好的"]


def test_a_worker_that_died_while_sending_is_followed_by_another(office: Office, sent: list[Any]) -> None:
    make_receiver(office)
    make_flag(office=office)
    tell(NOW)
    row = Delivery.objects.get()
    assert Delivery.objects.all().claim([row.pk], now=NOW)
    assert deliveries.send_due(NOW) == 0
    assert deliveries.send_due(NOW + Delivery.LEASE + timedelta(seconds=1)) == 1


@pytest.mark.parametrize(("serve", "said"), [
    (lambda _: time.sleep(2), "没有答复"), (says("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"), "HTTP 500"),
    (says("HTTP/1.1 302 Go\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n"), "跳转"),
])
def test_bad_receivers_hold_up_neither_the_good_one_nor_the_task(office: Office, settings: Settings, monkeypatch: pytest.MonkeyPatch,
                                                                 serve: Any, said: str) -> None:
    settings.OUTGOING_HOSTS, settings.OUTGOING_NETWORKS = ["127.0.0.1"], [ip_network("127.0.0.0/8")]
    monkeypatch.setattr(outgoing, "LONGEST", 0.5)
    with receiver(serve) as (bad, _), receiver(says(OK)) as (good, got):
        for number in range(3):
            make_receiver(office, name=f"坏{number}", address=f"http://127.0.0.1:{bad}/")
        make_receiver(office, name="好的", address=f"http://127.0.0.1:{good}/")
        make_flag(office=office, text="二季度未报")
        tell(NOW)
        begun = time.monotonic()
        assert deliver(list(Delivery.objects.values_list("pk", flat=True))) == 1
        assert time.monotonic() - begun < 5
    assert "二季度未报".encode() in got[0]
    assert Delivery.objects.get(receiver__name="好的").state == "sent"
    errors = list(Delivery.objects.exclude(receiver__name="好的").values_list("error", flat=True))
    assert len(errors) == 3
    assert all(said in each or "连接接收方失败" in each or "没有答复" in each for each in errors)
    assert any(said in each for each in errors)


def test_mail(office: Office, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.cn"
    make_receiver(office, kind="email", address="a@example.cn,b@example.cn")
    make_flag(office=office, text="二季度未报")
    go()
    message = mail.outbox[0]
    assert (message.subject, message.to) == ("云溪街道:1条预警", ["a@example.cn", "b@example.cn"])
    assert "二季度未报" in message.body
    assert "/flags/" in message.body


def test_mail_without_a_server_says_so(office: Office, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    make_receiver(office, kind="email", address="a@example.cn")
    make_flag(office=office)
    go()
    assert "SMTP_URL" in Delivery.objects.get().error


# --- pages -----------------------------------------------------------------------------------------------------------------

SAID = {"kind": "dingtalk", "name": "督查群", "address": "https://oapi.dingtalk.com/robot/send?access_token=verysecret", "secret": "SECkey",
        "department": "", "every": "on", "active": "on"}


@pytest.fixture
def admin(client: Client, office: Office) -> Client:
    client.force_login(make_user(Role.ADMIN, office=office))
    return client


def test_an_administrator_adds_tries_and_drops_a_channel(admin: Client, office: Office, sent: list[Any]) -> None:
    assert admin.post(reverse("notices:new_receiver"), SAID).status_code == 302
    row = Receiver.objects.get()
    assert (row.office, row.kind, row.every, row.secret) == (office, "dingtalk", True, "SECkey")
    for page in (admin.get(reverse("notices:receivers")), admin.get(reverse("notices:receiver", args=[row.public_id]))):
        assert "SECkey" not in page.content.decode()
    assert "verysecret" not in admin.get(reverse("notices:receivers")).content.decode()
    admin.post(reverse("notices:receiver", args=[row.public_id]), {**SAID, "secret": "", "name": "督查群二"})
    row.refresh_from_db()
    assert (row.name, row.secret) == ("督查群二", "SECkey")
    admin.post(reverse("notices:try_receiver", args=[row.public_id]))
    assert "测试" in sent[0][1].title
    admin.post(reverse("notices:drop_receiver", args=[row.public_id]))
    assert not Receiver.objects.exists()
    trail = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert trail == ["receiver.add", "receiver.change", "receiver.test", "receiver.drop"]
    said = str(list(AuditEntry.objects.values_list("before", "after")))
    assert "verysecret" not in said
    assert "SECkey" not in said


@pytest.mark.parametrize(("wrong", "said"), [
    ({"address": "https://evil.example.cn/"}, "不在允许外发的名单"), ({"address": "http://10.0.0.1/"}, "不在允许外发的名单"),
    ({"name": ""}, "必填"),
    ({"kind": "email", "address": "nobody"}, "不是有效的邮箱"), ({"kind": "email", "address": "a@other.cn"}, "MAIL_DOMAINS"),
])
def test_a_wrong_channel_gets_one_sentence(admin: Client, settings: Settings, wrong: dict[str, str], said: str) -> None:
    settings.MAIL_DOMAINS = ["example.cn"]
    page = admin.post(reverse("notices:new_receiver"), {**SAID, **wrong}).content.decode()
    assert said in page
    assert not Receiver.objects.exists()


def test_who_may(client: Client, office: Office) -> None:
    row = make_receiver(office)
    people = {
        "supervisor": (make_user(office=office), 403, 200), "leader": (make_user(Role.LEADER, office=office), 403, 403),
        "unit": (make_user(Role.UNIT, office=office), 403, 403), "stranger": (make_user(Role.ADMIN), 404, 200),
        "above": (make_user(Role.ADMIN, office=office.parent), 404, 200),
    }
    for who, (user, deed, page) in people.items():
        client.force_login(user)
        for name in ("receiver", "try_receiver", "drop_receiver"):
            assert client.post(reverse(f"notices:{name}", args=[row.public_id]), SAID).status_code == deed, (who, name)
        shown = client.get(reverse("notices:receivers"))
        assert shown.status_code == page, who
        assert ("平台" in shown.content.decode()) is (who == "supervisor"), who
    assert Receiver.objects.count() == 1


def test_what_could_not_be_sent_is_shown_and_sent_again(client: Client, office: Office, sent: list[Any]) -> None:
    make_receiver(office)
    make_flag(office=office)
    tell(NOW)
    Delivery.objects.update(state="failed", error="接收方答复 HTTP 500。", attempts=5)
    client.force_login(make_user(office=office))
    for name in ("notices:failed", "notices:receivers"):
        assert "HTTP 500" in client.get(reverse(name)).content.decode()
    assert "通知渠道" in client.get("/checks/").content.decode()
    assert client.post(reverse("notices:again", args=[Delivery.objects.get().public_id])).status_code == 302
    go()
    assert Delivery.objects.get().state == "sent"
    stranger = make_user()
    client.force_login(stranger)
    assert client.post(reverse("notices:again", args=[Delivery.objects.get().public_id])).status_code == 404
