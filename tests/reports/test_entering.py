"""填报完成数: a figure that a person enters with its source is evidence, holds, goes back; and a later report takes over."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from documents.models import Document
from offices.models import Office, Role, User
from reports import decisions
from reports.matching import match_office_year
from reports.models import Match, Result
from targets import steps
from targets.intake import take
from targets.models import Target
from tests.factories import make_office, make_read_document, make_statement, make_user
from tests.reports.test_matching import report

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office("云溪街道")


@pytest.fixture
def supervisor(office: Office) -> User:
    return make_user(Role.SUPERVISOR, office=office)


@pytest.fixture
def target(office: Office) -> Target:
    document = make_read_document(office, make_statement(start=2, figure="40家", indicator="规上工业企业", value="40", sentence=(0, 12)),
                                  text="新增40家规上工业企业。")
    take(document)
    return Target.objects.get()


@pytest.fixture
def page(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor)
    return client


def enter(page: Client, target: Target, **said: str) -> int:
    sent = {"value": "25", "month": "2025-06", "source": "区统计局7月快报", **said}
    return page.post(reverse("reports:enter", args=[target.public_id]), sent).status_code


def judged(target: Target) -> tuple[str, Decimal | None]:
    match_office_year(target.office, 2025)
    target.refresh_from_db()
    return target.status, target.percent


def test_what_is_entered_is_judged_and_leads_to_its_source(page: Client, target: Target) -> None:
    report(target.office, 6, "15")
    assert judged(target) == ("lagging", Decimal("37.5"))
    assert enter(page, target) == 302
    assert judged(target) == ("on_track", Decimal("62.5"))
    match = Match.objects.get(target=target, role="evidence", decision="confirmed")
    assert "区统计局7月快报" in match.why
    assert "来源:区统计局7月快报" in match.result.document.text
    assert judged(target) == ("on_track", Decimal("62.5"))
    text = page.get(target.get_absolute_url()).content.decode()
    assert "填报完成数" in text
    assert "数据来源:区统计局7月快报" in text


def test_it_is_taken_back_by_one_click(page: Client, target: Target, supervisor: User) -> None:
    report(target.office, 6, "15")
    enter(page, target)
    assert judged(target)[0] == "on_track"
    step = steps.last_step(supervisor)
    assert step
    assert step.label == "填报完成数"
    assert steps.undo(step.id, user=supervisor)
    assert judged(target) == ("lagging", Decimal("37.5"))


def test_a_later_report_takes_over(page: Client, target: Target) -> None:
    enter(page, target)
    report(target.office, 10, "38")
    assert judged(target) == ("on_track", Decimal("95.0"))


def test_the_figure_of_an_older_report_holds_where_a_person_chose_it(target: Target, supervisor: User) -> None:
    report(target.office, 6, "15")
    report(target.office, 9, "39")
    older = Result.objects.get(figure="15家")
    decisions.choose(target, older, user=supervisor)
    assert judged(target) == ("lagging", Decimal("37.5"))
    report(target.office, 10, "36")
    assert judged(target) == ("on_track", Decimal("90.0"))


@pytest.mark.parametrize("said", [{"value": "许多"}, {"source": "  "}, {"month": "2024-06"}, {"month": "六月"}, {"value": "NaN"}])
def test_what_is_not_whole_is_refused(page: Client, target: Target, said: dict[str, str]) -> None:
    assert enter(page, target, **said) == 200
    assert Document.objects.count() == 1


def test_only_supervisors_of_the_office_enter(client: Client, target: Target) -> None:
    stranger, leader = make_user(Role.SUPERVISOR, office=make_office("白沙镇")), make_user(Role.LEADER, office=target.office)
    for user, status in ((stranger, 404), (leader, 403)):
        client.force_login(user)
        assert enter(client, target) == status
    assert not Result.objects.exists()
