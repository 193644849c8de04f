"""审计: found by what was done, by whom, when and in which words; taken away as a sheet; every deed has a name that people understand."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, models
from django.test import Client
from openpyxl import load_workbook

from offices import audit, chain, guard
from offices.models import AuditEntry, Office, Role, User
from offices.tables import ACTIONS, WORDS
from tests.factories import make_office, make_user
from tests.installation import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office("青蘅街道")


@pytest.fixture
def auditor(client: Client, office: Office) -> Client:
    client.force_login(make_user(Role.AUDITOR, office=office, name="叶澄"))
    return client


def found(client: Client, **query: str) -> list[str]:
    """The notes of the entries that a search leaves."""
    rows = client.get("/audit/", query).context["table"].paginated_rows
    return [row.record.after["n"] for row in rows if row.record.after and "n" in row.record.after]


@pytest.fixture
def entries(office: Office) -> User:
    """Three entries of two days, two people, two places."""
    first, second = make_user(office=office, name="方知远"), make_user(office=office, name="沈若川")
    made = [
        audit.record("document.upload", office=office, user=first, after={"n": "甲", "name": "年度计划.docx"}),
        audit.record("target.correct", office=office, user=second, before={"indicator": "总产值"},
                     after={"n": "乙", "indicator": "产值100%"}),
        audit.record("signin", office=office, user=second, success=False, after={"n": "丙", "username": "it's_%"}),
    ]
    guard.lift(connection)
    for entry, day, address in zip(made, (1, 2, 2), ("10.0.0.1", "10.0.1.7", "2001:db8::7"), strict=True):
        models.QuerySet(AuditEntry).filter(pk=entry.pk).update(at=datetime(2026, 3, day, 3, tzinfo=UTC), address=address)
    guard.set_up(connection)
    return first


@pytest.mark.usefixtures("entries")
@pytest.mark.parametrize(("query", "left"), [
    ({}, ["丙", "乙", "甲"]), ({"sort": "at"}, ["甲", "乙", "丙"]), ({"action": "target.correct"}, ["乙"]), ({"who": "方知"}, ["甲"]),
    ({"success": "0"}, ["丙"]), ({"since": "2026-03-02"}, ["丙", "乙"]), ({"until": "2026-03-01"}, ["甲"]),
    ({"since": "2026-03-02", "until": "2026-03-02", "success": "1"}, ["乙"]), ({"address": "10.0."}, ["乙", "甲"]),
    ({"address": "2001:db8"}, ["丙"]), ({"q": "年度计划"}, ["甲"]), ({"q": "总产值"}, ["乙"]), ({"q": "产值 100%"}, ["乙"]),
    ({"q": "%"}, ["丙", "乙"]), ({"q": "_"}, ["丙"]), ({"q": "没有的字"}, []), ({"since": "nonsense"}, []),
])
def test_entries_are_found(auditor: Client, query: dict[str, str], left: list[str]) -> None:
    shown = found(auditor, **query)
    assert shown == left or (query.get("since") == "nonsense" and shown == ["丙", "乙", "甲"])


def test_pages_of_fifty(auditor: Client, office: Office) -> None:
    for number in range(120):
        audit.record("target.confirm", office=office, after={"n": str(number)})
    assert [len(found(auditor, page=str(page))) for page in (1, 2, 3)] == [50, 50, 20]
    assert len(found(auditor, page="1", per_page="1000")) == 50


@pytest.mark.usefixtures("entries")
def test_what_is_taken_away_is_what_was_found_and_is_noted(auditor: Client, office: Office) -> None:
    chain.seal(office.pk)
    data = auditor.get("/audit/export/", {"success": "1"}).getvalue()
    rows = list(load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))
    assert rows[0][:3] == ("序号", "时间", "单位")
    assert [(row[1], row[2], row[3], row[6], row[8]) for row in rows[1:]] == [
        ("2026-03-02 11:00:00", "青蘅街道", "沈若川", "更正目标", "成功"),
        ("2026-03-01 11:00:00", "青蘅街道", "方知远", "上传文件", "成功")]
    assert {len(row[14]) for row in rows[1:]} == {64}, "the digest, to be compared later"
    noted = AuditEntry.objects.get(action="trail.export")
    assert noted.after == {"count": 2, "file": "xlsx", "filter": {"结果": "1"}}
    sheet = auditor.get("/audit/export/", {"file": "csv", "action": "document.upload"})
    text = sheet.getvalue().decode("utf-8-sig")
    assert [line[6] for line in csv.reader(io.StringIO(text))] == ["操作", "上传文件"]


def test_an_auditor_of_a_street_takes_nothing_of_others(auditor: Client, office: Office) -> None:
    audit.record("document.upload", office=make_office("外单位"), after={"name": "外单位计划.docx"})
    audit.record("document.upload", office=make_office("砚湖区"), after={"name": "别处计划.docx"})
    audit.record("signin", success=False, after={"username": "nobody"})
    text = auditor.get("/audit/export/", {"file": "csv"}).getvalue().decode("utf-8-sig")
    assert "外单位" not in text and "别处" not in text and "nobody" not in text
    assert office.name


def test_who_audits_the_whole_tree_sees_what_belongs_to_nobody(client: Client) -> None:
    Client().post("/accounts/login/", {"username": "nobody-at-all", "password": "x"})
    top = make_office("砚湖区")
    client.force_login(make_user(Role.AUDITOR, office=top))
    assert "nobody-at-all" in client.get("/audit/").content.decode()


def test_every_deed_has_a_name() -> None:
    """Every action that the code writes stands in the list of the trail's filter."""
    written = set()
    for app in ("offices", "documents", "targets", "reports", "notices", "tracker"):
        for path in (ROOT / app).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            written |= set(re.findall(r'audit\.record\(\s*"([a-z_.]+)"', text))
            written |= set(re.findall(r'^(?:UNDO|ACTION) = "([a-z_.]+)"', text, re.MULTILINE))
            written |= set(re.findall(r'(?:_change|change|_again|_note)\([^"\n]*"([a-z]+\.[a-z_]+)"', text))
    assert len(written) > 40
    assert not written - set(ACTIONS), "offices/tables.py lacks these"


def test_what_is_noted_is_told_in_words(auditor: Client, office: Office) -> None:
    user = make_user(office=office, name="方知远")
    audit.record("people.change", office=office, subject=user, before={"roles": ["督查员"], "is_active": True},
                 after={"roles": ["督查员", "领导"], "is_active": False})
    page = auditor.get("/audit/").content.decode()
    assert "角色: 督查员 → 督查员、领导" in page
    assert ": 是 → 否" in page
    assert WORDS["roles"] == "角色"


def test_the_longest_a_trail_is_kept_is_a_setting_with_a_floor() -> None:
    said = (ROOT / "tracker" / "settings.py").read_text(encoding="utf-8")
    assert 'environment.number("TRAIL_DAYS", 400, least=184)' in said
    assert timedelta(days=guard.SHORTEST_DAYS) == timedelta(days=184)
