"""The audit trail hangs together, shows what was done to it, and the database itself refuses to do it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, models, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from offices import audit, chain, guard, trail
from offices.models import AuditChain, AuditEntry, Office
from tests.conftest import postgres_url
from tests.factories import make_office, make_user
from tests.installation import Installation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def office() -> Office:
    """An office with five linked entries."""
    office = make_office("青蘅街道")
    user = make_user(office=office)
    for number in range(5):
        audit.record("target.confirm", office=office, user=user, after={"number": number, "share": 0.5 * number, "word": "核对=无误"})
    chain.seal(office.pk)
    return office


@pytest.fixture
def unguarded() -> None:
    """As somebody would have it who took the triggers away first; they are back with the end of the test's transaction."""
    guard.lift(connection)


def raw(entry: AuditEntry) -> "models.QuerySet[AuditEntry]":
    """Past the manager that changes nothing, as somebody with a database client would come."""
    return models.QuerySet(AuditEntry).filter(pk=entry.pk)


def at(office: Office, place: int) -> AuditEntry:
    return AuditEntry.objects.get(office=office, place=place)


def verified(office: Office) -> chain.Verified:
    return next(each for each in chain.verify() if each.office == office.name)


def test_entries_are_linked_in_order_for_each_office_alone(office: Office) -> None:
    other = make_office("柳汀街道")
    audit.record("target.confirm", office=other)
    audit.record("signin")
    assert chain.seal_left() == 2
    assert [verified(office).entries, verified(other).entries] == [5, 1]
    assert list(AuditEntry.objects.filter(office=office).order_by("pk").values_list("place", flat=True)) == [1, 2, 3, 4, 5]
    assert AuditChain.objects.get(office=None).length == 1
    assert not any(each.errors or each.unsealed for each in chain.verify())


