"""倒推任务数: the plan behind a figure that a report gives with its completion rate (21家,完成率350%), where no target was read."""

from decimal import Decimal

from engine.levels import rounded
from engine.quantities import counts_pieces
from reports.models import Result
from targets.models import Measure, as_written, decimal_text


def implied_by(result: Result) -> str:
    """The task that a figure and the completion rate behind it in its sentence imply, with its unit; '' where there is none."""
    if result.measure != Measure.AMOUNT or not result.value:
        return ""
    behind = Result.objects.filter(document=result.document_id, sentence_start=result.sentence_start, start__gt=result.start)
    following = behind.order_by("start").first()
    if following is None or following.measure != Measure.COMPLETION or not following.value or following.value <= 0:
        return ""
    task = rounded(100 * result.value / following.value, 0 if counts_pieces(result.unit) else 2)
    return f"{decimal_text(as_written(Decimal(task), None))}{result.unit}(自报完成率{following.figure})"
