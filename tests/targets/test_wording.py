"""Text search: two characters find what three would, on both databases, and follow what was corrected."""

import pytest
from django.test import Client

from offices.models import Role
from targets import wording
from targets.models import Target, Wording
from tests.factories import make_commitment, make_office, make_read_document, make_target, make_user

pytestmark = pytest.mark.django_db


def found(said: str) -> set[str]:
    return {row.indicator for row in wording.speaking_of(Target.objects.all(), said)}


@pytest.fixture
def office_with_two() -> None:
    document = make_read_document()
    first = make_commitment(document, text="新增停车泊位500个,其中A级3.5万平方米以上。")
    make_target(document=document, commitment=first, indicator="停车泊位")
    second = make_commitment(document, text="推进停车场改造,GDP增长6%,贷款余额20亿元")
    make_target(document=document, commitment=second, indicator="停车场")


@pytest.mark.parametrize(("said", "indicators"), [
    ("停车", {"停车泊位", "停车场"}), ("停车泊位", {"停车泊位"}), ("泊", {"停车泊位"}), ("场 改造", {"停车场"}),
    ("停车 泊位", {"停车泊位"}),
    ("元", {"停车场"}), ("gdp", {"停车场"}), ("GDP", {"停车场"}), ("A级", {"停车泊位"}), ("3.5", {"停车泊位"}), ("35", set()),
    ("6%", {"停车场"}), ("泊车", set()), ("停车 没有", set()), ("、", {"停车泊位", "停车场"}), ("' OR 1 --", set()),
    ('"停车"', {"停车泊位", "停车场"}),
])
@pytest.mark.usefixtures("office_with_two")
def test_every_word_has_to_occur(said: str, indicators: set[str]) -> None:
    assert found(said) == indicators


@pytest.mark.usefixtures("office_with_two")
def test_what_was_corrected_is_found_by_its_new_name_and_what_is_gone_not_at_all() -> None:
    target = Target.objects.get(indicator="停车泊位")
    target.indicator = "公共车位"
    target.save()
    wording.store([target])
    assert found("公共车位") == {"公共车位"}
    target.delete()
    assert found("公共") == set()
    assert not Wording.objects.filter(pk=target.pk).exists()


def test_a_correction_on_the_page_is_found_at_once(client: Client) -> None:
    office = make_office()
    target = make_target(office, indicator="旧名")
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    form = client.get(f"/targets/{target.public_id}/edit/").context["form"]
    said = {name: form[name].value() or "" for name in form.fields if name != "support"} | {"indicator": "新名称"}
    assert client.post(f"/targets/{target.public_id}/edit/", said).status_code == 302
    assert found("新名称") == {"新名称"}


def test_the_parts_of_a_split_target_are_found_and_the_whole_again_once_it_is_taken_back(client: Client) -> None:
    office = make_office()
    target = make_target(office, indicator="两类企业")
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    said = {"version": 1, "indicator": ["商贸企业", "服务企业"], "value": ["2", "3"], "unit": ["家", "家"]}
    assert client.post(f"/targets/{target.public_id}/split/", said).status_code == 302
    assert (found("商贸"), found("服务"), found("两类")) == ({"商贸企业"}, {"服务企业"}, set())
    client.post("/undo/")
    assert found("两类") == {"两类企业"}
