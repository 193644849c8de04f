"""接口令牌: an administrator makes and withdraws those of the own office; the words are shown once and kept nowhere."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone

from offices import tokens
from offices.models import ApiToken, AuditEntry, Role
from tests.factories import make_office, make_user

pytestmark = pytest.mark.django_db
TOMORROW = timezone.localdate() + datetime.timedelta(days=1)


def make(client: Client, **changes: object) -> str:
    said = {"name": "大屏", "scopes": ["read"], "until": TOMORROW.isoformat(), **changes}
    return client.post("/settings/tokens/", said).content.decode()


def test_the_words_are_shown_once_and_kept_nowhere(client: Client) -> None:
    admin = make_user(Role.ADMIN)
    client.force_login(admin)
    shown = re.search(r"data-token>([^<]+)<", make(client))
    assert shown is not None
    token = ApiToken.objects.get()
    assert tokens.found(shown[1], now=timezone.now()) == token
    assert shown[1] not in client.get("/settings/tokens/").content.decode()
    assert shown[1] not in repr(ApiToken.objects.values().get())
    entry = AuditEntry.objects.get(action="token.make")
    assert (entry.user, entry.office, shown[1] in repr(entry.after)) == (admin, token.office, False)


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"name": ""}, "必填"), ({"scopes": []}, "必填"), ({"scopes": ["all"]}, "选择一个有效的选项"),
    ({"until": "2020-01-01"}, "应在今天到一年之内"),
    ({"until": "2120-01-01"}, "应在今天到一年之内"), ({"until": "明天"}, "有效的日期"),
])
def test_a_token_that_can_not_be_is_not_made(client: Client, changes: dict[str, object], sentence: str) -> None:
    client.force_login(make_user(Role.ADMIN))
    assert sentence in make(client, **changes)
    assert not ApiToken.objects.exists()


def test_withdrawn_is_at_once_and_for_good(client: Client) -> None:
    client.force_login(make_user(Role.ADMIN))
    shown = re.search(r"data-token>([^<]+)<", make(client))
    assert shown is not None
    address = f"/settings/tokens/{ApiToken.objects.get().public_id}/withdraw/"
    client.post(address)
    client.post(address)
    assert tokens.found(shown[1], now=timezone.now()) is None
    assert AuditEntry.objects.filter(action="token.withdraw").count() == 1
    assert "已停用" in client.get("/settings/tokens/").content.decode()


def test_only_the_administrators_of_the_office(client: Client) -> None:
    token, _ = tokens.issue(make_office(), name="大屏", scopes=["read"], expires_at=timezone.now() + tokens.LONGEST, user=None)
    address = f"/settings/tokens/{token.public_id}/withdraw/"
    for role in Role:
        client.force_login(make_user(role, office=token.office if role != Role.ADMIN else make_office()))
        assert client.post(address).status_code == (404 if role == Role.ADMIN else 403)
        assert client.get("/settings/tokens/").status_code == (200 if role == Role.ADMIN else 403)
        assert token.name not in client.get("/settings/tokens/").content.decode() or role != Role.ADMIN
    token.refresh_from_db()
    assert token.withdrawn_at is None
