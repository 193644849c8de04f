"""`python -m bench.pages`: how long the pages take with 100,000 targets of 500 offices, beside the time of their bare SQL.

Asked as a supervisor of one office of 200 targets and as the top office that sees all; in SQLite, and in PostgreSQL where BENCH_POSTGRES
names a server on which this user may create a database. The data are made in a folder and a database of their own and dropped again.
"""

import argparse
import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg
from psycopg import sql
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
MOST_QUERIES, MOST_MS, MOST_KB = 12, 150, 350
STATUSES = ("met", "on_track", "on_track", "lagging", "missed", "unreported", "unclear", "not_due")
LIGHTS = {"met": "green", "on_track": "green", "lagging": "yellow", "missed": "red"}
INDICATORS = ("规上工业企业", "一般公共预算收入", "固定资产投资", "改造老旧小区", "新增停车泊位",
              "生产安全事故", "城镇新增就业", "实际利用外资", "绿道", "高新技术企业")
SECTIONS = ("一、产业发展", "二、城市更新", "三、民生保障", "四、平安建设", "五、基层治理")


def fill(offices: int, each: int) -> None:
    """An office above all, `offices` below it, and `each` targets in each of them."""
    from django.utils import timezone  # noqa: PLC0415 (Django is set up by the caller)

    from documents.models import Document  # noqa: PLC0415
    from offices.models import Department, Membership, Office, User  # noqa: PLC0415
    from reports import outcomes  # noqa: PLC0415
    from targets.models import Commitment, Target  # noqa: PLC0415

    top = Office.objects.create(name="云岭市")
    below = Office.objects.bulk_create([Office(name=f"{n}号街道", parent=top) for n in range(offices)])
    for office in below:
        office.path = f"{top.pk}/{office.pk}/"
    Office.objects.bulk_update(below, ["path"], batch_size=500)
    for name, office in (("top", top), ("one", below[0])):
        Membership.objects.create(user=User.objects.create_user(name, password=None, name=name), office=office, role="supervisor")
    departments = Department.objects.bulk_create([Department(office=o, name=f"{n}办") for o in below for n in range(8)], batch_size=2000)
    text = "".join(f"{n}.全年{INDICATORS[n % 10]}达到{n + 5}家以上。" for n in range(each))
    documents = Document.objects.bulk_create(
        [Document(office=o, name="计划.txt", sha256=uuid.uuid4().hex * 2, size=9, text=text, state="matched", kind="plan", year=2025)
         for o in below], batch_size=500)
    for place, (office, document) in enumerate(zip(below, documents, strict=True)):
        own = departments[place * 8:place * 8 + 8]
        rows = [Commitment(document=document, office=office, number=n + 1, start=n * 20, end=n * 20 + 18, status=STATUSES[n % 8],
                           text=f"{n}.全年{INDICATORS[n % 10]}达到{n + 5}家以上。", section=SECTIONS[n % 5]) for n in range(each)]
        commitments = Commitment.objects.bulk_create(rows, batch_size=500)
        Target.objects.bulk_create([
            Target(document=document, office=office, commitment=commitments[n], start=n * 20 + 9, end=n * 20 + 12, figure=f"{n + 5}家",
                   indicator=INDICATORS[n % 10], comparator=">=", value=Decimal(n + 5), unit="家", year=2025, section=SECTIONS[n % 5],
                   sentence_start=n * 20, sentence_end=n * 20 + 18, lead=own[n % 8] if n % 9 else None, stretch=n % 11 == 0,
                   status=STATUSES[n % 8], word="欠进度", light=LIGHTS.get(STATUSES[n % 8], "grey"), actual=n, actual_text=f"{n}家",
                   percent=Decimal(n % 140), expected=Decimal("50.0"), behind=Decimal(n % 140 - 50), evidence_date=date(2025, 6, 30),
                   evidence_count=1, turn="fell" if n % 40 == 3 else "", judged_at=timezone.now())
            for n in range(each)], batch_size=400)


    for office in below:
        outcomes.write_standing(office, 2025)


