"""Without any server: one process with worker and beat inside, killed in the middle, loses nothing."""

import json
import urllib.request
from pathlib import Path

import pytest

from tests.installation import Installation, answers, free_port, wait_until

STORE = """
from django.core.files.base import ContentFile
from documents import intake
from tests.factories import make_office
office = make_office("青蘅街道")
for number in (5, 6):
    text = f"青蘅街道2025年工作计划\\n全年新增规上工业企业{number}家以上。\\n"
    intake.store(office, ContentFile(text.encode()), f"{number}.txt", None)
"""
# One of the two was held by a worker that a power cut ended some minutes ago; for the other no message was ever sent.
BROKEN_OFF = """
import datetime
from django.utils import timezone
from documents.models import Document
hour_ago = timezone.now() - datetime.timedelta(hours=1)
Document.objects.update(updated_at=hour_ago)
Document.objects.filter(name="5.txt").update(lease_until=hour_ago, attempts=1)
"""
LOOK = """
import json
from documents.models import Document
print(json.dumps(sorted(Document.objects.values_list("name", "state", "target_count"))))
"""


@pytest.fixture
def site(tmp_path: Path) -> Installation:
    site = Installation(tmp_path, EMBEDDED_WORKER="1")
    site.manage("migrate", "--verbosity", "0")
    return site


def test_the_sweep_of_one_process_takes_up_whatever_was_left(site: Installation) -> None:
    site.script(STORE + BROKEN_OFF)
    port = free_port()
    server = ("-m", "gunicorn", "tracker.wsgi", "--workers=1", "--threads=2", f"--bind=127.0.0.1:{port}", "--no-control-socket")
    with site.running(*server, name="server") as process:
        wait_until(lambda: answers(port), within=30, else_say=process.said)
        done = [["5.txt", "matched", 1], ["6.txt", "matched", 1]]
        wait_until(lambda: json.loads(site.script(LOOK)) == done, within=60, every=1, else_say=process.said)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as response:
            assert {"database": True, "broker": None, "worker": True}.items() <= json.load(response).items()
