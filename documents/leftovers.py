"""Files that no row knows: what a process leaves behind that is killed between keeping a file and keeping its row.

They are set aside, not deleted: after a restore of an older database they may be what somebody misses.
"""

import datetime
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import FileField

AFTER = datetime.timedelta(hours=1)
"""An upload or an import is long over by then."""
KEPT = datetime.timedelta(days=30)
ASIDE = "leftover"


def known_files() -> set[str]:
    """The names of all files that rows refer to."""
    names: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, FileField):
                names.update(model._default_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True).iterator())
    return names


def unknown_files(*, before: datetime.datetime) -> Iterator[Path]:
    """Files in the store that no row refers to and that were last written before `before`."""
    root = Path(settings.MEDIA_ROOT)
    # Listed first, asked afterwards: a file whose row comes in between is known.
    found = [path for path in sorted(root.rglob("*")) if path.is_file() and path.relative_to(root).parts[0] != ASIDE]
    known = known_files() if found else set()
    for path in found:
        if path.relative_to(root).as_posix() not in known and _written(path) < before:
            yield path


def set_aside(now: datetime.datetime) -> int:
    """Moves unknown files older than `AFTER` out of the way, and drops those set aside longer than `KEPT` ago. How many were moved."""
    aside = Path(settings.MEDIA_ROOT) / ASIDE
    moved = 0
    for path in unknown_files(before=now - AFTER):
        aside.mkdir(exist_ok=True)
        # Touched, so that its time here is reckoned from now.
        path.replace(aside / path.name).touch()
        moved += 1
    for path in aside.glob("*"):
        if _written(path) < now - KEPT:
            path.unlink(missing_ok=True)
    return moved


def _written(path: Path) -> datetime.datetime:
    try:
        return datetime.datetime.fromtimestamp(path.stat().st_mtime, tz=datetime.UTC)
    except FileNotFoundError:
        # Gone since it was listed: as good as new, nobody has to do anything about it.
        return datetime.datetime.now(tz=datetime.UTC)
