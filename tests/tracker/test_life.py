"""The life of one flag, as a supervisor lives it: the same on the embedded default and on Redis and PostgreSQL.

A report comes in, a goal falls behind, the flag appears and is told, the unit answers, the next report closes it; all of it stays visible.
"""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.installation import Installation, Process, answers, free_port, wait_until

PLAN = "青蘅街道2025年工作计划\n一、全年新增规上工业企业20家以上。\n二、城镇新增就业1800人。\n"
FIRST = "青蘅街道2025年1-3月工作总结\n1-3月,新增规上工业企业1家。城镇新增就业620人。\n"
SECOND = "青蘅街道2025年上半年工作总结\n上半年,新增规上工业企业12家。城镇新增就业1100人。\n"
PEOPLE = """
from offices.models import Department
from tests.factories import make_office, make_user
office = make_office("青蘅街道")
department = Department.objects.create(office=office, name="经发办")
make_user("supervisor", office=office, name="方知远")
make_user("unit", office=office, department=department, name="陆一帆")
"""
STORE = """
from django.core.files.base import ContentFile
from documents import intake
from offices.models import Office
intake.store(Office.objects.get(), ContentFile({text!r}.encode()), {name!r}, None)
"""
ASSIGN = """
from offices.models import Department
from targets.models import Target
Target.objects.update(lead=Department.objects.get())
"""
# What people do goes through the pages, in a process of its own: the work is done where the worker is.
AS = """
import json
from django.test import Client
from offices.models import Membership, Office
from reports.models import Flag
client = Client(SERVER_NAME="127.0.0.1")
client.force_login(Membership.objects.get(role={role!r}).user)
"""
RUN = AS + 'print(client.post("/checks/run/", {{"office": str(Office.objects.get().public_id)}}).status_code)'
ANSWER = AS + """
from datetime import timedelta
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
flag = Flag.objects.get(rule="lagging")
print(client.post(f"/flags/{{flag.public_id}}/answer/", {{
    "version": flag.version, "answer": "二季度签约11家", "promised": (timezone.localdate() + timedelta(days=30)).isoformat(),
    "file": SimpleUploadedFile("签约清单.pdf", b"%PDF-1.4"),
}}).status_code)
"""
PAGE = AS + 'print(client.get(Flag.objects.get(rule="lagging").get_absolute_url()).content.decode())'
LOOK = """
import json
from documents.models import Document
from notices.models import Message
from reports.models import Check, Flag, FlagEvent
from targets.models import Target
flag = Flag.objects.filter(rule="lagging").first()
print(json.dumps({
    "documents": sorted(Document.objects.values_list("state", flat=True)),
    "statuses": dict(Target.objects.values_list("figure", "status")),
    "running": Check.objects.unfinished().count(), "checks": Check.objects.filter(state="done").count(),
    "flag": flag and flag.state, "step": flag and flag.step, "text": flag and flag.text,
    "events": list(FlagEvent.objects.filter(flag=flag).order_by("at", "pk").values_list("kind", flat=True)) if flag else [],
    "all": [Flag.objects.count(), FlagEvent.objects.count(), Message.objects.count()],
    "told": sorted(Message.objects.values_list("department__name", "text")) if flag else [],
}))
"""


@contextlib.contextmanager
def embedded(folder: Path, _request: pytest.FixtureRequest) -> Iterator[tuple[Installation, Process]]:
    site = Installation(folder, EMBEDDED_WORKER="1")
    site.manage("migrate", "--verbosity", "0")
    port = free_port()
    server = ("-m", "gunicorn", "tracker.wsgi", "--workers=1", "--threads=2", f"--bind=127.0.0.1:{port}", "--no-control-socket")
    with site.running(*server, name="server") as process:
        wait_until(lambda: answers(port), within=60, else_say=process.said)
        yield site, process


@contextlib.contextmanager
def grown(folder: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Installation, Process]]:
    site = Installation(folder, REDIS_URL=request.getfixturevalue("own_redis"), DATABASE_URL=request.getfixturevalue("own_database"))
    site.manage("migrate", "--verbosity", "0")
    words = ("-m", "celery", "-A", "tracker", "worker", "--beat", "--concurrency=1", "--without-mingle", "--without-gossip",
             "--loglevel=WARNING", "--schedule", str(folder / "beat"))
    with site.running(*words, name="worker") as process:
        yield site, process


@pytest.mark.parametrize("kind", [embedded, pytest.param(grown, marks=pytest.mark.needs("redis", "postgres"))])
def test_the_life_of_a_flag(kind: Any, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with kind(tmp_path, request) as (site, process), site.console() as run:
        def look() -> dict[str, Any]:
            found: dict[str, Any] = json.loads(run(LOOK))
            return found

        def comes_to(**wanted: Any) -> dict[str, Any]:
            wait_until(lambda: wanted.items() <= look().items(), within=120, every=0.5, else_say=lambda: f"{look()}\n{process.said()}")
            return look()

        def check() -> None:
            done = look()["checks"]
            assert run(RUN.format(role="supervisor")).strip() == "302"
            comes_to(running=0, checks=done + 1)

        run(PEOPLE + STORE.format(text=PLAN, name="计划.txt"))
        # The first check comes by itself, as soon as there are targets.
        comes_to(documents=["matched"], running=0, checks=1)
        run(ASSIGN)

        run(STORE.format(text=FIRST, name="一季度.txt"))
        assert comes_to(documents=["matched"] * 2)["statuses"]["20家"] == "lagging"
        check()
        after = comes_to(flag="open", step="reminder")
        assert "1家" in after["text"]
        assert "低于序时进度" in after["text"]
        told = dict(comes_to(flag="open")["told"])
        wait_until(lambda: "规上工业企业" in dict(look()["told"]).get("经发办", ""), within=30, every=0.5, else_say=lambda: str(told))

        settled = look()["all"]
        check()
        assert look()["all"] == settled, "a second check right after the first opens, closes and sends nothing"

        assert run(ANSWER.format(role="unit")).strip() == "302"
        assert look()["flag"] == "answered"
        check()
        assert look()["flag"] == "answered"

        run(STORE.format(text=SECOND, name="上半年.txt"))
        assert comes_to(documents=["matched"] * 3)["statuses"]["20家"] == "on_track"
        check()
        assert comes_to(flag="closed")["events"] == ["opened", "answered", "closed"]
        page = run(PAGE.format(role="supervisor"))
        for words in ("发出", "二季度签约11家", "签约清单.pdf", "陆一帆", "解除"):
            assert words in page
