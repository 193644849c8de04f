"""Checks on real Redis and PostgreSQL while things go wrong: nothing is lost, nothing done twice.

The workers of these tests take small portions and rest between them, so that whatever happens does so in the middle of a run; what the
product gives minutes for is given seconds here.
"""

import contextlib
import json
import selectors
import shutil
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.conftest import LEFT_OUT, postgres_url
from tests.installation import Installation, answers, free_port, wait_until
from tests.notices.test_outgoing import OK, receiver, says

pytestmark = pytest.mark.needs("redis", "postgres")

OFFICES, EACH = 8, 12
ALL = OFFICES * EACH
FILL = f"""
from offices.models import Department, Office, OfficeSettings
from tests.factories import make_judged, make_office, make_read_document, make_commitment
from targets.models import Target
from documents.models import State
for number in range({OFFICES}):
    office = make_office(f"{{number}}号街道")
    department = Department.objects.create(office=office, name="经发办")
    OfficeSettings.of(office)
    document = make_read_document(office, state=State.MATCHED)
    for _ in range({EACH}):
        make_judged(commitment=make_commitment(document), document=document, lead=department)
OfficeSettings.objects.update(quiet_from=None, quiet_until=None, report_cycle="none")
"""
# A worker with beat, small portions and little patience. {{SHIFT}} moves its clock.
WORKER = """
import datetime, sys, time
import django
django.setup()
from django.utils import timezone
from reports import checks, judging, models, tasks
shift = datetime.timedelta(seconds=float(sys.argv[2]))
real = timezone.now
timezone.now = lambda: real() + shift
judging.CHUNK, checks.BATCH_TARGETS = 6, 24
models.Check.LEASE, tasks.PATIENCE, checks.BACK_OFF = (datetime.timedelta(seconds=each) for each in (4, 3, 1))
lock = judging._lock
def slow(offices):
    time.sleep(0.15)
    lock(offices)
judging._lock = slow
from tracker.celery import app
words = "worker --beat --pool=solo --without-mingle --without-gossip --loglevel=WARNING --schedule"
app.worker_main([*words.split(), sys.argv[1]])
"""
LOOK = """
import json
from reports.models import Check, Flag, FlagEvent
from notices.models import Delivery, Message
print(json.dumps({
    "flags": Flag.objects.count(), "again": Flag.objects.filter(times__gt=1).count(), "events": FlagEvent.objects.count(),
    "told": Flag.objects.filter(told_at__isnull=False).count(), "messages": Message.objects.count(),
    "states": sorted(Check.objects.values_list("state", flat=True)), "slots": sorted(set(Check.objects.values_list("slot", flat=True))),
    "judged": sum(Check.objects.filter(state="done").values_list("judged", flat=True)),
    "reasons": sorted(set(Check.objects.exclude(reason="").values_list("reason", flat=True))),
    "periods": sorted(set(Message.objects.values_list("period", flat=True))),
    "deliveries": sorted(Delivery.objects.values_list("receiver__name", "state", "error")),
}))
"""


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with all tables and the targets of some offices, to be copied: migrating takes longer than a test."""
    name = f"goal_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url(), autocommit=True) as connection:
        connection.execute(sql.SQL("create database {} template template0 encoding 'UTF8'").format(sql.Identifier(name)))
        try:
            site = Installation(tmp_path_factory.mktemp("migrated"), DATABASE_URL=f"{postgres_url().rpartition('/')[0]}/{name}")
            site.manage("migrate", "--verbosity", "0")
            site.script(FILL)
            yield name
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def database(migrated: str) -> Iterator[str]:
    name = f"goal_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url(), autocommit=True) as connection:
        connection.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(migrated)))
        try:
            yield f"{postgres_url().rpartition('/')[0]}/{name}"
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def site_of(folder: Path, database: str, broker: str, **environment: str) -> Installation:
    return Installation(folder, DATABASE_URL=database, REDIS_URL=broker, OUTGOING_HOSTS="127.0.0.1", OUTGOING_NETWORKS="127.0.0.0/8",
                        DJANGO_SETTINGS_MODULE="tracker.settings", **environment)


def worker(site: Installation, name: str, shift: float = 0) -> Any:
    return site.running("-c", WORKER, str(site.folder / name), str(shift), name=name)


def look(database: str) -> dict[str, int]:
    """Asked of the database itself, whatever lies between it and the installation under test."""
    asked = """select (select count(*) from reports_flag) flags, (select count(*) from reports_flag where told_at is not null) told,
                      count(*) checks, count(*) filter (where state = 'done') done, count(*) filter (where state = 'running') running
               from reports_check"""
    with psycopg.connect(database, row_factory=psycopg.rows.dict_row) as connection:
        return connection.execute(asked).fetchone() or {}


def in_the_middle(database: str) -> bool:
    """Some flags are there and some are not, and somebody is at work."""
    found = look(database)
    return 0 < found["flags"] < ALL and found["running"] > 0


def all_done(database: str, checks: int = OFFICES) -> bool:
    found = look(database)
    return bool(found["done"] == found["checks"] == checks and found["told"] == ALL)


def assert_once(site: Installation, **more: Any) -> dict[str, Any]:
    """Each target has its flag, opened once; each department its message, with all of its flags."""
    found: dict[str, Any] = json.loads(site.script(LOOK))
    wanted = {"flags": ALL, "again": 0, "events": ALL, "told": ALL, "messages": OFFICES, "judged": ALL, "states": ["done"] * OFFICES,
              **more}
    assert {name: found[name] for name in wanted} == wanted
    return found


def test_a_worker_is_killed_in_the_middle_of_a_run(tmp_path: Path, database: str, own_redis: str) -> None:
    site = site_of(tmp_path, database, own_redis)
    with worker(site, "first") as first:
        wait_until(lambda: in_the_middle(database), within=60, every=0.02, else_say=first.said)
        first.kill()
    assert look(database)["flags"] < ALL
    with worker(site, "second") as second:
        wait_until(lambda: all_done(database), within=90, else_say=second.said)
    assert_once(site)


def test_a_second_check_right_after_the_first_changes_nothing(tmp_path: Path, database: str, own_redis: str) -> None:
    site = site_of(tmp_path, database, own_redis)
    with worker(site, "one") as one:
        wait_until(lambda: all_done(database), within=90, else_say=one.said)
        site.script("from offices.models import OfficeSettings; OfficeSettings.objects.update(next_check_at='2025-01-01T00:00:00Z')")
        wait_until(lambda: all_done(database, 2 * OFFICES), within=90, else_say=one.said)
    assert_once(site, judged=2 * ALL, states=["done"] * 2 * OFFICES)


@contextlib.contextmanager
def redis_server(port: int) -> Iterator[None]:
    """An empty Redis of our own, killed at the end."""
    words = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: answers(port), within=10)
        yield
    finally:
        server.kill()
        server.wait()


def test_redis_comes_back_empty_in_the_middle_of_a_run(tmp_path: Path, database: str) -> None:
    if shutil.which("redis-server") is None:
        pytest.skip(f"{LEFT_OUT}redis, no redis-server in PATH")
    port = free_port()
    site = site_of(tmp_path, database, f"redis://127.0.0.1:{port}/0")
    with contextlib.ExitStack() as stack:
        first = redis_server(port)
        first.__enter__()
        only = stack.enter_context(worker(site, "only"))
        try:
            wait_until(lambda: in_the_middle(database), within=60, every=0.02, else_say=only.said)
        finally:
            first.__exit__(None, None, None)
        stack.enter_context(redis_server(port))
        wait_until(lambda: all_done(database), within=120, else_say=only.said)
    assert_once(site)


def test_two_beats_and_two_workers_at_once(tmp_path: Path, database: str, own_redis: str) -> None:
    site = site_of(tmp_path, database, own_redis)
    with worker(site, "one") as one, worker(site, "two") as two:
        wait_until(lambda: all_done(database), within=90, else_say=lambda: one.said() + two.said())
        time.sleep(3)
    assert_once(site, slots=["first"])


class Between:
    """A wire between an installation and its database that can be cut."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.cut = False
        self.pairs: list[socket.socket] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connected, _ = self.listening.accept()
            except OSError:
                return
            if self.cut:
                connected.close()
                continue
            far = socket.create_connection(self.target)
            self.pairs += [connected, far]
            threading.Thread(target=self._carry, args=(connected, far), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with selectors.DefaultSelector() as waiting, contextlib.suppress(OSError, ValueError), one, other:
            waiting.register(one, selectors.EVENT_READ, other)
            waiting.register(other, selectors.EVENT_READ, one)
            while True:
                for key, _ in waiting.select():
                    data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                    if not data:
                        return
                    key.data.sendall(data)

    def gone(self, seconds: float) -> None:
        """All connections break, and no new one comes through for a while."""
        self.cut = True
        for each in self.pairs:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        time.sleep(seconds)
        self.cut = False


def test_the_database_is_gone_for_twenty_seconds(tmp_path: Path, database: str, own_redis: str) -> None:
    said = psycopg.conninfo.conninfo_to_dict(database)
    between = Between((str(said.get("host", "127.0.0.1")), int(said.get("port") or 5432)))
    site = site_of(tmp_path, f"postgresql://{said['user']}@127.0.0.1:{between.port}/{said['dbname']}", own_redis)
    with worker(site, "only") as only:
        wait_until(lambda: in_the_middle(database), within=60, every=0.02, else_say=only.said)
        between.gone(20)
        assert look(database)["done"] < OFFICES
        wait_until(lambda: all_done(database), within=90, else_say=only.said)
    assert_once(site)
    between.listening.close()


@pytest.mark.parametrize(("now", "then"), [("2025-12-31T23:59:50+08:00", "2026-01-01"), ("2025-02-28T23:59:50+08:00", "2025-03-01")])
def test_midnight_at_the_end_of_year_and_month(tmp_path: Path, database: str, own_redis: str, now: str, then: str) -> None:
    """At 23:59:50 in Shanghai one check is due a minute ago by the old day, and at midnight the one of the new day and month."""
    site = site_of(tmp_path, database, own_redis)
    site.script(f"""
import datetime
from offices.models import OfficeSettings
from reports import checks
now = datetime.datetime.fromisoformat("{now}")
for place, settings in enumerate(OfficeSettings.objects.order_by("pk")):
    settings.check_time = datetime.time(23, 59) if place < {OFFICES // 2} else datetime.time(0, 0)
    settings.check_days, settings.month_day = ("monthly", 31 if place < {OFFICES // 2} else 1) if place % 2 else ("every", 1)
    settings.next_check_at = checks.next_time(settings, now - datetime.timedelta(minutes=5))
    settings.save()
""")
    moment = site.script(f"import datetime; print(datetime.datetime.fromisoformat('{now}').timestamp())")
    with worker(site, "only", shift=float(moment) - time.time()) as only:
        wait_until(lambda: all_done(database), within=90, else_say=only.said)
        time.sleep(2)
    found = assert_once(site)
    assert found["slots"] == [f"{now[:10]} 23:59", f"{then} 00:00"]
    assert set(found["periods"]) <= {now[:10], then}


def test_receivers_that_hang_fail_or_redirect_hold_up_nothing(tmp_path: Path, database: str, own_redis: str) -> None:
    site = site_of(tmp_path, database, own_redis)
    fail = "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
    redirect = "HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:{}/\r\nContent-Length: 0\r\n\r\n"
    with contextlib.ExitStack() as stack:
        inside, never = stack.enter_context(receiver(says(OK)))
        good, got = stack.enter_context(receiver(says(OK)))
        bad = {"挂起": lambda _: time.sleep(8), "出错": says(fail), "跳转": says(redirect.format(inside))}
        ports = {name: stack.enter_context(receiver(serve))[0] for name, serve in bad.items()}
        site.script(f"""
from offices.models import Office
from notices.models import Receiver
office = Office.objects.order_by("pk").first()
for name, port in {({**ports, "正常": good})!r}.items():
    Receiver.objects.create(office=office, name=name, kind="webhook", address=f"http://127.0.0.1:{{port}}/", every=True)
""")
        only = stack.enter_context(worker(site, "only"))
        wait_until(lambda: all_done(database), within=90, else_say=only.said)
        wait_until(lambda: got, within=30, else_say=only.said)
        run = stack.enter_context(site.console())
        wait_until(lambda: len([1 for _, _, error in json.loads(run(LOOK))["deliveries"] if error]) == 3, within=60, every=0.5)
        found = assert_once(site)
    states = {name: (state, error) for name, state, error in found["deliveries"]}
    assert states["正常"] == ("sent", "")
    assert "HTTP 500" in states["出错"][1]
    assert "跳转" in states["跳转"][1]
    assert {states[name][0] for name in bad} == {"waiting"}
    assert (len(got), never) == (1, [])