def pages() -> dict[str, str]:
    from targets.models import Target  # noqa: PLC0415

    first = Target.objects.order_by("pk").first()
    assert first is not None
    return {"目标清单": "/targets/", "目标清单, 筛选": "/targets/?year=2025&status=lagging&status=missed&q=停车 泊位&sort=-percent",
            "总览": "/", "目标": first.get_absolute_url(), "搜索": "/search/?q=停车泊位"}


def measure(times: int) -> list[tuple[str, ...]]:
    """A line for each person and page: queries, milliseconds of the bare SQL, median, p95, kilobytes compressed."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from offices.models import User  # noqa: PLC0415

    lines: list[tuple[str, ...]] = []
    for username, label in (("one", "一个单位200项"), ("top", "上级,看全部")):
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
        for name, address in pages().items():
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                response = client.get(address)
            assert response.status_code == 200, address
            queries = [each["sql"] for each in asked.captured_queries]
            bare = 1000 * sum(map(_bare, queries))
            spent = sorted(_milliseconds(client, address) for _ in range(times))
            p95 = spent[max(0, round(0.95 * len(spent)) - 1)]
            size = len(gzip.compress(response.content)) / 1024
            limit = "" if name == "搜索" else ("ok" if len(queries) <= MOST_QUERIES and p95 <= MOST_MS else "OVER")
            numbers = (f"{each:.0f}" for each in (len(queries), bare, statistics.median(spent), p95, size))
            lines.append((label, name, *numbers, limit))
    return lines


def _bare(text: str) -> float:
    """Seconds of one captured statement, sent again as it stands; the session's own writes are passed over."""
    from django.db import connection  # noqa: PLC0415

    if not text.startswith("SELECT"):
        return 0
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # What is shown of a statement has its values put in by the driver's own rules; a percent sign is no placeholder.
            cursor.connection.execute(text).fetchall()
        else:
            cursor.execute(text)
            cursor.fetchall()
    return time.perf_counter() - begun


def _milliseconds(client: Any, address: str) -> float:
    begun = time.perf_counter()
    client.get(address)
    return 1000 * (time.perf_counter() - begun)


def child(offices: int, each: int, times: int) -> None:
    """In the process whose environment names the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    begun = time.perf_counter()
    fill(offices, each)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    filled = time.perf_counter() - begun
    table = Table("who", "page", "queries", "bare SQL ms", "median ms", "p95 ms", "KB gz", "",
                  title=f"{connection.vendor}: {offices * each:,} targets of {offices} offices (filled in {filled:.0f} s)")
    lines = measure(times)
    for line in lines:
        table.add_row(*line)
    Console(width=120).print(table)
    sys.exit(any(line[-1] == "OVER" for line in lines))


def run(database: str, options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATA_DIR": folder, "DATABASE_URL": database, "SECRET_KEY": "nothing secret, it serves a measurement",
                       "HTTPS": "0", "ALLOWED_HOSTS": "127.0.0.1"}
        words = ["--child", "--offices", str(options.offices), "--each", str(options.each), "--times", str(options.times)]
        return subprocess.run([sys.executable, "-m", "bench.pages", *words], cwd=ROOT, env=environment, check=False).returncode


def run_on_postgres(server: str, options: argparse.Namespace) -> int:
    """In a database of its own, dropped afterwards."""
    name = f"bench_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            return run(urlunsplit(urlsplit(server)._replace(path=f"/{name}")), options)
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--offices", type=int, default=500)
    parser.add_argument("--each", type=int, default=200, help="targets of each office (200)")
    parser.add_argument("--times", type=int, default=40, help="requests per page (40)")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.offices, options.each, options.times)
    code = run("", options)
    if server := os.environ.get("BENCH_POSTGRES", ""):
        code |= run_on_postgres(server, options)
    sys.exit(code)


if __name__ == "__main__":
    main()
