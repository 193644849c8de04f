"""The first step of the pipeline: read the file."""

from celery import shared_task

from documents.intake import read_in
from documents.models import State
from documents.pipeline import run_step


@shared_task(name="documents.read_document")
def read_document(document_id: int) -> bool:
    return run_step(document_id, state=State.STORED, to=State.READ, work=read_in)
