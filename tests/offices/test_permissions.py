"""Sight goes down the tree and never sideways or up; deeds stay at home."""

import pytest
from django.contrib.auth.models import AnonymousUser

from offices.models import Membership, Office, Role, User
from offices.permissions import EDITORS, OVERSEERS, departments_of, home_of, may, offices_of, roles_of
from tests.factories import make_office, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Office]:
    district = make_office("砚湖区")
    street = make_office("青蘅街道", parent=district)
    village, other = make_office("柳岸村", parent=street), make_office("松陵街道", parent=district)
    return {"district": district, "street": street, "village": village, "other": other}


@pytest.mark.parametrize(("home", "seen"), [
    ("district", {"district", "street", "village", "other"}), ("street", {"street", "village"}),
    ("village", {"village"}), ("other", {"other"}),
])
def test_a_member_sees_its_office_and_all_below(tree: dict[str, Office], home: str, seen: set[str]) -> None:
    user = make_user(office=tree[home])
    assert set(offices_of(user)) == {tree[name] for name in seen}


def test_an_id_that_begins_alike_is_no_child() -> None:
    """Office 1 must not see office 11: paths end in a stroke."""
    first = make_office()
    others = [make_office() for _ in range(12)]
    assert [office for office in offices_of(make_user(office=first)) if office in others] == []


def test_only_the_roles_asked_for_give_sight(tree: dict[str, Office]) -> None:
    user = make_user(Role.ADMIN, office=tree["district"])
    assert not offices_of(user, *OVERSEERS).exists()
    Membership.objects.create(user=user, office=tree["other"], role=Role.LEADER)
    assert list(offices_of(user, *OVERSEERS)) == [tree["other"]]
    assert roles_of(user) == {Role.ADMIN, Role.LEADER}


@pytest.mark.parametrize("user", [AnonymousUser(), User(username="nobody"), User(username="root", is_superuser=True)])
def test_without_a_membership_nothing_is_seen(user: User, tree: dict[str, Office]) -> None:
    if isinstance(user, User):
        user.save()
    assert not offices_of(user).exists()


def test_who_left_sees_nothing(tree: dict[str, Office]) -> None:
    user = make_user(office=tree["street"])
    user.is_active = False
    assert not offices_of(user).exists()


def test_deeds_stay_at_home(tree: dict[str, Office]) -> None:
    user = make_user(office=tree["district"])
    assert may(user, EDITORS, tree["district"])
    assert not may(user, EDITORS, tree["street"])
    assert home_of(user, EDITORS) == tree["district"]


def test_a_unit_speaks_for_its_department_only(tree: dict[str, Office]) -> None:
    mine = tree["street"].departments.create(name="经济发展办公室")
    tree["street"].departments.create(name="社会事务办公室")
    assert list(departments_of(make_user(Role.UNIT, office=tree["street"], department=mine))) == [mine]
    assert not departments_of(make_user(Role.LEADER, office=tree["street"])).exists()


def test_an_office_that_moves_takes_what_is_below_along(tree: dict[str, Office]) -> None:
    street = tree["street"]
    street.parent = tree["other"]
    street.save()
    tree["village"].refresh_from_db()
    assert tree["village"].path == f"{tree['other'].path}{street.pk}/{tree['village'].pk}/"
