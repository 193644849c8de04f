"""Of two workers one wins, a late one does no harm, and nothing that stopped halfway is forgotten."""

import datetime
from types import SimpleNamespace

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError
from pytest_django import Settings

from documents import pipeline
from documents.models import LEASE, MOST_ATTEMPTS, PATIENCE, Document, State
from engine.errors import BrokenFile
from tests.factories import make_document

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What would go to the broker."""
    messages: list[tuple[str, int]] = []
    monkeypatch.setattr(pipeline, "send", lambda task, pk, **_: messages.append((task, pk)))
    return messages


def late(document: Document, by: datetime.timedelta) -> None:
    Document.objects.filter(pk=document.pk).update(updated_at=NOW - by)


def test_of_two_claims_one_wins() -> None:
    document = make_document()
    claims = [Document.objects.claim(document.pk, state=State.STORED, now=NOW) for _ in range(2)]
    assert claims == [True, False]


def test_claiming_is_one_update(django_assert_num_queries: object) -> None:
    document = make_document()
    with django_assert_num_queries(1) as asked:  # type: ignore[operator]
        Document.objects.claim(document.pk, state=State.STORED, now=NOW)
    assert asked[0]["sql"].startswith("UPDATE")


def test_a_lease_that_ran_out_may_be_claimed_again() -> None:
    document = make_document(lease_until=NOW - datetime.timedelta(seconds=1), attempts=1)
    assert Document.objects.claim(document.pk, state=State.STORED, now=NOW)
    document.refresh_from_db()
    assert (document.attempts, document.lease_until) == (2, NOW + LEASE)


def test_only_the_state_before_a_step_may_be_claimed() -> None:
    assert not Document.objects.claim(make_document(state=State.READ).pk, state=State.STORED, now=NOW)


def test_a_step_moves_on_and_sends_the_next(sent: list[tuple[str, int]], django_capture_on_commit_callbacks: object) -> None:
    document = make_document(attempts=3)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert pipeline.run_step(document.pk, state=State.STORED, to=State.READ, work=lambda _: None)
    document.refresh_from_db()
    assert (document.state, document.lease_until, document.attempts) == (State.READ, None, 0)
    assert sent == [("targets.take_targets", document.pk)]


def test_a_file_that_can_not_be_read_says_so_and_is_not_tried_again() -> None:
    document = make_document()

    def work(_: Document) -> None:
        raise BrokenFile("文件已损坏,请重新导出。")

    assert not pipeline.run_step(document.pk, state=State.STORED, to=State.READ, work=work)
    document.refresh_from_db()
    assert (document.state, document.fate) == (State.FAILED, "文件已损坏,请重新导出。")
    assert not Document.objects.due(timezone.now() + LEASE * 2).exists()


def test_a_bug_frees_the_document_for_another_try_later() -> None:
    document = make_document()
    with pytest.raises(ZeroDivisionError):
        pipeline.run_step(document.pk, state=State.STORED, to=State.READ, work=lambda _: 1 / 0)
    document.refresh_from_db()
    assert document.state == State.STORED
    assert not Document.objects.due(timezone.now()).exists()
    assert Document.objects.due(timezone.now() + pipeline.RETRY_AFTER).exists()


def test_a_document_that_breaks_every_step_ends_as_failed() -> None:
    document = make_document(attempts=MOST_ATTEMPTS - 1)
    with pytest.raises(ZeroDivisionError):
        pipeline.run_step(document.pk, state=State.STORED, to=State.READ, work=lambda _: 1 / 0)
    document.refresh_from_db()
    assert (document.state, document.error) == (State.FAILED, pipeline.WORN_OUT)


def test_a_correction_under_way_stops_the_late_step() -> None:
    """The step still holds yesterday's year: it must not move the corrected document on."""
    document = make_document(state=State.TAKEN)

    def work(held: Document) -> None:
        Document.objects.filter(pk=held.pk).update(state=State.TAKEN, lease_until=None, year=2025)

    assert not pipeline.run_step(document.pk, state=State.TAKEN, to=State.MATCHED, work=work)
    document.refresh_from_db()
    assert (document.state, document.year) == (State.TAKEN, 2025)


def test_the_sweep_sends_what_nobody_works_on(sent: list[tuple[str, int]]) -> None:
    lost, fresh, held, dead, done = (make_document() for _ in range(5))
    late(lost, PATIENCE * 2)
    Document.objects.filter(pk=held.pk).update(lease_until=NOW + LEASE)
    Document.objects.filter(pk=dead.pk).update(state=State.TAKEN, lease_until=NOW - LEASE)
    Document.objects.filter(pk=done.pk).update(state=State.MATCHED)
    late(done, PATIENCE * 2)
    assert pipeline.resend_due(NOW) == 2
    assert sorted(sent) == [("documents.read_document", lost.pk), ("reports.match_document", dead.pk)]
    assert fresh.state == State.STORED


def test_a_document_that_kills_its_workers_is_given_up(sent: list[tuple[str, int]]) -> None:
    document = make_document(attempts=MOST_ATTEMPTS, lease_until=NOW - LEASE)
    pipeline.resend_due(NOW)
    document.refresh_from_db()
    assert (document.state, sent) == (State.FAILED, [])


def test_a_broker_that_is_down_costs_only_time(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OperationalError("down")

    app = SimpleNamespace(conf=SimpleNamespace(task_always_eager=False), send_task=unreachable)
    monkeypatch.setattr(pipeline, "current_app", app)
    pipeline.send(settings.PIPELINE["stored"], 1)
