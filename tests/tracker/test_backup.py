"""The restore drill: what was backed up comes back whole, on both databases; a damaged archive, or data in the way, changes nothing."""

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.installation import Installation, wait_until

FILL = """
from django.core.files.base import ContentFile
from django.test.utils import override_settings
from documents import intake, pipeline
from offices import audit
from offices.models import Office, User, Membership
office = Office.objects.create(name="青蘅街道")
user = User.objects.create_user("duchayuan", password="Shuangqiao-2026", name="方知远")
Membership.objects.create(user=user, office=office, role="supervisor")
for number in range(5, 5 + COUNT):
    text = f"青蘅街道2025年工作计划\\n全年新增规上工业企业{number}家以上,一般公共预算收入增长6%。\\n"
    document, _ = intake.store(office, ContentFile(text.encode()), f"{number}.txt", user)
    audit.record("document.upload", office=office, user=user, subject=document, after={"name": document.name})
    pipeline.send_next(document)
"""
LOOK = """
import json
from django.apps import apps
# Backing up and restoring are noted themselves: the end of that chain moves on. `verify` looks at the chains.
skipped = {"sessions.Session", "offices.AuditChain"}
rows = {}
for model in apps.get_models(include_auto_created=True):
    found = model._default_manager.all()
    if model._meta.label == "offices.AuditEntry":
        found = found.exclude(action__startswith="backup.")
    if model._meta.label not in skipped:
        rows[model._meta.label] = sorted(repr(sorted(each.items())) for each in found.values())
print(json.dumps(rows))
"""


def filled(folder: Path, database: str = "", count: int = 3) -> Installation:
    folder.mkdir()
    site = Installation(folder, **({"DATABASE_URL": database} if database else {}))
    site.manage("migrate", "--verbosity", "0")
    site.script(FILL.replace("COUNT", str(count)))
    return site


def rows(site: Installation) -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(site.script(LOOK))
    return found


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in (folder / "media").rglob("*") if path.is_file()}


def refused(site: Installation, *words: str) -> str:
    """What a command says that must fail."""
    with pytest.raises(AssertionError) as failed:
        site.manage(*words)
    return str(failed.value)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, Path]:
    """An installation with three read documents, and its archive."""
    site = filled(tmp_path_factory.mktemp("kept") / "site")
    archive = site.folder.parent / "backup.tar.gz"
    site.manage("backup", str(archive))
    return site, archive


@pytest.fixture
def empty(tmp_path: Path) -> Installation:
    (tmp_path / "empty").mkdir()
    return Installation(tmp_path / "empty")


def test_what_was_backed_up_comes_back_whole(kept: tuple[Installation, Path], empty: Installation) -> None:
    site, archive = kept
    assert archive.stat().st_mode & 0o077 == 0, "real names and figures are in there"
    said = empty.manage("restore", str(archive))
    assert "3个文件" in said
    assert rows(empty) == rows(site)
    assert files(empty.folder) == files(site.folder)
    assert len(rows(site)["targets.Target"]) == 6, "there was something to lose"
    assert "没有发现问题" in empty.manage("verify")
    assert {path.name for path in empty.folder.iterdir()} == {"db.sqlite3", "media", "static"}, "nothing of the work is left lying about"


def test_data_in_the_way_are_replaced_only_by_force(kept: tuple[Installation, Path], tmp_path: Path) -> None:
    site, archive = kept
    other = filled(tmp_path / "other", count=1)
    before = rows(other), files(other.folder)
    assert "--force" in refused(other, "restore", str(archive))
    assert (rows(other), files(other.folder)) == before
    other.manage("restore", "--force", str(archive))
    assert rows(other) == rows(site)
    assert "没有发现问题" in other.manage("verify")


