"""One installation of the product in a folder of its own, for tests that need real processes: servers, workers, browsers."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
# What a developer may have set for the product must not reach an installation under test.
FOREIGN = {
    "DATABASE_URL", "REDIS_URL", "DATA_DIR", "DEBUG", "DEMO", "EMBEDDED_WORKER", "HTTPS", "PRODUCTION", "LOG_FORMAT", "LOG_LEVEL",
    "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER",
}


CONSOLE = """
import contextlib, io, json, sys, traceback
import django
django.setup()
for line in sys.stdin:
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            exec(json.loads(line), {})
        said = {"said": out.getvalue()}
    except BaseException:
        said = {"error": traceback.format_exc()}
    print(json.dumps(said), flush=True)
"""


class Installation:
    """A data folder, the environment that points to it, and ways to run something in it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self.environment = {
            **kept, "DATA_DIR": str(folder), "SECRET_KEY": "nothing secret about this one, it serves a test", "SWEEP_SECONDS": "1",
            "HTTPS": "0", "PRODUCTION": "0", "ALLOWED_HOSTS": "127.0.0.1", **environment,
        }

    def manage(self, *words: str, timeout: float = 300) -> str:
        """Output of `manage.py …`. Raises AssertionError with everything it said when it fails."""
        return self.python("manage.py", *words, timeout=timeout)

    def script(self, code: str, timeout: float = 300) -> str:
        """Output of a few lines of Python with Django set up."""
        return self.python("-c", f"import django; django.setup()\n{code}", timeout=timeout)

    def python(self, *words: str, timeout: float = 120) -> str:
        done = subprocess.run([sys.executable, *words], cwd=ROOT, env={**self.environment, "DJANGO_SETTINGS_MODULE": "tracker.settings"},
                              capture_output=True, text=True, check=False, timeout=timeout)
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @contextlib.contextmanager
    def console(self) -> Iterator[Callable[[str], str]]:
        """A process that stays and runs one piece of code after the other: starting Python and Django anew takes longer than most."""
        environment = {**self.environment, "DJANGO_SETTINGS_MODULE": "tracker.settings"}
        child = subprocess.Popen([sys.executable, "-c", CONSOLE], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 text=True)
        assert child.stdin and child.stdout
        asked, answered = child.stdin, child.stdout

        def run(code: str) -> str:
            asked.write(f"{json.dumps(code)}\n")
            asked.flush()
            found: dict[str, str] = json.loads(answered.readline())
            assert "error" not in found, found.get("error")
            return found["said"]

        try:
            yield run
        finally:
            child.kill()
            child.wait(timeout=20)

    @contextlib.contextmanager
    def running(self, *words: str, name: str) -> Iterator["Process"]:
        """A process that stays: `python …` in a group of its own, ended with all its children when the block ends."""
        log = self.folder / f"{name}.log"
        with log.open("ab") as out:
            child = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=self.environment, stdout=out, stderr=subprocess.STDOUT,
                                     start_new_session=True)
        process = Process(child, log)
        try:
            yield process
        finally:
            process.end()


class Process:
    """A running process with its children, and what it wrote."""

    def __init__(self, child: "subprocess.Popen[bytes]", log: Path) -> None:
        self.child = child
        self.log = log

    def kill(self) -> None:
        """`kill -9` for it and all its children, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait(timeout=20)

    def end(self) -> None:
        if self.child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.child.wait(timeout=10)
        self.kill()

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(true: Callable[[], object], *, within: float, every: float = 0.2, else_say: Callable[[], str] = str) -> None:
    """Return as soon as `true()` holds; AssertionError after `within` seconds."""
    until = time.monotonic() + within
    while not true():
        assert time.monotonic() < until, f"not within {within} s: {else_say()}"
        time.sleep(every)
