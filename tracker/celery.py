"""The Celery app. Rows are the truth, messages only hurry: whatever a broker loses, the sweep sends again."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
