"""目标清单 and what a person does to a target, asked as owner, colleague, office above, stranger and unit."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from offices.models import AuditEntry, Department, Office, OfficeSettings, Role, User
from targets.forms import CorrectionForm
from targets.models import Target
from targets.tables import TargetTable
from tests.factories import make_commitment, make_judged, make_office, make_read_document, make_target, make_user

pytestmark = pytest.mark.django_db
LIST = "/targets/"


@pytest.fixture
def office() -> Office:
    return make_office("云溪街道", parent=make_office("澄江县"))


@pytest.fixture
def supervisor(office: Office) -> User:
    return make_user(Role.SUPERVISOR, office=office)


@pytest.fixture
def page(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor)
    return client


def shown(client: Client, address: str = LIST) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def indicators(client: Client, query: str = "") -> list[str]:
    response = client.get(f"{LIST}?year=&{query}")
    assert response.status_code == 200
    return [row.record.indicator for row in response.context["table"].paginated_rows]


# --- the list ---------------------------------------------------------------------------------------------------------------


def test_a_row_says_what_a_person_looks_for(page: Client, office: Office) -> None:
    lead = Department.objects.create(office=office, name="经发办")
    make_judged(office, comparator="<=", value=Decimal(5), unit="起", indicator="安全事故", percent=Decimal("131.4"), lead=lead,
                actual_text="3起", expected=Decimal("50.0"), behind=Decimal("-12.5"), due=date(2025, 9, 30),
                evidence_date=date(2025, 6, 30), word="欠进度", stretch=True, has_candidates=True)
    html = shown(page)
    for words in ("欠进度", "安全事故", "5以内", "131.4%", "-12.5", "50.0", "经发办", "2025-09", "2025-06", "奋斗目标", "待核"):
        assert words in html
    assert "&lt;span" not in html
    assert 'value="100"' in html, "the bar ends at 100 though the number does not"


@pytest.mark.parametrize(("text", "unit", "shown_text"), [
    ("46个", "个", "46"), ("2.9%(预计)", "%", "2.9(预计)"), ("12期", "人次", "12期"), ("0", "户", "0"), ("-6.4%", "%", "-6.4"),
    ("建成2个", "个", "建成2个"), ("3家", "", "3家"), ("", "家", "—"),
])
def test_a_unit_stands_in_its_own_column(text: str, unit: str, shown_text: str) -> None:
    assert TargetTable([]).render_actual(Target(actual_text=text, unit=unit)) == shown_text


def test_no_data_is_a_dash_and_never_zero(page: Client, office: Office) -> None:
    make_judged(office, status="unreported")
    html = shown(page)
    assert "—" in html
    assert "0%" not in html


def test_text_from_a_document_is_no_markup(page: Client, office: Office) -> None:
    make_judged(office, indicator="<b>产值</b>")
    assert "&lt;b&gt;产值" in shown(page)


def test_every_filter_narrows(page: Client, office: Office) -> None:
    lead, other = Department.objects.create(office=office, name="经发办"), Department.objects.create(office=office, name="城管办")
    make_judged(office, indicator="甲", status="met", section="一、工业 › (一)企业", lead=lead)
    make_judged(office, indicator="乙", status="lagging", section="一、工业", year=2024)
    make_judged(office, indicator="丙", status="missed", section="二、民生", stretch=True).support.add(other)
    make_judged(office, indicator="丁", status="unreported", measure="milestone", value=None, state="建成", section="二、民生")

    def found(query: str) -> set[str]:
        return set(indicators(page, query))

    assert found("") == {"甲", "乙", "丙", "丁"}
    assert found("year=2024") == {"乙"}
    assert found("status=met&status=missed") == {"甲", "丙"}
    assert found("standing=lagging") == {"乙"}
    assert found("section=一、工业") == {"甲", "乙"}
    assert found(f"department={lead.public_id}") == {"甲"}
    assert found(f"department={other.public_id}") == {"丙"}
    assert found("department=none") == {"乙", "丙", "丁"}
    assert found("tier=stretch") == {"丙"}
    assert found("kind=milestone") == {"丁"}
    assert found("q=丙") == {"丙"}
    assert found("q=新增 规上") == {"甲", "乙", "丙", "丁"}
    assert found("q=新增 没有") == set()


def test_the_year_people_work_on_is_shown_first(page: Client, office: Office) -> None:
    make_judged(office, indicator="今年", year=2025, evidence_count=1)
    make_judged(office, indicator="明年", status="not_due", year=2026)
    assert "今年" in shown(page)
    assert "明年" not in shown(page)
    assert "明年" in shown(page, f"{LIST}?year=")


def test_counts_by_status_stand_on_top_and_ignore_only_the_status_filter(page: Client, office: Office) -> None:
    make_judged(office, status="met")
    make_judged(office, status="lagging")
    make_judged(office, status="lagging", stretch=True)

    def chips(query: str) -> dict[str, int]:
        return {chip["label"]: chip["count"] for chip in page.get(f"{LIST}?{query}").context["chips"]}

    assert chips("") == {"欠进度": 2, "已完成": 1}
    assert chips("status=met") == {"欠进度": 2, "已完成": 1}
    assert chips("tier=firm") == {"欠进度": 1, "已完成": 1}


@pytest.mark.parametrize("column", [name for name, column in TargetTable.base_columns.items() if column.orderable is not False])
def test_each_column_sorts_up_and_down(client: Client, office: Office, supervisor: User, column: str) -> None:
    client.force_login(make_user(Role.SUPERVISOR, office=office.parent))
    lead = Department.objects.create(office=office, name="经发办")
    names = ("value", "actual", "percent", "behind", "expected")
    low: dict[str, Any] = {**dict.fromkeys(names, Decimal(-9)), "unit": "个"}
    high: dict[str, Any] = {**dict.fromkeys(names, Decimal(9)), "unit": "家"}
    first = make_judged(office, indicator="甲", status="lagging", lead=lead, due=date(2025, 3, 31), section="一、工业", turn="caught_up",
                        evidence_date=date(2025, 3, 31), confirmed_by=supervisor, **low)
    second = make_judged(make_office(parent=office.parent), indicator="乙", status="met", section="二、民生", turn="fell",
                         confirmed_by=make_user(None), lead=Department.objects.create(office=office, name="财政所"),
                         due=date(2025, 9, 30), evidence_date=date(2025, 9, 30), **high)
    up = indicators(client, f"column={column}&sort={column}")
    down = indicators(client, f"column={column}&sort=-{column}")
    assert sorted(up) == sorted([first.indicator, second.indicator])
    assert up == down[::-1]


def test_equal_rows_keep_their_order_over_pages(page: Client, office: Office) -> None:
    document = make_read_document(office)
    for number in range(120):
        make_judged(document=document, indicator=f"第{number}项")
    found = [each for number in (1, 2, 3) for each in indicators(page, f"sort=unit&page={number}")]
    assert sorted(found) == sorted(f"第{number}项" for number in range(120))


def test_the_list_asks_as_often_for_200_rows_as_for_5(page: Client, office: Office) -> None:
    document = make_read_document(office)
    lead, other = Department.objects.create(office=office, name="经发办"), Department.objects.create(office=office, name="城管办")

    def fill(number: int) -> int:
        for place in range(number):
            make_judged(document=document, lead=lead if place % 2 else other, section="一、工业").support.add(lead)
        with CaptureQueriesContext(connection) as queries:
            response = page.get(f"{LIST}?per_page=200")
        assert len(response.context["table"].paginated_rows) == Target.objects.count()
        return len(queries)

    fill(1)
    few = fill(4)
    assert fill(195) == few
    assert few <= 20


def test_a_wrong_filter_is_no_error(page: Client, office: Office) -> None:
    make_judged(office)
    assert page.get(f"{LIST}?year=nonsense&status=nonsense&sort=nonsense&page=99999").status_code == 200


# --- who sees it ------------------------------------------------------------------------------------------------------------


def test_who_finds_the_target_in_the_list(client: Client, office: Office) -> None:
    lead = Department.objects.create(office=office, name="经发办")
    make_judged(office, indicator="专精特新企业", lead=lead)
    seen = {
        "colleague": make_user(Role.LEADER, office=office), "above": make_user(Role.LEADER, office=office.parent),
        "unit": make_user(Role.UNIT, office=office, department=lead),
    }
    unseen = {
        "stranger": make_user(Role.SUPERVISOR),
        "other unit": make_user(Role.UNIT, office=office, department=Department.objects.create(office=office, name="城管办")),
    }
    for users, wanted in ((seen, True), (unseen, False)):
        for who, user in users.items():
            client.force_login(user)
            assert ("专精特新企业" in shown(client)) is wanted, who
    for role in (Role.ADMIN, Role.AUDITOR):
        client.force_login(make_user(role, office=office))
        assert client.get(LIST).status_code == 403
    client.logout()
    assert client.get(LIST).status_code == 302


def test_from_a_place_in_the_text_to_the_target(page: Client, office: Office) -> None:
    target, strange = make_target(office), make_target()
    there = page.get(reverse("targets:at", args=[target.document.public_id, target.start]))
    assert there.headers["Location"] == target.get_absolute_url()
    assert page.get(reverse("targets:at", args=[strange.document.public_id, strange.start])).status_code == 404
    assert page.get(reverse("targets:at", args=[target.document.public_id, 9999])).status_code == 404


# --- corrections ------------------------------------------------------------------------------------------------------------


def form_of(target: Target, **changes: Any) -> dict[str, Any]:
    """What the browser would send back for the page as it stands, with some fields changed."""
    form = CorrectionForm(instance=Target.objects.get(pk=target.pk))
    sent = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in {**sent, **changes}.items() if value not in (None, False)}


def test_a_correction_is_stored_noted_and_left_to_be_judged(page: Client, office: Office, supervisor: User) -> None:
    target = make_judged(office)
    response = page.post(reverse("targets:edit", args=[target.public_id]), form_of(target, value="8", unit="户"))
    assert response.headers["Location"] == target.get_absolute_url()
    target.refresh_from_db()
    assert (target.value, target.unit, target.version, target.judged_at) == (Decimal(8), "户", 2, None)
    entry = AuditEntry.objects.get(action="target.correct")
    assert (entry.user, entry.office, entry.subject_id) == (supervisor, office, target.public_id)
    assert entry.before == {"value": "5", "unit": "家"}
    assert entry.after == {"value": "8", "unit": "户"}


def test_words_for_people_do_not_start_a_new_verdict(page: Client, office: Office) -> None:
    target, lead = make_judged(office), Department.objects.create(office=office, name="经发办")
    page.post(reverse("targets:edit", args=[target.public_id]), form_of(target, problems="用地未落实", lead=lead.pk, support=[lead.pk]))
    target.refresh_from_db()
    assert (target.problems, target.lead) == ("用地未落实", lead)
    assert list(target.support.all()) == [lead]
    assert target.judged_at is not None


def test_the_second_of_two_writers_is_told(page: Client, office: Office) -> None:
    target = make_judged(office)
    mine = form_of(target, value="8")
    target.change(version=1, value=Decimal(7))
    response = page.post(reverse("targets:edit", args=[target.public_id]), mine)
    assert response.status_code == 409
    assert "刚被他人改过" in response.content.decode()
    assert 'value="8"' in response.content.decode(), "what I typed is still there"
    assert "他人已改为:7<" in response.content.decode(), "and beside it what somebody else put"
    target.refresh_from_db()
    assert target.value == 7
    assert AuditEntry.objects.get(action="target.correct").success is False


@pytest.mark.parametrize("changes", [
    {"unit": "个点点"}, {"value": ""}, {"high": "3"}, {"indicator": ""}, {"year": "1800"}, {"value": "many"}, {"lead": "99999"},
])
def test_nonsense_is_refused(page: Client, office: Office, changes: dict[str, str]) -> None:
    target = make_judged(office)
    response = page.post(reverse("targets:edit", args=[target.public_id]), form_of(target, **changes))
    assert response.status_code == 200
    assert response.context["form"].errors
    target.refresh_from_db()
    assert target.version == 1


def test_a_department_of_another_office_cannot_be_named(page: Client, office: Office) -> None:
    target, strange = make_judged(office), Department.objects.create(office=make_office(), name="外单位")
    response = page.post(reverse("targets:edit", args=[target.public_id]), form_of(target, lead=strange.pk))
    assert "lead" in response.context["form"].errors


@pytest.mark.parametrize("deed", ["edit", "confirm", "withdraw"])
def test_who_may_change_a_target(client: Client, office: Office, deed: str) -> None:
    lead = Department.objects.create(office=office, name="经发办")
    target = make_judged(office, lead=lead)
    address = reverse(f"targets:{deed}", args=[target.public_id])
    refused = {
        "stranger": (make_user(Role.SUPERVISOR), 404), "above": (make_user(Role.SUPERVISOR, office=office.parent), 403),
        "leader": (make_user(Role.LEADER, office=office), 403), "unit": (make_user(Role.UNIT, office=office, department=lead), 403),
        "admin": (make_user(Role.ADMIN, office=office), 403),
    }
    for who, (user, status) in refused.items():
        client.force_login(user)
        assert client.post(address, {**form_of(target, value="9"), "version": 1}).status_code == status, who
    target.refresh_from_db()
    assert target.version == 1


def test_confirming_and_withdrawing(page: Client, office: Office, supervisor: User) -> None:
    target = make_judged(office, indicator="专精特新企业")
    page.post(reverse("targets:confirm", args=[target.public_id]), {"version": 1})
    target.refresh_from_db()
    assert (target.confirmed_by, target.version) == (supervisor, 2)
    page.post(reverse("targets:withdraw", args=[target.public_id]), {"version": 1})
    target.refresh_from_db()
    assert not target.withdrawn, "the version was an old one"
    page.post(reverse("targets:withdraw", args=[target.public_id]), {"version": 2})
    target.refresh_from_db()
    assert target.withdrawn
    assert "专精特新企业" not in shown(page)
    page.post(reverse("targets:withdraw", args=[target.public_id]), {"version": 3})
    assert list(AuditEntry.objects.filter(success=True).order_by("pk").values_list("action", flat=True)) == [
        "target.confirm", "target.withdraw", "target.restore"]
    assert page.get(reverse("targets:confirm", args=[target.public_id])).status_code == 405


def test_four_eyes(page: Client, client: Client, office: Office) -> None:
    OfficeSettings.of(office).change(version=1, four_eyes=True)
    target = make_judged(office)
    page.post(reverse("targets:edit", args=[target.public_id]), form_of(target, value="8"))
    second, third = make_user(Role.SUPERVISOR, office=office), make_user(Role.SUPERVISOR, office=office)
    page.post(reverse("targets:confirm", args=[target.public_id]), {"version": 2})
    target.refresh_from_db()
    assert target.confirmed_by is None
    client.force_login(second)
    client.post(reverse("targets:confirm", args=[target.public_id]), {"version": 2})
    target.refresh_from_db()
    assert target.confirmed_by == second
    # A figure that changes has to be confirmed anew, and by none of those who wrote it since, whoever wrote last.
    client.post(reverse("targets:edit", args=[target.public_id]), form_of(target, value="9"))
    client.force_login(third)
    target.refresh_from_db()
    assert target.confirmed_by is None
    client.post(reverse("targets:edit", args=[target.public_id]), form_of(target, remark="已核"))
    client.force_login(second)
    client.post(reverse("targets:confirm", args=[target.public_id]), {"version": 5})
    target.refresh_from_db()
    assert target.confirmed_by is None


def test_four_eyes_need_three_to_see(page: Client, office: Office) -> None:
    OfficeSettings.of(office).change(version=1, four_eyes=True)
    make_user(Role.SUPERVISOR, office=office)
    target = make_judged(office)
    page.post(reverse("targets:edit", args=[target.public_id]), form_of(target, value="8"))
    page.post(reverse("targets:confirm", args=[target.public_id]), {"version": 2})
    target.refresh_from_db()
    assert target.confirmed_by is not None


def test_lines_of_one_clause_count_as_one(page: Client, office: Office) -> None:
    document = make_read_document(office)
    both = make_commitment(document)
    make_judged(document=document, commitment=both, line=1)
    make_judged(document=document, commitment=both, line=2)
    response = page.get(LIST)
    assert (response.context["commitments"], response.context["total"]) == (1, 2)
    assert "1-②" in response.content.decode()
