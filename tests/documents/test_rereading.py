"""重读: differences are shown, taken by a person, and never by two at once."""

import pytest
from django.test import Client
from pytest_django import Settings

from documents.intake import read_in
from documents.models import Document, State
from offices.models import AuditEntry, Office
from tests.factories import make_document, make_office, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(settings: Settings) -> Office:
    settings.PIPELINE = {}
    return make_office("青蘅街道")


@pytest.fixture
def document(office: Office) -> Document:
    """Read by an engine that saw 6 where there are 5, and did not see the 3."""
    document = make_document(office, text="青蘅街道2025年工作计划\n一、全年新增绿道5公里以上。\n二、新建口袋公园3个。", state=State.STORED)
    read_in(document)
    assert document.reading is not None
    first = document.reading["statements"][0]
    document.reading = {**document.reading, "statements": [{**first, "value": "6"}]}
    document.state = State.MATCHED
    document.save()
    return document


@pytest.fixture
def supervisor(client: Client, office: Office) -> Client:
    client.force_login(make_user(office=office))
    return client


def test_differences_are_shown_before_they_are_taken(supervisor: Client, document: Document) -> None:
    page = supervisor.get(f"/documents/{document.public_id}/reread/").content.decode()
    assert "有2处" in page
    assert "改读" in page
    assert "新读出" in page
    document.refresh_from_db()
    assert document.reading is not None
    assert len(document.reading["statements"]) == 1


def test_what_is_taken_goes_through_the_pipeline_again(supervisor: Client, document: Document) -> None:
    Document.objects.filter(pk=document.pk).update(year=2024, corrected=["year"])
    supervisor.post(f"/documents/{document.public_id}/reread/", {"version": document.version})
    document.refresh_from_db()
    assert document.reading is not None
    assert (document.state, document.target_count, document.year) == (State.READ, 2, 2024)
    assert AuditEntry.objects.get(action="document.reread").success


def test_the_second_one_takes_nothing(supervisor: Client, document: Document) -> None:
    Document.objects.filter(pk=document.pk).update(version=document.version + 1)
    page = supervisor.post(f"/documents/{document.public_id}/reread/", {"version": document.version}, follow=True).content.decode()
    assert "没有采用重读结果" in page
    assert not AuditEntry.objects.get(action="document.reread").success


def test_a_document_under_way_waits(supervisor: Client, document: Document) -> None:
    Document.objects.filter(pk=document.pk).update(state=State.READ)
    page = supervisor.get(f"/documents/{document.public_id}/reread/", follow=True).content.decode()
    assert "请稍后再重读" in page


def test_a_stranger_and_the_office_above_do_not_reread(client: Client, document: Document) -> None:
    client.force_login(make_user(office=make_office("柳汀街道")))
    assert client.get(f"/documents/{document.public_id}/reread/").status_code == 404
