"""The trail is written once and never changed."""

import datetime
from decimal import Decimal

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from offices import audit
from offices.models import AuditEntry
from tests.factories import make_office, make_user

pytestmark = pytest.mark.django_db


def test_an_entry_says_who_from_where_and_what() -> None:
    user, office = make_user(), make_office()
    request = RequestFactory().get("/", REMOTE_ADDR="10.1.2.3")
    request.user = user
    audit.record("office.rename", office=office, request=request, subject=office,
                 before={"since": datetime.date(2025, 1, 1)}, after={"share": Decimal("0.30")})
    entry = AuditEntry.objects.get()
    assert (entry.user, entry.address, entry.subject, entry.subject_id) == (user, "10.1.2.3", "offices.office", office.public_id)
    assert (entry.before, entry.after, entry.success) == ({"since": "2025-01-01"}, {"share": "0.30"}, True)


def test_nobody_changes_or_deletes_an_entry() -> None:
    entry = audit.record("signin")
    entry.action = "other"
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()
    with pytest.raises(TypeError):
        AuditEntry.objects.update(action="other")
    with pytest.raises(TypeError):
        AuditEntry.objects.all().delete()
    assert AuditEntry.objects.get().action == "signin"


@pytest.mark.parametrize(("proxies", "peer", "said", "address"), [
    ([], "10.0.0.1", "1.2.3.4, 172.16.0.9", "10.0.0.1"),
    (["10.0.0.1"], "10.0.0.1", "1.2.3.4, 172.16.0.9", "172.16.0.9"),
    (["10.0.0.0/24", "172.16.0.9"], "10.0.0.1", "1.2.3.4, 172.16.0.9", "1.2.3.4"),
    (["10.0.0.1"], "10.9.9.9", "1.2.3.4", "10.9.9.9"),
    (["10.0.0.1"], "10.0.0.1", "", "10.0.0.1"),
    (["10.0.0.1"], "10.0.0.1", "<script>, nonsense", None),
    (["unix"], "", "1.2.3.4", "1.2.3.4"),
    ([], "", "1.2.3.4", None),
])
def test_a_header_of_a_proxy_counts_only_from_one_that_is_named(
    settings: Settings, proxies: list[str], peer: str, said: str, address: str | None,
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=said)
    assert audit.address_of(request) == address


def test_entries_of_one_step_share_it() -> None:
    first = audit.record("match.confirm")
    second = audit.record("match.confirm", step=first.step)
    assert first.step == second.step != audit.record("match.confirm").step
