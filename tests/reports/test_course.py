"""较上期, the course of a target and of the year, and the undo of a decision."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from offices.models import Role
from reports.models import Alias, Match, Standing
from reports.outcomes import course_with, turn_of, write_standing
from tests.factories import make_judged, make_match, make_office, make_result, make_user


@pytest.mark.parametrize(("then", "now", "turn"), [
    ("on_track", "lagging", "fell"), ("met", "missed", "fell"), ("lagging", "met", "caught_up"), ("unclear", "on_track", "caught_up"),
    ("lagging", "missed", ""), ("met", "on_track", ""), ("unreported", "lagging", ""),
])
def test_which_way_a_verdict_turned(then: str, now: str, turn: str) -> None:
    assert turn_of(then, now) == turn


def test_a_course_has_one_point_a_date_and_none_behind_the_latest_report() -> None:
    columns = {"evidence_date": date(2025, 6, 30), "status": "lagging", "word": "欠进度", "actual_text": "3家",
               "actual": Decimal("3.000000"), "percent": Decimal("40.0"), "expected": Decimal("50.0")}
    older, later = {"date": "2025-03-31", "percent": "20"}, {"date": "2025-09-30", "percent": "90"}
    course = course_with([older, later], columns)
    assert [each["date"] for each in course] == ["2025-03-31", "2025-06-30"]
    assert (course[-1]["actual"], course[-1]["percent"]) == ("3", "40")
    assert course_with(course, columns) == course
    assert course_with(course, {**columns, "evidence_date": None}) == []


@pytest.mark.django_db
def test_the_standing_of_a_year_follows_its_rows() -> None:
    office = make_office()
    target = make_judged(office, evidence_date=date(2025, 6, 30), expected=Decimal("50.0"), turn="fell")
    make_judged(office, status="met")
    Standing.objects.create(office=office, year=2025, date=date(2025, 9, 30))
    write_standing(office, 2025)
    write_standing(office, 2025)
    row = Standing.objects.get()
    assert (row.date, row.counts) == (date(2025, 6, 30), {"lagging": 1, "met": 1})
    assert (row.numbers["bad"], row.numbers["fell"], row.numbers["pace"]) == (1, 1, "50.0")
    target.change(version=1, withdrawn=True)
    write_standing(office, 2025)
    assert Standing.objects.filter(date=date(2025, 1, 1), counts={"met": 1}).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("deed", ["confirm", "refuse"])
def test_a_decision_goes_back_with_what_it_taught(client: Client, deed: str) -> None:
    office = make_office()
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    target = make_judged(office, indicator="规上工业企业数")
    match = make_match(target, make_result(office))
    client.post(reverse(f"reports:{deed}", args=[match.public_id]), {"version": 1})
    assert Alias.objects.filter(count=1).exists() is (deed == "confirm")
    assert "还剩0项" in client.get("/review/").content.decode()
    client.post(reverse("targets:undo"))
    match = Match.objects.get(pk=match.pk)
    assert (match.role, match.decision, match.decided_by, match.user) == ("candidate", "waiting", "machine", None)
    assert not Alias.objects.filter(active=True).exists()
    target.refresh_from_db()
    assert target.judged_at is None
    assert "还剩1项" in client.get("/review/").content.decode()


@pytest.mark.django_db
def test_what_is_skipped_comes_at_the_end(client: Client) -> None:
    office = make_office()
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    first, second = make_judged(office, indicator="甲项"), make_judged(office, indicator="乙项")
    for target in (first, second):
        make_match(target)
    client.post(reverse("reports:skip", args=[first.public_id]))
    page = client.get("/review/")
    assert page.context["case"].target == second
    assert page.context["left"] == 1
    client.post(reverse("reports:unskip"))
    assert client.get("/review/").context["left"] == 2
    assert client.post(reverse("reports:skip", args=[make_judged().public_id])).status_code == 404
