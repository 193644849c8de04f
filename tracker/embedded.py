"""Worker and beat as threads inside the one serving process, on the in-memory transport: no server to install.

Messages die with the process; the rows do not, and the sweep of the next start sends them again.
"""

import threading
from functools import cache

from celery import signals
from celery.beat import EmbeddedService
from celery.worker import WorkController

from tracker.celery import app


@cache
def start() -> tuple[threading.Thread, threading.Thread]:
    """Start both threads, once in a process. They are daemons: they end with it, and what they held is taken up by lease."""
    app.set_default()
    app.finalize()
    # The default scheduler keeps a file for each process; our one entry is due every few seconds and needs no memory.
    beat = EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler")
    worker = threading.Thread(target=_work, name="worker", daemon=True)
    worker.start()
    beat.start()
    return worker, beat


def _work() -> None:
    # One task at a time: reading is pure Python, a second one would only take turns with the first and with the pages.
    worker = WorkController(app=app, hostname="embedded", pool="solo", concurrency=1, loglevel="WARNING",
                            without_heartbeat=True, without_mingle=True, without_gossip=True)
    # Celery's Django part listens for this to close the thread's database connection after each task.
    signals.worker_init.send(sender=worker)
    worker.start()
