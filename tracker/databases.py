"""The database as a file and back: SQLite by its own backup call, PostgreSQL by pg_dump and pg_restore."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.db import connection, transaction

SQLITE, POSTGRES = "sqlite", "postgresql"
# Everything in one transaction, the emptying too: a reader sees the old tables or the new ones.
EMPTIED = "SET lock_timeout = '15s';\nDROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"


class DatabaseError(Exception):
    """The database can't be kept or put back; `str(error)` is a Chinese sentence that says what to do."""


class Rows(Protocol):
    """A cursor of either database."""

    def execute(self, sql: str) -> Any: ...
    def fetchall(self) -> Sequence[Sequence[Any]]: ...


@dataclass(frozen=True, slots=True)
class Dump:
    """The database as it stood at one moment: its file, and a cursor that sees that very moment."""

    path: Path
    rows: Rows


@contextmanager
def dumped(folder: Path) -> Iterator[Dump]:
    """Keep the database in a file of `folder`, consistent while others write. Raises `DatabaseError`."""
    path = folder / "database"
    if connection.vendor == SQLITE:
        with _dumped_sqlite(path) as dump:
            yield dump
    elif connection.vendor == POSTGRES:
        with _dumped_postgres(path) as dump:
            yield dump
    else:
        raise DatabaseError(f"不支持备份这种数据库:{connection.vendor}。")


@contextmanager
def _dumped_sqlite(path: Path) -> Iterator[Dump]:
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
        # A copy in write-ahead mode would need its side files; as one file it can be packed.
        copy.execute("PRAGMA journal_mode=DELETE")
        yield Dump(path, copy.cursor())


@contextmanager
def _dumped_postgres(path: Path) -> Iterator[Dump]:
    program = _program("pg_dump")
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _run([program, "--format=custom", "--no-owner", "--no-privileges", "--schema=public", f"--snapshot={snapshot}",
              f"--file={path}", _name()])
        yield Dump(path, cursor)


def check_loadable(path: Path, vendor: str) -> None:
    """Raises `DatabaseError` where a dump is of another kind of database, or is not sound. Changes nothing."""
    if vendor != connection.vendor:
        raise DatabaseError(f"备份取自 {vendor},当前数据库是 {connection.vendor};请把 DATABASE_URL 指向同一种数据库。")
    if vendor == POSTGRES:
        _program("psql")
        _run([_program("pg_restore"), "--list", str(path)])
        return
    with closing(sqlite3.connect(path)) as copy:
        try:
            sound = copy.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            sound = str(error)
    if sound != "ok":
        raise DatabaseError(f"备份中的数据库已损坏:{sound[:200]}")


def load(path: Path) -> None:
    """Put a dump in the place of the database, wholly or not at all. Raises `DatabaseError`; the old one then stands."""
    if connection.vendor == SQLITE:
        _load_sqlite(path)
    else:
        _load_postgres(path)
    connection.close()


def _load_sqlite(path: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        try:
            # One transaction of the database itself: whoever is killed in it leaves the old rows.
            copy.backup(connection.connection)
        except sqlite3.OperationalError as error:
            raise DatabaseError("数据库正被占用,请先停止网页和后台任务再恢复。") from error


def _load_postgres(path: Path) -> None:
    script = path.with_suffix(".sql")
    _run([_program("pg_restore"), "--no-owner", "--no-privileges", f"--file={script}", str(path)])
    whole = path.with_suffix(".whole.sql")
    with whole.open("wb") as out, script.open("rb") as said:
        out.write(EMPTIED.encode())
        # The dump makes the schema itself where it was asked for by name.
        out.writelines(line for line in said if not line.startswith(b"CREATE SCHEMA public;"))
    _run([_program("psql"), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null",
          f"--file={whole}", "--dbname", _name()])


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise DatabaseError(f"找不到 {name}:备份和恢复 PostgreSQL 需要它,请安装 postgresql-client(版本不低于服务器)。")
    return found


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _environment() -> dict[str, str]:
    """How libpq finds the server: by its variables, so that the password stands on no command line."""
    said = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    return {**os.environ, **{variable: str(said[name]) for variable, name in names.items() if said.get(name)}, "PGCONNECT_TIMEOUT": "10"}


def _run(words: list[str]) -> None:
    done = subprocess.run(words, env=_environment(), capture_output=True, text=True, check=False)  # noqa: S603 (programs found by us, no shell)
    if done.returncode:
        raise DatabaseError(f"{Path(words[0]).name} 失败:{done.stderr.strip()[-500:]}")
