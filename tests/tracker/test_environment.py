"""Settings fail loudly, and a machine of its own may do without any."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tracker import environment

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("said", "value"), [("1", True), ("TRUE", True), ("0", False), ("no", False), ("", True)])
def test_a_flag(monkeypatch: pytest.MonkeyPatch, said: str, value: bool) -> None:
    monkeypatch.setenv("X", said)
    assert environment.flag("X", default=True) is value


@pytest.mark.parametrize("said", ["maybe", "2", "开"])
def test_a_flag_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("X", said)
    with pytest.raises(ImproperlyConfigured, match="X"):
        environment.flag("X")


@pytest.mark.parametrize("said", ["-1", "1.5", "many", "0", "²"])
def test_a_number_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("X", said)
    with pytest.raises(ImproperlyConfigured, match="X"):
        environment.number("X", 5, least=1)


def test_a_machine_of_its_own_keeps_a_random_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = environment.secret_key(tmp_path / "new", required=False)
    assert len(first) >= 50
    assert environment.secret_key(tmp_path / "new", required=False) == first
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("key", ["", "short"])
def test_a_shared_installation_must_name_a_long_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: str) -> None:
    monkeypatch.setenv("SECRET_KEY", key)
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        environment.secret_key(tmp_path, required=True)


def started(tmp_path: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """The settings in a process of their own, with nothing else in its environment."""
    said = ("from django.conf import settings as s; "
            "print(s.DATABASES['default']['NAME'], s.CELERY_TASK_ALWAYS_EAGER, s.SESSION_COOKIE_SECURE)")
    full = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "tracker.settings", "DATA_DIR": str(tmp_path), **env}
    return subprocess.run([sys.executable, "-c", said], cwd=ROOT, env=full, capture_output=True, text=True, check=False)


def test_the_demo_never_touches_another_database(tmp_path: Path) -> None:
    said = started(tmp_path, DEMO="1", DATABASE_URL="postgresql://example.invalid/real", REDIS_URL="redis://example.invalid/0")
    assert said.stdout.split() == [str(tmp_path / "demo" / "db.sqlite3"), "True", "False"]


def test_a_shared_installation_without_a_key_does_not_start(tmp_path: Path) -> None:
    said = started(tmp_path, REDIS_URL="redis://example.invalid/0")
    assert said.returncode != 0
    assert "SECRET_KEY" in said.stderr


def test_a_shared_installation_is_https_and_not_eager(tmp_path: Path) -> None:
    said = started(tmp_path, REDIS_URL="redis://example.invalid/0", SECRET_KEY="k" * 40)
    assert said.stdout.split()[1:] == ["False", "True"]
