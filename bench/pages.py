"""`python -m bench pages`: how long the pages take with 100,000 targets of 500 offices, beside the time of their bare SQL.

Asked as a supervisor of one office of 200 targets and as the top office that sees all; in SQLite, and in PostgreSQL where one lets this
user create a database (BENCH_POSTGRES names it, else one on this machine is tried). The data are made in a folder and a database of their
own and dropped again. `python -m bench.pages --offices 20` is a quick look.
"""

import argparse
import datetime
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg
from psycopg import sql

from bench.clock import Row

ROOT = Path(__file__).parents[1]
MOST_QUERIES, MOST_MS, MOST_KB = 12, 150, 350
YEAR = 2025
STATUSES = ("met", "on_track", "on_track", "lagging", "missed", "unreported", "unclear", "not_due")
LIGHTS = {"met": "green", "on_track": "green", "lagging": "yellow", "missed": "red"}
FIELDS = ("工业", "农业", "文旅", "商贸", "教育", "卫生", "养老", "住建", "交通", "生态")
THINGS = ("规上企业", "示范项目", "标准厂房", "老旧小区", "停车泊位", "安全事故", "新增就业", "实际到资", "绿道里程", "培训人次")
SECTIONS = ("一、产业发展", "二、城市更新", "三、民生保障", "四、平安建设", "五、基层治理")
LEVELS = ("(一)重点任务", "(二)日常工作")


def text_of(n: int) -> str:
    """The sentence of a 任务项, as long as one of a plan is."""
    return (f"{n}.扎实推进{FIELDS[n % 10]}领域重点工作,逐项分解任务、压实责任,全年{indicator_of(n)}达到{n + 5}家以上,"
            f"并于三季度末前完成第{n % 7}批点位的前期手续和现场验收。\n")


def indicator_of(n: int) -> str:
    return f"{FIELDS[n % 10]}{THINGS[n // 10 % 10]}"


def reading_of(n: int, doc: str, start: int) -> dict[str, Any]:
    """What is kept of a read figure."""
    return {"doc": doc, "start": start, "end": start + 3, "figure": f"{n + 5}家", "kind": "target", "indicator": indicator_of(n),
            "measure": "amount", "comparator": ">=", "value": str(n + 5), "unit": "家", "year": YEAR,
            "section": [f"{YEAR}年工作计划", SECTIONS[n % 5], LEVELS[n % 2]], "sentence": [start - 40, start + 40],
            "commitment": start - 40, "departments": [{"name": f"{n % 8}办", "role": "lead"}],
            "rules": ["count", "at_least_after", "year_of_document", "indicator_before"]}


def fill(offices: int, each: int) -> None:
    """An office above all, `offices` below it, and `each` targets in each of them."""
    from offices.models import Department, Membership, Office, User  # noqa: PLC0415 (Django is set up by the caller)

    top = Office.objects.create(name="云岭市")
    below = Office.objects.bulk_create([Office(name=f"{n}号街道", parent=top) for n in range(offices)])
    for office in below:
        office.path = f"{top.pk}/{office.pk}/"
    Office.objects.bulk_update(below, ["path"], batch_size=500)
    for name, office in (("top", top), ("one", below[0])):
        Membership.objects.create(user=User.objects.create_user(name, password=None, name=name), office=office, role="supervisor")
    departments = Department.objects.bulk_create([Department(office=o, name=f"{n}办") for o in below for n in range(8)], batch_size=2000)
    for place, office in enumerate(below):
        fill_office(office, departments[place * 8:place * 8 + 8], each)


def fill_office(office: Any, departments: Sequence[Any], each: int) -> None:
    """A plan and a report, the targets with their outcome, evidence, warnings, and the standings of the year."""
    from documents.models import Document  # noqa: PLC0415
    from reports import outcomes  # noqa: PLC0415
    from reports.models import Standing  # noqa: PLC0415
    from targets import wording  # noqa: PLC0415

    texts = [text_of(n) for n in range(each)]
    plan, report = (
        Document(office=office, name=f"{kind}.txt", title=f"{office}{kind}", sha256=uuid.uuid4().hex * 2, size=9, text="".join(texts),
                 state="matched", kind=kind, year=YEAR, cutoff=datetime.date(YEAR, 6, 1)) for kind in ("plan", "report"))
    Document.objects.bulk_create([plan, report])
    targets = fill_targets(plan, departments, texts)
    wording.store(targets)
    fill_evidence(report, targets)
    outcomes.write_standing(office, YEAR)
    kept = Standing.objects.get(office=office)
    Standing.objects.bulk_create([
        Standing(office=office, year=YEAR, date=datetime.date(YEAR, month, 28), counts=kept.counts, numbers=kept.numbers)
        for month in (1, 2, 3, 4, 5)])


