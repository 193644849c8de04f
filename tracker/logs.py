"""Lines of the log say which request and which task they belong to; as JSON where LOG_FORMAT asks for it.

A task that a request sent carries the request's number along, so that both can be found by it.
"""

import datetime
import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from celery import current_task, signals
from django.http import HttpRequest, HttpResponse

request_id: ContextVar[str] = ContextVar("request_id", default="")
HEADER = "X-Request-ID"
# A number from outside goes into the log: nothing but a number.
_GIVEN = re.compile(r"[0-9A-Za-z-]{8,64}", re.ASCII)
_ESCAPED = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))} | {
    code: f"\\u{code:04x}" for code in (0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
"""Ends of lines, what moves a terminal's cursor, and what turns the direction of writing."""
logger = logging.getLogger("tracker.request")


class Numbers(logging.Filter):
    """Puts the numbers of request and task on each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        task = current_task.request if current_task else None
        record.request = request_id.get()
        record.task = (task.id or "") if task else ""
        record.task_name = (current_task.name or "") if task else ""
        return True


class LineFormatter(logging.Formatter):
    """For people: the numbers stand at the end, where there are any. A name from outside cannot begin a line of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the library's name)
        return super().formatMessage(record).translate(_ESCAPED)

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        numbers = " ".join(f"{name}={value}" for name in ("request", "task", "task_name") if (value := getattr(record, name, "")))
        head, end, rest = text.partition("\n")
        return f"{head} [{numbers}]{end}{rest}" if numbers else text


class JsonFormatter(logging.Formatter):
    """For programs: one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.datetime.fromtimestamp(record.created, tz=datetime.UTC)
        said: dict[str, Any] = {"time": when.isoformat(timespec="milliseconds"), "level": record.levelname, "logger": record.name,
                                "message": record.getMessage()}
        said |= {name: value for name in ("request", "task", "task_name") if (value := getattr(record, name, ""))}
        said |= getattr(record, "said", {})
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


def numbered_requests(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Each request has a number, its own or the one that a proxy gave it, which the answer carries and every line names."""

    def answer(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        number = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
        token, begun = request_id.set(number), time.monotonic()
        try:
            response = get_response(request)
            response.headers[HEADER] = number
            spent = round(1000 * (time.monotonic() - begun))
            logger.info("%s %s %d in %d ms", request.method, request.path, response.status_code, spent,
                        extra={"said": {"method": request.method, "path": request.path, "status": response.status_code, "ms": spent}})
            return response
        finally:
            request_id.reset(token)

    return answer


@signals.before_task_publish.connect
def _carry(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None and request_id.get():
        headers["request_number"] = request_id.get()


@signals.task_prerun.connect
def _take_up(task: Any = None, **_: Any) -> None:
    number = task.request.get("request_number") if task is not None else None
    if number:
        request_id.set(str(number))


@signals.task_postrun.connect
def _put_down(task: Any = None, **_: Any) -> None:
    # A task that runs at once inside a request leaves the request its number.
    if task is not None and not task.request.is_eager:
        request_id.set("")
