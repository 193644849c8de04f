"""The grown way to run: the same tests, with the migrations, on PostgreSQL."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from tests.installation import FOREIGN, ROOT

APPS = ("offices", "documents", "targets", "reports", "notices", "tracker")


@pytest.mark.needs("postgres")
@pytest.mark.xdist_group("postgres")
@pytest.mark.skipif(connection.vendor == "postgresql", reason="these tests run on PostgreSQL already")
def test_the_same_tests_pass_on_postgresql(own_database: str) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN and not name.startswith("PYTEST_")}
    environment = {**kept, "DATABASE_URL": own_database, "SECRET_KEY": "nothing secret about this one, it serves a test"}
    folders = [f"tests/{app}" for app in APPS if (ROOT / "tests" / app).is_dir()]
    # Tests that start processes of their own choose their own database.
    words = ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "not needs", *folders]
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
