"""How a table takes order and page from an address, and nothing else: how long a page is, is not the reader's to say."""

from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest
from django_tables2 import RequestConfig


def configure(request: HttpRequest, table: Any, *, per_page: int, **paginate: Any) -> None:
    """Sort and page the table; a page that is not there becomes the last one."""
    said = request.GET.copy()
    said.pop("per_page", None)
    RequestConfig(SimpleNamespace(GET=said), paginate={"per_page": per_page, **paginate}).configure(table)
