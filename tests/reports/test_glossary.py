"""口径库: learned from confirmed matches, switched off and on, seen by its own office only."""

import pytest
from django.test import Client

from offices.models import AuditEntry, Role
from reports.models import Alias
from reports.outcomes import rules_for
from tests.factories import make_office, make_user

pytestmark = pytest.mark.django_db


def made(office, left: str = "拆除违法建筑", right: str = "拆违面积") -> Alias:  # type: ignore[no-untyped-def]
    return Alias.objects.create(office=office, left=left, right=right, count=2)


def signed_in(role: Role, office) -> Client:  # type: ignore[no-untyped-def]
    client = Client()
    client.force_login(make_user(role, office=office))
    return client


def test_a_pair_is_switched_off_and_on_again() -> None:
    office = make_office()
    alias, client = made(office), signed_in(Role.SUPERVISOR, office)
    assert "拆违面积" in client.get("/glossary/").content.decode()
    assert rules_for(office).aliases == (("拆除违法建筑", "拆违面积"),)
    client.post(f"/glossary/{alias.public_id}/switch/", {"version": alias.version})
    assert rules_for(office).aliases == ()
    alias.refresh_from_db()
    client.post(f"/glossary/{alias.public_id}/switch/", {"version": alias.version})
    assert rules_for(office).aliases == (("拆除违法建筑", "拆违面积"),)
    assert AuditEntry.objects.filter(action="alias.switch").count() == 2


def test_the_second_writer_changes_nothing() -> None:
    office = make_office()
    alias, client = made(office), signed_in(Role.SUPERVISOR, office)
    alias.change(version=alias.version, count=3)
    client.post(f"/glossary/{alias.public_id}/switch/", {"version": 1})
    alias.refresh_from_db()
    assert alias.active


def test_a_stranger_sees_and_switches_nothing() -> None:
    alias = made(make_office())
    stranger = signed_in(Role.SUPERVISOR, make_office())
    assert "拆违面积" not in stranger.get("/glossary/").content.decode()
    assert stranger.post(f"/glossary/{alias.public_id}/switch/", {"version": 1}).status_code == 404
    alias.refresh_from_db()
    assert alias.active


@pytest.mark.parametrize("role", [Role.LEADER, Role.UNIT, Role.ADMIN, Role.AUDITOR])
def test_only_supervisors_open_it(role: Role) -> None:
    assert signed_in(role, make_office()).get("/glossary/").status_code == 403
