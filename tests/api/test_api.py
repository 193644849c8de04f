"""The API: what a token sees, how it is said, and what it may not."""

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from documents.models import Document
from offices import tokens
from offices.models import ApiToken, AuditEntry, Office, Role
from reports.models import Match
from targets.models import Target
from tests.factories import (
    make_flag,
    make_judged,
    make_match,
    make_office,
    make_read_document,
    make_result,
    make_statement,
    make_target,
    make_user,
)
from tracker import api

pytestmark = pytest.mark.django_db
LISTS = ("offices", "targets", "results", "evidence", "flags", "documents")


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def make_token(office: Office, *scopes: str, days: int = 1) -> tuple[ApiToken, dict[str, str]]:
    """A token, and the header that signs in with it."""
    until = timezone.now() + datetime.timedelta(days=days)
    token, words = tokens.issue(office, name="大屏", scopes=list(scopes or ("read",)), expires_at=until, user=None)
    return token, {"Authorization": f"Bearer {words}"}


def ask(client: Client, address: str, header: dict[str, str], **query: Any) -> Any:
    response = client.get(f"/api/v1/{address}", query, headers=header)
    assert response.status_code == 200, response.content.decode()
    return json.loads(response.content, parse_float=pytest.fail)


def refused(response: Any, status: int) -> str:
    assert response.status_code == status
    said = response.json()
    assert list(said) == ["error"]
    assert said["error"].endswith("。")
    sentence: str = said["error"]
    return sentence


@pytest.fixture
def tree() -> dict[str, Office]:
    """A district, two streets below it; each with a target, a result, a match, a flag and two documents."""
    district = make_office("砚湖区")
    below = {name: make_office(words, parent=district) for name, words in (("street", "青蘅街道"), ("neighbour", "柳汀街道"))}
    offices = {"district": district, **below}
    for office in offices.values():
        target = make_judged(office, actual=Decimal("3.50"), percent=Decimal("100.0"), gap=Decimal("-0.05"))
        make_match(target, make_result(office))
        make_flag(target)
    return offices


# --- rights -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", LISTS)
def test_a_token_sees_its_office_and_what_is_below_it(client: Client, tree: dict[str, Office], address: str) -> None:
    """The same as a supervisor of that office sees."""
    for name, seen in (("district", 3), ("street", 1), ("neighbour", 1)):
        answer = ask(client, address, make_token(tree[name])[1])
        each = 2 if address == "documents" else 1
        assert answer["count"] == len(answer["items"]) == seen * each
        if address not in ("offices", "evidence") and name == "street":
            assert {item["office"] for item in answer["items"]} == {str(tree["street"].public_id)}


def test_what_is_not_seen_is_not_there(client: Client, tree: dict[str, Office]) -> None:
    header = make_token(tree["street"])[1]
    target = Target.objects.get(office=tree["neighbour"])
    for address in (f"targets/{target.public_id}", f"documents/{target.document.public_id}", f"documents/{target.document.public_id}/text"):
        assert "不在令牌的单位范围内" in refused(client.get(f"/api/v1/{address}", headers=header), 404)
        assert AuditEntry.objects.get(action="api.read", success=False, after__path=f"/api/v1/{address}").office == tree["street"]
    assert ask(client, "targets", header, office=tree["neighbour"].public_id)["count"] == 0


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer goal_nonsense"}, {"Authorization": "Bearer 乱"},
                                    {"Authorization": "Basic goal_"}])
@pytest.mark.parametrize("address", LISTS)
def test_nobody_gets_in_without_a_token(client: Client, header: dict[str, str], address: str) -> None:
    response = client.get(f"/api/v1/{address}", headers=header)
    assert "Authorization: Bearer" in refused(response, 401)
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_signed_in_browser_is_nobody_here(client: Client, tree: dict[str, Office]) -> None:
    client.force_login(make_user(office=tree["street"]))
    refused(client.get("/api/v1/targets"), 401)


