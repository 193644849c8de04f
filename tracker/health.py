"""/healthz: do database, broker and workers answer, and when was the last check."""

import datetime
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports.models import Check
from tracker.models import Heartbeat

SILENT = datetime.timedelta(minutes=15)
"""A worker that is at a long task is silent for as long as the longest may take."""
SWEEP = "sweep"


@require_safe
# What asks whether the database is there must not need it to begin.
@transaction.non_atomic_requests
def healthz(_request: HttpRequest) -> JsonResponse:
    """200, or 503 where something that should be there is not. Says nothing else: it is open to everybody. None: not needed here."""
    try:
        found: dict[str, Any] = {"database": True, "broker": _broker(), "worker": _worker(timezone.now()), "last_check": _last_check()}
    except DatabaseError:
        found = {"database": False, "broker": _broker(), "worker": None, "last_check": None}
    down = False in (found["database"], found["broker"], found["worker"])
    return JsonResponse(found, status=503 if down else 200)


def beat(now: datetime.datetime) -> None:
    """A worker is alive."""
    Heartbeat.objects.update_or_create(name=SWEEP, defaults={"at": now})


def _broker() -> bool | None:
    if not settings.REDIS_URL:
        return None
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _worker(now: datetime.datetime) -> bool | None:
    last = Heartbeat.objects.filter(name=SWEEP).first()
    if settings.CELERY_TASK_ALWAYS_EAGER:
        return None
    return last is not None and now - last.at <= SILENT


def _last_check() -> str | None:
    last = Check.objects.filter(finished_at__isnull=False).order_by("-finished_at").values_list("finished_at", flat=True).first()
    return timezone.localtime(last).isoformat(timespec="seconds") if last else None
