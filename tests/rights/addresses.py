"""Every address of the product, from its own URL configuration."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True, slots=True)
class Address:
    """A pattern: its full name and the names of what stands in it."""

    name: str
    route: str
    parameters: tuple[str, ...]


def addresses() -> list[Address]:
    return list(_below(get_resolver(), "", ""))


def _below(resolver: Any, namespace: str, route: str) -> Iterator[Address]:
    for each in resolver.url_patterns:
        whole = f"{route}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from _below(each, f"{namespace}{each.namespace}:" if each.namespace else namespace, whole)
        elif isinstance(each, URLPattern):
            yield Address(f"{namespace}{each.name or whole}", whole, tuple(re.findall(r"<(?:\w+:)?(\w+)>", whole)))
