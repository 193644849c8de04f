"""人员与权限: an administrator gives and takes roles in the offices that are theirs, and nowhere else."""

import re
from typing import Any

import pytest
from django.test import Client

from offices.models import AuditEntry, Membership, Office, Role, User
from offices.permissions import clash
from tests.factories import make_office, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office("青蘅街道", parent=make_office("砚湖区"))


@pytest.fixture
def admin(client: Client, office: Office) -> Client:
    client.force_login(make_user(Role.ADMIN, office=office, name="何清"))
    return client


def posted(person: User, *roles: str, **changes: Any) -> dict[str, Any]:
    person.refresh_from_db()
    said = {"name": person.name or "方知远", "roles": list(roles), "department": "", "is_active": "on", "version": person.version}
    return {**said, **changes}


def held(person: User) -> set[tuple[str, str]]:
    return {(each.office.name, each.role) for each in Membership.objects.filter(user=person).select_related("office")}


def test_who_is_here_and_as_what(admin: Client, office: Office) -> None:
    make_user(Role.SUPERVISOR, office=office, name="方知远")
    make_user(Role.LEADER, office=make_office("外单位"), name="外人")
    page = admin.get("/people/").content.decode()
    assert "方知远" in page
    assert "何清" in page
    assert "外人" not in page


