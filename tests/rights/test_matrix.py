"""Every address, every method, everybody: the answers stand in matrix.txt. An address without a row, or a row without an address, fails.

What an answer holds is looked into as well: who may not read the street's business never finds its secret word in anything.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.http import StreamingHttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from tests.rights.addresses import Address, addresses
from tests.rights.world import PERSONS, READERS, SECRET, World, make_world

pytestmark = pytest.mark.django_db
MATRIX = Path(__file__).parent / "matrix.txt"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ASKERS = (*PERSONS, "key", "foreign")
ANY_METHOD = ("api:openapi-json", "api:api-root", "login")
"""The description of the API, which the library serves to any method, the same for everybody; and the sign-in page, which sends whoever
is signed in to the first page before it looks at the method.
"""
MAY_READ_OF = {"auditor": ("offices:audit", "offices:audit_export")}
"""The trail tells the auditor what was done to the street's rows, by their names."""


@dataclass(frozen=True, slots=True)
class Row:
    """What each asker is answered at one address, for one method and query."""

    name: str
    query: str
    method: str
    answers: dict[str, str]
    line: int


def rows() -> list[Row]:
    lines = MATRIX.read_text(encoding="utf-8").splitlines()
    head = next(line for line in lines if line.startswith("name ")).split()[2:]
    assert tuple(head) == ASKERS, f"the columns are {' '.join(ASKERS)}"
    return list(_rows(lines, head))


def _rows(lines: list[str], head: list[str]) -> Iterator[Row]:
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith(("#", "name ")):
            continue
        place, method, *answers = line.split()
        assert len(answers) == len(head), f"matrix.txt:{number}: {len(answers)} answers, {len(head)} askers"
        name, _, query = place.partition("?")
        yield Row(name, query, method, dict(zip(head, answers, strict=True)), number)


ROWS = rows()


@pytest.fixture(autouse=True)
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever gets the file gets the rows; that LibreOffice draws them is not asked here."""
    monkeypatch.setattr("reports.paper.pictures.as_pdf", lambda selection, _: repr(selection.rows).encode())


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, media_folder: Path) -> Iterator[World]:
    """Made once for all; every request is undone after it."""
    with override_settings(MEDIA_ROOT=media_folder), django_db_blocker.unblock(), transaction.atomic():
        made = make_world()
        made.cookies.update({name: _cookie(user) for name, user in made.people.items() if user})
        yield made
        transaction.set_rollback(True)


def _cookie(user: Any) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[django_settings.SESSION_COOKIE_NAME].value


def ask(world: World, asker: str, address: Address, method: str, query: str = "") -> tuple[str, bytes]:
    """The answer in a word (`in` is the way to the sign-in page, `ok` a page or a way on), and everything in it."""
    client = world.client
    client.cookies.clear()
    if asker in world.cookies:
        client.cookies[django_settings.SESSION_COOKIE_NAME] = world.cookies[asker]
    headers = {"Authorization": f"Bearer {world.keys[asker]}"} if asker in world.keys else {}
    path = reverse(address.name, kwargs=world.parameters.get(address.name, {}))
    whole = f"{path}?{world.queries[query]}" if query else path
    data = world.bodies.get(address.name, {}) if method == "POST" else {}
    with transaction.atomic():
        response = client.post(whole, data, headers=headers) if method == "POST" else client.generic(method, whole, headers=headers)
        said = _word(response), _content(response)
        transaction.set_rollback(True)
    return said


def _word(response: Any) -> str:
    if response.status_code in (301, 302) and response["Location"].startswith("/accounts/login/"):
        return "in"
    return "ok" if response.status_code < 400 else str(response.status_code)


def _content(response: Any) -> bytes:
    """What can be read in an answer, the parts of a packed file and where it leads included."""
    whole = response.getvalue() if isinstance(response, StreamingHttpResponse) else response.content
    response.close()
    if whole.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(whole)) as packed:
            whole = b"".join(packed.read(name) for name in packed.namelist())
    return bytes(whole) + str(response.headers).encode()


def address_of(name: str) -> Address:
    return next(each for each in addresses() if each.name == name)


def test_every_address_has_its_rows_and_every_row_its_address() -> None:
    there, told = {each.name for each in addresses()}, {row.name for row in ROWS}
    assert not there - told, "give these addresses a row for each method in tests/rights/matrix.txt"
    assert not told - there, "no such address any more"
    places = [(row.name, row.query, row.method) for row in ROWS]
    assert len(places) == len(set(places)), "one row for each"


def test_every_address_that_names_something_is_asked_for_something_that_is_there(world: World) -> None:
    named = {each.name for each in addresses() if each.parameters}
    assert not named - set(world.parameters), "tests/rights/world.py lacks what these name"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name}{'?' * bool(row.query)}{row.query}-{row.method}")
def test_everybody_is_answered_as_the_matrix_says(world: World, row: Row) -> None:
    address, wrong = address_of(row.name), []
    for asker in ASKERS:
        word, content = ask(world, asker, address, row.method, row.query)
        if word != row.answers[asker]:
            wrong.append(f"{asker}: {word}, not {row.answers[asker]}")
        if asker not in READERS and row.name not in MAY_READ_OF.get(asker, ()) and SECRET.encode() in content.replace(b"\\u", b""):
            wrong.append(f"{asker}: reads what is none of theirs")
    assert not wrong, f"matrix.txt:{row.line}"


@pytest.mark.parametrize("name", sorted({each.name for each in addresses()}))
def test_no_other_method_is_answered(world: World, name: str) -> None:
    """405 for everybody but those that a row names; HEAD and OPTIONS, where a view of Django's answers them, hold no more than GET does."""
    address, told = address_of(name), {row.method for row in ROWS if row.name == name}
    for method in sorted(set(METHODS) - told):
        for asker in ASKERS:
            word, content = ask(world, asker, address, method)
            # A view of Django's tells its methods, and answers HEAD as it answers GET.
            lenient = (method in ("HEAD", "OPTIONS") or name in ANY_METHOD) and word in ("ok", "401", "403", "404")
            assert word in ("405", "in") or lenient, f"{asker} {method}: {word}"
            assert asker in READERS or SECRET.encode() not in content
