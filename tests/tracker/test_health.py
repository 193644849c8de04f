"""/healthz, the numbers in the log, and what an installation is not started with."""

import json
import logging
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from celery.app.task import Context
from celery.signals import before_task_publish, task_postrun, task_prerun
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from reports.models import Check
from tests.factories import make_office
from tracker import health, logs, production
from tracker.tasks import sweep

ROOT = Path(__file__).parents[2]
KEY = "q8Zr2vXk0TnB5mWc7yLd4JfHs9PgAe3U"


@pytest.mark.django_db
def test_all_is_well_where_no_worker_is_needed(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"database": True, "broker": None, "worker": None, "last_check": None})


@pytest.mark.django_db(transaction=True)
def test_a_worker_must_have_been_heard(client: Client, settings: Settings) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = False
    assert client.get("/healthz").status_code == 503
    settings.CELERY_TASK_ALWAYS_EAGER = True
    sweep()
    settings.CELERY_TASK_ALWAYS_EAGER = False
    assert client.get("/healthz").json()["worker"] is True
    health.beat(timezone.now() - health.SILENT - timedelta(seconds=1))
    response = client.get("/healthz")
    assert (response.status_code, response.json()["worker"]) == (503, False)


@pytest.mark.django_db
def test_a_broker_that_does_not_answer(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = client.get("/healthz")
    assert (response.status_code, response.json()["broker"]) == (503, False)


@pytest.mark.django_db
def test_the_last_check(client: Client) -> None:
    Check.objects.create(office=make_office(), state="done", finished_at=timezone.now())
    assert client.get("/healthz").json()["last_check"].endswith("+08:00")


@pytest.mark.django_db
def test_a_database_that_is_gone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(health, "_last_check", gone)
    response = client.get("/healthz")
    assert (response.status_code, response.json()["database"]) == (503, False)


# --- log -------------------------------------------------------------------------------------------------------------------


def line(record: logging.LogRecord) -> dict[str, Any]:
    logs.Numbers().filter(record)
    said: dict[str, Any] = json.loads(logs.JsonFormatter().format(record))
    return said


@pytest.mark.django_db
def test_a_request_has_a_number_that_the_answer_and_the_log_carry(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="tracker.request"):
        caplog.handler.addFilter(logs.Numbers())
        given = client.get("/healthz", headers={"X-Request-ID": "abcdef-123456"})
        made = client.get("/healthz", headers={"X-Request-ID": "not a number\nat all"})
    assert given["X-Request-ID"] == "abcdef-123456"
    assert len(made["X-Request-ID"]) == 32
    said = json.loads(logs.JsonFormatter().format(caplog.records[0]))
    assert (said["request"], said["path"], said["status"]) == ("abcdef-123456", "/healthz", 200)
    assert "[request=abcdef-123456]" in logs.LineFormatter("%(message)s").format(caplog.records[0])
    assert logs.request_id.get() == ""


def test_a_task_carries_the_number_of_the_request_that_sent_it() -> None:
    """As a message takes it to a worker: in a header, which the worker's lines then name."""
    token = logs.request_id.set("number-of-a-request")
    headers: dict[str, Any] = {}
    before_task_publish.send(sender="x", headers=headers)
    logs.request_id.reset(token)
    task = SimpleNamespace(request=Context(headers))
    task_prerun.send(sender="x", task=task)
    assert line(logging.LogRecord("x", logging.INFO, __file__, 1, "m", (), None))["request"] == "number-of-a-request"
    task_postrun.send(sender="x", task=task)
    assert logs.request_id.get() == ""


@pytest.mark.django_db
def test_a_step_of_the_sweep_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> int:
        raise ArithmeticError("broken")

    monkeypatch.setattr("tracker.tasks.sweep_checks", fails)
    monkeypatch.setattr("tracker.tasks.tell", lambda _: 7)
    assert sweep() == 7


def test_an_exception_is_one_line_of_json() -> None:
    try:
        raise ArithmeticError("broken")
    except ArithmeticError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "目标%s", ("甲",), sys.exc_info())
    said = line(record)
    assert (said["level"], said["message"]) == ("ERROR", "目标甲")
    assert "ArithmeticError: broken" in said["exception"]


# --- production ------------------------------------------------------------------------------------------------------------


def wrong(settings: Settings, **said: Any) -> set[str]:
    for name, value in {"PRODUCTION": True, "DEBUG": False, "SECRET_KEY": KEY, "CELERY_TASK_ALWAYS_EAGER": False,
                        "SITE_URL": "https://goals.example.cn", **said}.items():
        setattr(settings, name, value)
    return {str(each.id) for each in production.fit_for_production()}


@pytest.mark.parametrize(("said", "found"), [
    ({}, set()), ({"DEBUG": True}, {"tracker.E001"}), ({"SECRET_KEY": "django-insecure-q8Zr2vXk0TnB5mWc7yLd4JfHs9"}, {"tracker.E002"}),
    ({"SECRET_KEY": "k" * 40}, {"tracker.E002"}), ({"SECRET_KEY": "please-change-me-q8Zr2vXk0TnB5mWc7yLd4JfH"}, {"tracker.E002"}),
    ({"CELERY_TASK_ALWAYS_EAGER": True}, {"tracker.E003"}), ({"SITE_URL": "http://127.0.0.1:8000"}, {"tracker.W001"}),
    ({"PRODUCTION": False, "DEBUG": True, "SECRET_KEY": "k"}, set()),
])
def test_what_production_refuses(settings: Settings, said: dict[str, Any], found: set[str]) -> None:
    assert wrong(settings, **said) == found


def test_all_that_is_wrong_is_said_at_once(settings: Settings) -> None:
    wrong(settings, DEBUG=True, CELERY_TASK_ALWAYS_EAGER=True)
    with pytest.raises(ImproperlyConfigured, match=r"E001.*E003"):
        production.refuse_if_unfit()


@pytest.mark.parametrize("words", [("-m", "gunicorn", "tracker.wsgi", "--check-config"), ("manage.py", "check"),
                                   ("-m", "celery", "-A", "tracker", "worker", "--pool=solo"),
                                   ("-m", "celery", "-A", "tracker", "beat", "--schedule={}/beat")])
def test_neither_pages_nor_commands_nor_workers_start_like_that(tmp_path: Path, words: tuple[str, ...]) -> None:
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "tracker.settings", "DATA_DIR": str(tmp_path), "DEBUG": "1",
                   "PRODUCTION": "1", "SECRET_KEY": KEY, "REDIS_URL": "redis://127.0.0.1:1/0", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([sys.executable, *(word.format(tmp_path) for word in words)], cwd=ROOT, env=environment,
                          capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode != 0
    assert "DEBUG" in done.stderr + done.stdout
