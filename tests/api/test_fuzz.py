"""The API against its own description: a real server, and requests that schemathesis thinks up, sound ones and broken ones."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import fresh_database, postgres_url
from tests.installation import ROOT, Installation, answers, free_port, wait_until

SECONDS = int(os.environ.get("FUZZ_SECONDS", "30"))
FILL = """
import datetime
from django.utils import timezone
from offices import tokens
from reports.models import Match
from tests.filling import make_office
office = make_office("青蘅街道")
below = make_office("柳汀街道", parent=office)
assert Match.objects.exists()
_, words = tokens.issue(office, name="试探", scopes=["read", "write"], expires_at=timezone.now() + datetime.timedelta(hours=1), user=None)
print(words)
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Installation]:
    """On PostgreSQL where there is one: it refuses more than SQLite."""
    settings = {"API_PER_MINUTE": "1000000", "UPLOAD_LIMIT_MB": "1"}
    if not postgres_url():
        yield Installation(tmp_path, **settings)
        return
    with fresh_database() as address:
        yield Installation(tmp_path, DATABASE_URL=address, **settings)


# A description can't say that a file is no document, nor that of a parameter given twice the last one counts.
UNTOLD = "positive_data_acceptance,negative_data_rejection"


def test_the_api_keeps_its_word_whatever_is_asked(site: Installation, tmp_path: Path) -> None:
    site.manage("migrate", "--verbosity", "0")
    token, port = site.script(FILL).strip(), free_port()
    # gunicorn's own answer to a very long address is not the API's.
    server = ("-m", "gunicorn", "tracker.wsgi", "--workers=2", "--threads=2", f"--bind=127.0.0.1:{port}", "--no-control-socket",
              "--limit-request-line=0")
    with site.running(*server, name="server") as process:
        wait_until(lambda: answers(port), within=30, else_say=process.said)
        asked = ["run", f"http://127.0.0.1:{port}/api/v1/openapi.json", "--max-time", str(SECONDS), "--checks", "all",
                 "--header", f"Authorization: Bearer {token}", "--exclude-checks", UNTOLD, "--continue-on-failure",
                 "--request-timeout", "20", "--warnings", "off", "--no-color", "--seed", os.environ.get("FUZZ_SEED", "1"),
                 "--generation-database", "none"]
        done = subprocess.run([sys.executable, "-m", "schemathesis.cli", *asked], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
                              capture_output=True, text=True, check=False, timeout=SECONDS * 4 + 120)
        assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-2000:]}\n{process.said()}"
        assert "Internal Server Error" not in process.said()
    assert "没有发现问题" in site.manage("verify")
