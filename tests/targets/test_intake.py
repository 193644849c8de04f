"""A document's targets become rows, and taking them again changes nothing that a person did."""

from decimal import Decimal

import pytest

from documents.models import Document
from engine.values import Department as Named
from engine.values import Reading, Statement
from offices.models import Department
from targets.intake import take
from targets.models import Commitment, Target
from tests.factories import make_read_document, make_statement

pytestmark = pytest.mark.django_db

TEXT = "产值突破86亿元,增长8%以上。新增企业5家以上,力争7家。建成文化广场。"


def statements() -> list[Statement]:
    whole, second, third = (0, 16), (16, 30), (30, 37)
    return [
        make_statement(start=4, figure="86亿元", indicator="产值", comparator=">", value="86", unit="亿元", sentence=whole, commitment=0),
        make_statement(start=11, figure="8%", indicator="产值", measure="growth", comparator=">=", value="8.0", unit="%", sentence=whole,
                       commitment=0, departments=(Named("经发办"), Named("财政所", "support"))),
        make_statement(start=20, indicator="企业", comparator=">=", sentence=second, commitment=16),
        make_statement(start=27, figure="7家", indicator="企业", value="7", stretch=True, sentence=second, commitment=16),
        make_statement(start=30, figure="建成文化广场", indicator="文化广场", measure="milestone", value=None, unit="", state="建成",
                       sentence=third, commitment=30, due="2025-09"),
    ]


@pytest.fixture
def plan() -> Document:
    return make_read_document(None, *statements(), text=TEXT, origin="annual")


def read_again(document: Document, *found: Statement) -> None:
    """As if a better reader had read it."""
    reading = document.as_reading()
    again = Reading(doc=reading.doc, text=reading.text, title=reading.title, year=reading.year, kind=reading.kind,
                    statements=tuple(each._replace(doc=reading.doc) for each in found))
    document.reading = again.row()
    document.save()


def rows(document: Document) -> list[Target]:
    return list(Target.objects.filter(document=document).select_related("commitment").order_by("start"))


def test_each_statement_is_a_target_of_its_clause(plan: Document) -> None:
    assert take(plan) == 5
    assert [row.number for row in rows(plan)] == ["1-①", "1-②", "2-①", "2-②", "3"]
    assert Commitment.objects.get(document=plan, number=1).text == "产值突破86亿元,增长8%以上。"
    assert [row.target_text for row in rows(plan)] == ["超86亿元", "8.0%以上", "5家以上", "7家", "建成"]


def test_a_row_gives_back_the_statement_it_came_from(plan: Document) -> None:
    take(plan)
    assert [row.as_statement() for row in rows(plan)] == list(plan.as_reading().targets)


def test_the_stretch_figure_points_at_its_firm_one(plan: Document) -> None:
    take(plan)
    firm, stretch = rows(plan)[2:4]
    assert stretch.firm == firm
    assert firm.firm is None


def test_departments_are_found_by_name_and_made_once(plan: Document) -> None:
    take(plan)
    growth = rows(plan)[1]
    assert growth.lead is not None
    assert (growth.lead.name, [each.name for each in growth.support.all()]) == ("经发办", ["财政所"])
    take(plan)
    assert Department.objects.filter(office=plan.office).count() == 2


def test_taking_twice_changes_nothing(plan: Document) -> None:
    take(plan)
    Target.objects.filter(document=plan).update(judged_at="2025-07-01T00:00:00Z")
    before = list(Target.objects.filter(document=plan).order_by("pk").values())
    assert take(plan) == 5
    assert list(Target.objects.filter(document=plan).order_by("pk").values()) == before


def test_a_correction_survives_a_re_take_and_a_changed_row_is_judged_again(plan: Document) -> None:
    take(plan)
    Target.objects.filter(document=plan).update(judged_at="2025-07-01T00:00:00Z")
    corrected, other = rows(plan)[0], rows(plan)[2]
    corrected.change(version=1, value=Decimal(88))
    read_again(plan, *(each._replace(value=Decimal(99)) if each.value else each for each in statements()))
    take(plan)
    corrected.refresh_from_db()
    other.refresh_from_db()
    assert corrected.value == 88
    assert corrected.judged_at is not None
    assert other.value == 99
    assert other.judged_at is None
    assert corrected.as_statement().value == 88


def test_vanished_rows_go_unless_somebody_touched_them(plan: Document) -> None:
    take(plan)
    rows(plan)[4].change(version=1, remark="人工补记")
    read_again(plan, *statements()[:2])
    assert take(plan) == 3
    assert {row.indicator for row in rows(plan)} == {"产值", "文化广场"}
    assert Commitment.objects.filter(document=plan).count() == 2


def test_one_bad_statement_stores_nothing_half(plan: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    read_again(plan, *statements()[:1], statements()[2]._replace(due="2025-13"))
    with pytest.raises(ValueError, match="month"):
        take(plan)
    assert not Target.objects.filter(document=plan).exists()
    assert not Commitment.objects.filter(document=plan).exists()
