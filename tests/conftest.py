"""What all tests share: which parts of the machine they may use, and what is said about those they may not.

A test that needs more than Python says so: `@pytest.mark.needs("postgres")`. It runs where the part is found; at the end one line
names what was left out. `REQUIRE=postgres,redis` in the environment makes a missing part a failure before the first test.
"""

import importlib.util
import os
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest
import redis
from django.db import connection
from hypothesis import settings as examples
from psycopg import sql
from pytest_django import DjangoDbBlocker, Settings

from offices import guard
from tests.installation import answers

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "")
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379")
# The same examples in every run, so that a run tells of the change and not of luck; HYPOTHESIS_PROFILE=search looks for new ones.
examples.register_profile("same", derandomize=True, deadline=None)
examples.register_profile("search", derandomize=False, deadline=None)
examples.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
LEFT_OUT = "left out: "


@cache
def postgres_url() -> str:
    """Address of a PostgreSQL on which this user may create databases, or an empty string."""
    if not POSTGRES and not answers(5432):
        return ""
    for address in [POSTGRES] if POSTGRES else [f"postgresql://{user}@127.0.0.1:5432/postgres" for user in ("postgres", "root")]:
        try:
            with psycopg.connect(address, connect_timeout=2) as connection:
                row = connection.execute("select rolcreatedb or rolsuper from pg_roles where rolname = current_user").fetchone()
        except psycopg.OperationalError:
            continue
        if row and row[0]:
            return address
    return ""


@cache
def redis_url() -> str:
    """Address of a Redis without a database number, or an empty string."""
    try:
        client = redis.Redis.from_url(REDIS, socket_connect_timeout=1)
        client.ping()
        client.close()
    except redis.RedisError:
        return ""
    return REDIS


@cache
def chromium() -> str:
    return shutil.which("chromium") or shutil.which("chromium-browser") or ""


@cache
def libreoffice() -> str:
    return shutil.which("soffice") or shutil.which("libreoffice") or ""


def _ocr() -> str:
    return "rapidocr" if importlib.util.find_spec("rapidocr") else ""


def _curl() -> str:
    return shutil.which("curl") or ""


FINDERS: dict[str, tuple[Callable[[], str], str]] = {
    "postgres": (postgres_url, "no PostgreSQL answers on 127.0.0.1:5432 that lets us create a database"),
    "redis": (redis_url, "no Redis answers on 127.0.0.1:6379"),
    "browser": (chromium, "no chromium in PATH"),
    "libreoffice": (libreoffice, "no soffice in PATH"),
    "ocr": (_ocr, "rapidocr is not installed"),
    "curl": (_curl, "no curl in PATH"),
}


def pytest_configure(config: pytest.Config) -> None:
    """Stop at once where REQUIRE names a part that is missing, or one that nobody knows."""
    required = [part.strip() for part in os.environ.get("REQUIRE", "").split(",") if part.strip()]
    unknown = sorted(set(required) - set(FINDERS))
    if unknown:
        raise pytest.UsageError(f"REQUIRE={','.join(unknown)} is unknown; it may name {', '.join(FINDERS)}")
    missing = [f"{part} ({FINDERS[part][1]})" for part in required if not FINDERS[part][0]()]
    if missing:
        raise pytest.UsageError(f"REQUIRE asks for {'; '.join(missing)}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark in item.iter_markers("needs"):
            for part in mark.args:
                if not FINDERS[part][0]():
                    item.add_marker(pytest.mark.skip(reason=f"{LEFT_OUT}{part}, {FINDERS[part][1]}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for everything that was left out, with its reason."""
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""
        reasons[reason.removeprefix(LEFT_OUT)] += 1
    if reasons:
        said = "; ".join(f"{reason} ({number} {'test' if number == 1 else 'tests'})" for reason, number in sorted(reasons.items()))
        terminalreporter.write_line(f"{LEFT_OUT}{said}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The guard of the audit trail stands in all tests; those with real transactions empty all tables, which it would refuse."""
    empty = connection.ops.execute_sql_flush

    def unguarded(statements: list[str]) -> None:
        guard.lift(connection)
        empty(statements)
        guard.set_up(connection)

    with django_db_blocker.unblock():
        assert guard.stands(connection), "a migration lost the guard of the audit trail: let it call offices.guard.set_up"
        connection.ops.execute_sql_flush = unguarded  # type: ignore[method-assign, assignment]


@pytest.fixture(scope="session")
def media_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(autouse=True)
def own_files_and_quick_passwords(settings: Settings, media_folder: Path) -> None:
    """No test writes into the folder of a running product, none spends its time on a slow hash, and plain http will do."""
    settings.MEDIA_ROOT = media_folder
    settings.SECURE_SSL_REDIRECT = False
    settings.RATE_LIMITS = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@contextmanager
def fresh_database() -> Iterator[str]:
    server, name = postgres_url(), f"goal_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {} template template0 encoding 'UTF8'").format(sql.Identifier(name)))
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def own_database() -> Iterator[str]:
    """Address of a fresh PostgreSQL database that is gone after the test."""
    with fresh_database() as address:
        yield address


@pytest.fixture
def other_database() -> Iterator[str]:
    """A second one."""
    with fresh_database() as address:
        yield address


@pytest.fixture
def own_redis() -> Iterator[str]:
    """Address of an empty Redis database that nobody else uses, emptied again after the test."""
    for number in range(15, 0, -1):
        with redis.Redis.from_url(redis_url(), db=number) as client:
            # The mark keeps a second test run on this machine away; it runs out where this one is killed.
            if client.dbsize() == 0 and client.set("taken-by-a-test", os.getpid(), nx=True, ex=900):
                try:
                    yield f"{redis_url()}/{number}"
                finally:
                    client.flushdb()
                return
    pytest.skip(f"{LEFT_OUT}redis, all of its databases are in use")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real documents with their gold, from the environment; there is no default."""
    named = os.environ.get("CORPUS", "")
    if not named:
        pytest.skip(f"{LEFT_OUT}corpus, CORPUS names no folder")
    folder = Path(named)
    if not (folder / "score.py").is_file():
        pytest.fail(f"CORPUS={named} is no folder with score.py")
    return folder