def _cut(data: bytes) -> bytes:
    return data[:len(data) // 2]


def _flipped(data: bytes) -> bytes:
    """One changed byte in a stored file: the gzip is made anew, so that only our own check can see it."""
    return _repacked(data, lambda name, said: said.replace("家以上".encode(), "家以下".encode()) if name.startswith("files/") else said)


def _without_a_file(data: bytes) -> bytes:
    return _repacked(data, lambda name, said: None if name.startswith("files/") else said)


def _without_its_list(data: bytes) -> bytes:
    return _repacked(data, lambda name, said: None if name == "manifest.json" else said)


def _with_a_broken_database(data: bytes) -> bytes:
    return _repacked(data, lambda name, said: said[:5000] + b"\0" * 3000 + said[8000:] if name == "database" else said)


def _climbing(data: bytes) -> bytes:
    return _repacked(data, lambda _, said: said, more={"../outside": b"x"})


def _stuffed(data: bytes) -> bytes:
    return _repacked(data, lambda _, said: said, more={"files/documents/more": b"x"})


def _newer(data: bytes) -> bytes:
    def later(name: str, said: bytes) -> bytes:
        if name != "manifest.json":
            return said
        manifest = json.loads(said)
        manifest["migrations"].append(["targets", "9999_of_tomorrow"])
        return json.dumps(manifest).encode()

    return _repacked(data, later)


def _repacked(data: bytes, change: Callable[[str, bytes], bytes | None], more: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as old, tarfile.open(fileobj=out, mode="w:gz") as new:
        members = {each.name: change(each.name, old.extractfile(each).read()) for each in old}  # type: ignore[union-attr]
        for name, said in {**members, **(more or {})}.items():
            if said is not None:
                info = tarfile.TarInfo(name)
                info.size = len(said)
                new.addfile(info, io.BytesIO(said))
    return out.getvalue()


@pytest.mark.parametrize("damage", [_cut, _flipped, _without_a_file, _without_its_list, _with_a_broken_database, _climbing, _stuffed,
                                    _newer, lambda _: b"no archive at all", lambda _: gzip.compress(b"no archive either")])
def test_a_damaged_archive_changes_nothing(damage: Callable[[bytes], bytes], kept: tuple[Installation, Path],
                                           empty: Installation) -> None:
    broken = empty.folder.parent / "broken.tar.gz"
    broken.write_bytes(damage(kept[1].read_bytes()))
    said = refused(empty, "restore", str(broken))
    assert "备份" in said
    assert "Traceback" not in said
    assert files(empty.folder) == {}
    assert not (empty.folder / "db.sqlite3").exists() or not (empty.folder / "db.sqlite3").stat().st_size, "no table was made"
    assert not (empty.folder.parent / "outside").exists()


def test_a_backup_is_never_written_over(kept: tuple[Installation, Path]) -> None:
    site, archive = kept
    before = archive.read_bytes()
    assert "已经存在" in refused(site, "backup", str(archive))
    assert archive.read_bytes() == before


def test_looking_at_an_archive_changes_nothing(kept: tuple[Installation, Path], empty: Installation) -> None:
    assert "备份完好" in empty.manage("restore", "--check", str(kept[1]))
    assert files(empty.folder) == {}


def test_a_lost_original_is_named_and_the_rest_is_kept(tmp_path: Path) -> None:
    site = filled(tmp_path / "site")
    first = next(path for path in sorted((site.folder / "media").rglob("*")) if path.is_file())
    first.unlink()
    said = refused(site, "backup", str(tmp_path / "b.tar.gz"))
    assert f"原件缺失或与入库时不同:{first.relative_to(site.folder / 'media')}" in said
    (tmp_path / "empty").mkdir()
    empty = Installation(tmp_path / "empty")
    empty.manage("restore", str(tmp_path / "b.tar.gz"))
    assert "file.missing" in refused(empty, "verify")


def test_a_backup_of_work_under_way_is_of_one_moment(tmp_path: Path) -> None:
    """Somebody uploads without a pause while two archives are made: each holds whole rows and all their files."""
    site = filled(tmp_path / "busy", count=1)
    with site.running("-c", "import os; os.environ['DJANGO_SETTINGS_MODULE']='tracker.settings'\nimport django; django.setup()\n"
                      + FILL.replace("青蘅街道", "柳汀街道").replace("duchayuan", "another").replace("COUNT", "10_000"), name="busy"):
        held = [len(files(site.folder))]
        for number in range(2):
            # However slow the machine, at least one upload ended since the last look: the second new file came after it.
            wait_until(lambda: len(files(site.folder)) > held[-1] + 1, within=120)
            archive = tmp_path / f"{number}.tar.gz"
            site.manage("backup", str(archive))
            (tmp_path / f"back{number}").mkdir()
            back = Installation(tmp_path / f"back{number}")
            back.manage("restore", str(archive))
            assert "没有发现问题" in back.manage("verify")
            held.append(len(files(back.folder)))
    assert held[0] < held[1] < held[2], "work went on between the archives"


@pytest.mark.needs("postgres")
def test_the_drill_on_postgresql(own_database: str, other_database: str, tmp_path: Path) -> None:
    site = filled(tmp_path / "site", own_database)
    archive = tmp_path / "b.tar.gz"
    site.manage("backup", str(archive))
    other = filled(tmp_path / "other", other_database, count=1)
    assert "--force" in refused(other, "restore", str(archive))
    broken = archive.with_name("broken.tar.gz")
    broken.write_bytes(_with_a_broken_database(archive.read_bytes()))
    before = rows(other)
    assert "已损坏" in refused(other, "restore", "--force", str(broken))
    assert rows(other) == before
    other.manage("restore", "--force", str(archive))
    assert rows(other) == rows(site)
    assert set(files(site.folder).items()) <= set(files(other.folder).items())
    assert "没有发现问题" in other.manage("verify")
    other.script("from offices.models import Office; assert Office.objects.create(name='下一个').pk > 1, 'numbers go on where they were'")


@pytest.mark.needs("postgres")
def test_an_archive_of_the_other_kind_of_database_is_refused(kept: tuple[Installation, Path], own_database: str, tmp_path: Path) -> None:
    grown = Installation(tmp_path, DATABASE_URL=own_database)
    assert "同一种数据库" in refused(grown, "restore", str(kept[1]))


@pytest.mark.needs("postgres")
def test_without_its_programs_postgresql_says_what_to_install(own_database: str, tmp_path: Path) -> None:
    site = Installation(tmp_path, DATABASE_URL=own_database, PATH=str(tmp_path))
    site.manage("migrate", "--verbosity", "0")
    assert "postgresql-client" in refused(site, "backup", str(tmp_path / "b.tar.gz"))
    assert not list(tmp_path.glob("b.tar.gz*"))
