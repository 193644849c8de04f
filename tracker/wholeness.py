"""A click is one step: what it changes, and the entry of the trail that says so, are there together or not at all."""

from collections.abc import Callable
from typing import Any

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
        if request.method in LOOKING or getattr(view, "_non_atomic_requests", None):
            return None
        with transaction.atomic():
            return view(request, *args, **kwargs)
