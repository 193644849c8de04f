"""总览, 目标, 核对, 预警, 定时检查 and the ledger, asked as owner, colleague, office above, stranger and unit."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from documents.models import State
from offices.models import AuditEntry, Department, Office, Role, User
from reports.models import Check, Flag, Match, Outcome, Result
from reports.outcomes import write_standing
from targets.models import Instruction, Revision, Target
from tests.factories import (
    make_commitment,
    make_flag,
    make_judged,
    make_match,
    make_office,
    make_read_document,
    make_result,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office("云溪街道", parent=make_office("澄江县"))


@pytest.fixture
def department(office: Office) -> Department:
    return Department.objects.create(office=office, name="经发办")


@pytest.fixture
def supervisor(office: Office) -> User:
    return make_user(Role.SUPERVISOR, office=office, name="王督查")


@pytest.fixture
def page(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor)
    return client


def shown(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


# --- 总览 ----------------------------------------------------------------------------------------------------------------------


def test_the_head_counts_clauses_and_its_shares_add_up(page: Client, office: Office) -> None:
    for status, number in (("met", 3), ("on_track", 2), ("lagging", 4), ("missed", 1), ("unreported", 2), ("unclear", 1), ("not_due", 2)):
        for _ in range(number):
            make_judged(office, status=status)
    overview = page.get("/").context["overview"]
    assert {head.label: head.count for head in overview.heads} == {
        "已完成": 3, "达进度": 2, "欠进度": 4, "未完成": 1, "待核实": 1, "总结未提及": 2, "未到期": 2}
    assert sum(head.share for head in overview.heads) == Decimal("100.0")
    assert (overview.total.count, overview.listed.count, overview.reached.count) == (15, 13, 5)
    assert overview.reached_share == Decimal("38.5")
    html = shown(page, "/")
    for words in ("15项", "13项", "5项", "占比38.5%"):
        assert words in html


def test_every_number_leads_to_as_many(page: Client, office: Office) -> None:
    """The link of a head counts 任务项, the links beside it count targets; withdrawn and other years stay out of both."""
    document = make_read_document(office)
    both = make_commitment(document)
    make_judged(document=document, commitment=both, status="met", line=1)
    make_judged(document=document, commitment=both, status="lagging", line=2)
    make_judged(office, status="unreported")
    make_judged(office, status="missed", stretch=True)
    make_judged(office, status="lagging", withdrawn=True)
    make_judged(office, status="lagging", year=2024)
    overview = page.get("/").context["overview"]
    for linked in (overview.total, overview.listed, overview.reached, *overview.heads):
        assert page.get(linked.address).context["commitments"] == linked.count, linked.label
    for linked in (overview.bad_more, overview.silent_more, overview.stretch):
        assert page.get(linked.address).context["total"] == linked.count, linked.label
    assert [each.target.line for each in overview.bad] == [2]
    waiting = {linked.label: linked for linked in overview.waiting}
    assert page.get(waiting["未分工"].address).context["total"] == waiting["未分工"].count


def test_the_numbers_beside_a_bar_lead_to_as_many(page: Client, office: Office) -> None:
    lead = Department.objects.create(office=office, name="经发办")
    plan = make_read_document(office)
    for status, section, who in (("met", "一、工业 › (一)企业", lead), ("lagging", "一、工业", None), ("not_due", "二、民生", lead),
                                 ("on_track", "二、民生", lead), ("missed", "", lead)):
        clause = make_commitment(plan, section=section)
        make_judged(document=plan, commitment=clause, status=status, section=section, lead=who)
    overview = page.get("/").context["overview"]
    assert [(bar.label, bar.reached, bar.due) for bar in overview.sections] == [("一、工业", 1, 2), ("二、民生", 1, 1), ("(无类别)", 0, 1)]
    assert {(bar.label, bar.reached, bar.due) for bar in overview.units} == {("未分工", 0, 1), ("经发办", 2, 3)}
    for bars, counted in ((overview.sections, "commitments"), (overview.units, "total")):
        for bar in bars:
            assert page.get(bar.reached_address).context[counted] == bar.reached, bar.label
            assert page.get(bar.due_address).context[counted] == bar.due, bar.label


def test_the_worst_are_said_in_words_with_who_answers(page: Client, office: Office) -> None:
    lead = Department.objects.create(office=office, name="经发办")
    make_judged(office, indicator="签约项目", status="missed", value=Decimal(7), unit="个", actual=Decimal(3), actual_text="3个",
                word="未完成", percent=Decimal("42.9"), lead=lead, leader="张三")
    html = shown(page, "/")
    assert "最需要关注的1项" in html
    assert "签约项目完成3个,完成年度目标(7个以上)的42.9%,未完成" in html
    assert "牵头:经发办(张三)" in html
    assert "还差4个" in html


def test_bad_news_come_worst_first(page: Client, office: Office) -> None:
    make_judged(office, indicator="落后少", behind=Decimal(-3))
    make_judged(office, indicator="突破了", status="missed", comparator="<=", unit="起")
    make_judged(office, indicator="落后多", behind=Decimal(-30))
    assert [each.target.indicator for each in page.get("/").context["overview"].bad] == ["突破了", "落后多", "落后少"]


def test_an_empty_office_is_told_what_to_do(page: Client) -> None:
    assert reverse("documents:upload") in shown(page, "/")


def test_overview_of_a_county_can_be_narrowed_to_one_office(client: Client, office: Office) -> None:
    county = make_user(Role.LEADER, office=office.parent)
    other = make_office("东街", parent=office.parent)
    make_judged(office, indicator="云溪的")
    make_judged(other, indicator="东街的", status="met")
    make_judged(other, indicator="东街的另一个")
    for each in (office, other):
        write_standing(each, 2025)
    client.force_login(county)
    html = shown(client, "/")
    assert "云溪的" in html
    assert "东街的" in html
    narrowed = shown(client, f"/?office={other.public_id}")
    assert "云溪的" not in narrowed
    assert client.get(f"/?office={other.public_id}").context["overview"].total.count == 2
    whole = client.get("/").context["overview"]
    assert (whole.total.count, whole.reached.count, whole.bad_more.count) == (3, 1, 2)
    assert [(bar.label, bar.reached, bar.due) for bar in whole.units] == [("云溪街道", 0, 1), ("东街", 1, 2)]
    for linked in (whole.total, whole.reached, *whole.heads):
        assert client.get(linked.address).context["commitments"] == linked.count, linked.label
    assert client.get("/?office=nonsense&year=nonsense").status_code == 200


def test_the_overview_asks_as_often_for_many_rows(page: Client, office: Office) -> None:
    def asked(number: int) -> int:
        for _ in range(number):
            make_judged(office)
            make_judged(office, status="unreported")
        with CaptureQueriesContext(connection) as queries:
            page.get("/")
        return len(queries)

    asked(1)
    few = asked(2)
    assert asked(15) == few


# --- 目标 ----------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def story(office: Office, department: Department) -> Target:
    """A target with everything that its page may show."""
    text = "前一句话。全年新增规上工业企业40家以上。后一句话。"
    plan = make_read_document(office, text=text, state=State.MATCHED, title="云溪街道2025年计划")
    clause = make_commitment(plan, start=5, end=21, text="全年新增规上工业企业40家以上。")
    target = make_judged(
        document=plan, commitment=clause, start=15, end=18, figure="40家", value=Decimal(40), sentence_start=5, sentence_end=21,
        lead=department, actual=Decimal(15), actual_text="15家", percent=Decimal("37.5"), expected=Decimal("50.0"), behind=Decimal("-12.5"),
        evidence_date=date(2025, 6, 30), rule_text="序时=6/12=50.0%", evidence_count=1)
    report = make_read_document(office, kind="report", month=6, text="上半年新增规上工业企业15家。稳中有进。", state=State.MATCHED,
                                title="云溪街道上半年总结")
    result = make_result(document=report, start=11, end=14, figure="15家", value=Decimal(15), sentence_start=0, sentence_end=15)
    make_match(target, result, role="evidence", decision="taken", score=0.93, why="指标一致,单位相同")
    make_match(target, make_result(document=report, indicator="规上服务业企业", figure="3家"), why="指标相近")
    make_match(target, make_result(document=report, year=2024, figure="33家", months=[1, 12]), role="base", decision="taken")
    Outcome.objects.create(target=target, notes=[{"code": "near", "text": "总结只提申报"}], why="指标一致",
                           mentions=[{"doc": str(report.public_id), "start": 15, "end": 20, "text": "稳中有进。"}],
                           previous={"status": "on_track", "percent": "40.0", "gap": None, "evidence_date": "2025-03-31"})
    make_flag(target, text="低于序时进度12.5个百分点")
    return target


def test_the_page_of_a_target_tells_the_whole_story(page: Client, story: Target) -> None:
    html = shown(page, story.get_absolute_url())
    for words in ("前一句话。", "后一句话。", "40家", "云溪街道2025年计划", "15家", "云溪街道上半年总结", "稳中有进",
                  "序时=6/12=50.0%", "匹配分 93", "指标一致,单位相同", "指标相近", "总结只提申报", "还差25家", "月均需完成",
                  "4.17家(前6个月月均2.5家)", "33家",
                  "-2.5个百分点,新增欠进度", "低于序时进度12.5个百分点", "经发办", "系统采信"):
        assert words in html, words
    match = Match.objects.get(target=story, role="evidence")
    assert f"{reverse('documents:detail', args=[match.result.document.public_id])}#s11" in html
    assert f"{reverse('documents:detail', args=[story.document.public_id])}#s15" in html


def test_who_opens_the_page_of_a_target(client: Client, office: Office, department: Department, story: Target) -> None:
    address = story.get_absolute_url()
    wanted = {
        "colleague": (make_user(Role.LEADER, office=office), 200), "above": (make_user(Role.SUPERVISOR, office=office.parent), 200),
        "unit": (make_user(Role.UNIT, office=office, department=department), 200), "stranger": (make_user(Role.SUPERVISOR), 404),
        "other unit": (make_user(Role.UNIT, office=office, department=Department.objects.create(office=office, name="城管办")), 404),
        "admin": (make_user(Role.ADMIN, office=office), 403),
    }
    for who, (user, status) in wanted.items():
        client.force_login(user)
        response = client.get(address)
        assert response.status_code == status, who
        if status == 200:
            assert "更正</a>" not in response.content.decode(), who


def test_a_unit_finds_no_way_into_whole_documents(client: Client, office: Office, department: Department, story: Target) -> None:
    client.force_login(make_user(Role.UNIT, office=office, department=department))
    html = shown(client, story.get_absolute_url())
    assert "15家" in html
    assert "/documents/" not in html
    result = Result.objects.get(figure="15家")
    assert client.get(reverse("reports:result_at", args=[result.document.public_id, 11])).status_code == 403


def test_the_page_waits_for_the_verdict_and_then_comes_anew(page: Client, story: Target) -> None:
    address = story.get_absolute_url()
    assert "正在重新研判" not in shown(page, address)
    assert page.get(f"{address}?poll=1").headers["HX-Refresh"] == "true"
    Target.objects.update(judged_at=None)
    assert "正在重新研判" in shown(page, address)
    waiting = page.get(f"{address}?poll=1")
    assert (waiting.status_code, "HX-Refresh" in waiting.headers) == (204, False)


@pytest.mark.parametrize("above", [False, True])
def test_a_target_with_everything_costs_twelve_queries(client: Client, above: bool) -> None:
    county = make_office("澄江县")
    office = make_office("云溪街道", parent=county)
    plan = make_read_document(office)
    clause = make_commitment(plan)
    target = make_judged(document=plan, commitment=clause, line=1, has_candidates=True)
    make_judged(document=plan, commitment=clause, line=2, stretch=True, firm=target)
    target.support.add(Department.objects.create(office=office, name="城管办"), Department.objects.create(office=office, name="财政所"))
    make_match(target, role="evidence", decision="taken")
    make_match(target)
    make_flag(target)
    Outcome.objects.create(target=target, notes=[{"code": "near", "text": "总结只提申报"}], course=[
        {"date": "2025-06-30", "status": "lagging", "word": "欠进度", "text": "3家", "actual": "3", "percent": "60.0", "expected": "50.0"}])
    Revision.objects.create(target=target, old_value=Decimal(8), new_value=Decimal(5), applicant="经发办", reason="政策变化",
                            approver="张县长", date="2025-03-01")
    Instruction.objects.create(office=office, target=target, leader="张县长", date="2025-07-01", text="抓紧")
    client.force_login(make_user(Role.SUPERVISOR, office=county if above else office))
    client.get(target.get_absolute_url())
    with CaptureQueriesContext(connection) as queries:
        html = shown(client, target.get_absolute_url())
    assert len(queries) <= 12, [each["sql"][:120] for each in queries]
    for words in ("城管办", "财政所", "总结只提申报", "2025-06", "政策变化", "抓紧", "1-②", "欠进度 · 提醒"):
        assert words in html


def test_history_is_told_in_words(page: Client, office: Office, story: Target) -> None:
    data = {name: getattr(story, name) or "" for name in ("indicator", "measure", "comparator", "unit", "year", "direction", "frequency")}
    page.post(reverse("targets:edit", args=[story.public_id]), {**data, "value": "44", "version": 1, "lead": story.lead_id})
    html = shown(page, story.get_absolute_url())
    assert "王督查 更正目标" in html
    assert "目标值:40 → 44" in html


def test_from_a_place_in_a_report_to_what_it_proves(page: Client, story: Target) -> None:
    document = Result.objects.get(figure="15家").document
    there = page.get(reverse("reports:result_at", args=[document.public_id, 11]))
    assert there.headers["Location"] == story.get_absolute_url()
    near = Result.objects.get(indicator="规上服务业企业")
    assert "未作为任何目标的佐证" in shown(page, reverse("reports:result_at", args=[document.public_id, near.start]))
    strange = make_result()
    assert page.get(reverse("reports:result_at", args=[strange.document.public_id, strange.start])).status_code == 404


# --- 核对 ----------------------------------------------------------------------------------------------------------------------


def test_the_queue_shows_both_sentences_and_what_has_nobody(page: Client, office: Office, story: Target) -> None:
    make_target(office)
    html = shown(page, reverse("reports:review"))
    for words in ("还剩1项", "前一句话。", "规上服务业企业", "指标相近", "未分工1项", "是它", "否定"):
        assert words in html, words


def test_the_queue_asks_as_often_for_many(page: Client, office: Office) -> None:
    def asked(number: int) -> int:
        for _ in range(number):
            make_match(make_judged(office))
        with CaptureQueriesContext(connection) as queries:
            page.get(reverse("reports:review"))
        return len(queries)

    asked(1)
    few = asked(1)
    assert asked(6) == few


@pytest.mark.parametrize(("deed", "decision"), [("confirm", "confirmed"), ("refuse", "refused")])
def test_a_decision_leaves_the_queue_and_is_noted(page: Client, supervisor: User, story: Target, deed: str, decision: str) -> None:
    match = Match.objects.get(decision="waiting")
    back = reverse("reports:review")
    response = page.post(reverse(f"reports:{deed}", args=[match.public_id]), {"version": match.version, "next": back})
    assert response.headers["Location"] == back
    match.refresh_from_db()
    assert (match.decision, match.decided_by, match.user) == (decision, "person", supervisor)
    story.refresh_from_db()
    assert story.judged_at is None
    assert "还剩0项" in shown(page, back)
    entry = AuditEntry.objects.get(action=f"match.{deed}")
    assert (entry.subject_id, entry.user) == (story.public_id, supervisor)


def test_a_decision_from_an_old_page_is_refused(page: Client, story: Target) -> None:
    match = Match.objects.get(decision="waiting")
    for sent in ({"version": 9}, {}, {"version": "x"}):
        page.post(reverse("reports:confirm", args=[match.public_id]), sent)
    match.refresh_from_db()
    assert match.decision == "waiting"


def test_nobody_is_sent_to_another_site(page: Client, story: Target) -> None:
    match = Match.objects.get(decision="waiting")
    response = page.post(reverse("reports:refuse", args=[match.public_id]), {"version": 1, "next": "https://example.org/"})
    assert response.headers["Location"] == story.get_absolute_url()


@pytest.mark.parametrize("deed", ["confirm", "refuse"])
def test_who_may_decide(client: Client, office: Office, department: Department, story: Target, deed: str) -> None:
    match = Match.objects.get(decision="waiting")
    refused = {
        "stranger": (make_user(Role.SUPERVISOR), 404), "above": (make_user(Role.SUPERVISOR, office=office.parent), 403),
        "leader": (make_user(Role.LEADER, office=office), 403), "unit": (make_user(Role.UNIT, office=office, department=department), 403),
    }
    for who, (user, status) in refused.items():
        client.force_login(user)
        assert client.post(reverse(f"reports:{deed}", args=[match.public_id]), {"version": 1}).status_code == status, who
    match.refresh_from_db()
    assert match.decision == "waiting"


def test_choosing_the_evidence_oneself(page: Client, office: Office, story: Target) -> None:
    address = reverse("reports:choose", args=[story.public_id])
    other = Result.objects.get(indicator="规上服务业企业")
    assert "规上服务业企业" in shown(page, f"{address}?q=服务业")
    assert "规上服务业企业" not in shown(page, f"{address}?q=绿道")
    assert page.post(address, {}).headers["Location"] == address
    assert page.post(address, {"result": str(make_result().public_id)}).status_code == 404
    page.post(address, {"result": str(other.public_id)})
    assert Match.objects.get(decision="confirmed").result == other


def test_who_may_choose(client: Client, office: Office, department: Department, story: Target) -> None:
    address = reverse("reports:choose", args=[story.public_id])
    refused = {
        "stranger": (make_user(Role.SUPERVISOR), 404), "above": (make_user(Role.SUPERVISOR, office=office.parent), 403),
        "leader": (make_user(Role.LEADER, office=office), 403), "unit": (make_user(Role.UNIT, office=office, department=department), 403),
    }
    for who, (user, status) in refused.items():
        client.force_login(user)
        for ask in (client.get, client.post):
            assert ask(address).status_code == status, who


# --- 预警 ----------------------------------------------------------------------------------------------------------------------


def test_flags_by_state_rule_and_step(page: Client, office: Office) -> None:
    make_flag(make_target(office), text="税收欠进度")
    make_flag(office=office, text="二季度未报", step=Flag.Step.LEADER)
    make_flag(make_target(office), text="已经好了", state=Flag.State.CLOSED)
    make_flag(make_target(), text="别家的")

    def found(query: str) -> list[str]:
        return [flag.text for flag in page.get(f"/flags/?{query}").context["page"]]

    assert found("") == ["二季度未报", "税收欠进度"]
    assert found("state=closed") == ["已经好了"]
    assert set(found("state=")) == {"二季度未报", "税收欠进度", "已经好了"}
    assert found("state=&rule=report_overdue") == ["二季度未报"]
    assert found("state=&step=leader") == ["二季度未报"]


def test_a_unit_answers_for_its_own(client: Client, office: Office, department: Department) -> None:
    mine, other = make_flag(make_target(office, lead=department)), make_flag(make_target(office))
    unit = make_user(Role.UNIT, office=office, department=department)
    client.force_login(unit)
    assert [flag.pk for flag in client.get("/flags/").context["page"]] == [mine.pk]
    client.post(reverse("reports:flag_seen", args=[mine.public_id]), {"version": 1})
    mine.refresh_from_db()
    assert (mine.state, mine.version) == ("seen", 2)
    client.post(reverse("reports:flag_answer", args=[mine.public_id]), {"version": 2, "answer": "本月底前开工"})
    mine.refresh_from_db()
    assert (mine.state, mine.answer, mine.answered_by) == ("answered", "本月底前开工", unit)
    assert client.post(reverse("reports:flag_answer", args=[other.public_id]), {"version": 1, "answer": "x"}).status_code == 404
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == ["flag.seen", "flag.answer", "refusal"]


def test_who_may_answer(client: Client, office: Office) -> None:
    flag = make_flag(make_target(office))
    address = reverse("reports:flag_answer", args=[flag.public_id])
    refused = {"stranger": (make_user(Role.SUPERVISOR), 404), "leader": (make_user(Role.LEADER, office=office), 403),
               "above": (make_user(Role.SUPERVISOR, office=office.parent), 403)}
    for who, (user, status) in refused.items():
        client.force_login(user)
        assert client.post(address, {"version": 1, "answer": "x"}).status_code == status, who


def test_an_empty_or_late_answer_changes_nothing(page: Client, office: Office) -> None:
    flag = make_flag(make_target(office))
    address = reverse("reports:flag_answer", args=[flag.public_id])
    page.post(address, {"version": 1, "answer": " "})
    page.post(address, {"version": 7, "answer": "迟到的"})
    flag.refresh_from_db()
    assert (flag.state, flag.answer) == ("open", "")
    Flag.objects.update(state="closed")
    assert page.post(address, {"version": 1, "answer": "x"}).status_code == 404


# --- 定时检查 -------------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_run_now(page: Client, office: Office) -> None:
    make_judged(office)
    html = shown(page, "/checks/")
    assert "06:30" in html
    assert page.post(reverse("reports:run_check"), {"office": str(office.public_id)}).status_code == 302
    assert Check.objects.get().state == "done"
    assert "已完成" in shown(page, "/checks/?poll=1")
    assert AuditEntry.objects.get(action="check.run").office == office


def test_who_may_run_a_check(client: Client, office: Office) -> None:
    address, sent = reverse("reports:run_check"), {"office": str(office.public_id)}
    for user in (make_user(Role.SUPERVISOR), make_user(Role.LEADER, office=office), make_user(Role.UNIT, office=office),
                 make_user(Role.SUPERVISOR, office=office.parent)):
        client.force_login(user)
        assert client.post(address, sent).status_code == 403
    assert not Check.objects.exists()
    client.force_login(make_user(Role.ADMIN, office=office))
    assert client.post(address, sent).status_code == 302
    assert client.get("/checks/").status_code == 200
    client.force_login(make_user(Role.UNIT, office=office))
    assert client.get("/checks/").status_code == 403


# --- the ledger -------------------------------------------------------------------------------------------------------------


def sheets(response: Any) -> str:
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)


def test_the_ledger_holds_what_the_list_shows(page: Client, office: Office, story: Target) -> None:
    make_judged(office, indicator="绿道", status="met", evidence_count=1)
    make_judged(indicator="别家的")
    whole = page.get(reverse("reports:ledger"))
    assert whole.status_code == 200
    assert ".xlsx" in whole.headers["Content-Disposition"]
    text = sheets(whole)
    assert "规上工业企业" in text
    assert "绿道" in text
    assert "别家的" not in text
    narrowed = sheets(page.get(f"{reverse('reports:ledger')}?year=2025&status=met"))
    assert "绿道" in narrowed
    assert "40家" not in narrowed
    assert "研判:已完成" in narrowed
    entry = AuditEntry.objects.filter(action="ledger.export").latest("pk")
    assert (entry.office, entry.after) == (office, {"targets": 1, "scope": "研判:已完成", "file": "xlsx", "form": "meeting"})


def test_who_downloads_what(client: Client, office: Office, department: Department, story: Target) -> None:
    make_judged(office, indicator="绿道")
    client.force_login(make_user(Role.UNIT, office=office, department=department))
    text = sheets(client.get(reverse("reports:ledger")))
    assert "规上工业企业" in text
    assert "绿道" not in text
    client.force_login(make_user(Role.AUDITOR, office=office))
    assert client.get(reverse("reports:ledger")).status_code == 403
