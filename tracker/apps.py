from django.apps import AppConfig

from tracker import logs, production  # noqa: F401 (they register what they have to say)
from tracker.celery import app


class TrackerConfig(AppConfig):
    name = "tracker"
    verbose_name = "目标跟踪"

    def ready(self) -> None:
        # A worker finds the tasks by itself; pages and commands that run them at once need them registered as well.
        app.autodiscover_tasks(force=True)
