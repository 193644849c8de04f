"""docs/安全.md says which test shows which row; here is seen that they are there. And the two rows that no other file shows."""

import re

import pytest
from django.test import Client

from offices.models import AuditEntry, Role
from tests.factories import make_office, make_user
from tests.installation import ROOT

pytestmark = pytest.mark.django_db
PAGE = (ROOT / "docs" / "安全.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([\d.–, ]+) \|([^|]+)\|([^|]+)\|([^|]+)\|$", PAGE, re.MULTILINE)


def test_every_row_names_tests_that_are_there() -> None:
    assert len(ROWS) > 40
    missing = []
    for number, _, _, tests in ROWS:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", tests)
        assert named, f"{number} names no test"
        for path, name in named:
            file = ROOT / path
            if not file.is_file() or not re.search(rf"^def {name}\(", file.read_text(encoding="utf-8"), re.MULTILINE):
                missing.append(f"{number}: {path}::{name}")
    assert not missing


def test_a_form_of_another_site_is_refused() -> None:
    """Without the token, or from another origin; on every page that changes something, signing in included."""
    office = make_office()
    user = make_user(Role.ADMIN, office=office, password="mulberry harbour 47")
    client = Client(enforce_csrf_checks=True)
    assert client.post("/accounts/login/", {"username": user.username, "password": "mulberry harbour 47"}).status_code == 403
    client.force_login(user)
    for address in ("/settings/", "/people/add/", "/offices/add/", "/accounts/password/", "/accounts/second/", "/accounts/logout/"):
        assert client.post(address, {"name": "x"}).status_code == 403
        token = client.get("/settings/").context["csrf_token"]
        said = {"csrfmiddlewaretoken": str(token), "name": "x"}
        foreign = client.post(address, said, secure=True, headers={"Origin": "https://evil.example"})
        assert foreign.status_code == 403
    assert office.children.count() == 0
    assert AuditEntry.objects.filter(action="refusal").exists()


def test_an_error_says_nothing_of_the_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(make_user())
    monkeypatch.setattr("targets.views.narrow", lambda *_: 1 / 0)
    response = client.get("/targets/")
    said = response.content.decode()
    assert response.status_code == 500
    assert "稍后再试" in said
    assert not re.search(r"Traceback|ZeroDivision|\.py|/work|site-packages", said)
