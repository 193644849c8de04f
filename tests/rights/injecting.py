"""What hostile words do to pages, files, headers and queries, as sentences. Runs in a test, and on PostgreSQL in an installation."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from django.test import Client
from django.urls import reverse

from tests.rights.addresses import Address, addresses
from tests.rights.world import SECRET, World, make_world

MARKUP = "<b id=own3d>青</b><script>own3d()</script>\"'><img src=x onerror=own3d()>{{7*7}}{% debug %}</textarea></title>"
RAW = (b"<b id=own3d", b"<script>own3d", b"<img src=x", b"</textarea></title>")
FORMULAS = ("=HYPERLINK(\"http://x.example\",\"点我\")", "+cmd|' /C calc'!A0", "-2+3+cmd|'/C calc'!A0", "@SUM(1+1)", "\t=1+1", "=1+1")
SORTS = ("pk", "-pk", "office__parent__name", "user__password", "-user__password", "uploaded_by__password", "pk; DROP TABLE offices_user",
         "(SELECT 1)", "at') --", "?", "-", "", "__class__", "objects", "name,name", "RANDOM()", "status__regex")
VALUES = ("' OR 1=1 --", "\"; DROP TABLE targets_target; --", "1) UNION SELECT password FROM offices_user --", "%", "_", "\\", "%5C%27",
          "9" * 40, "-1", "0", "1e999", "NaN", "٣", "2025-02-31", "2025-13", "[]", "null", "../../etc/passwd", "a" * 3000, "'",
          "\u202egnp.exe", "00000000-0000-0000-0000-000000000000", "None", "\ufffe", "💥", "${jndi:x}", "\r\nSet-Cookie: own3d=1")
FEW = ("' OR 1=1 --", "9" * 40, "-1", "2025-02-31", "\\", "1e999", "-user__password")
"""What another database may take otherwise."""
NAMES = ("sort", "page", "per_page", "year", "office", "status", "standing", "section", "department", "tier", "kind",
         "confirmed", "turn", "q", "column", "density", "state", "rule", "step", "action", "who", "address", "since",
         "until", "success", "t", "c", "cutoff", "form", "paper", "file", "next", "poll", "origin", "open")
"""Every name that a page of ours looks for in an address."""


FIELDS = ("version", "next", "name", "text", "date", "query", "step", "drop", "kind", "year", "value")


def pages() -> list[Address]:
    """What answers to GET with a page or a file; the API has its own fuzz."""
    return [each for each in dict.fromkeys(addresses()) if not each.name.startswith("api:")]


def signed_in(world: World, asker: str) -> Client:
    client = Client(raise_request_exception=False)
    user = world.people[asker]
    assert user is not None
    client.force_login(user)
    return client


def path_of(world: World, address: Address) -> str:
    return reverse(address.name, kwargs=world.parameters.get(address.name, {}))


def body_of(response: Any) -> bytes:
    whole: bytes = response.getvalue() if response.streaming else response.content
    response.close()
    return whole


def markup(world: World) -> Iterator[str]:
    """Words of a document, a person or an office are words on every page, and never a part of it."""
    for asker in ("supervisor", "leader", "unit", "admin", "auditor"):
        client = signed_in(world, asker)
        for address in pages():
            for query in ("", f"?q={MARKUP}&next={MARKUP}&year=&t={MARKUP}"):
                response = client.get(path_of(world, address) + query)
                if response.status_code >= 500:
                    yield f"{asker} {address.name}{query[:3]}: {response.status_code}"
                if response.headers.get("Content-Type", "").startswith("text/html"):
                    found = body_of(response)
                    yield from (f"{asker} {address.name}: {raw!r}" for raw in RAW if raw in found)


def formulas(world: World, formula: str) -> Iterator[str]:
    """A text that begins like a formula is a text in every file that goes out."""
    client, auditor = signed_in(world, "supervisor"), signed_in(world, "auditor")
    for query in ("", "?form=working", "?departments=1"):
        yield from _in_sheet(f"ledger{query}", body_of(client.get(reverse("reports:ledger") + query)))
    yield from _in_csv("ledger.csv", body_of(client.get(reverse("reports:ledger") + "?file=csv")), formula)
    with zipfile.ZipFile(io.BytesIO(body_of(client.get(reverse("reports:ledger") + "?file=zip")))) as packed:
        for name in packed.namelist():
            yield from _in_sheet(name, packed.read(name))
    yield from _in_sheet("trail", body_of(auditor.get(reverse("offices:audit_export"))))
    yield from _in_csv("trail.csv", body_of(auditor.get(reverse("offices:audit_export") + "?file=csv")), formula)


def _in_sheet(name: str, data: bytes) -> Iterator[str]:
    """Formulas by the file itself: no library decides for us what one is. Ours links within the workbook are allowed."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for part in packed.namelist():
            if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                for each in ET.fromstring(packed.read(part)).iter():
                    if each.tag.endswith("}f") and not re.fullmatch(r'HYPERLINK\("#[^"]*","[^"]*"\)|SUM\([A-Z0-9:]+\)', each.text or ""):
                        yield f"{name} {part}: {each.text!r}"


