"""Headers every answer carries, and the end of a session."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from offices.audit import is_trusted

Answer = Callable[[HttpRequest], HttpResponse]

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_FORWARDED")
POLICY = ("default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
          "frame-ancestors 'none'; form-action 'self'")


def trusted_proxies(get_response: Answer) -> Answer:
    """What others than the proxies of the settings say about the client and about https is dropped before anybody reads it."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not is_trusted(str(request.META.get("REMOTE_ADDR", ""))):
            for name in FORWARDED:
                request.META.pop(name, None)
        return get_response(request)

    return answer


def content_policy(get_response: Answer) -> Answer:
    """A strict content security policy: no inline script or style, nothing from outside."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return answer


def session_limits(get_response: Answer) -> Answer:
    """Sign out who was idle too long, and anybody after the longest time. Polling (`?poll`) counts as idle."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            _limit(request, time.time())
        return get_response(request)

    return answer


def _limit(request: HttpRequest, now: float) -> None:
    session = request.session
    since = session.setdefault("signed_in_at", now)
    seen = session.get("seen_at", now)
    if now - since > settings.SESSION_LONGEST.total_seconds() or now - seen > settings.SESSION_IDLE.total_seconds():
        logout(request)
    # Once a minute is exact enough and spares a write for every request.
    elif "seen_at" not in session or (now - seen > 60 and "poll" not in request.GET):
        session["seen_at"] = now
