"""verify names what is not as it was put down, one line each, and changes nothing."""

import datetime
import hashlib
import os
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from documents import leftovers
from documents.models import Document, State
from reports.models import Match, Result, Return
from targets.models import Target
from tests.factories import (
    make_commitment,
    make_document,
    make_match,
    make_office,
    make_read_document,
    make_result,
    make_statement,
    make_user,
)
from tracker.verifying import findings

pytestmark = pytest.mark.django_db
DAY_AGO = timezone.now() - datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def own_store(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def make_sound() -> tuple[Document, Target, Result]:
    """A plan and a report in which every row stands where it says, each with its own file."""
    office = make_office()
    plan = make_read_document(office, make_statement(), state=State.MATCHED)
    clause = make_commitment(plan, start=0)
    target = Target.objects.create(document=plan, office=office, commitment=clause, start=6, end=8, figure="5家", indicator="规上工业企业",
                                   sentence_start=0, sentence_end=8)
    report = make_read_document(office, make_statement(figure="3家", kind="result"), kind="report", month=6, state=State.MATCHED)
    result = Result.objects.create(document=report, office=office, start=6, end=8, figure="3家", indicator="规上工业企业", sentence_end=8)
    for document in (plan, report):
        document.sha256 = hashlib.sha256(document.file.read()).hexdigest()
        document.save()
    return plan, target, result


def found() -> list[tuple[str, str]]:
    return [(each.kind, each.about) for each in findings()]


def test_what_is_sound_is_called_so(capsys: pytest.CaptureFixture[str]) -> None:
    make_sound()
    call_command("verify")
    assert "没有发现问题" in capsys.readouterr().out


def test_findings_are_a_line_each_and_a_status(capsys: pytest.CaptureFixture[str]) -> None:
    plan, target, _ = make_sound()
    Path(plan.file.path).write_bytes(b"another")
    Target.objects.update(start=1)
    with pytest.raises(SystemExit) as ended:
        call_command("verify")
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert [line.split("\t")[:2] for line in said.out.splitlines()] == [
        ["file.changed", f"文件 {plan.public_id}"], ["span.wrong", f"目标 {target.public_id}"]]
    assert "发现2个问题" in said.err


def _lose(plan: Document, *_: object) -> None:
    Path(plan.file.path).unlink()


def _shift(_: Document, __: Target, result: Result) -> None:
    Result.objects.filter(pk=result.pk).update(end=result.end + 1)


def _beyond(_: Document, target: Target, __: Result) -> None:
    Target.objects.filter(pk=target.pk).update(sentence_end=99)


def _move(_: Document, target: Target, __: Result) -> None:
    Target.objects.filter(pk=target.pk).update(office=make_office())


def _double(_: Document, target: Target, result: Result) -> None:
    for each in (result, make_result(document=result.document, start=0, end=8, figure="规上工业企业3家", sentence_end=8)):
        make_match(target, each, role=Match.Role.EVIDENCE, decision=Match.Decision.CONFIRMED)


def _half_taken(*_: object) -> None:
    sheet = Return(user=make_user(), name="台账.xlsx", taken_at=DAY_AGO)
    sheet.file.name = make_document().file.name
    sheet.save()


def _stop(plan: Document, *_: object) -> None:
    Document.objects.filter(pk=plan.pk).update(state=State.READ, updated_at=DAY_AGO)


@pytest.mark.parametrize(("break_it", "kind"), [
    (_lose, "file.missing"), (_shift, "span.wrong"), (_beyond, "span.wrong"), (_move, "office.wrong"), (_double, "match.double"),
    (_half_taken, "return.torn"), (_stop, "document.stuck"),
])
def test_each_kind_of_damage_is_found(break_it: Callable[..., None], kind: str) -> None:
    break_it(*make_sound())
    assert kind in [each for each, _ in found()]


def test_what_is_still_worked_on_is_not_stuck() -> None:
    plan, *_ = make_sound()
    Document.objects.filter(pk=plan.pk).update(state=State.READ, updated_at=DAY_AGO, lease_until=timezone.now())
    assert found() == []


def test_a_file_that_no_row_knows_is_set_aside_and_not_lost(own_store: Path) -> None:
    make_sound()
    fresh, old = (own_store / "documents" / f"{uuid.uuid4()}" for _ in range(2))
    for path in (fresh, old):
        path.write_bytes(path.name.encode())
    os.utime(old, (DAY_AGO.timestamp(), DAY_AGO.timestamp()))
    assert found() == [("file.unknown", f"documents/{old.name}")]
    assert leftovers.set_aside(timezone.now()) == 1
    assert fresh.exists(), "it may be an upload under way"
    assert (own_store / leftovers.ASIDE / old.name).read_bytes() == old.name.encode()
    assert found() == []
    leftovers.set_aside(timezone.now() + leftovers.KEPT - datetime.timedelta(days=1))
    assert (own_store / leftovers.ASIDE / old.name).exists()
    assert (own_store / leftovers.ASIDE / fresh.name).exists()
    leftovers.set_aside(timezone.now() + leftovers.KEPT + datetime.timedelta(days=1))
    assert not list((own_store / leftovers.ASIDE).iterdir())
