"""A whole installation in one file and back: the database, every file its rows refer to, and a manifest with the sha256 of each.

The archive is a gzipped tar: `database`, `files/…`, and `manifest.json` at its end. What it says is proved before anything is touched.
"""

import datetime
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import FileField, Model

from tracker import databases
from tracker.databases import DatabaseError, Rows

FORMAT = 1
DATABASE, FILES, MANIFEST = "database", "files/", "manifest.json"
MOST_MANIFEST = 512 * 1024 * 1024


class ArchiveError(Exception):
    """A backup can't be made or put back; `str(error)` is a Chinese sentence that says why. Nothing was changed."""


@dataclass(slots=True)
class Manifest:
    """What an archive holds. `files` gives size and sha256 by name, `rows` the rows of each table, `missing` the files that rows
    refer to and that were gone, or not what came in, when the backup was made.
    """

    format: int = FORMAT
    made_at: str = ""
    vendor: str = ""
    migrations: list[list[str]] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    database: dict[str, Any] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


# --- out --------------------------------------------------------------------------------------------------------------------


def write(path: Path, *, now: datetime.datetime) -> Manifest:
    """Make an archive at `path`, which must not exist yet. Raises `ArchiveError`; no half archive is left."""
    if path.exists():
        raise ArchiveError(f"{path} 已经存在,请换一个文件名。")
    part = path.with_name(f"{path.name}.part")
    try:
        with _private(part) as out, tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as folder:
            manifest = _pack(out, Path(folder), now)
        part.replace(path)
    except (OSError, DatabaseError) as error:
        part.unlink(missing_ok=True)
        raise ArchiveError(f"备份没有做成:{error}") from error
    return manifest


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    """A new file that only we may read, safe on the disk when it is closed."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())


def _pack(out: IO[bytes], folder: Path, now: datetime.datetime) -> Manifest:
    manifest = Manifest(made_at=now.isoformat(), vendor=connection.vendor)
    # Documents are packed already as they come: a higher level costs time and gains nothing.
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=3, format=tarfile.PAX_FORMAT) as archive, databases.dumped(folder) as dump:
        manifest.migrations = [list(each) for each in _ask(dump.rows, "SELECT app, name FROM django_migrations ORDER BY id")]
        manifest.rows = {table: _ask(dump.rows, f'SELECT count(*) FROM "{table}"')[0][0] for table in tables()}  # noqa: S608 (our own names)
        manifest.database = _add(archive, dump.path, DATABASE)
        for name, sha256 in _references(dump.rows):
            _add_file(archive, name, sha256, manifest)
        _add_bytes(archive, MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False).encode())
    return manifest


def tables() -> list[str]:
    """The tables of our models, those between them included; what is deferred work of the moment (sessions) is in there too."""
    return sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed})


def _ask(rows: Rows, sql: str) -> list[Any]:
    rows.execute(sql)
    return list(rows.fetchall())


def _references(rows: Rows) -> Iterator[tuple[str, str]]:
    """Every file that a row refers to, with its sha256 where the row keeps one."""
    for model, column in _file_columns():
        digest = "sha256" if any(each.name == "sha256" for each in model._meta.get_fields()) else "''"
        table = model._meta.db_table
        yield from _ask(rows, f"SELECT {column}, {digest} FROM \"{table}\" WHERE {column} <> '' ORDER BY id")  # noqa: S608 (our own names)


def _file_columns() -> list[tuple[type[Model], str]]:
    fields = [(model, each) for model in apps.get_models() for each in model._meta.get_fields()]
    return [(model, str(each.column)) for model, each in fields if isinstance(each, FileField)]


def _add_file(archive: tarfile.TarFile, name: str, sha256: str, manifest: Manifest) -> None:
    path = Path(settings.MEDIA_ROOT) / name
    try:
        manifest.files[name] = _add(archive, path, FILES + name)
    except FileNotFoundError:
        manifest.missing.append(name)
        return
    if sha256 and manifest.files[name]["sha256"] != sha256:
        manifest.missing.append(name)


class _Hashing:
    """A file that is hashed while it is read: what the manifest says is what was packed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.sha256.update(data)
        return data


def _add(archive: tarfile.TarFile, path: Path, name: str) -> dict[str, Any]:
    with path.open("rb") as file:
        info, hashing = archive.gettarinfo(arcname=name, fileobj=file), _Hashing(file)
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        info.mode = 0o600
        archive.addfile(info, hashing)
    return {"size": info.size, "sha256": hashing.sha256.hexdigest()}


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o600
    with tempfile.SpooledTemporaryFile() as file:
        file.write(data)
        file.seek(0)
        archive.addfile(info, file)


