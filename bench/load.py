"""`python -m bench load`: fifty supervisors at once for three minutes, on gunicorn, PostgreSQL and Redis, all on this machine.

They sign in, read lists, targets and 总览, search, and correct targets of their office, five of them in each, so that colleagues meet on
the same rows. Shown are p95 and errors by page, whether every correction that was acknowledged is there (and none was written over unseen),
and how the memory of the web processes moved. `LOAD_PEOPLE` and `LOAD_SECONDS` make it smaller. Loopback only.
"""

import os
import random
import statistics
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import lxml.html
import psycopg
import redis
import requests

from bench.clock import Row
from tests.browsing import Browser
from tests.conftest import fresh_database, postgres_url, redis_url
from tests.installation import Installation, Process, answers, free_port, wait_until

EACH = 5
"""Supervisors of one office."""
LINES = 100
THINKING = (1.0, 3.0)
"""Seconds between two clicks of one person."""
FILL = "from tests.filling import make_office\nfor n in range({offices}): make_office(f'{{n}}号街道', lines={lines}, people={each})"
TARGETS = "select o.name, t.public_id from targets_target t join offices_office o on o.id = t.office_id"
EDITS = """
    select e.subject_id, e.before->>'remark', e.after->>'remark' from offices_auditentry e
    where e.action = 'target.correct' and e.success order by e.id"""
LEFT = "select public_id, version, remark from targets_target"
PAGES = (("目标清单", 30), ("目标清单,筛选", 12), ("总览", 14), ("目标", 20), ("搜索", 6), ("核对", 4), ("文件", 4), ("更正", 10))


@dataclass(slots=True)
class Found:
    """What the crowd saw; one for all, behind a lock."""

    spent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    told: int = 0
    """Corrections that came second and were told so."""
    memory: list[float] = field(default_factory=list)
    lost: int = 0
    seconds: float = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, name: str, answer: requests.Response, spent: float, *, fine: tuple[int, ...] = (200, 302)) -> None:
        with self.lock:
            self.spent[name].append(spent)
            if answer.status_code not in fine:
                self.errors.append(f"{answer.status_code} {answer.request.method} {answer.url}")


    def fail(self, error: str) -> None:
        with self.lock:
            self.errors.append(error)


@dataclass(slots=True)
class Supervisor:
    """One person with dice of their own."""

    browser: Browser
    targets: list[str]
    found: Found
    dice: random.Random
    edits: int = 0

    def work(self, seconds: float, together: threading.Barrier) -> None:
        """Sign in, wait for the others, and click for so many seconds."""
        try:
            self.sign_in()
            together.wait()
        except (requests.RequestException, threading.BrokenBarrierError) as error:
            together.abort()
            self.found.fail(repr(error))
            return
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(self.dice.uniform(*THINKING))
            try:
                self.click()
            except requests.RequestException as error:
                self.found.fail(repr(error))

    def sign_in(self) -> None:
        # As the proxy in front does: a connection for each request, or gunicorn may close one just as the next request comes.
        self.browser.session.headers["Connection"] = "close"
        begun = time.monotonic()
        signed_in = self.browser.sign_in()
        with self.found.lock:
            self.found.spent["登录"].append(time.monotonic() - begun)
            if not signed_in:
                self.found.errors.append(f"sign-in of {self.browser.username}")

    def click(self) -> None:
        name = self.dice.choices([page for page, _ in PAGES], [weight for _, weight in PAGES])[0]
        if name == "更正":
            self.correct()
            return
        begun = time.monotonic()
        answer = self.browser.get(self.address(name))
        self.found.note(name, answer, time.monotonic() - begun)

    def address(self, name: str) -> str:
        return {
            "目标清单": "/targets/", "目标清单,筛选": "/targets/?year=2025&status=lagging&q=公园&sort=-percent", "总览": "/",
            "目标": f"/targets/{self.dice.choice(self.targets)}/", "搜索": "/search/?q=停车泊位", "核对": "/review/", "文件": "/documents/",
        }[name]

    def correct(self) -> None:
        """Open the form, think, send it with another remark. Ten targets of the office get them all, so that people collide."""
        target = self.dice.choice(self.targets[:10])
        begun = time.monotonic()
        page = self.browser.get(f"/targets/{target}/edit/")
        self.found.note("更正,打开", page, time.monotonic() - begun)
        if page.status_code != 200:
            return
        time.sleep(self.dice.uniform(0, 1))
        self.edits += 1
        remark = f"{self.browser.username}第{self.edits}次"
        begun = time.monotonic()
        answer = self.browser.post(f"/targets/{target}/edit/", {**_shown(page), "remark": remark})
        self.found.note("更正,保存", answer, time.monotonic() - begun, fine=(302, 409))
        with self.found.lock:
            if answer.status_code == 302:
                self.found.acknowledged.append((target, remark))
            self.found.told += answer.status_code == 409


