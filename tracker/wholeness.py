"""What reaches a view: a click as one step, which is there with its entry of the trail or not at all; and no zero bytes."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse

LOOKING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
Answer = Callable[[HttpRequest], HttpResponse]


class WholeSteps:
    """Runs each view that may change something in one transaction, but for those under `transaction.non_atomic_requests`.

    Not Django's ATOMIC_REQUESTS: that would have SQLite lock out all writers for every page that is only looked at.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any) -> HttpResponse | None:
        _refuse_zero_bytes(request)
        if request.method in LOOKING or getattr(view, "_non_atomic_requests", None):
            return None
        with transaction.atomic():
            return view(request, *args, **kwargs)


def _refuse_zero_bytes(request: HttpRequest) -> None:
    """No person types one, PostgreSQL keeps none, and not every view asks a form. The API checks what it takes itself."""
    if request.path.startswith("/api/"):
        return
    said = [request.GET, *([] if request.method in LOOKING else [request.POST])]
    if any("\0" in value for each in said for values in each.lists() for value in (values[0], *values[1])):
        raise BadRequest("请求中有零字节")
