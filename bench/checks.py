"""A check of all targets: how long, how much memory, beside the bare SQL of the same outcome.

Two Celery workers on Redis judge and flag the targets of many offices in PostgreSQL, once with every verdict changed and once with none;
then one connection does the same to a copy of the database from before: a server-side cursor over the same columns, and the same rows
written by UPDATE … FROM (VALUES …) and INSERT, without thinking about any of them. Databases are made for the run and dropped.

BENCH_POSTGRES names a server on which databases may be created, BENCH_TARGETS the sizes. Redis is started for the run: nobody else must
empty it meanwhile.
"""

import contextlib
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bench.clock import ROOT, Row

POSTGRES = os.environ.get("BENCH_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
SIZES = tuple(int(each) for each in os.environ.get("BENCH_TARGETS", "10000,1000000").split(","))
MEANT = 100_000
"""From how many targets on the limits are meant."""
EACH, STRIDE, WORKERS, CHUNK = 100, 1_000, 2, 2_000
"""Targets of an office; ids between one office and the next; workers; rows of a statement of the bare SQL."""


def check_rows(_times: int) -> list[Row]:
    """Two lines for each size: every verdict changed, none changed."""
    if missing := _missing():
        return [("checks", "left out", missing)]
    with _redis() as address:
        return [row for size in SIZES for row in _measured(size, address)]


def _missing() -> str:
    if shutil.which("redis-server") is None:
        return "needs redis-server"
    try:
        psycopg.connect(POSTGRES, connect_timeout=2).close()
    except psycopg.Error as error:
        return f"needs PostgreSQL: {error}".splitlines()[0]
    return ""


@contextlib.contextmanager
def _redis() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],  # noqa: S607
                              stdout=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.kill()
        server.wait()


def _measured(size: int, broker: str) -> list[Row]:
    """In processes of its own: the settings of this one name another database."""
    name = f"bench_{uuid.uuid4().hex[:8]}"
    server = POSTGRES.rpartition("/")[0]
    with tempfile.TemporaryDirectory() as folder, psycopg.connect(POSTGRES, autocommit=True) as connection:
        environment = {**os.environ, "DATA_DIR": folder, "DATABASE_URL": f"{server}/{name}", "REDIS_URL": broker, "HTTPS": "0",
                       "PRODUCTION": "0", "SECRET_KEY": "nothing secret, it serves a measurement", "SWEEP_SECONDS": "5"}
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            _child("fill", environment, size)
            connection.execute(sql.SQL("create database {} template {}").format(sql.Identifier(f"{name}_bare"), sql.Identifier(name)))
            ours = _child("ours", environment, size)
            bare = _child("bare", {**environment, "BENCH_BARE": f"{server}/{name}_bare"}, size)
        finally:
            for each in (name, f"{name}_bare"):
                connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(each)))
    return [_row(size, what, ours[what], bare[what], most) for what, most in (("all changed", 3), ("none changed", 10))]


def _row(size: int, what: str, ours: dict[str, float], bare: float, most: int) -> Row:
    ratio = ours["seconds"] / bare
    # Of a small run most is what one sweep and one message take, whatever they are about; it is there for memory and growth.
    limit = f", at most {most} ×{'' if ratio <= most else ' OVER'}" if size >= MEANT else ""
    figure = f"{ours['seconds']:.1f} s, {1e6 * ours['seconds'] / size:.0f} µs each, {ours['peak']:.0f} MB a worker"
    how = f"{ratio:.1f} × bare SQL ({bare:.1f} s){limit}; {ours['opened']:.0f} flags opened"
    return f"{size:,} targets, {what}", figure, how


