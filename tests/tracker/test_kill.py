"""Real processes killed in the middle of an upload, an import and a bulk decision: afterwards each step is wholly there or wholly not.

The web process, the worker and PostgreSQL's server with all its processes die by `kill -9`. How long a step takes is measured first, so
that the kill comes while it works. The server is the test's own; without its programs PostgreSQL only drops every connection.
"""

import contextlib
import datetime
import io
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import requests
from openpyxl import load_workbook

from tests.browsing import Browser
from tests.cluster import Cluster, own_cluster, programs
from tests.conftest import fresh_database, redis_url
from tests.filling import plan_of
from tests.installation import Installation, Process, answers, free_port, wait_until

LINES = 120
OFFICE = "青蘅街道"
FILL = f"from tests.filling import make_office; make_office({OFFICE!r}, lines={LINES})"
# Asked of the database itself, many times while a test waits.
LOOK = {
    "due": "select coalesce(cast(t.due as varchar), ''), count(*) from targets_target t join documents_document d on d.id = t.document_id "
           "where d.name = '计划.txt' group by 1",
    "remark": "select t.remark, count(*) from targets_target t join documents_document d on d.id = t.document_id "
              "where d.name = '计划.txt' group by 1",
    "noted_due": "select count(*) from offices_auditentry where action = 'target.due' and success",
    "noted_import": "select count(*) from offices_auditentry where action = 'ledger.import' and success",
    "imports": "select count(*) from reports_return where step is not null",
    "documents": "select count(*) from documents_document where name not in ('计划.txt', '总结.txt')",
    "noted_uploads": "select count(*) from offices_auditentry where action = 'document.upload' and success and user_id is not null",
    "under_way": "select count(*) from documents_document where state in ('stored', 'read', 'taken')",
    "stale": "select count(*) from targets_target where judged_at is null and not withdrawn",
    "promised": "select sum(target_count) from documents_document",
    "targets": "select count(*) from targets_target",
}
# What the clock would do in the minutes that a test has not got.
LET_TIME_PASS = """
import datetime
from django.utils import timezone
from documents import leftovers
from documents.models import Document
Document.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now())
leftovers.set_aside(timezone.now() + 2 * leftovers.AFTER)
"""


@dataclass(slots=True)
class Site:
    """An installation with its web process and, where there is Redis, a worker; either can be killed and started again."""

    installation: Installation
    database: str = ""
    worker_of_its_own: bool = False
    cluster: Cluster | None = None
    port: int = field(default_factory=free_port)
    running: dict[str, Process] = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)

    def start(self, *names: str) -> None:
        for name in names:
            self.running[name] = self.stack.enter_context(self.installation.running(*self._words(name), name=name))
        wait_until(lambda: answers(self.port), within=60, else_say=self.running["web"].said)

    def _words(self, name: str) -> tuple[str, ...]:
        if name == "worker":
            return ("-m", "celery", "-A", "tracker", "worker", "--beat", "--concurrency=1", "--without-mingle", "--without-gossip",
                    "--loglevel=WARNING", "--schedule", str(self.installation.folder / "schedule"))
        if not self.worker_of_its_own:
            return ("-c", f"from tracker.serving import serve; serve({self.port})")
        return ("-m", "gunicorn", "tracker.wsgi", "--workers=2", "--threads=2", f"--bind=127.0.0.1:{self.port}", "--no-control-socket")

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self, victim: str) -> None:
        if victim == "server":
            assert self.cluster
            self.cluster.kill()
            self.cluster.start()
            return
        if victim == "connections":
            with psycopg.connect(self.database, autocommit=True) as connection:
                connection.execute("select pg_terminate_backend(pid) from pg_stat_activity "
                                   "where datname = current_database() and pid <> pg_backend_pid()")
            return
        self.running[victim].kill()

    def look(self) -> dict[str, Any]:
        """What the database says now; a list of pairs where it groups, else a number."""
        path = self.installation.folder / "db.sqlite3"
        with closing(psycopg.connect(self.database) if self.database else sqlite3.connect(path)) as connection:
            answers = {name: connection.execute(asked).fetchall() for name, asked in LOOK.items()}
        return {name: dict(rows) if name in ("due", "remark") else rows[0][0] for name, rows in answers.items()}

    def browser(self) -> Browser:
        browser = Browser(self.base, f"{OFFICE}0")
        wait_until(browser.sign_in, within=30, else_say=self.running["web"].said)
        return browser

    def quiet(self) -> bool:
        seen = self.look()
        return not seen["under_way"] and not seen["stale"]


