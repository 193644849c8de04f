"""One promise that stands twice and one row that holds two: what a person decides counts, holds against a re-read, and goes back."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from documents.models import Document
from offices.models import AuditEntry, Office, Role, User
from targets import steps, twins
from targets.intake import take
from targets.models import Apart, Target
from tests.factories import make_office, make_read_document, make_statement, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office("云溪街道")


@pytest.fixture
def supervisor(office: Office) -> User:
    return make_user(Role.SUPERVISOR, office=office)


@pytest.fixture
def page(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor)
    return client


def plan(office: Office, name: str, value: str, indicator: str = "规上工业企业") -> Document:
    document = make_read_document(office, make_statement(figure=f"{value}家", indicator=indicator, value=value), title=name,
                                  text=f"{value}家规上工业企业,{name}。")
    take(document)
    return document


def of(document: Document) -> Target:
    return Target.objects.get(document=document, start=0)


def test_the_same_thing_in_two_plans_is_offered_and_never_joined_by_itself(office: Office, supervisor: User) -> None:
    first, second = plan(office, "政府工作报告", "6"), plan(office, "上级考核", "8", "规模以上工业企业")
    plan(office, "另一份计划", "5", "限上商贸企业")
    (group,) = twins.found(supervisor)
    assert (group.first, group.others) == (of(first), [of(second)])
    assert Target.objects.standing().count() == 3


def test_a_merged_target_counts_no_more_whatever_is_read_again_and_comes_back(page: Client, office: Office, supervisor: User) -> None:
    first, second = plan(office, "政府工作报告", "6"), plan(office, "上级考核", "8")
    sent = {"version": of(second).version, "other": str(of(first).public_id)}
    assert page.post(reverse("targets:merge", args=[of(second).public_id]), sent).status_code == 302
    take(second)
    merged = of(second)
    assert (merged.withdrawn, merged.same_as) == (True, of(first))
    assert twins.found(supervisor) == []
    assert "已并入" in page.get(merged.get_absolute_url()).content.decode()
    step = steps.last_step(supervisor)
    assert step
    assert step.label == "合并目标"
    assert steps.undo(step.id, user=supervisor)
    assert (of(second).withdrawn, of(second).same_as) == (False, None)


def test_who_comes_second_merges_nothing(page: Client, office: Office) -> None:
    first, second = plan(office, "政府工作报告", "6"), plan(office, "上级考核", "8")
    page.post(reverse("targets:merge", args=[of(second).public_id]), {"version": 7, "other": str(of(first).public_id)})
    page.post(reverse("targets:merge", args=[of(second).public_id]), {"version": 1, "other": "nonsense"})
    assert not Target.objects.filter(withdrawn=True).exists()


def test_two_that_are_two_are_not_offered_again_until_that_is_taken_back(page: Client, office: Office, supervisor: User) -> None:
    first, second = plan(office, "政府工作报告", "6"), plan(office, "上级考核", "8")
    page.post(reverse("targets:apart", args=[of(second).public_id]), {"other": str(of(first).public_id)})
    assert twins.found(supervisor) == []
    step = steps.last_step(supervisor)
    assert step
    assert steps.undo(step.id, user=supervisor)
    assert len(twins.found(supervisor)) == 1
    assert not Apart.objects.filter(active=True).exists()


def test_a_row_taken_apart_holds_against_a_re_read_and_goes_back(page: Client, office: Office, supervisor: User) -> None:
    document = plan(office, "政府工作报告", "11", "规上工业、服务业企业")
    sent = {"version": 1, "indicator": ["规上工业企业", "规上服务业企业", ""], "value": ["6", "5", ""], "unit": ["家", "家", "家"]}
    page.post(reverse("targets:split", args=[of(document).public_id]), sent)
    take(document)
    rows = list(Target.objects.filter(document=document).order_by("start").values_list("indicator", "value", "withdrawn"))
    assert rows == [("规上工业企业", Decimal(6), False), ("规上服务业企业", Decimal(5), False)]
    assert Target.objects.order_by("start")[1].as_statement().indicator == "规上服务业企业"
    step = steps.last_step(supervisor)
    assert step
    assert steps.undo(step.id, user=supervisor)
    rows = list(Target.objects.filter(document=document).order_by("start").values_list("indicator", "value", "withdrawn"))
    assert rows == [("规上工业、服务业企业", Decimal(11), False), ("规上服务业企业", Decimal(5), True)]


@pytest.mark.parametrize(("indicator", "value"), [(["甲", ""], ["6", ""]), (["甲", "乙"], ["6", "许多"]), (["甲", ""], ["6", "5"])])
def test_parts_that_are_not_whole_split_nothing(page: Client, office: Office, indicator: list[str], value: list[str]) -> None:
    document = plan(office, "政府工作报告", "11")
    said = {"version": 1, "indicator": indicator, "value": value, "unit": ["家", "家"]}
    response = page.post(reverse("targets:split", args=[of(document).public_id]), said)
    assert response.status_code == 200
    assert Target.objects.get().indicator == "规上工业企业"


@pytest.mark.parametrize("name", ["merge", "apart", "split"])
def test_a_stranger_and_a_leader_decide_nothing(client: Client, office: Office, name: str) -> None:
    target = of(plan(office, "政府工作报告", "6"))
    for user, status in ((make_user(Role.SUPERVISOR, office=make_office("白沙镇")), 404), (make_user(Role.LEADER, office=office), 403)):
        client.force_login(user)
        assert client.post(reverse(f"targets:{name}", args=[target.public_id]), {"version": 1}).status_code == status
    assert not AuditEntry.objects.filter(action__startswith="target.", success=True).exists()


def test_the_page_shows_both_clauses(page: Client, office: Office) -> None:
    plan(office, "政府工作报告", "6")
    plan(office, "上级考核", "8")
    text = page.get(reverse("targets:twins")).content.decode()
    assert all(word in text for word in ("政府工作报告", "上级考核", "同一目标", "另行计列", "调整"))
