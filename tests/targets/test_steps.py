"""Bulk steps and their undo, the 分工库, revisions, instructions, saved views: what a row holds before and after."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from offices.models import AuditEntry, Department, Office, OfficeSettings, Role, User
from targets import steps
from targets.models import Assignment, Instruction, Revision, SavedView, Target
from tests.factories import make_judged, make_office, make_user

pytestmark = pytest.mark.django_db


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


@pytest.fixture
def lead(office: Office) -> Department:
    return Department.objects.create(office=office, name="经发办")


def bulk(client: Client, deed: str, targets: list[Target], **more: Any) -> str:
    sent = {"deed": deed, "picks": [f"{each.public_id}.{each.version}" for each in targets], **more}
    response = client.post(reverse("targets:bulk"), sent, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def fresh(target: Target) -> Target:
    return Target.objects.get(pk=target.pk)


def undo(client: Client) -> str:
    return client.post(reverse("targets:undo"), follow=True).content.decode()


def test_a_bulk_step_goes_back_as_one(page: Client, office: Office, supervisor: User, lead: Department) -> None:
    targets = [make_judged(office, indicator=f"第{n}项") for n in range(3)]
    assert "已改动3个目标" in bulk(page, "assign", targets, lead=lead.public_id)
    assert {fresh(each).lead for each in targets} == {lead}
    step = steps.last_step(supervisor)
    assert step is not None and (step.action, step.count) == ("target.assign", 3)
    assert "已撤回3项" in undo(page)
    assert {fresh(each).lead for each in targets} == {None}
    assert steps.last_step(supervisor) is None
    assert "没有可以撤回的操作" in undo(page)
    assert AuditEntry.objects.filter(action="step.undo").count() == 1


def test_steps_go_back_one_after_the_other(page: Client, office: Office, supervisor: User, lead: Department) -> None:
    target = make_judged(office)
    bulk(page, "confirm", [target])
    bulk(page, "due", [fresh(target)], due="2025-09-30")
    assert fresh(target).due == date(2025, 9, 30)
    assert fresh(target).judged_at is None
    undo(page)
    assert (fresh(target).due, fresh(target).confirmed_by) == (None, supervisor)
    undo(page)
    assert fresh(target).confirmed_by is None


def test_what_somebody_changed_since_stays_and_is_named(page: Client, office: Office, lead: Department) -> None:
    first, second = make_judged(office, indicator="甲项"), make_judged(office, indicator="乙项")
    bulk(page, "assign", [first, second], lead=lead.public_id)
    fresh(second).change(version=2, remark="同事补充")
    html = undo(page)
    assert "已撤回1项" in html and "乙项" in html
    assert (fresh(first).lead, fresh(second).lead) == (None, lead)


def test_a_row_that_changed_before_the_click_is_left_and_named(page: Client, office: Office, lead: Department) -> None:
    seen = make_judged(office, indicator="绿道")
    fresh(seen).change(version=1, remark="同事补充")
    html = bulk(page, "assign", [seen], lead=lead.public_id)
    assert "1个目标刚被他人改过" in html and "绿道" in html
    assert fresh(seen).lead is None


def test_the_whole_list_as_narrowed(page: Client, office: Office, lead: Department) -> None:
    inside, outside = make_judged(office, status="missed"), make_judged(office, status="met")
    bulk(page, "assign", [], whole="1", lead=lead.public_id, next="/targets/?year=2025&status=missed")
    assert (fresh(inside).lead, fresh(outside).lead) == (lead, None)


def test_bulk_asks_the_rules(page: Client, client: Client, office: Office, lead: Department, supervisor: User) -> None:
    strange, below = make_judged(), make_judged(office)
    bulk(page, "confirm", [strange])
    assert fresh(strange).confirmed_by is None
    client.force_login(make_user(Role.SUPERVISOR, office=office.parent))
    bulk(client, "confirm", [below])
    assert fresh(below).confirmed_by is None, "sight goes down the tree, deeds stay at home"
    client.force_login(make_user(Role.LEADER, office=office))
    assert client.post(reverse("targets:bulk"), {"deed": "confirm"}).status_code == 403
    client.force_login(supervisor)
    assert "请先选牵头单位" in bulk(page, "assign", [below])
    foreign = Department.objects.create(office=make_office(), name="外单位")
    bulk(page, "assign", [below], lead=foreign.public_id)
    assert fresh(below).lead is None


def test_four_eyes_hold_for_many_too(page: Client, office: Office, supervisor: User) -> None:
    OfficeSettings.of(office).change(version=1, four_eyes=True)
    make_user(office=office)
    make_user(office=office)
    mine, other = make_judged(office, indicator="我改的"), make_judged(office)
    AuditEntry.objects.create(user=supervisor, action="target.correct", subject="targets.target", subject_id=mine.public_id)
    assert "按规定不能" in bulk(page, "confirm", [mine, other])
    assert (fresh(mine).confirmed_by, fresh(other).confirmed_by) == (None, supervisor)


def test_nobody_takes_back_what_another_did(page: Client, client: Client, office: Office, supervisor: User, lead: Department) -> None:
    target = make_judged(office)
    bulk(page, "assign", [target], lead=lead.public_id)
    step = steps.last_step(supervisor)
    assert step is not None
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    client.post(reverse("targets:undo"), {"step": str(step.id)})
    assert fresh(target).lead == lead
    client.post(reverse("targets:undo"), {"step": str(uuid.uuid4())})


# --- 分工库 --------------------------------------------------------------------------------------------------------------------


def test_an_assignment_is_learned_and_brings_the_next_year(page: Client, office: Office, lead: Department) -> None:
    old, new, other = make_judged(office, indicator="绿道"), make_judged(office, indicator="绿道", year=2026), make_judged(office)
    bulk(page, "assign", [old], lead=lead.public_id)
    assert Assignment.objects.get().indicator == "绿道"
    html = page.get(reverse("targets:assignments")).content.decode()
    assert "未分工2项" in html and "能分1项" in html
    page.post(reverse("targets:apply_assignments"))
    assert (fresh(new).lead, fresh(other).lead) == (lead, None)
    assert Assignment.objects.get().count == 1, "applying teaches nothing"
    undo(page)
    assert fresh(new).lead is None


def test_a_heading_answers_for_what_stands_below_it(page: Client, office: Office, lead: Department) -> None:
    support = Department.objects.create(office=office, name="城管办")
    below, beside = make_judged(office, section="二、民生 › (一)托育"), make_judged(office, section="三、平安")
    page.post(reverse("targets:add_assignment"), {"section": "二、民生", "lead": lead.pk, "support": [support.pk], "leader": "赵区长"})
    page.post(reverse("targets:apply_assignments"))
    row = fresh(below)
    assert (row.lead, row.leader, list(row.support.all())) == (lead, "赵区长", [support])
    assert fresh(beside).lead is None
    undo(page)
    assert list(fresh(below).support.all()) == []


def test_the_plan_of_last_year_is_remembered(page: Client, office: Office, lead: Department) -> None:
    make_judged(office, indicator="绿道", year=2024, lead=lead)
    new = make_judged(office, indicator="绿道")
    assert "2024年计划" in page.get(reverse("targets:assignments")).content.decode()
    page.post(reverse("targets:apply_assignments"))
    assert fresh(new).lead == lead


def test_a_rule_names_one_thing(page: Client, office: Office, lead: Department) -> None:
    for said in ({"indicator": "绿道", "section": "民生"}, {}):
        page.post(reverse("targets:add_assignment"), {**said, "lead": lead.pk})
    assert not Assignment.objects.exists()
    rule = Assignment.objects.create(office=make_office(), indicator="绿道", lead=lead)
    assert page.post(reverse("targets:drop_assignment", args=[rule.public_id])).status_code == 404


# --- 调整, 批示, views ---------------------------------------------------------------------------------------------------------


def test_a_revision_keeps_the_old_value_the_approver_and_the_reason(page: Client, office: Office) -> None:
    target = make_judged(office)
    said = {"new_value": "4", "applicant": "经发办", "reason": "用地指标核减", "approver": "赵区长", "number": "7号", "date": "2025-06-01",
            "version": "1"}
    assert page.post(reverse("targets:revise", args=[target.public_id]), said).headers["Location"] == target.get_absolute_url()
    revision = Revision.objects.get()
    assert [revision.old_value, revision.new_value, fresh(target).value, fresh(target).judged_at] == [5, 4, 4, None]
    html = page.get(target.get_absolute_url()).content.decode()
    for words in ("<del>5</del>", "赵区长批准", "用地指标核减", "调整目标值"):
        assert words in html
    assert "调整</span>" in page.get("/targets/").content.decode()
    late = page.post(reverse("targets:revise", args=[target.public_id]), {**said, "new_value": "3"})
    assert late.status_code == 409
    assert Revision.objects.count() == 1


def test_an_instruction_is_noted_and_closed(page: Client, client: Client, office: Office) -> None:
    target = make_judged(office)
    leader = make_user(Role.LEADER, office=office)
    client.force_login(leader)
    client.post(reverse("targets:instruct", args=[target.public_id]), {
        "leader": "赵区长", "date": "2025-06-01", "text": "请经发办\n一周内报方案", "due": "2025-06-08"})
    instruction = Instruction.objects.get()
    assert (instruction.made_by, instruction.due) == (leader, date(2025, 6, 8))
    close = reverse("targets:close_instruction", args=[instruction.public_id])
    assert client.post(close, {"version": 1}).status_code == 403
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    client.post(close, {"version": 1})
    instruction.refresh_from_db()
    assert instruction.done_at is not None
    assert "一周内报方案" in client.get(target.get_absolute_url()).content.decode()
    client.force_login(make_user(Role.SUPERVISOR))
    assert client.post(close, {"version": 2}).status_code == 404


def test_a_view_is_its_owners(page: Client, client: Client, office: Office) -> None:
    page.post(reverse("targets:save_view"), {"name": "周报", "query": "status=missed&column=lead"})
    page.post(reverse("targets:save_view"), {"name": "周报", "query": "status=lagging"})
    view = SavedView.objects.get()
    assert view.query == "status=lagging"
    assert "/targets/?status=lagging" in page.get("/targets/").content.decode()
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    assert "周报" not in client.get("/targets/").content.decode()
    assert client.post(reverse("targets:drop_view", args=[view.public_id])).status_code == 404


def test_the_list_as_words(page: Client, office: Office, lead: Department) -> None:
    make_judged(office, indicator="绿道", lead=lead, actual_text="3家", percent=Decimal("60.0"), behind=Decimal("-6.7"),
                evidence_date=date(2025, 8, 31))
    make_judged(office, indicator="<b>托位</b>", status="unreported")
    make_judged(indicator="别家的")
    text = page.get(reverse("targets:text")).content.decode()
    assert "经发办(1项)\n1. 绿道:目标5家以上,完成3家,完成率60.0%,差距-6.7,欠进度(截至2025年8月)" in text
    assert "未分工(1项)\n1. <b>托位</b>" in text
    assert "别家的" not in text


def test_an_instruction_on_a_notice_has_its_file_and_its_day(page: Client, client: Client, office: Office) -> None:
    leader = make_user(Role.LEADER, office=office)
    client.force_login(leader)
    said = {"notice": "督查通报2025年第3期", "leader": "赵区长", "date": "2025-06-01", "due": "2025-06-08", "text": "请各单位对照整改"}
    scan = SimpleUploadedFile("批示件.pdf", b"%PDF-1.4 scan")
    assert client.post("/instructions/", {**said, "file": scan}).status_code == 302
    instruction = Instruction.objects.get()
    assert (instruction.office, instruction.target, instruction.file_name) == (office, None, "批示件.pdf")
    html = client.get("/instructions/").content.decode()
    for words in ("督查通报2025年第3期", "请各单位对照整改", "已逾期", "批示件.pdf", "未办结1条"):
        assert words in html
    answer = client.get(reverse("targets:instruction_file", args=[instruction.public_id]))
    assert b"".join(answer) == b"%PDF-1.4 scan"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    client.force_login(make_user(Role.SUPERVISOR))
    assert client.get(reverse("targets:instruction_file", args=[instruction.public_id])).status_code == 404
    assert "请各单位对照整改" not in client.get("/instructions/").content.decode()
    client.force_login(make_user(Role.SUPERVISOR, office=office))
    assert client.post(reverse("targets:close_instruction", args=[instruction.public_id]), {"version": 1}).status_code == 302
    assert "未办结0条" in client.get("/instructions/").content.decode()


@pytest.mark.parametrize(("wrong", "sentence"), [
    ({"notice": ""}, "必填"), ({"due": "2025-05-01"}, "反馈时限不能早于批示日期"),
    ({"file": SimpleUploadedFile("a.exe", b"MZ")}, "附件只收这些类型"),
])
def test_a_wrong_instruction_gets_a_sentence(client: Client, office: Office, wrong: dict[str, Any], sentence: str) -> None:
    client.force_login(make_user(Role.LEADER, office=office))
    said = {"notice": "督查通报2025年第3期", "leader": "赵区长", "date": "2025-06-01", "text": "请整改", **wrong}
    answer = client.post("/instructions/", said)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Instruction.objects.exists()
