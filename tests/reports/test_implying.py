"""What a figure and the completion rate behind it say of a plan that nobody uploaded."""

import pytest
from django.test import Client

from offices.models import Role
from reports.implying import implied_by
from reports.models import Result
from tests.factories import make_read_document, make_result, make_user

pytestmark = pytest.mark.django_db


def told(*figures: tuple[int, str, str, str, str]) -> Result:
    """The first of the results of one sentence, each with start, figure, value, unit and measure."""
    document = make_read_document(kind="report", month=6, text="新增规上工业企业21家,完成率350%。")
    for start, figure, value, unit, measure in figures:
        make_result(document=document, start=start, end=start + len(figure), figure=figure, indicator="规上工业企业", value=value,
                    unit=unit, measure=measure, sentence_start=0, sentence_end=20)
    return Result.objects.select_related("document", "office").order_by("start")[0]


def test_the_task_behind_a_rate_is_told_on_the_page_of_the_figure(client: Client) -> None:
    result = told((8, "21家", "21", "家", "amount"), (15, "350%", "350", "%", "completion"))
    assert implied_by(result) == "6家(自报完成率350%)"
    client.force_login(make_user(Role.SUPERVISOR, office=result.office))
    text = client.get(f"/results/at/{result.document.public_id}/{result.start}/").content.decode()
    assert "倒推任务数" in text
    assert "6家" in text


@pytest.mark.parametrize("behind", [(15, "35%", "35", "%", "growth"), (15, "0%", "0", "%", "completion")])
def test_without_a_rate_nothing_is_implied(behind: tuple[int, str, str, str, str]) -> None:
    assert implied_by(told((8, "21家", "21", "家", "amount"), behind)) == ""
