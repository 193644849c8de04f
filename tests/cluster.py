"""A PostgreSQL server of a test's own, which can be killed as by a power cut and started again."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psycopg

from tests.installation import free_port, wait_until


@cache
def programs() -> Path | None:
    """The folder of `initdb` and `postgres`, newest version first; None where the server's programs are not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: int(each.parts[-3]))
    beside = shutil.which("initdb")
    return found[-1].parent if found else Path(beside).parent if beside else None


class Cluster:
    """One data folder and its server on a port of loopback; nobody is asked for a password."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._run("initdb", "-D", str(folder), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")

    @property
    def address(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start the server; after a kill it first recovers what was committed."""
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories="
        self._run("pg_ctl", "-D", str(self.folder), "-w", "-t", "60", "-l", str(self.folder / "log"), "-o", options, "start")
        wait_until(self._answers, within=60)

    def kill(self) -> None:
        """`kill -9` for the server and every process of it, so that nobody can finish or tidy up anything."""
        server = int((self.folder / "postmaster.pid").read_text().split()[0])
        os.kill(server, signal.SIGSTOP)  # or it would see its children die, and start new ones
        for each in [*_children(server), server]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        wait_until(lambda: not _runs(server), within=20)
        # Where nobody reaps the dead their number stays taken, and the next server would take this one for alive.
        (self.folder / "postmaster.pid").unlink()

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.address, connect_timeout=2) as connection:
                return connection.execute("select 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    @staticmethod
    def _run(name: str, *words: str) -> None:
        folder = programs()
        assert folder is not None, "the programs of PostgreSQL's server are not installed"
        # The server refuses to run as root.
        who = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
        subprocess.run([*who, str(folder / name), *words], cwd="/", check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       timeout=120)


def _children(server: int) -> list[int]:
    """All processes whose parent is the server, from /proc."""
    return [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit() and _parent(each) == server]


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError):
        return 0


def _runs(process: int) -> bool:
    """False for one that is gone, or that nobody has waited for yet."""
    try:
        return (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextlib.contextmanager
def own_cluster() -> Iterator[Cluster]:
    """A running server in a new folder; both are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="cluster-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        made = Cluster(folder)
        made.start()
        try:
            yield made
        finally:
            made.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
