"""The door for gunicorn."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tracker import embedded, production, serving

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

application = get_wsgi_application()
production.refuse_if_unfit()
serving.keep_loaded()

if settings.EMBEDDED_WORKER:
    embedded.start()
