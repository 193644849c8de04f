"""With Redis: real workers, one of them killed in the middle of its work, and nothing is lost or done twice."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import postgres_url
from tests.installation import Installation, wait_until

pytestmark = pytest.mark.needs("redis")

# Reading takes a good part of a second: long enough that the worker still reads when the kill comes.
LINES = 4_000
STORE = """
from django.core.files.base import ContentFile
from documents import intake, pipeline
from tests.factories import make_office
office = make_office("青禾街道")
body = "\\n".join(f"{number}.第{number}片区全年改造老旧小区{number}个。" for number in range(1, LINES))
for name, text in {"long": "青禾街道2025年工作计划\\n" + body, "short": "青禾街道2025年工作计划\\n全年新增规上工业企业6家以上。"}.items():
    document, _ = intake.store(office, ContentFile(text.encode()), f"{name}.txt", None)
    pipeline.send_next(document)
""".replace("LINES", str(LINES))
LOOK = """
import json
from documents.models import Document
from targets.models import Target
rows = Document.objects.order_by("pk")
print(json.dumps({
    "states": [row.state for row in rows], "leased": sum(row.lease_until is not None for row in rows),
    "attempts": [row.attempts for row in rows], "promised": sum(row.target_count for row in rows), "targets": Target.objects.count(),
    "figures": sorted(Target.objects.values_list("figure", flat=True)),
}))
"""
# What the clock would do in the minutes that a test has not got.
LET_LEASES_RUN_OUT = """
from django.utils import timezone
from documents.models import Document
Document.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now())
"""
# The one who sees the lease kills: a process that first has to end would come too late.
KILL_AT_WORK = """
import os, signal, time
from documents.models import Document
until = time.monotonic() + 60
while not Document.objects.filter(name="long.txt", state="stored", lease_until__isnull=False).exists():
    assert time.monotonic() < until, "no worker took the document"
    time.sleep(0.01)
os.killpg(GROUP, signal.SIGKILL)
"""
WORKER = ("-m", "celery", "-A", "tracker", "worker", "--beat", "--concurrency=1", "--without-mingle", "--without-gossip",
          "--loglevel=WARNING", "--schedule")


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path, own_redis: str) -> Installation:
    """An installation as it runs when it has grown: Redis, and PostgreSQL where there is one."""
    database = request.getfixturevalue("own_database") if postgres_url() else f"sqlite:///{tmp_path / 'db.sqlite3'}"
    site = Installation(tmp_path, REDIS_URL=own_redis, DATABASE_URL=database)
    site.manage("migrate", "--verbosity", "0")
    return site


def look(site: Installation) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(site.script(LOOK))
    return found


def test_a_killed_worker_loses_nothing(site: Installation, tmp_path: Path) -> None:
    site.script(STORE)
    assert look(site)["states"] == ["stored", "stored"], "nobody works yet"
    with site.running(*WORKER, str(tmp_path / "first"), name="first") as worker:
        site.script(KILL_AT_WORK.replace("GROUP", str(worker.child.pid)))
    broken_off = look(site)
    assert broken_off["leased"] == 1, "the worker was killed while it held a document"
    site.script(LET_LEASES_RUN_OUT)
    with site.running(*WORKER, str(tmp_path / "second"), name="second") as worker:
        wait_until(lambda: look(site)["states"] == ["matched", "matched"], within=180, every=1, else_say=worker.said)
    after = look(site)
    assert after["targets"] == after["promised"], "each promise became one row, none two"
    assert len(set(after["figures"])) == LINES, "no line of either file is missing"
