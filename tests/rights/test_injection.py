"""Hostile words stay words: HTML, formulas, headers, lines of the log, paths, SQL in filters and sort keys, names that turn around."""

import io
import logging
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from documents.models import Document
from offices.models import AuditEntry, Department, Office, Role, User
from tests.conftest import postgres_url
from tests.factories import make_document, make_office, make_user
from tests.installation import Installation
from tests.rights import injecting
from tests.rights.world import World, make_world
from tracker.logs import LineFormatter

pytestmark = pytest.mark.django_db
TRAPS = ("\u202egnp.exe", "x\u2066y", "a\u200bb", "\ufeffname", "line\u2028break", "bell\x07")


@pytest.fixture(autouse=True)
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.paper.pictures.as_pdf", lambda *_: b"%PDF")


def test_markup_stays_words_on_every_page() -> None:
    world = make_world(injecting.MARKUP)
    Office.objects.update(name=injecting.MARKUP[:100])
    Department.objects.filter(name="经济发展办公室").update(name=injecting.MARKUP[:100])
    User.objects.update(name=injecting.MARKUP[:50])
    Document.objects.update(title=injecting.MARKUP, error=injecting.MARKUP)
    assert list(injecting.markup(world)) == []


@pytest.mark.parametrize("formula", injecting.FORMULAS)
def test_a_formula_stays_a_text_in_every_file(formula: str) -> None:
    world = make_world(formula)
    User.objects.update(name=formula[:50])
    Department.objects.filter(name="经济发展办公室").update(name=formula)
    client = injecting.signed_in(world, "supervisor")
    client.post(reverse("targets:save_view"), {"name": formula[:40], "query": ""})
    order = {"leader": formula, "date": "2025-07-01", "text": formula}
    client.post(reverse("targets:instruct", kwargs=world.parameters["targets:instruct"]), order)
    assert AuditEntry.objects.filter(after__text=formula.strip()).exists()
    assert list(injecting.formulas(world, formula)) == []


@pytest.mark.parametrize("attack", [injecting.queries, injecting.posts])
def test_no_parameter_and_no_field_breaks_or_opens_anything(attack: Callable[[World], Iterator[str]]) -> None:
    world = make_world()
    assert list(attack(world)) == []


@pytest.mark.needs("postgres")
def test_nor_on_postgres(tmp_path: Path, own_database: str) -> None:
    assert postgres_url()
    site = Installation(tmp_path, DATABASE_URL=own_database, RATE_LIMITS="0")
    site.manage("migrate", "--verbosity", "0")
    site.script("""
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
from tests.rights import injecting
injecting.main()
""", timeout=600)


# --- names, paths, headers, lines -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [
    "../../../etc/passwd.txt", "..\\..\\windows\\win.ini.txt", "/etc/shadow.txt", "计划.txt\r\nSet-Cookie: own3d=1.txt",
    "a\"; filename=\"x.exe.txt",
    *(f"{trap}.txt" for trap in TRAPS), "x" * 400 + ".txt", "CON.txt", "....//....//x.txt",
])
def test_the_name_of_a_file_goes_nowhere(client: Client, name: str) -> None:
    office = make_office()
    client.force_login(make_user(office=office))
    upload = SimpleUploadedFile("x.txt", "全年新增规上工业企业5家以上。".encode())
    upload._name = name  # type: ignore[attr-defined]  # as a client sends it that cleans nothing
    client.post(reverse("documents:upload"), {"uploads": upload, "origin": "annual", "office": office.pk})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name.replace("\r\n", "") or "x", "全年完成技改投资3亿元以上。".encode())
    whole = SimpleUploadedFile("一.zip", packed.getvalue())
    client.post(reverse("documents:upload"), {"uploads": whole, "origin": "annual", "office": office.pk})
    media = Path(django_settings.MEDIA_ROOT).resolve()
    for document in Document.objects.filter(office=office):
        assert Path(document.file.path).resolve().is_relative_to(media / "documents" / str(office.public_id))
        assert not {unicodedata.category(each) for each in document.name} & {"Cc", "Cf", "Zl", "Zp"}
        assert "/" not in document.name and "\\" not in document.name
        response = client.get(reverse("documents:download", args=[document.public_id]))
        disposition = response["Content-Disposition"]
        assert response["Content-Type"] == "application/octet-stream"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert disposition.startswith("attachment; filename")
        assert not {"\r", "\n"} & set(disposition)
        assert "Set-Cookie" not in response.headers
    assert Document.objects.filter(office=office).exists()


def test_names_of_people_and_offices_neither_turn_around_nor_hide(client: Client) -> None:
    office = make_office("青蘅街道")
    client.force_login(make_user(Role.ADMIN, office=office))
    for number, trap in enumerate(TRAPS):
        client.post(reverse("offices:add_office"), {"name": f"村{trap}{number}"})
        said = {"username": f"person{number}", "name": f"名{trap}", "roles": ["leader"], "department": ""}
        client.post(reverse("offices:add_person"), said)
    names = [*Office.objects.values_list("name", flat=True), *User.objects.values_list("name", flat=True)]
    assert len(names) == 1 + 1 + 2 * len(TRAPS)
    assert not {unicodedata.category(letter) for name in names for letter in name} & {"Cc", "Cf", "Zl", "Zp"}


@pytest.mark.parametrize("username", ["ad\u202emin", "ad\u200bmin", "admin\n", "<b>", "a b", "админ\x00"])
def test_a_login_that_looks_like_another_is_refused(client: Client, username: str) -> None:
    client.force_login(make_user(Role.ADMIN))
    client.post(reverse("offices:add_person"), {"username": username, "name": "x", "roles": ["leader"], "department": ""})
    assert not User.objects.exclude(username__startswith="user").filter(username=username).exists()


@pytest.mark.parametrize("path", [
    "/static/../tracker/settings.py", "/static/%2e%2e/manage.py", "/static//etc/passwd", "/documents/../../etc/passwd"])
def test_no_path_leads_out(client: Client, path: str) -> None:
    assert client.get(path).status_code in (404, 400)


def test_a_name_begins_no_line_of_the_log() -> None:
    record = logging.LogRecord("x", logging.WARNING, "", 0, "the file %s", ("a\n2026-01-01 ERROR root forged\r\x1b[2J\u202e\u2028",), None)
    line = LineFormatter("%(levelname)s %(message)s").format(record)
    assert line == "WARNING the file a\\x0a2026-01-01 ERROR root forged\\x0d\\x1b[2J\\u202e\\u2028"


def test_a_zero_byte_is_refused_everywhere(client: Client) -> None:
    office = make_office()
    client.force_login(make_user(office=office))
    document = make_document(office)
    for address in (reverse("targets:list"), reverse("search"), reverse("documents:list")):
        assert client.get(address, {"q": "a\x00b"}).status_code == 400
        assert client.get(address, {"a\x00": "b"}).status_code == 400
    assert client.post(reverse("documents:edit", args=[document.public_id]), {"title": "a\x00"}).status_code == 400
    assert client.post(reverse("login"), {"username": "a\x00b", "password": "x"}).status_code in (302, 400)