def test_a_token_ends(client: Client, tree: dict[str, Office]) -> None:
    _, late = make_token(tree["street"], days=-1)
    refused(client.get("/api/v1/targets", headers=late), 401)
    token, header = make_token(tree["street"])
    ask(client, "targets", header)
    ApiToken.objects.filter(pk=token.pk).update(withdrawn_at=timezone.now())
    refused(client.get("/api/v1/targets", headers=header), 401)


def test_reading_and_writing_are_two_rights(client: Client, tree: dict[str, Office]) -> None:
    file = SimpleUploadedFile("a.txt", "全年新增规上工业企业5家以上。".encode())
    assert "提交文件" in refused(client.post("/api/v1/documents", {"file": file}, headers=make_token(tree["street"], "read")[1]), 403)
    assert "读取" in refused(client.get("/api/v1/targets", headers=make_token(tree["street"], "write")[1]), 403)
    assert AuditEntry.objects.filter(action="api.refusal", office=tree["street"], success=False).count() == 2


# --- what is said -----------------------------------------------------------------------------------------------------------


def test_a_figure_leads_to_its_sentence(client: Client) -> None:
    office = make_office()
    text = "一、产业\n全年新增规上工业企业5家以上,财政收入3.05亿元。"
    start = text.index("3.05亿元")
    statement = make_statement(figure="3.05亿元", start=start, value="3.05", unit="亿元", sentence=(5, len(text)))
    document = make_read_document(office, statement, text=text)
    target = make_target(document=document, figure="3.05亿元", value=Decimal("3.05"), unit="亿元", reading=statement.row())
    Target.objects.filter(pk=target.pk).update(start=start, end=start + 6, sentence_start=5, sentence_end=len(text))
    header = make_token(office)[1]
    said = ask(client, f"targets/{target.public_id}", header)
    assert said["value"] == "3.05"
    place = said["place"]
    whole = ask(client, f"documents/{place['document']}/text", header)["text"]
    assert whole[place["start"]:place["end"]] == place["figure"] == "3.05亿元"
    assert whole[place["sentence_start"]:place["sentence_end"]] == place["sentence"] == text[5:]


def test_numbers_are_strings_and_nothing_is_null(client: Client, tree: dict[str, Office]) -> None:
    said = ask(client, "targets", make_token(tree["street"])[1])["items"][0]
    assert (said["value"], said["actual"], said["percent"], said["gap"], said["behind"]) == ("5", "3.5", "100.0", "-0.05", None)
    match = ask(client, "evidence", make_token(tree["street"])[1])["items"][0]
    assert (match["score"], match["role"], match["result"]["value"]) == ("0.600", "candidate", "3")


def test_no_key_of_the_database_gets_out(client: Client, tree: dict[str, Office]) -> None:
    for address in LISTS:
        for item in ask(client, address, make_token(tree["district"])[1])["items"]:
            flat = json.dumps(item)
            assert not [name for name in ("pk", "_id\"", "digest", "lease") if name in flat], address
            assert len(item["id"]) == 36


@pytest.mark.parametrize(("address", "query", "count"), [
    ("targets", {"status": "lagging"}, 3), ("targets", {"status": "met"}, 0), ("targets", {"year": 2025}, 3),
    ("targets", {"year": 2024}, 0),
    ("targets", {"indicator": "工业"}, 3), ("targets", {"indicator": "财政"}, 0), ("targets", {"withdrawn": "true"}, 0),
    ("results", {"kind": "forecast"}, 0), ("results", {"kind": "result", "year": 2025}, 3), ("evidence", {"role": "candidate"}, 3),
    ("evidence", {"decision": "confirmed"}, 0), ("flags", {"rule": "lagging", "step": "reminder", "state": "open"}, 3),
    ("flags", {"state": "closed"}, 0), ("documents", {"kind": "plan"}, 3), ("documents", {"state": "failed"}, 0),
    ("targets", {"changed_since": "2000-01-01T00:00:00Z"}, 3), ("targets", {"changed_since": "2100-01-01T00:00:00+08:00"}, 0),
])
def test_lists_are_narrowed(client: Client, tree: dict[str, Office], address: str, query: dict[str, Any], count: int) -> None:
    assert ask(client, address, make_token(tree["district"])[1], **query)["count"] == count