@pytest.fixture(scope="module", params=["embedded", pytest.param("grown", marks=pytest.mark.needs("postgres", "redis"))])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One process on SQLite; gunicorn, PostgreSQL, Redis and a worker."""
    folder = tmp_path_factory.mktemp(request.param)
    settings = {"RATE_LIMITS": "0"}
    with ExitStack() as stack:
        if request.param == "embedded":
            made = Site(Installation(folder, EMBEDDED_WORKER="1", **settings))
        else:
            cluster = stack.enter_context(own_cluster()) if programs() else None
            address = cluster.address if cluster else stack.enter_context(fresh_database())
            made = Site(Installation(folder, DATABASE_URL=address, **settings), address, worker_of_its_own=True, cluster=cluster)
        made.installation.manage("migrate", "--verbosity", "0")
        environment = made.installation.environment
        # Filled with tasks run at once; served with the tasks put off.
        held = environment.pop("EMBEDDED_WORKER", "")
        made.installation.script(FILL)
        environment.update({"EMBEDDED_WORKER": held} if held else {"REDIS_URL": stack.enter_context(own_number())})
        made.stack = stack
        made.start("web", *(("worker",) if made.worker_of_its_own else ()))
        yield made


@contextlib.contextmanager
def own_number() -> Iterator[str]:
    """An empty Redis database that nobody else uses."""
    import redis  # noqa: PLC0415 (only where there is one)

    for number in range(15, 0, -1):
        with redis.Redis.from_url(redis_url(), db=number) as client:
            if client.dbsize() == 0 and client.set("taken-by-a-test", "1", nx=True, ex=900):
                try:
                    yield f"{redis_url()}/{number}"
                finally:
                    client.flushdb()
                return
    pytest.skip("all databases of Redis are in use")


# --- the steps --------------------------------------------------------------------------------------------------------------

Send = Callable[[], requests.Response]
_days = iter(datetime.date(2025, 7, 1) + datetime.timedelta(days=n) for n in range(1000))


def bulk(browser: Browser) -> Send:
    """Every target of the office gets a deadline that none has."""
    day = next(_days).isoformat()
    return lambda: browser.post("/targets/bulk/", {"deed": "due", "due": day, "whole": "1", "next": "/targets/?year=2025"})


def ledger(browser: Browser) -> Send:
    """An exported ledger comes back with a new remark in every row, looked at; what is sent is the click that takes it."""
    sheet = browser.get("/ledger/", form="working", year=2025)
    assert sheet.ok, sheet.status_code
    book, word = load_workbook(io.BytesIO(sheet.content)), f"第{next(_days):%m%d}次"
    for page in book.worksheets:
        heads = {str(cell.value): cell.column for row in page.iter_rows(max_row=8) for cell in row if cell.value in ("备注", "行标识")}
        if len(heads) == 2:
            for row in page.iter_rows():
                if ":" in str(row[heads["行标识"] - 1].value):
                    row[heads["备注"] - 1].value = word
    out = io.BytesIO()
    book.save(out)
    looked = browser.post("/ledger/returns/", files={"sheet": ("台账.xlsx", out.getvalue())})
    address = urlsplit(looked.headers["Location"]).path
    assert len(address) > len("/ledger/returns/"), looked.text[:500]
    return lambda: browser.post(f"{address}take/")


def upload(browser: Browser) -> Send:
    """Five files in one form; each of them is a step of its own."""
    day = next(_days)
    files = [("uploads", (f"{n}.txt", f"{plan_of(f'{OFFICE}{day:%m%d}{n}', 20)}".encode())) for n in range(5)]
    page = browser.get("/documents/upload/").text
    office = page.partition('name="office"')[2].partition('value="')[2].partition('"')[0]
    return lambda: browser.post("/documents/upload/", {"office": office, "origin": "annual"}, files=files)


def whole_due(before: dict[str, Any], after: dict[str, Any]) -> bool:
    assert after["noted_due"] - before["noted_due"] in (0, LINES), "all are noted or none"
    if after["noted_due"] == before["noted_due"]:
        assert after["due"] == before["due"]
        return False
    assert list(after["due"].values()) == [LINES]
    return True


def whole_import(before: dict[str, Any], after: dict[str, Any]) -> bool:
    noted = after["noted_import"] - before["noted_import"]
    assert noted in (0, LINES), "all are noted or none"
    assert after["imports"] - before["imports"] == noted // LINES, "the sheet says that it was taken, or not"
    if not noted:
        assert after["remark"] == before["remark"]
        return False
    assert list(after["remark"].values()) == [LINES]
    return True


def whole_upload(before: dict[str, Any], after: dict[str, Any]) -> bool:
    assert after["documents"] - before["documents"] == after["noted_uploads"] - before["noted_uploads"], "each document is noted once"
    return bool(after["documents"] - before["documents"] == 5)


STEPS = {"bulk": (bulk, whole_due), "import": (ledger, whole_import), "upload": (upload, whole_upload)}


# --- the kills --------------------------------------------------------------------------------------------------------------


def do(site: Site, step: str) -> float:
    """The step without a kill: it is wholly there. Returns how long the click took."""
    make, whole = STEPS[step]
    send, before, begun = make(site.browser()), site.look(), time.monotonic()
    answer, spent = send(), time.monotonic() - begun
    assert answer.status_code in (200, 302), answer.text[:500]
    assert whole(before, site.look()), "without a kill it is there"
    return spent


def kill_during(site: Site, step: str, victim: str, *, after: float) -> bool:
    """Send the click, kill so many seconds later, start again what died, and look at what is there. Whether the click was cut off."""
    make, whole = STEPS[step]
    send, before = make(site.browser()), site.look()
    done: list[int] = []

    def click() -> None:
        with contextlib.suppress(requests.RequestException):
            done.append(send().status_code)

    clicking = threading.Thread(target=click)
    clicking.start()
    time.sleep(after)
    site.kill(victim)
    clicking.join(timeout=120)
    if victim in site.running:
        site.start(victim)
    cut_off = not done or done[0] >= 500
    found = whole(before, site.look())
    assert found or cut_off or step == "upload", "what was answered is there"
    site.installation.script(LET_TIME_PASS)
    wait_until(site.quiet, within=300, every=0.5, else_say=lambda: f"{site.look()} {site.running['web'].said()}")
    seen = site.look()
    assert seen["targets"] == seen["promised"], "each promise is one row"
    assert "没有发现问题" in site.installation.manage("verify")
    return cut_off


@pytest.mark.parametrize("step", STEPS)
def test_whatever_is_killed_a_step_is_whole_or_not_there(site: Site, step: str) -> None:
    spent = do(site, step)
    wait_until(site.quiet, within=300, every=0.5)
    victims = ("web", "worker", "server" if site.cluster else "connections") if site.worker_of_its_own else ("web",)
    for victim in victims:
        if victim == "worker":
            # It begins when the click is through.
            kill_during(site, step, victim, after=spent + 0.3)
        else:
            assert any(kill_during(site, step, victim, after=spent * share) for share in (0.6, 0.4, 0.2, 0.1)), "killed in the middle"
