"""The reading of a document with what a person corrected."""

import datetime
from decimal import Decimal

import pytest

from documents.models import Document, State
from engine.values import Reading, Statement

ABOUT = {"doc": "x", "figure": "5家", "kind": "target", "indicator": "规上工业企业", "measure": "amount", "value": Decimal(5), "unit": "家"}


def document(*years: int | None, said: int | None, corrected: int | None) -> Document:
    statements = tuple(Statement(start=at, end=at + 2, year=year, **ABOUT) for at, year in enumerate(years))  # type: ignore[arg-type]
    reading = Reading(doc="x", text="新增规上工业企业5家", title="旧标题", year=said, kind="report", cutoff=(2024, 12),
                      statements=statements)
    return Document(text=reading.text, reading=reading.row(), title="新标题", kind="plan", year=corrected, cutoff=datetime.date(2025, 6, 1))


def test_the_columns_win_over_the_reading() -> None:
    reading = document(2025, said=2025, corrected=2025).as_reading()
    assert (reading.title, reading.kind, reading.year, reading.cutoff) == ("新标题", "plan", 2025, (2025, 6))


def test_statements_follow_a_corrected_year_unless_their_words_name_another() -> None:
    reading = document(None, 2024, 2023, said=2024, corrected=2025).as_reading()
    assert [each.year for each in reading.statements] == [2025, 2025, 2023]


def test_there_is_no_reading_before_it_was_read() -> None:
    with pytest.raises(ValueError, match="not read"):
        Document().as_reading()


@pytest.mark.parametrize(("fields", "said"), [
    ({"state": State.STORED}, "排队"), ({"state": State.FAILED, "error": "文件设有密码。"}, "文件设有密码。"),
    ({"state": State.MATCHED}, "没有找到可用的数字"), ({"state": State.MATCHED, "target_count": 3}, "目标3项"),
    ({"state": State.READ}, "比对…"),
])
def test_a_document_tells_its_fate(fields: dict[str, object], said: str) -> None:
    assert said in Document(**fields).fate