def test_a_deed_is_linked_right_after_its_commit_and_once(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    office = make_office()
    with django_capture_on_commit_callbacks(execute=True) as waiting, transaction.atomic():
        for _ in range(30):
            audit.record("target.confirm", office=office)
    assert len(waiting) == 1
    assert verified(office).entries == 30
    assert verified(office).unsealed == 0


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize(("field", "value"), [
    ("action", "target.withdraw"), ("after", {"number": 7}), ("success", False), ("address", "10.0.0.9"), ("at", NOW), ("user", None),
    ("subject", "targets.target"), ("before", {}), ("digest", "0" * 64),
])
def test_a_changed_entry_shows(office: Office, field: str, value: object) -> None:
    raw(at(office, 3)).update(**{field: value})
    assert any("第3条" in error for error in verified(office).errors)
    # Whoever gives the changed entry a fitting digest has to do so with all that follow, and with the end.
    entry = at(office, 3)
    raw(entry).update(digest=chain.digest_of(entry, 3, at(office, 2).digest))
    assert field == "digest" or any("第4条" in error for error in verified(office).errors)


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize(("place", "said"), [(3, "缺少第3条"), (1, "缺少第1条"), (5, "缺少第5至5条")])
def test_a_lost_entry_shows(office: Office, place: int, said: str) -> None:
    raw(at(office, place)).delete()
    assert verified(office).errors == [said]
    with pytest.raises(CommandError, match=said):
        call_command("verify_trail")


def test_one_that_was_slipped_in_shows(office: Office) -> None:
    AuditEntry.objects.create(office=office, action="target.confirm", place=9, digest="f" * 64)
    assert verified(office).errors == ["有1条不在链上"]


@pytest.mark.usefixtures("unguarded")
def test_pruning_keeps_the_last_digest_as_anchor_and_notes_itself(office: Office) -> None:
    fifth = at(office, 5)
    for entry in AuditEntry.objects.filter(office=office, place__lte=3):
        raw(entry).update(at=NOW - timedelta(days=401))
    relink(office)
    anchor = at(office, 3).digest
    assert trail.prune(NOW) == 3
    chain.seal(office.pk)
    end = AuditChain.objects.get(office=office)
    assert (end.pruned, end.anchor, end.length) == (3, anchor, 6)
    assert (verified(office).entries, verified(office).errors) == (3, [])
    noted = AuditEntry.objects.get(action="trail.prune")
    assert noted.after is not None
    assert (noted.after["count"], noted.after["anchor"]) == (3, anchor)
    assert AuditEntry.objects.filter(pk=fifth.pk).exists()
    assert trail.prune(NOW) == 0


def test_what_is_younger_than_the_rule_is_never_pruned(office: Office) -> None:
    assert trail.prune(datetime.now(UTC) + timedelta(days=399)) == 0
    assert AuditEntry.objects.filter(office=office).count() == 5


def relink(office: Office) -> None:
    """Link the chain anew after a test has put its entries into the past."""
    models.QuerySet(AuditEntry).filter(office=office).update(place=None, digest="")
    AuditChain.objects.filter(office=office).update(length=0, digest="")
    chain.seal(office.pk)


@pytest.mark.parametrize("changes", [{"action": "other"}, {"at": NOW}, {"place": None, "digest": ""}, {"after": None}])
def test_the_database_refuses_to_change_an_entry(office: Office, changes: dict[str, object]) -> None:
    with pytest.raises(DatabaseError, match="不可修改"), transaction.atomic():
        raw(at(office, 2)).update(**changes)
    assert verified(office).errors == []


def test_linking_may_not_change_an_entry_on_the_way(office: Office) -> None:
    entry = audit.record("target.confirm", office=office)
    with pytest.raises(DatabaseError, match="不可修改"), transaction.atomic():
        raw(entry).update(place=6, digest="a" * 64, action="other")
    assert chain.seal(office.pk) == 1


def test_the_database_refuses_to_delete_an_entry(office: Office) -> None:
    with pytest.raises(DatabaseError, match="不可删除"), transaction.atomic():
        raw(at(office, 1)).delete()
    # Not even what is said to be pruned, while it is younger than the law asks for.
    AuditChain.objects.filter(office=office).update(pruned=5)
    with pytest.raises(DatabaseError, match="不可删除"), transaction.atomic():
        raw(at(office, 1)).delete()


def test_the_database_lets_old_entries_go_once_they_are_pruned(office: Office) -> None:
    old = AuditEntry.objects.create(office=office, action="target.confirm")
    guard.lift(connection)
    raw(old).update(at=datetime.now(UTC) - timedelta(days=300))
    guard.set_up(connection)
    chain.seal(office.pk)
    with pytest.raises(DatabaseError, match="不可删除"), transaction.atomic():
        raw(old).delete()
    AuditChain.objects.filter(office=office).update(pruned=6)
    assert raw(old).delete()[0] == 1


ATTEMPTS = """
from datetime import UTC, datetime, timedelta
from django.db import DatabaseError, connection
from django.core.management import call_command
from offices import audit, chain, guard, trail
from offices.models import AuditEntry, Office
office = Office.objects.create(name="青蘅街道")
for number in range(3):
    audit.record("target.confirm", office=office, after={"number": number, "share": 1.0, "large": 1e22})
assert AuditEntry.objects.filter(place=None).count() == 0, "linked after the commit"
for sql in ("UPDATE offices_auditentry SET action = 'x'", "DELETE FROM offices_auditentry", "TRUNCATE offices_auditentry"):
    if connection.vendor == "sqlite" and sql.startswith("TRUNCATE"):
        continue
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        print("refused", sql.split()[0])
    else:
        raise SystemExit(f"the database let {sql} pass")
call_command("verify_trail")
"""


def test_an_installation_on_sqlite_is_guarded(tmp_path: Path) -> None:
    site = Installation(tmp_path)
    site.manage("migrate", "--verbosity", "0")
    said = site.script(ATTEMPTS)
    assert said.count("refused") == 2
    assert "审计记录完整" in said


@pytest.mark.needs("postgres")
def test_an_installation_on_postgres_is_guarded(tmp_path: Path, own_database: str) -> None:
    assert postgres_url()
    site = Installation(tmp_path, DATABASE_URL=own_database)
    site.manage("migrate", "--verbosity", "0")
    said = site.script(ATTEMPTS)
    assert said.count("refused") == 3
    assert "审计记录完整" in said


WRITER = """
from django.db import transaction
from offices import audit
from offices.models import Office
office, other = Office.objects.order_by("pk")
for step in range(40):
    with transaction.atomic():
        for _ in range(5):
            audit.record("target.confirm", office=office if step % 3 else other)
"""


@pytest.mark.needs("postgres")
def test_many_who_write_at_once_neither_wait_for_ever_nor_tear_the_chain(tmp_path: Path, own_database: str) -> None:
    site = Installation(tmp_path, DATABASE_URL=own_database)
    site.manage("migrate", "--verbosity", "0")
    site.script("from offices.models import Office; [Office.objects.create(name=name) for name in ('青蘅街道', '柳汀街道')]")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: site.script(WRITER), range(4)))
    said = site.manage("verify_trail")
    assert "青蘅街道:520条,已清理0条,待入链0条" in said
    assert "柳汀街道:280条,已清理0条,待入链0条" in said
