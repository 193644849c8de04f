"""How a table takes order and page from an address, and nothing wilder than that."""

from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest
from django_tables2 import RequestConfig

LONGEST = 200
"""So many rows on a page at most, whatever an address asks for."""


def configure(request: HttpRequest, table: Any, *, per_page: int, **paginate: Any) -> None:
    """Sort and page the table; a page that is not there becomes the last one."""
    said = request.GET.copy()
    asked = said.get("per_page", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 4 and 1 <= int(asked) <= LONGEST):
        said.pop("per_page", None)
    RequestConfig(SimpleNamespace(GET=said), paginate={"per_page": per_page, **paginate}).configure(table)
