"""Where a form leads back to."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def own(request: HttpRequest, wanted: str) -> str:
    """The address if it is one of our own pages, else empty. It begins with a slash: anything else, Django takes for a name to look up."""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if safe and wanted.startswith("/") else ""
