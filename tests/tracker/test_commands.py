"""enroll: how the first people come in."""

import pytest
from django.core.management import CommandError, call_command

from offices.models import AuditEntry, Membership, Office, Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENROLL_PASSWORD", "quiet-harbour-42")


def test_an_office_and_its_first_administrator() -> None:
    call_command("enroll", "guanli", "--office", "砚湖区", "--role", "admin", "--name", "何清")
    user = User.objects.get(username="guanli")
    assert user.check_password("quiet-harbour-42")
    assert not user.is_superuser
    assert Membership.objects.get(user=user).role == Role.ADMIN
    assert AuditEntry.objects.get().action == "people.enroll"


def test_a_second_role_and_an_office_below() -> None:
    call_command("enroll", "guanli", "--office", "砚湖区", "--role", "leader")
    call_command("enroll", "guanli", "--office", "青蘅街道", "--parent", "砚湖区", "--role", "unit", "--department", "经济发展办公室")
    assert User.objects.count() == 1
    street = Office.objects.get(name="青蘅街道")
    assert street.parent == Office.objects.get(name="砚湖区")
    department = Membership.objects.get(office=street).department
    assert department is not None
    assert department.name == "经济发展办公室"
    with pytest.raises(CommandError, match="请另设一个账号"):
        call_command("enroll", "guanli", "--office", "砚湖区", "--role", "admin")


@pytest.mark.parametrize(("password", "words"), [("12345678", ()), ("quiet-harbour-42", ("--parent", "没有的区"))])
def test_nothing_is_made_when_something_is_wrong(monkeypatch: pytest.MonkeyPatch, password: str, words: tuple[str, ...]) -> None:
    monkeypatch.setenv("ENROLL_PASSWORD", password)
    with pytest.raises(CommandError):
        call_command("enroll", "guanli", "--office", "砚湖区", "--role", "admin", *words)
    assert not Office.objects.exists()
    assert not User.objects.exists()
