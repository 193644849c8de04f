"""manage.py backup PATH: database and files in one archive, consistent while people work."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from offices import audit
from tracker import archiving


class Command(BaseCommand):
    help = "把数据库和全部文件备份成一个文件(使用中也可以做);原件缺失或已变时仍写出备份,并以退出状态1报告"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="备份文件,例如 /backup/2025-06-30.tar.gz;不能已经存在")

    def handle(self, *_args: Any, path: Path, verbosity: int, **_options: Any) -> None:
        try:
            manifest = archiving.write(path, now=timezone.now())
        except archiving.ArchiveError as error:
            raise CommandError(str(error)) from error
        audit.record("backup.make", after={"name": path.name, "files": len(manifest.files), "missing": len(manifest.missing)})
        if verbosity:
            rows = sum(manifest.rows.values())
            self.stdout.write(f"{path}:{rows}行数据、{len(manifest.files)}个文件,{path.stat().st_size / 1024 / 1024:.1f} MB")
        for name in manifest.missing:
            self.stderr.write(f"原件缺失或与入库时不同:{name}")
        if manifest.missing:
            sys.exit(1)
