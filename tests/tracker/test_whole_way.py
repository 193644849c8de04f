"""Plan in, report in, checklist out: through the pages, with the tasks of the pipeline run at once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from documents.models import Document, State
from offices.models import Office
from targets.models import Target
from tests.factories import make_office, make_user

pytestmark = pytest.mark.django_db(transaction=True)
PLAN = "青蘅街道2025年工作计划\n一、全年新增规上工业企业5家以上。\n二、城镇新增就业1800人。\n三、拆除违法建设1.5万平方米。\n"
REPORT = "青蘅街道2025年工作总结\n一年来,新增规上工业企业7家。城镇新增就业1620人。\n"


@pytest.fixture
def office() -> Office:
    return make_office("青蘅街道")


@pytest.fixture
def supervisor(client: Client, office: Office) -> Client:
    client.force_login(make_user(office=office))
    return client


def upload(client: Client, office: Office, **texts: str) -> None:
    files = [SimpleUploadedFile(f"{name}.txt", text.encode()) for name, text in texts.items()]
    client.post("/documents/upload/", {"uploads": files, "origin": "annual", "office": office.pk})


def outcome() -> dict[str, tuple[str, str]]:
    return {target.figure: (target.status, target.actual_text) for target in Target.objects.order_by("start")}


def test_a_plan_and_a_report_become_a_checklist(supervisor: Client, office: Office) -> None:
    upload(supervisor, office, 计划=PLAN, 总结=REPORT)
    assert set(Document.objects.values_list("state", flat=True)) == {State.MATCHED}
    found = outcome()
    assert found["5家"][0] == "met"
    assert found["1800人"][0] == "missed"
    assert found["1.5万平方米"] == ("unreported", "")
    page = supervisor.get("/targets/").content.decode()
    assert "1620" in page
    assert "总结未提及" in page


def test_the_order_of_uploads_does_not_matter(supervisor: Client, office: Office) -> None:
    upload(supervisor, office, 总结=REPORT)
    upload(supervisor, office, 计划=PLAN)
    assert outcome()["5家"][0] == "met"


def test_a_corrected_year_is_judged_anew(supervisor: Client, office: Office) -> None:
    """A report of another year is no evidence: after the correction its figures no longer count."""
    upload(supervisor, office, 计划=PLAN, 总结=REPORT)
    report = Document.objects.get(name="总结.txt")
    supervisor.post(f"/documents/{report.public_id}/edit/", {
        "title": report.title, "kind": report.kind, "year": 2024, "cutoff": "2024-12", "origin": report.origin, "version": report.version,
    })
    report.refresh_from_db()
    assert report.state == State.MATCHED
    assert "met" not in {status for status, _ in outcome().values()}


def test_what_neither_plans_nor_reports_is_read_and_says_so(supervisor: Client, office: Office) -> None:
    upload(supervisor, office, 通知=("关于做好值班工作的通知\n请各科室按要求安排人员在岗。\n"))
    document = Document.objects.get()
    assert (document.state, document.fate) == (State.MATCHED, "已读完,没有找到可用的数字")
