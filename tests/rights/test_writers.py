"""Nothing is lost: on every form that changes what is there, the second writer is told and sees both, and may then decide."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from offices.models import Office, OfficeSettings, Role
from tests.factories import make_flag, make_judged, make_office, make_read_document, make_user

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True)
class Case:
    """A form: who writes, the row it changes, its address, a field, what the first and the second writer put into it."""

    role: Role
    row: Callable[[Office], Any]
    url: str
    field: str
    first: str
    second: str
    shown: str = ""


CASES = [
    Case(Role.SUPERVISOR, lambda office: make_read_document(office, state="matched"), "documents:edit", "title", "甲的标题", "乙的标题"),
    Case(Role.SUPERVISOR, lambda office: make_read_document(office, state="matched"), "documents:edit", "origin", "superior", "livelihood",
         "上级考核"),
    Case(Role.SUPERVISOR, make_judged, "targets:edit", "value", "7", "8"),
    Case(Role.SUPERVISOR, make_judged, "targets:edit", "remark", "甲的备注", "乙的备注"),
    Case(Role.SUPERVISOR, make_judged, "targets:edit", "due", "2025-06-30", "2025-09-30"),
    Case(Role.SUPERVISOR, make_judged, "targets:edit", "stretch", "on", "", "是"),
    Case(Role.SUPERVISOR, lambda office: make_flag(make_judged(office)), "reports:flag_answer", "answer", "甲的答复", "乙的答复"),
    Case(Role.ADMIN, OfficeSettings.of, "offices:settings", "unreported_days", "30", "60"),
    Case(Role.ADMIN, lambda office: office, "reports:schedule", "check_time", "07:00", "08:00"),
    Case(Role.ADMIN, lambda office: office, "offices:office", "name", "甲街道", "乙街道"),
    Case(Role.ADMIN, lambda office: make_user(Role.LEADER, office=office), "offices:person", "name", "张甲", "李乙"),
]
GIVEN = {"reports:flag_answer": "reports:flag"}
"""Where a form stands on another page."""


def form_on(page: str) -> dict[str, Any]:
    """What a browser would send of the largest form on a page, as it stands there."""
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", page, re.DOTALL)
    form = max(forms, key=len)
    said: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        found = dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag))
        if "name" in found and (found.get("type") not in ("checkbox", "radio") or " checked" in tag) and found.get("type") != "file":
            said.setdefault(found["name"], []).append(found.get("value", "on" if found.get("type") == "checkbox" else ""))
    for name, inside in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        said[name] = [inside.strip()]
    for name, more, inside in re.findall(r'<select[^>]*name="(\w+)"([^>]*)>(.*?)</select>', form, re.DOTALL):
        options = re.findall(r'<option value="([^"]*)"', inside)
        said[name] = re.findall(r'<option value="([^"]*)" selected', inside) or ([] if "multiple" in more else options[:1])
    return {name: [html.unescape(each) for each in values] for name, values in said.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.url} {case.field}")
def test_the_second_writer_sees_both_and_decides(client: Client, case: Case) -> None:
    office = make_office("青蘅街道")
    client.force_login(make_user(case.role, office=office))
    row = case.row(office)
    address = reverse(case.url, kwargs={} if case.url == "offices:settings" else {"public_id": row.public_id})
    page = client.get(reverse(GIVEN[case.url], kwargs={"public_id": row.public_id}) if case.url in GIVEN else address).content.decode()
    ours = form_on(page)
    assert "version" in ours
    assert client.post(address, with_(ours, case.field, case.first)).status_code == 302, "the first is taken"
    late = client.post(address, with_(ours, case.field, case.second))
    told = late.content.decode()
    assert late.status_code == 409
    assert "刚被他人" in told
    assert f"他人已改为:{case.shown or case.first}" in told, "what is there now"
    again = form_on(told)
    assert again.get(case.field, [""]) == ([case.second] if case.second else again.get(case.field, [""])), "what I wrote"
    assert client.post(address, again).status_code == 302, "knowing both, the second may be taken"
    assert client.post(address, with_(ours, case.field, case.first)).status_code == 409


def with_(said: dict[str, Any], field: str, value: str) -> dict[str, Any]:
    changed = {**said, field: [value]}
    if not value:
        del changed[field]
    return changed


def test_a_revision_that_comes_second_is_told(client: Client) -> None:
    office = make_office()
    client.force_login(make_user(office=office))
    target = make_judged(office)
    said = {"new_value": "9", "applicant": "经发办", "reason": "口径调整", "approver": "沈若川", "date": "2025-07-01", "version": 1}
    target.change(version=1, value=Decimal(7))
    late = client.post(reverse("targets:revise", args=[target.public_id]), said)
    assert late.status_code == 409
    assert 'value="9"' in late.content.decode()
    assert target.revisions.count() == 0
    target.refresh_from_db()
    assert (target.value, target.due) == (Decimal(7), None)