def fill_targets(plan: Any, departments: Sequence[Any], texts: Sequence[str]) -> list[Any]:
    from django.utils import timezone  # noqa: PLC0415

    from targets.models import Commitment, Target  # noqa: PLC0415

    doc, places = str(plan.public_id), [0]
    for text in texts:
        places.append(places[-1] + len(text))
    commitments = Commitment.objects.bulk_create([
        Commitment(document=plan, office=plan.office, number=n + 1, start=places[n], end=places[n + 1] - 1, status=STATUSES[n % 8],
                   text=text.strip(), section=f"{SECTIONS[n % 5]} › {LEVELS[n % 2]}") for n, text in enumerate(texts)])
    rows = []
    for n, text in enumerate(texts):
        status, start = STATUSES[n % 8], places[n] + text.index("达到") + 2
        rows.append(Target(
            document=plan, office=plan.office, commitment=commitments[n], start=start, end=start + 3, figure=f"{n + 5}家",
            indicator=indicator_of(n), comparator=">=", value=Decimal(n + 5), unit="家", year=YEAR, section=commitments[n].section,
            sentence_start=places[n], sentence_end=places[n + 1] - 1, lead=departments[n % 8] if n % 9 else None, stretch=n % 11 == 0,
            status=status, word="欠进度", light=LIGHTS.get(status, "grey"), actual=n, actual_text=f"{n}家", percent=Decimal(n % 140),
            expected=Decimal("50.0"), behind=Decimal(n % 140 - 50), evidence_date=datetime.date(YEAR, 6, 30), evidence_count=1,
            turn="fell" if n % 40 == 3 else "", judged_at=timezone.now(), rule_text="序时=6/12=50.0%", has_candidates=n % 20 == 5,
            reading=reading_of(n, doc, start)))
    return list(Target.objects.bulk_create(rows))


def fill_evidence(report: Any, targets: Sequence[Any]) -> None:
    """A result for every fifth target: mostly its evidence, sometimes a candidate that waits; a warning for every twentieth."""
    from django.utils import timezone  # noqa: PLC0415

    from reports.models import Flag, Match, Outcome, Result  # noqa: PLC0415

    proven = targets[::5]
    results = Result.objects.bulk_create([
        Result(document=report, office=report.office, start=each.start, end=each.end, figure=each.figure, indicator=each.indicator,
               value=each.actual, unit="家", year=YEAR, months=[1, 6], sentence_start=each.sentence_start,
               sentence_end=each.sentence_end, reading={**each.reading, "kind": "result"}) for each in proven])
    parts = [{"name": name, "weight": 0.25, "score": 1.0, "words": "相同"} for name in ("indicator", "unit", "period", "place")]
    Match.objects.bulk_create([
        Match(target=target, result=result, rank=1, score=0.9, parts=parts, why="指标相同",
              **({"role": "candidate", "decision": "waiting"} if n % 4 == 1 else {"role": "evidence"}))
        for n, (target, result) in enumerate(zip(proven, results, strict=True))])
    course = [{"date": f"{YEAR}-{month:02}-28", "status": "lagging", "word": "欠进度", "text": "3家", "actual": "3", "percent": "30.0",
               "expected": "33.3"} for month in (2, 3, 4, 5, 6)]
    Outcome.objects.bulk_create([Outcome(target=each, why="指标相同", course=course) for each in proven])
    now = timezone.now()
    Flag.objects.bulk_create([Flag(office=report.office, target=each, rule="lagging", period=str(YEAR), text="欠进度", opened_at=now,
                                   step_at=now) for each in targets[3::20]])


