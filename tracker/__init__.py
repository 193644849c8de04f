"""The Django project: puts the parts together and holds no rule."""

from tracker.celery import app as celery_app

__all__ = ("celery_app",)