def test_evidence_of_one_target(client: Client, tree: dict[str, Office]) -> None:
    target = Target.objects.get(office=tree["street"])
    said = ask(client, "evidence", make_token(tree["district"])[1], target=target.public_id)
    assert [item["target"] for item in said["items"]] == [str(target.public_id)]


@pytest.mark.parametrize(("query", "sentence"), [
    ({"year": "二〇二五"}, "参数 year 应为整数。"), ({"year": 1}, "参数 year 不能小于1990。"), ({"page": 0}, "参数 page 不能小于1。"),
    ({"page_size": 201}, "参数 page_size 不能大于200。"), ({"office": "1"}, "参数 office 应为公开编号(UUID)。"),
    ({"status": "fine"}, "参数 status 只能是 "), ({"indicator": "a\nb"}, "参数 indicator 不在允许的范围内。"),
    ({"indicator": "长" * 101}, "参数 indicator 最多100字。"), ({"changed_since": "昨天"}, "参数 changed_since 应为日期时间"),
    ({"changed_since": "2025-06-30T08:00:00"}, "参数 changed_since 要写明时区"),
    ({"changed_since": "1831-05-18T11:07:53-23:04"}, "参数 changed_since 不在允许的范围内。"),
    ({"withdrawn": "maybe"}, "参数 withdrawn 应为 true 或 false。"),
])
def test_a_wrong_parameter_is_named(client: Client, query: dict[str, Any], sentence: str) -> None:
    response = client.get("/api/v1/targets", query, headers=make_token(make_office())[1])
    assert refused(response, 422).startswith(sentence)


def test_pages_neither_skip_nor_repeat(client: Client) -> None:
    office, header = (made := make_office()), make_token(made)[1]
    document = make_read_document(office)
    for _ in range(7):
        make_target(document=document)
    pages = [ask(client, "targets", header, page=page, page_size=3) for page in (1, 2, 3, 4)]
    assert [len(page["items"]) for page in pages] == [3, 3, 1, 0]
    assert len({item["id"] for page in pages for item in page["items"]}) == 7
    assert {(page["count"], page["pages"]) for page in pages} == {(7, 3)}


@pytest.mark.parametrize("address", LISTS)
def test_a_page_costs_the_same_for_one_row_and_for_many(client: Client, django_assert_max_num_queries: Any, address: str) -> None:
    office = make_office()
    header = make_token(office)[1]
    for _ in range(6):
        target = make_target(office)
        make_match(target)
        make_flag(target)
    with django_assert_max_num_queries(14):
        ask(client, address, header)