def _child(what: str, environment: dict[str, str], size: int) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "bench.checks", what, str(size)], cwd=ROOT, env=environment, check=False,
                          capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{what}: {done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


# — the data —

def fill(size: int) -> None:
    """One office by hand, then as many like it as are needed, by SQL: each target with a figure of its own."""
    from django.core.management import call_command  # noqa: PLC0415 (Django is set up by the caller)
    from django.db import connection  # noqa: PLC0415

    from documents.models import Document  # noqa: PLC0415
    from offices.models import Office, OfficeSettings  # noqa: PLC0415
    from reports.models import Outcome  # noqa: PLC0415
    from targets.models import Commitment, Target  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    _first_office()
    further = size // EACH - 1
    with connection.cursor() as cursor:
        moved = {"id": "t.id + g * {s}", "office_id": "t.office_id + g * {s}", "public_id": "gen_random_uuid()"}
        below = {**moved, "document_id": "t.document_id + g * {s}"}
        # Spread so that next to no two targets have the same figures: nothing is cheap because it was seen before.
        value = "(100 + (t.id * 37 + g * 101) % 9000)"
        actual = f"round({value} * (20 + (t.id * 13 + g * 7) % 100) / 100.0)"
        numbers = f"replace(replace(o.basis, '@V', {value}::text), '@A', ({actual})::int::text)"
        for model, said in (
            (Office, {**moved, "path": "(t.id + g * {s}) || '/'"}), (OfficeSettings, moved),
            (Document, {**moved, "sha256": "md5(g::text) || md5(t.id::text)"}), (Commitment, below),
            (Target, {**below, "commitment_id": "t.commitment_id + g * {s}", "value": value, "actual": actual}),
        ):
            cursor.execute(_multiplied(model, said, "t", further))
        outcome = {"id": "o.id + g * {s}", "target_id": "o.target_id + g * {s}", "basis": numbers}
        cursor.execute(_multiplied(Outcome, outcome, "o", further, "JOIN targets_target t ON t.id = o.target_id"))
        cursor.execute("UPDATE reports_outcome SET basis = replace(replace(basis, '@V', %s), '@A', '7') WHERE id < %s", [str(EACH), STRIDE])
    connection.connection.autocommit = True
    connection.connection.execute("VACUUM ANALYZE")


def _multiplied(model: Any, said: dict[str, str], alias: str, further: int, join: str = "") -> str:
    """INSERT … SELECT of every first row for each further office, with `said` in place of some columns."""
    columns = [field.column for field in model._meta.concrete_fields if not field.generated]
    values = ", ".join(said.get(name, f'{alias}."{name}"').format(s=STRIDE) for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    table = model._meta.db_table
    return (f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} {alias} {join} CROSS JOIN generate_series(1, {further}) g "  # noqa: S608
            f"WHERE {alias}.id < {STRIDE}")


def _first_office() -> None:
    """An office with a plan, a report and targets that have their evidence and no verdict yet."""
    from datetime import UTC, date, datetime  # noqa: PLC0415

    from documents.models import Document  # noqa: PLC0415
    from engine.values import Statement  # noqa: PLC0415
    from engine.verdict import Facts, judge  # noqa: PLC0415
    from offices.models import Office, OfficeSettings  # noqa: PLC0415
    from reports.models import Outcome  # noqa: PLC0415
    from targets.models import Commitment, Target  # noqa: PLC0415

    office = Office.objects.create(name="砚湖街道")
    OfficeSettings.of(office)
    plan, _ = (Document.objects.create(
        office=office, name=f"{kind}.txt", sha256=uuid.uuid4().hex * 2, size=9, kind=kind, year=2025, state="matched",
        reading={"statements": []}, cutoff=date(2025, 6, 1) if kind == "report" else None) for kind in ("plan", "report"))
    for number in range(1, EACH + 1):
        comparator: Any = "<=" if number % 10 == 3 else ">="
        silent = number % 10 == 7
        text = f"{number}.全年新建改建第{number}类公共服务设施和便民网点若干处以上。"
        commitment = Commitment.objects.create(document=plan, office=office, number=number, start=number * 40, end=number * 40 + 30,
                                               text=text)
        said = Statement(doc="plan", start=number * 40, end=number * 40 + 4, figure="100处", kind="target", indicator=f"第{number}类设施",
                         measure="amount", comparator=comparator, value=Decimal(EACH), unit="处", year=2025)
        facts = Facts() if silent else Facts(basis="actual", actual=Decimal(7), last=6, counts=True)
        basis = judge(said, facts).basis.replace(f'"value":"{EACH}"', '"value":"@V"').replace('"actual":"7"', '"actual":"@A"')
        target = Target.objects.create(
            document=plan, office=office, commitment=commitment, start=said.start, end=said.end, figure=said.figure, unit="处",
            indicator=said.indicator, comparator=comparator, value=said.value, year=2025, reading=said.row(), sentence_end=said.end,
            actual=None if silent else Decimal(7), actual_text="" if silent else "7处", evidence_count=not silent,
            evidence_date=None if silent else date(2025, 6, 30), judged_at=datetime(2025, 7, 1, tzinfo=UTC))
        Outcome.objects.create(target=target, basis=basis, why="" if silent else "指标一致,单位一致,期间为上半年")


# — two workers —

def ours() -> dict[str, Any]:
    """Every verdict changed, then none."""
    words = [sys.executable, "-m", "celery", "-A", "tracker", "worker", "--pool=solo", "--without-mingle", "--without-gossip",
             "--without-heartbeat", "--loglevel=ERROR"]
    workers = [subprocess.Popen([*words, f"--hostname=bench{number}"], cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
               for number in range(WORKERS)]
    try:
        _ready()
        return {what: _check_all(workers) for what in ("all changed", "none changed")}
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def _ready() -> None:
    """Workers that load their modules are no part of the time."""
    from tracker.celery import app  # noqa: PLC0415

    until = time.monotonic() + 60
    while len(app.control.ping(timeout=1) or []) < WORKERS:
        if time.monotonic() > until:
            raise RuntimeError("the workers do not answer")


def _check_all(workers: list["subprocess.Popen[bytes]"]) -> dict[str, float]:
    from offices.models import OfficeSettings  # noqa: PLC0415
    from reports.models import Check, Flag  # noqa: PLC0415
    from reports.tasks import sweep_checks  # noqa: PLC0415

    known = Flag.objects.count()
    OfficeSettings.objects.update(next_check_at=None)
    Check.objects.all().delete()
    begun = time.monotonic()
    swept = 0.0
    while True:
        # As beat does, every few seconds; whether all is done is looked at more often.
        if time.monotonic() - swept > 2:
            sweep_checks()
            swept = time.monotonic()
        if not Check.objects.unfinished().exists():
            break
        time.sleep(0.1)
    spent = time.monotonic() - begun
    if Check.objects.exclude(state=Check.State.DONE).exists():
        raise RuntimeError(Check.objects.exclude(state=Check.State.DONE).values_list("reason", flat=True)[0])
    return {"seconds": spent, "peak": max(_peak_mb(worker.pid) for worker in workers), "opened": Flag.objects.count() - known}


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


# — the bare SQL of the same —

def bare() -> dict[str, float]:
    """The same reads and the same writes on the copy, by one connection, with the values that our run found."""
    from reports.outcomes import VERDICT  # noqa: PLC0415
    from reports.warnings import COLUMNS  # noqa: PLC0415

    written = (*VERDICT, "judged_at")
    with psycopg.connect(os.environ["DATABASE_URL"]) as theirs:
        said = {row[0]: row for row in theirs.execute(f"SELECT id, {', '.join(written)} FROM targets_target")}  # noqa: S608
        courses: dict[int, str] = dict(theirs.execute("SELECT target_id, course::text FROM reports_outcome WHERE course <> '[]'"))
        flags = theirs.execute("SELECT * FROM reports_flag ORDER BY id").fetchall()
        events = theirs.execute("SELECT * FROM reports_flagevent ORDER BY id").fetchall()
        commitments = theirs.execute("SELECT id, status FROM targets_commitment ORDER BY id").fetchall()
        standings = theirs.execute("SELECT * FROM reports_standing ORDER BY id").fetchall()
    names = ", ".join(f"t.{'id' if name == 'pk' else name}" for name in COLUMNS)
    read = f"SELECT {names}, o.basis, o.contradicted FROM targets_target t JOIN reports_outcome o ON o.target_id = t.id"  # noqa: S608
    with psycopg.connect(os.environ["BENCH_BARE"], cursor_factory=psycopg.ClientCursor) as own:
        kinds = dict(own.execute("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'targets_target'"))
        own.commit()
        begun = time.monotonic()
        for chunk in _chunks(_cursor(own, read)):
            _update(own, "targets_target", "id", written, [said[row[0]] for row in chunk], kinds)
            found = [(row[0], courses[row[0]]) for row in chunk if row[0] in courses]
            _update(own, "reports_outcome", "target_id", ("course",), found, {"course": "jsonb"})
        for rows, table in ((flags, "reports_flag"), (events, "reports_flagevent"), (standings, "reports_standing")):
            for chunk in _chunks(iter(rows)):
                _insert(own, table, chunk)
        for chunk in _chunks(iter(commitments)):
            _update(own, "targets_commitment", "id", ("status",), chunk, {"status": "text"})
        own.commit()
        changed = time.monotonic() - begun
        begun = time.monotonic()
        for _ in _chunks(_cursor(own, read)):
            pass
        return {"all changed": changed, "none changed": time.monotonic() - begun}


def _cursor(own: Any, read: str) -> Iterator[Any]:
    with psycopg.ServerCursor(own, "bench", withhold=True) as cursor:
        cursor.itersize = CHUNK
        cursor.execute(read)
        yield from cursor


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while chunk := list(itertools.islice(rows, CHUNK)):
        yield chunk


def _update(own: Any, table: str, key: str, names: tuple[str, ...], rows: list[Any], kinds: dict[str, str]) -> None:
    if not rows:
        return
    places = ", ".join(f"{name} = CAST(said.column{place} AS {kinds[name]})" for place, name in enumerate(names, start=2))
    listed = ", ".join([f"({', '.join(['%s'] * (len(names) + 1))})"] * len(rows))
    own.execute(f"UPDATE {table} SET {places} FROM (VALUES {listed}) AS said WHERE {table}.{key} = said.column1",  # noqa: S608
                [value for row in rows for value in row])


def _insert(own: Any, table: str, rows: list[Any]) -> None:
    listed = ", ".join([f"({', '.join(['%s'] * len(rows[0]))})"] * len(rows))
    said = [json.dumps(value) if isinstance(value, dict | list) else value for row in rows for value in row]
    own.execute(f"INSERT INTO {table} VALUES {listed}", said)  # noqa: S608


def main() -> None:
    import django  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    what, size = sys.argv[1], int(sys.argv[2])
    django.setup()
    with contextlib.suppress(BrokenPipeError):
        deeds: dict[str, Callable[[], Any]] = {"fill": lambda: fill(size), "ours": ours, "bare": bare}
        sys.stdout.write(f"{json.dumps(deeds[what]())}\n")


if __name__ == "__main__":
    main()