# --- back -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unpacked:
    """An archive that was proved: every member is there, none besides, and each is what the manifest says."""

    manifest: Manifest
    folder: Path


@contextmanager
def unpacked(path: Path) -> Iterator[Unpacked]:
    """The archive in a folder beside the data, proved. Raises `ArchiveError`; the folder goes when the block ends."""
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix="restore-") as name:
        folder = Path(name)
        found = _unpack(path, folder)
        manifest = _manifest(folder)
        _prove(manifest, found)
        yield Unpacked(manifest, folder)


def _unpack(path: Path, folder: Path) -> dict[str, dict[str, Any]]:
    """Size and sha256 of each member by name. A member that would leave the folder is refused."""
    found: dict[str, dict[str, Any]] = {}
    try:
        with tarfile.open(path, mode="r:gz") as archive:
            for member in archive:
                name = _safe(member)
                source = archive.extractfile(member)
                if source is None or name in found:
                    raise ArchiveError(f"备份文件里有不该有的内容:{member.name[:100]}")
                found[name] = _write_out(source, folder / name)
    except FileNotFoundError as error:
        raise ArchiveError(f"没有这个文件:{path}") from error
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise ArchiveError(f"备份文件已损坏或不完整,没有恢复:{error}") from error
    return found


def _safe(member: tarfile.TarInfo) -> str:
    parts = PurePosixPath(member.name).parts
    if not member.isfile() or member.name.startswith("/") or ".." in parts or member.name != "/".join(parts):
        raise ArchiveError(f"备份文件里有不该有的内容:{member.name[:100]}")
    return member.name


def _write_out(source: IO[bytes], path: Path) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    sha256 = hashlib.sha256()
    with _private(path) as out:
        while block := source.read(1024 * 1024):
            sha256.update(block)
            out.write(block)
    return {"size": path.stat().st_size, "sha256": sha256.hexdigest()}


def _manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    if not path.is_file() or path.stat().st_size > MOST_MANIFEST:
        raise ArchiveError("这不是 manage.py backup 做的备份,或者末尾缺了一段。")
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if said["format"] != FORMAT:
            raise ArchiveError(f"备份的格式是第{said['format']}版,这个版本的程序只认第{FORMAT}版。")
        return Manifest(**said)
    except (ValueError, TypeError, KeyError) as error:
        raise ArchiveError("备份的清单已损坏,没有恢复。") from error


def _prove(manifest: Manifest, found: dict[str, dict[str, Any]]) -> None:
    expected = {DATABASE: manifest.database, **{FILES + name: said for name, said in manifest.files.items()}}
    wrong = sorted(name for name in expected if found.get(name) != expected[name])
    more = sorted(set(found) - set(expected) - {MANIFEST})
    if wrong or more:
        raise ArchiveError(f"备份文件已损坏,没有恢复:{'、'.join([*wrong, *more][:3])} 与清单不符。")


def check_known(manifest: Manifest) -> None:
    """Raises `ArchiveError` where the backup comes from a newer version of the product than this one."""
    ours = set(MigrationLoader(None).disk_migrations)
    labels = {label for label, _ in ours}
    newer = [f"{app}.{name}" for app, name in manifest.migrations if app in labels and (app, name) not in ours]
    if newer:
        raise ArchiveError(f"备份来自更新的版本(有本程序不认识的 {newer[0]}),请先升级程序再恢复。")


def is_empty() -> bool:
    """Whether this installation holds nothing of anybody's: no people, no offices, no files."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for table in ("offices_user", "offices_office", "documents_document", "offices_auditentry"):
            if table in there and _ask(cursor, f'SELECT count(*) FROM "{table}"')[0][0]:  # noqa: S608 (our own names)
                return False
    root = Path(settings.MEDIA_ROOT)
    return not root.exists() or not any(path.is_file() for path in root.rglob("*"))


def put_back(found: Unpacked) -> None:
    """Files first, then the database by one commit: whoever is killed before it has the old installation, with files that no row
    knows; after it, the new one. Raises `ArchiveError`.
    """
    try:
        databases.check_loadable(found.folder / DATABASE, found.manifest.vendor)
        for name in found.manifest.files:
            place = Path(settings.MEDIA_ROOT) / name
            place.parent.mkdir(parents=True, exist_ok=True)
            # Names are drawn by lot, so a file of that name is the same file, sound or damaged.
            shutil.move(found.folder / FILES / name, place)
        databases.load(found.folder / DATABASE)
    except (OSError, DatabaseError) as error:
        raise ArchiveError(f"没有恢复:{error}") from error