def _shown(page: requests.Response) -> dict[str, list[str]]:
    """What stands in the form that corrects a target, as a browser would send it back."""
    tree = lxml.html.fromstring(page.content)
    form = next(each for each in tree.forms if "remark" in each.fields)
    said: dict[str, list[str]] = defaultdict(list)
    for name, value in form.form_values():
        said[name].append(value)
    return said


# --- the installation -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Site:
    base: str
    database: str
    web: Process


@contextmanager
def serving(offices: int, lines: int) -> Iterator[Site]:
    """gunicorn with three processes of four threads, a worker, beat, PostgreSQL and Redis; filled."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database, port = stack.enter_context(fresh_database()), free_port()
        site = Installation(folder, DATABASE_URL=database, SWEEP_SECONDS="5")
        site.manage("migrate", "--verbosity", "0", timeout=600)
        site.script(FILL.format(offices=offices, lines=lines, each=EACH), timeout=3600)
        site.environment["REDIS_URL"] = stack.enter_context(_own_redis())
        web = stack.enter_context(site.running("-m", "gunicorn", "tracker.wsgi", "--workers=3", "--threads=4", f"--bind=127.0.0.1:{port}",
                                               "--no-control-socket", name="web"))
        stack.enter_context(site.running("-m", "celery", "-A", "tracker", "worker", "--beat", "--concurrency=1", "--loglevel=WARNING",
                                         "--schedule", str(folder / "schedule"), name="worker"))
        wait_until(lambda: answers(port), within=60, else_say=web.said)
        yield Site(f"http://127.0.0.1:{port}", database, web)


@contextmanager
def _own_redis() -> Iterator[str]:
    for number in range(15, 0, -1):
        with redis.Redis.from_url(redis_url(), db=number) as client:
            if client.dbsize() == 0 and client.set("taken-by-a-test", os.getpid(), nx=True, ex=3600):
                try:
                    yield f"{redis_url()}/{number}"
                finally:
                    client.flushdb()
                return
    raise SystemExit("every database of Redis is in use")


def _memory_mb(group: int) -> float:
    """Resident memory of the web processes together."""
    total = 0
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(path.name)) == group:
                line = next(each for each in (path / "status").read_text(encoding="utf-8").splitlines() if each.startswith("VmRSS"))
                total += int(line.split()[1])
        except (OSError, StopIteration):
            continue
    return total / 1024


# --- the measurement --------------------------------------------------------------------------------------------------------


def measure(people: int, seconds: float, *, lines: int = LINES) -> Found:
    """Let so many people work for so long, and look afterwards whether what they were told is true."""
    offices = -(-people // EACH)
    with serving(offices, lines) as site:
        targets = _targets(site.database)
        found, together = Found(seconds=seconds), threading.Barrier(people + 1)
        crowd = [_supervisor(site, number, targets, found) for number in range(people)]
        threads = [threading.Thread(target=each.work, args=(seconds, together)) for each in crowd]
        for thread in threads:
            thread.start()
            # Nobody's colleagues all sign in within one second.
            time.sleep(0.5)
        together.wait()
        _watch(threads, site.web.child.pid, found)
        found.lost = _lost(site.database, found)
    return found


def _supervisor(site: Site, number: int, targets: dict[str, list[str]], found: Found) -> Supervisor:
    office = f"{number // EACH}号街道"
    return Supervisor(Browser(site.base, f"{office}{number % EACH}", timeout=60), targets[office], found,
                      random.Random(number))  # noqa: S311 (dice, no secret)


def _targets(database: str) -> dict[str, list[str]]:
    by_office: dict[str, list[str]] = defaultdict(list)
    with psycopg.connect(database) as connection:
        for office, public_id in connection.execute(TARGETS):
            by_office[office].append(str(public_id))
    return by_office


def _watch(threads: list[threading.Thread], group: int, found: Found) -> None:
    while any(thread.is_alive() for thread in threads):
        found.memory.append(_memory_mb(group))
        time.sleep(2)


def _lost(database: str, found: Found) -> int:
    """Corrections that were acknowledged and are not there, or that were written over by somebody who had not seen them."""
    with psycopg.connect(database) as connection:
        noted = [(str(subject), before, after) for subject, before, after in connection.execute(EDITS)]
        rows = {str(public_id): (version, remark) for public_id, version, remark in connection.execute(LEFT)}
    told = Counter(found.acknowledged)
    lost = (told - Counter((subject, after) for subject, _, after in noted)).total()
    stands = dict.fromkeys(rows, "")
    for subject, before, after in noted:
        lost += before != stands[subject]
        stands[subject] = after
    lost += sum(stands[public_id] != remark for public_id, (_, remark) in rows.items())
    changed = Counter(subject for subject, _, _ in noted)
    return int(lost + sum(abs(version - 1 - changed[public_id]) for public_id, (version, _) in rows.items()))


def load_rows(_times: int) -> list[Row]:
    """The table. Ends the run with status 1 where anything failed or was lost."""
    people, seconds = int(os.environ.get("LOAD_PEOPLE", "50")), float(os.environ.get("LOAD_SECONDS", "180"))
    if not postgres_url() or not redis_url():
        raise SystemExit("bench load needs PostgreSQL and Redis on 127.0.0.1")
    return rows_of(measure(people, seconds), people)


def rows_of(found: Found, people: int) -> list[Row]:
    # Signing in costs what the hash of the password is made to cost.
    total = [each for name, spent in found.spent.items() for each in spent if name != "登录"]
    early, late = _quarters(found.memory)
    rows = [(name, f"p95 {_p95(spent):.0f} ms", f"{len(spent)} requests, median {1000 * statistics.median(spent):.0f} ms")
            for name, spent in sorted(found.spent.items())]
    return [
        *rows, ("all", f"p95 {_p95(total):.0f} ms", f"{len(total)} requests of {people} people, {len(total) / found.seconds:.1f} a second"),
        ("errors", str(len(found.errors)), "; ".join(found.errors[:3])[:200] or "none"),
        ("lost updates", str(found.lost), f"{len(found.acknowledged)} corrections acknowledged, {found.told} told that somebody was first"),
        ("memory of the web processes", f"{late:.0f} MB", f"{early:.0f} MB in the second quarter, {late - early:+.0f} MB by the last"),
    ]


def _p95(spent: list[float]) -> float:
    return 1000 * sorted(spent)[max(0, round(0.95 * len(spent)) - 1)]


def _quarters(memory: list[float]) -> tuple[float, float]:
    """Median memory of the second quarter and of the last: the first one still loads."""
    quarter = max(1, len(memory) // 4)
    return statistics.median(memory[quarter:2 * quarter] or memory), statistics.median(memory[-quarter:])

