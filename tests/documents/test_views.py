"""文件 as owner, colleague, stranger and neighbour see it."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from documents.models import Document, State
from engine.values import Reading
from offices.models import AuditEntry, Office, Role
from tests.factories import make_document, make_office, make_user

pytestmark = pytest.mark.django_db
PLAN = "青蘅街道2025年工作计划\n一、全年新增规上工业企业5家以上。\n".encode()


@pytest.fixture
def office() -> Office:
    return make_office("青蘅街道", parent=make_office("砚湖区"))


@pytest.fixture
def supervisor(client: Client, office: Office) -> Client:
    client.force_login(make_user(office=office))
    return client


@pytest.fixture(autouse=True)
def no_tasks(settings: Settings) -> None:
    """The steps have their own tests: here a document stays where the page put it."""
    settings.PIPELINE = {}


def upload(client: Client, office: Office, *files: tuple[str, bytes]) -> str:
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    data = {"uploads": sent, "origin": "annual", "office": office.pk}
    return client.post("/documents/upload/", data, follow=True).content.decode()


def test_several_files_each_with_its_own_answer(supervisor: Client, office: Office) -> None:
    page = upload(supervisor, office, ("计划.txt", PLAN), ("空.txt", b""),
                  ("程序.bin", b"\x7fELF" + bytes(99)), ("同样的.txt", PLAN))
    assert [each.name for each in Document.objects.all()] == ["计划.txt"]
    assert "计划.txt:已上传。" in page
    assert "空.txt:文件是空的" in page
    assert "程序.bin:" in page
    assert "认不出这种文件" in page
    assert "内容完全相同的文件“计划.txt”" in page
    entries = AuditEntry.objects.filter(action="document.upload").order_by("pk")
    assert list(entries.values_list("success", flat=True)) == [True, False, False]


def test_what_goes_beyond_the_limit_is_not_even_kept_for_a_moment(supervisor: Client, office: Office, settings: Settings) -> None:
    settings.UPLOAD_LIMIT = 70_000
    page = upload(supervisor, office, ("大.txt", "一".encode() * 100_000), ("计划.txt", PLAN))
    assert "大.txt:文件超过" in page
    assert [each.name for each in Document.objects.all()] == ["计划.txt"]


def test_nobody_uploads_into_an_office_that_is_not_theirs(supervisor: Client) -> None:
    upload(supervisor, make_office("柳汀街道"), ("计划.txt", PLAN))
    assert not Document.objects.exists()


def addresses(document: Document) -> list[str]:
    base = f"/documents/{document.public_id}/"
    return [base, f"{base}download/", f"{base}edit/"]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.LEADER])
def test_a_colleague_reads(client: Client, office: Office, role: Role) -> None:
    document = make_document(office)
    client.force_login(make_user(role, office=office))
    page, download, _ = addresses(document)
    assert client.get(page).status_code == client.get(download).status_code == 200
    assert document.name in client.get("/documents/").content.decode()


def test_the_office_above_reads_but_does_not_correct(client: Client, office: Office) -> None:
    document = make_document(office)
    client.force_login(make_user(office=office.parent))
    page, download, edit = addresses(document)
    assert [client.get(each).status_code for each in (page, download, edit)] == [200, 200, 403]


@pytest.mark.parametrize("where", ["neighbour", "below"])
def test_for_a_stranger_it_does_not_exist(client: Client, office: Office, where: str) -> None:
    document = make_document(office)
    client.force_login(make_user(office=make_office(parent=office if where == "below" else office.parent)))
    assert [client.get(each).status_code for each in addresses(document)] == [404] * 3
    assert client.post(f"/documents/{document.public_id}/retry/").status_code == 404
    assert document.name not in client.get("/documents/").content.decode()


@pytest.mark.parametrize("role", [Role.UNIT, Role.ADMIN, Role.AUDITOR])
def test_roles_without_business_data_get_no_documents(client: Client, office: Office, role: Role) -> None:
    document = make_document(office)
    client.force_login(make_user(role, office=office))
    assert [client.get(each).status_code for each in (*addresses(document), "/documents/", "/documents/upload/")] == [403] * 5


def test_nobody_is_sent_to_sign_in(client: Client) -> None:
    response = client.get(addresses(make_document())[0])
    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_the_original_comes_back_under_its_own_name(supervisor: Client, office: Office) -> None:
    document = make_document(office, text="全年开工项目6个。")
    Document.objects.filter(pk=document.pk).update(name='2025年"计划";.html')
    response: Any = supervisor.get(addresses(document)[1])
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''2025%E5%B9%B4%22%E8%AE%A1%E5%88%92%22%3B.html"
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert b"".join(response.streaming_content).decode() == "全年开工项目6个。\n"
    assert AuditEntry.objects.get(action="document.download").subject_id == document.public_id


def read_document(office: Office, **fields: Any) -> Document:
    """One that was read, without any figure in it."""
    text = "计划里没有数字。"
    document = make_document(office, text=text, state=State.MATCHED, year=2024, kind="plan", title="计划", **fields)
    document.reading = Reading(doc=str(document.public_id), text=text, title="计划", year=2024, kind="plan").row()
    document.text = text
    document.save(update_fields=["reading", "text"])
    return document


def correction(document: Document, **changes: Any) -> dict[str, Any]:
    return {"title": document.title, "kind": document.kind, "year": document.year, "cutoff": "", "origin": document.origin,
            "version": document.version, **changes}


def test_a_correction_sends_the_document_back_to_be_taken_again(supervisor: Client, office: Office) -> None:
    document = read_document(office)
    supervisor.post(addresses(document)[2], correction(document, year=2025, kind="report", cutoff="2025-06"))
    document.refresh_from_db()
    assert (document.state, document.year, document.kind, document.cutoff_month) == (State.READ, 2025, "report", (2025, 6))
    assert (document.version, document.corrected) == (2, ["cutoff", "kind", "year"])
    entry = AuditEntry.objects.get(action="document.correct")
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["year"], entry.after["year"], entry.after["cutoff"]) == (2024, 2025, "2025-06-01")


def test_the_second_writer_is_told_and_changes_nothing(supervisor: Client, office: Office) -> None:
    document = read_document(office)
    late = correction(document, year=2020)
    supervisor.post(addresses(document)[2], correction(document, year=2025))
    response = supervisor.post(addresses(document)[2], late)
    assert response.status_code == 409
    assert "刚被他人改过" in response.content.decode()
    document.refresh_from_db()
    assert (document.year, document.version) == (2025, 2)
    assert AuditEntry.objects.filter(action="document.correct", success=False).count() == 1


@pytest.mark.parametrize("wrong", [{"cutoff": "2025-13"}, {"cutoff": "六月"}, {"year": 25}, {"kind": "other"}])
def test_a_correction_that_can_not_be_is_refused(supervisor: Client, office: Office, wrong: dict[str, Any]) -> None:
    document = read_document(office)
    assert supervisor.post(addresses(document)[2], correction(document, **wrong)).status_code == 200
    document.refresh_from_db()
    assert document.version == 1


def test_a_failed_document_can_be_tried_again(supervisor: Client, office: Office) -> None:
    document = make_document(office, state=State.FAILED, error="连续5次处理都没有完成。", attempts=5)
    supervisor.post(f"/documents/{document.public_id}/retry/")
    document.refresh_from_db()
    assert (document.state, document.attempts, document.error) == (State.STORED, 0, "")


def test_pages_ask_again_only_while_something_is_under_way(supervisor: Client, office: Office) -> None:
    document = make_document(office)
    page = f"/documents/{document.public_id}/"
    assert 'hx-trigger="every 2s"' in supervisor.get("/documents/?poll=1").content.decode()
    assert "HX-Refresh" not in supervisor.get(page, {"poll": 1})
    Document.objects.update(state=State.MATCHED)
    assert "hx-trigger" not in supervisor.get("/documents/?poll=1").content.decode()
    assert supervisor.get(page, {"poll": 1})["HX-Refresh"] == "true"


def test_each_column_sorts_and_the_list_costs_the_same_for_many(
    supervisor: Client, office: Office, django_assert_max_num_queries: Any,
) -> None:
    for _ in range(30):
        make_document(office, state=State.MATCHED)
    for name in ("title", "kind", "year", "cutoff", "origin", "state", "uploaded_by"):
        for sign in ("", "-"):
            assert supervisor.get("/documents/", {"sort": sign + name}).status_code == 200
    with django_assert_max_num_queries(12):
        supervisor.get("/documents/")


def test_text_of_a_document_is_never_taken_for_markup(supervisor: Client, office: Office) -> None:
    document = read_document(office)
    text = "<script>alert(1)</script>" + document.text
    Document.objects.filter(pk=document.pk).update(text=text, title="<b>计划</b>", name="<i>.txt")
    page = supervisor.get(addresses(document)[0]).content.decode() + supervisor.get("/documents/").content.decode()
    assert "<script>alert" not in page
    assert "<b>计划" not in page
    assert "<i>.txt" not in page
    assert "&lt;script&gt;alert" in page
