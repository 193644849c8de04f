"""The one serving process of an embedded installation: gunicorn with threads, worker and beat inside."""

import gc
import os
import socket
import sys
from typing import NoReturn

from django.urls import get_resolver

HOST = "127.0.0.1"


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def keep_loaded() -> None:
    """What a serving process has loaded stays loaded: a full round of the garbage collector need not walk over it in the middle of an
    answer (Python's `gc.freeze`; half a million objects, some 100 ms each time).
    """
    # The views and what they import are loaded by the first request, which is too late.
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()


def serve(port: int) -> NoReturn:
    """Become gunicorn: this process is replaced, so that signals and exit status are its own."""
    os.environ["EMBEDDED_WORKER"] = "1"
    # Exactly one worker process: the in-memory transport does not reach into a second one.
    arguments = ["gunicorn", "tracker.wsgi", "--workers=1", "--threads=8", f"--bind={HOST}:{port}",
                 "--timeout=120", "--graceful-timeout=5", "--log-level=warning", "--no-control-socket"]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", *arguments])  # noqa: S606 (our own interpreter, fixed arguments)
