"""The second step of the pipeline: what was promised becomes rows."""

from celery import shared_task

from documents.models import State
from documents.pipeline import run_step
from targets.intake import take


@shared_task(name="targets.take_targets")
def take_targets(document_id: int) -> bool:
    return run_step(document_id, state=State.READ, to=State.TAKEN, work=take)