def test_too_many_requests_are_told_to_wait(client: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.API_PER_MINUTE = 2
    monkeypatch.setattr(timezone, "now", lambda: datetime.datetime(2025, 7, 1, 8, 0, 20, tzinfo=datetime.UTC))
    office = make_office()
    one, other = make_token(office)[1], make_token(office)[1]
    ApiToken.objects.update(expires_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    for _ in range(2):
        ask(client, "offices", one)
    response = client.get("/api/v1/offices", headers=one)
    assert "每分钟最多" in refused(response, 429)
    assert response["Retry-After"] == "40"
    ask(client, "offices", other)


# --- documents --------------------------------------------------------------------------------------------------------------


def hand_in(client: Client, header: dict[str, str], data: bytes, name: str = "计划.txt", **more: Any) -> Any:
    return client.post("/api/v1/documents", {"file": SimpleUploadedFile(name, data), **more}, headers=header)


def test_a_document_is_handed_in_and_read(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    office = make_office("青蘅街道")
    header = make_token(office, "read", "write")[1]
    data = "青蘅街道2025年工作计划\n全年新增规上工业企业5家以上。\n".encode()
    with django_capture_on_commit_callbacks(execute=True):
        response = hand_in(client, header, data, origin="superior")
    assert response.status_code == 201
    said = ask(client, f"documents/{response.json()['id']}", header)
    assert (said["state"], said["targets"], said["year"], said["origin"]) == ("matched", 1, 2025, "superior")
    assert ask(client, "targets", header)["items"][0]["value"] == "5"
    entry = AuditEntry.objects.get(action="document.upload")
    assert entry.after is not None
    assert "大屏" in entry.after["token"]
    again = hand_in(client, header, data)
    assert (again.status_code, again.json()["id"]) == (200, said["id"])
    assert Document.objects.count() == 1


def test_a_document_goes_into_the_tokens_own_office(client: Client, tree: dict[str, Office]) -> None:
    response = hand_in(client, make_token(tree["district"], "write")[1], "全年新增5家。".encode(), office=tree["street"].public_id)
    assert response.json()["office"] == str(tree["district"].public_id)


@pytest.mark.parametrize(("data", "words"), [(b"", "空"), (b"MZ\x90\x00" * 10, ""), (b"PK\x05\x06" + b"\0" * 18, "")])
def test_what_a_page_refuses_the_api_refuses(client: Client, data: bytes, words: str) -> None:
    office = make_office()
    assert words in refused(hand_in(client, make_token(office, "write")[1], data, name="a.exe"), 422)
    assert not Document.objects.exists()
    assert AuditEntry.objects.filter(action="document.upload", office=office, success=False).exists()


def test_a_file_over_the_limit_is_refused(client: Client, settings: Settings) -> None:
    settings.UPLOAD_LIMIT = 1024 * 1024
    response = hand_in(client, make_token(make_office(), "write")[1], b"5" * (1024 * 1024 + 1))
    assert "超过1MB" in refused(response, 422)


def test_a_request_without_a_file_is_told(client: Client) -> None:
    header = make_token(make_office(), "write")[1]
    assert "file 必须填写" in refused(client.post("/api/v1/documents", {"origin": "annual"}, headers=header), 422)
    broken = client.post("/api/v1/documents", b"--x\r\nnonsense", content_type="multipart/form-data", headers=header)
    refused(broken, 400)


# --- the trail --------------------------------------------------------------------------------------------------------------


def test_every_call_is_on_record(client: Client, tree: dict[str, Office]) -> None:
    token, header = make_token(tree["street"])
    client.force_login(make_user(Role.LEADER, office=tree["street"]))
    ask(client, "targets", header, year=2025)
    entry = AuditEntry.objects.get(action="api.read")
    assert (entry.office, entry.user, entry.subject_id) == (tree["street"], None, token.public_id)
    assert entry.after == {"name": str(token), "path": "/api/v1/targets", "query": "year=2025", "count": 1}
    token.refresh_from_db()
    assert token.used_at is not None


def test_a_flood_of_wrong_tokens_does_not_fill_the_trail(client: Client) -> None:
    for _ in range(api.REFUSALS_NOTED + 10):
        client.get("/api/v1/targets", headers={"Authorization": "Bearer goal_wrong"})
    assert 0 < AuditEntry.objects.filter(action="api.refusal").count() <= 2 * api.REFUSALS_NOTED


def test_a_confirmed_match_says_who_decided(client: Client) -> None:
    target = make_target()
    make_match(target, role=Match.Role.EVIDENCE, decision=Match.Decision.CONFIRMED, decided_by="person", decided_at=timezone.now())
    said = ask(client, "evidence", make_token(target.office)[1], decision="confirmed")["items"][0]
    assert (said["decided_by"], said["role"]) == ("person", "evidence")
