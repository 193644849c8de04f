"""How often somebody may ask: sign in, search, upload, export. Counted in the cache, over windows of fixed length.

With Redis the count holds over all processes; without it each process counts for itself, and the embedded installation has but one.
Should the cache be down, nobody is kept out.
"""

import hashlib
import logging
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from offices import audit

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `number` requests by `method` in `seconds`, for each address, person, or account that is tried."""

    number: int
    seconds: int
    by: str
    method: str = "POST"


LIMITS: dict[str, tuple[Limit, ...]] = {
    # A whole building may stand behind one address; one account is tried by one person.
    "login": (Limit(100, 300, "address"), Limit(20, 600, "account")),
    "code": (Limit(60, 300, "address"),),
    "setup": (Limit(20, 300, "address"),),
    "password": (Limit(20, 600, "person"),),
    "second": (Limit(20, 600, "person"),),
    "search": (Limit(60, 60, "person", "GET"),),
    "documents:upload": (Limit(60, 60, "person"),),
    "reports:returns": (Limit(20, 60, "person"),),
    "reports:ledger": (Limit(30, 60, "person", "GET"),),
    "reports:print_file": (Limit(10, 60, "person", "GET"),),
    "offices:audit_export": (Limit(10, 60, "person", "GET"),),
}
"""By the name of the address."""


class Limits:
    """The middleware that holds requests to `LIMITS`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        for limit in LIMITS.get(name, ()) if settings.RATE_LIMITS else ():
            if request.method == limit.method and (who := _who(request, limit.by)):
                count = counted(f"{name}:{limit.by}:{who}", limit.seconds)
                if count > limit.number:
                    return _too_often(request, name, limit, first=count == limit.number + 1)
        return None


def _who(request: HttpRequest, by: str) -> str:
    if by == "address":
        return audit.address_of(request) or "?"
    if by == "account":
        return unicodedata.normalize("NFKC", request.POST.get("username", "")).casefold()
    return str(request.user.pk or "")


def counted(what: str, seconds: int) -> int:
    """One more of `what` in the window of `seconds` that runs now; returns how many there are. Zero where the cache does not answer."""
    window = int(time.time()) // seconds
    key = f"limit:{hashlib.sha256(what.encode('utf-8', 'replace')).hexdigest()}:{seconds}:{window}"
    try:
        cache.add(key, 0, timeout=seconds)
        return int(cache.incr(key))
    except ValueError:
        # It ran out between the two calls.
        return 1
    except Exception:
        logger.exception("the cache does not answer; nothing is limited")
        return 0


def _too_often(request: HttpRequest, name: str, limit: Limit, *, first: bool) -> HttpResponse:
    if first:
        # Once for each window: a flood must not fill the trail.
        audit.record("refusal", request=request, success=False, after={"path": request.path[:200], "why": "too often", "name": name})
    wait = limit.seconds - int(time.time()) % limit.seconds
    text = f"操作过于频繁,请{-(-wait // 60)}分钟后再试。"
    response = render(request, "sorry.html", {"title": "请稍后再试", "text": text}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response
