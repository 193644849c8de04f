"""Every form and every list of every role, filled in at random on a real server: nothing may break, whatever is sent.

`FUZZ_SECONDS` says how long, `FUZZ_SEED` chooses other fillings.
"""

import os
import random
import time
import uuid
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import lxml.html
import pytest
import requests

from tests.conftest import fresh_database, postgres_url
from tests.filling import PASSWORD
from tests.installation import Installation, Process, answers, free_port, wait_until

SECONDS = int(os.environ.get("FUZZ_SECONDS", "30"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
FILL = """
from documents.models import Document
from targets.models import Target
from tests.factories import make_flag
from tests.filling import make_office
top = make_office("青蘅街道", people=2)
make_office("柳汀街道", parent=top)
for target in Target.objects.filter(office=top)[:4]:
    make_flag(target)
for document in Document.objects.filter(office=top):
    print(f"/documents/{document.public_id}/edit/", f"/documents/{document.public_id}/reread/")
"""
ROLES = ("0", "1", "-leader", "-admin", "-auditor")
MOST_PAGES = 120
LEFT_ALONE = ("/accounts/logout/", "/static/")
NASTY = (
    "", " ", "0", "-1", "1", "2", "９９", "1e400", "NaN", "Infinity", "-0.0000001", "99999999999999999999999", "1.5", "0x10", "٣", "²",
    "on", "true", "null", "[]", "{}", "a", "长" * 5000, "a\0b", "\ud800", "\u202e<b>", "<script>alert(1)</script>", "=1+1",
    "' OR 1=1 --", "%00", "../../etc/passwd", "..", "//evil.example", "javascript:alert(1)", "2025-02-30", "0000-00-00", "9999-12-31",
    "1900-01-01", "25:99", "2025-06", "2025年6月", "\r\nX: y", str(uuid.UUID(int=0)), "00000000-0000-0000-0000-00000000000g", "-pk",
    "sort", "password", "۲۰۲۵", "2147483648", "32768", "65536", "9223372036854775808", "🙂", "e\u0301", "%", "_", "\\", "{{ 7*7 }}",
    "{0}", "%s",
)
FILES = (b"", b"\0" * 100, b"PK\x03\x04broken", b"%PDF-1.7\nbroken", "全年新增5家。".encode(), b"\xff\xfe\xff", b"PK\x05\x06" + b"\0" * 18,
         b"\x89PNG\r\n\x1a\nbroken", b"<html><p>5</p>", b"{\\rtf1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


@dataclass(slots=True)
class Form:
    """A form as a page shows it: where it goes, its fields with what stands in them, which of them are files."""

    method: str
    address: str
    fields: list[tuple[str, list[str]]]
    files: list[str]

    @property
    def kind(self) -> str:
        names = sorted(name for name, _ in self.fields) if self.method == "post" else ""
        return f"{self.method} {_masked(self.address)} {names}"


def _masked(address: str) -> str:
    """The path without the ids in it."""
    return "/".join("#" if any(each.isdigit() for each in part) else part for part in urlsplit(address).path.split("/"))


@dataclass(slots=True)
class Person:
    """A signed-in browser without scripts."""

    base: str
    username: str
    session: requests.Session = field(default_factory=requests.Session)

    def sign_in(self) -> bool:
        self.session.cookies.clear()
        page = self.session.get(f"{self.base}/accounts/login/", timeout=20)
        token = lxml.html.fromstring(page.content).xpath("//input[@name='csrfmiddlewaretoken']/@value")[0]
        said = {"username": self.username, "password": PASSWORD, "csrfmiddlewaretoken": token}
        return self.session.post(f"{self.base}/accounts/login/", said, allow_redirects=False, timeout=20).status_code == 302

    def walk(self, more: Iterable[str]) -> list[Form]:
        """The forms, one of a kind, on all pages that links lead to from the first one and from `more`."""
        waiting, seen, forms = deque(f"{self.base}{each}" for each in ("/home/", *more)), set[str](), dict[str, Form]()
        while waiting and len(seen) < MOST_PAGES:
            address = waiting.popleft()
            shape = _masked(address)
            if shape in seen:
                continue
            seen.add(shape)
            page = self.session.get(address, timeout=30)
            assert page.status_code < 500, f"{self.username} {address}"
            if not page.headers["Content-Type"].startswith("text/html") or not page.content.strip():
                continue
            tree = lxml.html.fromstring(page.content)
            for form in tree.forms:
                found = _form(form, page.url)
                if not any(part in found.address for part in LEFT_ALONE):
                    forms.setdefault(found.kind, found)
            links = (urldefrag(urljoin(page.url, link))[0] for link in tree.xpath("//a/@href | //*[@hx-get]/@hx-get"))
            waiting.extend(link for link in links if link.startswith(self.base) and not any(part in link for part in LEFT_ALONE))
        return list(forms.values())


def _form(form: "lxml.html.FormElement", page: str) -> Form:
    fields: dict[str, list[str]] = {}
    for each in form.inputs:
        if each.name and each.get("type") != "file":
            options = [option.get("value", "") for option in each.findall(".//option")]
            values = options if each.tag == "select" else [each.get("value") or ""]
            fields.setdefault(each.name, []).extend(values)
    buttons = form.xpath(".//button[@name]")
    for each in buttons:
        fields.setdefault(each.get("name"), []).append(each.get("value", ""))
    files = [each.name for each in form.inputs if each.get("type") == "file" and each.name]
    return Form(form.method.lower(), urljoin(page, form.get("action") or page), list(fields.items()), files)


def _encoded(said: str) -> str:
    """As a hostile client would send it: half a character goes out as the bytes it is."""
    return quote(said.encode("utf-8", "surrogatepass"))


def _filled(form: Form, dice: random.Random) -> list[tuple[str, str]]:
    """Mostly what a person would send, with one to three fields gone wrong; sometimes everything."""
    wild = dice.random() < 0.15
    wrong = set(dice.sample(range(len(form.fields)), k=min(len(form.fields), dice.randint(0, 3)))) if form.fields else set()
    said = []
    for place, (name, values) in enumerate(form.fields):
        if name == "csrfmiddlewaretoken":
            said.append((name, values[0]))
        elif wild or place in wrong:
            said += [(name, dice.choice(NASTY)) for _ in range(dice.choice((0, 1, 1, 1, 2)))]
        else:
            said.append((name, dice.choice(values or [""])))
    return said


def _send(person: Person, form: Form, dice: random.Random) -> tuple[requests.Response, str]:
    said = _filled(form, dice)
    body = "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in said)
    address = form.address
    if dice.random() < 0.05:
        parts = address.rstrip("/").split("/")
        parts[dice.randrange(3, max(4, len(parts))):] = [_encoded(dice.choice(NASTY)) or "x"]
        address = "/".join(parts) + "/"
    words = f"{person.username} {form.method} {address} {said!r}"[:3000]
    if form.method == "get":
        return person.session.get(f"{address.partition('?')[0]}?{body}", timeout=60), words
    headers = {"Referer": person.base}
    if form.files:
        files = [(name, ("a" + dice.choice(("", ".txt", ".docx", ".xlsx", ".zip", ".pdf", "\u202e.txt")), dice.choice(FILES)))
                 for name in form.files for _ in range(dice.choice((0, 1, 1, 2)))]
        plain = [(name, value.encode("utf-8", "surrogatepass")) for name, value in said]
        return person.session.post(address, data=plain, files=files or None, headers=headers, allow_redirects=False, timeout=60), words
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return person.session.post(address, data=body, headers=headers, allow_redirects=False, timeout=60), words


Server = tuple[Installation, Process, str, list[str]]
"""The installation, its server, its address, and pages to begin from."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """On PostgreSQL where there is one: it refuses more than SQLite."""
    if postgres_url():
        with fresh_database() as address:
            yield from _serving(Installation(tmp_path, DATABASE_URL=address, UPLOAD_LIMIT_MB="1", RATE_LIMITS="0"))
    else:
        yield from _serving(Installation(tmp_path, UPLOAD_LIMIT_MB="1", RATE_LIMITS="0"))


def _serving(site: Installation) -> Iterator[Server]:
    site.manage("migrate", "--verbosity", "0")
    more = site.script(FILL).split()
    port = free_port()
    words = ("-m", "gunicorn", "tracker.wsgi", "--workers=2", "--threads=2", f"--bind=127.0.0.1:{port}", "--no-control-socket",
             "--limit-request-line=0")
    with site.running(*words, name="server") as process:
        wait_until(lambda: answers(port), within=30, else_say=process.said)
        yield site, process, f"http://127.0.0.1:{port}", more


def test_no_form_breaks_whatever_is_sent(server: Server) -> None:
    site, process, base, more = server
    dice = random.Random(SEED)
    people = [Person(base, f"青蘅街道{role}") for role in ROLES]
    forms = []
    for person in people:
        assert person.sign_in(), person.username
        forms += [(person, form) for form in person.walk(more)]
    assert len(forms) > 40, "the walk found the forms"
    print(len(forms), "forms", *sorted({form.kind for _, form in forms}), sep="\n")
    broken, sent, until = [], 0, time.monotonic() + SECONDS
    while time.monotonic() < until:
        person, form = dice.choice(forms)
        answer, words = _send(person, form, dice)
        sent += 1
        if answer.status_code >= 500:
            broken.append(f"{answer.status_code} {words}")
        if "/accounts/login/" in (answer.headers.get("Location", "") or answer.url) and "/accounts/login/" not in form.address:
            person.sign_in()
    assert not broken, f"FUZZ_SEED={SEED}: {len(broken)} of {sent} answers\n" + "\n".join(broken[:10]) + process.said()
    assert "Internal Server Error" not in process.said(), f"FUZZ_SEED={SEED}\n{process.said()}"
    assert sent > 3 * SECONDS, "enough was sent to mean something"
    assert "没有发现问题" in site.manage("verify")
