"""Telling people, as a task."""

from celery import shared_task
from django.utils import timezone

from notices.messages import tell


@shared_task(name="notices.tell")
def tell_departments() -> int:
    return tell(timezone.now())
