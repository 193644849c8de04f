"""Search everywhere finds what the person may see, and nothing else."""

import pytest
from django.test import Client

from offices.models import Department, Role
from tests.factories import make_judged, make_office, make_result, make_user

pytestmark = pytest.mark.django_db


def found(client: Client, said: str) -> str:
    response = client.get("/search/", {"q": said})
    assert response.status_code == 200
    return response.content.decode()


def test_who_finds_what(client: Client) -> None:
    office = make_office()
    lead = Department.objects.create(office=office, name="经发办")
    target = make_judged(office, indicator="专精特新企业", lead=lead)
    make_judged(office, indicator="专精特新培育库")
    result = make_result(office, indicator="专精特新企业认定")
    own, whole, result_place = target.get_absolute_url(), "专精特新培育库", f"#s{result.start}"
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    html = found(client, "专精 新企业")
    assert own in html and result_place in html and whole not in html
    assert f"department={lead.public_id}" in found(client, "经发")
    client.force_login(make_user(Role.UNIT, office=office, department=lead))
    html = found(client, "专精特新")
    assert own in html and whole not in html and result_place not in html
    client.force_login(make_user(Role.SUPERVISOR))
    assert "没有找到" in found(client, "专精特新")
    client.force_login(make_user(Role.ADMIN, office=office))
    assert client.get("/search/?q=x").status_code == 403


def test_an_empty_question_finds_nothing_and_says_how(client: Client) -> None:
    make_judged(office := make_office())
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    assert "写几个字" in found(client, " ")
    assert "没有找到" in found(client, "、“”")
    assert "&lt;script&gt;" in found(client, "<script>")
