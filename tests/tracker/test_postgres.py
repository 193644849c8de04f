"""The grown way to run: the same tests, with the migrations, on PostgreSQL."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from tests.installation import FOREIGN, ROOT

APPS = ("offices", "documents", "targets", "reports", "notices")


@pytest.mark.needs("postgres")
@pytest.mark.skipif(connection.vendor == "postgresql", reason="these tests run on PostgreSQL already")
def test_the_same_tests_pass_on_postgresql(own_database: str) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN and not name.startswith("PYTEST_")}
    environment = {**kept, "DATABASE_URL": own_database, "SECRET_KEY": "nothing secret about this one, it serves a test"}
    # Tests that need more than Python choose their own database.
    asked = [*(f"tests/{app}" for app in APPS), "tests/tracker/test_whole_way.py"]
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not needs", *asked]
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