def pages() -> dict[str, str]:
    from targets.models import Target  # noqa: PLC0415

    first = Target.objects.order_by("pk").first()
    assert first is not None
    return {"目标清单": "/targets/", "目标清单, 筛选": f"/targets/?year={YEAR}&status=lagging&status=missed&q=停车泊位&sort=-percent",
            "目标清单, 常见词": f"/targets/?year={YEAR}&q=停车",
            "目标清单, 未分工": f"/targets/?year={YEAR}&department=none",
            "总览": "/", "核对": "/review/", "目标": first.get_absolute_url(), "搜索": "/search/?q=停车泊位"}


BROWSER = {"host": "127.0.0.1", "accept-encoding": "gzip"}


def decide(times: int) -> Iterator[dict[str, Any]]:
    """核对 as fast as a person could press Enter: a decision, and the page of the next target, which the browser asks for at once.

    The judging that follows is a task of the worker, so no broker is asked here.
    """
    from celery import current_app  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from offices.models import User  # noqa: PLC0415
    from reports.review import waiting_matches  # noqa: PLC0415

    current_app.conf.update(task_always_eager=False, broker_url="memory://localhost/")
    user, client = User.objects.get(username="one"), Client(headers=BROWSER)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/review/")
    spent: list[float] = []
    for match in waiting_matches(user).order_by("target__start", "rank")[:times]:
        begun = time.perf_counter()
        client.post(f"/matches/{match.public_id}/confirm/", {"version": match.version, "next": "/review/"})
        client.get("/review/")
        spent.append(1000 * (time.perf_counter() - begun))
    spent.sort()
    yield {"decided": len(spent), "median": statistics.median(spent), "p95": spent[max(0, round(0.95 * len(spent)) - 1)]}


def measure(times: int) -> Iterator[dict[str, Any]]:
    """For each person and page: queries, milliseconds of their bare SQL, median and p95 of the answer and what it took of the processor
    (which neighbours on the machine cannot lengthen), kilobytes over the wire.
    """
    from django.test import Client  # noqa: PLC0415

    from offices.models import User  # noqa: PLC0415

    for username, label in (("one", "一个单位"), ("top", "看全部")):
        client = Client(headers=BROWSER)
        client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
        for name, address in pages().items():
            client.get(address)
            answer, queries = _asked(client, address)
            begun = _processor()
            spent = sorted(_milliseconds(client, address) for _ in range(times))
            own = 1000 * (_processor() - begun) / times
            yield {"who": label, "page": name, "queries": len(queries), "bare": 1000 * sum(map(_bare, queries)),
                   "median": statistics.median(spent), "p95": spent[max(0, round(0.95 * len(spent)) - 1)], "own": own,
                   "kb": len(answer.content) / 1024, "first_kb": _with_files(client, address) / 1024}


