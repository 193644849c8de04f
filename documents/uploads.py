"""How files come in over the wire: nothing beyond the limit is kept, whatever a client sends."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Writes to a temporary file and drops what goes beyond the limit; the full size still counts, so that `store` refuses it."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        if start <= settings.UPLOAD_LIMIT:
            super().receive_data_chunk(raw_data, start)
