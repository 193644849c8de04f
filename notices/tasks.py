"""Telling people, as tasks."""

from celery import shared_task
from django.utils import timezone

from notices import deliveries
from notices.messages import tell


@shared_task(name="notices.tell")
def tell_departments() -> int:
    return tell(timezone.now())


@shared_task(name="notices.deliver", soft_time_limit=60, time_limit=90)
def deliver(delivery_ids: list[int]) -> int:
    """Sends messages to their receivers; returns how many arrived."""
    return deliveries.deliver(delivery_ids)