def _processor() -> float:
    """Seconds that this process has taken of the processor, and the database's own for it where that is on this machine."""
    from django.db import connection  # noqa: PLC0415

    spent = time.process_time()
    if connection.vendor != "postgresql" or connection.connection is None:
        return spent
    try:
        said = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return spent
    return spent + (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


def _asked(client: Any, address: str) -> tuple[Any, list[str]]:
    """An answer and the statements it took."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return answer, [each["sql"] for each in asked.captured_queries]


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


def _with_files(client: Any, address: str) -> int:
    """Bytes of a page with all styles and scripts it names, compressed: what a browser fetches that has kept nothing."""
    from django.test import Client  # noqa: PLC0415

    page = client.get(address)
    # The same page in plain, to read the names from.
    plain = Client(headers={"host": "127.0.0.1"}, enforce_csrf_checks=False)
    plain.cookies = client.cookies
    named = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', plain.get(address).content.decode()))
    return len(page.content) + sum(len(b"".join(client.get(each).streaming_content)) for each in named)


def child(deed: str, offices: int, each: int, times: int) -> None:
    """In a process whose environment names the database. `fill`: a line of JSON about it; `measure`: one for each page, asked of a
    process that has loaded what a serving one has, and nothing else.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    from tracker.serving import keep_loaded  # noqa: PLC0415

    if deed == "fill":
        fill_database(offices, each)
        return
    keep_loaded()
    for line in (*measure(times), *decide(times)):
        print(json.dumps(line, ensure_ascii=False), flush=True)


def fill_database(offices: int, each: int) -> None:
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    begun = time.perf_counter()
    fill(offices, each)
    with connection.cursor() as cursor:
        # What PostgreSQL does by itself within a minute.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(json.dumps({"vendor": connection.vendor, "filled": time.perf_counter() - begun}), flush=True)


def run(database: str, offices: int, each: int, times: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATA_DIR": folder, "DATABASE_URL": database, "SECRET_KEY": "nothing secret, it serves a measurement",
                       "HTTPS": "0", "ALLOWED_HOSTS": "127.0.0.1"}
        words = ["--offices", str(offices), "--each", str(each), "--times", str(times)]
        said = [subprocess.run([sys.executable, "-m", "bench.pages", "--child", deed, *words], cwd=ROOT, env=environment, check=True,
                               stdout=subprocess.PIPE, text=True).stdout for deed in ("fill", "measure")]
    return [json.loads(line) for line in "".join(said).splitlines()]


def run_on_postgres(server: str, offices: int, each: int, times: int) -> list[dict[str, Any]]:
    """In a database of its own, dropped afterwards."""
    name = f"bench_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            return run(urlunsplit(urlsplit(server)._replace(path=f"/{name}")), offices, each, times)
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def postgres() -> str:
    """A server that lets us in; empty where there is none."""
    named = os.environ.get("BENCH_POSTGRES") or os.environ.get("TEST_POSTGRES_URL")
    for address in [named] if named else [f"postgresql://{user}@127.0.0.1:5432/postgres" for user in ("postgres", "root")]:
        try:
            psycopg.connect(address, connect_timeout=3).close()
        except psycopg.Error:
            continue
        return address
    return ""


def within(line: dict[str, Any]) -> bool:
    return bool(line["queries"] <= MOST_QUERIES and line["p95"] <= MOST_MS and line["first_kb"] <= MOST_KB)


def page_rows(times: int, *, offices: int = 500, each: int = 200) -> list[Row]:
    """A line for each database, person and page. At least forty requests of each: a p95 of five is a maximum."""
    asked, server = max(40, 4 * times), postgres()
    runs = [run("", offices, each, asked), *([run_on_postgres(server, offices, each, asked)] if server else [])]
    rows: list[Row] = []
    for (about, *lines, desk) in runs:
        rows.append((f"{about['vendor']}: {offices * each:,} targets of {offices} offices", f"filled in {about['filled']:.0f} s", ""))
        rows += [
            (f"{line['who']} · {line['page']}", f"p95 {line['p95']:.0f} ms{'' if within(line) else '  OVER'}",
             (f"median {line['median']:.0f} ms, processor {line['own']:.0f} ms, bare SQL {line['bare']:.0f} ms, "
              f"{line['queries']} queries, {line['kb']:.0f} KB, "
              f"with styles and scripts {line['first_kb']:.0f} KB"))
            for line in lines]
        rows.append(("一个单位 · 核对, 一键到下一项", f"p95 {desk['p95']:.0f} ms",
                     (f"median {desk['median']:.0f} ms a decision with the next page: the server lets a person take "
                      f"{60_000 / desk['median']:.0f} a minute")))
    return rows if server else [*rows, ("postgresql", "left out", "no server lets us in; BENCH_POSTGRES names one")]


def main() -> None:
    from rich.console import Console  # noqa: PLC0415 (the measured process needs no tables)
    from rich.table import Table  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--offices", type=int, default=500)
    parser.add_argument("--each", type=int, default=200, help="targets of each office (200)")
    parser.add_argument("--times", type=int, default=40, help="requests per page (at least 40)")
    parser.add_argument("--child", choices=("fill", "measure"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.offices, options.each, options.times)
        return
    rows = page_rows(options.times // 4, offices=options.offices, each=options.each)
    table = Table("what", "figure", "how")
    for row in rows:
        table.add_row(*row)
    Console(width=150).print(table)
    sys.exit(any(figure.endswith("OVER") for _, figure, _ in rows))


if __name__ == "__main__":
    main()
