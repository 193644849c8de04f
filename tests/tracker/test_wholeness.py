"""A step and its entry in the trail are there together or not at all."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from documents.models import Document
from offices import audit
from offices.models import AuditEntry
from tests.factories import make_office, make_target, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def dies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ends just when the deed is to be noted."""

    def record(*_: Any, **__: Any) -> None:
        raise SystemError

    monkeypatch.setattr(audit, "record", record)


def test_a_decision_that_could_not_be_noted_was_not_made(client: Client, dies: None) -> None:
    target = make_target()
    client.force_login(make_user(office=target.office))
    client.raise_request_exception = False
    response = client.post(f"/targets/{target.public_id}/confirm/", {"version": 1})
    assert response.status_code == 500
    target.refresh_from_db()
    assert (target.confirmed_by_id, target.version) == (None, 1)


def test_an_upload_that_could_not_be_noted_is_no_document(client: Client, dies: None) -> None:
    office = make_office()
    client.force_login(make_user(office=office))
    client.raise_request_exception = False
    file = SimpleUploadedFile("a.txt", "全年新增5家。".encode())
    response = client.post("/documents/upload/", {"office": office.pk, "origin": "annual", "uploads": file})
    assert response.status_code == 500
    assert not Document.objects.exists()


def test_what_is_refused_stays_on_record(client: Client) -> None:
    client.force_login(make_user("leader", office=(target := make_target()).office))
    assert client.post(f"/targets/{target.public_id}/confirm/", {"version": 1}).status_code == 403
    assert AuditEntry.objects.get().action == "refusal"


@pytest.mark.parametrize("address", ["/search/?q=a%00b", "/targets/?year=%00", "/audit/?%00=1"])
def test_zero_bytes_are_turned_away_with_a_sentence(client: Client, address: str) -> None:
    client.force_login(make_user())
    response = client.get(address)
    assert response.status_code == 400
    assert "请求不完整" in response.content.decode()


def test_zero_bytes_in_a_form_too(client: Client) -> None:
    target = make_target()
    client.force_login(make_user(office=target.office))
    assert client.post(f"/targets/{target.public_id}/confirm/", {"version": "1\0"}).status_code == 400
