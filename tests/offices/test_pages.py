"""设置 and 审计: who gets there, and what a change leaves behind."""

from typing import Any

import pytest
from django.test import Client

from offices import audit
from offices.forms import SettingsForm
from offices.models import AuditEntry, OfficeSettings, Role
from tests.factories import make_office, make_user

pytestmark = pytest.mark.django_db


def posted(rules: OfficeSettings, **changes: Any) -> dict[str, Any]:
    shown = SettingsForm.showing(rules).initial
    return {**shown, "check_time": "06:30", "four_eyes": "", **changes}


def test_a_change_is_kept_and_stands_in_the_trail(client: Client) -> None:
    admin = make_user(Role.ADMIN)
    client.force_login(admin)
    rules = OfficeSettings.of(admin.memberships.get().office)
    client.post("/settings/", posted(rules, unreported_days=30, curve="10,20,30,37,44,50,58,66,75,83,92,100"))
    rules.refresh_from_db()
    assert (rules.unreported_days, rules.curve[2], rules.version) == (30, "30", 2)
    entry = AuditEntry.objects.get(action="settings.change")
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["unreported_days"], entry.after["unreported_days"]) == (45, 30)


def test_the_second_writer_is_told(client: Client) -> None:
    admin = make_user(Role.ADMIN)
    client.force_login(admin)
    rules = OfficeSettings.of(admin.memberships.get().office)
    late = posted(rules, unreported_days=10)
    client.post("/settings/", posted(rules, unreported_days=30))
    response = client.post("/settings/", late)
    assert response.status_code == 409
    assert "刚被他人改过" in response.content.decode()
    rules.refresh_from_db()
    assert rules.unreported_days == 30


@pytest.mark.parametrize("curve", ["10,20", "50,40,60,70,75,80,85,90,92,95,99,100", "a,b", "1,2,3,4,5,6,7,8,9,10,11,12"])
def test_a_curve_that_can_not_be_is_refused(client: Client, curve: str) -> None:
    admin = make_user(Role.ADMIN)
    client.force_login(admin)
    rules = OfficeSettings.of(admin.memberships.get().office)
    assert client.post("/settings/", posted(rules, curve=curve)).status_code == 200
    rules.refresh_from_db()
    assert rules.curve == []


@pytest.mark.parametrize(("address", "allowed"), [("/settings/", Role.ADMIN), ("/audit/", Role.AUDITOR)])
@pytest.mark.parametrize("role", list(Role))
def test_a_page_of_one_role_is_no_page_of_another(client: Client, address: str, allowed: Role, role: Role) -> None:
    client.force_login(make_user(role))
    response = client.get(address)
    assert response.status_code == (200 if role == allowed else 403)
    assert AuditEntry.objects.filter(action="refusal", success=False).exists() == (role != allowed)


def test_an_auditor_reads_only_the_own_offices(client: Client) -> None:
    office = make_office("青蘅街道")
    client.force_login(make_user(Role.AUDITOR, office=office))
    AuditEntry.objects.create(action="document.upload", office=office, after={"name": "本单位计划.txt"})
    AuditEntry.objects.create(action="document.upload", office=make_office(), after={"name": "外单位计划.txt"})
    audit.record("signin", user=make_user(office=office), after={"why": "own people"})
    page = client.get("/audit/").content.decode()
    assert "本单位计划.txt" in page
    assert "own people" in page
    assert "外单位计划.txt" not in page


def test_a_change_is_told_in_the_words_of_the_pages(client: Client) -> None:
    office = make_office()
    client.force_login(make_user(Role.AUDITOR, office=office))
    audit.record("settings.change", office=office, subject=OfficeSettings.of(office), before={"unreported_days": 45, "curve": []},
                 after={"unreported_days": 30, "curve": []})
    page = client.get("/audit/").content.decode()
    assert "单位设置" in page
    assert '<pre class="json">多少天未见进展即提醒: 45 → 30</pre>' in page


def test_each_column_of_the_trail_sorts(client: Client) -> None:
    client.force_login(make_user(Role.AUDITOR))
    for name in ("at", "user", "address", "action", "success", "office", "subject"):
        for sign in ("", "-"):
            assert client.get("/audit/", {"sort": sign + name}).status_code == 200
