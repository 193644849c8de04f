"""Sign-in, sessions and headers."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from pytest_django import Settings

from offices.models import AuditEntry, Role
from tests.factories import make_document, make_office, make_user

pytestmark = pytest.mark.django_db


class Inline(HTMLParser):
    """Collects what a strict policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if (tag == "script" and not named.get("src")) or tag == "style":
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in named if name == "style" or re.fullmatch(r"on[a-z]+|hx-on.*", name)]
        self.found += [f"{tag} {value}" for name, value in named.items() if name in ("src", "href") and value
                       and re.match(r"(?:https?:)?//|javascript:", value)]


PAGES = {
    Role.SUPERVISOR: ("/", "/targets/", "/documents/", "/documents/upload/", "/review/", "/flags/", "/checks/", "/notices/"),
    Role.ADMIN: ("/settings/", "/people/", "/people/add/", "/accounts/second/"), Role.AUDITOR: ("/audit/",),
}


@pytest.mark.parametrize(("role", "address"), [(role, address) for role, found in PAGES.items() for address in found])
def test_no_page_needs_anything_inline_or_from_outside(client: Client, role: Role, address: str) -> None:
    client.force_login(make_user(role))
    _assert_strict(client, address)


def test_sign_in_and_source_page_are_strict_too(client: Client) -> None:
    office = make_office()
    make_user(office=office)
    _assert_strict(client, "/accounts/login/")
    client.force_login(make_user(office=office))
    _assert_strict(client, make_document(office).get_absolute_url())
    _assert_strict(client, "/accounts/password/")


def _assert_strict(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    seen = Inline()
    seen.feed(response.content.decode())
    assert seen.found == []


def test_even_a_page_that_is_not_there_carries_the_policy(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "default-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize(("role", "first"), [(Role.SUPERVISOR, "/"), (Role.ADMIN, "/people/"), (Role.AUDITOR, "/audit/")])
def test_signing_in_leads_to_the_first_page_of_the_role(client: Client, role: Role, first: str) -> None:
    user = make_user(role, password="correct horse")
    response = client.post("/accounts/login/", {"username": user.username, "password": "correct horse"}, follow=True)
    assert response.redirect_chain[-1][0] == first
    assert AuditEntry.objects.get(action="signin").user == user


def test_failed_sign_ins_are_on_record_and_lock_out(client: Client) -> None:
    user = make_user(password="correct horse")
    for _ in range(5):
        response = client.post("/accounts/login/", {"username": user.username, "password": "wrong"})
    assert response.status_code == 429
    right = client.post("/accounts/login/", {"username": user.username, "password": "correct horse"})
    assert right.status_code == 429
    assert "暂停" in right.content.decode()
    entries = AuditEntry.objects.filter(action="signin", success=False)
    assert entries.count() >= 5
    assert entries.values_list("after", flat=True)[0] == {"username": user.username, "why": "locked"}


def test_nobody_without_a_role_gets_further_than_a_sentence(client: Client) -> None:
    client.force_login(make_user(None))
    response = client.get("/home/")
    assert response.status_code == 403
    assert "联系管理员" in response.content.decode()


@pytest.mark.parametrize(("steps", "signed_in"), [([29 * 60] * 3, True), ([31 * 60], False), ([29 * 60] * 26, False)])
def test_a_session_ends_when_idle_or_too_long(client: Client, monkeypatch: pytest.MonkeyPatch, steps: list[int], signed_in: bool) -> None:
    clock = [1_000_000.0]
    monkeypatch.setattr("tracker.middleware.time.time", lambda: clock[0])
    client.force_login(make_user(Role.ADMIN))
    client.get("/settings/")
    for step in steps:
        clock[0] += step
        last = client.get("/settings/")
    assert (last.status_code == 200) == signed_in


def test_a_page_that_polls_does_not_keep_a_session_alive(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1_000_000.0]
    monkeypatch.setattr("tracker.middleware.time.time", lambda: clock[0])
    client.force_login(make_user())
    client.get("/documents/")
    for _ in range(4):
        clock[0] += 10 * 60
        last = client.get("/documents/", {"poll": 1})
    assert last.status_code == 302


def test_cookies_travel_only_over_https_where_it_is_there(client: Client, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    user = make_user(password="correct horse")
    client.post("/accounts/login/", {"username": user.username, "password": "correct horse"})
    cookie = client.cookies["sessionid"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