def _in_csv(name: str, data: bytes, formula: str) -> Iterator[str]:
    wanted = formula.strip()[1:8]
    for line in csv.reader(io.StringIO(data.decode("utf-8-sig"))):
        yield from (f"{name}: {cell!r}" for cell in line if wanted in cell and cell.strip()[:1] in ("=", "+", "-", "@", "\t"))


def queries(world: World, values: Sequence[str] = (*SORTS, *VALUES)) -> Iterator[str]:
    """No value of any parameter breaks a page, opens one wider, or gets into a header."""
    own, stranger = signed_in(world, "supervisor"), signed_in(world, "stranger")
    auditor, admin = signed_in(world, "auditor"), signed_in(world, "admin")
    lists = [each for each in pages() if not each.parameters and each.name not in ("logout", "reports:print_file")]
    for address in lists:
        path = path_of(world, address)
        reader = next((each for each in (own, auditor, admin) if each.get(path).status_code != 403), own)
        for value in values:
            # Whoever sees the rows; and, for what tries to open more of them, whoever must not.
            for client in (reader, stranger) if "OR" in value or "UNION" in value or "__" in value else (reader,):
                response = client.get(path, dict.fromkeys(NAMES, value))
                if response.status_code >= 500:
                    yield f"{address.name} {value[:40]!r}: {response.status_code}"
                elif client is stranger and SECRET.encode() in body_of(response):
                    yield f"{address.name} {value[:40]!r}: shows what is not theirs"
                if "own3d" in str(response.headers) or response.cookies.get("own3d"):
                    yield f"{address.name} {value[:40]!r}: a header of theirs"


def posts(world: World) -> Iterator[str]:
    """No value of any field breaks a form: it is taken, or refused with a sentence."""
    from django.db import transaction  # noqa: PLC0415 (only where Django is set up)

    client, admin = signed_in(world, "supervisor"), signed_in(world, "admin")
    for address in pages():
        known = world.bodies.get(address.name, {})
        for value in ("' OR 1=1 --", "9" * 40, "\u202e\u2066x", "<b>", "a" * 3000, "-1", "", "2025-02-31"):
            fields = dict.fromkeys((*known, *FIELDS), value)
            for asker in (client, admin):
                if address.name in ("logout", "login", "setup", "password", "second"):
                    continue
                with transaction.atomic():
                    response = asker.post(path_of(world, address), fields)
                    transaction.set_rollback(True)
                if response.status_code >= 500:
                    yield f"{address.name} {value[:40]!r}: {response.status_code}"
                if response.status_code in (301, 302) and response["Location"].startswith(("http", "//", "javascript")):
                    yield f"{address.name}: leads to {response['Location']}"


def main() -> None:
    """Everything, for an installation; ends with a sentence for each finding."""
    world = make_world()
    found = [*queries(world, FEW), *posts(world)]
    if found:
        raise SystemExit("\n".join(found[:40]))
