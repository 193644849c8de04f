"""One flag and its life on the page: answers with a date and a file, who sees and does what."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from offices.models import AuditEntry, Department, Office, Role, User
from reports.models import Flag, FlagEvent
from tests.factories import make_flag, make_office, make_target, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office("云溪街道", parent=make_office("澄江县"))


@pytest.fixture
def department(office: Office) -> Department:
    return Department.objects.create(office=office, name="经发办")


@pytest.fixture
def unit(client: Client, office: Office, department: Department) -> User:
    unit = make_user(Role.UNIT, office=office, department=department, name="陆一帆")
    client.force_login(unit)
    return unit


@pytest.fixture
def flag(office: Office, department: Department) -> Flag:
    return make_flag(make_target(office, lead=department), text="税收欠进度")


def proof(name: str = "整改情况.pdf", data: bytes = b"%PDF-1.4 evidence") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_an_answer_has_words_a_date_and_a_file_and_all_of_it_stays_visible(client: Client, unit: User, flag: Flag) -> None:
    until = timezone.localdate() + timedelta(days=20)
    answer = {"version": 1, "answer": "九月底前补齐", "promised": until.isoformat(), "file": proof()}
    assert client.post(reverse("reports:flag_answer", args=[flag.public_id]), answer).status_code == 302
    flag.refresh_from_db()
    assert (flag.state, flag.answer, flag.promised, flag.answered_by) == ("answered", "九月底前补齐", until, unit)
    html = client.get(flag.get_absolute_url()).content.decode()
    for word in ("税收欠进度", "九月底前补齐", until.isoformat(), "整改情况.pdf", "陆一帆"):
        assert word in html
    event = FlagEvent.objects.get()
    response: Any = client.get(reverse("reports:answer_file", args=[event.public_id]))
    assert b"".join(response.streaming_content) == b"%PDF-1.4 evidence"
    assert "attachment" in response["Content-Disposition"]
    assert response["Content-Type"] == "application/octet-stream"
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == ["flag.answer", "flag.file"]


def test_a_second_answer_does_not_hide_the_first(client: Client, unit: User, flag: Flag) -> None:
    address = reverse("reports:flag_answer", args=[flag.public_id])
    client.post(address, {"version": 1, "answer": "先报原因"})
    client.post(address, {"version": 2, "answer": "已经开工"})
    html = client.get(flag.get_absolute_url()).content.decode()
    assert "先报原因" in html
    assert "已经开工" in html
    flag.refresh_from_db()
    assert flag.answer == "已经开工"


@pytest.mark.parametrize(("wrong", "said"), [
    ({"answer": ""}, "请填写答复内容"), ({"promised": "2020-01-01"}, "不能早于今天"), ({"promised": "下周"}, "有效的日期"),
    ({"file": ("坏.exe", b"MZ")}, "附件只收这些类型"), ({"file": ("空.pdf", b"")}, "附件是空文件"),
    ({"file": ("大.pdf", b"x" * 2000)}, "附件不能超过"),
])
def test_a_wrong_answer_gets_one_sentence_and_changes_nothing(client: Client, unit: User, flag: Flag, settings: Settings,
                                                              wrong: dict[str, object], said: str) -> None:
    settings.UPLOAD_LIMIT = 1000
    sent = {"version": 1, "answer": "本月补齐", **wrong}
    if "file" in sent:
        sent["file"] = proof(*wrong["file"])  # type: ignore[misc]
    response = client.post(reverse("reports:flag_answer", args=[flag.public_id]), sent)
    assert response.status_code == 400
    assert said in response.content.decode()
    flag.refresh_from_db()
    assert (flag.state, flag.version) == ("open", 1)
    assert not FlagEvent.objects.exists()


def test_of_two_answers_the_second_is_told(client: Client, unit: User, flag: Flag) -> None:
    Flag.objects.update(version=2, answer="同事答复过了")
    response = client.post(reverse("reports:flag_answer", args=[flag.public_id]), {"version": 1, "answer": "迟了"}, follow=True)
    assert response.status_code == 409
    assert "刚被他人改过" in response.content.decode()
    assert "他人已改为:同事答复过了" in response.content.decode()
    assert not FlagEvent.objects.exists()


def test_who_sees_a_flag_and_its_files(client: Client, unit: User, office: Office, department: Department, flag: Flag) -> None:
    client.post(reverse("reports:flag_answer", args=[flag.public_id]), {"version": 1, "answer": "见附件", "file": proof()})
    addresses = (flag.get_absolute_url(), reverse("reports:answer_file", args=[FlagEvent.objects.get().public_id]))
    other = Department.objects.create(office=office, name="城建办")
    people = {
        "supervisor": (make_user(office=office), 200), "leader": (make_user(Role.LEADER, office=office), 200),
        "above": (make_user(office=office.parent), 200), "stranger": (make_user(), 404),
        "other unit": (make_user(Role.UNIT, office=office, department=other), 404), "admin": (make_user(Role.ADMIN, office=office), 403),
    }
    for who, (user, status) in people.items():
        client.force_login(user)
        assert [client.get(address).status_code for address in addresses] == [status] * 2, who


def test_only_who_may_answer_finds_the_form(client: Client, office: Office, flag: Flag) -> None:
    for user, shown in ((make_user(office=office), True), (make_user(Role.LEADER, office=office), False)):
        client.force_login(user)
        assert ("提交答复" in client.get(flag.get_absolute_url()).content.decode()) is shown
    Flag.objects.update(state="closed", closed_at=timezone.now())
    client.force_login(make_user(office=office))
    assert "提交答复" not in client.get(flag.get_absolute_url()).content.decode()