def test_a_person_is_enrolled_with_a_password_for_one_sign_in(admin: Client, office: Office) -> None:
    said = {"username": "fangzhiyuan", "name": "方知远\u202e", "roles": [Role.UNIT, Role.SUPERVISOR], "department": "经济发展办公室"}
    page = admin.post("/people/add/", said)
    assert page["Cache-Control"] == "private, no-store"
    password = re.search(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", page.content.decode())
    assert password
    person = User.objects.get(username="fangzhiyuan")
    assert (person.name, person.password_at) == ("方知远", None)
    assert held(person) == {(office.name, Role.UNIT), (office.name, Role.SUPERVISOR)}
    fresh = Client()
    fresh.post("/accounts/login/", {"username": "fangzhiyuan", "password": password[0]})
    assert fresh.get("/targets/")["Location"] == "/accounts/password/"
    entry = AuditEntry.objects.get(action="people.enroll")
    assert entry.after is not None
    assert entry.after["roles"] == ["督查员", "责任单位(经济发展办公室)"]
    assert password[0] not in str(entry.after)
    assert "已被使用" in admin.post("/people/add/", {**said, "username": "FangZhiyuan"}).content.decode()


def test_roles_are_given_and_taken_and_stand_in_the_trail(admin: Client, office: Office) -> None:
    person = make_user(Role.SUPERVISOR, office=office, name="方知远")
    admin.post(f"/people/{person.public_id}/", posted(person, Role.LEADER, Role.SUPERVISOR))
    assert held(person) == {(office.name, Role.LEADER), (office.name, Role.SUPERVISOR)}
    admin.post(f"/people/{person.public_id}/", posted(person, Role.LEADER))
    assert held(person) == {(office.name, Role.LEADER)}
    entry = AuditEntry.objects.filter(action="people.change").latest("pk")
    assert entry.before is not None and entry.after is not None
    assert (entry.before["roles"], entry.after["roles"]) == (["领导", "督查员"], ["领导"])


@pytest.mark.parametrize(("roles", "fine"), [
    ({Role.SUPERVISOR, Role.LEADER, Role.UNIT}, True), ({Role.ADMIN}, True), ({Role.AUDITOR}, True),
    ({Role.ADMIN, Role.SUPERVISOR}, False), ({Role.ADMIN, Role.LEADER}, False), ({Role.ADMIN, Role.UNIT}, False),
    ({Role.ADMIN, Role.AUDITOR}, False), ({Role.AUDITOR, Role.SUPERVISOR}, False), ({Role.AUDITOR, Role.LEADER}, False),
])
def test_duties_are_apart(roles: set[Role], fine: bool) -> None:
    assert (clash(roles) == "") == fine


def test_an_administrator_can_not_make_one_person_both(admin: Client, office: Office) -> None:
    person = make_user(Role.SUPERVISOR, office=office)
    page = admin.post(f"/people/{person.public_id}/", posted(person, Role.SUPERVISOR, Role.ADMIN)).content.decode()
    assert "请另设一个账号" in page
    # Nor by an office elsewhere.
    Membership.objects.create(user=person, office=make_office(parent=office), role=Role.AUDITOR)
    assert "请另设一个账号" in admin.post(f"/people/{person.public_id}/", posted(person, Role.LEADER)).content.decode()
    assert (office.name, Role.SUPERVISOR) in held(person)


def test_nobody_gives_themselves_a_role(admin: Client, office: Office) -> None:
    me = User.objects.get(name="何清")
    for address, said in ((f"/people/{me.public_id}/", posted(me, Role.ADMIN)), (f"/people/{me.public_id}/password/", {}),
                          (f"/people/{me.public_id}/second/", {})):
        assert admin.post(address, said).status_code == 403
    assert held(me) == {(office.name, Role.ADMIN)}


@pytest.mark.parametrize("deed", ["", "password/", "unlock/", "second/"])
def test_people_of_other_offices_are_not_there(admin: Client, office: Office, deed: str) -> None:
    for other in (make_office(), office.parent):
        assert other is not None
        person = make_user(Role.SUPERVISOR, office=other)
        for query in ("", f"?office={other.public_id}", f"?office={office.public_id}", "?office=nonsense"):
            assert admin.post(f"/people/{person.public_id}/{deed}{query}", posted(person, Role.LEADER)).status_code == 404
        assert held(person) == {(other.name, Role.SUPERVISOR)}


@pytest.mark.parametrize("deed", ["password/", "unlock/", "second/"])
def test_the_account_of_somebody_who_also_works_elsewhere_is_not_theirs(admin: Client, office: Office, deed: str) -> None:
    """Else an administrator below could take over an account that sees the offices above."""
    person = make_user(Role.LEADER, office=office, password="mulberry harbour 47")
    assert office.parent is not None
    Membership.objects.create(user=person, office=office.parent, role=Role.SUPERVISOR)
    assert admin.post(f"/people/{person.public_id}/{deed}").status_code == 403
    assert admin.post(f"/people/{person.public_id}/", {**posted(person, Role.LEADER), "is_active": ""}).status_code == 403
    person.refresh_from_db()
    assert person.is_active and person.check_password("mulberry harbour 47")
    # The role in the own office is the administrator's to take.
    assert admin.post(f"/people/{person.public_id}/", posted(person, name=person.name or "x")).status_code in (302, 403)


def test_disabling_and_a_new_password_end_the_sessions(admin: Client, office: Office) -> None:
    person = make_user(Role.SUPERVISOR, office=office, name="方知远", password="mulberry harbour 47")
    theirs = Client()
    theirs.force_login(person)
    assert theirs.get("/targets/").status_code == 200
    admin.post(f"/people/{person.public_id}/password/")
    assert theirs.get("/targets/").status_code == 302
    theirs.force_login(person)
    admin.post(f"/people/{person.public_id}/", {**posted(person, Role.SUPERVISOR), "is_active": ""})
    assert theirs.get("/targets/").status_code == 302
    assert AuditEntry.objects.filter(action="people.password").count() == 1


def test_unlocking(admin: Client, office: Office) -> None:
    person = make_user(Role.SUPERVISOR, office=office, password="mulberry harbour 47")
    for _ in range(5):
        Client().post("/accounts/login/", {"username": person.username, "password": "wrong"})
    assert "有密码输错记录" in admin.get("/people/").content.decode()
    admin.post(f"/people/{person.public_id}/unlock/")
    assert Client().post("/accounts/login/", {"username": person.username, "password": "mulberry harbour 47"}).status_code == 302


def test_the_last_role_is_not_taken(admin: Client, office: Office) -> None:
    person = make_user(Role.SUPERVISOR, office=office)
    assert "至少保留一个角色" in admin.post(f"/people/{person.public_id}/", posted(person)).content.decode()
    assert held(person)


def test_the_second_administrator_sees_both(admin: Client, office: Office) -> None:
    person = make_user(Role.SUPERVISOR, office=office, name="方知远")
    mine = posted(person, Role.SUPERVISOR, name="方志远")
    admin.post(f"/people/{person.public_id}/", posted(person, Role.LEADER, name="方智远"))
    response = admin.post(f"/people/{person.public_id}/", mine)
    page = response.content.decode()
    assert response.status_code == 409
    assert 'value="方志远"' in page
    assert "他人已改为:方智远" in page
    assert "他人已改为:领导" in page
    again = {**mine, "version": re.search(r'name="version" value="(\d+)"', page)[1]}  # type: ignore[index]
    assert admin.post(f"/people/{person.public_id}/", again).status_code == 302
    person.refresh_from_db()
    assert person.name == "方志远"


def test_offices_are_added_below_and_renamed(admin: Client, office: Office) -> None:
    admin.post("/offices/add/", {"name": " 柳岸\u200b村 "})
    below = Office.objects.get(parent=office)
    assert (below.name, below.path) == ("柳岸村", f"{office.path}{below.pk}/")
    assert "已有这个名称" in admin.post("/offices/add/", {"name": "柳岸村"}, follow=True).content.decode()
    admin.post(f"/offices/{below.public_id}/", {"name": "柳岸社区", "version": 1})
    stale = admin.post(f"/offices/{below.public_id}/", {"name": "柳岸新村", "version": 1})
    assert stale.status_code == 409
    assert "他人已改为:柳岸社区" in stale.content.decode()
    assert office.parent is not None
    for other in (office.parent, make_office()):
        assert admin.get(f"/offices/{other.public_id}/").status_code == 404
        assert admin.post(f"/offices/add/?office={other.public_id}", {"name": "插队村"}).status_code == 404


def test_an_administrator_manages_the_offices_below(admin: Client, office: Office) -> None:
    village = make_office("柳岸村", parent=office)
    person = make_user(Role.SUPERVISOR, office=village, name="孟汀")
    assert "孟汀" in admin.get("/people/", {"office": str(village.public_id)}).content.decode()
    admin.post(f"/people/{person.public_id}/?office={village.public_id}", posted(person, Role.LEADER))
    assert held(person) == {("柳岸村", Role.LEADER)}


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.LEADER, Role.UNIT, Role.AUDITOR])
def test_nobody_else_manages_people(client: Client, office: Office, role: Role) -> None:
    client.force_login(make_user(role, office=office))
    assert client.get("/people/").status_code == 403
    assert client.post("/people/add/", {"username": "x", "name": "x", "roles": ["admin"]}).status_code == 403
